"""Charts tell the truth: 0 is 0, a gap is a gap, and a value lies where its days lie."""

from __future__ import annotations

import itertools
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cms.core.charts import (
    NARROW,
    WIDE,
    Drawing,
    bar_chart,
    line_chart,
    scale,
    text_width,
)
from cms.core.series import Series, Value, runs


def year(number: int, value: Any, **more: Any) -> Value:
    known = None if value is None else Decimal(value)
    return Value(
        label=f"{number}年", number=known, starts=date(number, 1, 1), ends=date(number, 12, 31), **more
    )


def state(day: date, value: Any) -> Value:
    return Value(label=str(day), number=Decimal(value), ends=day)


def drawn(*values: Value, unit: str = "") -> Drawing:
    return line_chart([Series("", values)], title="标题", unit=unit).wide


def zero_line(drawing: Drawing) -> float:
    return next(float(tick.at) for tick in drawing.y_ticks if tick.is_zero)


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 100, [0, 25, 50, 75, 100]),
        (3800, 4047, [0, 2000, 4000, 6000]),
        (-10, 30, [-10, 0, 10, 20, 30]),
        (-7, -2, [-8, -6, -4, -2, 0]),
        (0.02, 0.031, [0, 0.01, 0.02, 0.03, 0.04]),
    ],
)
def test_scale_is_of_round_numbers_and_contains_0(low: float, high: float, ticks: list[float]) -> None:
    assert scale(low, high) == pytest.approx(ticks)


def test_scale_of_nothing_but_0_has_a_height() -> None:
    assert scale(0, 0)[0] == 0
    assert scale(0, 0)[-1] > 0


def test_real_0_lies_on_the_line_of_0() -> None:
    drawing = drawn(year(2023, 0), year(2024, 8))
    assert float(drawing.marks[0].y) == zero_line(drawing)
    assert float(drawing.marks[1].y) < zero_line(drawing)


def test_heights_are_in_proportion_to_values() -> None:
    drawing = drawn(year(2023, 10), year(2024, 40))
    low, high = (zero_line(drawing) - float(mark.y) for mark in drawing.marks)
    assert high == pytest.approx(4 * low, rel=0.02)


def test_year_lies_in_its_middle_and_spans_its_days() -> None:
    drawing = drawn(year(2023, 1), year(2025, 2))
    left, right = float(drawing.left), float(drawing.right)
    a_year = (right - left) / 3
    first, last = drawing.marks
    assert float(first.x) == pytest.approx(left + a_year / 2, abs=1)
    assert float(last.x) == pytest.approx(right - a_year / 2, abs=1)
    assert float(first.x2) - float(first.x1) == pytest.approx(a_year, abs=3)
    assert first.has_span


def test_eleven_months_are_shorter_than_a_year_and_not_joined_to_one() -> None:
    months = Value(label="2025年1—11月", number=Decimal(9), starts=date(2025, 1, 1), ends=date(2025, 11, 30))
    drawing = drawn(year(2023, 7), year(2024, 8), months)
    a_year, _, part = (float(m.x2) - float(m.x1) for m in drawing.marks)
    assert part == pytest.approx(a_year * 334 / 365, abs=2)
    assert [path for _, path in drawing.paths] == [
        f"M{drawing.marks[0].x} {drawing.marks[0].y}L{drawing.marks[1].x} {drawing.marks[1].y}"
    ]


def test_state_is_a_point_at_the_end_of_its_day() -> None:
    drawing = drawn(state(date(2023, 12, 31), 1), state(date(2024, 12, 31), 2))
    assert not any(mark.has_span for mark in drawing.marks)
    assert float(drawing.marks[1].x) == pytest.approx(float(drawing.right), abs=0.1)
    assert len(drawing.paths) == 1


def test_distances_follow_the_calendar() -> None:
    drawing = drawn(*(state(date(y, 6, 30), 1) for y in (2015, 2020, 2021)))
    a, b, c = (float(mark.x) for mark in drawing.marks)
    assert b - a == pytest.approx(5 * (c - b), rel=0.01)


def test_missing_year_leaves_a_gap_whether_written_or_not() -> None:
    for values in (
        [year(2020, 1), year(2021, 2), year(2023, 3), year(2024, 4)],
        [year(2020, 1), year(2021, 2), year(2022, None), year(2023, 3), year(2024, 4)],
    ):
        assert [[v.label for v in run] for run in runs(values)] == [
            ["2020年", "2021年"],
            ["2023年", "2024年"],
        ]
        assert len(drawn(*values).paths) == 2
        assert len(drawn(*values).marks) == 4


def test_like_periods_of_following_years_are_joined() -> None:
    first, second = (
        Value(label=str(y), number=Decimal(1), starts=date(y, 1, 1), ends=date(y, 11, 30))
        for y in (2024, 2025)
    )
    assert len(runs([first, second])) == 1
    third = Value(label="2027", number=Decimal(1), starts=date(2027, 1, 1), ends=date(2027, 11, 30))
    assert len(runs([first, second, third])) == 2


def test_second_value_for_a_period_stands_beside_the_line() -> None:
    found = runs([year(2023, 1), year(2023, 9), year(2024, 2)])
    assert sorted(len(run) for run in found) == [1, 2]
    assert [value.number for run in found if len(run) == 2 for value in run] == [1, 2]


def test_values_without_dates_keep_their_order_and_gaps() -> None:
    values = [
        Value(label=label, number=number)
        for label, number in (("甲", Decimal(1)), ("乙", None), ("丙", Decimal(2)), ("丁", Decimal(3)))
    ]
    drawing = drawn(*values)
    assert [tick.text for tick in drawing.x_ticks] == ["甲", "乙", "丙", "丁"]
    assert len(drawing.marks) == 3
    assert len(drawing.paths) == 1
    assert float(drawing.marks[1].x) - float(drawing.marks[0].x) == pytest.approx(
        2 * (float(drawing.marks[2].x) - float(drawing.marks[1].x)), abs=0.3
    )


@pytest.mark.parametrize("size", [WIDE, NARROW])
@pytest.mark.parametrize("years", [2, 6, 15, 40])
def test_nothing_leaves_the_picture_and_no_two_labels_touch(size: tuple[int, int], years: int) -> None:
    values = tuple(year(1990 + i, 1000 + 7 * i) for i in range(years))
    chart = line_chart([Series("", values)], title="标题", unit="亿元")
    drawing = chart.wide if size == WIDE else chart.narrow
    for mark in drawing.marks:
        assert 0 <= float(mark.x) <= drawing.width
        assert 0 <= float(mark.y) <= drawing.height
    for row in (drawing.labels, drawing.x_ticks):
        boxes = sorted((float(t.x), text_width(t.text) / 2, float(t.y)) for t in row)
        for (x1, half1, y1), (x2, half2, y2) in itertools.pairwise(boxes):
            assert x1 + half1 <= x2 - half2 or abs(y1 - y2) >= 14
    assert any(label.text == str(1000 + 7 * (years - 1)) for label in drawing.labels), "the last is named"


def test_several_lines_are_named_at_their_ends_without_touching() -> None:
    names = ("长春", "全国", "全省")
    series = [Series(name, (year(2023, 5), year(2024, 10 + i / 10))) for i, name in enumerate(names)]
    drawing = line_chart(series, title="标题").wide
    ends = {label.text: float(label.y) for label in drawing.labels}
    assert set(ends) == set(names)
    heights = sorted(ends.values())
    assert all(b - a >= 14 for a, b in itertools.pairwise(heights))
    assert all(float(label.x) + text_width(label.text) <= drawing.width for label in drawing.labels)


def test_data_table_has_every_value_and_says_where_there_is_none() -> None:
    chart = line_chart(
        [Series("甲", (year(2023, 1), year(2024, 2))), Series("乙", (year(2024, 3),))], title="标题"
    )
    assert [(label, [v.number for v in cells]) for label, cells in chart.rows] == [
        ("2023年", [1, None]),
        ("2024年", [2, 3]),
    ]


def test_chart_reads_out_its_first_and_last_value() -> None:
    chart = line_chart([Series("", (year(2024, 2, text="2亿元"), year(2023, 1, text="1亿元")))], title="标题")
    assert chart.description == "2023年1亿元，2024年2亿元。"


def test_chart_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no values"):
        line_chart([Series("", (year(2023, None),))], title="标题")


def test_bars_share_one_scale_from_0() -> None:
    chart = bar_chart(
        [Value(label=str(v), number=None if v is None else Decimal(v)) for v in (50, 25, 0, None)],
        title="标题",
    )
    tracks = [float(bar.track.rstrip("%")) for bar in chart.bars]
    assert tracks[0] == 2 * tracks[1] > 0
    assert tracks[2] == tracks[3] == 0
    assert {bar.width for bar in chart.bars} == {"100%"}


def test_bars_below_0_go_the_other_way_from_the_same_0() -> None:
    chart = bar_chart([Value(label=str(v), number=Decimal(v)) for v in (30, -10)], title="标题")
    up, down = chart.bars
    assert (up.x, up.width) == ("25.00%", "75.00%")
    assert (down.x, down.width) == ("0.00%", "25.00%")
    assert up.track == down.track
