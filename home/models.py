from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, PageChooserPanel

from cms.core.models import BasePage
from cms.core.models.orderable import Orderable
from home.finding import finding_chart
from home.register import dated_facts
from home.ridge import ridge_rows
from home.sections import (
    headline_figures,
    latest_events,
    latest_news,
    latest_projects,
    visible_places,
    weighed,
    with_headline_figure,
)
from industries.models import Observation, SectorPage
from industries.models.distribution import place_sector_matrix, sectors_of_pages
from industries.models.entity import BodyPage
from industries.models.sector import tier_groups


class HomePage(BasePage):
    """The whole system at a glance. Sections take editors' picks first and fill up by themselves."""

    hero_line_1 = models.CharField("主标题第一行", max_length=12)
    hero_line_2 = models.CharField("主标题第二行", max_length=12, blank=True)
    hero_lede = models.CharField("导语", max_length=160, blank=True)

    finding_title = models.CharField(
        "图表标题", max_length=60, blank=True, help_text="一句话说出图中看到什么；与指标一起填写。"
    )
    finding_indicator = models.ForeignKey(
        "industries.IndicatorPage",
        verbose_name="图表指标",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="留空时，首页画出每年有多少条有来源的事实。",
    )

    template = "home/home.html"
    max_count = 1
    parent_page_types = ["core.BasePage"]
    subpage_types = [
        "home.StandardPage",
        "industries.SectorIndexPage",
        "industries.ProjectIndexPage",
        "industries.EnterpriseIndexPage",
        "industries.PlaceIndexPage",
        "industries.PolicyIndexPage",
        "industries.IndicatorIndexPage",
        "industries.NewsIndexPage",
        "industries.TimelinePage",
        "industries.DistributionPage",
    ]
    content_type_key = "home"
    meta_role = "home"
    column_type = "首页"
    content_fields = (
        *BasePage.content_fields,
        "hero_line_1",
        "hero_line_2",
        "hero_lede",
        "finding_title",
        "finding_indicator",
        "headline_figures",
        "featured",
    )
    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("hero_line_1"), FieldPanel("hero_line_2")]),
                FieldPanel("hero_lede"),
            ],
            "开篇",
        ),
        MultiFieldPanel([FieldPanel("finding_title"), PageChooserPanel("finding_indicator")], "一张图"),
        InlinePanel("headline_figures", label="数字", heading="关键数字", max_num=8),
        InlinePanel("featured", label="页面", heading="推荐页面", max_num=12),
    ]

    class Meta:
        verbose_name = "首页"
        verbose_name_plural = "首页"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        sectors = list(SectorPage.objects.visible().descendant_of(self).for_cards())
        groups = with_headline_figure(weighed(tier_groups(sectors)))
        facts, members = dated_facts(), sectors_of_pages()
        context["tiers"] = groups
        context["sector_count"] = sum(len(group["sectors"]) for group in groups)
        context["ridge"] = ridge_rows(groups, facts, members)
        context["headline"] = headline_figures([f.observation_id for f in self.headline_figures.all()])
        context["finding"] = finding_chart(self.finding_title, self.finding_indicator_id, facts)
        context["projects"] = latest_projects(groups, members)
        context["matrix"] = place_sector_matrix(groups, visible_places(), members)
        context["news"] = latest_news()
        context["events"] = latest_events()
        context["featured"] = self.featured_pages()
        return context

    def featured_pages(self) -> list[BasePage]:
        picked = [link.page_id for link in self.featured.all()]
        found = BasePage.objects.visible().in_bulk(picked)
        return [found[pk] for pk in picked if pk in found]


class HomeFigure(Orderable):
    home = ParentalKey(HomePage, on_delete=models.CASCADE, related_name="headline_figures")
    observation = models.ForeignKey(
        Observation, verbose_name="数值", on_delete=models.CASCADE, related_name="+"
    )

    content_fields = ("observation",)
    panels = [FieldPanel("observation")]

    class Meta(Orderable.Meta):
        verbose_name = "关键数字"
        verbose_name_plural = "关键数字"


class HomeFeature(Orderable):
    home = ParentalKey(HomePage, on_delete=models.CASCADE, related_name="featured")
    page = models.ForeignKey(BasePage, verbose_name="页面", on_delete=models.CASCADE, related_name="+")

    content_fields = ("page",)
    panels = [PageChooserPanel("page")]

    class Meta(Orderable.Meta):
        verbose_name = "推荐页面"
        verbose_name_plural = "推荐页面"


class StandardPage(BodyPage):
    """About, accessibility, privacy and the like."""

    template = "home/standard.html"
    parent_page_types = ["home.HomePage", "home.StandardPage"]
    subpage_types = ["home.StandardPage"]
    content_type_key = "standard"
    column_type = "概况信息"
    content_ordered = True
    content_fields = (*BodyPage.content_fields, "body")
    content_panels = [*BodyPage.content_panels, FieldPanel("body")]

    class Meta:
        verbose_name = "通用页面"
        verbose_name_plural = "通用页面"
