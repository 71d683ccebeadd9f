from __future__ import annotations

from itertools import groupby
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField

from cms.core.models import BasePage
from industries.models.fact import Statement, StatementSubject


def with_subjects(statements: Any) -> Any:
    """Adds the visible pages that each statement is about, in one query for all."""
    links = StatementSubject.objects.filter(page__in=BasePage.objects.visible().order_by()).select_related(
        "page"
    )
    return statements.prefetch_related(Prefetch("subjects", queryset=links, to_attr="shown_subjects"))


class TimelinePage(BasePage):
    """All dated statements, by the year in which they end, the latest first."""

    page_size = 60
    max_count = 1
    content_ordered = True

    intro = RichTextField("导语", blank=True, features=["bold", "link"])

    template = "industries/timeline.html"
    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []
    content_type_key = "timeline"
    content_fields = (*BasePage.content_fields, "intro")
    content_panels = [*BasePage.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = "大事记"
        verbose_name_plural = "大事记"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        statements = with_subjects(
            Statement.objects.visible().for_display().filter(ends__isnull=False)
        ).order_by("-ends", "-starts", "key")
        listing = Paginator(statements, self.page_size).get_page(request.GET.get("page"))
        context["listing"] = listing
        context["years"] = [
            (year, list(items)) for year, items in groupby(listing, key=lambda s: s.ends.year)
        ]
        return context
