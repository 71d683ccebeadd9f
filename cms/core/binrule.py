"""What is in the recycle bin (回收站). One rule, which the managers of pages and facts ask.

Pages in the bin stand below one node, at the last place that the tree has among the root's children: no page
ever gets that place by itself, so the node needs no number to be remembered. Facts stay where they are, and are
in the bin while a `BinnedRecord` says so.

Every query for pages or facts leaves out what is in the bin, except within `bin_open`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.apps import apps
from django.db.models import BigIntegerField, Q
from django.db.models.functions import Cast

BIN_PATH = "0001ZZZZ"

_is_open: ContextVar[bool] = ContextVar("bin_is_open", default=False)


@contextmanager
def bin_open() -> Iterator[None]:
    """Within this block, queries see what is in the bin too: for putting in, taking out and emptying."""
    token = _is_open.set(True)
    try:
        yield
    finally:
        _is_open.reset(token)


def page_in_bin() -> Q:
    """Matches the bin's own node and every page below it."""
    return Q(path__startswith=BIN_PATH)


def binned_ids(model: Any) -> Any:
    """Ids of the records of `model` (no page) in the bin, as a subquery."""
    records = apps.get_model("core", "BinnedRecord").objects.filter(
        content_type__app_label=model._meta.app_label, content_type__model=model._meta.model_name
    )
    return records.order_by().annotate(number=Cast("object_id", BigIntegerField())).values("number")


def is_binned(record: Any) -> bool:
    """Whether a page or fact in hand is in the bin; a query for what is no page."""
    if hasattr(record, "path"):
        return str(record.path).startswith(BIN_PATH)
    return type(record)._base_manager.filter(pk=record.pk, pk__in=binned_ids(type(record))).exists()


class PagesOutsideBin:
    """For managers of pages."""

    def get_queryset(self) -> Any:
        found = super().get_queryset()  # type: ignore[misc]
        return found if _is_open.get() else found.exclude(page_in_bin())


class RecordsOutsideBin:
    """For managers of facts."""

    def get_queryset(self) -> Any:
        found = super().get_queryset()  # type: ignore[misc]
        return found if _is_open.get() else found.exclude(pk__in=binned_ids(self.model))  # type: ignore[attr-defined]
