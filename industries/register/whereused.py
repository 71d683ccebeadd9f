"""使用情况: which pages and records use an entity, a fact or a source.

Wagtail's own view fetches everything that uses a thing, one query a user of it, and its index knows nothing of
many-to-many fields. Here one query finds the users of all kinds, a page of them at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import CharField, Model, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.text import capfirst
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.views.generic.usage import TitleColumn
from wagtail.models import ReferenceIndex

from cms.core.models import BasePage
from cms.review.reading import ModelUsage, PageUsage
from industries.models import IndicatorPage, Observation

PLACES_SHOWN = 12


@dataclass
class Place:
    """Where in a record the thing stands: shaped like Wagtail's reference, for its column."""

    label: str
    content_path: str = ""
    on_delete: str = ""

    def describe_source_field(self) -> str:
        return self.label

    def describe_on_delete(self) -> str:
        return self.on_delete


@dataclass
class Use:
    """A record that uses the thing: `record` is None where it is gone and the index does not know it yet."""

    record: Any
    type_label: str
    places: list[Place] = field(default_factory=list)


class Uses:
    """The records that use `thing`, as a sequence that a paginator can count and cut.

    Of an indicator, those count too that use one of its figures.
    """

    def __init__(self, thing: Model) -> None:
        self.thing = thing

    @cached_property
    def references(self) -> QuerySet[Any]:
        found = ReferenceIndex.get_references_to(self.thing)
        if isinstance(self.thing, IndicatorPage):
            figures = Observation.objects.filter(indicator=self.thing.pk).order_by()
            found = found | ReferenceIndex.objects.filter(
                to_content_type=base_type(Observation),
                to_object_id__in=figures.annotate(text=Cast("pk", CharField())).values("text"),
            )
        return found.exclude(base_content_type=base_type(type(self.thing)), object_id=str(self.thing.pk))

    @cached_property
    def joins(self) -> list[tuple[Any, QuerySet[Any]]]:
        """Many-to-many fields that may lead here, with the rows of their tables that do."""
        return list(joins_to(self.thing))

    @cached_property
    def pairs(self) -> Any:
        """(base content type, id as text) of every user, each once."""
        users = self.references.order_by().values_list("base_content_type_id", "object_id")
        others = [
            rows.order_by().values_list(
                Value(base_type(many.model).pk, output_field=models.IntegerField()),
                Cast(many.m2m_column_name(), CharField()),
            )
            for many, rows in self.joins
        ]
        if not others:
            return users.distinct().order_by("base_content_type_id", "object_id")
        return users.union(*others).order_by("base_content_type_id", "object_id")

    def count(self) -> int:
        return int(self.pairs.count())

    __len__ = count

    def __getitem__(self, part: slice) -> list[Use]:
        return self.fetch(list(self.pairs[part]))

    def fetch(self, pairs: list[tuple[int, str]]) -> list[Use]:
        """The users of a page of the list, in its order: one query a kind of record and field."""
        records: dict[tuple[int, str], Any] = {}
        for type_id in {type_id for type_id, _ in pairs}:
            model: Any = ContentType.objects.get_for_id(type_id).model_class()
            ids = [pk for known, pk in pairs if known == type_id]
            for record in with_names(model).filter(pk__in=ids):
                records[type_id, str(record.pk)] = record
        found = {pair: Use(records.get(pair), type_label(records.get(pair), pair[0])) for pair in pairs}
        wanted = self.references.filter(object_id__in=[pk for _, pk in pairs])
        for reference in wanted.order_by("content_path"):
            use = found.get((reference.base_content_type_id, reference.object_id))
            if use and len(use.places) < PLACES_SHOWN:
                use.places.append(self.place(reference))
        for many, rows in self.joins:
            type_id = base_type(many.model).pk
            ids = [pk for known, pk in pairs if known == type_id]
            column = many.m2m_column_name()
            for pk in rows.filter(**{f"{column}__in": ids}).values_list(column, flat=True):
                label = capfirst(str(many.verbose_name))
                found[type_id, str(pk)].places.append(Place(label, many.name, "将不再列出"))
        return [use for use in found.values() if use.record is not None]

    def place(self, reference: Any) -> Place:
        label = described(reference)
        if (reference.to_content_type_id, reference.to_object_id) != (
            base_type(type(self.thing)).pk,
            str(self.thing.pk),
        ):
            label = f"{label}（引用本指标的数值）"
        return Place(label, reference.content_path, str(reference.describe_on_delete() or ""))


def described(reference: Any) -> str:
    """The field in words; a field or block that the models no longer have is named as such."""
    try:
        return str(reference.describe_source_field())
    except (KeyError, LookupError, AttributeError):
        return "旧字段"


def base_type(model: Any) -> ContentType:
    """The content type under which the index files a model: of a page, that of all pages."""
    base = BasePage if issubclass(model, BasePage) else model
    return ContentType.objects.get_for_model(base, for_concrete_model=False)


def joins_to(thing: Model) -> Iterator[tuple[Any, QuerySet[Any]]]:
    for relation in type(thing)._meta.get_fields(include_hidden=True):
        many = getattr(relation, "field", None)
        if not (isinstance(relation, models.ManyToManyRel) and issubclass(many.model, BasePage)):  # type: ignore[union-attr]
            continue
        through: Any = many.remote_field.through  # type: ignore[union-attr]
        yield many, through.objects.filter(**{many.m2m_reverse_name(): thing.pk})  # type: ignore[union-attr]


def with_names(model: Any) -> QuerySet[Any]:
    """Records with what their names are made of."""
    records = model._default_manager.all()
    if model is Observation:
        return records.select_related("indicator", "subject")
    return records


def type_label(record: Any, type_id: int) -> str:
    if isinstance(record, BasePage):
        return record.type_label
    model = ContentType.objects.get_for_id(type_id).model_class()
    return str(model._meta.verbose_name) if model else ""


class UsesMixin(generic.UsageView):
    """Wagtail's view of where something is used, on `Uses`."""

    page_title = "使用情况"

    def get_queryset(self) -> Any:
        return Uses(self.object)

    @cached_property
    def columns(self) -> list[Any]:
        places = super().columns[-1]
        return [
            TitleColumn("name", label="页面或记录", accessor="label", get_url=lambda row: row["edit_url"]),
            Column("type", label="类别", accessor=lambda row: row["type"]),
            places,
        ]

    def get_table(self, object_list: Any, **kwargs: Any) -> Any:
        finder = AdminURLFinder(self.request.user)
        rows = []
        for use in object_list:
            address = finder.get_edit_url(use.record)
            rows.append(
                {
                    "object": use.record,
                    "references": use.places,
                    "type": use.type_label,
                    "edit_url": address,
                    "label": str(use.record) if address else f"（无权查看的{use.type_label}）",
                    "edit_link_title": f"编辑这个{use.type_label}" if address else None,
                }
            )
        return super(generic.UsageView, self).get_table(rows, **kwargs)


class PageUsageView(UsesMixin, PageUsage):
    def get_object(self) -> Any:
        """The page in its own type: what points to it depends on that."""
        return super().get_object().specific


class SnippetUsageView(UsesMixin, ModelUsage):
    pass
