"""Rows for machines and spreadsheets: one description of the columns serves CSV, JSON and the data package."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, JsonResponse, StreamingHttpResponse

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


@dataclass(frozen=True, kw_only=True)
class Table:
    name: str
    title: str
    columns: tuple[Column, ...]
    description: str = ""

    def schema(self) -> dict[str, Any]:
        """Frictionless Table Schema of the CSV form: its field names are the headings of the file."""
        return {
            "fields": [
                {"name": c.title, "type": c.kind, "title": c.name}
                | ({"description": c.description} if c.description else {})
                for c in self.columns
            ],
            "missingValues": [""],
        }

    def records(self, rows: Iterable[Any]) -> Iterator[dict[str, Any]]:
        """JSON objects; values that are not known are null."""
        for row in rows:
            yield {c.name: c.value(row) for c in self.columns}

    def lines(self, rows: Iterable[Any]) -> Iterator[str]:
        """Lines of a CSV file (RFC 4180), the heading first."""
        writer = csv.writer(Echo())
        yield BYTE_ORDER_MARK + writer.writerow([c.title for c in self.columns])
        for row in rows:
            yield writer.writerow([cell(c.value(row)) for c in self.columns])


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
    return "" if value is None else value


def csv_response(table: Table, rows: Iterable[Any], filename: str) -> StreamingHttpResponse:
    """A download `filename`.csv (ASCII letters only)."""
    response = StreamingHttpResponse(table.lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}.csv"'
    return response


def json_response(request: HttpRequest, table: Table, rows: Iterable[Any], **about: Any) -> JsonResponse:
    """`about` (total, address, source …) beside the rows under `items`."""
    return JsonResponse(
        {**about, "items": list(table.records(rows))}, json_dumps_params={"ensure_ascii": False}
    )
