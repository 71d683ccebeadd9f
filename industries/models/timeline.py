from __future__ import annotations

import re
from typing import Any

from django.db.models import Prefetch
from django.db.models.functions import ExtractYear
from django.http import HttpRequest

from cms.core.facets import ChoiceFacet, Facet, YearFacet
from cms.core.listing import Order
from cms.core.models import BasePage, IndexPage
from industries.models.entity import by_year
from industries.models.fact import Statement, StatementSubject
from industries.models.filters import subject_sector_facet
from industries.models.vocabulary import StatementKind


def dated_statements() -> Any:
    """Visible statements that have a date, the latest first, with the visible pages they are about."""
    links = StatementSubject.objects.filter(page__in=BasePage.objects.visible().order_by()).select_related(
        "page"
    )
    return (
        Statement.objects.visible()
        .for_display()
        .filter(ends__isnull=False)
        .prefetch_related(Prefetch("subjects", queryset=links, to_attr="shown_subjects"))
        .order_by("-ends", "-starts", "key")
    )


# A single month or day; anything else is a stretch of time.
EXACT = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?")


def within_year(label: str, year: int) -> str:
    """A period's label below a heading that says the year: 2023年下半年 becomes 下半年, 2023年 stays."""
    return label.removeprefix(f"{year}年") or label


class TimelinePage(IndexPage):
    """All dated statements."""

    page_size = 60

    export = "statements"
    counted_as = "件大事"
    text_fields = ("text",)
    orders = (
        Order(key="new", label="最近的在前", by=("-ends", "-starts", "key")),
        Order(key="old", label="最早的在前", by=("ends", "starts", "key")),
    )
    newest_by = ("-created_at", "-pk")

    template = "industries/timeline.html"
    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []
    content_type_key = "timeline"
    column_type = "工作动态"

    class Meta:
        verbose_name = "大事记"
        verbose_name_plural = "大事记"

    def items(self) -> Any:
        return dated_statements().annotate(year=ExtractYear("ends"))

    def prepare(self, items: list[Any]) -> list[Any]:
        """Says for each statement how exactly its source dates it, and no more than that."""
        for statement in items:
            exact = statement.period if EXACT.fullmatch(statement.period) else ""
            statement.moment = exact
            statement.grain = statement.precision if exact else "span"
            statement.when = within_year(statement.period_label, statement.ends.year)
        return items

    def facets(self) -> list[Facet]:
        return [
            subject_sector_facet("subjects__page"),
            ChoiceFacet(name="kind", label="类别", lookup="kind", labels=dict(StatementKind.choices)),
            YearFacet(name="year", label="年份", lookup="year"),
        ]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["years"] = by_year(context["listing"])
        return context
