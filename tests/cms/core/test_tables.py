"""Tables as spreadsheets and programs read them."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from cms.core.tables import Column, ForeignKey, Table, csv_response, json_stream

MOMENT = datetime(2026, 3, 2, 8, 30, 15, 99, tzinfo=UTC)


def column(name: str, kind: str = "string", **more: Any) -> Column:
    return Column(name=name, title=name.upper(), kind=kind, value=lambda row: getattr(row, name), **more)


TABLE = Table(
    name="things",
    title="东西",
    columns=(
        column("id", "integer", required=True),
        column("value", "number"),
        column("day", "date"),
        column("moment", "datetime"),
        column("text", description="随便什么"),
    ),
    key=("id",),
    foreign_keys=(
        ForeignKey(column="text", table="texts", target="name"),
        ForeignKey(column="value", table="", target="id"),
    ),
)
ROW = SimpleNamespace(id=1, value=Decimal("4047.700000"), day=date(2026, 3, 2), moment=MOMENT, text='甲,"乙"')
EMPTY = SimpleNamespace(id=2, value=None, day=None, moment=None, text="")


def cells(*rows: Any) -> list[list[str]]:
    text = b"".join(csv_response(TABLE, rows, "things").streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_csv_keeps_numbers_plain_dates_iso_and_the_unknown_empty() -> None:
    assert cells(ROW, EMPTY) == [
        ["ID", "VALUE", "DAY", "MOMENT", "TEXT"],
        ["1", "4047.700000", "2026-03-02", "2026-03-02T08:30:15Z", '甲,"乙"'],
        ["2", "", "", "", ""],
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_no_text_runs_as_a_formula(start: str) -> None:
    row = SimpleNamespace(**{**vars(EMPTY), "text": f"{start}1+1"})
    assert cells(row)[1][-1] == f"'{start}1+1"


def test_a_negative_number_stays_a_number() -> None:
    assert cells(SimpleNamespace(**{**vars(EMPTY), "value": Decimal("-2.5")}))[1][1] == "-2.5"


def test_json_has_numbers_as_numbers_and_null_for_the_unknown() -> None:
    first, second = TABLE.records([ROW, EMPTY])
    assert first == {
        "id": 1,
        "value": 4047.7,
        "day": "2026-03-02",
        "moment": "2026-03-02T08:30:15Z",
        "text": '甲,"乙"',
    }
    assert second == {"id": 2, "value": None, "day": None, "moment": None, "text": None}
    whole = next(TABLE.records([SimpleNamespace(**{**vars(EMPTY), "value": Decimal("30.000000")})]))
    assert (whole["value"], type(whole["value"])) == (30, int)


@pytest.mark.parametrize("rows", [[], [ROW], [ROW, EMPTY]])
@pytest.mark.parametrize("about", [{}, {"title": "东西"}])
def test_the_stream_of_json_is_one_document(rows: list[Any], about: dict[str, str]) -> None:
    text = b"".join(json_stream(TABLE, rows, **about).streaming_content).decode()
    assert json.loads(text) == {**about, "items": list(TABLE.records(rows))}


def test_the_schema_names_headings_and_only_tables_that_are_there() -> None:
    texts = Table(name="texts", title="文字", columns=(column("name"),))
    schema = TABLE.schema([texts])
    assert schema["primaryKey"] == ["ID"]
    assert schema["fields"][0]["constraints"] == {"required": True}
    assert schema["fields"][4]["description"] == "随便什么"
    assert schema["foreignKeys"] == [
        {"fields": ["TEXT"], "reference": {"resource": "texts", "fields": ["NAME"]}},
        {"fields": ["VALUE"], "reference": {"resource": "", "fields": ["ID"]}},
    ]
    assert len(TABLE.schema()["foreignKeys"]) == 1
