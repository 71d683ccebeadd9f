"""An editor says what a change brings, once; readers see the major ones at the end of the page."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Revision

from cms.core.models import BasePage, ChangeKind, ChangeNote
from home.models import StandardPage
from tests.factories import (
    IndicatorPageFactory,
    NewsPageFactory,
    Portal,
    ProjectPageFactory,
    SectorPageFactory,
    StandardPageFactory,
    UserFactory,
)

NOTE = "投资额改为合同公布的数。"


def published(page: Any, note: str = "", kind: str = ChangeKind.MAJOR, user: Any = None) -> Any:
    """Publishes a draft of the page with that note; returns the page as it is then."""
    page = type(page).objects.get(pk=page.pk).get_latest_revision_as_object()
    page.change_kind, page.change_note = kind, note
    page.save_revision(user=user).publish()
    return type(page).objects.get(pk=page.pk)


def form_data(client: Client, page: Any, **changes: str) -> dict[str, str]:
    """What a browser would send back of the page's form, as far as this kind of page needs."""
    return {
        "title": page.title,
        "slug": page.slug,
        "summary": "摘要",
        "body-count": "0",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "comments-MIN_NUM_FORMS": "0",
        "comments-MAX_NUM_FORMS": "1000",
        **changes,
    }


@pytest.mark.parametrize(
    "make",
    [NewsPageFactory, ProjectPageFactory, IndicatorPageFactory, SectorPageFactory, StandardPageFactory],
)
def test_readers_see_major_changes_on_every_kind_of_page(portal: Portal, client: Client, make: Any) -> None:
    page = make()
    assert "修订记录" not in client.get(page.url).content.decode()
    published(page, "改了错字。", ChangeKind.MINOR)
    published(page, NOTE)
    html = client.get(page.url).content.decode()
    assert "修订记录" in html
    assert NOTE in html
    assert "改了错字" not in html
    assert NOTE in client.get(f"{page.url}index.md").content.decode()


def test_a_note_is_kept_with_its_author_and_the_fields_are_empty_again(portal: Portal) -> None:
    author = UserFactory()
    page = published(ProjectPageFactory(), NOTE, user=author)
    note = ChangeNote.objects.get()
    assert (note.text, note.kind, note.user, note.revision) == (NOTE, "major", author, page.live_revision)
    assert (page.change_kind, page.change_note) == ("minor", "")
    page.title = "又改"
    page.save_revision()
    draft = page.get_latest_revision_as_object()
    assert (draft.change_kind, draft.change_note) == ("minor", "")


def test_no_old_draft_brings_a_note_back(portal: Portal) -> None:
    page = ProjectPageFactory()
    page.change_kind, page.change_note = ChangeKind.MAJOR, NOTE
    first = page.save_revision()
    again = page.save_revision()
    again.publish()
    for old in (first, again):
        assert Revision.objects.get(pk=old.pk).as_object().change_note == ""
    Revision.objects.get(pk=first.pk).publish()
    assert ChangeNote.objects.count() == 1


def test_a_note_waits_in_the_draft_until_it_is_published(portal: Portal) -> None:
    page = published(ProjectPageFactory(), "先前的改动。")
    page.change_note = NOTE
    page.save_revision()
    draft = BasePage.objects.get(pk=page.pk).specific.get_latest_revision_as_object()
    assert draft.change_note == NOTE
    draft.save_revision()
    assert BasePage.objects.get(pk=page.pk).specific.get_latest_revision_as_object().change_note == NOTE


def test_the_first_publication_is_no_change(portal: Portal) -> None:
    page = ProjectPageFactory(live=False)
    published(page, NOTE)
    assert not ChangeNote.objects.exists()


def test_the_form_asks_only_of_public_pages(portal: Portal, admin_client: Client) -> None:
    public, draft = StandardPageFactory(), StandardPageFactory(live=False)
    assert (
        "本次改动" in admin_client.get(reverse("wagtailadmin_pages:edit", args=[public.pk])).content.decode()
    )
    html = admin_client.get(reverse("wagtailadmin_pages:edit", args=[draft.pk])).content.decode()
    assert "本次改动" not in html
    assert "change_kind" not in html
    new = reverse("wagtailadmin_pages:add", args=["home", "standardpage", portal.home.pk])
    assert "change_kind" not in admin_client.get(new).content.decode()


def test_a_major_change_demands_a_note_when_published_but_not_as_a_draft(
    portal: Portal, admin_client: Client
) -> None:
    page = StandardPageFactory()
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    major = form_data(admin_client, page, title="新标题", change_kind="major", change_note=" ")
    refused = admin_client.post(address, {**major, "action-publish": "1"})
    assert "大改要写说明" in refused.content.decode()
    assert "新标题" in refused.content.decode()
    assert StandardPage.objects.get(pk=page.pk).title != "新标题"
    assert admin_client.post(address, major).status_code == 302
    kept = {**major, "change_note": NOTE, "action-publish": "1"}
    assert admin_client.post(address, kept).status_code == 302
    assert ChangeNote.objects.get().text == NOTE
