from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Left, Upper
from django.http import HttpRequest
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, PageChooserPanel
from wagtail.search import index

from cms.core.facets import Choice, ChoiceFacet, Facet, InitialFacet
from cms.core.models import BasePage, IndexPage
from cms.core.models.index import BY_PINYIN
from cms.core.models.orderable import Orderable
from industries.models.entity import EntityPage, one_per_line
from industries.models.fact import Statement
from industries.models.filters import sector_facet
from industries.models.sector import ChainPosition, SectorPage
from industries.models.vocabulary import StatementKind


class EnterpriseKind(models.TextChoices):
    COMPANY = "company", "企业"
    BRAND = "brand", "品牌"
    UNIVERSITY = "university", "高校"
    INSTITUTE = "institute", "研究机构"


@dataclass(kw_only=True)
class PositionFacet(ChoiceFacet):
    """By place in the chain of a visible sector: where one stands in a hidden one is not told."""

    def terms(self, values: Sequence[str]) -> Q:
        return super().terms(values) & in_visible_sector()

    def choices(self, rows: models.QuerySet[Any], together: Q) -> list[Choice]:
        return super().choices(rows, together & in_visible_sector())


def in_visible_sector() -> Q:
    return Q(sector_links__sector__in=SectorPage.objects.visible().order_by().values("pk"))


class EnterpriseIndexPage(IndexPage):
    subpage_types = ["industries.EnterprisePage"]
    parent_page_types = ["home.HomePage"]
    template = "industries/enterprise_index.html"
    content_type_key = "enterprise_index"
    export = "enterprises"
    counted_as = "家企业与机构"
    page_size = 120
    text_fields = (
        "title",
        "summary",
        "full_name",
        "english_name",
        "other_names",
        "former_names",
        "stock_code",
    )

    class Meta:
        verbose_name = "企业栏目"
        verbose_name_plural = "企业栏目"

    def items(self) -> Any:
        return super().items().annotate(initial=Upper(Left("sort_key", 1)))

    def facets(self) -> list[Facet]:
        """A sector and a place in its chain are asked of the same link: upstream of this very sector."""
        return [
            InitialFacet(name="initial", label="拼音首字母", lookup="initial", inline=False, several=False),
            sector_facet("sector_links__sector", group="link"),
            PositionFacet(
                name="position",
                label="产业链位置",
                lookup="sector_links__position",
                labels=dict(ChainPosition.choices),
                group="link",
                many=True,
            ),
            ChoiceFacet(name="kind", label="类别", lookup="kind", labels=dict(EnterpriseKind.choices)),
        ]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """By initial as long as the names are in the order of pinyin."""
        context = super().get_context(request, *args, **kwargs)
        listing = context["listing"]
        by_initial = listing.order is BY_PINYIN
        groups = groupby(listing, key=lambda item: item.initial if by_initial else "")
        context["groups"] = [(initial, list(items)) for initial, items in groups]
        context["all_initials_url"] = listing.query({"initial": ()})
        return context

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
    sections = (
        ("sector_roles", "产业与产业链位置"),
        ("achievements", "成果与记录"),
        ("projects", "参与的项目"),
        ("partners", "合作单位"),
        ("news", "动态"),
    )
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
                FieldRowPanel([FieldPanel("kind"), FieldPanel("full_name")]),
                FieldRowPanel([FieldPanel("english_name"), FieldPanel("stock_code")]),
            ],
            "概况",
        ),
        FieldPanel("body"),
        MultiFieldPanel([FieldPanel("other_names"), FieldPanel("former_names")], "别的名称"),
    ]
    relation_panels = [
        InlinePanel("sector_links", label="产业", heading="所属产业与产业链位置"),
        MultiFieldPanel([PageChooserPanel("parent"), PageChooserPanel("location")], "上级与所在地"),
    ]

    class Meta:
        verbose_name = "企业与机构"
        verbose_name_plural = "企业与机构"

    def keyword_terms(self) -> list[str]:
        sectors = [link.sector.title for link in self.sector_roles()]
        return list(filter(None, [self.title, self.full_name, *self.other_name_list, *sectors]))

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

    def relatives(self) -> dict[str, Any]:
        """Visible parent, location and subsidiaries, in one query."""
        near = Q(pk__in=[pk for pk in (self.parent_id, self.location_id) if pk])
        if self.pk is not None:
            near |= Q(enterprisepage__parent=self.pk)
        found = list(BasePage.objects.visible().filter(near).order_by("path"))
        by_id = {page.pk: page for page in found}
        return {
            "parent": by_id.get(self.parent_id),
            "location": by_id.get(self.location_id),
            "subsidiaries": [p for p in found if p.pk not in {self.parent_id, self.location_id}],
        }

    def involvement(self) -> dict[str, Any]:
        """Visible projects, each with what this enterprise does in it (`role`), and partners in them.

        `partners` are (enterprise, their shared projects) pairs; both sides and the project are visible.
        """
        from industries.models.project import ProjectEnterprise, ProjectPage, with_stages

        if self.pk is None:
            return {"projects": [], "partners": []}
        mine = ProjectEnterprise.objects.filter(enterprise=self.pk).values("project")
        visible = ProjectPage.objects.visible().defer_streamfields().filter(pk__in=mine).order_by("path")
        projects = {project.pk: project for project in with_stages(visible)}
        links = (
            ProjectEnterprise.objects.filter(
                Q(enterprise=self.pk)
                | Q(enterprise__in=EnterprisePage.objects.visible().order_by().values("pk")),
                project__in=list(projects),
            )
            .select_related("enterprise")
            .defer("enterprise__body")
            .order_by("enterprise__path", "project__path")
        )
        partners: dict[int, tuple[Any, list[Any]]] = {}
        for link in links:
            project = projects[link.project_id]
            if link.enterprise_id == self.pk:
                project.role = link.role
            else:
                partners.setdefault(link.enterprise_id, (link.enterprise, []))[1].append(project)
        return {"projects": list(projects.values()), "partners": list(partners.values())}

    def told_elsewhere(self, context: dict[str, Any]) -> set[int]:
        """Statements stand under their kinds instead of in the timeline."""
        return {statement.pk for statement in context["statements"]}

    def unknown(self, context: dict[str, Any]) -> list[str]:
        expected = {"全称": self.full_name, "所在园区": context["location"]}
        return [name for name, known in expected.items() if not known]

    def relations(self, context: dict[str, Any]) -> dict[str, Any]:
        return {
            "sector_roles": self.sector_roles(),
            "achievements": by_kind(context["statements"]),
            **self.relatives(),
            **self.involvement(),
        }


# What an enterprise is proud of comes first; the other kinds follow in their own order.
FIRST_KINDS = [
    StatementKind.FIRST,
    StatementKind.CERTIFICATION,
    StatementKind.RANKING,
    StatementKind.PRODUCT,
    StatementKind.PRODUCTION,
]
KIND_ORDER = [*FIRST_KINDS, *(kind for kind in StatementKind if kind not in FIRST_KINDS)]


def by_kind(statements: list[Statement]) -> list[tuple[str, list[Statement]]]:
    """Statements under the labels of their kinds, in the order given within each."""
    groups = [(kind.label, [s for s in statements if s.kind == kind]) for kind in KIND_ORDER]
    return [(label, found) for label, found in groups if found]


def with_sector_links(
    enterprises: list[EnterprisePage], links: models.QuerySet[EnterpriseSector] | None = None
) -> list[EnterprisePage]:
    """Gives each enterprise its links to visible sectors, in one query for all of them.

    `links`, where given, are theirs and perhaps more.
    """
    if links is None:
        links = EnterpriseSector.objects.filter(enterprise__in=[page.pk for page in enterprises])
    visible = SectorPage.objects.visible().order_by()
    shown = links.filter(sector__in=visible).select_related("sector__tier", "sector__parent_tier")
    by_enterprise: dict[int, list[EnterpriseSector]] = {}
    for link in shown.defer("sector__body"):
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

    @property
    def stations(self) -> list[tuple[str, bool]]:
        """上游, 中游, 下游, each with whether the enterprise stands there; empty where no source says."""
        return [(p.label, p == self.position) for p in ChainPosition] if self.position else []

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
