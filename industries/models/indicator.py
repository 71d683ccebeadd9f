from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.http import HttpRequest
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from cms.core.models import BasePage, IndexPage
from industries.models.entity import BodyPage, one_per_line, sector_list, sectors_field
from industries.models.fact import Observation


class IndicatorIndexPage(IndexPage):
    subpage_types = ["industries.IndicatorPage"]
    parent_page_types = ["home.HomePage"]
    template = "industries/indicator_index.html"
    content_type_key = "indicator_index"
    page_size = 100

    class Meta:
        verbose_name = "数据栏目"
        verbose_name_plural = "数据栏目"

    def items(self) -> Any:
        """All figures on the register, by indicator in tree order, the latest first."""
        return (
            Observation.objects.visible()
            .for_display()
            .order_by("indicator__path", models.F("ends").desc(nulls_last=True), "key")
        )


class IndicatorPage(BodyPage):
    """One measured quantity. Its observations carry the values, each with its own source."""

    unit = models.CharField("单位", max_length=20, blank=True)
    prefix = models.CharField("前缀", max_length=4, blank=True, help_text="名次写“第”，单位写“位”。")
    definition = models.CharField("定义", max_length=300, help_text="统计什么、范围、门槛。")
    method = models.CharField(
        "口径说明", max_length=300, blank=True, help_text="怎样理解，来源没有说明什么。"
    )
    next_update = models.DateField("下次更新", null=True, blank=True)
    decimals = models.PositiveSmallIntegerField("图表小数位", default=0, validators=[MaxValueValidator(6)])
    other_names = models.TextField("别名", blank=True, help_text="一行一个。")
    sectors = ParentalManyToManyField(
        "industries.SectorPage", verbose_name="所属产业", blank=True, related_name="indicators"
    )

    template = "industries/indicator.html"
    parent_page_types = ["industries.IndicatorIndexPage"]
    subpage_types: list[str] = []
    content_type_key = "indicator"
    content_fields = (
        "title",
        "summary",
        "other_names",
        "unit",
        "prefix",
        "definition",
        "method",
        "next_update",
        "decimals",
        "sectors",
        "body",
        "observations",
    )
    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("unit"), FieldPanel("prefix"), FieldPanel("decimals")]),
                FieldPanel("definition"),
                FieldPanel("method"),
                FieldPanel("next_update"),
            ],
            "口径",
        ),
        sectors_field(),
        FieldPanel("body"),
        FieldPanel("other_names"),
    ]

    class Meta:
        verbose_name = "指标"
        verbose_name_plural = "指标"

    @property
    def other_name_list(self) -> list[str]:
        return one_per_line(self.other_names)

    @property
    def hue(self) -> str:  # type: ignore[override]
        return next((sector.hue for sector in sector_list(self)), "pine")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["sectors"] = sector_list(self)
        context["observations"] = list(
            Observation.objects.visible()
            .for_display()
            .filter(indicator__in=[self.pk])
            .order_by(models.F("ends").desc(nulls_last=True), "key")
        )
        return context
