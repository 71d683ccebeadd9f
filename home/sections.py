"""What the sections of the home page show: each fills up by itself, in a fixed number of queries."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Max

from industries.models import (
    NewsPage,
    Observation,
    PlacePage,
    ProjectPage,
    SectorFigure,
    SectorPage,
    Statement,
)
from industries.models.distribution import Groups, Members
from industries.models.project import STAGE_ORDER, StageKind, with_stages
from industries.models.timeline import dated_statements

PROJECTS = 6
NEWS = 6
EVENTS, LOOKED_AT = 6, 36
FIGURES = 4
# How heavily a tier's sectors weigh in the picture, by how many its plan counts.
LAYOUTS = ((3, "art"), (4, "cards"))


def weighed(groups: Groups) -> Groups:
    """Gives each tier its layout: few sectors as cards with artwork, more as plain cards, many as a list."""
    for group in groups:
        size = group["tier"].size or len(group["sectors"])
        group["layout"] = next((layout for limit, layout in LAYOUTS if size <= limit), "list")
    return groups


def with_headline_figure(groups: Groups) -> Groups:
    """Gives each top sector the first visible figure that its editors picked, or None. One query."""
    sectors = {sector.pk: sector for group in groups for sector in group["sectors"]}
    for sector in sectors.values():
        sector.figure = None
    picked = (
        SectorFigure.objects.filter(
            sector__in=sectors, observation__in=Observation.objects.visible().order_by()
        )
        .select_related("observation__indicator", "observation__source", "observation__subject")
        .order_by("sector", "sort_order", "pk")
    )
    for figure in picked:
        sector = sectors[figure.sector_id]
        sector.figure = sector.figure or figure.observation
    return groups


def headline_figures(picked: list[int]) -> list[Observation]:
    """Editors' figures in their order, filled up to four with the latest on the register."""
    found = Observation.objects.visible().for_display().in_bulk(picked)
    figures = [found[pk] for pk in picked if pk in found]
    if len(figures) < FIGURES:
        latest = (
            Observation.objects.visible()
            .for_display()
            .exclude(pk__in=picked)
            .order_by(F("ends").desc(nulls_last=True), "-pk")[: FIGURES - len(figures)]
        )
        figures += list(latest)
    return figures


def latest_projects(groups: Groups, members: Members) -> list[ProjectPage]:
    """Projects that have reached a stage, the latest dated first, with their course and investment.

    Three queries.
    """
    visible = with_stages(ProjectPage.objects.visible().defer_streamfields())
    projects = list(
        visible.filter(stages__statement__in=Statement.objects.visible().order_by())
        .annotate(latest=Max("stages__statement__ends"))
        .order_by(F("latest").desc(nulls_last=True), "path")[:PROJECTS]
    )
    sectors = sectors_by_id(groups)
    sums = [project.investment_id for project in projects if project.investment_id]
    investments = Observation.objects.visible().for_display().in_bulk(sums)
    for project in projects:
        project.shown_investment = investments.get(project.investment_id)
        named = members.get(project.pk, ())
        project.shown_sectors = [sector for pk, sector in sectors.items() if pk in named]
        project.course = course({stage.stage for stage in project.shown_stages})
    return projects


def sectors_by_id(groups: Groups) -> dict[int, SectorPage]:
    """Visible sectors, children after their parents, in the order of the tiers."""
    return {
        member.pk: member
        for group in groups
        for sector in group["sectors"]
        for member in (sector, *sector.children)
    }


def course(reached: set[str]) -> list[dict[str, Any]]:
    """The stages of a project from first to last: which the register attests, which is the latest.

    A stage without a source stays open, also when a later one is attested.
    """
    latest = max((STAGE_ORDER.index(StageKind(stage)) for stage in reached), default=-1)
    return [
        {"label": stage.label, "reached": stage.value in reached, "current": position == latest}
        for position, stage in enumerate(STAGE_ORDER)
    ]


def visible_places() -> list[PlacePage]:
    return list(PlacePage.objects.visible().defer_streamfields().order_by("path"))


def latest_news() -> list[NewsPage]:
    return list(NewsPage.objects.visible().defer_streamfields().order_by("-first_published_at", "-pk")[:NEWS])


def latest_events() -> list[Statement]:
    """The last dated statements, one for each time that a source names, in the order in which they happened.

    What is known only to the year lies in its middle. Two queries.
    """
    by_period: dict[str, Statement] = {}
    for statement in dated_statements()[:LOOKED_AT]:
        by_period.setdefault(statement.period, statement)
    return sorted(list(by_period.values())[:EVENTS], key=midpoint)


def midpoint(statement: Statement) -> tuple[int, str]:
    days = [day.toordinal() for day in (statement.starts or statement.ends, statement.ends) if day]
    return sum(days), statement.key
