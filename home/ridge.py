"""The hero's picture: one line a sector, risen where its dated facts lie. No queries."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from math import exp
from typing import Any

from home.register import DatedFact
from industries.models.distribution import Groups, Members, top_sectors

WIDTH, HEIGHT, POINTS = 800, 240, 101
FLOOR, CREST = HEIGHT - 2, 8
LABELLED_YEARS = 6


def ridge_rows(groups: Groups, facts: list[DatedFact], members: Members) -> dict[str, Any]:
    """Rows for the top sectors of `groups`: the sector, its number of dated facts, its line and its dates.

    A fact counts for a top sector when it is about the sector, one of its children, or a page that belongs
    to either (`members`: sectors of each page). It adds one bell at the middle of its period, as wide as the
    period is long, so that a fact known to the year is spread over the year. A sector without dated facts
    has a flat line. Heights share one scale.
    """
    top_of = top_sectors(groups)
    spans: dict[int, list[DatedFact]] = {pk: [] for pk in top_of.values()}
    for fact in facts:
        sectors = {sector for page in fact.pages for sector in (page, *members.get(page, ()))}
        for top in {top_of[sector] for sector in sectors if sector in top_of}:
            spans[top].append(fact)
    every = [fact for found in spans.values() for fact in found]
    if not every:
        return {"rows": [], "years": []}
    first = date(min(fact.starts.year for fact in every), 1, 1)
    last = date(max(fact.ends.year for fact in every), 12, 31)
    curves = {pk: curve(found, first, last) for pk, found in spans.items()}
    peak = max(max(values) for values in curves.values()) or 1
    rows = []
    for group in groups:
        for sector in group["sectors"]:
            ys = [level(value / peak) for value in curves[sector.pk]]
            rows.append(
                {
                    "sector": sector,
                    "count": len(spans[sector.pk]),
                    "line": path(ys),
                    "dots": dots(spans[sector.pk], ys, first, last),
                }
            )
    return {"rows": rows, **axis(first, last)}


def middle(fact: DatedFact, first: date, last: date) -> float:
    """Where the fact lies on the axis, from 0 to 1."""
    return ((fact.starts - first).days + (fact.ends - first).days) / 2 / (last - first).days


def curve(facts: list[DatedFact], first: date, last: date) -> list[float]:
    """Height at each of `POINTS` equally spaced days: a sum of bells, each wide enough to be seen."""
    heights = [0.0] * POINTS
    for fact in facts:
        centre = middle(fact, first, last)
        width = max((fact.ends - fact.starts).days / (last - first).days / 4, 0.022)
        for i in range(POINTS):
            heights[i] += exp(-(((i / (POINTS - 1) - centre) / width) ** 2) / 2) * (0.03 / width) ** 0.5
    return heights


def level(height: float) -> int:
    """The vertical coordinate of a height between 0 and 1."""
    return round(FLOOR - height * (FLOOR - CREST))


def path(ys: list[int]) -> str:
    """Path data through equally spaced points, in relative steps: the shortest form."""
    step = WIDTH // (POINTS - 1)
    steps = (
        f"{step} {after - before}" if after >= before else f"{step}{after - before}"
        for before, after in pairwise(ys)
    )
    return f"M0 {ys[0]}l" + " ".join(steps)


def dots(facts: list[DatedFact], ys: list[int], first: date, last: date) -> str:
    """Path data of a point on the line at each date, for a round stroke."""
    places = sorted({round(middle(fact, first, last) * (POINTS - 1)) for fact in facts})
    return "".join(f"M{i * WIDTH // (POINTS - 1)} {ys[i]}h0" for i in places)


def axis(first: date, last: date) -> dict[str, Any]:
    """Years of the axis, those in between unlabelled where there are many, and the lines between them."""
    years = list(range(first.year, last.year + 1))
    every = -(-len(years) // LABELLED_YEARS)
    return {
        "years": [{"year": year, "labelled": i % every == 0} for i, year in enumerate(years)],
        "grid": "".join(f"M{WIDTH * i / len(years):.0f} 0V1" for i in range(1, len(years))),
        "first": first.year,
        "last": last.year,
    }
