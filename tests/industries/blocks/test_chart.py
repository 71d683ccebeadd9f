"""The chart block: drawn from an indicator or a pasted table, checked before it is saved, taken along in files."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.test import Client

from industries.blocks.chart import ChartBlock
from industries.content.bodies import block_in, block_out
from industries.content.references import References
from tests.factories import IndicatorPageFactory, NewsPageFactory, ObservationFactory, Portal

TABLE = "年份\t产值\n2022\t10\n2023\t\n2024\t0"
EMPTY = {
    "title": "产值归零",
    "kind": "line",
    "indicator": None,
    "data": "",
    "unit": "",
    "period": "",
    "source": "",
    "description": "",
}


def problems(**parts: Any) -> dict[str, str]:
    """Messages by field that an editor sees on saving a block with `parts`."""
    block = ChartBlock()
    try:
        block.clean(block.to_python({**EMPTY, **parts}))
    except ValidationError as error:
        return {name: found.messages[0] for name, found in error.block_errors.items()}  # type: ignore[attr-defined]
    return {}


def article(*values: dict[str, Any]) -> Any:
    body = [{"type": "chart", "value": {**EMPTY, **value}} for value in values]
    return NewsPageFactory(body=json.dumps(body))


def shown(client: Client, page: Any) -> str:
    response = client.get(page.url)
    assert response.status_code == 200
    return str(response.content.decode()).split("<main")[1].split("</main>")[0]


def test_pasted_table_needs_a_source_and_numbers(portal: Portal) -> None:
    assert problems(data=TABLE, source="统计公报") == {}
    assert problems(data=TABLE) == {"source": "粘贴的数据必须写明来源。"}
    wrong = problems(data="年份\t产值\n2022\t约10", source="统计公报")["data"]
    assert wrong.startswith("第2行第2格“约10”不是数字")


def test_either_an_indicator_or_a_table(portal: Portal) -> None:
    indicator = IndicatorPageFactory()
    assert problems(indicator=indicator.pk) == {}
    assert "二者选一" in problems()["data"]
    assert "二者选一" in problems(indicator=indicator.pk, data=TABLE, source="统计公报")["data"]


def test_bars_take_one_column(portal: Portal) -> None:
    two = "环节\t甲\t乙\n托盘\t1\t2"
    assert "条形图只能有一列数值" in problems(kind="bars", data=two, source="来源")["data"]
    assert problems(kind="line", data=two, source="来源") == {}


def test_pasted_table_becomes_a_chart_with_its_source(portal: Portal, client: Client) -> None:
    page = article({"data": TABLE, "source": "统计公报", "unit": "亿元", "description": "产值降到零。"})
    html = shown(client, page)
    assert "产值归零" in html
    assert "单位：亿元" in html
    assert "来源：统计公报" in html
    assert "产值降到零。</desc>" in html
    assert "无数据" in html, "the missing year in the data table"
    assert "2024年" in html, "labels that are years stand at their dates"


def test_bars_of_a_pasted_table(portal: Portal, client: Client) -> None:
    page = article({"kind": "bars", "data": "环节,节省\n托盘,10\n线束,0", "source": "访谈"})
    html = shown(client, page)
    assert 'class="bars"' in html
    assert html.count("bar__fill") == 2


def test_chart_of_an_indicator_follows_its_values_and_their_visibility(
    portal: Portal, client: Client
) -> None:
    indicator = IndicatorPageFactory()
    values = [ObservationFactory(indicator=indicator, period=year, value=98765) for year in ("2023", "2024")]
    page = article({"indicator": indicator.pk})
    assert "<svg" in shown(client, page)
    assert "98765" in shown(client, page)
    values[0].unpublish()
    html = shown(client, page)
    assert "<svg" not in html, "one value is no line"
    assert "98765" in html
    indicator.unpublish()
    html = shown(client, page)
    assert "98765" not in html
    assert "产值归零" not in html, "a finding without its figures is a claim without a source"


def test_broken_table_of_a_draft_leaves_the_page_standing(portal: Portal, client: Client) -> None:
    assert "<svg" not in shown(client, article({"data": "乱写"}))


def test_all_charts_of_a_page_come_with_the_same_queries(
    portal: Portal, client: Client, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def with_charts(number: int) -> Any:
        indicators = [IndicatorPageFactory() for _ in range(number)]
        for indicator in indicators:
            for year in ("2023", "2024"):
                ObservationFactory(indicator=indicator, period=year)
        return article(*({"indicator": indicator.pk} for indicator in indicators))

    one, many = with_charts(1), with_charts(6)
    client.get(one.url)
    with CaptureQueriesContext(connection) as few:
        client.get(one.url)
    with django_assert_num_queries(len(few)):
        client.get(many.url)


def test_chart_goes_into_a_file_and_comes_back(portal: Portal) -> None:
    indicator = IndicatorPageFactory(slug="chanzhi")
    block, references = ChartBlock(), References()
    stored = {**EMPTY, "indicator": indicator.pk}
    written = block_out(block, stored, references)
    assert written == {"title": "产值归零", "kind": "line", "indicator": "/data/chanzhi/"}
    assert block_in(block, written, references)["indicator"] == indicator.pk
    pasted = {**EMPTY, "data": TABLE, "source": "统计公报"}
    again = block_in(block, block_out(block, pasted, references), references)
    assert again["data"] == TABLE
