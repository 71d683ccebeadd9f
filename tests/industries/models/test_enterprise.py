from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from industries.models import EnterpriseSector
from tests.factories import EnterprisePageFactory, Portal, SectorPageFactory, make_private


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
