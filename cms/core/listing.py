"""One class for all listings: filters, text, order, page and format, read from the query string."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Page as PaginatorPage
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, QueryDict

from cms.core.facets import Choice, Facet
from cms.core.metadata import Metadata

FORMATS = {"csv": "CSV 表格", "json": "JSON", "atom": "Atom 订阅", "rss": "RSS 订阅"}
FEED_LENGTH = 50
LONGEST_TEXT = 80
MOST_WORDS = 8
MOST_VALUES = 20


@dataclass(frozen=True, kw_only=True)
class Order:
    """A way to sort: `key` in the address, `label` for readers, `by` for the database."""

    key: str
    label: str
    by: tuple[Any, ...]


class FacetField(forms.Field):
    """Accepted values of one facet; the others are remembered, not refused."""

    widget = forms.SelectMultiple

    def __init__(self, facet: Facet) -> None:
        super().__init__(required=False, label=facet.label)
        self.facet = facet
        self.ignored: list[str] = []

    def to_python(self, value: Any) -> list[str]:
        asked = list(dict.fromkeys(filter(None, value or [])))[:MOST_VALUES]
        accepted = [text for text in asked if self.facet.accepts(text)]
        accepted = accepted if self.facet.several else accepted[:1]
        self.ignored = [text for text in asked if text not in accepted]
        return accepted


class ListingForm(forms.Form):
    """What a listing may be asked, apart from the page. What it cannot take is named in `problems`."""

    def __init__(
        self, data: QueryDict, *, facets: Sequence[Facet], orders: Sequence[Order], searchable: bool
    ) -> None:
        super().__init__(data)
        if searchable:
            self.fields["q"] = forms.CharField(
                required=False,
                max_length=LONGEST_TEXT,
                error_messages={
                    "max_length": f"检索词太长，最多{LONGEST_TEXT}个字，没有采用。",
                    "null_characters_not_allowed": "检索词里有不能识别的字符，没有采用。",
                },
            )
        for facet in facets:
            self.fields[facet.name] = FacetField(facet)
        self.fields["sort"] = named_choice("排序方式", {order.key: order.label for order in orders})
        self.fields["format"] = named_choice("格式", FORMATS)

    @property
    def problems(self) -> list[str]:
        """What was asked and could not be done, in sentences for readers."""
        said = [str(message) for messages in self.errors.values() for message in messages]
        for item in self.fields.values():
            said += [
                f"{item.label}里没有“{shortened(text)}”，这一项没有采用。"
                for text in getattr(item, "ignored", [])[:3]
            ]
        return said


def named_choice(label: str, choices: dict[str, str]) -> forms.ChoiceField:
    return forms.ChoiceField(
        required=False,
        label=label,
        choices=choices.items(),
        error_messages={"invalid_choice": f"没有这种{label}，没有采用。"},
    )


def shortened(text: str) -> str:
    shown = "".join(character if character.isprintable() else "�" for character in text)
    return shown if len(shown) <= 20 else f"{shown[:20]}…"


def any_contains(fields: Sequence[str]) -> Callable[[str], Q]:
    """Matches items in one of whose `fields` a word occurs."""

    def matches(word: str) -> Q:
        condition = Q()
        for name in fields:
            condition |= Q(**{f"{name}__icontains": word})
        return condition

    return matches


class Listing:
    """The items that a request asks for. Iterates over one page of them; `rows` are all of them.

    `text` turns a word of the reader's text into a condition (None: no text can be asked for); all words
    must match. `prepare` adds to a list of items what their cards show of other tables, in a fixed number
    of queries. Facets cost a fixed number of queries each, whatever the content.
    """

    def __init__(
        self,
        request: HttpRequest,
        items: QuerySet[Any],
        *,
        facets: Sequence[Facet] = (),
        orders: Sequence[Order] = (),
        text: Callable[[str], Q] | None = None,
        page_size: int,
        prepare: Callable[[list[Any]], list[Any]] = list,
    ) -> None:
        self.path = request.path
        self.base = items
        self.facets = facets
        self.orders = orders
        self.text = text
        self.page_size = page_size
        self.prepare = prepare
        self.asked_page = request.GET.get("page")
        self.form = ListingForm(request.GET, facets=facets, orders=orders, searchable=text is not None)
        self.problems = self.form.problems
        valid = self.form.cleaned_data
        self.q: str = " ".join(valid.get("q", "").split())
        self.chosen: dict[str, list[str]] = {f.name: valid.get(f.name, []) for f in facets}
        self.format: str = valid.get("format", "")
        self.order = next((o for o in orders if o.key == valid.get("sort")), orders[0] if orders else None)

    # The items

    def narrowed(self, without: Facet | None = None) -> tuple[QuerySet[Any], Q]:
        """Items that fulfil all filters but those of the facet `without`.

        The second value is what remains to be asked of that facet's own related row (see `Facet.group`).
        """
        rows = self.base.order_by()
        if self.text:
            for word in self.q.split()[:MOST_WORDS]:
                rows = rows.filter(self.text(word))
        joined: dict[str, Q] = {}
        for facet in self.facets:
            values = self.chosen[facet.name]
            if not values or facet is without or (without and facet.name in without.replaces):
                continue
            if facet.many:
                group = facet.group or facet.name
                joined[group] = joined.get(group, Q()) & facet.terms(values)
            else:
                rows = rows.filter(facet.terms(values))
        together = joined.pop(without.group, Q()) if without and without.group else Q()
        for condition in joined.values():
            # A subquery: a join would give an item twice, and could not be shared by counts.
            matching = self.base.model._base_manager.filter(condition).order_by().values("pk")
            rows = rows.filter(pk__in=matching)
        return rows, together

    @cached_property
    def rows(self) -> QuerySet[Any]:
        """All items asked for, in the order asked for."""
        rows, _ = self.narrowed()
        by = self.order.by if self.order else tuple(self.base.query.order_by)
        return rows.order_by(*by, "pk")

    @cached_property
    def paginator(self) -> Paginator[Any]:
        return Paginator(self.rows, self.page_size)

    @cached_property
    def page(self) -> PaginatorPage[Any]:
        """The asked-for page; a nonsensical number gives the first or the last."""
        page = self.paginator.get_page(self.asked_page)
        page.object_list = self.prepare(list(page.object_list))
        return page

    def newest(self, by: tuple[Any, ...]) -> list[Any]:
        """The first items in the order `by`, as many as a feed carries."""
        return list(self.rows.order_by(*by, "pk")[:FEED_LENGTH])

    def __iter__(self) -> Iterator[Any]:
        return iter(self.page.object_list)

    def __len__(self) -> int:
        return len(self.page.object_list)

    @property
    def object_list(self) -> list[Any]:
        """What this page of the listing shows."""
        return list(self.page.object_list)

    @property
    def number(self) -> int:
        return self.page.number

    @cached_property
    def total(self) -> int:
        """How many items are asked for, on all pages."""
        return self.paginator.count

    @property
    def page_count(self) -> int:
        return self.paginator.num_pages

    # Addresses

    def query(self, changes: Mapping[str, Any] | None = None, *, page: int = 1) -> str:
        """The address of this listing with `changes`; without what is asked by default."""
        asked: dict[str, Any] = {"q": self.q, **self.chosen, "sort": self.order.key if self.order else ""}
        asked.update(changes or {})
        if self.orders and asked["sort"] == self.orders[0].key:
            asked["sort"] = ""
        if page > 1:
            asked["page"] = page
        given = {name: value for name, value in asked.items() if value}
        return f"{self.path}?{urlencode(given, doseq=True)}" if given else self.path

    @property
    def previous_url(self) -> str:
        return self.query(page=self.number - 1) if self.page.has_previous() else ""

    @property
    def next_url(self) -> str:
        return self.query(page=self.number + 1) if self.page.has_next() else ""

    @property
    def pages(self) -> list[dict[str, Any]]:
        """Numbered pages around this one, with gaps (no address) in long listings."""
        numbers = self.paginator.get_elided_page_range(self.number, on_each_side=1, on_ends=1)
        return [
            {
                "number": n,
                "url": self.query(page=n) if isinstance(n, int) else "",
                "current": n == self.number,
            }
            for n in numbers
        ]

    @property
    def clear_url(self) -> str:
        return self.query({"q": "", **dict.fromkeys(self.chosen, ())})

    @property
    def downloads(self) -> list[dict[str, str]]:
        return [
            {"format": f, "label": label, "url": self.query({"format": f})} for f, label in FORMATS.items()
        ]

    # What the filter form and the chips show

    def caption(self, title: str) -> str:
        """`title` with what it is narrowed to: 项目（产业：汽车）."""
        filters = "，".join(f"{chip['label']}：{chip['value']}" for chip in self.active)
        return f"{title}（{filters}）" if filters else title

    @cached_property
    def is_filtered(self) -> bool:
        return bool(self.q or any(self.chosen.values()))

    @cached_property
    def active(self) -> list[dict[str, str]]:
        """Each filter in force, with the address of the listing without it."""
        chips = [{"label": "检索", "value": self.q, "url": self.query({"q": ""})}] if self.q else []
        for facet in self.facets:
            values = self.chosen[facet.name]
            chips += [
                {
                    "label": facet.label,
                    "value": facet.title(value),
                    "url": self.query({facet.name: [other for other in values if other != value]}),
                }
                for value in values
            ]
        return chips

    @cached_property
    def options(self) -> dict[str, list[dict[str, Any]]]:
        """By facet, the values to choose from: counts are as if the facet itself were not in force."""
        return {facet.name: self.offered(facet) for facet in self.facets}

    def offered(self, facet: Facet) -> list[dict[str, Any]]:
        chosen = self.chosen[facet.name]
        choices = facet.choices(*self.narrowed(without=facet))
        known = {choice.value for choice in choices}
        choices += [Choice(value=v, label=facet.title(v), count=0) for v in chosen if v not in known]
        return [
            {
                "value": choice.value,
                "label": choice.label,
                "count": choice.count,
                "depth": choice.depth,
                "chosen": choice.value in chosen,
                "url": self.query({facet.name: [choice.value], **dict.fromkeys(facet.replaces, ())}),
            }
            for choice in choices
        ]

    @cached_property
    def panels(self) -> list[dict[str, Any]]:
        """Facets of the filter form that leave a choice."""
        shown: list[dict[str, Any]] = [
            {"facet": facet, "options": self.options[facet.name], "chosen": bool(self.chosen[facet.name])}
            for facet in self.facets
            if facet.inline
        ]
        return [panel for panel in shown if len(panel["options"]) > 1 or panel["chosen"]]

    @cached_property
    def kept(self) -> list[tuple[str, str]]:
        """What the filter form must carry along unseen: the order, and filters that are not in the form."""
        pairs = [(f.name, value) for f in self.facets if not f.inline for value in self.chosen[f.name]]
        if self.order and self.order is not self.orders[0]:
            pairs.append(("sort", self.order.key))
        return pairs

    @property
    def sorts(self) -> list[dict[str, Any]]:
        if len(self.orders) < 2:
            return []
        return [
            {"key": o.key, "label": o.label, "url": self.query({"sort": o.key}), "current": o is self.order}
            for o in self.orders
        ]

    def describe(self, metadata: Metadata) -> Metadata:
        """A page of the whole listing stands for itself; a selection is not to be indexed."""
        if self.is_filtered or self.problems or (self.order and self.order is not self.orders[0]):
            return replace(metadata, robots="noindex, follow")
        if self.number > 1:
            return replace(
                metadata,
                title=f"{metadata.title}（第{self.number}页）",
                canonical=f"{metadata.canonical}?page={self.number}",
            )
        return metadata
