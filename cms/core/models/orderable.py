"""Rows that stand in an order, below a page or a record."""

from __future__ import annotations

from wagtail.models import Orderable as WagtailOrderable


class Orderable(WagtailOrderable):
    """Wagtail's, with ties broken by age.

    Rows written outside the editor have no `sort_order`; a database may then give them in any order, and
    PostgreSQL gave the same rows in two orders within one minute.
    """

    class Meta(WagtailOrderable.Meta):
        abstract = True
        ordering = ("sort_order", "pk")
