"""Records that a page has fetched once for all its parts, for the parts that cannot be handed them.

Rich text is expanded by handlers that Wagtail calls with ids only: within `in_hand`, they take what they need
from there instead of asking the database again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_records: ContextVar[dict[Any, dict[int, Any]]] = ContextVar("records_in_hand")


@contextmanager
def in_hand(records: dict[Any, dict[int, Any]]) -> Iterator[None]:
    """Within this block, `records[model]` holds by id all visible records of a model that texts refer to."""
    token = _records.set(records)
    try:
        yield
    finally:
        _records.reset(token)


def taken(model: Any) -> dict[int, Any] | None:
    """The records of `model` in hand; None where nobody fetched them."""
    return _records.get({}).get(model)


def record_id(attrs: dict[str, str]) -> int:
    """The id that a link or figure in stored text points to; 0, which no record has, for a spoilt one."""
    text = str(attrs.get("id", ""))
    return int(text) if text.isdecimal() and len(text) < 19 else 0
