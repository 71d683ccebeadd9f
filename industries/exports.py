"""What the columns' listings can be taken away as: table and feed entries of each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.utils.html import format_html

from cms.core.exports import EXPORTS, Export
from cms.core.feeds import FeedItem
from industries import tables
from industries.addresses import fact_address
from industries.feeds import page_items, statement_items
from industries.fulltext import cited
from industries.models import Observation
from industries.rows import ROWS


def observation_items(request: HttpRequest, observations: Iterable[Observation]) -> list[FeedItem]:
    """Entries of figures (with indicator, subject and source fetched), each at the fact's own address."""
    return [
        FeedItem(
            title=str(observation),
            link=fact_address(request, observation.key),
            html=format_html("<p>{}{}</p>", observation, cited(observation)),
            summary=str(observation),
            published=observation.created_at,
            updated=observation.updated_at,
            uid=fact_address(request, observation.key),
        )
        for observation in observations
    ]


PAGES = (tables.SECTORS, tables.PROJECTS, tables.ENTERPRISES, tables.PLACES, tables.POLICIES, tables.NEWS)
ENTRIES: list[tuple[Any, Any]] = [
    *((table, page_items) for table in PAGES),
    (tables.OBSERVATIONS, observation_items),
    (tables.STATEMENTS, statement_items),
]


def register() -> None:
    for table, entries in ENTRIES:
        _, rows = ROWS[table.name]
        EXPORTS[table.name] = Export(table=table, rows=rows, entries=entries)
