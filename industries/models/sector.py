from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.dispatch import receiver
from django.http import HttpRequest
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.models import Orderable, PageManager
from wagtail.signals import post_page_move

from cms.core.models import BasePage, IndexPage
from cms.core.models.page import BasePageQuerySet
from industries.models.entity import EntityPage
from industries.models.fact import Observation, Statement
from industries.models.tier import Tier


class SectorIndexPage(IndexPage):
    subpage_types = ["industries.SectorPage"]
    parent_page_types = ["home.HomePage"]
    template = "industries/sector_index.html"
    content_type_key = "sector_index"

    class Meta:
        verbose_name = "产业栏目"
        verbose_name_plural = "产业栏目"

    def items(self) -> Any:
        return SectorPage.objects.visible().descendant_of(self).for_cards()

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Sectors by tier instead of the flat listing."""
        context: dict[str, Any] = super(IndexPage, self).get_context(request, *args, **kwargs)
        context["tiers"] = tier_groups(list(self.items()))
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

    objects: ClassVar[Any] = PageManager.from_queryset(SectorPageQuerySet)()

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
        FieldRowPanel([FieldPanel("tier"), FieldPanel("basis")]),
        InlinePanel("headline_figures", label="关键数字", heading="关键数字", max_num=6),
        InlinePanel("value_chain", label="环节", heading="产业链环节"),
        FieldPanel("body"),
        FieldPanel("other_names"),
    ]

    class Meta:
        verbose_name = "产业"
        verbose_name_plural = "产业"

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

    def family(self) -> Any:
        """Ids of this sector and its visible children: what belongs to a child belongs to it too."""
        return SectorPage.objects.visible().descendant_of(self, inclusive=True).order_by().values("pk")

    def observations(self) -> models.QuerySet[Observation]:
        """Visible figures about the sector or of an indicator that belongs to it."""
        if self.pk is None:
            return Observation.objects.none()
        about = models.Q(subject__in=self.family()) | models.Q(indicator__sectors__in=self.family())
        return Observation.objects.visible().for_display().filter(about).distinct()

    def tier_basis(self, statements: list[Statement]) -> Statement | None:
        """The visible statement that the tier rests on; mostly it is among those about the sector."""
        if self.basis_id is None:
            return None
        known = next((s for s in statements if s.pk == self.basis_id), None)
        return known or Statement.objects.visible().for_display().filter(pk=self.basis_id).first()

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        picked = [figure.observation_id for figure in self.headline_figures.all()]
        observations = {o.pk: o for o in context["observations"]}
        missing = [pk for pk in picked if pk not in observations]
        if missing:
            extra = Observation.objects.visible().for_display().filter(pk__in=missing)
            observations.update({o.pk: o for o in extra})
        context["headline"] = [observations[pk] for pk in picked if pk in observations]
        context["children"] = list(SectorPage.objects.visible().child_of(self).for_cards())
        context["tier_basis"] = self.tier_basis(context["statements"])
        context.update(related_entities(self))
        return context


@receiver(post_page_move)
def take_tier_of_new_parent(instance: Any, **kwargs: Any) -> None:
    moved = SectorPage.objects.filter(pk=instance.pk).first()
    if moved:
        moved.parent_tier = moved.tier_above()
        SectorPage.objects.filter(pk=moved.pk).update(parent_tier=moved.parent_tier)
        moved.pass_tier_down()


def related_entities(sector: SectorPage) -> dict[str, list[Any]]:
    """Visible enterprises, projects, places and policies of the sector and its children."""
    from industries.models.enterprise import EnterprisePage
    from industries.models.place import PlacePage
    from industries.models.policy import PolicyPage
    from industries.models.project import ProjectPage

    family = sector.family()

    def within(model: Any, lookup: str) -> list[Any]:
        pages = model.objects.visible().defer_streamfields().filter(**{f"{lookup}__in": family})
        return list(pages.order_by("path").distinct())

    return {
        "enterprises": within(EnterprisePage, "sector_links__sector"),
        "projects": within(ProjectPage, "sectors"),
        "places": within(PlacePage, "sectors"),
        "policies": within(PolicyPage, "sectors"),
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
