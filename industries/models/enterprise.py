from __future__ import annotations

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.http import HttpRequest
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, PageChooserPanel
from wagtail.models import Orderable
from wagtail.search import index

from cms.core.models import BasePage, IndexPage
from industries.models.entity import EntityPage, one_per_line
from industries.models.sector import ChainPosition, SectorPage


class EnterpriseKind(models.TextChoices):
    COMPANY = "company", "企业"
    BRAND = "brand", "品牌"
    UNIVERSITY = "university", "高校"
    INSTITUTE = "institute", "研究机构"


class EnterpriseIndexPage(IndexPage):
    subpage_types = ["industries.EnterprisePage"]
    parent_page_types = ["home.HomePage"]
    template = "industries/enterprise_index.html"
    content_type_key = "enterprise_index"

    class Meta:
        verbose_name = "企业栏目"
        verbose_name_plural = "企业栏目"

    def prepare(self, items: list[Any]) -> list[Any]:
        return with_sector_links(items)


class EnterprisePage(EntityPage):
    """A company, brand, university or institute. The title is its usual short name."""

    kind = models.CharField("类别", max_length=12, choices=EnterpriseKind, default=EnterpriseKind.COMPANY)
    full_name = models.CharField("全称", max_length=120, blank=True)
    english_name = models.CharField("英文名", max_length=120, blank=True)
    former_names = models.TextField("曾用名", blank=True, help_text="一行一个。")
    stock_code = models.CharField(
        "证券代码",
        max_length=6,
        blank=True,
        validators=[RegexValidator(r"^[0-9]{6}\Z", "证券代码是6位数字。")],
    )
    parent = models.ForeignKey(
        "self",
        verbose_name="上级单位",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="subsidiaries",
    )
    location = models.ForeignKey(
        "industries.PlacePage",
        verbose_name="所在园区",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="enterprises",
    )

    template = "industries/enterprise.html"
    parent_page_types = ["industries.EnterpriseIndexPage"]
    subpage_types: list[str] = []
    content_type_key = "enterprise"
    content_fields = (
        "title",
        "summary",
        "full_name",
        "english_name",
        "former_names",
        "other_names",
        "stock_code",
        "kind",
        "sector_links",
        "parent",
        "location",
        "body",
    )
    search_fields = [
        *EntityPage.search_fields,
        index.SearchField("full_name"),
        index.SearchField("english_name"),
        index.SearchField("former_names"),
        index.SearchField("stock_code"),
    ]
    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("full_name"),
                FieldRowPanel([FieldPanel("english_name"), FieldPanel("stock_code")]),
                FieldPanel("other_names"),
                FieldPanel("former_names"),
                FieldPanel("kind"),
            ],
            "名称",
        ),
        InlinePanel("sector_links", label="产业", heading="所属产业与产业链位置"),
        MultiFieldPanel([PageChooserPanel("parent"), PageChooserPanel("location")], "关系"),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = "企业与机构"
        verbose_name_plural = "企业与机构"

    @property
    def former_name_list(self) -> list[str]:
        return one_per_line(self.former_names)

    def sector_roles(self) -> list[EnterpriseSector]:
        """Links to visible sectors, each with its sector and tier; in a preview, those of the form."""
        if not hasattr(self, "shown_sector_links"):
            links = list(self.sector_links.all())
            sectors = SectorPage.objects.visible().for_links().in_bulk([link.sector_id for link in links])
            self.shown_sector_links = [link for link in links if link.sector_id in sectors]
            for link in self.shown_sector_links:
                link.sector = sectors[link.sector_id]
        return list(self.shown_sector_links)

    @property
    def hue(self) -> str:  # type: ignore[override]
        return next((link.sector.hue for link in self.sector_roles()), "pine")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from industries.models.project import ProjectPage

        context = super().get_context(request, *args, **kwargs)
        visible = BasePage.objects.visible()
        context["sector_roles"] = self.sector_roles()
        context["parent"] = visible.filter(pk=self.parent_id).first() if self.parent_id else None
        context["location"] = visible.filter(pk=self.location_id).first() if self.location_id else None
        context["subsidiaries"] = list(
            EnterprisePage.objects.visible().defer_streamfields().filter(parent__in=[self.pk])
        )
        context["projects"] = list(
            ProjectPage.objects.visible()
            .defer_streamfields()
            .filter(enterprise_links__enterprise__in=[self.pk])
            .distinct()
        )
        return context


def with_sector_links(enterprises: list[EnterprisePage]) -> list[EnterprisePage]:
    """Gives each enterprise its links to visible sectors, in one query for all of them."""
    links = (
        EnterpriseSector.objects.filter(
            enterprise__in=[enterprise.pk for enterprise in enterprises],
            sector__in=SectorPage.objects.visible().order_by(),
        )
        .select_related("sector__tier", "sector__parent_tier")
        .defer("sector__body")
    )
    by_enterprise: dict[int, list[EnterpriseSector]] = {}
    for link in links:
        by_enterprise.setdefault(link.enterprise_id, []).append(link)
    for enterprise in enterprises:
        enterprise.shown_sector_links = by_enterprise.get(enterprise.pk, [])
    return enterprises


class EnterpriseSector(Orderable):
    """That an enterprise belongs to a sector, and where in its value chain."""

    enterprise = ParentalKey(EnterprisePage, on_delete=models.CASCADE, related_name="sector_links")
    sector = models.ForeignKey(
        SectorPage, verbose_name="产业", on_delete=models.CASCADE, related_name="enterprise_links"
    )
    position = models.CharField("产业链位置", max_length=10, choices=ChainPosition, blank=True)
    role = models.CharField("做什么", max_length=60, blank=True)

    content_fields = ("sector", "position", "role")
    panels = [
        PageChooserPanel("sector"),
        FieldRowPanel([FieldPanel("position"), FieldPanel("role")]),
    ]

    class Meta(Orderable.Meta):
        verbose_name = "所属产业"
        verbose_name_plural = "所属产业"
        constraints = [
            models.UniqueConstraint(
                fields=("enterprise", "sector"),
                name="enterprise_in_sector_once",
                violation_error_message="同一产业只填一次。",
            )
        ]
