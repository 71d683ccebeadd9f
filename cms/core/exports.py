"""What listings can be taken away as. The upper apps register it: the columns and rows of what they list."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from cms.core.feeds import FeedItem
from cms.core.tables import Table


@dataclass(frozen=True, kw_only=True)
class Export:
    """`rows` turns a queryset into the table's rows; `entries` turns a list of items into those of a feed."""

    table: Table
    rows: Callable[[HttpRequest, Any], Iterable[Any]]
    entries: Callable[[HttpRequest, list[Any]], Iterable[FeedItem]]


EXPORTS: dict[str, Export] = {}
