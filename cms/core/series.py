"""Values over time, and which of them a line may join."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Value:
    """One number of a chart: `text` is how readers see it, `label` names its time or thing.

    `number` None is a missing value. A period has both days, a state only `ends`; neither means that the
    values stand in their given order. `fact` is what `{% provenance %}` takes.
    """

    label: str
    number: Decimal | None
    text: str = ""
    starts: date | None = None
    ends: date | None = None
    doubtful: bool = False
    status: str = ""
    fact: Any = None
    url: str = ""

    @property
    def length(self) -> int:
        """What tells comparable periods: whole months above 0, else days below; 0 for a state."""
        if self.starts is None or self.ends is None:
            return 0
        after = self.ends + ONE_DAY
        if self.starts.day == after.day == 1:
            return (after.year - self.starts.year) * 12 + after.month - self.starts.month
        return -(after - self.starts).days


@dataclass(frozen=True)
class Series:
    name: str
    values: tuple[Value, ...]


def in_order(values: Sequence[Value]) -> tuple[Value, ...]:
    """Dated values by date; others as they come."""
    if all(value.ends for value in values):
        return tuple(sorted(values, key=lambda v: (v.ends, v.starts or v.ends)))
    return tuple(values)


def plain(number: Decimal | float | None) -> str:
    """A number in digits without trailing zeros."""
    return "" if number is None else f"{Decimal(str(number)).normalize():f}"


def runs(values: Sequence[Value]) -> list[list[Value]]:
    """Values that a line may join: of one length, one after the other, one at a time (the first given)."""
    dated = all(value.ends for value in values)
    if not dated:
        known = groupby(values, key=lambda v: v.number is not None)
        return [list(group) for is_known, group in known if is_known]
    found: list[list[Value]] = []
    lengths = dict.fromkeys(value.length for value in values)
    for length in lengths:
        run: list[Value] = []
        for value in (v for v in values if v.length == length):
            if value.number is None:
                run = []
            elif run and (value.starts, value.ends) == (run[-1].starts, run[-1].ends):
                found.append([value])
            elif run and follows(run[-1], value):
                run.append(value)
            else:
                run = [value]
                found.append(run)
    return found


def follows(one: Value, other: Value) -> bool:
    """Whether nothing is missing between two values of one length: no period, or no year's like period."""
    if one.starts is None or other.starts is None or one.ends is None:
        return True
    next_year = (one.starts.year + 1, one.starts.month, one.starts.day)
    return other.starts in {one.ends + ONE_DAY} or next_year == (
        other.starts.year,
        other.starts.month,
        other.starts.day,
    )
