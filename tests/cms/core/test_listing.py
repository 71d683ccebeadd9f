"""Listings and their facets, on the columns of a small portal."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import RequestFactory

from cms.core.listing import FEED_LENGTH, MOST_VALUES, Listing
from industries.models import EnterpriseSector, NewsSubject, ProjectStage
from tests.factories import (
    EnterprisePageFactory,
    NewsPageFactory,
    PlacePageFactory,
    Portal,
    ProjectPageFactory,
    SectorPageFactory,
    StatementFactory,
    make_private,
)


@pytest.fixture
def ask(rf: RequestFactory) -> Any:
    """The listing of a column for a query string."""

    def listing(column: Any, query: str = "") -> Listing:
        return column.listing(rf.get(f"{column.url}?{query}"))

    return listing


def titles(listing: Listing) -> list[str]:
    return [item.title for item in listing]


def offered(listing: Listing, name: str) -> dict[str, int]:
    return {option["value"]: option["count"] for option in listing.options[name]}


def test_only_values_in_use_are_offered_with_their_counts(portal: Portal, ask: Any) -> None:
    ProjectPageFactory(kind="event")
    ProjectPageFactory.create_batch(2, kind="product")
    ProjectPageFactory(kind="upgrade", live=False)
    assert offered(ask(portal.projects), "kind") == {"product": 2, "event": 1}


def test_counts_heed_the_other_filters_but_not_the_facets_own(portal: Portal, ask: Any) -> None:
    sector = SectorPageFactory(slug="qiche")
    ProjectPageFactory(kind="event", sectors=[sector])
    ProjectPageFactory(kind="product", sectors=[sector])
    ProjectPageFactory(kind="product")
    listing = ask(portal.projects, "sector=qiche&kind=product")
    assert offered(listing, "kind") == {"product": 1, "event": 1}
    assert offered(listing, "sector") == {"qiche": 1}
    assert listing.total == 1


def test_several_values_of_one_facet_widen_it(portal: Portal, ask: Any) -> None:
    for kind in ("event", "product", "upgrade"):
        ProjectPageFactory(title=kind, kind=kind)
    listing = ask(portal.projects, "kind=event&kind=product&sort=pinyin")
    assert titles(listing) == ["event", "product"]


def test_a_child_sector_counts_for_its_parent_and_an_item_counts_once(portal: Portal, ask: Any) -> None:
    parent = SectorPageFactory(slug="qiche")
    one, two = (SectorPageFactory(slug=f"child-{n}", parent=parent) for n in (1, 2))
    ProjectPageFactory(title="两项", sectors=[one, two])
    ProjectPageFactory(title="一项", sectors=[one])
    ProjectPageFactory(title="无关")
    listing = ask(portal.projects, "sector=qiche")
    assert sorted(titles(listing)) == ["一项", "两项"]
    assert offered(listing, "sector") == {"qiche": 2, "child-1": 2, "child-2": 1}
    assert [option["depth"] for option in listing.options["sector"]] == [0, 1, 1]


def test_hidden_records_are_neither_offered_nor_accepted(portal: Portal, ask: Any) -> None:
    hidden = SectorPageFactory(slug="mimi", live=False)
    private = SectorPageFactory(slug="simi")
    make_private(private)
    ProjectPageFactory(sectors=[hidden, private])
    listing = ask(portal.projects, "sector=mimi&sector=simi")
    assert offered(listing, "sector") == {}
    assert listing.total == 1
    assert len(listing.problems) == 2


def test_sector_and_chain_position_are_asked_of_the_same_link(portal: Portal, ask: Any) -> None:
    cars, light = SectorPageFactory(slug="cars"), SectorPageFactory(slug="light")
    both = EnterprisePageFactory(title="两业")
    EnterpriseSector.objects.create(enterprise=both, sector=cars, position="downstream")
    EnterpriseSector.objects.create(enterprise=both, sector=light, position="upstream")
    one = EnterprisePageFactory(title="一业")
    EnterpriseSector.objects.create(enterprise=one, sector=cars, position="upstream")
    listing = ask(portal.enterprises, "sector=cars&position=upstream")
    assert titles(listing) == ["一业"]
    assert offered(listing, "position") == {"upstream": 1, "downstream": 1}
    assert offered(listing, "sector") == {"cars": 1, "light": 1}


def test_text_must_match_word_by_word_in_any_of_the_fields(portal: Portal, ask: Any) -> None:
    EnterprisePageFactory(title="中车长客", full_name="中车长春轨道客车股份有限公司")
    EnterprisePageFactory(title="中车智行")
    assert titles(ask(portal.enterprises, "q=中车+轨道客车")) == ["中车长客"]
    assert titles(ask(portal.enterprises, "q=100%25")) == []


def test_names_sort_by_pinyin_and_stand_under_their_initial(portal: Portal, ask: Any) -> None:
    for title in ("长光卫星", "奥普光电", "115研究所", "长春一东"):
        EnterprisePageFactory(title=title)
    listing = ask(portal.enterprises)
    assert titles(listing) == ["115研究所", "奥普光电", "长春一东", "长光卫星"]
    assert offered(listing, "initial") == {"1": 1, "A": 1, "C": 2}
    assert titles(ask(portal.enterprises, "initial=C")) == ["长春一东", "长光卫星"]


def test_projects_start_with_the_latest_stage_and_are_found_by_it(portal: Portal, ask: Any) -> None:
    for title, stage, when in (("旧", "operating", "2020"), ("新", "started", "2025-06")):
        project = ProjectPageFactory(title=title)
        statement = StatementFactory(period=when, subjects=[project])
        ProjectStage.objects.create(project=project, stage=stage, statement=statement)
    staged = ProjectPageFactory(title="未公开")
    hidden = StatementFactory(period="2026", subjects=[staged], live=False)
    ProjectStage.objects.create(project=staged, stage="completed", statement=hidden)
    assert titles(ask(portal.projects)) == ["新", "旧", "未公开"]
    assert offered(ask(portal.projects), "stage") == {"started": 1, "operating": 1}
    assert titles(ask(portal.projects, "stage=operating")) == ["旧"]


def test_active_filters_are_removed_one_by_one(portal: Portal, ask: Any) -> None:
    ProjectPageFactory(kind="event")
    listing = ask(portal.projects, "kind=event&kind=product&q=项目&sort=pinyin")
    chips = {(chip["label"], chip["value"]): chip["url"] for chip in listing.active}
    assert chips[("类别", "展会活动")] == "/projects/?q=%E9%A1%B9%E7%9B%AE&kind=product&sort=pinyin"
    assert chips[("检索", "项目")] == "/projects/?kind=event&kind=product&sort=pinyin"
    assert listing.clear_url == "/projects/?sort=pinyin"


def test_what_cannot_be_taken_is_named_and_the_rest_is_done(portal: Portal, ask: Any) -> None:
    ProjectPageFactory(title="展会", kind="event")
    ProjectPageFactory(kind="product")
    listing = ask(portal.projects, f"kind=event&kind=nonsense&sort=price&q={'长' * 81}")
    assert titles(listing) == ["展会"]
    assert len(listing.problems) == 3
    assert any("类别" in said and "nonsense" in said for said in listing.problems)
    assert [chip["value"] for chip in listing.active] == ["展会活动"]


def test_an_address_can_ask_for_only_so_many_values(portal: Portal, ask: Any) -> None:
    listing = ask(portal.places, "&".join(f"zone=功能区{n}" for n in range(500)))
    assert len(listing.chosen["zone"]) == MOST_VALUES


def test_a_year_and_its_months_take_each_others_place(portal: Portal, ask: Any) -> None:
    NewsPageFactory(title="甲", first_published_at="2025-11-30T20:00:00Z")  # December in Changchun
    NewsPageFactory(title="乙", first_published_at="2024-02-01T00:00:00Z")
    listing = ask(portal.news, "month=2025-12")
    assert titles(listing) == ["甲"]
    assert offered(listing, "year") == {"2025": 1, "2024": 1}
    year = listing.options["year"][1]
    assert year["url"] == "/news/?year=2024"
    assert titles(ask(portal.news, "year=2024")) == ["乙"]


def test_news_is_found_by_the_sector_of_what_it_is_about(portal: Portal, ask: Any) -> None:
    parent = SectorPageFactory(slug="qiche")
    child = SectorPageFactory(slug="dianche", parent=parent)
    place = PlacePageFactory(sectors=[child])
    article = NewsPageFactory(title="园区开工")
    NewsSubject.objects.create(news=article, page_id=place.pk)
    NewsPageFactory(title="别的")
    listing = ask(portal.news, "sector=qiche")
    assert titles(listing) == ["园区开工"]
    assert offered(listing, "sector") == {"qiche": 1, "dianche": 1}
    place.live = False
    place.save()
    assert offered(ask(portal.news), "sector") == {}
    assert ask(portal.news, "sector=qiche").total == 0


def test_pages_keep_the_filters(portal: Portal, ask: Any) -> None:
    ProjectPageFactory.create_batch(portal.projects.page_size + 1, kind="event")
    listing = ask(portal.projects, "kind=event&page=2")
    assert (listing.number, len(listing)) == (2, 1)
    assert listing.previous_url == "/projects/?kind=event"
    assert ask(portal.projects, "kind=event").next_url == "/projects/?kind=event&page=2"
    assert all("page=" not in chip["url"] for chip in listing.active)


def test_a_selection_is_not_indexed_and_a_later_page_stands_for_itself(
    portal: Portal, rf: RequestFactory
) -> None:
    ProjectPageFactory.create_batch(portal.projects.page_size + 1)

    def metadata(query: str) -> Any:
        return portal.projects.metadata(rf.get(f"/projects/?{query}"))

    bare = metadata("")
    assert (bare.robots, bare.canonical) == ("", "http://testserver/projects/")
    second = metadata("page=2")
    assert (second.robots, second.canonical) == ("", "http://testserver/projects/?page=2")
    assert "第2页" in second.title
    for query in ("kind=event", "q=a", "sort=pinyin", "kind=nonsense", "kind=event&page=2"):
        found = metadata(query)
        assert found.robots.startswith("noindex"), query
        assert found.canonical == bare.canonical, query


def test_a_feed_carries_the_newest(portal: Portal, ask: Any) -> None:
    for day in range(1, FEED_LENGTH + 3):
        ProjectPageFactory(title=f"第{day}个", first_published_at=f"2025-01-01T00:00:{day:02}Z")
    newest = ask(portal.projects, "sort=pinyin").newest(portal.projects.newest_by)
    assert [newest[0].title, newest[-1].title, len(newest)] == ["第52个", "第3个", FEED_LENGTH]
