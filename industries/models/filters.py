"""Filters that several columns share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from cms.core.facets import RelatedFacet
from cms.core.models import BasePage


def sectors_on_offer() -> Any:
    from industries.models.sector import SectorPage

    return SectorPage.objects.visible().only("title", "slug", "path", "depth").order_by("path")


def sector_facet(*lookups: str, group: str = "") -> RelatedFacet:
    """By sector; what belongs to a child sector belongs to its parent too."""
    return RelatedFacet(
        name="sector", label="产业", records=sectors_on_offer(), lookups=lookups, tree=True, group=group
    )


def place_facet(lookup: str) -> RelatedFacet:
    from industries.models.place import PlacePage

    places = PlacePage.objects.visible().only("title", "slug", "path").order_by("sort_key")
    return RelatedFacet(name="place", label="园区", records=places, lookups=(lookup,))


def subject_sector_facet(lookup: str) -> SubjectSectorFacet:
    """By sector of the pages that items are about."""
    return SubjectSectorFacet(
        name="sector", label="产业", records=sectors_on_offer(), lookups=(lookup,), tree=True
    )


@dataclass(kw_only=True)
class SubjectSectorFacet(RelatedFacet):
    """By sector of the visible pages that an item is about: the sector itself, or one that a page names.

    One query more than its parent's two: which page names which sector.
    """

    def subjects(self) -> Any:
        return BasePage.objects.visible().order_by().values("pk")

    def terms(self, values: Sequence[str]) -> Q:
        family = self.family(values)
        (lookup,) = self.lookups
        about = Q(**{f"{lookup}__in": family})
        for model, owner, target in naming():
            named = model.objects.filter(**{f"{target}__in": family}).values(owner)
            about |= Q(**{f"{lookup}__in": named})
        return about & Q(**{f"{lookup}__in": self.subjects()})

    def pairs(self, rows: QuerySet[Any], together: Q) -> Iterable[tuple[int, int]]:
        (lookup,) = self.lookups
        first, *others = [
            model.objects.order_by().values_list(f"{owner}_id", f"{target}_id")
            for model, owner, target in naming()
        ]
        sectors: dict[int, list[int]] = {pk: [pk] for pk in self.known}
        for page, sector in first.union(*others):
            if sector in self.known:
                sectors.setdefault(page, []).append(sector)
        about = rows.filter(together, **{f"{lookup}__in": self.subjects()}).order_by()
        for item, page in about.values_list("pk", lookup):
            for sector in sectors.get(page, ()):
                yield item, sector


def naming() -> list[tuple[Any, str, str]]:
    """The tables in which pages name their sectors, with the columns of page and sector."""
    from industries.models.enterprise import EnterpriseSector
    from industries.models.indicator import IndicatorPage
    from industries.models.place import PlacePage
    from industries.models.policy import PolicyPage
    from industries.models.project import ProjectPage

    through = [
        (model.sectors.through, model._meta.model_name, "sectorpage")
        for model in (ProjectPage, PlacePage, PolicyPage, IndicatorPage)
    ]
    return [(EnterpriseSector, "enterprise", "sector"), *through]
