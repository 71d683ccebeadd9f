"""The hero's lines: flat without dated facts, risen where they lie, at a fixed number of queries."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.core.visibility import remembered
from home.register import dated_facts
from home.ridge import CREST, FLOOR, POINTS, WIDTH, axis, ridge_rows
from industries.models import EnterpriseSector, SectorPage
from industries.models.distribution import sectors_of_pages
from industries.models.sector import tier_groups
from tests.factories import (
    EnterprisePageFactory,
    IndicatorPageFactory,
    ObservationFactory,
    Portal,
    ProjectPageFactory,
    SectorPageFactory,
    StatementFactory,
    make_private,
)


@pytest.fixture
def sector(portal: Portal) -> Callable[..., SectorPage]:
    return lambda **fields: SectorPageFactory(tiered=True, **fields)


def ridge() -> dict[str, Any]:
    groups = tier_groups(list(SectorPage.objects.visible().for_cards()))
    return ridge_rows(groups, dated_facts(), sectors_of_pages())


def row(sector: SectorPage) -> dict[str, Any]:
    return next(row for row in ridge()["rows"] if row["sector"].pk == sector.pk)


def heights(line: str) -> list[int]:
    """Distance of each point from the floor."""
    start, steps = line.removeprefix("M0 ").split("l")
    numbers = [int(number) for number in re.findall(r"-?\d+", steps)]
    assert sum(numbers[::2]) == WIDTH
    ys = [int(start)]
    for step in numbers[1::2]:
        ys.append(ys[-1] + step)
    assert len(ys) == POINTS
    return [FLOOR - y for y in ys]


def bells(line: str) -> list[float]:
    """Where the line has its tops, from 0 at the left to 1 at the right."""
    ys = heights(line)
    return [i / (POINTS - 1) for i in range(1, POINTS - 1) if ys[i - 1] < ys[i] >= ys[i + 1]]


def test_no_picture_without_a_dated_fact(sector: Callable[..., SectorPage]) -> None:
    StatementFactory(subjects=[sector()], period="")
    assert ridge()["rows"] == []


def test_sector_without_dated_facts_is_flat(sector: Callable[..., SectorPage]) -> None:
    told, silent = sector(), sector()
    StatementFactory(subjects=[told], period="2025-06")
    assert row(silent)["count"] == 0
    assert set(heights(row(silent)["line"])) == {0}
    assert len(bells(row(told)["line"])) == 1


def test_one_bell_for_each_fact_where_it_lies(sector: Callable[..., SectorPage]) -> None:
    page = sector()
    for period in ("2023-02", "2024-06", "2025-11"):
        StatementFactory(subjects=[page], period=period)
    found = row(page)
    assert found["count"] == 3
    # The middle of each month, on an axis of three years.
    assert bells(found["line"]) == pytest.approx([1.5 / 36, 17.5 / 36, 34.5 / 36], abs=0.01)


def test_axis_spans_whole_years(sector: Callable[..., SectorPage]) -> None:
    page = sector()
    StatementFactory(subjects=[page], period="2022-06")
    StatementFactory(subjects=[page], period="2025-03")
    assert (ridge()["first"], ridge()["last"]) == (2022, 2025)


def test_fact_known_to_the_year_is_spread_over_the_year(sector: Callable[..., SectorPage]) -> None:
    exact, vague = sector(), sector()
    StatementFactory(subjects=[exact], period="2024-07-01")
    StatementFactory(subjects=[vague], period="2024")

    def width(page: SectorPage) -> int:
        ys = heights(row(page)["line"])
        return sum(y > max(ys) / 2 for y in ys)

    assert width(vague) > 3 * width(exact)
    assert max(heights(row(exact)["line"])) > max(heights(row(vague)["line"]))


def test_state_at_a_date_counts_at_that_date(sector: Callable[..., SectorPage]) -> None:
    page = sector()
    StatementFactory(subjects=[page], period="2024-01")
    StatementFactory(subjects=[page], period="@2025-12")
    assert row(page)["count"] == 2
    assert heights(row(page)["line"])[-1] > 10


def test_heights_share_one_scale(sector: Callable[..., SectorPage]) -> None:
    much, little = sector(), sector()
    for _ in range(4):
        StatementFactory(subjects=[much], period="2025-06")
    StatementFactory(subjects=[little], period="2025-06")
    tops = [max(heights(row(page)["line"])) for page in (much, little)]
    assert tops[0] == pytest.approx(FLOOR - CREST, abs=1)
    assert tops[1] == pytest.approx(tops[0] / 4, abs=1)


def test_child_sector_counts_for_its_parent(sector: Callable[..., SectorPage]) -> None:
    parent = sector()
    child = SectorPageFactory(parent=parent)
    StatementFactory(subjects=[child], period="2025-06")
    assert row(parent)["count"] == 1
    assert [found["sector"].pk for found in ridge()["rows"]] == [parent.pk]


def test_fact_about_parent_and_child_counts_once(sector: Callable[..., SectorPage]) -> None:
    parent = sector()
    child = SectorPageFactory(parent=parent)
    StatementFactory(subjects=[parent, child], period="2025-06")
    assert row(parent)["count"] == 1


def test_figures_of_the_sectors_indicators_count(sector: Callable[..., SectorPage]) -> None:
    page = sector()
    child = SectorPageFactory(parent=page)
    indicator = IndicatorPageFactory()
    indicator.sectors = [page, child]
    indicator.save()
    for period in ("2023", "2024", ""):
        ObservationFactory(indicator=indicator, period=period)
    assert row(page)["count"] == 2


def test_what_readers_may_not_see_does_not_count(sector: Callable[..., SectorPage]) -> None:
    page, other = sector(), sector()
    StatementFactory(subjects=[other], period="2025")
    StatementFactory(subjects=[page], period="2025", live=False)
    secret = ProjectPageFactory()
    make_private(secret)
    StatementFactory(subjects=[page, secret], period="2025")
    indicator = IndicatorPageFactory()
    indicator.sectors = [page]
    indicator.save()
    make_private(indicator)
    ObservationFactory(indicator=indicator, period="2025")
    assert row(page)["count"] == 0


def test_private_sector_has_no_line(sector: Callable[..., SectorPage]) -> None:
    shown, hidden = sector(), sector()
    for page in (shown, hidden):
        StatementFactory(subjects=[page], period="2025")
    make_private(hidden)
    assert [found["sector"].pk for found in ridge()["rows"]] == [shown.pk]


def test_no_query_per_sector_or_fact(sector: Callable[..., SectorPage]) -> None:
    def queries() -> int:
        groups = tier_groups(list(SectorPage.objects.visible().for_cards()))
        with remembered(), CaptureQueriesContext(connection) as captured:
            ridge_rows(groups, dated_facts(), sectors_of_pages())
        return len(captured)

    StatementFactory(subjects=[sector()], period="2025")
    few = queries()
    for _ in range(4):
        page = sector()
        SectorPageFactory(parent=page)
        for period in ("2023", "2024"):
            StatementFactory(subjects=[page], period=period)
    assert queries() == few == 4  # statements, figures, who belongs where, and what is private


def test_facts_about_what_belongs_to_a_sector_count_for_it(sector: Callable[..., SectorPage]) -> None:
    page, other = sector(), sector()
    child = SectorPageFactory(parent=page)
    enterprise, project = EnterprisePageFactory(), ProjectPageFactory(sectors=[child])
    EnterpriseSector.objects.create(enterprise=enterprise, sector=page)
    StatementFactory(subjects=[enterprise, project], period="2024")
    ObservationFactory(subject=project, period="2025")
    ObservationFactory(period="2025")
    assert [row(page)["count"], row(other)["count"]] == [2, 0]


def test_a_draft_that_belongs_to_a_sector_tells_nothing(sector: Callable[..., SectorPage]) -> None:
    page, shown = sector(), sector()
    draft = ProjectPageFactory(sectors=[page], live=False)
    StatementFactory(subjects=[draft, shown], period="2024")
    assert [row(page)["count"], row(shown)["count"]] == [0, 1]


def test_a_dot_lies_on_the_line_at_each_date(sector: Callable[..., SectorPage]) -> None:
    page = sector()
    for period in ("2024-01", "2024-12", "2024-12"):
        StatementFactory(subjects=[page], period=period)
    found = row(page)
    dots = [tuple(map(int, dot)) for dot in re.findall(r"M(\d+) (\d+)h0", found["dots"])]
    ys = heights(found["line"])
    assert len(dots) == 2
    assert all(FLOOR - y == ys[x * (POINTS - 1) // WIDTH] for x, y in dots)


def test_many_years_are_labelled_sparsely() -> None:
    years = axis(date(1953, 1, 1), date(2025, 12, 31))["years"]
    assert len(years) == 73
    assert 3 <= sum(year["labelled"] for year in years) <= 6
