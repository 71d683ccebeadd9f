"""What the home page tells of the register itself: its dated facts, and how many there are for each year."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from industries.models import Observation, Statement, StatementSubject


@dataclass
class DatedFact:
    """A visible fact with a date: its days, and the pages that it is about."""

    key: str
    starts: date
    ends: date
    pages: set[int] = field(default_factory=set)


def dated_facts() -> list[DatedFact]:
    """Every visible dated fact, each once. Two queries.

    A figure counts for its indicator and for its subject. A state at a date lies on that date.
    """
    found: dict[str, DatedFact] = {}

    def add(key: str, starts: date | None, ends: date | None, *pages: int | None) -> None:
        if ends is None:  # the queries leave such facts out
            return
        fact = found.setdefault(key, DatedFact(key, starts or ends, ends))
        fact.pages.update(page for page in pages if page is not None)

    dated = Statement.objects.visible().filter(ends__isnull=False).order_by()
    names = [f"statement__{name}" for name in ("key", "starts", "ends")]
    for row in StatementSubject.objects.filter(statement__in=dated).order_by().values_list(*names, "page_id"):
        add(*row)
    figures = Observation.objects.visible().filter(ends__isnull=False).order_by()
    for row in figures.values_list("key", "starts", "ends", "indicator_id", "subject_id"):
        add(*row)
    return list(found.values())


def facts_by_year(facts: list[DatedFact]) -> dict[str, Any] | None:
    """How many facts end in each year, with what the numbers say as a sentence.

    Years without a fact between the first and the last are 0. None for less than two years: no comparison.
    """
    counted = Counter(fact.ends.year for fact in facts)
    if len(counted) < 2:
        return None
    most = max(counted.values())
    return {
        "title": most_sentence(sorted(year for year, number in counted.items() if number == most), most),
        "years": [(year, counted[year]) for year in range(min(counted), max(counted) + 1)],
        "total": len(facts),
    }


def most_sentence(years: list[int], count: int) -> str:
    if len(years) == 1:
        return f"有日期的事实以{years[0]}年最多：{count}条"
    named = "年、".join(str(year) for year in years)
    return f"有日期的事实以{named}年最多：各{count}条"
