"""When a fact holds: a year, a half-year, a quarter, a month, a day, a range of them, or a state at a date.

Written as text, so that one notation serves database, content files, API and admin:

    2025   2023-H2   2025-Q1   2023-03   2025-12-16   2025-01/2025-11   @2025-12 (state at the end of)

Editors may also type what a newspaper prints: 2025年1—11月, 2023年下半年, 截至2025年11月底.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models


class Precision(StrEnum):
    YEAR = "year"
    HALF = "half"
    QUARTER = "quarter"
    MONTH = "month"
    DAY = "day"


UNIT = re.compile(
    r"(?P<year>[0-9]{4})"
    r"(?:-(?:H(?P<half>[12])|Q(?P<quarter>[1-4])|(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?))?"
)
MESSAGE = "“%(text)s”不是可识别的时间。例：2025、2025年1—11月、2023年下半年、2025-12-16、截至2025年11月。"


@dataclass(frozen=True)
class Unit:
    """One calendar unit: its first and last day and how fine it is."""

    start: date
    end: date
    precision: Precision

    @classmethod
    def parse(cls, text: str) -> Unit:
        """Raises ValueError for text that is no unit or no day of the calendar."""
        match = UNIT.fullmatch(text)
        if not match:
            raise ValueError(text)
        year = int(match["year"])
        if match["half"]:
            first = 1 if match["half"] == "1" else 7
            return cls(date(year, first, 1), last_day(year, first + 5), Precision.HALF)
        if match["quarter"]:
            first = 3 * int(match["quarter"]) - 2
            return cls(date(year, first, 1), last_day(year, first + 2), Precision.QUARTER)
        if match["day"]:
            day = date(year, int(match["month"]), int(match["day"]))
            return cls(day, day, Precision.DAY)
        if match["month"]:
            month = int(match["month"])
            return cls(date(year, month, 1), last_day(year, month), Precision.MONTH)
        return cls(date(year, 1, 1), date(year, 12, 31), Precision.YEAR)

    def __str__(self) -> str:
        year = f"{self.start.year}年"
        match self.precision:
            case Precision.YEAR:
                return year
            case Precision.HALF:
                return year + ("上半年" if self.start.month == 1 else "下半年")
            case Precision.QUARTER:
                return f"{year}第{(self.start.month + 2) // 3}季度"
            case Precision.MONTH:
                return f"{year}{self.start.month}月"
            case _:
                return f"{year}{self.start.month}月{self.start.day}日"


@dataclass(frozen=True)
class Period:
    """A parsed period: `starts` is None for a state at a date; both days are inclusive."""

    text: str
    starts: date | None
    ends: date
    precision: Precision
    label: str

    @property
    def is_state(self) -> bool:
        return self.starts is None

    def __str__(self) -> str:
        return self.label


def last_day(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def parse(text: str) -> Period:
    """The period that `text` (canonical notation) means.

    Raises ValueError where it means none, or where it ends before it starts.
    """
    body, state = (text[1:], True) if text.startswith("@") else (text, False)
    first_text, slash, last_text = body.partition("/")
    first = Unit.parse(first_text)
    if not slash:
        starts = None if state else first.start
        year_end = "底" if first.precision == Precision.YEAR else ""
        label = f"截至{first}{year_end}" if state else str(first)
        return Period(text, starts, first.end, first.precision, label)
    last = Unit.parse(last_text)
    if state or last.end < first.start:
        raise ValueError(text)
    return Period(text, first.start, last.end, max_precision(first, last), range_label(first, last))


def max_precision(first: Unit, last: Unit) -> Precision:
    order = list(Precision)
    return max(first.precision, last.precision, key=order.index)


def range_label(first: Unit, last: Unit) -> str:
    """2023—2025年, 2025年1—11月; units of other kinds are joined by 至 (GB/T 15835)."""
    if first.precision == last.precision == Precision.YEAR:
        return f"{first.start.year}—{last.start.year}年"
    same_year = first.start.year == last.start.year
    if first.precision == last.precision == Precision.MONTH and same_year:
        return f"{first.start.year}年{first.start.month}—{last.start.month}月"
    return f"{first}至{last}"


def normalise(text: str) -> str:
    """Canonical notation for what an editor typed. Raises ValidationError with examples."""
    text = unicodedata.normalize("NFKC", text or "").strip()
    if not text:
        return ""
    try:
        return parse(text).text
    except ValueError:
        pass
    try:
        return parse(from_chinese(text)).text
    except ValueError as error:
        raise ValidationError(MESSAGE, code="period", params={"text": text[:40]}) from error


CHINESE_UNIT = r"([0-9]{4})年(?:(上|下)半年|第?([1-4一二三四])季度|([0-9]{1,2})月(?:([0-9]{1,2})[日号])?)?"
TO = "[-–—~至到]"


def from_chinese(text: str) -> str:
    """Canonical notation for a period as newspapers print it (NFKC). Raises ValueError.

    截至 before a date, and 底 or 末 after it, mean the state at its end.
    """
    text = re.sub(r"\s", "", text)
    bare = re.sub(r"^(截至|截止)|[底末]$", "", text)
    months = re.fullmatch(f"([0-9]{{4}})年([0-9]{{1,2}})月?{TO}([0-9]{{1,2}})月", bare)
    years = re.fullmatch(f"([0-9]{{4}})年?{TO}([0-9]{{4}})年", bare)
    both = re.fullmatch(f"{CHINESE_UNIT}{TO}{CHINESE_UNIT}", bare)
    one = re.fullmatch(CHINESE_UNIT, bare)
    if months:
        canonical = f"{months[1]}-{int(months[2]):02}/{months[1]}-{int(months[3]):02}"
    elif years:
        canonical = f"{years[1]}/{years[2]}"
    elif one:
        canonical = chinese_unit(one.groups())
    elif both:
        canonical = f"{chinese_unit(both.groups()[:5])}/{chinese_unit(both.groups()[5:])}"
    else:
        raise ValueError(text)
    return canonical if bare == text else f"@{canonical}"


def chinese_unit(groups: tuple[str | None, ...]) -> str:
    year, half, quarter, month, day = groups
    if half:
        return f"{year}-H{'1' if half == '上' else '2'}"
    if quarter:
        return f"{year}-Q{'一二三四'.find(quarter) + 1 or quarter}"
    if month:
        return f"{year}-{int(month):02}" + (f"-{int(day):02}" if day else "")
    return str(year)


class PeriodField(models.CharField):
    """Text in the notation of this module; accepts the Chinese forms and stores the canonical one."""

    is_code = True  # no words to check (cms.review.checks)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 32)
        kwargs.setdefault("blank", True)
        kwargs.setdefault(
            "help_text",
            "例：2025、2025年1—11月、2023年下半年、2023年3月、2025-12-16；某时点的状态写“截至2025年11月”。不知道就留空。",
        )
        super().__init__(*args, **kwargs)

    def to_python(self, value: Any) -> Any:
        return normalise(value) if isinstance(value, str) else super().to_python(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = self.to_python(getattr(model_instance, self.attname) or "")
        setattr(model_instance, self.attname, value)
        return value


def label(text: str) -> str:
    """What a reader sees for a stored period; empty for an empty one."""
    return parse(text).label if text else ""
