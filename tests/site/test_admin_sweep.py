"""No address of the admin answers nonsense in its query with an error of the server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLResolver

from cms.core.bin import bin_fact, bin_page
from cms.core.models import CorrectionRequest, Tombstone
from cms.review.models import ExternalLink, WordRule
from tests.factories import (
    EnterprisePageFactory,
    NewsPageFactory,
    ObservationFactory,
    StatementFactory,
    UserFactory,
)

LONG = "长" * 10_000
# What a listing reads from its query, each with what nobody would type.
NONSENSE: list[dict[str, Any]] = [
    {"q": "长春", "ordering": "-title", "p": "2"},
    {"q": "\0\ud800", "ordering": "nothing__password", "p": "abc", "page": "abc", "year": "99999"},
    {"q": LONG, "ordering": LONG, "p": "9" * 30, "mode": "nothing", "export": "nothing"},
    {"q": "'\"%_\\(*:-AND", "ordering": "\0", "p": "-1", "next": "//evil.example"},
]
# For every filter of a listing.
HUGE = "9" * 30
VALUES = ("长春\0\ud800", LONG, "-1", "2026-13-45", HUGE)
# Listings that are Wagtail's alone: a number with no room in SQLite is an error there, with the filter's own field.
WAGTAILS = (
    "/admin/pages/",
    "/admin/reports/",
    "/admin/users/",
    "/admin/workflows/",
    "/admin/images/",
    "/admin/documents/",
)
# Wagtail cannot filter by it and search at once.
NO_SEARCH_WITH = "usage_count"
# What belongs to Wagtail alone, shows an error on purpose, or ends the session.
NOT_OURS = ("admin/failwhale/", "admin/test404/", "admin/logout/", "admin/password_reset/", "admin/login/")


def query(parameters: dict[str, Any]) -> str:
    return urlencode(parameters, doseq=True, errors="surrogatepass")


def routes(patterns: list[Any], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        elif "<" not in route and "^" not in route and not route.endswith("/results/"):
            yield route


def plain_addresses() -> list[str]:
    """Every address of the admin without a number in it."""
    found = {route.removeprefix("^") for route in routes(get_resolver().url_patterns)}
    return sorted(f"/{r}" for r in found if r.startswith("admin/") and not r.startswith(NOT_OURS))


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    from django.core.cache import cache

    from tests.snapshot import portal_in_place

    with django_db_blocker.unblock(), transaction.atomic():
        cache.clear()
        portal = portal_in_place()
        client = Client(raise_request_exception=False)
        user: Any = UserFactory(is_superuser=True)
        client.force_login(user)
        page: Any = EnterprisePageFactory(title="长春某厂")
        NewsPageFactory(title="长春新闻").save_revision(user=user)
        fact = ObservationFactory(subject=page)
        StatementFactory(subjects=[page])
        binned = bin_page(EnterprisePageFactory(), user), bin_fact(ObservationFactory(), user)
        Tombstone.objects.create(path="/gone/", title="长春")
        WordRule.objects.create(wrong="长春", right="长春市")
        CorrectionRequest.objects.create(text="长春")
        ExternalLink.objects.create(url="https://example.com/")
        yield {"client": client, "page": page, "fact": fact, "home": portal.home, "binned": binned}
        transaction.set_rollback(True)


@pytest.fixture
def world(made: dict[str, Any], db: None) -> dict[str, Any]:
    return made


def numbered_addresses(world: dict[str, Any]) -> list[str]:
    """The portal's own screens about one page, fact or record."""
    page, fact, (page_record, fact_record) = world["page"], world["fact"], world["binned"]
    kinds = {one: ContentType.objects.get_for_model(type(one)).pk for one in (page, fact)}
    kinds[page] = page.get_base_content_type().pk
    return [
        reverse("wagtailadmin_explore", args=[world["home"].pk]),
        reverse("wagtailadmin_explore_results", args=[world["home"].pk]),
        reverse("wagtailadmin_choose_page_child", args=[world["home"].pk]),
        reverse("wagtailadmin_pages:usage", args=[page.pk]),
        reverse("wagtailadmin_pages:history", args=[page.pk]),
        reverse("wagtailadmin_pages:history_results", args=[page.pk]),
        reverse("wagtailadmin_pages:view_draft", args=[page.pk]),
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        reverse("review-page", args=[page.pk]),
        *(
            reverse(name, args=[kinds[one], one.pk])
            for name in ("review-sheet", "review-emergency")
            for one in kinds
        ),
        reverse("page-findings", args=[page.pk]),
        reverse("fact-findings", args=["industries", "observation", fact.pk]),
        reverse("preview-links", args=[page.pk]),
        *(
            reverse(name, args=[record.pk])
            for name in ("bin-restore", "bin-purge")
            for record in (page_record, fact_record)
        ),
        *(
            reverse(fact.snippet_viewset.get_url_name(name), args=[fact.pk])
            for name in ("edit", "usage", "history", "history_results", "inspect", "delete", "unpublish")
        ),
        # Choosers search and narrow down at once.
        reverse("wagtailadmin_choose_page_search")
        + "?page_type=industries.enterprisepage,industries.projectpage",
        reverse("wagtailimages_chooser:choose") + "?collection_id=1",
        reverse("wagtaildocs_chooser:choose") + "?collection_id=1",
        reverse("wagtail_bulk_action", args=["core", "basepage", "delete"]) + f"?id={page.pk}",
    ]


def failures(client: Client, addresses: list[str]) -> list[str]:
    found = []
    for address in addresses:
        status = client.get(address).status_code
        if status >= 500:
            found.append(f"{status} {address[:160]}")
    return found


@pytest.mark.parametrize("number", range(len(NONSENSE)))
def test_nonsense_gives_no_error(world: dict[str, Any], number: int) -> None:
    client = world["client"]
    addresses = [*plain_addresses(), *numbered_addresses(world)]
    assert len(addresses) > 100
    said = query(NONSENSE[number])
    assert failures(client, [f"{a}{'&' if '?' in a else '?'}{said}" for a in addresses]) == []


def filtered_listings(client: Client) -> dict[str, list[str]]:
    """Listings with filters, and the names of these, as the screens themselves tell."""
    found = {}
    for address in plain_addresses():
        response = client.get(address)
        view = (getattr(response, "context_data", None) or {}).get("view")
        filters = getattr(view, "filters", None)
        if filters is not None and filters.filters:
            found[address] = [
                asked_as
                for name, field in filters.form.fields.items()
                for asked_as in names_of(name, field.widget)
            ]
    return found


def names_of(name: str, widget: Any) -> list[str]:
    """A range is asked for by two names."""
    suffixes = getattr(widget, "suffixes", None)
    return [f"{name}_{suffix}" for suffix in suffixes] if suffixes else [name]


def test_no_filter_gives_an_error(world: dict[str, Any]) -> None:
    client = world["client"]
    listings = filtered_listings(client)
    assert len(listings) > 10
    problems = []
    for address, names in listings.items():
        for value in VALUES:
            if value == HUGE and address.startswith(WAGTAILS):
                continue
            # With a search too: the index must know every field that is filtered.
            asked = [name for name in names if not name.startswith(NO_SEARCH_WITH)]
            said = query(dict.fromkeys(asked, value) | {"q": "长春"})
            problems += failures(client, [f"{address}?{said}"])
    assert problems == []
