"""Rows for machines and spreadsheets: one description of the columns serves CSV, JSON and the data package."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.http import StreamingHttpResponse

BYTE_ORDER_MARK = "\ufeff"  # without it, Excel takes UTF-8 for something else
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, kw_only=True)
class Column:
    """`name` is the key in JSON, `title` the heading in CSV; `kind` is a Table Schema type."""

    name: str
    title: str
    value: Callable[[Any], Any]
    kind: str = "string"
    description: str = ""
    required: bool = False


@dataclass(frozen=True, kw_only=True)
class ForeignKey:
    """That the values of `column` are among those of another table's column; `table` "" is the same one."""

    column: str
    table: str
    target: str


@dataclass(frozen=True, kw_only=True)
class Table:
    """`key` and the foreign keys name columns by `Column.name`."""

    name: str
    title: str
    columns: tuple[Column, ...]
    description: str = ""
    key: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()

    def heading(self, name: str) -> str:
        return next(c.title for c in self.columns if c.name == name)

    def schema(self, tables: Iterable[Table] = ()) -> dict[str, Any]:
        """Frictionless Table Schema of the CSV form: its field names are the headings of the file.

        Foreign keys lead to `tables`, or to this one; others are left out.
        """
        known = {table.name: table for table in tables} | {"": self}
        schema: dict[str, Any] = {
            "fields": [field_schema(column) for column in self.columns],
            "missingValues": [""],
        }
        if self.key:
            schema["primaryKey"] = [self.heading(name) for name in self.key]
        links = [
            {
                "fields": [self.heading(link.column)],
                "reference": {
                    "resource": link.table,
                    "fields": [known[link.table].heading(link.target)],
                },
            }
            for link in self.foreign_keys
            if link.table in known
        ]
        return schema | ({"foreignKeys": links} if links else {})

    def records(self, rows: Iterable[Any]) -> Iterator[dict[str, Any]]:
        """JSON objects; values that are not known are null."""
        for row in rows:
            yield {c.name: plain(c.value(row)) for c in self.columns}

    def lines(self, rows: Iterable[Any]) -> Iterator[str]:
        """Lines of a CSV file (RFC 4180), the heading first."""
        writer = csv.writer(Echo())
        yield BYTE_ORDER_MARK + writer.writerow([c.title for c in self.columns])
        for row in rows:
            yield writer.writerow([cell(c.value(row)) for c in self.columns])


def field_schema(column: Column) -> dict[str, Any]:
    schema: dict[str, Any] = {"name": column.title, "type": column.kind, "title": column.name}
    if column.description:
        schema["description"] = column.description
    if column.required:
        schema["constraints"] = {"required": True}
    return schema


def plain(value: Any) -> Any:
    """A value as JSON has it: numbers as numbers, moments in UTC, unknown text as null."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    return None if value == "" else value


def moment(value: datetime) -> str:
    """ISO 8601 in UTC, to the second."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def cell(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula gets an apostrophe before it."""
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    return "" if value is None else value


def csv_response(table: Table, rows: Iterable[Any], filename: str) -> StreamingHttpResponse:
    """A download `filename`.csv (ASCII letters only)."""
    response = StreamingHttpResponse(table.lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}.csv"'
    return response


def json_stream(table: Table, rows: Iterable[Any], **about: Any) -> StreamingHttpResponse:
    """The rows under `items`, beside them `about` (title, address, total …). Written row by row."""
    about = {name: plain(value) for name, value in about.items()}

    def pieces() -> Iterator[str]:
        yield json.dumps(about, ensure_ascii=False)[:-1] + (', "items": [' if about else '"items": [')
        for number, record in enumerate(table.records(rows)):
            yield (",\n" if number else "\n") + json.dumps(record, ensure_ascii=False)
        yield "\n]}"

    return StreamingHttpResponse(pieces(), content_type="application/json")
