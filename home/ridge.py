"""The hero's picture: one line a sector, risen where its dated facts lie. No query per sector."""

from __future__ import annotations

from datetime import date
from math import exp
from typing import Any

from django.db.models import F

from industries.models import Observation, Statement, StatementSubject

WIDTH, HEIGHT, POINTS = 400, 60, 72


def ridge_rows(groups: list[dict[str, Any]]) -> dict[str, Any]:
    """Rows for the top sectors of `groups`: the sector, its number of dated facts, and its line.

    Each dated fact about a sector or its child adds one bell at the middle of its period, as wide as the
    period is long, so that a fact known to the year is spread over the year. A sector without dated facts
    has a flat line. Heights share one scale.
    """
    top_of = {}
    sectors = []
    for group in groups:
        for sector in group["sectors"]:
            sectors.append(sector)
            for member in (sector, *sector.children):
                top_of[member.pk] = sector.pk
    spans: dict[int, set[tuple[str, date, date]]] = {sector.pk: set() for sector in sectors}
    for sector_id, fact, starts, ends in dated_facts(list(top_of)):
        spans[top_of[sector_id]].add((fact, starts or ends, ends))
    every = [span for members in spans.values() for span in members]
    if not every:
        return {"rows": [], "first": None, "last": None}
    first = date(min(starts.year for _, starts, _ in every), 1, 1)
    last = date(max(ends.year for _, _, ends in every), 12, 31)
    curves = {pk: curve(list(members), first, last) for pk, members in spans.items()}
    peak = max(max(values) for values in curves.values()) or 1
    rows = [
        {
            "sector": sector,
            "count": len(spans[sector.pk]),
            "line": path([value / peak for value in curves[sector.pk]]),
        }
        for sector in sectors
    ]
    return {"rows": rows, "first": first.year, "last": last.year}


def dated_facts(sector_ids: list[int]) -> list[tuple[int, str, date | None, date]]:
    """(sector, fact, first day, last day) of every visible dated fact about the sectors."""
    about = StatementSubject.objects.filter(
        page__in=sector_ids,
        statement__in=Statement.objects.visible().filter(ends__isnull=False).order_by(),
    ).values_list("page_id", "statement__key", "statement__starts", "statement__ends")
    measured = (
        Observation.objects.visible()
        .filter(ends__isnull=False, indicator__sectors__in=sector_ids)
        .annotate(sector=F("indicator__sectors"))
        .order_by()
        .values_list("sector", "key", "starts", "ends")
    )
    wanted = set(sector_ids)
    return [*about, *(row for row in measured if row[0] in wanted)]


def curve(spans: list[tuple[str, date, date]], first: date, last: date) -> list[float]:
    """Height at each of `POINTS` equally spaced days: a sum of bells of equal area floor-limited in width."""
    total = (last - first).days
    heights = [0.0] * POINTS
    for _, starts, ends in spans:
        centre = ((starts - first).days + (ends - first).days) / 2 / total
        width = max((ends - starts).days / total / 4, 0.022)
        for i in range(POINTS):
            heights[i] += exp(-(((i / (POINTS - 1) - centre) / width) ** 2) / 2) * (0.03 / width) ** 0.5
    return heights


def path(heights: list[float]) -> str:
    points = [
        f"{i * WIDTH / (POINTS - 1):.1f} {HEIGHT - 1 - height * (HEIGHT - 4):.1f}"
        for i, height in enumerate(heights)
    ]
    return "M" + "L".join(points)
