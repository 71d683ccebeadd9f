"""A sector's value chain as three stations, and the lines that join them in the diagram."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

# The drawing is stretched to the width of the page: three columns of 30 % with gaps of 5 %.
WIDTH, TRACK, GAP, SPACING, MARGIN = 1000, 300, 50, 18, 14


@dataclass
class Station:
    """One of 上游, 中游, 下游: its segments, and (enterprise, what it does there) pairs."""

    position: str
    label: str
    segments: list[Any] = field(default_factory=list)
    enterprises: list[tuple[Any, str]] = field(default_factory=list)

    @property
    def tracks(self) -> int:
        """Lines that run through the station: one a segment; one where only enterprises are known."""
        return len(self.segments) or min(len(self.enterprises), 1)


def value_chain(
    positions: Iterable[tuple[str, str]], segments: Iterable[Any], links: Iterable[Any]
) -> list[Station]:
    """The stations in the order of `positions` (value, label); empty where nothing is placed in any.

    `links` say which enterprise stands where; one without a position is left out, and one that several
    sectors place at the same station comes once, with what it does in the first that says so.
    """
    stations = {value: Station(value, label) for value, label in positions}
    for segment in segments:
        if segment.position in stations:
            stations[segment.position].segments.append(segment)
    roles: dict[tuple[str, int], str] = {}
    enterprises: dict[int, Any] = {}
    for link in links:
        if link.position in stations:
            enterprises[link.enterprise_id] = link.enterprise
            place = (link.position, link.enterprise_id)
            roles[place] = roles.get(place) or link.role
    for (position, pk), role in roles.items():
        stations[position].enterprises.append((enterprises[pk], role))
    return list(stations.values()) if any(station.tracks for station in stations.values()) else []


@dataclass(frozen=True)
class Drawing:
    """Path data of the diagram, in a box of `WIDTH` × `height`."""

    height: int
    tracks: list[str]
    joins: list[str]
    stops: list[str]
    gaps: list[str]

    @property
    def width(self) -> int:
        return WIDTH


def draw(counts: list[int]) -> Drawing:
    """Lines for stations with `counts` tracks each: neighbours are joined, a station without any is a gap."""
    height = 2 * MARGIN + SPACING * (max(counts, default=1) - 1)
    rows = [[height // 2 + round((i - (n - 1) / 2) * SPACING) for i in range(n)] for n in counts]
    starts = [column * (TRACK + GAP) for column in range(len(counts))]
    tracks, joins, stops, gaps = [], [], [], []
    for x, ys in zip(starts, rows, strict=True):
        tracks += [f"M{x} {y}H{x + TRACK}" for y in ys]
        stops += [f"M{x} {y}h0" for y in ys]
        if not ys:
            gaps.append(f"M{x} {height // 2}H{x + TRACK}")
    for x, before, after in zip(starts, rows, rows[1:], strict=False):
        left, middle, right = x + TRACK, x + TRACK + GAP // 2, x + TRACK + GAP
        joins += [f"M{left} {a}C{middle} {a} {middle} {b} {right} {b}" for a in before for b in after]
    return Drawing(height, tracks, joins, stops, gaps)
