"""A record as plain data and back, by the field names it declares in `content_fields`."""

from __future__ import annotations

import json
import uuid
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from modelcluster.fields import ParentalManyToManyField
from wagtail.fields import RichTextField, StreamField

from cms.core.models import BasePage
from industries.content.bodies import block_in, block_out, rich_text_in, rich_text_out
from industries.content.files import ContentError, Data, Removed
from industries.content.references import References
from industries.models.entity import one_per_line

# Lines of text that files show as lists.
LIST_FIELDS = {"other_names", "former_names"}
# Names that read better in files than the relation's own.
FILE_NAMES = {"sector_links": "sectors", "enterprise_links": "enterprises", "enterprise": "page"}
# What every page may carry beside its own fields.
PAGE_FIELDS = ("show_in_menus", "seo_title", "search_description", "keywords", "cover")
# Stored elsewhere: observations have records of their own.
OWN_RECORDS = {"observations"}


def field_names(model: Any) -> list[str]:
    names = [name for name in model.content_fields if name not in OWN_RECORDS]
    return names + [n for n in PAGE_FIELDS if n not in names] if issubclass(model, BasePage) else names


def to_data(record: models.Model, references: References) -> Data:
    """The record's declared fields in order, without the empty ones."""
    data: Data = {}
    for name in field_names(type(record)):
        value = value_out(record, name, references)
        if value not in (None, "", [], False) and not is_default_number(record, name, value):
            data[FILE_NAMES.get(name, name)] = value
    return data


def snapshot(record: Any, references: References) -> Data:
    """What a file should say of the record: what is live, or the latest draft of what is not, marked so."""
    if getattr(record, "live", True):
        return to_data(record, references)
    return {**to_data(record.get_latest_revision_as_object(), references), "draft": True}


def is_default_number(record: models.Model, name: str, value: Any) -> bool:
    field = record._meta.get_field(name)
    return isinstance(field, models.Field) and isinstance(value, int) and value == field.get_default()


def value_out(record: models.Model, name: str, references: References) -> Any:
    try:
        field = record._meta.get_field(name)
    except FieldDoesNotExist as error:
        raise ContentError(f"{type(record).__name__} 没有字段 {name}。") from error
    if isinstance(field, models.ManyToOneRel):
        rows = [child_out(child, references) for child in getattr(record, name).all()]
        return [row for row in rows if row is not None]
    if isinstance(field, ParentalManyToManyField):
        names = (references.name(field.related_model, page.pk) for page in getattr(record, name).all())
        return sorted(filter(None, names))
    if isinstance(field, models.ForeignKey):
        return references.name(field.related_model, getattr(record, field.attname))
    value = getattr(record, name)
    if isinstance(field, StreamField):
        return block_out(field.stream_block, value.get_prep_value(), references)
    if isinstance(field, RichTextField):
        return rich_text_out(value, references)
    if name in LIST_FIELDS:
        return one_per_line(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, str) else value


def child_out(child: Any, references: References) -> Any:
    """A row of a child relation; just its value where it has but one field.

    None where the row points to something that has no name here: it means nothing without.
    """
    for name in child.content_fields:
        field = child._meta.get_field(name)
        if field.is_relation and getattr(child, field.attname) and not value_out(child, name, references):
            return None
    if len(child.content_fields) == 1:
        return value_out(child, child.content_fields[0], references)
    return to_data(child, references)


def apply(record: Any, data: Data, references: References, *, seed: str = "") -> None:
    """Sets all declared fields of `record` from `data`; what `data` does not name becomes empty.

    `seed` makes the ids of StreamField blocks: the same file always gives the same ids. Raises
    ContentError for unknown keys and for references that lead nowhere, Removed for a reference of the record
    itself to something deleted (in lists and texts, such a reference is left out).
    """
    if not isinstance(data, dict):
        raise ContentError(f"应为若干“名称: 内容”，写的是“{str(data)[:40]}”。")
    known = {FILE_NAMES.get(name, name): name for name in field_names(type(record))}
    unknown = set(data) - set(known) - {"type", "order", "draft", *OWN_RECORDS}
    if unknown:
        raise ContentError(f"不认识的字段：{'、'.join(sorted(unknown))}。")
    for file_name, name in known.items():
        value_in(record, name, data.get(file_name), references, seed)


def apply_plain(record: Any, data: Data) -> None:
    """Sets the fields that refer to no other record: enough to create a page that others can refer to."""
    for name in field_names(type(record)):
        field = record._meta.get_field(name)
        file_name = FILE_NAMES.get(name, name)
        plain = not field.is_relation and not isinstance(field, (StreamField, RichTextField))
        if plain and file_name in data:
            value_in(record, name, data[file_name], References(), "")


def value_in(record: Any, name: str, value: Any, references: References, seed: str) -> None:
    field = record._meta.get_field(name)
    if isinstance(field, models.ManyToOneRel):
        getattr(record, name).set(children_in(field, listed(name, value), references))
    elif isinstance(field, ParentalManyToManyField):
        ids = {references.id(field.related_model, path) for path in listed(name, value)}
        getattr(record, name).set(field.related_model.objects.filter(pk__in=ids - {None}))
    elif isinstance(field, models.ForeignKey):
        setattr(record, field.attname, target_id(field, value, references) if value else None)
    elif isinstance(field, StreamField):
        raw = block_in(field.stream_block, value or [], references)
        setattr(record, name, field.to_python(json.dumps(with_ids(raw, seed))))
    elif isinstance(field, RichTextField):
        setattr(record, name, rich_text_in(value or "", references))
    elif name in LIST_FIELDS:
        setattr(record, name, "\n".join(str(line) for line in listed(name, value)))
    elif value is None:
        setattr(record, name, field.get_default())
    else:
        setattr(record, name, field.to_python(value))


def target_id(field: models.ForeignKey, value: Any, references: References) -> int:
    """Raises Removed: nothing is not the same as what an editor deleted (no subject means the whole city)."""
    pk = references.id(field.related_model, value)
    if pk is None:
        raise Removed(str(value))
    return pk


def listed(name: str, value: Any) -> list[Any]:
    if value is not None and not isinstance(value, list):
        raise ContentError(f"{name} 应为列表，写的是“{str(value)[:40]}”。")
    return value or []


def children_in(field: models.ManyToOneRel, rows: list[Any], references: References) -> list[Any]:
    """Checked rows of a child relation, without those that point to what an editor removed."""
    model: Any = field.related_model
    children: list[Any] = []
    for row in rows:
        if rows.count(row) > 1:
            raise ContentError(f"{model._meta.verbose_name}“{row}”重复。")
        child = model(sort_order=len(children))
        names = model.content_fields
        data = {FILE_NAMES.get(names[0], names[0]): row} if len(names) == 1 else row
        try:
            apply(child, data, references)
        except Removed:
            continue
        try:
            child.clean_fields(exclude=[field.field.name])
        except ValidationError as error:
            raise ContentError(f"{model._meta.verbose_name}“{row}”：{readable(error)}") from error
        children.append(child)
    return children


def readable(error: Exception) -> str:
    """A validation error in one line, field by field."""
    if not isinstance(error, ValidationError):
        return str(error)
    if hasattr(error, "message_dict"):
        return "；".join(f"{k}：{'、'.join(v)}" for k, v in error.message_dict.items())
    return "；".join(error.messages)


def with_ids(raw: Any, seed: str) -> Any:
    """Gives every StreamField and list item an id derived from its place."""
    if isinstance(raw, list):
        return [with_ids(item, f"{seed}/{i}") for i, item in enumerate(raw)]
    if isinstance(raw, dict):
        marked = {key: with_ids(value, f"{seed}/{key}") for key, value in raw.items()}
        if set(raw) == {"type", "value"}:
            marked["id"] = str(uuid.uuid5(uuid.NAMESPACE_URL, seed))
        return marked
    return raw
