"""What is new on the portal, by type and by sector, with its full text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from wagtail.models import Site, get_page_models

from cms.core.feeds import FeedItem, feed_response
from cms.core.metadata import absolute_url
from cms.core.models import BasePage, IndexPage, SiteIdentity
from industries.addresses import fact_address, page_address
from industries.fulltext import cited, full_texts
from industries.models import (
    EnterpriseSector,
    IndicatorPage,
    NewsSubject,
    PlacePage,
    PolicyPage,
    ProjectPage,
    SectorPage,
    Statement,
    TimelinePage,
)
from industries.models.entity import BodyPage

ENTRIES = 50


def page_items(request: HttpRequest, pages: Iterable[Any]) -> list[FeedItem]:
    """Entries of pages (any types; specific instances or not), in a number of queries that does not grow."""
    pages = specific(list(pages))
    texts = full_texts(request, pages)
    return [
        FeedItem(
            title=page.title,
            link=page_address(request, page),
            html=(format_html("<p>{}</p>", page.summary) if page.summary else "") + texts.get(page.pk, ""),
            summary=page.summary,
            published=page.first_published_at,
            updated=page.last_published_at or page.first_published_at,
            uid=f"urn:uuid:{page.translation_key}",
            author=getattr(page, "editor", ""),
        )
        for page in pages
    ]


def specific(pages: list[Any]) -> list[Any]:
    """The pages in their order, each as its own type with its body: one query a type."""
    bare = [p.pk for p in pages if type(p) is BasePage or "body" in p.get_deferred_fields()]
    if not bare:
        return pages
    found = {page.pk: page for page in BasePage.objects.visible().filter(pk__in=bare).specific()}
    return [found.get(page.pk, page) for page in pages]


def statement_items(request: HttpRequest, statements: Iterable[Statement]) -> list[FeedItem]:
    """Entries of statements (with their sources fetched), each at the fact's own address."""
    return [
        FeedItem(
            title=f"{statement.period_label}　{statement.text}" if statement.period else statement.text,
            link=fact_address(request, statement.key),
            html=format_html("<p>{}{}</p>", statement.text, cited(statement)),
            summary=statement.text,
            published=statement.created_at,
            updated=statement.updated_at,
            uid=fact_address(request, statement.key),
        )
        for statement in statements
    ]


def newest(pages: Any) -> Any:
    return pages.order_by(F("first_published_at").desc(nulls_last=True), "-pk")[:ENTRIES]


def everything_with_a_text() -> Any:
    """Visible pages of every type that has a body of its own: no columns, no home page."""
    return BasePage.objects.visible().type(*(m for m in get_page_models() if issubclass(m, BodyPage)))


def feed(request: HttpRequest, format: str) -> HttpResponse:
    """Everything newly published."""
    name = SiteIdentity.for_request(request).name
    return feed_response(
        request,
        format,
        title=name,
        description=f"{name}新发布的内容，不分栏目。",
        link=absolute_url(request, reverse("wagtail_serve", args=("",))),
        items=page_items(request, newest(everything_with_a_text())),
    )


def feed_of_type(request: HttpRequest, type: str, format: str) -> HttpResponse:
    """What is new in one column. Raises Http404 where no visible column has the address `type`."""
    name = SiteIdentity.for_request(request).name
    column = visible_column(request, type)
    if isinstance(column, TimelinePage):
        statements = Statement.objects.visible().for_display().filter(ends__isnull=False)
        items = statement_items(request, statements.order_by("-created_at", "-pk")[:ENTRIES])
    else:
        pages = column.child_model().objects.visible().descendant_of(column)
        items = page_items(request, newest(pages))
    return feed_response(
        request,
        format,
        title=f"{column.title}_{name}",
        description=column.summary or f"{name}“{column.title}”栏目新发布的内容。",
        link=page_address(request, column),
        items=items,
    )


def visible_column(request: HttpRequest, slug: str) -> Any:
    site = Site.find_for_request(request)
    below = BasePage.objects.child_of(site.root_page).visible() if site else BasePage.objects.none()
    column = below.filter(slug=slug).specific().first()
    if not isinstance(column, IndexPage):
        raise Http404
    return column


def feed_of_sector(request: HttpRequest, slug: str, format: str) -> HttpResponse:
    """What is new about one sector and its children. Raises Http404 where no visible sector has the slug."""
    sector = SectorPage.objects.visible().filter(slug=slug).order_by("path").first()
    if sector is None:
        raise Http404
    name = SiteIdentity.for_request(request).name
    return feed_response(
        request,
        format,
        title=f"{sector.title}_{name}",
        description=sector.summary or f"{name}上与{sector.title}有关的新内容。",
        link=page_address(request, sector),
        items=page_items(request, newest(pages_of_sector(sector))),
    )


def pages_of_sector(sector: SectorPage) -> Any:
    """The sector and its visible children, what belongs to them, and the articles about them."""
    family = SectorPage.objects.visible().descendant_of(sector, inclusive=True).order_by().values("pk")
    belonging = Q(pk__in=family) | Q(
        pk__in=NewsSubject.objects.filter(page__in=family).order_by().values("news")
    )
    belonging |= Q(pk__in=EnterpriseSector.objects.filter(sector__in=family).order_by().values("enterprise"))
    for model in (ProjectPage, PlacePage, PolicyPage, IndicatorPage):
        through = model.sectors.through.objects.filter(sectorpage__in=family)
        belonging |= Q(pk__in=through.order_by().values(model._meta.model_name))
    return BasePage.objects.visible().filter(belonging)
