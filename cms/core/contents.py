"""/site-map/: every column with its pages, as a reader's table of contents."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber, Substr
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from wagtail.models import Site

from cms.core.metadata import view_metadata
from cms.core.models import BasePage

PER_COLUMN = 60


def site_map(request: HttpRequest) -> HttpResponse:
    """Columns in the order of the menu, each with at most `PER_COLUMN` pages as a tree."""
    columns = columns_with_pages(request)
    metadata = view_metadata(
        request,
        title="网站地图",
        description="本站全部栏目及其页面的目录，按栏目排列，从这里可以到达每一个页面。",
    )
    return render(request, "site_map.html", {"metadata": metadata, "columns": columns})


def columns_with_pages(request: HttpRequest) -> list[dict[str, Any]]:
    """Each column: its page, the tree of the first pages below it, how many there are, how many are left out.

    One query for the columns and one for all their pages, numbered within their column by the database.
    """
    site = Site.find_for_request(request)
    if site is None:
        return []
    root = site.root_page
    length = (root.depth + 1) * BasePage.steplen
    fields = ("id", "title", "url_path", "path", "depth", "show_in_menus")
    columns = list(BasePage.objects.child_of(root).visible().only(*fields).order_by("path"))
    pages = (
        BasePage.objects.descendant_of(root)
        .filter(depth__gt=root.depth + 1)
        .visible()
        .annotate(column=Substr("path", 1, length))
        .annotate(
            number=Window(RowNumber(), partition_by=F("column"), order_by="path"),
            total=Window(Count("pk"), partition_by=F("column")),
        )
        .filter(number__lte=PER_COLUMN)
        .only(*fields)
        .order_by("path")
    )
    below: dict[str, list[BasePage]] = {}
    for page in pages:
        below.setdefault(page.column, []).append(page)
    listed = [column_entry(column, below.get(column.path, [])) for column in columns]
    return sorted(listed, key=lambda entry: not entry["page"].show_in_menus)


def column_entry(column: BasePage, pages: list[Any]) -> dict[str, Any]:
    total = pages[0].total if pages else 0
    return {"page": column, "nodes": tree(pages), "total": total, "more": total - len(pages)}


def tree(pages: list[BasePage]) -> list[dict[str, Any]]:
    """Pages in tree order as nodes, each below the nearest listed page that it stands under."""
    top: list[dict[str, Any]] = []
    line: list[dict[str, Any]] = []
    for page in pages:
        while line and not page.path.startswith(line[-1]["page"].path):
            line.pop()
        node: dict[str, Any] = {"page": page, "children": []}
        (line[-1]["children"] if line else top).append(node)
        line.append(node)
    return top
