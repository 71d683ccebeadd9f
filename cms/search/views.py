"""/search/: a form, results in pages, and honest words where there is nothing to show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from wagtail.models import get_page_models

from cms.core.context import top_pages
from cms.core.facets import ChoiceFacet
from cms.core.listing import LONGEST_TEXT, Listing, Order
from cms.core.metadata import view_metadata
from cms.core.models import BasePage
from cms.search.matching import best_first, marked, matches

PAGE_SIZE = 20
SUGGESTED = 14


@dataclass(kw_only=True)
class TypeFacet(ChoiceFacet):
    """The kind of page, named in the address as in content files (news, project …)."""

    models: dict[str, str]

    def parse(self, text: str) -> str:
        return self.models[super().parse(text)]

    def text(self, value: str) -> str:
        return next((key for key, model in self.models.items() if model == value), "")


def type_facet() -> TypeFacet:
    kinds = [model for model in get_page_models() if model.content_type_key]
    return TypeFacet(
        name="type",
        label="类别",
        lookup="content_type__model",
        labels={model.content_type_key: str(model._meta.verbose_name) for model in kinds},
        models={model.content_type_key: model._meta.model_name for model in kinds},
    )


def search(request: HttpRequest) -> HttpResponse:
    """Results for `q`, of any or of the chosen `type`s, `page` by page. What cannot be asked is said."""
    asked = readable(request.GET.get("q", ""))
    pages = BasePage.objects.visible().filter(depth__gt=1)
    listing = Listing(
        request,
        pages if asked else pages.none(),
        facets=[type_facet()],
        orders=[Order(key="best", label="相关度", by=best_first(asked))],
        text=matches,
        page_size=PAGE_SIZE,
    )
    words = listing.q.split()
    nothing = not listing.total
    title = f"“{listing.q}”的搜索结果" if listing.q else "搜索"
    context: dict[str, Any] = {
        "metadata": view_metadata(
            request,
            title=title,
            description="按名称、别名和摘要查找本站的产业、项目、企业、园区、政策、数据和动态。",
            robots="noindex, follow" if request.GET else "",
        ),
        "title": title,
        "listing": listing,
        "longest": LONGEST_TEXT,
        "results": [
            {
                "page": page,
                "title": marked(page.title, words),
                "summary": marked(page.summary, words),
            }
            for page in listing
        ],
        "suggested": suggested_pages(request) if nothing else [],
    }
    return render(request, "search/search.html", context)


def readable(text: str) -> str:
    """A reader's text as the listing will take it; empty where it will refuse it."""
    return "" if "\0" in text or len(text.strip()) > LONGEST_TEXT else " ".join(text.split())


def suggested_pages(request: HttpRequest) -> list[BasePage]:
    """Where a reader may go on who found nothing: the first pages of the first column."""
    columns = top_pages(request)["columns"]
    if not columns:
        return []
    below = BasePage.objects.child_of(columns[0]).visible()
    return list(below.only("id", "title", "url_path", "path", "depth").order_by("path")[:SUGGESTED])
