from __future__ import annotations

from itertools import groupby
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest

from cms.core.models import BasePage, IndexPage
from industries.models.fact import Statement, StatementSubject


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


def by_year(statements: Any) -> list[tuple[int, list[Statement]]]:
    """Statements in order, under the year in which each ends."""
    return [(year, list(items)) for year, items in groupby(statements, key=lambda s: s.ends.year)]


class TimelinePage(IndexPage):
    """All dated statements."""

    page_size = 60

    template = "industries/timeline.html"
    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []
    content_type_key = "timeline"

    class Meta:
        verbose_name = "大事记"
        verbose_name_plural = "大事记"

    def items(self) -> Any:
        return dated_statements()

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["years"] = by_year(context["listing"])
        return context
