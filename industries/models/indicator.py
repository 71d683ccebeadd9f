from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import ExtractYear
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from cms.core.exports import EXPORTS
from cms.core.facets import ChoiceFacet, Facet, RelatedFacet, YearFacet
from cms.core.listing import Order
from cms.core.metadata import absolute_url, optional_url, page_url, site_identity
from cms.core.models import BasePage, IndexPage
from cms.core.tables import csv_response, json_stream
from industries.charts import by_subject, chart_of, conflicts
from industries.models.entity import BodyPage, one_per_line, sector_list, sectors_field
from industries.models.fact import Observation
from industries.models.filters import sector_facet
from industries.models.source import Source
from industries.models.vocabulary import Hedge, Status

# A number that the database can hold, between words that hedge it, and a unit.
HEDGES = "|".join(Hedge.values)
QUANTITY = re.compile(
    rf"(?:{HEDGES}|第)?(?P<number>[0-9][0-9,]{{0,15}}(?:\.[0-9]{{1,6}})?)(?:{HEDGES})?(?P<unit>[^0-9]*?)(?:{HEDGES})?"
)
LATEST = models.F("ends").desc(nulls_last=True)
STATUS_RANK = models.Case(
    *(models.When(status=status, then=models.Value(rank)) for rank, status in enumerate(Status))
)


class IndicatorIndexPage(IndexPage):
    subpage_types = ["industries.IndicatorPage"]
    parent_page_types = ["home.HomePage"]
    template = "industries/indicator_index.html"
    content_type_key = "indicator_index"
    column_type = "数据发布"
    export = "observations"
    counted_as = "个数字"
    page_size = 100
    text_fields = ("indicator__title", "indicator__other_names", "subject__title", "indicator__unit")
    orders = (
        Order(key="pinyin", label="指标拼音", by=("indicator__sort_key", LATEST, "key")),
        Order(key="time", label="时间", by=(LATEST, "indicator__sort_key", "key")),
        Order(key="status", label="状态", by=(STATUS_RANK, "indicator__sort_key", LATEST, "key")),
    )
    newest_by = ("-created_at", "-pk")

    class Meta:
        verbose_name = "数据栏目"
        verbose_name_plural = "数据栏目"

    def items(self) -> Any:
        """All figures on the register, by indicator in tree order, the latest first."""
        return (
            Observation.objects.visible()
            .for_display()
            .annotate(year=ExtractYear("ends"))
            .order_by("indicator__path", models.F("ends").desc(nulls_last=True), "key")
        )

    def facets(self) -> list[Facet]:
        cited = Source.objects.filter(pk__in=Observation.objects.visible().order_by().values("source"))
        return [
            sector_facet("indicator__sectors", "subject"),
            ChoiceFacet(name="status", label="核实状态", lookup="status", labels=dict(Status.choices)),
            YearFacet(name="year", label="年份", lookup="year"),
            RelatedFacet(name="source", label="来源", records=cited, lookups=("source",), key="key"),
        ]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Where all figures are the whole city's, the column of subjects says nothing."""
        context = super().get_context(request, *args, **kwargs)
        context["without_subject"] = not any(figure.subject_id for figure in context["listing"])
        return context

    def matches(self, word: str) -> Q:
        """Also a quantity as it is printed: 4047.7亿元, 30余项, 近100."""
        found = super().matches(word)
        if quantity := QUANTITY.fullmatch(word):
            exact = Q(value=Decimal(quantity["number"].replace(",", "")))
            if unit := quantity["unit"]:
                exact &= Q(indicator__unit__icontains=unit)
            found |= exact
        return found


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
        FieldPanel("body"),
        FieldPanel("other_names"),
    ]
    relation_panels = [sectors_field()]

    class Meta:
        verbose_name = "指标"
        verbose_name_plural = "指标"

    @property
    def other_name_list(self) -> list[str]:
        return one_per_line(self.other_names)

    def visible_sectors(self) -> list[Any]:
        return sector_list(self)

    @property
    def hue(self) -> str:  # type: ignore[override]
        return next((sector.hue for sector in sector_list(self)), "pine")

    def shown_observations(self) -> list[Observation]:
        """Visible values with their corrections, the latest first; none of an indicator not yet saved."""
        return list(
            Observation.objects.visible()
            .for_display()
            .prefetch_related("corrections")
            .filter(indicator__in=[self.pk])
            .order_by(LATEST, "key")
        )

    @property
    def is_overdue(self) -> bool:
        """Whether the day named for the next update has passed."""
        return self.next_update is not None and self.next_update < timezone.localdate()

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        observations = self.shown_observations()
        chart = chart_of(self, observations)
        context["sectors"] = sector_list(self)
        context["observations"] = observations
        context["chart"] = chart
        context["groups"] = groups = by_subject(observations)
        context["one_each"] = len(groups) == len(observations)
        context["conflicts"] = conflicts(observations)
        context["corrected"] = [o for o in observations if o.known_corrections]
        context["address"] = page_url(request, self)
        context["citation"] = self.citation(request)
        embed = optional_url("embed-indicator", self.slug)
        context["embed_address"] = absolute_url(request, embed) if embed else ""
        context["embed_height"] = 700 if chart else 340
        context["problem"] = format_problem(request)
        return context

    def citation(self, request: HttpRequest) -> str:
        """One line of text to put under what quotes the indicator."""
        today, updated = timezone.localdate(), self.last_published_at
        name = site_identity(request).name
        changed = f"{timezone.localtime(updated):%Y-%m-%d}更新，" if updated else ""
        return f"《{self.title}》，{name}，{changed}{page_url(request, self)}，{today:%Y-%m-%d}查阅。"

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; with `?format=csv|json` its values as data. Another format: the page with a message, 400."""
        expired = self.expire_at is not None and self.expire_at <= timezone.now()
        wanted = request.GET.get("format", "")
        if wanted in {"csv", "json"} and not expired:
            return self.serve_as(wanted, request)
        response = super().serve(request, *args, **kwargs)
        if format_problem(request):
            response.status_code = 400
        return response

    def serve_as(self, format: str, request: HttpRequest) -> HttpResponse:
        export = EXPORTS["observations"]
        rows = export.rows(request, self.shown_observations())
        if format == "csv":
            return csv_response(export.table, rows, filename=self.slug)  # type: ignore[return-value]
        about = {
            "title": self.title,
            "address": page_url(request, self),
            "unit": self.unit,
            "definition": self.definition,
            "method": self.method,
            "next_update": self.next_update,
        }
        return json_stream(export.table, rows, **about)  # type: ignore[return-value]


def format_problem(request: HttpRequest) -> str:
    wanted = request.GET.get("format", "")
    return "" if wanted in {"", "html", "csv", "json"} else "没有这种格式。数值可以下载为CSV或JSON。"
