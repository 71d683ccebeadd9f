from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from cms.core.models import BasePage, IndexPage
from industries.models.entity import SectoralPage, sectors_field, with_sectors


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

    class Meta:
        verbose_name = "园区栏目"
        verbose_name_plural = "园区栏目"

    def prepare(self, items: list[Any]) -> list[Any]:
        return with_sectors(items)


class PlacePage(SectoralPage):
    """A park, zone, street or scenic spot. Functional zones overlap districts, hence two fields."""

    kind = models.CharField("类别", max_length=12, choices=PlaceKind, default=PlaceKind.PARK)
    district = models.CharField("行政区", max_length=12, choices=District, blank=True)
    zone = models.CharField("功能区", max_length=40, blank=True, help_text="例：长春新区（北湖）。")

    template = "industries/place.html"
    parent_page_types = ["industries.PlaceIndexPage"]
    subpage_types: list[str] = []
    content_type_key = "place"
    content_fields = ("title", "summary", "other_names", "kind", "district", "zone", "sectors", "body")
    content_panels = [
        *BasePage.content_panels,
        FieldRowPanel([FieldPanel("kind"), FieldPanel("district"), FieldPanel("zone")]),
        sectors_field(),
        FieldPanel("body"),
        FieldPanel("other_names"),
    ]

    class Meta:
        verbose_name = "园区与载体"
        verbose_name_plural = "园区与载体"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from industries.models.enterprise import EnterprisePage
        from industries.models.project import ProjectPage

        context = super().get_context(request, *args, **kwargs)
        context["enterprises"] = list(
            EnterprisePage.objects.visible().defer_streamfields().filter(location__in=[self.pk])
        )
        context["projects"] = list(
            ProjectPage.objects.visible().defer_streamfields().filter(places__in=[self.pk])
        )
        return context
