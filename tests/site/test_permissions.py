"""Every role × every action, through the admin's own screens and its API: who can is written out below."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver
from wagtail.models import PageLogEntry, Site

from cms.core.models import CorrectionRequest, SiteIdentity
from cms.review.models import WordRule
from tests.factories import ObservationFactory, SourceFactory, StandardPageFactory, UserFactory
from tests.newsroom import (
    ADMIN,
    ANONYMOUS,
    AUDITOR,
    BOTH,
    EDITOR,
    FINAL,
    FIRST,
    SECOND,
    STEPS,
    SUPERUSER,
    open_newsroom,
)
from tests.site import deeds
from tests.site.deeds import World, waiting

STAFF = {EDITOR, FIRST, SECOND, FINAL, AUDITOR, ADMIN, BOTH, SUPERUSER}
EVERYBODY = [*STAFF, ANONYMOUS]
WRITERS = {EDITOR, BOTH, ADMIN, SUPERUSER}
MANAGERS = {ADMIN, SUPERUSER}
PUBLISHERS = {FINAL, ADMIN, SUPERUSER}
NOBODY: set[str] = set()


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    from django.core.cache import cache

    from tests.snapshot import portal_in_place

    with django_db_blocker.unblock(), transaction.atomic():
        cache.clear()
        portal_in_place()
        newsroom = open_newsroom()
        writer = UserFactory(username="作者")
        others = {step: UserFactory(username=f"{step}乙") for step in STEPS}
        for step, person in others.items():
            person.groups.set(newsroom.people[step].groups.all())
        SiteIdentity.for_site(Site.objects.get())
        live = StandardPageFactory(slug="live", summary="说明。", owner=writer)
        live.save_revision(user=writer).publish()
        draft = StandardPageFactory(slug="draft", live=False, summary="说明。", owner=writer)
        draft.save_revision(user=writer)
        figure_draft = ObservationFactory(live=False)
        figure_draft.save_revision(user=writer)
        world = World(
            newsroom=newsroom,
            live=live,
            draft=draft,
            page_at={
                step: waiting(StandardPageFactory(live=False, summary="说明。"), step, writer, others)
                for step in STEPS
            },
            figure_at={step: waiting(ObservationFactory(live=False), step, writer, others) for step in STEPS},
            figure=ObservationFactory(),
            figure_draft=figure_draft,
            source=SourceFactory(),
            rule=WordRule.objects.create(wrong="大众一汽", right="一汽-大众"),
            request=CorrectionRequest.objects.create(text="数字不对"),
        )
        for who in EVERYBODY:
            newsroom.client(who)
        yield world
        transaction.set_rollback(True)


@pytest.fixture
def world(made: World, db: None) -> World:
    return made


READERS = {FIRST, SECOND, FINAL, AUDITOR} | WRITERS

# Action, and who can. What is not named can't.
MATRIX: list[tuple[str, Callable[[World, str], bool], set[str]]] = [
    ("see the explorer", deeds.explorer, READERS),
    ("read a draft", deeds.draft_preview, READERS),
    ("read the history of a page", deeds.history, READERS),
    ("read the reviews of a page", deeds.workflow_history, READERS),
    ("see where a page is used", deeds.page_usage, READERS),
    ("inspect a page", deeds.inspection, READERS),
    ("read the 审核单 of a page", deeds.page_sheet, READERS),
    ("list facts", deeds.fact_list, READERS),
    ("inspect a fact", deeds.fact_inspection, READERS),
    ("read the history of a fact", deeds.fact_history, READERS),
    ("read the 审核单 of a fact", deeds.fact_sheet, READERS),
    ("read the log", deeds.site_log, READERS),
    ("read the report of reviews", deeds.workflow_report, READERS),
    ("list images", deeds.image_list, READERS),
    ("list documents", deeds.document_list, READERS),
    ("list users", deeds.user_list, {AUDITOR} | MANAGERS),
    ("list pages by the admin's API", deeds.api_list, READERS),
    ("open the editor", deeds.open_editor, WRITERS),
    ("add a page", deeds.add_page, WRITERS),
    ("add a published page", deeds.add_page_published, NOBODY),
    ("save a draft", deeds.save_draft, WRITERS),
    ("submit", deeds.submit, WRITERS),
    ("take another's work out of review", deeds.cancel, {FIRST, SUPERUSER}),
    ("approve at 初审", deeds.approve_page(FIRST), {FIRST, SUPERUSER}),
    ("approve at 审核", deeds.approve_page(SECOND), {SECOND, BOTH, SUPERUSER}),
    ("approve at 审发", deeds.approve_page(FINAL), {FINAL, SUPERUSER}),
    ("reject at 初审", deeds.reject_page(FIRST), {FIRST, SUPERUSER}),
    ("reject at 审核", deeds.reject_page(SECOND), {SECOND, BOTH, SUPERUSER}),
    ("reject at 审发", deeds.reject_page(FINAL), {FINAL, SUPERUSER}),
    ("publish directly", deeds.publish, NOBODY),
    ("publish in bulk", deeds.publish_in_bulk, NOBODY),
    ("publish by the admin's API", deeds.api_publish, NOBODY),
    ("publish in an emergency", deeds.emergency, PUBLISHERS),
    ("withdraw", deeds.withdraw, PUBLISHERS),
    ("withdraw by the admin's API", deeds.api_withdraw, PUBLISHERS),
    ("delete a published page", deeds.delete_live, MANAGERS),
    ("delete a draft", deeds.delete_draft, WRITERS),
    ("move a draft", deeds.move, WRITERS),
    ("lock", deeds.lock, MANAGERS),
    ("make a page private", deeds.restrict, MANAGERS),
    ("add a fact", deeds.add_fact, WRITERS),
    ("edit a fact", deeds.edit_fact, WRITERS),
    ("publish a fact directly", deeds.publish_fact, NOBODY),
    ("approve a fact at 初审", deeds.approve_fact(FIRST), {FIRST, SUPERUSER}),
    ("approve a fact at 审核", deeds.approve_fact(SECOND), {SECOND, BOTH, SUPERUSER}),
    ("approve a fact at 审发", deeds.approve_fact(FINAL), {FINAL, SUPERUSER}),
    ("publish a fact in an emergency", deeds.emergency_fact, PUBLISHERS),
    ("withdraw a fact", deeds.withdraw_fact, PUBLISHERS),
    ("delete a fact", deeds.delete_fact, MANAGERS),
    ("edit a source", deeds.edit_source, WRITERS),
    ("answer a reader", deeds.answer_reader, WRITERS),
    ("upload an image", deeds.upload_image, WRITERS),
    ("upload a document", deeds.upload_document, WRITERS),
    ("change a word rule", deeds.edit_word_rule, MANAGERS),
    ("write a tombstone", deeds.tombstone, MANAGERS),
    ("open the site's settings", deeds.open_settings, MANAGERS),
    ("add a user", deeds.add_user, MANAGERS),
    ("make a superuser", deeds.make_superuser, {SUPERUSER}),
    ("take a superuser's account over", deeds.take_superuser_over, {SUPERUSER}),
    ("change what a role may do", deeds.change_group, {SUPERUSER}),
    ("change the workflow", deeds.change_workflow, MANAGERS),
]


@pytest.mark.parametrize(("act", "can"), [pytest.param(act, can, id=name) for name, act, can in MATRIX])
def test_who_can(world: World, act: Callable[[World, str], bool], can: set[str]) -> None:
    did = set()
    for who in EVERYBODY:
        with transaction.atomic():
            if act(world, who):
                did.add(who)
            transaction.set_rollback(True)
    assert did == can


def test_no_page_of_the_admin_is_a_readers(world: World) -> None:
    response = Client().get(reverse("wagtailadmin_home"))
    assert response.status_code == 302
    assert "login" in response["Location"]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_public_api_only_reads(world: World, method: str) -> None:
    for who in (SUPERUSER, ANONYMOUS):
        client = world.newsroom.client(who)
        assert client.get("/api/v2/pages/").status_code == 200
        assert getattr(client, method)("/api/v2/pages/").status_code in {403, 405}
        assert getattr(client, method)(f"/api/v2/pages/{world.live.pk}/").status_code in {403, 405}


# What belongs to a person's own session and account, and to nothing else.
OWN = {
    "sessions.Session",
    "wagtailadmin.EditingSession",
    "wagtailusers.UserProfile",
    "wagtailcore.PageSubscription",
}


def contents() -> dict[str, list[Any]]:
    """Every row of the database."""
    models = [model for model in apps.get_models() if model._meta.managed and model._meta.label not in OWN]
    return {model._meta.label: sorted(map(repr, model._base_manager.values_list())) for model in models}


def admin_addresses(world: World) -> Iterator[str]:
    """Every address of the admin whose parts can be filled in from the world."""
    page, step = world.page_at[FIRST], world.page_at[FIRST].current_workflow_task_state
    known: dict[str, Any] = {
        "page_id": page.pk,
        "pk": page.pk,
        "parent_page_id": page.get_parent().pk,
        "page_to_move_id": world.draft.pk,
        "destination_id": world.live.pk,
        "revision_id": page.latest_revision_id,
        "task_state_id": step.pk,
        "task_id": step.task_id,
        "workflow_state_id": step.workflow_state_id,
        "content_type_app_name": "home",
        "content_type_model_name": "standardpage",
        "app_label": "core",
        "model_name": "basepage",
        "app_name": "core",
        "site_pk": page.get_site().pk,
        "object_id": page.pk,
        "content_type_id": page.get_base_content_type().pk,
        "user_id": world.newsroom.people[EDITOR].pk,
        "collection_id": 1,
        "image_id": 1,
        "document_id": 1,
        "action": "publish",
    }
    for parts, names in flattened(get_resolver().url_patterns):
        if not parts.startswith("admin/"):
            continue
        for action in ("approve", "reject") if "action_name" in names else ("",):
            values = {name: known.get(name, world.figure_draft.pk) for name in names}
            if action:
                values["action_name"] = action
            try:
                yield from filled(parts, values)
            except KeyError:
                continue


def flattened(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, list[str]]]:
    for pattern in patterns:
        route = prefix + str(getattr(pattern.pattern, "_route", pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from flattened(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern) and "(" not in route and "^" not in route:
            names = [part.split(":")[-1].rstrip(">") for part in route.split("<")[1:]]
            yield route, [name.split(">")[0] for name in names]


def filled(route: str, values: dict[str, Any]) -> Iterator[str]:
    yield "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda match: str(values[match[1]]), route)


def test_nothing_that_the_auditor_sends_changes_anything(world: World) -> None:
    client = world.newsroom.client(AUDITOR)
    client.raise_request_exception = False
    before = contents()
    skipped = ("logout", "password", "account", "login")
    addresses = [one for one in admin_addresses(world) if not any(word in one for word in skipped)]
    assert len(addresses) > 150
    data = {
        "title": "改",
        "reason": "理由",
        "comment": "理由",
        "secrecy_checked": "on",
        "action-publish": "1",
    }
    # Wagtail's own: one is there to fail, one asks for a field that its script always sends.
    own_failures = {"/admin/failwhale/", "/admin/choose-external-link/"}
    failed = []
    for address in addresses:
        with transaction.atomic():
            if client.post(address, data).status_code >= 500:
                failed.append(address)
    client.raise_request_exception = True
    after = contents()
    assert {label for label in before if before[label] != after[label]} == set()
    assert set(failed) <= own_failures
    assert not PageLogEntry.objects.filter(user=world.newsroom.people[AUDITOR]).exists()
