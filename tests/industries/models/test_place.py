"""Places: who is there, and which other places are near in kind."""

from __future__ import annotations

from typing import Any

from industries.models import PlacePage, ProjectStage
from tests.factories import (
    EnterprisePageFactory,
    PlacePageFactory,
    Portal,
    ProjectPageFactory,
    SectorPageFactory,
    StatementFactory,
)


def in_sectors(page: Any, *sectors: Any) -> Any:
    page.sectors.set(sectors)
    page.save()
    return page


def test_place_shows_visible_enterprises_and_projects_with_their_stage(portal: Portal, rf: Any) -> None:
    place = PlacePageFactory()
    tenant = EnterprisePageFactory(location=place)
    EnterprisePageFactory(location=place, live=False)
    EnterprisePageFactory()
    project = ProjectPageFactory()
    project.places.set([place])
    project.stages.set([ProjectStage(stage="started", statement=StatementFactory(subjects=[project]))])
    project.save()
    context = place.get_context(rf.get("/"))
    assert context["enterprises"] == [tenant]
    assert context["projects"] == [project]
    assert context["projects"][0].progress[:3] == [("签约", False), ("开工", True), ("在建", False)]
    assert [key for key, _ in context["contents"]] == ["enterprises", "projects"]


def test_neighbours_share_zone_then_district_then_a_sector(portal: Portal) -> None:
    sector = SectorPageFactory()
    place = in_sectors(PlacePageFactory(zone="长春新区", district="erdao"), sector)
    alike = in_sectors(PlacePageFactory(), sector)
    district = PlacePageFactory(district="erdao")
    zone = PlacePageFactory(zone="长春新区")
    PlacePageFactory(zone="净月高新区", district="nanguan")
    PlacePageFactory(zone="长春新区", live=False)
    assert place.neighbours([sector]) == [zone, district, alike]


def test_places_of_unknown_zone_and_district_are_no_neighbours(portal: Portal) -> None:
    place, _ = PlacePageFactory(), PlacePageFactory()
    assert place.neighbours([]) == []


def test_district_that_no_source_names_is_said_so_except_of_a_region(portal: Portal, rf: Any) -> None:
    def unknown(**fields: Any) -> list[str]:
        place: PlacePage = PlacePageFactory(**fields)
        found: list[str] = place.get_context(rf.get("/"))["unknown"]
        return found

    assert unknown() == ["行政区"]
    assert unknown(district="erdao") == []
    assert unknown(kind="region") == []
