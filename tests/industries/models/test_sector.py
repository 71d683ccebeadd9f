"""Sectors and their tiers: a sourced claim, inherited by child sectors."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError

from industries.models import SectorIndexPage, SectorPage
from industries.models.sector import tier_groups
from tests.factories import (
    IndicatorPageFactory,
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
