"""Sectors and their tiers: a sourced claim, inherited by child sectors."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.test import Client

from industries.models import (
    ChainSegment,
    EnterpriseSector,
    NewsSubject,
    SectorIndexPage,
    SectorPage,
    StatementSubject,
)
from industries.models.sector import tier_groups
from tests.factories import (
    EnterprisePageFactory,
    IndicatorPageFactory,
    NewsPageFactory,
    ObservationFactory,
    Portal,
    SectorPageFactory,
    StatementFactory,
    TierFactory,
)


def fresh(page: SectorPage) -> SectorPage:
    return SectorPage.objects.get(pk=page.pk)


def test_tier_needs_a_statement_that_it_rests_on(portal: Portal) -> None:
    sector = SectorPageFactory()
    sector.tier = TierFactory()
    with pytest.raises(ValidationError) as refused:
        sector.full_clean()
    assert refused.value.message_dict == {"basis": ["请选择一条陈述，说明凭什么归入这一层级。"]}
    sector.basis = StatementFactory(subjects=[sector])
    sector.full_clean()
    assert sector.shown_tier == sector.tier


def test_statement_and_tier_that_a_sector_rests_on_cannot_be_deleted(portal: Portal) -> None:
    sector = SectorPageFactory(tiered=True)
    for record in (sector.basis, sector.tier):
        with pytest.raises(ProtectedError):
            record.delete()


def test_sector_without_a_tier_shows_none(portal: Portal) -> None:
    sector = SectorPageFactory()
    assert sector.shown_tier is None
    assert sector.hue == "pine"


def test_child_sector_has_the_tier_and_the_hue_of_its_parent(portal: Portal) -> None:
    parent = SectorPageFactory(tiered=True, tier__hue="amber")
    child = fresh(SectorPageFactory(parent=parent))
    grandchild = fresh(SectorPageFactory(parent=child))
    assert child.tier is None
    assert child.shown_tier == grandchild.shown_tier == parent.tier
    assert child.hue == grandchild.hue == "amber"


def test_child_sector_may_have_a_tier_of_its_own(portal: Portal) -> None:
    parent = SectorPageFactory(tiered=True)
    child = fresh(SectorPageFactory(parent=parent, tiered=True, tier__hue="iris"))
    assert child.shown_tier == child.tier != parent.tier
    assert child.hue == "iris"


def test_child_sector_follows_when_its_parent_changes_tier(portal: Portal) -> None:
    parent = SectorPageFactory(tiered=True)
    child = SectorPageFactory(parent=parent)
    grandchild = SectorPageFactory(parent=child)
    parent = fresh(parent)
    parent.tier = TierFactory()
    parent.save()
    assert fresh(parent).shown_tier == parent.tier
    assert fresh(child).shown_tier == parent.tier
    assert fresh(grandchild).shown_tier == parent.tier


def test_sector_moved_below_another_takes_the_tier_there(portal: Portal) -> None:
    old, new = SectorPageFactory(tiered=True), SectorPageFactory(tiered=True)
    child = SectorPageFactory(parent=old)
    fresh(child).move(new, pos="last-child")
    assert fresh(child).shown_tier == new.tier


def test_sector_moved_to_the_top_keeps_no_tier_of_its_old_parent(portal: Portal) -> None:
    child = SectorPageFactory(parent=SectorPageFactory(tiered=True))
    fresh(child).move(SectorIndexPage.objects.get(), pos="last-child")
    assert fresh(child).shown_tier is None


def test_groups_follow_the_tiers_order_and_hold_top_sectors_with_their_children(
    portal: Portal,
) -> None:
    second, first = TierFactory(order=2), TierFactory(order=1)
    TierFactory(order=3)
    a = SectorPageFactory(tiered=True, tier=second)
    b = SectorPageFactory(tiered=True, tier=first)
    child = SectorPageFactory(parent=a)
    groups = tier_groups(list(SectorPage.objects.visible().for_cards()))
    assert [group["tier"] for group in groups] == [first, second]
    assert [group["sectors"] for group in groups] == [[b], [a]]
    assert groups[1]["sectors"][0].children == [child]
    assert groups[0]["sectors"][0].children == []


def test_sector_counts_figures_of_its_children_and_of_its_indicators(portal: Portal) -> None:
    parent = SectorPageFactory()
    child = SectorPageFactory(parent=parent)
    about_child = ObservationFactory(subject=child)
    indicator = IndicatorPageFactory()
    indicator.sectors.set([child])
    indicator.save()
    measured = ObservationFactory(indicator=indicator)
    ObservationFactory(subject=SectorPageFactory())
    assert set(parent.observations()) == {about_child, measured}


def test_figures_of_a_hidden_child_do_not_show_on_its_parent(portal: Portal) -> None:
    parent = SectorPageFactory()
    draft = SectorPageFactory(parent=parent, live=False)
    indicator = IndicatorPageFactory()
    indicator.sectors.set([draft])
    indicator.save()
    ObservationFactory(indicator=indicator)
    assert list(parent.observations()) == []


def test_what_is_told_of_a_child_counts_for_the_parent_but_not_of_a_hidden_one(portal: Portal) -> None:
    parent = SectorPageFactory()
    child, draft = SectorPageFactory(parent=parent), SectorPageFactory(parent=parent, live=False)
    told = StatementFactory(subjects=[child], period="2024")
    StatementFactory(subjects=[draft])
    news, other = NewsPageFactory(), NewsPageFactory()
    NewsSubject.objects.create(news=news, page_id=child.pk)
    NewsSubject.objects.create(news=other, page_id=draft.pk)
    assert list(fresh(parent).statements()) == [told]
    assert [page.pk for page in fresh(parent).news()] == [news.pk]


def test_figure_of_an_indicator_in_several_sectors_of_a_family_comes_once(portal: Portal) -> None:
    parent = SectorPageFactory()
    indicator = IndicatorPageFactory()
    indicator.sectors.set([parent, SectorPageFactory(parent=parent)])
    indicator.save()
    figure = ObservationFactory(indicator=indicator)
    assert list(fresh(parent).observations()) == [figure]


def test_chain_holds_segments_and_the_visible_enterprises_of_the_family(portal: Portal, rf: Any) -> None:
    sector = SectorPageFactory()
    child = SectorPageFactory(parent=sector)
    ChainSegment.objects.create(sector=sector, position="upstream", name="动力电池")
    shown, hidden = EnterprisePageFactory(), EnterprisePageFactory(live=False)
    for enterprise in (shown, hidden):
        EnterpriseSector.objects.create(
            enterprise=enterprise, sector=child, position="midstream", role="整车制造"
        )
    context = fresh(sector).get_context(rf.get("/"))
    up, middle, down = context["chain"]
    assert [segment.name for segment in up.segments] == ["动力电池"]
    assert middle.enterprises == [(shown, "整车制造")]
    assert (down.segments, down.enterprises) == ([], [])
    assert context["enterprises"] == [shown]
    assert [link.sector for link in context["enterprises"][0].shown_sector_links] == [child]


def test_chain_is_a_list_that_says_where_nothing_is_known(portal: Portal, client: Client) -> None:
    sector = SectorPageFactory()
    ChainSegment.objects.create(sector=sector, position="midstream", name="无人机整机")
    page = client.get(fresh(sector).url).content.decode()
    chain = page[page.index('<ol class="chain">') : page.index("</figure>")]
    assert [label for label in ("上游", "中游", "下游") if f"<h3>{label}</h3>" in chain] == [
        "上游",
        "中游",
        "下游",
    ]
    assert "无人机整机" in chain
    assert chain.count("来源未涉及</p>") == 2
    assert "示意图" in chain


def test_basis_of_the_tier_is_told_beside_the_tier_only(portal: Portal, rf: Any, client: Client) -> None:
    sector = SectorPageFactory(tier=TierFactory(), basis=StatementFactory(text="列为支柱产业。"))
    StatementSubject.objects.create(statement=sector.basis, page_id=sector.pk)
    other = StatementFactory(subjects=[sector])
    context = fresh(sector).get_context(rf.get("/"))
    assert context["tier_basis"] == sector.basis
    assert context["claims"] == [other]
    assert "列为支柱产业。" in client.get(sector.url).content.decode()


def test_hidden_basis_of_the_tier_is_not_shown(portal: Portal, rf: Any) -> None:
    sector = SectorPageFactory(tiered=True, basis__live=False)
    assert fresh(sector).get_context(rf.get("/"))["tier_basis"] is None


def test_milestones_are_the_dated_statements_by_year_the_latest_first(portal: Portal, rf: Any) -> None:
    sector = SectorPageFactory()
    first, half, last, undated = (
        StatementFactory(subjects=[sector], period=when) for when in ("2023-03", "2023-H2", "2024", "")
    )
    context = fresh(sector).get_context(rf.get("/"))
    assert context["milestones"] == [(2024, [last]), (2023, [half, first])]
    assert context["claims"] == [undated]
    assert context["contents"] == [("milestones", "大事"), ("claims", "有据可查")]
