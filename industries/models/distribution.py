from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField

from cms.core.models import BasePage
from industries.models.enterprise import EnterprisePage, EnterpriseSector
from industries.models.indicator import IndicatorPage
from industries.models.place import District, PlacePage
from industries.models.project import ProjectPage
from industries.models.sector import ChainPosition, ChainSegment, SectorPage, tier_groups

Groups = list[dict[str, Any]]
Members = dict[int, set[int]]


class DistributionPage(BasePage):
    """分布: which places carry which sectors, and where they stand in the value chain. No map."""

    intro = RichTextField("导语", blank=True, features=["bold", "link"])

    template = "industries/distribution.html"
    max_count = 1
    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []
    content_type_key = "distribution"
    meta_role = "column"
    column_type = "概况信息"
    content_ordered = True
    content_fields = (*BasePage.content_fields, "intro")
    content_panels = [*BasePage.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = "分布页"
        verbose_name_plural = "分布页"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        groups = tier_groups(list(SectorPage.objects.visible().for_cards()))
        places = list(PlacePage.objects.visible().defer_streamfields().order_by("path"))
        members = sectors_of_pages()
        context["tiers"] = groups
        context["matrix"] = place_sector_matrix(
            groups, places, members, residents(members), every_sector=True
        )
        context["chains"] = value_chains(groups)
        context["positions"] = ChainPosition.labels
        context["districts"] = by_district(places)
        return context


def sectors_of_pages() -> Members:
    """Ids of the sectors that each visible project, place, indicator and enterprise names. One query.

    Policies are left out: many name every sector, and so tell none from another.
    """
    visible = BasePage.objects.visible().order_by().values("pk")
    pairs = [
        model.sectors.through.objects.filter(**{f"{name}__in": visible}).values_list(
            f"{name}_id", "sectorpage_id"
        )
        for model, name in (
            (ProjectPage, "projectpage"),
            (PlacePage, "placepage"),
            (IndicatorPage, "indicatorpage"),
        )
    ]
    enterprises = EnterpriseSector.objects.filter(enterprise__in=visible).order_by()
    members: Members = defaultdict(set)
    for page, sector in enterprises.values_list("enterprise_id", "sector_id").union(*pairs, all=True):
        members[page].add(sector)
    return members


def top_sectors(groups: Groups) -> dict[int, int]:
    """The top sector of every sector in `groups`, by id; a top sector is its own."""
    return {
        member.pk: sector.pk
        for group in groups
        for sector in group["sectors"]
        for member in (sector, *sector.children)
    }


def residents(members: Members) -> dict[tuple[int, int], int]:
    """How many visible enterprises and projects of a sector stand at a place, by (place, sector). Two queries."""
    located = EnterprisePage.objects.visible().filter(location__isnull=False).order_by()
    built = ProjectPage.places.through.objects.filter(
        projectpage__in=ProjectPage.objects.visible().order_by().values("pk")
    )
    found: dict[tuple[int, int], int] = defaultdict(int)
    pairs = [
        *located.values_list("pk", "location_id"),
        *built.values_list("projectpage_id", "placepage_id"),
    ]
    for page, place in pairs:
        for sector in members.get(page, ()):
            found[place, sector] += 1
    return found


def place_sector_matrix(
    groups: Groups,
    places: list[PlacePage],
    members: Members,
    counts: dict[tuple[int, int], int] | None = None,
    *,
    every_sector: bool = False,
) -> dict[str, Any]:
    """Which places carry which top sectors; a child sector counts for its top one. No queries.

    Rows are places that name a sector or hold something that does; columns the top sectors that occur (or
    every one), by tier. A cell is None, or the number of enterprises and projects there: 0 where only the
    place says so.
    """
    top_of = top_sectors(groups)
    cells: dict[tuple[int, int], int] = {}
    for place in places:
        for sector in members.get(place.pk, ()):
            if sector in top_of:
                cells.setdefault((place.pk, top_of[sector]), 0)
    known = {place.pk for place in places}
    for (place_id, sector), count in (counts or {}).items():
        if place_id in known and sector in top_of:
            key = place_id, top_of[sector]
            cells[key] = cells.get(key, 0) + count
    filled, used = {place for place, _ in cells}, {sector for _, sector in cells}
    tiers = [
        {"tier": group["tier"], "sectors": [s for s in group["sectors"] if every_sector or s.pk in used]}
        for group in groups
    ]
    columns = [sector for tier in tiers for sector in tier["sectors"]]
    return {
        "tiers": [tier for tier in tiers if tier["sectors"]],
        "columns": columns,
        "rows": [
            {
                "place": place,
                "cells": [(sector, cells.get((place.pk, sector.pk))) for sector in columns],
            }
            for place in places
            if place.pk in filled
        ],
    }


def value_chains(groups: Groups) -> list[dict[str, Any]]:
    """Every sector that has chain segments or placed enterprises, with what stands at each position.

    Two queries. Enterprises are those that are visible; a child sector is a row of its own.
    """
    sectors = [
        (group["tier"], member)
        for group in groups
        for sector in group["sectors"]
        for member in (sector, *sector.children)
    ]
    ids = [sector.pk for _, sector in sectors]
    segments: dict[tuple[int, str], list[str]] = defaultdict(list)
    named = ChainSegment.objects.filter(sector__in=ids).order_by("sector", "sort_order", "pk")
    for sector_id, position, name in named.values_list("sector_id", "position", "name"):
        segments[sector_id, position].append(name)
    visible = EnterprisePage.objects.visible().order_by().values("pk")
    links = (
        EnterpriseSector.objects.filter(sector__in=ids, enterprise__in=visible)
        .exclude(position="")
        .order_by()
        .values_list("sector_id", "position")
        .annotate(number=Count("enterprise", distinct=True))
    )
    companies = {(sector_id, position): number for sector_id, position, number in links}
    rows = [
        {
            "tier": tier,
            "sector": sector,
            "steps": [
                {
                    "label": position.label,
                    "key": position.value,
                    "segments": segments.get((sector.pk, position.value), []),
                    "enterprises": companies.get((sector.pk, position.value), 0),
                }
                for position in ChainPosition
            ],
        }
        for tier, sector in sectors
    ]
    return [row for row in rows if any(step["segments"] or step["enterprises"] for step in row["steps"])]


def by_district(places: list[PlacePage]) -> list[dict[str, Any]]:
    """Districts that have places, in the city's order, then the places of which no source names one."""
    groups = [
        {"name": district.label, "places": [p for p in places if p.district == district.value]}
        for district in District
    ]
    groups.append({"name": "来源未注明", "places": [p for p in places if not p.district]})
    return [group for group in groups if group["places"]]
