"""分布: what stands where, by sector, chain and district; true and without a query per cell."""

from __future__ import annotations

import re

from django.test import Client

from industries.models import ChainSegment, EnterpriseSector
from tests.factories import (
    EnterprisePageFactory,
    PlacePageFactory,
    Portal,
    ProjectPageFactory,
    SectorPageFactory,
    make_private,
)


def html(client: Client, portal: Portal) -> str:
    response = client.get(portal.distribution.url)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def test_a_cell_counts_what_stands_there_and_children_count_for_the_top(
    portal: Portal, client: Client
) -> None:
    sector = SectorPageFactory(title="汽车", tiered=True)
    child = SectorPageFactory(title="电池", parent=sector)
    place = PlacePageFactory(title="新园区", sectors=[child])
    assert "新园区与汽车有关</span>" in html(client, portal)
    ProjectPageFactory(sectors=[child]).places.add(place)
    project = ProjectPageFactory(sectors=[child])
    project.places.add(place)
    project.save()
    enterprise = EnterprisePageFactory(location=place)
    EnterpriseSector.objects.create(enterprise=enterprise, sector=sector)
    assert "新园区与汽车有关，2个企业或项目</span>" in html(client, portal)
    enterprise.unpublish()
    assert "新园区与汽车有关，1个企业或项目</span>" in html(client, portal)


def test_every_sector_has_a_column_under_its_tier(portal: Portal, client: Client) -> None:
    SectorPageFactory(title="绿色能源", tiered=True)
    PlacePageFactory(sectors=[SectorPageFactory(title="汽车", tiered=True)])
    page = html(client, portal)
    assert "绿色能源</a></th>" in page
    assert "不表示地理位置与行政区域界线" in page


def test_chain_counts_segments_and_visible_enterprises(portal: Portal, client: Client) -> None:
    sector = SectorPageFactory(title="光电信息", tiered=True)
    ChainSegment.objects.create(sector=sector, position="upstream", name="显示材料")
    for title in ("可见", "内部"):
        enterprise = EnterprisePageFactory(title=title)
        EnterpriseSector.objects.create(enterprise=enterprise, sector=sector, position="upstream")
    make_private(enterprise)
    page = html(client, portal)
    assert "<b>1</b>个环节" in page
    assert "<b>1</b>家企业与机构" in page
    assert "显示材料" in page


def test_places_stand_under_their_district_and_unknown_ones_say_so(portal: Portal, client: Client) -> None:
    PlacePageFactory(title="甲园", district="jiutai")
    PlacePageFactory(title="乙园")
    PlacePageFactory(title="丙园", live=False)
    page = html(client, portal)
    assert page.index("九台区") < page.index("甲园") < page.index("来源未注明 ") < page.index("乙园")
    assert "丙园" not in page


def test_an_empty_portal_has_the_page_too(portal: Portal, client: Client) -> None:
    assert "目前没有园区注明产业" in html(client, portal)
