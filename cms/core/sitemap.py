"""The sitemap: an index at /sitemap.xml, and sections of at most `SLICE` addresses.

A section is one column (or any other set of addresses that an app registers), cut by ranges of primary keys:
a slice keeps its address and its members whatever is published or withdrawn elsewhere, and both the index and a
slice read plain values in one query a set, also at a hundred thousand pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, IntegerField, Max, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Substr
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from wagtail.models import Site

from cms.core.metadata import absolute_url
from cms.core.models import BasePage

SLICE = 5_000
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
# The section of the home page and of pages right below it that have nothing below them.
LOOSE = "pages"
NO_GROUP = Value("")


@dataclass(frozen=True)
class Addresses:
    """Public addresses beside pages. `queryset()` is what readers may see; `path(value)` the address of one.

    `field` names what `path` takes, `changed` the time of the last change.
    """

    queryset: Callable[[], QuerySet[Any]]
    field: str
    changed: str
    path: Callable[[Any], str]


_registered: dict[str, Addresses] = {}


def register(section: str, addresses: Addresses) -> None:
    _registered[section] = addresses


def index(request: HttpRequest) -> HttpResponse:
    entries = [
        (absolute_url(request, reverse("sitemap-section", args=(section, number))), changed)
        for section, number, changed in slices(request)
    ]
    return xml("sitemapindex", "sitemap", entries)


def section_view(request: HttpRequest, section: str, number: str) -> HttpResponse:
    """One slice. Raises Http404 where it has no address."""
    entries = list(section_entries(request, section, int(number)))
    if not entries:
        raise Http404
    return xml("urlset", "url", entries)


def slices(request: HttpRequest) -> Iterator[tuple[str, int, datetime | None]]:
    """Section, number and last change of every slice that has an address. One query for all pages."""
    home = home_page(request)
    names = {path: name for name, path in columns(home).items()}
    found: dict[tuple[str, int], list[datetime]] = {}
    for path, number, changed in cut(visible_pages(home), last_published(), of_column(home)):
        found.setdefault((names.get(path, LOOSE), number), []).extend(filter(None, [changed]))
    yield from ((name, number, max(moments, default=None)) for (name, number), moments in found.items())
    for name, addresses in _registered.items():
        yield from (
            (name, number, changed) for _, number, changed in cut(addresses.queryset(), addresses.changed)
        )


def cut(
    queryset: QuerySet[Any], changed: Any, group: Any = NO_GROUP
) -> Iterable[tuple[str, int, datetime | None]]:
    """Slices of a set: the group they are of, their number and latest change, in order."""
    numbered = queryset.order_by().annotate(group=group, slice=Cast(F("pk") / SLICE, IntegerField()))
    grouped = numbered.values("group", "slice").annotate(changed_at=Max(changed))
    return grouped.order_by("group", "slice").values_list("group", "slice", "changed_at")


def last_published() -> Coalesce:
    return Coalesce("last_published_at", "latest_revision_created_at")


def section_entries(request: HttpRequest, name: str, number: int) -> Iterator[tuple[str, datetime | None]]:
    within = {"pk__gte": number * SLICE, "pk__lt": (number + 1) * SLICE}
    if name in _registered:
        addresses = _registered[name]
        rows = addresses.queryset().filter(**within).order_by("pk")
        for value, changed in rows.values_list(addresses.field, addresses.changed):
            yield absolute_url(request, addresses.path(value)), changed
        return
    home = home_page(request)
    pages = section_pages(home, name).filter(**within).order_by("pk")
    root = absolute_url(request, home.get_url(request))
    for url_path, changed in pages.values_list("url_path", last_published()):
        yield root + url_path[len(home.url_path) :], changed


def home_page(request: HttpRequest) -> BasePage:
    """Raises Http404 where no site answers at this host."""
    site = Site.find_for_request(request)
    if site is None:
        raise Http404
    page: BasePage = site.root_page
    return page


def visible_pages(home: BasePage) -> Any:
    return BasePage.objects.visible().descendant_of(home, inclusive=True)


def of_column(home: BasePage) -> Substr:
    """Tree path of the page right below home that a page is or stands below; home's own for home."""
    return Substr("path", 1, len(home.path) + home.steplen)


def columns(home: BasePage) -> dict[str, str]:
    """Tree paths of the pages right below home that have pages below them, by the name of their section."""
    pages = BasePage.objects.child_of(home).filter(numchild__gt=0).order_by("path")
    reserved = {LOOSE, *_registered}
    return {
        f"{slug}-column" if slug in reserved else slug: path
        for slug, path in pages.values_list("slug", "path")
    }


def section_pages(home: BasePage, name: str) -> Any:
    """The visible pages of one section; the sections together hold all of them, and none twice."""
    known = columns(home)
    if name == LOOSE:
        return visible_pages(home).annotate(column=of_column(home)).exclude(column__in=known.values())
    return (
        visible_pages(home).filter(path__startswith=known[name]) if name in known else BasePage.objects.none()
    )


def xml(root: str, item: str, entries: Iterable[tuple[str, datetime | None]]) -> HttpResponse:
    parts = [f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{NAMESPACE}">']
    for address, changed in entries:
        at = (
            f"<lastmod>{timezone.localtime(changed).isoformat(timespec='seconds')}</lastmod>"
            if changed
            else ""
        )
        parts.append(f"<{item}><loc>{escape(address)}</loc>{at}</{item}>")
    parts.append(f"</{root}>\n")
    return HttpResponse("\n".join(parts), content_type="application/xml; charset=utf-8")
