"""The timeline excerpt: picked statements or the latest about a page, visible and dated ones only."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from tests.factories import EnterprisePageFactory, Portal, SectorPageFactory, StatementFactory, make_private
from tests.industries.blocks.articles import article, items, problems, shown


def timeline(*statements: Any, page: Any = None, most: str = "6") -> tuple[str, dict[str, Any]]:
    return "timeline", {
        "title": "大事",
        "statements": items(*statements),
        "page": page and page.pk,
        "most": most,
    }


def told(client: Client, *blocks: tuple[str, dict[str, Any]]) -> list[str]:
    html = shown(client, article(*blocks))
    return re.findall(r"第[^。]*?车间[^。]*。(?=<button)", html)


def test_either_statements_or_a_page(portal: Portal) -> None:
    enterprise = EnterprisePageFactory()
    dated = StatementFactory(period="2024", subjects=[enterprise])
    undated = StatementFactory(period="", subjects=[enterprise])
    assert problems(*timeline(dated)) == problems(*timeline(page=enterprise)) == []
    one_of_two = ["请挑选陈述，或选一个页面；二者选一。"]
    assert problems(*timeline()) == problems(*timeline(dated, page=enterprise)) == one_of_two
    assert problems(*timeline(dated, undated)) == [
        "第2条没有日期，不能排进大事记：请换一条，或先在事实库补上时间。"
    ]
    assert problems(*timeline(), draft=True) == problems(*timeline(dated, undated), draft=True) == []


def test_picked_statements_come_by_date_and_only_visible_ones(portal: Portal, client: Client) -> None:
    enterprise, private = EnterprisePageFactory(), EnterprisePageFactory()
    make_private(private)
    late = StatementFactory(text="第二车间投产。", period="2024-05", subjects=[enterprise])
    early = StatementFactory(text="第一车间投产。", period="2023", subjects=[enterprise])
    hidden = StatementFactory(text="第三车间投产。", period="2022", subjects=[private])
    unpublished = StatementFactory(text="第四车间投产。", period="2022", subjects=[enterprise], live=False)
    undated = StatementFactory(text="第五车间投产。", period="", subjects=[enterprise])
    picked = timeline(late, hidden, undated, early, unpublished)
    assert told(client, picked) == ["第一车间投产。", "第二车间投产。"]


def test_a_page_brings_its_latest_and_those_of_pages_below_it(portal: Portal, client: Client) -> None:
    sector = SectorPageFactory()
    child = SectorPageFactory(parent=sector)
    other = SectorPageFactory()
    for year, subject in ((2020, sector), (2021, child), (2022, sector), (2023, sector), (2024, other)):
        StatementFactory(text=f"第{year}车间投产。", period=str(year), subjects=[subject])
    assert told(client, timeline(page=sector, most="3"), timeline(page=other)) == [
        "第2021车间投产。",
        "第2022车间投产。",
        "第2023车间投产。",
        "第2024车间投产。",
    ]
    make_private(other)
    assert told(client, timeline(page=other)) == []


def test_a_private_child_is_not_spoken_of(portal: Portal, client: Client) -> None:
    sector = SectorPageFactory()
    child = SectorPageFactory(parent=sector)
    StatementFactory(text="第九车间投产。", period="2024", subjects=[child])
    assert told(client, timeline(page=sector)) == ["第九车间投产。"]
    make_private(child)
    assert told(client, timeline(page=sector)) == []
