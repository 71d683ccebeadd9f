"""The home page: editors' picks first, filled up by itself, empty sections gone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from home.models import HomeFeature, HomeFigure
from home.register import dated_facts, facts_by_year
from home.sections import course, latest_events
from industries.models import ProjectStage
from tests.factories import (
    IndicatorPageFactory,
    NewsPageFactory,
    ObservationFactory,
    PlacePageFactory,
    Portal,
    ProjectPageFactory,
    SectorPageFactory,
    StatementFactory,
    TierFactory,
    make_private,
)


def html(client: Client) -> str:
    response = client.get("/")
    assert response.status_code == 200
    return response.content.decode()


def headings(client: Client) -> list[str]:
    return [
        re.sub(r"<.*?>", "", text) for text in re.findall(r"<h2[^>]*-heading[^>]*>(.*?)</h2>", html(client))
    ]


def test_an_empty_portal_has_a_home_page_without_empty_sections(portal: Portal, client: Client) -> None:
    assert headings(client) == []


def test_sections_appear_with_their_content(portal: Portal, client: Client) -> None:
    sector = SectorPageFactory(tiered=True)
    project = ProjectPageFactory(sectors=[sector])
    for year in ("2024", "2025"):
        fact = StatementFactory(subjects=[project], period=year)
    ProjectStage.objects.create(project=project, stage="operating", statement=fact)
    PlacePageFactory(sectors=[sector])
    NewsPageFactory()
    ObservationFactory()
    HomeFeature.objects.create(home=portal.home, page_id=project.pk)
    found = headings(client)
    expected = ["关键数字", "产业版图", "数说", "项目进展", "分布", "动态", "值得一看", "大事记"]
    assert found == expected


def test_editors_figures_come_first_and_hidden_ones_are_replaced(portal: Portal, client: Client) -> None:
    picked, hidden = ObservationFactory(value=11), ObservationFactory(value=22)
    for value in (33, 44, 55, 66):
        ObservationFactory(value=value)
    make_private(hidden.indicator)
    for observation in (hidden, picked):
        HomeFigure.objects.create(home=portal.home, observation=observation)
    shown = re.findall(r'<dd class="figure__number">.*?<data value="(\d+)"', html(client), re.S)
    assert shown[0] == "11"
    assert len(shown) == 4
    assert "22" not in shown


def test_the_picked_indicator_is_drawn_if_two_values_can_be_compared(portal: Portal, client: Client) -> None:
    indicator = IndicatorPageFactory(title="产值")
    for period, value in (("2024", 10), ("2025", 12)):
        ObservationFactory(indicator=indicator, period=period, value=value)
    portal.home.finding_title, portal.home.finding_indicator = "产值连年增长", indicator
    portal.home.save()
    assert "产值连年增长" in re.sub("<wbr>", "", html(client))
    make_private(indicator)
    assert "产值连年增长" not in re.sub("<wbr>", "", html(client))


def test_without_a_pick_the_register_speaks_for_itself(portal: Portal, client: Client) -> None:
    page = ProjectPageFactory()
    for period in ("2023", "2025-03", "2025"):
        StatementFactory(subjects=[page, portal.home], period=period)
    ObservationFactory(period="@2025-06")
    counted = facts_by_year(dated_facts())
    assert counted == {
        "title": "有日期的事实以2025年最多：3条",
        "years": [(2023, 1), (2024, 0), (2025, 3)],
        "total": 4,
    }
    assert "有日期的事实以2025年最多：3条" in re.sub("<wbr>", "", html(client))


def test_years_with_equally_many_facts_are_all_named(portal: Portal) -> None:
    page = ProjectPageFactory()
    for period in ("2023", "2025"):
        StatementFactory(subjects=[page], period=period)
    counted: Any = facts_by_year(dated_facts())
    assert counted["title"] == "有日期的事实以2023年、2025年最多：各1条"


def test_one_year_is_nothing_to_compare(portal: Portal) -> None:
    StatementFactory(subjects=[ProjectPageFactory()], period="2025")
    assert facts_by_year(dated_facts()) is None


def test_course_marks_attested_stages_and_the_latest_only() -> None:
    steps = course({"signed", "operating"})
    assert [step["label"] for step in steps if step["reached"]] == ["签约", "投产"]
    assert [step["label"] for step in steps if step["current"]] == ["投产"]
    assert len(steps) == 7


def test_events_are_one_for_each_time_in_the_order_of_the_calendar(portal: Portal) -> None:
    page = ProjectPageFactory()
    for period in ("2025", "2025", "2025-12-16", "2024-03", ""):
        StatementFactory(subjects=[page], period=period)
    assert [event.period for event in latest_events()] == ["2024-03", "2025", "2025-12-16"]


@pytest.mark.parametrize(("size", "layout"), [(3, "art"), (4, "cards"), (7, "list")])
def test_sectors_are_sized_by_the_weight_of_their_tier(
    portal: Portal, client: Client, size: int, layout: str
) -> None:
    SectorPageFactory(tier=TierFactory(size=size), basis=StatementFactory())
    assert f"atlas--{layout}" in html(client)
