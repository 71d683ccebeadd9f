from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.dispatch import receiver
from django.http import HttpRequest
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.signals import post_page_move

from cms.core.metadata import optional_url
from cms.core.models import BasePage, IndexPage
from cms.core.models.orderable import Orderable
from cms.core.models.page import BasePageQuerySet, PortalPageManager
from industries.chain import draw, value_chain
from industries.models.entity import EntityPage
from industries.models.fact import Observation, Statement
from industries.models.tier import Tier


class SectorIndexPage(IndexPage):
    subpage_types = ["industries.SectorPage"]
    parent_page_types = ["home.HomePage"]
    template = "industries/sector_index.html"
    content_type_key = "sector_index"
    export = "sectors"
    counted_as = "个产业"
    # All on one page, in the order of the city's plan: nothing to narrow or sort.
    page_size = 1000
    text_fields = ()
    orders = ()

    class Meta:
        verbose_name = "产业栏目"
        verbose_name_plural = "产业栏目"

    def items(self) -> Any:
        return SectorPage.objects.visible().descendant_of(self).for_cards()

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Sectors by tier instead of the flat listing."""
        context = super().get_context(request, *args, **kwargs)
        context["tiers"] = tier_groups(list(context["listing"]))
        return context


def tier_groups(sectors: list[SectorPage]) -> list[dict[str, Any]]:
    """Tiers in order, each with its top sectors, each of those with its child sectors; no queries.

    `sectors` are in tree order, with their tiers fetched. A tier without a sector is left out; top sectors
    without a tier come last, under a heading of their own.
    """
    groups: dict[int | None, dict[str, Any]] = {}
    for sector in sectors:
        if sector.tier_id or not is_below(sector, sectors):
            below = [other for other in sectors if other.path.startswith(sector.path)]
            sector.children = [child for child in below if child != sector]
            tier = sector.tier or Tier(title="其他产业", order=1000)
            group = groups.setdefault(sector.tier_id, {"tier": tier, "sectors": []})
            group["sectors"].append(sector)
    return sorted(groups.values(), key=lambda group: group["tier"].order)


def is_below(sector: SectorPage, sectors: list[SectorPage]) -> bool:
    return any(sector.path.startswith(other.path) for other in sectors if other != sector)


class SectorPageQuerySet(BasePageQuerySet):
    def for_links(self) -> SectorPageQuerySet:
        """Just what a link in the sector's hue shows."""
        return (
            self.select_related("tier", "parent_tier")
            .only("title", "url_path", "path", "depth", "tier", "parent_tier")
            .order_by("path")
        )

    def for_cards(self) -> SectorPageQuerySet:
        return self.defer_streamfields().select_related("tier", "parent_tier").order_by("path")


class SectorPage(EntityPage):
    """An industry. Which tier it belongs to is a sourced claim (`basis`), not a property of code."""

    objects: ClassVar[Any] = PortalPageManager.from_queryset(SectorPageQuerySet)()

    tier = models.ForeignKey(
        Tier,
        verbose_name="产业层级",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="sectors",
        help_text="细分产业随上级产业，留空。",
    )
    parent_tier = models.ForeignKey(
        Tier, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    basis = models.ForeignKey(
        Statement,
        verbose_name="归入该层级的依据",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    position = models.CharField(
        "定位", max_length=200, blank=True, help_text="一句话：它在全市产业中的位置。"
    )

    template = "industries/sector.html"
    parent_page_types = ["industries.SectorIndexPage", "industries.SectorPage"]
    subpage_types = ["industries.SectorPage"]
    content_type_key = "sector"
    content_ordered = True
    sections = (
        ("chain", "产业链"),
        ("enterprises", "企业与机构"),
        ("projects", "项目"),
        ("policies", "政策"),
        ("places", "园区与载体"),
        ("milestones", "大事"),
        ("claims", "有据可查"),
        ("observations", "数据"),
        ("news", "动态"),
    )
    content_fields = (
        *EntityPage.content_fields,
        "tier",
        "basis",
        "position",
        "headline_figures",
        "value_chain",
        "body",
    )
    content_panels = [
        *BasePage.content_panels,
        FieldPanel("position"),
        FieldPanel("body"),
        InlinePanel("value_chain", label="环节", heading="产业链环节"),
        FieldPanel("other_names"),
    ]
    relation_panels = [
        MultiFieldPanel([FieldPanel("tier"), FieldPanel("basis")], "产业层级"),
        InlinePanel("headline_figures", label="关键数字", heading="关键数字", max_num=6),
    ]

    class Meta:
        verbose_name = "产业"
        verbose_name_plural = "产业"

    def feed_path(self, path: str) -> str:
        return optional_url("feed-sector", self.slug, "atom")

    @property
    def shown_tier(self) -> Tier | None:
        return self.tier or self.parent_tier

    @property
    def hue(self) -> str:  # type: ignore[override]
        return self.shown_tier.hue if self.shown_tier else "pine"

    def clean(self) -> None:
        super().clean()
        if self.tier_id and not self.basis_id:
            raise ValidationError({"basis": "请选择一条陈述，说明凭什么归入这一层级。"})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A child sector takes its parent's tier, kept on the row so that listings need no tree walk."""
        self.parent_tier = self.tier_above()
        super().save(*args, **kwargs)
        self.pass_tier_down()

    def tier_above(self) -> Tier | None:
        """The tier that the parent sector shows; None for a sector with a tier of its own, or at the top."""
        if self.tier_id or not self.path:
            return None
        parent = SectorPage.objects.parent_of(self).select_related("tier", "parent_tier").first()
        return parent.shown_tier if parent else None

    def pass_tier_down(self) -> None:
        for child in SectorPage.objects.child_of(self).filter(tier__isnull=True):
            if child.parent_tier_id != (self.shown_tier.pk if self.shown_tier else None):
                SectorPage.objects.filter(pk=child.pk).update(parent_tier=self.shown_tier)
                child.parent_tier = self.shown_tier
                child.pass_tier_down()

    def family(self) -> list[SectorPage]:
        """This sector and the visible ones below it, in tree order; fetched once per instance.

        What belongs to a child sector belongs to it too.
        """
        if not hasattr(self, "shown_family"):
            below = SectorPage.objects.visible().descendant_of(self, inclusive=True)
            self.shown_family: list[SectorPage] = list(below.for_cards())
        return self.shown_family

    def spoken_for(self) -> list[int]:
        return [] if self.pk is None else [sector.pk for sector in self.family()]

    def observations(self) -> models.QuerySet[Observation]:
        """Visible figures about the sector or of an indicator that belongs to it."""
        from industries.models.indicator import IndicatorPage

        family = self.spoken_for()
        # Ids in the inner query: a join would give a figure once for each sector of its indicator.
        through = IndicatorPage.sectors.through
        measured = through.objects.filter(sectorpage__in=family).values("indicatorpage")
        about = models.Q(subject__in=family) | models.Q(indicator__in=measured)
        return Observation.objects.visible().for_display().filter(about)

    def headline(self, known: list[Observation]) -> list[Observation]:
        """The visible figures that editors picked, in their order; mostly they are among the known ones."""
        picked = [figure.observation_id for figure in self.headline_figures.all()]
        observations = {o.pk: o for o in known}
        missing = [pk for pk in picked if pk not in observations]
        if missing:
            extra = Observation.objects.visible().for_display().filter(pk__in=missing)
            observations.update({o.pk: o for o in extra})
        return [observations[pk] for pk in picked if pk in observations]

    def tier_basis(self, statements: list[Statement]) -> Statement | None:
        """The visible statement that the tier rests on; mostly it is among those about the sector."""
        if self.basis_id is None:
            return None
        known = next((s for s in statements if s.pk == self.basis_id), None)
        return known or Statement.objects.visible().for_display().filter(pk=self.basis_id).first()

    def told_elsewhere(self, context: dict[str, Any]) -> set[int]:
        """The basis of the tier stands beside the tier."""
        return {self.basis_id} if self.basis_id else set()

    def relations(self, context: dict[str, Any]) -> dict[str, Any]:
        related = related_entities(self.family())
        chain = value_chain(ChainPosition.choices, self.value_chain.all(), related["links"])
        return {
            "headline": self.headline(context["observations"]),
            "children": [sector for sector in self.family() if sector.depth == self.depth + 1],
            "tier_basis": self.tier_basis(context["statements"]),
            "chain": chain,
            "chain_drawing": draw([station.tracks for station in chain]),
            **related,
        }


@receiver(post_page_move)
def take_tier_of_new_parent(instance: Any, **kwargs: Any) -> None:
    moved = SectorPage.objects.filter(pk=instance.pk).first()
    if moved:
        moved.parent_tier = moved.tier_above()
        SectorPage.objects.filter(pk=moved.pk).update(parent_tier=moved.parent_tier)
        moved.pass_tier_down()


def related_entities(family: list[SectorPage]) -> dict[str, list[Any]]:
    """Visible enterprises, projects, places and policies of these sectors, in one query a type.

    `links` are those of the enterprises with their sectors; `enterprises` come once each, with their links.
    """
    from industries.models.enterprise import EnterprisePage, EnterpriseSector
    from industries.models.place import PlacePage
    from industries.models.policy import PolicyPage
    from industries.models.project import ProjectPage, with_stages

    sectors = {sector.pk: sector for sector in family}

    def within(model: Any) -> Any:
        members = model.sectors.through.objects.filter(sectorpage__in=list(sectors))
        owner = model._meta.model_name
        pages = model.objects.visible().defer_streamfields().filter(pk__in=members.values(owner))
        return pages.order_by("path")

    links = list(
        EnterpriseSector.objects.filter(
            sector__in=list(sectors), enterprise__in=EnterprisePage.objects.visible().order_by()
        )
        .select_related("enterprise")
        .defer("enterprise__body")
        .order_by("enterprise__path", "sort_order", "pk")
    )
    enterprises: dict[int, Any] = {}
    for link in links:
        link.sector = sectors[link.sector_id]
        page = enterprises.setdefault(link.enterprise_id, link.enterprise)
        page.shown_sector_links = [*getattr(page, "shown_sector_links", ()), link]
    return {
        "links": links,
        "enterprises": list(enterprises.values()),
        "projects": list(with_stages(within(ProjectPage))),
        "places": list(within(PlacePage)),
        "policies": list(within(PolicyPage)),
    }


class ChainPosition(models.TextChoices):
    UPSTREAM = "upstream", "上游"
    MIDSTREAM = "midstream", "中游"
    DOWNSTREAM = "downstream", "下游"


class ChainSegment(Orderable):
    """One link of a sector's value chain."""

    sector = ParentalKey(SectorPage, on_delete=models.CASCADE, related_name="value_chain")
    position = models.CharField("位置", max_length=10, choices=ChainPosition)
    name = models.CharField("环节", max_length=60)
    description = models.CharField("说明", max_length=200, blank=True)

    content_fields = ("position", "name", "description")
    panels = [
        FieldRowPanel([FieldPanel("position"), FieldPanel("name")]),
        FieldPanel("description"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = "产业链环节"
        verbose_name_plural = "产业链环节"


class SectorFigure(Orderable):
    """A figure that editors put at the head of a sector's page."""

    sector = ParentalKey(SectorPage, on_delete=models.CASCADE, related_name="headline_figures")
    observation = models.ForeignKey(
        Observation, verbose_name="数值", on_delete=models.CASCADE, related_name="+"
    )

    content_fields = ("observation",)
    panels = [FieldPanel("observation")]

    class Meta(Orderable.Meta):
        verbose_name = "关键数字"
        verbose_name_plural = "关键数字"
