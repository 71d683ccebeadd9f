from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable
from wagtail.search import index

from cms.core.models import BasePage, IndexPage
from industries import period
from industries.models.entity import SectoralPage, sectors_field, with_sectors
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

    class Meta:
        verbose_name = "政策栏目"
        verbose_name_plural = "政策栏目"

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
        sectors_field(),
        FieldPanel("body"),
        FieldPanel("other_names"),
    ]

    class Meta:
        verbose_name = "政策"
        verbose_name_plural = "政策"

    @property
    def issued_label(self) -> str:
        return period.label(self.issued)

    @property
    def valid_label(self) -> str:
        return period.label(self.valid)

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
