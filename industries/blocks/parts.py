"""Walks the stored form of a body: which texts it holds, and which records it refers to.

Works on what is stored, not on Python values: those would fetch every record one kind of block at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import BaseTypedTableBlock
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage
from wagtail.rich_text.rewriters import FIND_A_TAG, FIND_EMBED_TAG, extract_attrs

from cms.core.inhand import record_id
from cms.core.models import BasePage


def leaves(block: Any, raw: Any) -> Iterator[tuple[Any, Any]]:
    """The simple parts of a stored value that are not empty, in reading order, each with its own block."""
    if isinstance(block, blocks.StreamBlock):
        for item in raw or ():
            if item["type"] in block.child_blocks:
                yield from leaves(block.child_blocks[item["type"]], item["value"])
    elif isinstance(block, blocks.StructBlock) and isinstance(raw, dict):
        for name, child in block.child_blocks.items():
            yield from leaves(child, raw.get(name))
    elif isinstance(block, blocks.ListBlock):
        for item in raw or ():
            yield from leaves(block.child_block, unwrapped(item))
    elif isinstance(block, BaseTypedTableBlock):
        for row in rows_of(raw):
            for column, value in zip(raw["columns"], row, strict=False):
                yield from leaves(block.child_blocks.get(column["type"]), value)
    elif block is not None and raw not in (None, ""):
        yield block, raw


def unwrapped(item: Any) -> Any:
    """An entry of a stored list block, with or without the wrapping of newer ones."""
    return item["value"] if isinstance(item, dict) and item.get("type") == "item" else item


def rows_of(table: Any) -> list[list[Any]]:
    """The rows of a stored table, each a list of its cells' values."""
    return [row["values"] for row in (table or {}).get("rows", ())]


@dataclass
class References:
    """Ids of what bodies refer to, each once, in order of appearance; whether or not readers may see it.

    `charted` are indicators whose figures a chart shows, `histories` pages whose statements a timeline shows,
    `cards` pages shown as cards; the latter two are among the `pages` too.
    """

    figures: list[int] = field(default_factory=list)
    pages: list[int] = field(default_factory=list)
    cards: list[int] = field(default_factory=list)
    charted: list[int] = field(default_factory=list)
    histories: list[int] = field(default_factory=list)
    statements: list[int] = field(default_factory=list)
    images: list[int] = field(default_factory=list)
    documents: list[int] = field(default_factory=list)

    def add(self, kind: str, child: Any, raw: Any) -> None:
        """Takes what one leaf of a block of type `kind` refers to."""
        if isinstance(child, blocks.RichTextBlock):
            self.figures += embedded_ids(raw)
            self.pages += linked_ids(raw)
        elif isinstance(child, blocks.ChooserBlock) and isinstance(raw, int):
            bucket = self.of_model(kind, child.model_class)
            bucket.append(raw)
            if bucket is self.cards or bucket is self.histories:
                self.pages.append(raw)
        elif isinstance(child, blocks.StructBlock) and isinstance(raw, int):
            self.images.append(raw)  # an image block as it was stored before it had words of its own

    def of_model(self, kind: str, model: Any) -> list[int]:
        if issubclass(model, BasePage):
            return {"chart": self.charted, "timeline": self.histories, "cards": self.cards}.get(
                kind, self.pages
            )
        if issubclass(model, AbstractImage):
            return self.images
        if issubclass(model, AbstractDocument):
            return self.documents
        return {"observation": self.figures, "statement": self.statements}[model._meta.model_name]


def references(stream: Any, items: Iterable[Any]) -> References:
    """What the stored `items` of the stream block `stream` refer to."""
    found = References()
    for item in items:
        for child, raw in leaves(stream.child_blocks.get(item["type"]), item["value"]):
            found.add(item["type"], child, raw)
    for name, ids in vars(found).items():
        setattr(found, name, list(dict.fromkeys(ids)))
    return found


def references_of(body: Any) -> References:
    """What a page's body refers to."""
    return references(body.stream_block, body.raw_data)


def rich_texts(body: Any) -> list[str]:
    """Stored rich text of all blocks of a body, in order."""
    return [
        raw
        for child, raw in leaves(body.stream_block, body.raw_data)
        if isinstance(child, blocks.RichTextBlock)
    ]


def linked_ids(source: str) -> list[int]:
    """Ids of the pages that a stored rich text links to."""
    links = (extract_attrs(attrs) for attrs in FIND_A_TAG.findall(source))
    return [record_id(attrs) for attrs in links if attrs.get("linktype") == "page"]


def embedded_ids(source: str) -> list[int]:
    """Ids of the figures in a stored rich text; an embed without a proper id is left out."""
    ids = (record_id(extract_attrs(attrs)) for attrs in FIND_EMBED_TAG.findall(source))
    return [pk for pk in ids if pk]
