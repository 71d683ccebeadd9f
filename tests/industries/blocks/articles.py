"""Articles made of blocks, and what comes of them."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.test import Client

from industries.blocks import BodyBlock
from tests.factories import NewsPageFactory

BLOCKS = BodyBlock().child_blocks


def article(*blocks: tuple[str, Any], **fields: Any) -> Any:
    """A public article of blocks given as (type, stored value)."""
    body = [{"type": name, "value": value} for name, value in blocks]
    return NewsPageFactory(body=json.dumps(body), **fields)


def items(*values: Any) -> list[Any]:
    """A stored list block of records or values."""
    return [getattr(value, "pk", value) for value in values]


def shown(client: Client, page: Any) -> str:
    """The <main> that a reader gets."""
    response = client.get(page.url)
    assert response.status_code == 200
    return str(response.content.decode()).split("<main")[1].split("</main>")[0]


def problems(name: str, stored: Any, *, draft: bool = False) -> list[str]:
    """All messages that an editor sees on saving the block, or on saving a draft of it."""
    block = BLOCKS[name]
    value = block.to_python(stored)
    try:
        block.clean_deferred(value) if draft else block.clean(value)
    except ValidationError as error:
        return messages(error)
    return []


def messages(error: Any) -> list[str]:
    """Of an error and of all errors within it, whatever kind of block they belong to."""
    if isinstance(error, (list, tuple)):
        return [text for one in error for text in messages(one)]
    if isinstance(error, dict):
        return [text for one in error.values() for text in messages(one)]
    parts = [getattr(error, name, None) for name in ("block_errors", "cell_errors", "non_block_errors")]
    if any(part is not None for part in parts):
        blocks, cells, others = parts
        return [*messages(blocks or {}), *messages(cells or {}), *(others or [])]
    return [] if error is None else list(error.messages)
