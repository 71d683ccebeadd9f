from __future__ import annotations

from typing import Any, ClassVar

from django.core.paginator import Page as PaginatorPage
from django.core.paginator import Paginator
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import PageBase

from cms.core.models.page import BasePage, BasePageQuerySet


class IndexPage(BasePage):
    """A column (栏目): the visible pages of one type below it, in pages of `page_size`."""

    page_size: ClassVar[int] = 48
    max_count = 1
    content_ordered = True

    intro = RichTextField("导语", blank=True, features=["bold", "link"])

    content_fields = (*BasePage.content_fields, "intro")
    content_panels = [*BasePage.content_panels, FieldPanel("intro")]

    class Meta:
        abstract = True

    @classmethod
    def child_model(cls) -> PageBase:
        return cls.allowed_subpage_models()[0]

    def items(self) -> BasePageQuerySet:
        """What the column lists, in its order, with what its cards show already fetched."""
        queryset: BasePageQuerySet = (
            self.child_model().objects.visible().descendant_of(self).defer_streamfields()
        )
        return queryset.order_by("path")

    def listing(self, request: HttpRequest) -> PaginatorPage[Any]:
        """The asked-for page of items; a nonsensical `?page=` gives the first or the last."""
        listing = Paginator(self.items(), self.page_size).get_page(request.GET.get("page"))
        listing.object_list = self.prepare(list(listing.object_list))
        return listing

    def prepare(self, items: list[Any]) -> list[Any]:
        """Adds to the items of one page what their cards show of other tables, in a fixed number of queries."""
        return items

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["listing"] = self.listing(request)
        return context
