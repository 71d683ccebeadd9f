from __future__ import annotations

from typing import Any

from django.db import models
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from cms.core.facets import ChoiceFacet, Facet, ValueFacet
from cms.core.models import BasePage, IndexPage
from industries.models.entity import SectoralPage, sectors_field, with_sectors
from industries.models.filters import sector_facet


class PlaceKind(models.TextChoices):
    PARK = "park", "园区"
    BONDED_ZONE = "bonded_zone", "综合保税区"
    ZONE = "zone", "功能区"
    STREET = "street", "街区"
    SCENIC = "scenic", "景区"
    REGION = "region", "区域"


class District(models.TextChoices):
    """The city's districts, county-level cities and county."""

    NANGUAN = "nanguan", "南关区"
    KUANCHENG = "kuancheng", "宽城区"
    CHAOYANG = "chaoyang", "朝阳区"
    ERDAO = "erdao", "二道区"
    LUYUAN = "luyuan", "绿园区"
    SHUANGYANG = "shuangyang", "双阳区"
    JIUTAI = "jiutai", "九台区"
    YUSHU = "yushu", "榆树市"
    DEHUI = "dehui", "德惠市"
    GONGZHULING = "gongzhuling", "公主岭市"
    NONGAN = "nongan", "农安县"


class PlaceIndexPage(IndexPage):
    subpage_types = ["industries.PlacePage"]
    parent_page_types = ["home.HomePage"]
    template = "industries/place_index.html"
    content_type_key = "place_index"
    export = "places"
    counted_as = "个园区与载体"
    text_fields = ("title", "summary", "other_names", "zone")

    class Meta:
        verbose_name = "园区栏目"
        verbose_name_plural = "园区栏目"

    def facets(self) -> list[Facet]:
        return [
            ChoiceFacet(name="kind", label="类别", lookup="kind", labels=dict(PlaceKind.choices)),
            ChoiceFacet(name="district", label="行政区", lookup="district", labels=dict(District.choices)),
            ValueFacet(name="zone", label="功能区", lookup="zone"),
            sector_facet("sectors"),
        ]

    def prepare(self, items: list[Any]) -> list[Any]:
        return with_residents(with_sectors(items))


def with_residents(places: list[Any]) -> list[Any]:
    """Gives each place the number of visible enterprises and projects there, in two queries."""
    from industries.models.enterprise import EnterprisePage
    from industries.models.project import ProjectPage

    here = [place.pk for place in places]
    for model, lookup, name in (
        (EnterprisePage, "location", "enterprise_count"),
        (ProjectPage, "places", "project_count"),
    ):
        rows = model.objects.visible().filter(**{f"{lookup}__in": here}).order_by()
        counts = dict(rows.values_list(lookup).annotate(number=models.Count("pk", distinct=True)))
        for place in places:
            setattr(place, name, counts.get(place.pk, 0))
    return places


class PlacePage(SectoralPage):
    """A park, zone, street or scenic spot. Functional zones overlap districts, hence two fields."""

    kind = models.CharField("类别", max_length=12, choices=PlaceKind, default=PlaceKind.PARK)
    district = models.CharField("行政区", max_length=12, choices=District, blank=True)
    zone = models.CharField("功能区", max_length=40, blank=True, help_text="例：长春新区（北湖）。")

    template = "industries/place.html"
    parent_page_types = ["industries.PlaceIndexPage"]
    subpage_types: list[str] = []
    content_type_key = "place"
    sections = (
        ("enterprises", "企业与机构"),
        ("projects", "这里的项目"),
        ("milestones", "大事"),
        ("claims", "有据可查"),
        ("neighbours", "相近的园区与载体"),
        ("news", "动态"),
    )
    content_fields = ("title", "summary", "other_names", "kind", "district", "zone", "sectors", "body")
    content_panels = [
        *BasePage.content_panels,
        FieldRowPanel([FieldPanel("kind"), FieldPanel("district"), FieldPanel("zone")]),
        FieldPanel("body"),
        FieldPanel("other_names"),
    ]
    relation_panels = [sectors_field()]

    class Meta:
        verbose_name = "园区与载体"
        verbose_name_plural = "园区与载体"

    def residents(self) -> list[Any]:
        """Visible enterprises and institutes here, with their sectors and what they do in them."""
        from industries.models.enterprise import EnterprisePage, EnterpriseSector, with_sector_links

        here = self.spoken_for()
        found = EnterprisePage.objects.visible().defer_streamfields().filter(location__in=here)
        links = EnterpriseSector.objects.filter(enterprise__location__in=here)
        return with_sector_links(list(found.order_by("path")), links)

    def projects_here(self) -> list[Any]:
        """Visible projects here, with their stages."""
        from industries.models.project import ProjectPage, with_stages

        found = ProjectPage.objects.visible().defer_streamfields().filter(places__in=self.spoken_for())
        return list(with_stages(found.order_by("path")))

    def neighbours(self, sectors: list[Any]) -> list[PlacePage]:
        """Other visible places of the same zone, then the same district, then a shared sector; six at most."""
        alike = PlacePage.sectors.through.objects.filter(sectorpage__in=[sector.pk for sector in sectors])
        nearness = models.Case(
            models.When(~models.Q(zone="") & models.Q(zone=self.zone), then=0),
            models.When(~models.Q(district="") & models.Q(district=self.district), then=1),
            models.When(models.Exists(alike.filter(placepage=models.OuterRef("pk"))), then=2),
        )
        near = PlacePage.objects.visible().defer_streamfields().exclude(pk=self.pk)
        near = near.annotate(nearness=nearness).filter(nearness__isnull=False)
        return list(near.order_by("nearness", "path")[:6])

    def unknown(self, context: dict[str, Any]) -> list[str]:
        """A region is larger than a district, so none is missing there."""
        return ["行政区"] if not self.district and self.kind != PlaceKind.REGION else []

    def relations(self, context: dict[str, Any]) -> dict[str, Any]:
        related = super().relations(context)
        return {
            **related,
            "enterprises": self.residents(),
            "projects": self.projects_here(),
            "neighbours": self.neighbours(related["sectors"]),
        }
