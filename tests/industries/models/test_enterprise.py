from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from industries.models import EnterpriseSector, ProjectEnterprise
from tests.factories import (
    EnterprisePageFactory,
    PlacePageFactory,
    Portal,
    ProjectPageFactory,
    SectorPageFactory,
    StatementFactory,
    make_private,
)


@pytest.mark.parametrize("code", ["", "600000", "000800"])
def test_stock_code_is_six_digits_or_nothing(portal: Portal, code: str) -> None:
    enterprise = EnterprisePageFactory(stock_code=code)
    enterprise.full_clean()
    assert enterprise.stock_code == code


@pytest.mark.parametrize(
    "code",
    ["60000", "6000000", "60000a", "SH6000", "６０００００", "60000 ", "60000\n", "-60000", "٦٠٠٠٠٠"],
)
def test_anything_else_is_no_stock_code(portal: Portal, code: str) -> None:
    enterprise = EnterprisePageFactory()
    enterprise.stock_code = code
    with pytest.raises(ValidationError) as refused:
        enterprise.full_clean()
    assert set(refused.value.message_dict) == {"stock_code"}


def test_names_are_kept_one_a_line(portal: Portal) -> None:
    enterprise = EnterprisePageFactory(other_names="一汽\n\n  中国一汽 \r\n", former_names="第一汽车制造厂")
    assert enterprise.other_name_list == ["一汽", "中国一汽"]
    assert enterprise.former_name_list == ["第一汽车制造厂"]


def test_enterprise_belongs_to_a_sector_once(portal: Portal) -> None:
    enterprise, sector = EnterprisePageFactory(), SectorPageFactory()
    EnterpriseSector.objects.create(enterprise=enterprise, sector=sector)
    with pytest.raises(IntegrityError), transaction.atomic():
        EnterpriseSector.objects.create(enterprise=enterprise, sector=sector)


def test_hue_is_that_of_the_first_sector_that_readers_may_see(portal: Portal) -> None:
    enterprise = EnterprisePageFactory()
    assert enterprise.hue == "pine"
    private = SectorPageFactory(tiered=True, tier__hue="iris")
    visible = SectorPageFactory(tiered=True, tier__hue="amber")
    for order, sector in enumerate((private, visible)):
        EnterpriseSector.objects.create(enterprise=enterprise, sector=sector, sort_order=order)
    make_private(private)
    enterprise = type(enterprise).objects.get(pk=enterprise.pk)
    assert [link.sector for link in enterprise.sector_roles()] == [visible]
    assert enterprise.hue == "amber"


def test_deleting_a_group_leaves_its_members(portal: Portal) -> None:
    group, member = EnterprisePageFactory(), EnterprisePageFactory()
    member.parent = group
    member.save()
    group.delete()
    member.refresh_from_db()
    assert member.parent is None


def test_statements_stand_under_their_kinds_with_achievements_first(portal: Portal, rf: Any) -> None:
    enterprise = EnterprisePageFactory()
    layout, old, certified, new = (
        StatementFactory(subjects=[enterprise], kind=kind, period=when)
        for kind, when in (("layout", ""), ("first", "2022"), ("certification", ""), ("first", "2024"))
    )
    StatementFactory(subjects=[enterprise], kind="ranking", live=False)
    context = enterprise.get_context(rf.get("/"))
    assert context["achievements"] == [
        ("首创", [new, old]),
        ("认证荣誉", [certified]),
        ("产业布局", [layout]),
    ]
    assert (context["milestones"], context["claims"]) == ([], [])


def test_relatives_are_told_apart_and_only_visible_ones_shown(portal: Portal) -> None:
    place, group = PlacePageFactory(), EnterprisePageFactory()
    enterprise = EnterprisePageFactory(location=place)
    enterprise.parent = group
    enterprise.save()
    daughter, hidden = EnterprisePageFactory(), EnterprisePageFactory(live=False)
    for page in (daughter, hidden):
        page.parent = enterprise
        page.save()
    found = enterprise.relatives()
    assert (found["parent"].pk, found["location"].pk) == (group.pk, place.pk)
    assert [page.pk for page in found["subsidiaries"]] == [daughter.pk]
    make_private(group)
    make_private(place)
    found = enterprise.relatives()
    assert (found["parent"], found["location"]) == (None, None)


def test_partners_are_the_visible_enterprises_of_shared_visible_projects(portal: Portal) -> None:
    enterprise, partner, other = (EnterprisePageFactory() for _ in range(3))
    draft = EnterprisePageFactory(live=False)
    shared, again, alone = (ProjectPageFactory() for _ in range(3))
    hidden = ProjectPageFactory(live=False)
    for project, members in (
        (shared, [enterprise, partner, draft]),
        (again, [enterprise, partner]),
        (alone, [other]),
        (hidden, [enterprise, other]),
    ):
        for member in members:
            ProjectEnterprise.objects.create(project=project, enterprise=member, role=f"{member.title}的角色")
    found = enterprise.involvement()
    assert found["partners"] == [(partner, [shared, again])]
    assert found["projects"] == [shared, again]
    assert {project.role for project in found["projects"]} == {f"{enterprise.title}的角色"}


def test_chain_position_is_shown_among_the_three_or_not_at_all(portal: Portal) -> None:
    placed = EnterpriseSector(position="midstream")
    assert placed.stations == [("上游", False), ("中游", True), ("下游", False)]
    assert EnterpriseSector().stations == []


def test_unknown_name_and_place_are_named_together(portal: Portal, rf: Any) -> None:
    enterprise = EnterprisePageFactory()
    assert enterprise.get_context(rf.get("/"))["unknown"] == ["全称", "所在园区"]
    known = EnterprisePageFactory(full_name="长春某某有限公司", location=PlacePageFactory())
    assert known.get_context(rf.get("/"))["unknown"] == []


def test_a_place_in_the_chain_of_a_hidden_sector_is_not_told_by_the_filter(
    portal: Portal, client: Client
) -> None:
    enterprise = EnterprisePageFactory(title="长光卫星")
    sector = SectorPageFactory()
    EnterpriseSector.objects.create(enterprise=enterprise, sector=sector, position="upstream")

    def found() -> bool:
        return "长光卫星" in client.get("/enterprises/?position=upstream").content.decode()

    assert found()
    make_private(sector)
    assert not found()
    options = client.get("/enterprises/").context["listing"].options["position"]
    assert options == []
