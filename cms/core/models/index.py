from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import PageBase

from cms.core.exports import EXPORTS
from cms.core.facets import Facet
from cms.core.feeds import feed_response
from cms.core.listing import Listing, Order, any_contains
from cms.core.metadata import Metadata, absolute_url
from cms.core.models.page import BasePage, BasePageQuerySet
from cms.core.tables import csv_response, json_stream

BY_PINYIN = Order(key="pinyin", label="拼音", by=("sort_key",))
BY_DATE = Order(key="new", label="最新发布", by=(F("first_published_at").desc(nulls_last=True), "-pk"))


class IndexPage(BasePage):
    """A column (栏目): the visible pages of one type below it, to be narrowed, sorted, paged and taken away.

    `?format=csv|json|atom|rss` gives all that the same filters give, a feed the newest of it.
    """

    # Name under which the upper app has registered tables and feeds of what is listed.
    export: ClassVar[str]
    page_size: ClassVar[int] = 48
    # What stands after the number of items: 30个项目.
    counted_as: ClassVar[str] = "项内容"
    # Fields in which a reader's words are looked for.
    text_fields: ClassVar[tuple[str, ...]] = ("title", "summary")
    orders: ClassVar[tuple[Order, ...]] = (BY_PINYIN, BY_DATE)
    # What a feed takes for the newest.
    newest_by: ClassVar[tuple[Any, ...]] = BY_DATE.by
    max_count = 1
    content_ordered = True
    meta_role = "column"
    column_type = "概况信息"

    intro = RichTextField("导语", blank=True, features=["bold", "link"])

    content_fields = (*BasePage.content_fields, "intro")
    content_panels = [*BasePage.content_panels, FieldPanel("intro")]

    class Meta:
        abstract = True

    def feed_path(self, path: str) -> str:
        return f"{path}?format=atom"

    @classmethod
    def child_model(cls) -> PageBase:
        return cls.allowed_subpage_models()[0]

    def items(self) -> BasePageQuerySet:
        """What the column lists, in its order, with what its cards show already fetched."""
        queryset: BasePageQuerySet = (
            self.child_model().objects.visible().descendant_of(self).defer_streamfields()
        )
        return queryset.order_by("path")

    def prepare(self, items: list[Any]) -> list[Any]:
        """Adds to the items of one page what their cards show of other tables, in a fixed number of queries."""
        return items

    def facets(self) -> list[Facet]:
        """The filters of this column, new for each request."""
        return []

    def matches(self, word: str) -> Q:
        """Items in which a word of a reader's text occurs."""
        return any_contains(self.text_fields)(word)

    def listing(self, request: HttpRequest) -> Listing:
        """What the request asks of this column; read once in the life of a request."""
        known: dict[int, Listing] = request.__dict__.setdefault("listings", {})
        if self.pk not in known:
            known[self.pk] = Listing(
                request,
                self.items(),
                facets=self.facets(),
                orders=self.orders,
                text=self.matches if self.text_fields else None,
                page_size=self.page_size,
                prepare=self.prepare,
            )
        return known[self.pk]

    def metadata(self, request: HttpRequest) -> Metadata:
        return self.listing(request).describe(super().metadata(request))

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["listing"] = self.listing(request)
        return context

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; or, where `format` says so, the same selection as data or feed.

        An unknown format gets the page, with a message and status 400: a program notices, a reader can go on.
        """
        listing = self.listing(request)
        expired = self.expire_at is not None and self.expire_at <= timezone.now()
        if listing.format and not expired:
            return self.serve_as(listing.format, request, listing)
        response = super().serve(request, *args, **kwargs)
        if "format" in listing.form.errors:
            response.status_code = 400
        return response

    def serve_as(self, format: str, request: HttpRequest, listing: Listing) -> HttpResponse:
        title = listing.caption(self.title)
        address = absolute_url(request, listing.query())
        export = EXPORTS[self.export]
        if format in {"atom", "rss"}:
            items = export.entries(request, listing.newest(self.newest_by))
            return feed_response(
                request, format, title=title, description=self.description, link=address, items=items
            )
        rows = export.rows(request, listing.rows)
        if format == "json":
            about = {"title": title, "address": address, "total": listing.total}
            return json_stream(export.table, rows, **about)  # type: ignore[return-value]
        return csv_response(export.table, rows, filename=self.slug)  # type: ignore[return-value]
