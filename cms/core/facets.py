"""Facets: properties by which a reader narrows a listing. Only values in use are offered, with their counts."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet

LONGEST_VALUE = 80


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One value on offer: its text in the address, what readers call it, how many items have it."""

    value: str
    label: str
    count: int
    depth: int = 0


@dataclass(kw_only=True)
class Facet(ABC):
    """`name` is the parameter in the address, `label` what readers call it.

    Facets of the same `group` speak of the same related row (this sector, at this place in its chain), so
    their values must hold of one row together. `inline` facets stand in the filter form; the others are
    links that the page places itself (letters, an archive). One object serves one request.
    """

    name: str
    label: str
    group: str = ""
    inline: bool = True
    several: bool = True  # whether more than one value may be chosen
    # Names of facets that say the same more or less finely: choosing a value here undoes theirs.
    replaces: tuple[str, ...] = ()
    # Whether an item has any number of values, and so is asked for in a query of its own.
    many: bool = False

    @abstractmethod
    def accepts(self, value: str) -> bool:
        """Whether `value`, from an address, is a value at all."""

    @abstractmethod
    def title(self, value: str) -> str:
        """What readers call an accepted value."""

    @abstractmethod
    def terms(self, values: Sequence[str]) -> Q:
        """Matches the items that have one of the accepted `values`."""

    @abstractmethod
    def choices(self, rows: QuerySet[Any], together: Q) -> list[Choice]:
        """Values in use among `rows` whose related row also fulfils `together`, in the order of display."""


@dataclass(kw_only=True)
class ValueFacet(Facet):
    """A column or annotation of the items (`lookup`), read in one grouped query."""

    lookup: str

    def parse(self, text: str) -> Any:
        """The database's value for a value of the address. Raises ValueError."""
        if "\x00" in text or len(text) > LONGEST_VALUE:
            raise ValueError(text)
        return text

    def text(self, value: Any) -> str:
        return str(value)

    def order(self, choice: Choice) -> Any:
        return choice.value

    newest_first: bool = False

    def accepts(self, value: str) -> bool:
        try:
            self.parse(value)
        except ValueError:
            return False
        return True

    def title(self, value: str) -> str:
        return value

    def terms(self, values: Sequence[str]) -> Q:
        return Q(**{f"{self.lookup}__in": [self.parse(value) for value in values]})

    def choices(self, rows: QuerySet[Any], together: Q) -> list[Choice]:
        # Only the column's own condition beside `together`, so that both use one join.
        used = rows.filter(together, **{f"{self.lookup}__isnull": False}).order_by()
        counted = used.values_list(self.lookup).annotate(items=Count("pk", distinct=True))
        found = [
            Choice(value=self.text(value), label=self.title(self.text(value)), count=count)
            for value, count in counted
            if value != "" and self.accepts(self.text(value))
        ]
        return sorted(found, key=self.order, reverse=self.newest_first)


@dataclass(kw_only=True)
class ChoiceFacet(ValueFacet):
    """A field with choices, in their order."""

    labels: dict[str, str]

    def parse(self, text: str) -> str:
        if text not in self.labels:
            raise ValueError(text)
        return text

    def title(self, value: str) -> str:
        return str(self.labels[value])

    def order(self, choice: Choice) -> int:
        return list(self.labels).index(choice.value)


@dataclass(kw_only=True)
class YearFacet(ValueFacet):
    """A number of the year; the newest first."""

    newest_first: bool = True

    def parse(self, text: str) -> int:
        if not re.fullmatch(r"[12][0-9]{3}", text):
            raise ValueError(text)
        return int(text)

    def title(self, value: str) -> str:
        return f"{value}年"


@dataclass(kw_only=True)
class MonthFacet(ValueFacet):
    """The first day of a month, written 2025-11; the newest first."""

    newest_first: bool = True

    def parse(self, text: str) -> date:
        if not re.fullmatch(r"[12][0-9]{3}-[0-9]{2}", text):
            raise ValueError(text)
        return date.fromisoformat(f"{text}-01")

    def text(self, value: date) -> str:
        return f"{value:%Y-%m}"

    def title(self, value: str) -> str:
        day = self.parse(value)
        return f"{day.year}年{day.month}月"


@dataclass(kw_only=True)
class InitialFacet(ValueFacet):
    """The first letter of the pinyin; names that start with a digit stand under their digit."""

    def parse(self, text: str) -> str:
        if not re.fullmatch(r"[A-Z0-9]", text):
            raise ValueError(text)
        return text


@dataclass(kw_only=True)
class RelatedFacet(Facet):
    """Visible records that items point to by `lookups`: sectors, places, sources.

    Takes two queries however many there are: the records, and the (item, record) pairs among the items.
    With `tree`, the records are pages, and what belongs to a page below belongs to the page above too.
    """

    records: QuerySet[Any]
    lookups: tuple[str, ...]
    key: str = "slug"
    tree: bool = False
    many: bool = True
    name_of: Callable[[Any], str] = field(default=str)

    @cached_property
    def known(self) -> dict[int, Any]:
        return {record.pk: record for record in self.records}

    @cached_property
    def above(self) -> dict[int, list[int]]:
        """For each record, the records that its items count for: itself and, in a tree, those above."""
        if not self.tree:
            return {pk: [pk] for pk in self.known}
        return {
            pk: [other for other, ancestor in self.known.items() if record.path.startswith(ancestor.path)]
            for pk, record in self.known.items()
        }

    @cached_property
    def by_value(self) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = defaultdict(list)
        for record in self.known.values():
            found[getattr(record, self.key)].append(record)
        return dict(found)

    def accepts(self, value: str) -> bool:
        return value in self.by_value

    def title(self, value: str) -> str:
        return self.name_of(self.by_value[value][0])

    def family(self, values: Iterable[str]) -> list[int]:
        """Ids of the chosen records and of those below them."""
        chosen = {record.pk for value in values for record in self.by_value[value]}
        return [pk for pk, above in self.above.items() if chosen & set(above)]

    def terms(self, values: Sequence[str]) -> Q:
        matches = Q()
        for lookup in self.lookups:
            matches |= Q(**{f"{lookup}__in": self.family(values)})
        return matches

    def pairs(self, rows: QuerySet[Any], together: Q) -> Iterable[tuple[int, int]]:
        """Which item points to which record."""
        first, *others = [
            rows.filter(together, **{f"{lookup}__in": list(self.known)}).order_by().values_list("pk", lookup)
            for lookup in self.lookups
        ]
        return first.union(*others) if others else first

    def choices(self, rows: QuerySet[Any], together: Q) -> list[Choice]:
        if not self.known:
            return []
        counts = Counter({(item, top) for item, pk in self.pairs(rows, together) for top in self.above[pk]})
        items: Counter[int] = Counter(record for _, record in counts)
        shallowest = min((record.depth for record in self.known.values()), default=0) if self.tree else 0
        return [
            Choice(
                value=getattr(record, self.key),
                label=self.name_of(record),
                count=items[pk],
                depth=record.depth - shallowest if self.tree else 0,
            )
            for pk, record in self.known.items()
            if items[pk]
        ]
