from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F
from django.http import HttpRequest
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, PageChooserPanel
from wagtail.models import Orderable

from cms.core.models import BasePage
from home.ridge import ridge_rows
from industries.models import NewsPage, Observation, PlacePage, ProjectPage, SectorPage, Statement
from industries.models.entity import BodyPage, with_sectors
from industries.models.project import with_stages
from industries.models.sector import tier_groups
from industries.models.timeline import by_year, dated_statements

LATEST = 6
LATEST_EVENTS = 12


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
        groups = tier_groups(sectors)
        context["tiers"] = groups
        context["ridge"] = ridge_rows(groups)
        context["headline"] = self.headline()
        context["featured"] = self.featured_pages()
        context["projects"] = latest_projects()
        context["news"] = list(
            NewsPage.objects.visible().defer_streamfields().order_by("-first_published_at", "-pk")[:LATEST]
        )
        context["timeline"] = by_year(dated_statements()[:LATEST_EVENTS])
        context["matrix"] = place_sector_matrix(groups)
        return context

    def headline(self) -> list[Observation]:
        """Editors' figures in their order, filled up to four with the latest on the register."""
        picked = [figure.observation_id for figure in self.headline_figures.all()]
        found = Observation.objects.visible().for_display().in_bulk(picked)
        figures = [found[pk] for pk in picked if pk in found]
        if len(figures) < 4:
            latest = (
                Observation.objects.visible()
                .for_display()
                .exclude(pk__in=picked)
                .order_by(F("ends").desc(nulls_last=True), "-pk")[: 4 - len(figures)]
            )
            figures += list(latest)
        return figures

    def featured_pages(self) -> list[BasePage]:
        picked = [link.page_id for link in self.featured.all()]
        found = BasePage.objects.visible().in_bulk(picked)
        return [found[pk] for pk in picked if pk in found]


def latest_projects() -> list[ProjectPage]:
    """Projects that have reached a stage, the latest dated first."""
    projects = with_stages(ProjectPage.objects.visible().defer_streamfields())
    return with_sectors(
        list(
            projects.filter(stages__statement__in=Statement.objects.visible().order_by())
            .annotate(latest=models.Max("stages__statement__ends"))
            .order_by(F("latest").desc(nulls_last=True), "path")[:LATEST]
        )
    )


def place_sector_matrix(groups: list[dict[str, Any]]) -> dict[str, Any]:
    """Which places carry which top sectors (a child sector counts for its top one). Two queries."""
    places = list(
        PlacePage.objects.visible()
        .defer_streamfields()
        .filter(sectors__isnull=False)
        .distinct()
        .order_by("path")
    )
    through = PlacePage.sectors.through
    pairs = through.objects.filter(placepage__in=places).values_list("placepage_id", "sectorpage_id")
    top_of: dict[int, int] = {}
    for group in groups:
        for sector in group["sectors"]:
            top_of[sector.pk] = sector.pk
            top_of.update({child.pk: sector.pk for child in sector.children})
    marked = {(place, top_of[sector]) for place, sector in pairs if sector in top_of}
    columns = [
        sector for group in groups for sector in group["sectors"] if any(pk == sector.pk for _, pk in marked)
    ]
    rows = [
        {"place": place, "cells": [(sector, (place.pk, sector.pk) in marked) for sector in columns]}
        for place in places
    ]
    return {"columns": columns, "rows": rows}


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
    content_ordered = True
    content_fields = (*BodyPage.content_fields, "body")
    content_panels = [*BodyPage.content_panels, FieldPanel("body")]

    class Meta:
        verbose_name = "通用页面"
        verbose_name_plural = "通用页面"
