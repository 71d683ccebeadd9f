"""The pages and sources that the rows of a table name, looked up for many rows at once."""

from __future__ import annotations

import re
from typing import Any

from cms.core.models import BasePage
from industries.models import IndicatorPage, Source
from industries.register.exchange import Cell, Exchange

# Fields of a row that name a record, and of what kind it is.
NAMED = {"source": Source, "indicator": IndicatorPage, "subject": BasePage, "subjects": BasePage}


class Refused(Exception):
    """Why a cell cannot be taken over."""


class References:
    """The pages and sources that a chunk of rows names, by number, key or title. One query for each."""

    def __init__(self, rows: list[dict[str, str]], exchange: Exchange) -> None:
        self.by_key: dict[tuple[str, str], list[Any]] = {}
        self.by_title: dict[tuple[str, str], list[Any]] = {}
        for cell in exchange.cells:
            if cell.field not in NAMED:
                continue
            many = cell.field == "subjects"
            keys = {part for row in rows for part in parts(row.get(cell.title, ""), many)}
            titles = {part for row in rows for part in parts(row.get(cell.fallback, ""), many)}
            model: Any = NAMED[cell.field]
            column = "key" if model is Source else "pk"
            if column == "pk":
                keys = {key for key in keys if key.isascii() and key.isdigit() and len(key) < 10}
            for name, values, index in ((column, keys, self.by_key), ("title", titles, self.by_title)):
                for record in model.objects.filter(**{f"{name}__in": values}) if values else ():
                    index.setdefault((cell.field, str(getattr(record, name))), []).append(record)

    def one(self, cell: Cell, key: str, title: str) -> Any:
        """The record that the two cells name together; None for two empty ones. Raises Refused."""
        if key:
            found = self.by_key.get((cell.field, key), [])
            if not found:
                raise Refused(f"没有“{key}”。")
            record = found[0]
            if title and title != record.title:
                raise Refused(f"“{key}”是“{record.title}”，与“{cell.fallback}”一列的“{title}”不符。")
            return record
        if not title:
            return None
        found = self.by_title.get((cell.field, title), [])
        if len(found) != 1:
            many = f"有{len(found)}个都叫“{title}”，请填写“{cell.title}”。"
            raise Refused(many if found else f"没有叫“{title}”的。")
        return found[0]

    def several(self, cell: Cell, keys: str, titles: str) -> list[Any]:
        """The records of a list, each once. Raises Refused."""
        if keys:
            named = parts(titles, True)
            pairs = [
                (key, named[at] if len(named) == len(parts(keys, True)) else "")
                for at, key in enumerate(parts(keys, True))
            ]
        else:
            pairs = [("", title) for title in parts(titles, True)]
        records = [self.one(cell, key, title) for key, title in pairs]
        return list({record.pk: record for record in records}.values())


def parts(text: str, many: bool) -> list[str]:
    if not many:
        return [text] if text else []
    return [part.strip() for part in re.split("[；;]", text) if part.strip()]
