"""Rich text and StreamField values with natural names in the place of ids, both ways.

What refers to nothing any more leaves its words and loses its reference.
"""

from __future__ import annotations

import re
from typing import Any

from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import BaseTypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock

from cms.core.models import BasePage
from industries.blocks.parts import rows_of
from industries.content.files import ContentError
from industries.content.references import References
from industries.models import Observation

LINK = re.compile(r"<a\b([^>]*)>(.*?)</a>", re.DOTALL)
EMBED = re.compile(r"<embed\b([^>]*?)/?>")
FIGURE = re.compile(r"<observation\b([^>]*?)/?>")
ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
BLOCK_KEY = re.compile(r' data-block-key="[^"]*"')
# Stands where a figure was that the portal no longer has.
MISSING = "（数值已删除）"
EMPTY: tuple[Any, ...] = ("", None, [])


def rich_text_out(html: str, references: References) -> str:
    """Database rich text with natural names: `<a page="/x/">`, `<observation key="k"/>`."""

    def link(match: re.Match[str]) -> str:
        attributes = dict(ATTRIBUTE.findall(match[1]))
        if attributes.get("linktype") != "page":
            return match[0]
        name = references.name(BasePage, int(attributes["id"]))
        return f'<a page="{name}">{match[2]}</a>' if name else match[2]

    def figure(match: re.Match[str]) -> str:
        attributes = dict(ATTRIBUTE.findall(match[1]))
        if attributes.get("embedtype") != "observation":
            return match[0]
        name = references.name(Observation, int(attributes["id"]))
        return f'<observation key="{name}"/>' if name else MISSING

    return EMBED.sub(figure, LINK.sub(link, BLOCK_KEY.sub("", html)))


def rich_text_in(html: Any, references: References) -> str:
    """The way back. Raises ContentError for text that is none, and for a name that nothing bears."""
    if not isinstance(html, str):
        raise ContentError(f"应为一段文字，写的是“{html}”。")

    def link(match: re.Match[str]) -> str:
        attributes = dict(ATTRIBUTE.findall(match[1]))
        if "page" not in attributes:
            return match[0]
        pk = references.id(BasePage, attributes["page"])
        return f'<a linktype="page" id="{pk}">{match[2]}</a>' if pk else match[2]

    def figure(match: re.Match[str]) -> str:
        pk = references.id(Observation, dict(ATTRIBUTE.findall(match[1])).get("key", ""))
        return f'<embed embedtype="observation" id="{pk}"/>' if pk else MISSING

    return FIGURE.sub(figure, LINK.sub(link, html))


def block_out(block: Any, raw: Any, references: References) -> Any:
    """A block's stored value with natural names; empty and unknown parts are left out."""
    if isinstance(block, blocks.StreamBlock):
        return [
            {item["type"]: block_out(block.child_blocks[item["type"]], item["value"], references)}
            for item in raw
            if item["type"] in block.child_blocks
        ]
    if isinstance(block, blocks.StructBlock):
        # In the order that the block declares: PostgreSQL's jsonb does not keep the stored one.
        parts = {
            name: block_out(child, raw[name], references)
            for name, child in block.child_blocks.items()
            if name in raw
        }
        return {name: part for name, part in parts.items() if part not in EMPTY}
    if isinstance(block, blocks.ListBlock):
        values = [block_out(block.child_block, item.get("value"), references) for item in raw]
        return [value for value in values if value not in EMPTY]
    if isinstance(block, BaseTypedTableBlock):
        return table_out(block, raw, references)
    if isinstance(block, DocumentChooserBlock):
        return None  # files travel with a backup, not with the content
    if isinstance(block, blocks.ChooserBlock):
        return references.name(block.target_model, raw)
    if isinstance(block, blocks.RichTextBlock):
        return rich_text_out(raw, references)
    return raw


def block_in(block: Any, data: Any, references: References) -> Any:
    """The way back. Raises ContentError for data of another shape than the block's."""
    if isinstance(block, blocks.StreamBlock):
        return [
            {"type": name, "value": block_in(named(block, name), child, references)}
            for item in expected(data, list, "列表")
            for name, child in expected(item, dict, "“类型: 内容”").items()
        ]
    if isinstance(block, blocks.StructBlock):
        return {
            name: block_in(named(block, name), child, references)
            for name, child in expected(data, dict, "若干“名称: 内容”").items()
        }
    if isinstance(block, blocks.ListBlock):
        values = [block_in(block.child_block, item, references) for item in expected(data, list, "列表")]
        return [{"type": "item", "value": value} for value in values if value is not None]
    if isinstance(block, BaseTypedTableBlock):
        return table_in(block, data, references)
    if isinstance(block, DocumentChooserBlock):
        return None
    if isinstance(block, blocks.ChooserBlock):
        return references.id(block.target_model, data)
    if isinstance(block, blocks.RichTextBlock):
        return rich_text_in(data, references)
    return data


def table_out(block: Any, raw: Any, references: References) -> Any:
    """A table as its caption, its columns (`type`, `heading`) and its rows, each a list of cells."""
    columns = (raw or {}).get("columns") or []
    if not columns:
        return None
    children = [block.child_blocks[column["type"]] for column in columns]
    return {
        "caption": raw.get("caption") or "",
        "columns": [{"type": column["type"], "heading": column["heading"]} for column in columns],
        "rows": [
            [block_out(child, cell, references) for child, cell in zip(children, row, strict=False)]
            for row in rows_of(raw)
        ],
    }


def table_in(block: Any, data: Any, references: References) -> Any:
    columns = expected(expected(data, dict, "“caption、columns、rows”").get("columns", []), list, "列表")
    children = [named(block, expected(column, dict, "“type、heading”").get("type")) for column in columns]
    rows = []
    for row in expected(data.get("rows", []), list, "列表"):
        if len(expected(row, list, "列表")) != len(columns):
            raise ContentError(f"表格有一行是{len(row)}格，表头是{len(columns)}格。")
        cells = zip(children, row, strict=True)
        rows.append(
            {"values": [None if cell is None else block_in(child, cell, references) for child, cell in cells]}
        )
    return {
        "caption": str(data.get("caption", "")),
        "columns": [
            {"type": column["type"], "heading": str(column.get("heading", ""))} for column in columns
        ],
        "rows": rows,
    }


def expected(data: Any, kind: type, shape: str) -> Any:
    if not isinstance(data, kind):
        raise ContentError(f"正文应为{shape}，写的是“{str(data)[:40]}”。")
    return data


def named(block: Any, name: str) -> Any:
    try:
        return block.child_blocks[name]
    except KeyError:
        raise ContentError(f"没有名为“{name}”的内容块。") from None
