"""Charts as plain geometry: what `components/chart_line.html` and `chart_bars.html` draw, without a script.

A value knows the days it speaks of. On a line chart it lies at the middle of its period and a rule shows how
long that is, so that a year's total is no point on a day. Only values over periods of one length are joined,
and a period without a value leaves a gap. The vertical scale starts at a real 0.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from math import ceil, floor, log10
from typing import Any
from unicodedata import east_asian_width

from cms.core.series import ONE_DAY, Series, Value, in_order, plain, runs

WIDE, NARROW = (640, 320), (340, 260)
TYPE_SIZE = 14  # of labels, in units of the drawing
MOST_LABELS = {WIDE: 8, NARROW: 5}
MOST_MARKS = 8  # in the line below a line chart


@dataclass(frozen=True)
class Mark:
    """A value's place: its point, and from where to where its period reaches."""

    x: str
    y: str
    x1: str
    x2: str
    value: Value
    series: int

    @property
    def has_span(self) -> bool:
        return float(self.x2) - float(self.x1) > 6


@dataclass(frozen=True)
class Label:
    x: str
    y: str
    text: str
    anchor: str = "middle"
    series: int = 0


@dataclass(frozen=True)
class Tick:
    at: str
    text: str
    is_zero: bool = False


@dataclass
class Drawing:
    """One variant of a line chart, in its own units."""

    width: int
    height: int
    left: str = ""
    right: str = ""
    bottom: str = ""
    paths: list[tuple[int, str]] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    x_ticks: list[Label] = field(default_factory=list)
    x_edges: list[str] = field(default_factory=list)
    y_ticks: list[Tick] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Chart(ABC):
    """What both kinds have: the finding as title, unit and period below it, and what the picture says."""

    title: str
    subtitle: str = ""
    description: str = ""
    unit: str = ""
    source: str = ""
    notes: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Tells the charts of one page apart in its ids."""
        return sha256(repr((self.title, self.subtitle)).encode()).hexdigest()[:8]

    @abstractmethod
    def shown(self) -> list[Value]:
        """The values in the picture, in order."""

    @property
    def facts(self) -> list[Value]:
        """Values whose source marks stand in a line below the picture; empty where they stand in its table."""
        return []

    @property
    def has_doubtful(self) -> bool:
        return any(value.doubtful for value in self.shown())


@dataclass(frozen=True, kw_only=True)
class LineChart(Chart):
    kind = "line"
    series: tuple[Series, ...]
    heading: str = "时间"

    def shown(self) -> list[Value]:
        return [value for series in self.series for value in series.values]

    @property
    def facts(self) -> list[Value]:
        facts = [value for value in self.shown() if value.fact is not None]
        return facts if len(facts) <= MOST_MARKS else []

    @cached_property
    def wide(self) -> Drawing:
        return draw(self.series, WIDE, self.unit)

    @cached_property
    def narrow(self) -> Drawing:
        return draw(self.series, NARROW, self.unit)

    @property
    def rows(self) -> list[tuple[str, list[Value]]]:
        """The data table: a line for each time, a cell for each series."""
        if len(self.series) == 1:
            return [(value.label, [value]) for value in self.series[0].values]
        labels = list(dict.fromkeys(value.label for value in self.shown()))
        by_label = [{value.label: value for value in series.values} for series in self.series]
        return [
            (label, [cells.get(label, Value(label=label, number=None)) for cells in by_label])
            for label in labels
        ]


@dataclass(frozen=True)
class Bar:
    """Percentages: how wide the picture is, and where in it the bar stands."""

    value: Value
    track: str
    x: str
    width: str


@dataclass(frozen=True, kw_only=True)
class BarChart(Chart):
    kind = "bars"
    values: tuple[Value, ...]
    heading: str = "项目"

    def shown(self) -> list[Value]:
        return list(self.values)

    @property
    def bars(self) -> list[Bar]:
        """Lengths from a real 0 on one scale; with values below it, 0 stands inside the picture."""
        numbers = [value.number for value in self.values if value.number is not None]
        low, high = min([Decimal(0), *numbers]), max([Decimal(0), *numbers])
        span = float(high - low) or 1.0

        def bar(value: Value) -> Bar:
            number = value.number or Decimal(0)
            share = 100 * abs(float(number)) / span
            if low == 0:
                return Bar(value, f"{0.72 * share:.2f}%", "0", "100%")
            start = 100 * float(min(number, Decimal(0)) - low) / span
            return Bar(value, "72%", f"{start:.2f}%", f"{share:.2f}%")

        return [bar(value) for value in self.values]


def line_chart(series: Iterable[Series], *, title: str, description: str = "", **more: Any) -> LineChart:
    """A line chart of up to four series (ValueError for none with a number). `more`: fields of LineChart."""
    kept = tuple(Series(s.name, in_order(s.values)) for s in series)
    if not any(v.number is not None for s in kept for v in s.values):
        raise ValueError("no values")
    told = description or in_words(kept)
    return LineChart(series=kept, title=title, description=told, **more)


def bar_chart(values: Iterable[Value], *, title: str, description: str = "", **more: Any) -> BarChart:
    """A table with a bar in each row, in the given order. `more`: fields of BarChart."""
    return BarChart(values=tuple(values), title=title, description=description, **more)


def in_words(series: Sequence[Series]) -> str:
    """The chart read out: each line's first and last value."""
    parts = []
    for line in series:
        known = [value for value in line.values if value.number is not None]
        if known:
            ends = dict.fromkeys(f"{v.label}{v.text or plain(v.number)}" for v in (known[0], known[-1]))
            parts.append((f"{line.name}：" if line.name else "") + "，".join(ends))
    return "；".join(parts) + "。"


def scale(low: float, high: float, wanted: int = 4) -> list[float]:
    """Round numbers from at most `low` to at least `high`, 0 among them."""
    low, high = min(low, 0.0), max(high, 0.0)
    raw = ((high - low) or 1.0) / wanted
    power = 10.0 ** floor(log10(raw))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw * (1 - 1e-9))
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return [round(step * i, 10) for i in range(first, max(last, first + 1) + 1)]


def text_width(text: str) -> float:
    """Of a label, in units of the drawing; a Han character is as wide as the type is high."""
    return sum(TYPE_SIZE * (1.0 if east_asian_width(c) in "WF" else 0.58) for c in text)


def n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def draw(series: Sequence[Series], size: tuple[int, int], unit: str) -> Drawing:
    """One variant: axes, marks, lines, and labels beside what they name."""
    return Pen(series, size, unit).drawing


class Pen:
    """Draws one variant. Days become horizontal places, numbers vertical ones."""

    def __init__(self, series: Sequence[Series], size: tuple[int, int], unit: str) -> None:
        self.series, self.size = series, size
        every = [value for line in series for value in line.values]
        self.dated = all(value.ends for value in every)
        numbers = [float(value.number) for value in every if value.number is not None]
        self.ticks = scale(min(numbers), max(numbers), 4 if size == WIDE else 3)
        self.places = {label: i for i, label in enumerate(dict.fromkeys(v.label for v in every))}
        texts = [plain(tick) for tick in self.ticks]
        self.unit = unit
        named = [text_width(line.name) + 16 for line in series if len(series) > 1]
        self.left = max(map(text_width, texts)) + 10
        self.right = size[0] - min(max([8.0, *named]), size[0] * 0.32)
        self.top, self.bottom = (30.0 if unit else 22.0), size[1] - 30.0
        if self.dated:
            self.first, self.last = self.domain(every)
        self.taken: list[tuple[float, float, float]] = []
        self.drawing = Drawing(*size, left=n(self.left), right=n(self.right), bottom=n(self.bottom))
        self.axes(texts)
        for number, line in enumerate(series):
            self.line(number, line)
        self.names()

    def domain(self, values: Sequence[Value]) -> tuple[date, date]:
        """Whole years, or whole months where all lies within two years; the last day is the one after."""
        low = min(v.starts or v.ends for v in values if v.ends)
        high = max(v.ends for v in values if v.ends)
        self.by_month = (high - low).days <= 731 and any(abs(v.length) < 12 for v in values)
        if self.by_month:
            after = (high.replace(day=1) + timedelta(days=32)).replace(day=1)
            return low.replace(day=1), after
        return date(low.year, 1, 1), date(high.year + 1, 1, 1)

    def x(self, day: date) -> float:
        share = (day - self.first) / (self.last - self.first)
        return self.left + (self.right - self.left) * share

    def y(self, number: float) -> float:
        low, high = self.ticks[0], self.ticks[-1]
        return self.bottom - (self.bottom - self.top) * (number - low) / (high - low)

    def band(self, index: float) -> float:
        return self.left + (self.right - self.left) * index / len(self.places)

    def axes(self, texts: list[str]) -> None:
        drawing = self.drawing
        for tick, text in zip(self.ticks, texts, strict=True):
            drawing.y_ticks.append(Tick(n(self.y(tick)), text, is_zero=tick == 0))
        if not self.dated:
            middles = [(label, self.band(i + 0.5)) for label, i in self.places.items()]
            edges: list[float] = []
        else:
            steps = self.steps()
            edges = [self.x(start) for _, start, _ in steps] + [self.right]
            middles = [(label, (self.x(start) + self.x(end)) / 2) for label, start, end in steps]
        drawing.x_edges = [n(edge) for edge in edges]
        widest = max(text_width(label) for label, _ in middles) + 10
        every = max(1, ceil(widest * len(middles) / (self.right - self.left)))
        offset = (len(middles) - 1) % every
        drawing.x_ticks = [
            Label(n(x), n(self.bottom + 20), label)
            for i, (label, x) in enumerate(middles)
            if i % every == offset
        ]

    def steps(self) -> list[tuple[str, date, date]]:
        """Years, or months where they are few: name, first day, first day after."""
        found: list[tuple[str, date, date]] = []
        day = self.first
        while day < self.last:
            if self.by_month:
                after = (day + timedelta(days=32)).replace(day=1)
                first = not found or day.month == 1
                name = f"{day.year}年{day.month}月" if first else f"{day.month}月"
            else:
                after = date(day.year + 1, 1, 1)
                name = f"{day.year}年" if self.size == WIDE else str(day.year)
            found.append((name, day, after))
            day = after
        return found

    def mark(self, value: Value, series: int) -> Mark:
        y = self.y(float(value.number or 0))
        if not self.dated:
            x = x1 = x2 = self.band(self.places[value.label] + 0.5)
        else:
            assert value.ends is not None
            after = self.x(value.ends + ONE_DAY)
            x1 = self.x(value.starts) if value.starts else after
            x2, x = after, (x1 + after) / 2
        return Mark(n(x), n(y), n(x1 + 1), n(x2 - 1), value, series)

    def line(self, number: int, line: Series) -> None:
        marks = {id(v): self.mark(v, number) for v in line.values if v.number is not None}
        joined = [[marks[id(value)] for value in run] for run in runs(line.values)]
        for run in joined:
            if len(run) > 1:
                self.drawing.paths.append((number, "M" + "L".join(f"{m.x} {m.y}" for m in run)))
        self.drawing.marks += marks.values()
        if len(self.series) == 1:
            ordered = sorted(joined, key=len)
            self.numbers([mark for run in ordered for mark in run][::-1])

    def numbers(self, marks: list[Mark]) -> None:
        """The values themselves above their marks, the latest first, as far as they do not touch."""
        last = max(marks, key=lambda m: float(m.x)) if marks else None
        few = len(marks) <= MOST_LABELS[self.size]
        for mark in [*filter(None, [last]), *(marks if few else ())]:
            text = plain(mark.value.number)
            half = text_width(text) / 2
            x = min(max(float(mark.x), self.left + half), self.size[0] - half)
            y = float(mark.y) - 11
            if all(abs(x - x2) > half + half2 + 4 or abs(y - y2) > TYPE_SIZE for x2, y2, half2 in self.taken):
                self.taken.append((x, y, half))
                self.drawing.labels.append(Label(n(x), n(y), text))

    def names(self) -> None:
        """With several lines, each is named at its end, pushed apart where ends lie close."""
        if len(self.series) < 2:
            return
        ends = []
        for number, line in enumerate(self.series):
            marks = [mark for mark in self.drawing.marks if mark.series == number]
            if marks:
                end = max(marks, key=lambda m: float(m.x2))
                ends.append((float(end.y), number, line.name))
        lowest = -99.0
        for y, number, name in sorted(ends):
            lowest = max(y, lowest + TYPE_SIZE + 4)
            self.drawing.labels.append(Label(n(self.right + 8), n(lowest + 5), name, "start", number))
