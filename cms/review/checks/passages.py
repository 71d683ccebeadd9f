"""Walks everything that a page or fact says, as it is in memory: its fields, its blocks, its rows.

Bodies are walked in their stored form: values in Python would fetch the record behind every chooser.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from modelcluster.models import get_all_child_relations
from wagtail import blocks
from wagtail.blocks.field_block import BaseChoiceBlock
from wagtail.contrib.typed_table_block.blocks import BaseTypedTableBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.rich_text.rewriters import extract_attrs

# What stands in plain text for a reference, such as a figure from the register.
GAP = "\ufffc"
# Fields that are no text for readers, whatever their type.
NOT_TEXT = {"slug", "path", "url_path", "draft_title", "key", "object_id", "live_revision", "expire_reason"}
# Fields and blocks that hold somebody else's words, letter by letter.
VERBATIM = {"quote"}
# Field and block types whose strings are codes.
CODES = (models.SlugField, models.URLField, models.EmailField, models.UUIDField, models.FilePathField)
CODE_BLOCKS = (
    BaseChoiceBlock,
    blocks.URLBlock,
    blocks.EmailBlock,
    blocks.RegexBlock,
    blocks.RawHTMLBlock,
    blocks.StaticBlock,
    blocks.DateBlock,
    blocks.TimeBlock,
    blocks.DateTimeBlock,
)
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)([^>]*)>")
BREAKS = {"p", "li", "br", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "hr", "blockquote"}


@dataclass(frozen=True)
class Place:
    """`label` for people; `path` as in the editor's `data-contentpath`s, joined by dots."""

    label: str
    path: str

    def inside(self, label: str, *parts: str) -> Place:
        joined = f"{self.label}·{label}" if label else self.label
        return Place(joined, ".".join([self.path, *filter(None, parts)]))


@dataclass(frozen=True)
class Passage:
    """A text in its place: plain, with `GAP` for a reference; `html` as stored where it is rich text.

    `name` is that of the field or of the innermost named block; `block` the top block of the body it is in.
    """

    place: Place
    text: str
    name: str
    html: str = ""
    block: str = ""

    @property
    def is_rich(self) -> bool:
        return bool(self.html)

    @property
    def is_verbatim(self) -> bool:
        return self.name in VERBATIM or self.block in VERBATIM


@dataclass(frozen=True)
class Part:
    """A block of a body with its stored value; `top` is the type of the top block it is in."""

    place: Place
    block: Any
    raw: Any
    name: str
    top: str


def field_passages(instance: models.Model, place: Place | None = None) -> Iterator[Passage]:
    """The text fields of a record that people fill in, the title first."""
    for field in text_fields(type(instance)):
        text = getattr(instance, field.name) or ""
        if not isinstance(text, str) or not text.strip():
            continue
        label = str(field.verbose_name)
        where = place.inside(label, field.name) if place else Place(label, field.name)
        if isinstance(field, RichTextField):
            yield Passage(where, plain(text), field.name, html=text)
        else:
            yield Passage(where, text, field.name)


def text_fields(model: Any) -> list[Any]:
    def is_text(field: Any) -> bool:
        return (
            isinstance(field, models.CharField | models.TextField)
            and not isinstance(field, CODES)
            and field.editable
            and not field.choices
            and field.name not in NOT_TEXT
            and not getattr(field, "is_code", False)
        )

    fields = [field for field in model._meta.concrete_fields if is_text(field)]
    return sorted(fields, key=lambda field: field.name != "title")


def stream_fields(model: Any) -> list[Any]:
    return [field for field in model._meta.concrete_fields if isinstance(field, StreamField)]


def parts(instance: models.Model) -> list[Part]:
    """Every block of every body of the record, a block before those in it, in reading order."""
    found: list[Part] = []
    for field in stream_fields(type(instance)):
        value = getattr(instance, field.name)
        stored = value.get_prep_value() if value else []
        place = Place(str(field.verbose_name), field.name)
        found += walk_stream(field.stream_block, stored, place, "")
    return found


def walk_stream(stream: Any, items: Any, place: Place, top: str) -> Iterator[Part]:
    for number, item in enumerate(items or (), 1):
        block = stream.child_blocks.get(item.get("type"))
        if block is not None:
            where = place.inside(f"第{number}块“{block.label}”", item.get("id") or "")
            yield from walk(block, item.get("value"), where, block.name, top or block.name)


def walk(block: Any, raw: Any, place: Place, name: str, top: str) -> Iterator[Part]:
    yield Part(place, block, raw, name, top)
    if isinstance(block, blocks.BaseStreamBlock):
        yield from walk_stream(block, raw, place, top)
    elif isinstance(block, blocks.BaseStructBlock) and isinstance(raw, dict):
        for key, child in block.child_blocks.items():
            yield from walk(child, raw.get(key), place.inside(str(child.label), key), key, top)
    elif isinstance(block, blocks.ListBlock):
        for number, item in enumerate(raw or (), 1):
            wrapped = isinstance(item, dict) and item.get("type") == "item" and "value" in item
            value, pk = (item["value"], item.get("id") or "") if wrapped else (item, "")
            yield from walk(block.child_block, value, place.inside(f"第{number}项", pk), name, top)
    elif isinstance(block, BaseTypedTableBlock) and isinstance(raw, dict):
        yield from walk_table(block, raw, place, name, top)


def walk_table(table: Any, raw: dict[str, Any], place: Place, name: str, top: str) -> Iterator[Part]:
    """The caption, the headings (row 1) and the cells of a table."""
    words = blocks.CharBlock()
    columns = raw.get("columns") or []
    if raw.get("caption"):
        yield Part(place.inside("标题"), words, raw["caption"], "caption", top)
    for number, column in enumerate(columns, 1):
        if column.get("heading"):
            yield Part(place.inside(f"第{number}列表头"), words, column["heading"], "heading", top)
    for row, values in enumerate(raw.get("rows") or (), 1):
        for number, (column, value) in enumerate(zip(columns, values.get("values", ()), strict=False), 1):
            child = table.child_blocks.get(column.get("type"))
            if child is not None:
                where = place.inside(f"第{row}行第{number}列")
                yield from walk(child, value, where, name, top)


def part_passages(found: list[Part]) -> Iterator[Passage]:
    """The texts among the blocks."""
    for part in found:
        if not isinstance(part.raw, str) or not part.raw.strip() or isinstance(part.block, CODE_BLOCKS):
            continue
        if isinstance(part.block, blocks.RichTextBlock):
            yield Passage(part.place, plain(part.raw), part.name, html=part.raw, block=part.top)
        elif isinstance(part.block, blocks.FieldBlock):
            yield Passage(part.place, part.raw, part.name, block=part.top)


def row_passages(instance: models.Model) -> Iterator[Passage]:
    """The texts of the rows that belong to the record, such as corrections: one query a kind at most."""
    for relation in get_all_child_relations(type(instance)):
        name = relation.get_accessor_name()
        if not text_fields(relation.related_model) or name == "comments" or name.startswith("wagtail_"):
            continue
        heading = str(relation.related_model._meta.verbose_name)
        for number, row in enumerate(getattr(instance, name).all(), 1):
            yield from field_passages(row, Place(f"{heading}第{number}条", name))


def plain(source: str) -> str:
    """Stored rich text as a reader sees it: a line for each paragraph, `GAP` for each reference."""
    pieces, position = [], 0
    for tag in TAG.finditer(source):
        pieces.append(html.unescape(source[position : tag.start()]))
        name = tag[2].lower()
        if name == "embed":
            pieces.append(GAP)
        elif name in BREAKS and pieces and not pieces[-1].endswith("\n"):
            pieces.append("\n")
        position = tag.end()
    pieces.append(html.unescape(source[position:]))
    return re.sub(r"\n+", "\n", "".join(pieces)).strip("\n")


def tags(source: str, name: str) -> list[dict[str, str]]:
    """Attributes of all tags of this name in stored rich text."""
    return [extract_attrs(tag[3]) for tag in TAG.finditer(source) if tag[2].lower() == name and not tag[1]]
