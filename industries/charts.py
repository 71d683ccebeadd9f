"""Charts, comparisons and citations of observations. Works on what was fetched for display: no queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from cms.core import pasted
from cms.core.charts import BarChart, LineChart, bar_chart, line_chart
from cms.core.series import Series, Value, plain, runs
from industries import period

# Who is believed first where several sources speak of the same: the order of the statuses.
RANK = {"official": 0, "media": 1, "enterprise": 2, "pending": 3, "disputed": 4}


@dataclass(frozen=True)
class Group:
    """The observations about one subject (None: the whole city), in the order given."""

    subject: Any
    observations: list[Any]

    @property
    def name(self) -> str:
        return self.subject.title if self.subject else "全市"


def by_subject(observations: Iterable[Any]) -> list[Group]:
    """Groups by subject: the whole city first, then those with most values, then by name."""
    found: dict[Any, list[Any]] = defaultdict(list)
    for observation in observations:
        found[observation.subject_id].append(observation)
    groups = [Group(items[0].subject, items) for items in found.values()]
    return sorted(groups, key=lambda g: (g.subject is not None, -len(g.observations), g.name))


def conflicts(observations: Iterable[Any]) -> list[list[Any]]:
    """Observations that give different quantities for one subject and period, most trusted first."""
    found: dict[tuple[Any, str], list[Any]] = defaultdict(list)
    for observation in observations:
        if observation.period:
            found[observation.subject_id, observation.period].append(observation)
    return [
        sorted(group, key=rank)
        for group in found.values()
        if len({(Decimal(o.value), o.hedge) for o in group}) > 1
    ]


def rank(observation: Any) -> tuple[int, str]:
    return RANK.get(observation.status, len(RANK)), observation.key


def value_of(observation: Any, label: str = "", url: str = "") -> Value:
    return Value(
        label=label or observation.period_label,
        number=Decimal(observation.value),
        text=observation.quantity,
        starts=observation.starts,
        ends=observation.ends,
        doubtful=observation.is_doubtful,
        status=observation.get_status_display(),
        fact=observation,
        url=url,
    )


def chart_of(
    indicator: Any,
    observations: Sequence[Any],
    *,
    kind: str = "",
    title: str = "",
    subtitle: str = "",
    description: str = "",
) -> LineChart | BarChart | None:
    """The indicator's chart: a line over time if its values allow one, else bars across subjects, else None.

    `kind` ("line" or "bars") allows only that one. A rank (第3位) is nothing to draw from 0.
    """
    if indicator.prefix:
        return None
    about = {"title": title, "subtitle": subtitle, "description": description}
    if kind != "bars" and (chart := line_over_time(indicator, observations, **about)):
        return chart
    return bars_across_subjects(indicator, observations, **about) if kind != "line" else None


def line_over_time(
    indicator: Any, observations: Sequence[Any], *, title: str, subtitle: str, description: str
) -> LineChart | None:
    """The subject with the longest run of comparable values; None where no two can be compared."""
    best: tuple[int, Group, list[Value], list[Value]] | None = None
    for group in by_subject(observations):
        dated = sorted((o for o in group.observations if o.ends), key=rank)
        values = [value_of(o) for o in dated]
        values.sort(key=lambda v: (v.ends, v.starts or v.ends))
        comparable = max(groups_of_length(values), key=len, default=[])
        if len(comparable) >= 2 and (best is None or len(comparable) > best[0]):
            best = (len(comparable), group, values, comparable)
    if best is None:
        return None
    _, group, values, comparable = best
    first, last = comparable[0], comparable[-1]
    notes = []
    joined = {id(value) for run in runs(values) if len(run) > 1 for value in run}
    if joined and len(joined) < len(values):
        notes.append(
            "线只连接同样长的时期；时期长短不同、前后有缺口或来源不一的数值单独标出，横条表示所跨的时间。"
        )
    elif not joined:
        notes.append("各时期之间缺少数值，因此没有连线；横条表示所跨的时间。")
    unit = indicator.unit
    return line_chart(
        [Series(group.name, tuple(values))],
        title=title or f"{indicator.title}：从{first.label}的{first.text}到{last.label}的{last.text}",
        subtitle=subtitle or "，".join(filter(None, [group.name, f"单位：{unit}" if unit else ""])),
        description=description,
        unit=unit,
        source=source_line(value.fact for value in values),
        notes=tuple(notes),
    )


def groups_of_length(values: Iterable[Value]) -> list[list[Value]]:
    """Values over periods of one length, one for each period."""
    found: dict[int, dict[Any, Value]] = defaultdict(dict)
    for value in values:
        found[value.length].setdefault((value.starts, value.ends), value)
    return [list(group.values()) for group in found.values()]


def bars_across_subjects(
    indicator: Any, observations: Sequence[Any], *, title: str, subtitle: str, description: str
) -> BarChart | None:
    """The period for which most subjects have a value (the later one of equals), largest value first."""
    by_period: dict[tuple[Any, str], dict[Any, Any]] = defaultdict(dict)
    for observation in sorted(observations, key=rank):
        if observation.period:
            by_period[observation.ends, observation.period].setdefault(observation.subject_id, observation)
    if not by_period:
        return None
    _, chosen = max(by_period.items(), key=lambda item: (len(item[1]), item[0]))
    if len(chosen) < 2:
        return None
    picked = sorted(chosen.values(), key=lambda o: (-o.value, o.key))
    when, unit = picked[0].period_label, indicator.unit
    return bar_chart(
        [
            value_of(o, o.subject.title if o.subject else "全市", o.subject.get_url() if o.subject else "")
            for o in picked
        ],
        title=title or f"{when}{indicator.title}",
        subtitle=subtitle
        or "，".join(filter(None, [when if title else "", f"单位：{unit}" if unit else ""])),
        description=description,
        unit=unit,
        heading="对象",
        source=source_line(picked),
    )


def source_line(observations: Iterable[Any]) -> str:
    """Each source once: 《…》，发布者（官方）."""
    lines = {}
    for o in observations:
        publisher = f"，{o.source.publisher}" if o.source.publisher else ""
        lines[o.source_id] = f"{o.source}{publisher}（{o.source.get_kind_display()}）"
    return "；".join(lines.values())


def pasted_chart(
    text: str, *, kind: str, title: str, unit: str, subtitle: str, source: str, description: str
) -> LineChart | BarChart:
    """A chart of a pasted table. Raises ValueError with a message for the editor.

    On a line chart, labels that are periods (2023, 2025年1—11月) stand at their dates.
    """
    table = pasted.parse(text)
    about = {
        "title": title,
        "subtitle": "，".join(filter(None, [subtitle, f"单位：{unit}" if unit else ""])),
        "unit": unit,
        "source": source,
        "description": description,
    }
    if kind == "bars":
        if len(table.names) > 1:
            raise ValueError("条形图只能有一列数值；几列数值请用折线图，或分成几张图。")
        values = [
            Value(label=label, number=numbers[0], text=plain(numbers[0])) for label, numbers in table.rows
        ]
        return bar_chart(values, heading=table.heading or "项目", **about)
    periods = [parsed_period(label) for label, _ in table.rows]
    dated = all(periods)
    series = [
        Series(
            name if len(table.names) > 1 else "",
            tuple(
                Value(
                    label=when.label if dated and when else label,
                    number=numbers[column],
                    text=plain(numbers[column]),
                    starts=when.starts if dated and when else None,
                    ends=when.ends if dated and when else None,
                )
                for (label, numbers), when in zip(table.rows, periods, strict=True)
            ),
        )
        for column, name in enumerate(table.names)
    ]
    return line_chart(series, heading=table.heading or "时间", **about)


def parsed_period(label: str) -> period.Period | None:
    try:
        text = period.normalise(label)
    except ValidationError:
        return None
    return period.parse(text) if text else None
