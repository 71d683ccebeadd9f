from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Cast, NullIf, Replace, Substr
from django.http import HttpRequest
from django.utils import timezone
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.search import index

from cms.core.facets import ChoiceFacet, Facet, YearFacet
from cms.core.listing import Order
from cms.core.models import BasePage, IndexPage
from cms.core.models.index import BY_PINYIN
from cms.core.models.orderable import Orderable
from industries import period
from industries.models.entity import SectoralPage, sectors_field, with_sectors
from industries.models.filters import sector_facet
from industries.period import PeriodField


class PolicyKind(models.TextChoices):
    PLAN = "plan", "规划与行动计划"
    POLICY = "policy", "政策措施"
    FUND = "fund", "基金"
    REFORM = "reform", "改革"
    PILOT = "pilot", "试点"
    DEPLOYMENT = "deployment", "工作部署"
    SERVICE = "service", "服务"


class PolicyLevel(models.TextChoices):
    NATIONAL = "national", "国家"
    PROVINCIAL = "provincial", "省"
    MUNICIPAL = "municipal", "市"


class PolicyIndexPage(IndexPage):
    subpage_types = ["industries.PolicyPage"]
    parent_page_types = ["home.HomePage"]
    template = "industries/policy_index.html"
    content_type_key = "policy_index"
    export = "policies"
    counted_as = "项政策"
    text_fields = ("title", "summary", "other_names", "issuer", "document_number")
    orders = (
        Order(key="issued", label="发布时间", by=(F("year").desc(nulls_last=True), "-issued", "sort_key")),
        BY_PINYIN,
    )
    column_type = "政策文件"

    class Meta:
        verbose_name = "政策栏目"
        verbose_name_plural = "政策栏目"

    def items(self) -> Any:
        """The year in which it was issued is read from the period's text; none where that is unknown."""
        year = NullIf(Substr(Replace("issued", Value("@")), 1, 4), Value(""))
        return super().items().annotate(year=Cast(year, models.IntegerField()))

    def facets(self) -> list[Facet]:
        return [
            ChoiceFacet(name="kind", label="类别", lookup="kind", labels=dict(PolicyKind.choices)),
            ChoiceFacet(name="level", label="层级", lookup="level", labels=dict(PolicyLevel.choices)),
            YearFacet(name="year", label="发布年份", lookup="year"),
            sector_facet("sectors"),
        ]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """By year of issue where that is the order."""
        context = super().get_context(request, *args, **kwargs)
        listing = context["listing"]
        context["by_year"] = by_year = listing.order is self.orders[0]
        groups = groupby(listing, key=lambda item: item.year if by_year else None)
        context["groups"] = [(year, list(items)) for year, items in groups]
        return context

    def prepare(self, items: list[Any]) -> list[Any]:
        return with_sectors(items)


class PolicyPage(SectoralPage):
    """A plan, policy, fund, reform or pilot. What is unknown of it stays empty and is shown so."""

    kind = models.CharField("类别", max_length=12, choices=PolicyKind, default=PolicyKind.POLICY)
    level = models.CharField("层级", max_length=12, choices=PolicyLevel, default=PolicyLevel.MUNICIPAL)
    issuer = models.CharField("发文机关", max_length=120, blank=True)
    document_number = models.CharField("文号", max_length=60, blank=True)
    issued = PeriodField("发布时间")
    valid = PeriodField("实施期限")

    template = "industries/policy.html"
    parent_page_types = ["industries.PolicyIndexPage"]
    subpage_types: list[str] = []
    content_type_key = "policy"
    sections = (
        ("measures", "主要措施"),
        ("interpretations", "解读"),
        ("milestones", "大事"),
        ("claims", "有据可查"),
        ("others", "同一产业的其他政策"),
        ("news", "动态"),
    )
    content_fields = (
        "title",
        "summary",
        "other_names",
        "kind",
        "level",
        "issuer",
        "document_number",
        "issued",
        "valid",
        "measures",
        "sectors",
        "body",
    )
    search_fields = [
        *SectoralPage.search_fields,
        index.SearchField("issuer"),
        index.SearchField("document_number"),
    ]
    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("kind"), FieldPanel("level")]),
                FieldRowPanel([FieldPanel("issuer"), FieldPanel("document_number")]),
                FieldRowPanel([FieldPanel("issued"), FieldPanel("valid")]),
            ],
            "文件",
        ),
        InlinePanel("measures", label="措施", heading="主要措施"),
        FieldPanel("body"),
        FieldPanel("other_names"),
    ]
    relation_panels = [sectors_field()]

    class Meta:
        verbose_name = "政策"
        verbose_name_plural = "政策"

    @property
    def issued_label(self) -> str:
        return period.label(self.issued)

    @property
    def valid_label(self) -> str:
        return period.label(self.valid)

    def validity(self, today: date | None = None) -> str:
        """在实施期内, 尚未开始 or 已到期, by the period on record alone; empty where none is on record."""
        if not self.valid:
            return ""
        today = today or timezone.localdate()
        valid = period.parse(self.valid)
        if today > valid.ends:
            return "已到期"
        return "尚未开始" if valid.starts and today < valid.starts else "在实施期内"

    def news(self) -> Any:
        """Visible articles about the policy or interpreting it (`interpreting`), the newest first."""
        from industries.models.news import NewsPage, NewsSubject

        pks = self.spoken_for()
        about = NewsSubject.objects.filter(page__in=pks, news=models.OuterRef("pk"))
        interprets = NewsPage.interprets.through.objects.filter(
            policypage__in=pks, newspage=models.OuterRef("pk")
        )
        return (
            BasePage.objects.visible()
            .annotate(interpreting=models.Exists(interprets))
            .filter(models.Q(interpreting=True) | models.Exists(about))
            .order_by("-first_published_at", "-pk")
        )

    def others(self, sectors: list[Any]) -> list[PolicyPage]:
        """Other visible policies of the same sectors, those that share most first; six at most."""
        shared = models.Count("sectors", filter=models.Q(sectors__in=[sector.pk for sector in sectors]))
        near = PolicyPage.objects.visible().defer_streamfields().exclude(pk=self.pk)
        return list(near.annotate(shared=shared).filter(shared__gt=0).order_by("-shared", "path")[:6])

    def unknown(self, context: dict[str, Any]) -> list[str]:
        expected = {
            "发文机关": self.issuer,
            "文号": self.document_number,
            "发布时间": self.issued,
            "实施期限": self.valid,
            "具体措施": context["measures"],
        }
        return [name for name, known in expected.items() if not known]

    def relations(self, context: dict[str, Any]) -> dict[str, Any]:
        related = super().relations(context)
        articles = context["news"]
        return {
            **related,
            "measures": list(self.measures.all()),
            "validity": self.validity(),
            "interpretations": [article for article in articles if article.interpreting],
            "news": [article for article in articles if not article.interpreting],
            "others": self.others(related["sectors"]) if related["sectors"] else [],
        }

    def clean(self) -> None:
        super().clean()
        try:
            issued, valid = (period.normalise(text) for text in (self.issued, self.valid))
        except ValidationError:
            return  # the field itself says so
        if issued and valid:
            began = period.parse(issued)
            if period.parse(valid).ends < (began.starts or began.ends):
                raise ValidationError({"valid": "实施期限在发布之前就结束了。"})


class PolicyMeasure(Orderable):
    policy = ParentalKey(PolicyPage, on_delete=models.CASCADE, related_name="measures")
    text = models.CharField("措施", max_length=300)

    content_fields = ("text",)
    panels = [FieldPanel("text")]

    class Meta(Orderable.Meta):
        verbose_name = "措施"
        verbose_name_plural = "措施"
