"""The value chain: who stands where, and a drawing that shows as many lines as there are segments."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from industries.chain import draw, value_chain

POSITIONS = [("upstream", "上游"), ("midstream", "中游"), ("downstream", "下游")]


def segment(position: str, name: str) -> Any:
    return SimpleNamespace(position=position, name=name)


def link(position: str, enterprise: str, role: str = "") -> Any:
    return SimpleNamespace(position=position, enterprise_id=enterprise, enterprise=enterprise, role=role)


def test_stations_come_in_order_with_their_segments_in_the_editors_order() -> None:
    battery, car, drive = (
        segment("upstream", "电池"),
        segment("midstream", "整车"),
        segment("upstream", "电驱"),
    )
    chain = value_chain(POSITIONS, [battery, car, drive], [])
    assert [(s.label, s.segments) for s in chain] == [
        ("上游", [battery, drive]),
        ("中游", [car]),
        ("下游", []),
    ]


def test_enterprise_stands_where_its_link_says_and_not_where_it_says_nothing() -> None:
    chain = value_chain(POSITIONS, [], [link("upstream", "弗迪", "动力电池"), link("", "吉林大学")])
    assert [s.enterprises for s in chain] == [[("弗迪", "动力电池")], [], []]


def test_enterprise_of_several_sectors_comes_once_a_station_with_the_first_role_known() -> None:
    links = [link("midstream", "红旗"), link("midstream", "红旗", "整车"), link("downstream", "红旗", "出口")]
    chain = value_chain(POSITIONS, [], links)
    assert [s.enterprises for s in chain] == [[], [("红旗", "整车")], [("红旗", "出口")]]


def test_chain_in_which_nothing_is_placed_is_none() -> None:
    assert value_chain(POSITIONS, [], [link("", "吉林大学")]) == []


def test_drawing_has_a_line_a_segment_and_joins_each_with_its_neighbours() -> None:
    chain = value_chain(
        POSITIONS,
        [segment("upstream", "甲"), segment("upstream", "乙"), segment("midstream", "丙")],
        [link("downstream", "红旗")],
    )
    drawing = draw([station.tracks for station in chain])
    assert len(drawing.tracks) == len(drawing.stops) == 4
    assert len(drawing.joins) == 2 + 1
    assert drawing.gaps == []


def test_station_of_which_nothing_is_known_is_drawn_as_a_gap_without_joins() -> None:
    drawing = draw([1, 0, 1])
    assert len(drawing.tracks) == 2
    assert len(drawing.gaps) == 1
    assert drawing.joins == []
