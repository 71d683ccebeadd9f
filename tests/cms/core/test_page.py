"""The one place that decides what the public may see."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.http import Http404
from django.test import Client, RequestFactory
from django.utils import timezone
from wagtail.models import PageViewRestriction

from cms.core.models import BasePage
from cms.core.visibility import remembered
from tests.factories import (
    NewsPageFactory,
    Portal,
    ProjectPageFactory,
    SectorPageFactory,
    StandardPageFactory,
    is_visible,
    make_private,
)


def shown(page: BasePage) -> bool:
    """As a listing sees it; the page itself must agree."""
    listed = BasePage.objects.visible().filter(pk=page.pk).exists()
    assert is_visible(page) == listed
    return listed


def test_published_page_is_visible(portal: Portal) -> None:
    assert shown(ProjectPageFactory())


def test_draft_is_hidden(portal: Portal) -> None:
    assert not shown(ProjectPageFactory(live=False))


def test_page_disappears_at_its_expiry_without_waiting_for_the_command(portal: Portal) -> None:
    now = timezone.now()
    assert not shown(ProjectPageFactory(live=True, expire_at=now - timedelta(seconds=1)))
    assert shown(ProjectPageFactory(live=True, expire_at=now + timedelta(hours=1)))


def test_expired_page_is_not_found_at_its_address(portal: Portal, rf: RequestFactory) -> None:
    page = ProjectPageFactory(expire_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(Http404):
        page.serve(rf.get("/"))


@pytest.mark.parametrize("kind", ["login", "password", "groups"])
def test_private_page_and_all_below_it_are_hidden(portal: Portal, kind: str) -> None:
    parent = SectorPageFactory()
    child = SectorPageFactory(parent=parent)
    beside = SectorPageFactory()
    PageViewRestriction.objects.create(page_id=parent.pk, restriction_type=kind, password="口令")
    assert not shown(parent)
    assert not shown(child)
    assert shown(beside)


def test_child_of_a_draft_is_visible_in_its_own_right(portal: Portal) -> None:
    parent = SectorPageFactory(live=False)
    assert shown(SectorPageFactory(parent=parent))


def test_breadcrumb_leads_from_home_through_visible_pages(portal: Portal) -> None:
    parent = StandardPageFactory()
    draft = StandardPageFactory(parent=parent, live=False)
    page = StandardPageFactory(parent=draft)
    titles = [ancestor.title for ancestor in page.breadcrumb()]
    assert titles == [portal.home.title, parent.title]


def test_column_lists_visible_pages_below_it_in_tree_order(portal: Portal) -> None:
    first, second = SectorPageFactory(), SectorPageFactory()
    child = SectorPageFactory(parent=first)
    SectorPageFactory(live=False)
    private = SectorPageFactory()
    make_private(private)
    assert list(portal.sectors.items()) == [first, child, second]


@pytest.mark.parametrize(("asked", "number"), [("", 1), ("x", 1), ("-1", 2), ("0", 2), ("99", 2)])
def test_nonsensical_page_number_still_gives_a_page(
    portal: Portal, rf: RequestFactory, asked: str, number: int
) -> None:
    for _ in range(portal.projects.page_size + 1):
        ProjectPageFactory()
    assert portal.projects.listing(rf.get("/", {"page": asked})).number == number


def test_description_for_machines_falls_back_to_the_summary(portal: Portal) -> None:
    assert ProjectPageFactory(summary="摘要").description == "摘要"
    assert ProjectPageFactory(summary="摘要", search_description="描述").description == "描述"


def test_type_label_is_what_readers_call_the_page(portal: Portal) -> None:
    page = BasePage.objects.get(pk=ProjectPageFactory().pk)
    assert page.type_label == "项目"


def test_a_deep_page_is_found_in_two_queries(
    portal: Portal, rf: RequestFactory, django_assert_num_queries: Any
) -> None:
    parent = SectorPageFactory(title="汽车", slug="qiche")
    child = SectorPageFactory(parent=parent, title="新能源汽车", slug="xinnengyuan")
    home = portal.home
    with django_assert_num_queries(2):
        found, _, _ = home.route(rf.get("/"), ["sectors", "qiche", "xinnengyuan"])
    assert found == child
    assert type(found) is type(child)
    with remembered(), django_assert_num_queries(1):  # private sections
        assert [page.title for page in found.breadcrumb()] == [home.title, portal.sectors.title, "汽车"]


@pytest.mark.parametrize(
    "components", [["nope"], ["sectors", "nope"], ["nope", "qiche"], ["sectors"] * 13, ["qiche", "sectors"]]
)
def test_an_address_that_leads_nowhere_is_not_found(
    portal: Portal, rf: RequestFactory, components: list[str]
) -> None:
    SectorPageFactory(title="汽车", slug="qiche")
    with pytest.raises(Http404):
        portal.home.route(rf.get("/"), components)


def test_an_alias_of_a_private_page_asks_for_permission_too(portal: Portal, client: Client) -> None:
    page = NewsPageFactory(slug="neibu")
    page.create_alias(update_slug="bieming")
    make_private(page)
    assert client.get("/news/bieming/").status_code != 200
