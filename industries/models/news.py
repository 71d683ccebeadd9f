from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    MultipleChooserPanel,
    PageChooserPanel,
)
from wagtail.models import Orderable

from cms.core.models import BasePage, Correction, IndexPage
from industries import period
from industries.models.entity import BodyPage
from industries.models.source import Source
from industries.period import PeriodField


class NewsIndexPage(IndexPage):
    subpage_types = ["industries.NewsPage"]
    parent_page_types = ["home.HomePage"]
    template = "industries/news_index.html"
    content_type_key = "news_index"
    page_size = 20

    class Meta:
        verbose_name = "动态栏目"
        verbose_name_plural = "动态栏目"

    def items(self) -> Any:
        """By date of publication: an order by position would be renumbered at every new article."""
        return super().items().order_by("-first_published_at", "-pk")


class NewsPage(BodyPage):
    """An article, with where it comes from and the pages it is about."""

    kicker = models.CharField("眉题", max_length=60, blank=True)
    source = models.ForeignKey(
        Source,
        verbose_name="来源",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="news",
    )
    original_published = PeriodField("原文发布时间")
    editor = models.CharField("责任编辑", max_length=40, blank=True)

    interprets = ParentalManyToManyField(
        "industries.PolicyPage", verbose_name="解读的政策", blank=True, related_name="interpretations"
    )

    template = "industries/news.html"
    parent_page_types = ["industries.NewsIndexPage"]
    subpage_types: list[str] = []
    content_type_key = "news"
    og_type = "article"
    content_fields = (
        "title",
        "summary",
        "kicker",
        "source",
        "original_published",
        "editor",
        "about",
        "interprets",
        "body",
        "corrections",
    )
    content_panels = [
        *BasePage.content_panels,
        FieldPanel("kicker"),
        FieldPanel("body"),
        MultipleChooserPanel("about", chooser_field_name="page", label="页面", heading="相关页面"),
        MultiFieldPanel(
            [
                FieldPanel("source"),
                FieldRowPanel([FieldPanel("original_published"), FieldPanel("editor")]),
            ],
            "来源",
        ),
        FieldPanel("interprets"),
        InlinePanel("corrections", label="更正", heading="更正说明"),
    ]

    class Meta:
        verbose_name = "动态"
        verbose_name_plural = "动态"

    @property
    def original_published_label(self) -> str:
        return period.label(self.original_published)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        about = [link.page_id for link in self.about.all()]
        context["about"] = list(
            BasePage.objects.visible().filter(pk__in=about).order_by("content_type", "path")
        )
        return context


class NewsSubject(Orderable):
    news = ParentalKey(NewsPage, on_delete=models.CASCADE, related_name="about")
    page = models.ForeignKey(
        BasePage, verbose_name="页面", on_delete=models.CASCADE, related_name="news_links"
    )

    content_fields = ("page",)
    panels = [PageChooserPanel("page")]

    class Meta(Orderable.Meta):
        verbose_name = "相关页面"
        verbose_name_plural = "相关页面"
        constraints = [
            models.UniqueConstraint(
                fields=("news", "page"),
                name="news_about_page_once",
                violation_error_message="同一页面只选一次。",
            )
        ]


class NewsCorrection(Correction):
    news = ParentalKey(NewsPage, on_delete=models.CASCADE, related_name="corrections")
