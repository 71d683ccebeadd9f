"""Values that several kinds of records have in common, each with its JSON Schema."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import TextChoices

from cms.core.api.declare import Field
from cms.core.tables import plain

STRING = {"type": "string"}
NULLABLE_STRING = {"type": ["string", "null"]}
ADDRESS = {"type": "string", "format": "uri"}
MOMENT = {"type": ["string", "null"], "format": "date-time"}
DAY = {"type": ["string", "null"], "format": "date"}
INTEGER = {"type": "integer"}
STRINGS = {"type": "array", "items": STRING}


def obj(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


def array(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": schema}


LINK = obj(id=INTEGER, title=STRING, address=ADDRESS)
SOURCE = obj(
    key=STRING,
    title=STRING,
    publisher=NULLABLE_STRING,
    kind=STRING,
    kind_label=STRING,
    published=NULLABLE_STRING,
    published_label=NULLABLE_STRING,
    url=NULLABLE_STRING,
    note=NULLABLE_STRING,
)
CORRECTION = obj(made_on=DAY, text=STRING)
FIGURE = obj(key=STRING, quantity=STRING, status=STRING, status_label=STRING, address=ADDRESS)


def link(page: Any) -> dict[str, Any] | None:
    """A visible page that the loader has given its address."""
    return {"id": page.pk, "title": page.title, "address": page.address} if page else None


def links(pages: Any) -> list[Any]:
    return [link(page) for page in pages]


def source(record: Any) -> dict[str, Any] | None:
    if record is None:
        return None
    names = ("key", "title", "publisher", "kind", "published", "published_label", "url", "note")
    return {name: plain(getattr(record, name)) for name in names} | {"kind_label": record.get_kind_display()}


def figure(observation: Any) -> dict[str, Any] | None:
    if observation is None:
        return None
    return {
        "key": observation.key,
        "quantity": observation.quantity,
        "status": observation.status,
        "status_label": observation.get_status_display(),
        "address": observation.address,
    }


def corrections(rows: Any) -> list[dict[str, Any]]:
    return [{"made_on": plain(row.made_on), "text": row.text} for row in rows]


def attribute(
    name: str, description: str, schema: dict[str, Any] = NULLABLE_STRING, *, path: str = ""
) -> Field:
    """A field that shows an attribute of the record."""
    return Field(
        name=name, description=description, schema=schema, value=lambda row: getattr(row, path or name)
    )


def computed(
    name: str, description: str, schema: dict[str, Any], value: Callable[[Any], Any], **more: Any
) -> Field:
    return Field(name=name, description=description, schema=schema, value=value, **more)


def chosen(
    name: str, description: str, choices: type[TextChoices], *, optional: bool = False
) -> tuple[Field, Field]:
    """A choice, as its code and as readers call it."""
    values = [*choices.values, None] if optional else list(choices.values)
    return (
        attribute(name, f"{description}（代码）", {"enum": values}),
        computed(
            f"{name}_label",
            description,
            NULLABLE_STRING if optional else STRING,
            lambda row: getattr(row, f"get_{name}_display")(),
        ),
    )


def either_way(orders: dict[str, tuple[Any, ...]], default: str) -> dict[str, tuple[Any, ...]]:
    """Each order, and with a minus before its name the opposite one; the default comes first."""

    def turned(column: Any) -> Any:
        if isinstance(column, str):
            return column[1:] if column.startswith("-") else f"-{column}"
        opposite = column.copy()
        opposite.descending = not column.descending
        return opposite

    both: dict[str, tuple[Any, ...]] = {}
    for name, columns in orders.items():
        both[name] = columns
        both[f"-{name}"] = tuple(turned(column) for column in columns)
    return {default: both[default], **both}
