"""The base of every page, and the one place that decides what the public may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import AbstractPage, DefaultBasePageMixin, PageManager
from wagtail.models.pages import AbstractPageMeta
from wagtail.query import PageQuerySet
from wagtail.search import index

from cms.core.visibility import in_private_section

if TYPE_CHECKING:
    from cms.core.metadata import Metadata


class BasePageQuerySet(PageQuerySet):
    def visible(self) -> BasePageQuerySet:
        """Pages that any reader may see: published, not past their expiry, not private.

        Every listing, search, feed, sitemap, related block and API starts here.
        """
        return self.live().filter(not_expired()).exclude(in_private_section())


def not_expired() -> Q:
    """Wagtail unpublishes expired pages by a scheduled command; readers must not see the gap."""
    return Q(expire_at__isnull=True) | Q(expire_at__gt=timezone.now())


VisiblePageManager = PageManager.from_queryset(BasePageQuerySet)


class BasePage(AbstractPage, DefaultBasePageMixin):
    """What all pages share. A concrete table: mixed lists need no second query per type."""

    objects: ClassVar[Any] = VisiblePageManager()

    summary = models.CharField(
        "摘要",
        max_length=300,
        blank=True,
        help_text="一两句话说明本页讲什么，用于列表、搜索结果和分享卡片，40—90字为宜。",
    )
    cover = models.ForeignKey(
        "core.PortalImage",
        verbose_name="封面图",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="没有封面图时，页面使用由程序生成的线条图。",
    )

    # Name of this type in content files, and names of the fields they carry (see industries.content).
    content_type_key: ClassVar[str] = ""
    content_fields: ClassVar[tuple[str, ...]] = ("title", "summary")
    # Whether its place among its siblings means something, and so belongs in content files.
    content_ordered: ClassVar[bool] = False
    # One of pine, amber, iris: the hue of the tier the page belongs to.
    hue: str = "pine"

    search_fields = [*AbstractPage.search_fields, index.SearchField("summary")]
    content_panels = [
        *AbstractPage.content_panels,
        FieldPanel("summary"),
    ]
    promote_panels = [
        MultiFieldPanel(
            [
                FieldPanel("slug"),
                FieldPanel("seo_title"),
                FieldPanel("search_description"),
                FieldPanel("cover"),
            ],
            "地址与分享",
        ),
        MultiFieldPanel([FieldPanel("show_in_menus")], "菜单"),
    ]

    class Meta(AbstractPageMeta):
        verbose_name = "页面"
        verbose_name_plural = "页面"
        indexes = [models.Index(fields=["content_type", "-first_published_at"], name="page_by_type_date")]

    @property
    def description(self) -> str:
        return self.search_description or self.summary

    @property
    def type_label(self) -> str:
        """What a reader calls this kind of page (产业, 项目 …)."""
        return str(self.cached_content_type.model_class()._meta.verbose_name)

    def is_visible(self) -> bool:
        return bool(type(self).objects.visible().filter(pk=self.pk).exists())

    def metadata(self, request: HttpRequest) -> Metadata:
        from cms.core.metadata import page_metadata

        return page_metadata(self, request)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.expire_at and self.expire_at <= timezone.now():
            raise Http404
        response: HttpResponse = super().serve(request, *args, **kwargs)
        return response

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["metadata"] = self.metadata(request)
        context["breadcrumb"] = self.breadcrumb()
        return context

    def breadcrumb(self) -> list[BasePage]:
        """Visible ancestors below the root, the home page first."""
        return list(
            BasePage.objects.ancestor_of(self)
            .filter(depth__gt=1)
            .visible()
            .only("id", "title", "url_path", "depth", "path")
            .order_by("depth")
        )
