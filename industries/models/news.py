from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import ExtractYear, TruncMonth
from django.http import HttpRequest
from django.utils.functional import cached_property
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    MultipleChooserPanel,
    PageChooserPanel,
)

from cms.core.facets import Facet, MonthFacet, YearFacet
from cms.core.listing import Listing
from cms.core.models import BasePage, Correction, IndexPage
from cms.core.models.index import BY_DATE
from cms.core.models.orderable import Orderable
from industries import period, reading
from industries.models.entity import BodyPage
from industries.models.fact import Observation
from industries.models.filters import subject_sector_facet
from industries.models.source import Source
from industries.period import PeriodField

# Of the figures an article cites, so many stand beside it; so many other articles come after it.
SIDE_FIGURES, NEXT_ARTICLES = 4, 3


class NewsIndexPage(IndexPage):
    subpage_types = ["industries.NewsPage"]
    parent_page_types = ["home.HomePage"]
    template = "industries/news_index.html"
    content_type_key = "news_index"
    export = "news"
    counted_as = "篇动态"
    text_fields = ("title", "summary", "kicker")
    orders = (BY_DATE,)
    column_type = "工作动态"
    page_size = 20

    class Meta:
        verbose_name = "动态栏目"
        verbose_name_plural = "动态栏目"

    def items(self) -> Any:
        """By date of publication: an order by position would be renumbered at every new article."""
        published = "first_published_at"
        months = TruncMonth(published, output_field=models.DateField())
        items = super().items().annotate(year=ExtractYear(published), month=months)
        return items.order_by("-first_published_at", "-pk")

    def facets(self) -> list[Facet]:
        """A month says its year, so that either takes the place of the other."""
        return [
            YearFacet(
                name="year", label="年份", lookup="year", inline=False, several=False, replaces=("month",)
            ),
            MonthFacet(
                name="month", label="月份", lookup="month", inline=False, several=False, replaces=("year",)
            ),
            subject_sector_facet("about__page"),
        ]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The whole list opens with the newest article, large."""
        context = super().get_context(request, *args, **kwargs)
        listing = context["listing"]
        articles = list(listing)
        leads = bool(articles) and listing.number == 1 and not listing.is_filtered
        context["lead"] = articles[0] if leads else None
        context["articles"] = articles[1:] if leads else articles
        context["archive"] = archive(listing)
        return context


def archive(listing: Listing) -> list[dict[str, Any]]:
    """Years with their months, each with its number of articles and its address."""
    return [
        {
            **year,
            "months": [
                {**month, "month": int(month["value"][5:])}
                for month in listing.options["month"]
                if month["value"].startswith(year["value"])
            ],
        }
        for year in listing.options["year"]
    ]


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
        InlinePanel("corrections", label="更正", heading="更正说明"),
    ]
    relation_panels = [
        MultiFieldPanel(
            [
                FieldPanel("source"),
                FieldRowPanel([FieldPanel("original_published"), FieldPanel("editor")]),
            ],
            "来源",
        ),
        MultipleChooserPanel("about", chooser_field_name="page", label="页面", heading="相关页面"),
        FieldPanel("interprets"),
    ]

    class Meta:
        verbose_name = "动态"
        verbose_name_plural = "动态"

    @property
    def content_source(self) -> str:
        return (self.source.publisher or self.source.title) if self.source else ""

    @property
    def responsible_editor(self) -> str:
        return self.editor

    def keyword_terms(self) -> list[str]:
        """The title, and what the article is about."""
        return [*super().keyword_terms(), *(page.title for page in self.pages_about()[:10])]

    @cached_property
    def about_ids(self) -> list[int]:
        return [link.page_id for link in self.about.all()]

    @cached_property
    def interpreted_ids(self) -> list[int]:
        return [policy.pk for policy in self.interprets.all()]

    def page_ids_named(self) -> list[int]:
        return [*super().page_ids_named(), *self.about_ids, *self.interpreted_ids]

    def pages_about(self) -> list[BasePage]:
        """Visible pages that the article is about, by type and place in the tree."""
        named = self.pages_named()
        pages = [named[pk] for pk in self.about_ids if pk in named]
        return sorted(pages, key=lambda page: (page.content_type_id, page.path))

    @property
    def original_published_label(self) -> str:
        return period.label(self.original_published)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        cited = list(context["body_observations"].values())
        named = self.pages_named()
        context["minutes"] = reading.minutes(self.body)
        context["side_figures"] = cited[:SIDE_FIGURES]
        context["sources"] = self.sources_shown(cited)
        context["doubts"] = [observation for observation in cited if observation.is_doubtful]
        context["corrections"] = sorted(self.corrections.all(), key=lambda c: c.made_on, reverse=True)
        context["interpreted"] = [named[pk] for pk in self.interpreted_ids if pk in named]
        context["about"] = self.pages_about()
        context["next_articles"] = list(
            NewsPage.objects.visible()
            .exclude(pk=self.pk)
            .defer_streamfields()
            .order_by("-first_published_at", "-pk")[:NEXT_ARTICLES]
        )
        return context

    def sources_shown(self, cited: list[Observation]) -> list[tuple[Source, int]]:
        """The article's own source first, then those of its figures; each with its number of figures."""
        sources = reading.sources_of(cited)
        if self.source is None:
            return sources
        own = {source.pk: count for source, count in sources}.get(self.source.pk, 0)
        return [(self.source, own), *((source, count) for source, count in sources if source != self.source)]


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
