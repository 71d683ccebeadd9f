"""What an endpoint offers: its records, their fields, and the parameters it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from cms.core.tables import plain


class BadParameter(Exception):
    """A parameter with a value that cannot be used; the message is for people."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """`schema` is JSON Schema; `value` reads a record that the endpoint's loader has prepared."""

    name: str
    description: str
    schema: dict[str, Any]
    value: Callable[[Any], Any]
    # Only in the answer about a single record: long texts.
    detail_only: bool = False


@dataclass(frozen=True, kw_only=True)
class Kind:
    """Records with the same fields. `name` is their schema's name in OpenAPI."""

    name: str
    title: str
    fields: tuple[Field, ...]

    def record(self, row: Any, *, detail: bool) -> dict[str, Any]:
        return {f.name: plain(f.value(row)) for f in self.fields if detail or not f.detail_only}

    def schema(self, *, detail: bool) -> dict[str, Any]:
        shown = [f for f in self.fields if detail or not f.detail_only]
        return {
            "type": "object",
            "title": self.title,
            "properties": {f.name: f.schema | {"description": f.description} for f in shown},
            "required": [f.name for f in shown],
            "additionalProperties": False,
        }


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A filter. `read` turns text into a value (BadParameter where it means none), `apply` narrows rows by it."""

    name: str
    description: str
    schema: dict[str, Any]
    read: Callable[[str], Any]
    apply: Callable[[Any, Any], Any]


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """`rows` starts from `visible()`; `load(request, rows, detail)` prepares a page of them, in their order.

    `kind_of` tells the kind of a prepared record, where an endpoint mixes several.
    """

    name: str
    title: str
    description: str
    rows: Callable[[], Any]
    load: Callable[[Any, list[Any], bool], Iterable[Any]]
    kinds: tuple[Kind, ...]
    kind_of: Callable[[Any], Kind] | None = None
    parameters: tuple[Parameter, ...] = ()
    # By what is asked for with `order`; the first is the default. A minus before a name turns it round.
    orders: dict[str, tuple[Any, ...]]
    # The field by which a single record is asked for, in the database and in the address.
    key: str = "pk"
    key_schema: dict[str, Any]

    def kind(self, row: Any) -> Kind:
        return self.kind_of(row) if self.kind_of else self.kinds[0]


def choice(name: str, description: str, choices: Iterable[tuple[str, str]], lookup: str = "") -> Parameter:
    """One of a fixed set of values."""
    known = dict(choices)

    def read(text: str) -> str:
        if text not in known:
            raise BadParameter(f"参数{name}只能是下列之一：{'、'.join(known)}。")
        return text

    described = "，".join(f"{value}（{label}）" for value, label in known.items())
    return Parameter(
        name=name,
        description=f"{description}：{described}。",
        schema={"type": "string", "enum": list(known)},
        read=read,
        apply=lambda rows, value: rows.filter(**{lookup or name: value}),
    )


def whole_number(name: str, text: str, low: int, high: int) -> int:
    """Raises BadParameter for anything but a whole number from `low` to `high`."""
    if not (text.isascii() and text.isdigit() and len(text) < 19 and low <= int(text) <= high):
        raise BadParameter(f"参数{name}必须是{low}到{high}之间的整数。")
    return int(text)


# Ids are kept in four bytes by some databases: a larger number is nobody's.
HIGHEST_ID = 2**31 - 1


def identifier(name: str, description: str, apply: Callable[[Any, int], Any]) -> Parameter:
    """The id of a page."""
    return Parameter(
        name=name,
        description=description,
        schema={"type": "integer", "minimum": 1, "maximum": HIGHEST_ID},
        read=lambda text: whole_number(name, text, 1, HIGHEST_ID),
        apply=apply,
    )


def slug(name: str, description: str, apply: Callable[[Any, str], Any]) -> Parameter:
    def read(text: str) -> str:
        if not (text.isascii() and len(text) <= 255 and text.replace("-", "").replace("_", "").isalnum()):
            raise BadParameter(f"参数{name}只能由英文字母、数字、“-”和“_”组成。")
        return text

    return Parameter(
        name=name,
        description=description,
        schema={"type": "string", "pattern": "^[A-Za-z0-9_-]+$", "maxLength": 255},
        read=read,
        apply=apply,
    )


def day(name: str, description: str, apply: Callable[[Any, date], Any]) -> Parameter:
    def read(text: str) -> date:
        try:
            if len(text) != 10:
                raise ValueError(text)
            return date.fromisoformat(text)
        except ValueError as error:
            raise BadParameter(f"参数{name}必须是日期，例：2025-12-31。") from error

    return Parameter(
        name=name,
        description=description,
        schema={"type": "string", "format": "date"},
        read=read,
        apply=apply,
    )
