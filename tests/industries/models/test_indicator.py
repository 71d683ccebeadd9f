"""An indicator's page: the chart that its values allow, every value, and what contradicts what."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from industries.charts import chart_of, conflicts
from industries.models import IndicatorPage
from tests.factories import (
    EnterprisePageFactory,
    IndicatorPageFactory,
    ObservationFactory,
    Portal,
    SourceFactory,
    make_private,
)


def chart(indicator: Any, **more: Any) -> Any:
    return chart_of(indicator, indicator.shown_observations(), **more)


def text(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return str(response.getvalue().decode())


def test_two_comparable_values_make_a_line(portal: Portal) -> None:
    indicator = IndicatorPageFactory(title="产值")
    ObservationFactory(indicator=indicator, period="2024", value=8)
    assert chart(indicator) is None
    ObservationFactory(indicator=indicator, period="2025-01/2025-11", value=7)
    assert chart(indicator) is None, "eleven months cannot be compared with a year"
    ObservationFactory(indicator=indicator, period="2023", value=6)
    line = chart(indicator)
    assert line.kind == "line"
    assert line.title == "产值：从2023年的6亿元到2024年的8亿元"
    assert [value.label for value in line.series[0].values] == ["2023年", "2024年", "2025年1—11月"]
    assert len(line.wide.paths) == 1
    assert line.source.split("；")[0] == "《长春日报报道》，长春日报（媒体）"


def test_doubtful_values_are_drawn_hollow(portal: Portal, client: Client) -> None:
    indicator = IndicatorPageFactory()
    ObservationFactory(indicator=indicator, period="2023")
    ObservationFactory(indicator=indicator, period="2024")
    assert "chart__dot--doubt" not in text(client, indicator.url)
    ObservationFactory(indicator=indicator, period="2025", status="disputed", note="两说。")
    page = text(client, indicator.url)
    assert page.count("chart__dot--doubt") == 2, "one in each variant"
    assert "空心表示待核或存疑的数值" in page


def test_line_follows_the_source_that_is_believed_first(portal: Portal) -> None:
    indicator = IndicatorPageFactory()
    ObservationFactory(indicator=indicator, period="2023", value=1)
    ObservationFactory(indicator=indicator, period="2024", value=9, status="disputed", note="两说。")
    ObservationFactory(indicator=indicator, period="2024", value=2, status="official")
    assert "到2024年的2亿元" in chart(indicator).title


def test_one_period_of_several_subjects_makes_bars(portal: Portal) -> None:
    indicator = IndicatorPageFactory(title="产值")
    for name, value in (("甲厂", 5), ("乙厂", 9)):
        subject = EnterprisePageFactory(title=name)
        ObservationFactory(indicator=indicator, subject=subject, period="2024", value=value)
    ObservationFactory(indicator=indicator, period="2020", value=50)
    bars = chart(indicator)
    assert bars.kind == "bars"
    assert [value.label for value in bars.values] == ["乙厂", "甲厂"]
    assert bars.title == "2024年产值"


def test_kind_that_was_asked_for_and_cannot_be_drawn_is_none(portal: Portal) -> None:
    indicator = IndicatorPageFactory()
    for year in ("2023", "2024"):
        ObservationFactory(indicator=indicator, period=year)
    assert chart(indicator, kind="line").kind == "line"
    assert chart(indicator, kind="bars") is None


def test_rank_is_not_drawn(portal: Portal) -> None:
    indicator = IndicatorPageFactory(prefix="第", unit="位")
    for year in ("2023", "2024"):
        ObservationFactory(indicator=indicator, period=year, value=5)
    assert chart(indicator) is None


def test_single_value_stands_large(portal: Portal, client: Client) -> None:
    observation = ObservationFactory(value=30, hedge="余", indicator__unit="项", note="来源没有分列。")
    page = text(client, observation.indicator.url)
    assert "<svg" not in page.split("<main")[1].split("</main>")[0]
    assert "fact-figure__number" in page
    assert "来源没有分列。" in page


def test_indicator_without_values_says_so(portal: Portal, client: Client) -> None:
    assert "目前没有公开的数值。" in text(client, IndicatorPageFactory().url)


def test_hidden_values_are_in_no_form_of_the_page(portal: Portal, client: Client) -> None:
    indicator = IndicatorPageFactory()
    subject = EnterprisePageFactory()
    for number, year in enumerate(("2021", "2022", "2023")):
        ObservationFactory(indicator=indicator, period=year, value=98765 + number, live=number > 0)
    ObservationFactory(indicator=indicator, period="2024", value=98799, subject=subject)
    make_private(subject)
    for path in (indicator.url, f"{indicator.url}?format=csv", f"{indicator.url}?format=json"):
        response = client.get(path)
        content = b"".join(response.streaming_content) if response.streaming else response.content
        assert b"98766" in content, path
        assert b"98765" not in content, path
        assert b"98799" not in content, path


def test_contradiction_needs_one_subject_one_period_and_two_values(portal: Portal) -> None:
    indicator = IndicatorPageFactory()
    official = ObservationFactory(indicator=indicator, period="2024", value=8, status="official")
    media = ObservationFactory(indicator=indicator, period="2024", value=9)
    ObservationFactory(indicator=indicator, period="2024", value=8, subject=EnterprisePageFactory())
    ObservationFactory(indicator=indicator, period="2023", value=7)
    ObservationFactory(indicator=indicator, period="2023", value=7)
    ObservationFactory(indicator=indicator, period="", value=1)
    ObservationFactory(indicator=indicator, period="", value=2)
    assert conflicts(indicator.shown_observations()) == [[official, media]]


def test_contradiction_is_told_in_words(portal: Portal, client: Client) -> None:
    indicator = IndicatorPageFactory()
    ObservationFactory(
        indicator=indicator, period="2024", value=8, source=SourceFactory(title="公报"), status="official"
    )
    ObservationFactory(indicator=indicator, period="2024", value=9)
    page = text(client, indicator.url)
    told = page.split("说法不一")[1].split("</section>")[0]
    assert "全市，2024年：" in told
    assert told.index("《公报》") < told.index("8亿元") < told.index("9亿元")
    assert "说法不一" not in text(client, ObservationFactory().indicator.url)


def test_next_update_that_has_passed_is_owned_up_to(portal: Portal, client: Client) -> None:
    today = timezone.localdate()
    indicator = IndicatorPageFactory(next_update=today)
    assert "已经过期" not in text(client, indicator.url)
    IndicatorPage.objects.filter(pk=indicator.pk).update(next_update=today - timedelta(days=1))
    assert "已经过期，还没有新的数值" in text(client, indicator.url)


def test_values_as_csv_and_json(portal: Portal, client: Client) -> None:
    indicator = IndicatorPageFactory(title="产值", definition="全市合计。")
    for year in ("2023", "2024"):
        ObservationFactory(indicator=indicator, period=year, value=year)
    ObservationFactory(period="2022")
    response = client.get(f"{indicator.url}?format=csv")
    content = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    assert [row["时间代码"] for row in rows] == ["2024", "2023"]
    assert response["Content-Disposition"] == f'attachment; filename="{indicator.slug}.csv"'
    data = json.loads(text(client, f"{indicator.url}?format=json"))
    assert (data["title"], data["unit"], data["definition"]) == ("产值", "亿元", "全市合计。")
    assert [item["value"] for item in data["items"]] == [2024, 2023]


@pytest.mark.parametrize("wanted", ["xlsx", "CSV", "a" * 5000, "%00"])
def test_unknown_format_gets_the_page_with_a_message(portal: Portal, client: Client, wanted: str) -> None:
    page = text(client, f"{ObservationFactory().indicator.url}?format={wanted}", 400)
    assert "没有这种格式" in page


def test_page_offers_citation_and_frame(portal: Portal, client: Client) -> None:
    indicator = IndicatorPageFactory(title="产值", slug="chanzhi")
    ObservationFactory(indicator=indicator)
    page = text(client, indicator.url)
    assert (
        f"《产值》，长春产业门户，{timezone.localdate():%Y-%m-%d}更新，http://testserver{indicator.url}"
        in page
    )
    assert '&lt;iframe src="http://testserver/embed/data/chanzhi/"' in page


def test_queries_stay_flat_as_values_grow(
    portal: Portal, client: Client, django_assert_num_queries: Any
) -> None:
    indicator = IndicatorPageFactory()

    def grow(first: int, last: int) -> None:
        for year in range(first, last):
            ObservationFactory(indicator=indicator, period=str(year), subject=EnterprisePageFactory())
            ObservationFactory(indicator=indicator, period=str(year))

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    grow(2000, 2003)
    client.get(indicator.url)
    with CaptureQueriesContext(connection) as few:
        client.get(indicator.url)
    grow(2003, 2015)
    with django_assert_num_queries(len(few)):
        client.get(indicator.url)
