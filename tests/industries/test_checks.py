"""Checks that know facts: sources, charts, and figures typed where the register has them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from cms.review.checks import Finding, Level, findings
from industries.models import IndicatorPage, NewsPage, Observation, Source, Statement
from industries.quantities import quantities
from tests.factories import EnterprisePageFactory, IndicatorPageFactory, ObservationFactory, Portal


def article(*blocks: tuple[str, Any], summary: str = "讲一件事。", **fields: Any) -> NewsPage:
    """An article that was never saved."""
    fields = {"source": Source(pk=1, title="来源")} | fields
    page = NewsPage(title="一篇", summary=summary, **fields)
    page.body = page.body.stream_block.to_python([{"type": kind, "value": value} for kind, value in blocks])
    return page


def text(sentence: str, **fields: Any) -> NewsPage:
    return article(("paragraph", f"<p>{sentence}</p>"), **fields)


def found(page: Any, rule: str) -> list[Finding]:
    return [finding for finding in findings(page) if finding.rule.split(":")[0] == rule]


@pytest.fixture
def output(portal: Portal) -> Observation:
    """汽车工业产值：4047.7亿元，2025年1—11月"""
    indicator = IndicatorPageFactory(title="汽车工业产值", other_names="汽车产值", unit="亿元")
    return ObservationFactory(indicator=indicator, value=Decimal("4047.7"), period="2025-01/2025-11")


def test_an_article_names_its_source(db: None) -> None:
    assert found(text("一句话。", source=None), "source")[0].path == "source"
    assert found(text("一句话。"), "source") == []


@pytest.mark.parametrize(
    ("fields", "silent"), [({}, False), ({"locator": "第2段"}, True), ({"quote": "产值四千亿元"}, True)]
)
def test_a_fact_says_where_in_its_source_it_stands(db: None, fields: dict[str, str], silent: bool) -> None:
    assert (found(Statement(text="车间投产。", **fields), "fact-passage") == []) is silent


def test_a_chart_has_a_description(db: None) -> None:
    chart = {"title": "产值", "kind": "line", "data": "年\t产值\n2024\t5\n2025\t6", "source": "年鉴"}
    page = article(("chart", chart), ("chart", {**chart, "description": "逐年增加。"}))
    (finding,) = found(page, "chart-description")
    assert finding.place.startswith("正文·第1块")


@pytest.mark.parametrize(
    "sentence", ["全年产值4047.7亿元", "产值超过4047.7亿元", "产值40477000万元", "产值4,047.7亿元"]
)
def test_a_typed_number_that_is_on_the_register_is_offered_as_a_reference(
    output: Observation, sentence: str
) -> None:
    page = text(sentence)
    (finding,) = found(page, "reference")
    assert (finding.rule, finding.level, finding.blocks) == (f"reference:{output.pk}", Level.OFFER, False)
    assert str(output) in finding.message
    assert finding.copy == "汽车工业产值"
    assert finding.link is not None
    assert finding.link.url.endswith(f"/{output.pk}/")
    assert finding.marked[1].endswith("元")
    assert found(page, "typed-figure") == []


@pytest.mark.parametrize(
    "sentence",
    ["产值4047.7万元", "产值4047.7亿美元", "产值4047.8亿元", "第4047.7亿元", "产值4000—4047.7亿元"],
)
def test_another_unit_or_number_is_not_the_same(output: Observation, sentence: str) -> None:
    assert found(text(sentence), "reference") == []


def test_hidden_numbers_are_not_offered(output: Observation) -> None:
    output.live = False
    output.save()
    assert found(text("产值4047.7亿元"), "reference") == []


def test_numbers_that_are_references_already_are_left_alone(output: Observation) -> None:
    page = text(f'汽车工业产值<embed embedtype="observation" id="{output.pk}"/>。')
    assert findings(page) == []


def test_a_short_number_must_be_about_the_same_thing(portal: Portal) -> None:
    plant = EnterprisePageFactory(title="一汽弗迪")
    ObservationFactory(indicator__title="生产线数", indicator__unit="条", subject=plant, value=4)
    assert found(text("另有4条公交线路"), "reference") == []
    assert found(text("一汽弗迪有4条生产线"), "reference")


@pytest.mark.parametrize(
    ("sentence", "claims"),
    [
        ("投资30亿元", True),
        ("占63%", True),
        ("产量12万辆", True),
        ("共30家", True),
        ("共4家", False),
        ("5000万元以上的项目", False),
        ("到2025年", False),
        ("第22届", False),
    ],
)
def test_a_typed_number_that_is_nowhere_on_the_register(portal: Portal, sentence: str, claims: bool) -> None:
    assert bool(found(text(sentence), "typed-figure")) is claims


def test_in_a_summary_nothing_can_be_inserted(output: Observation) -> None:
    page = text("一句话。", summary="产值4047.7亿元，投资30亿元。")
    assert findings(page) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "汽车工业产值为4000亿元",
        "2025年1—11月，汽车产值4000亿元",
        "据统计，汽车工业产值达到40000000万元",
    ],
)
def test_a_number_that_contradicts_the_register(output: Observation, sentence: str) -> None:
    (finding,) = found(text(sentence), "contradiction")
    assert finding.level is Level.WARN
    assert str(output) in finding.message
    assert "元" in finding.marked[1]


@pytest.mark.parametrize(
    "sentence",
    [
        "汽车工业产值为4047.7亿元",  # the same
        "汽车工业产值超4000亿元",  # hedged
        "汽车工业产值为4000多亿元",
        "汽车工业产值近4100亿元",
        "汽车工业产值4000亿元以上",
        "汽车工业产值为4000万辆",  # another unit
        "2024年汽车工业产值为4000亿元",  # another time
        "2025年1—6月汽车工业产值为2000亿元",
        "2025年汽车工业产值为4400亿元",
        "汽车工业产值同比增加200亿元",  # a change
        "汽车工业产值目标5000亿元",
        "汽车工业产值的占比上升，另有投资30亿元",
        "新能源汽车工业产值为1000亿元",  # a longer name
        "一汽集团的汽车工业产值为3000亿元",  # another subject
        "汽车工业产值。投资30亿元",  # another sentence
        "汽车工业产值在3900—4100亿元之间",
    ],
)
def test_what_may_mean_something_else_is_no_contradiction(output: Observation, sentence: str) -> None:
    assert found(text(sentence), "contradiction") == []


def test_one_of_several_values_is_enough(output: Observation) -> None:
    ObservationFactory(indicator=output.indicator, value=4400, period="2024")
    assert found(text("汽车工业产值为4400亿元"), "contradiction") == []
    assert found(text("汽车工业产值为4500亿元"), "contradiction")


def test_a_value_of_a_subject_is_compared_where_the_text_speaks_of_it(portal: Portal) -> None:
    firm = EnterprisePageFactory(title="长光卫星")
    ObservationFactory(indicator__title="在轨卫星数", indicator__unit="颗", subject=firm, value=144)
    assert found(text("长光卫星的在轨卫星数为117颗"), "contradiction")
    assert found(text("全国的在轨卫星数为900颗"), "contradiction") == []


def test_a_statement_may_contradict_the_register_too(output: Observation) -> None:
    assert found(Statement(text="汽车工业产值为4000亿元。", locator="1"), "contradiction")
    assert found(Statement(text="汽车工业产值为4047.7亿元。", locator="1"), "contradiction") == []


def test_the_register_is_asked_a_fixed_number_of_times(
    output: Observation, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    counts = []
    for length in (2, 60):
        for number in range(length // 2):
            indicator = IndicatorPageFactory(title=f"第{length}组指标{number}", unit="亿元")
            ObservationFactory(indicator=indicator, value=100 + number)
        body = "。".join(f"汽车工业产值为4000亿元，投资{100 + number}亿元" for number in range(length))
        with django_assert_max_num_queries(10) as queries:
            assert findings(text(body))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_unit_without_scale() -> None:
    (quantity,) = quantities("超过1,460余万辆，")
    assert (quantity.number, quantity.is_hedged, quantity.is_range) == (1460, True, False)
    assert quantity.in_unit("万辆") == 1460
    assert quantity.in_unit("辆") == 14_600_000
    assert quantity.in_unit("亿辆") == Decimal("0.146")
    assert quantity.in_unit("元") is None


@pytest.mark.parametrize(
    ("words", "unit"), [("增加3个百分点", "个"), ("共30人次", "人"), ("第3位", "位"), ("CR450型", "型")]
)
def test_units_that_are_others(words: str, unit: str) -> None:
    assert all(quantity.in_unit(unit) is None for quantity in quantities(words))


def test_a_rank_has_its_prefix() -> None:
    (quantity,) = quantities("排名第3位")
    assert quantity.in_unit("位", "第") == 3


def test_names_of_pages_explain_abbreviations(portal: Portal) -> None:
    IndicatorPageFactory(title="CSP车型数", definition="数量。")
    assert found(text("CSP平台和CMQ平台"), "abbreviation")[0].rule == "abbreviation:CMQ"
    assert IndicatorPage.objects.count() == 1
