"""Choosers that, while a page is being shown, give ids instead of fetching record by record.

The page has fetched what readers may see of all its blocks (`found.py`); the blocks look it up there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.utils.functional import cached_property
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.snippets.blocks import SnippetChooserBlock

from cms.core.binrule import bin_open
from cms.core.choosing import KeptChoice

_ids_only: ContextVar[bool] = ContextVar("ids_only", default=False)


@contextmanager
def ids_only() -> Iterator[None]:
    """Within this block, choosers give records that know nothing but their id."""
    token = _ids_only.set(True)
    try:
        yield
    finally:
        _ids_only.reset(token)


class Reference(blocks.ChooserBlock):
    """In migrations it is the chooser of Wagtail that it extends.

    What is in the recycle bin may come back: a text that refers to it goes on doing so.
    """

    @cached_property
    def field(self) -> KeptChoice:
        return KeptChoice.like(super().field)

    def value_from_form(self, value: Any) -> Any:
        with bin_open():
            return super().value_from_form(value)

    def to_python(self, value: Any) -> Any:
        if _ids_only.get():
            return self.bulk_to_python([value])[0]
        with bin_open():
            return super().to_python(value)

    def bulk_to_python(self, values: Iterable[Any]) -> list[Any]:
        if not _ids_only.get():
            with bin_open():
                return list(super().bulk_to_python(values))
        return [None if value is None else self.model_class(pk=value) for value in values]

    @property
    def canonical_module_path(self) -> str:
        wagtails = next(c for c in type(self).__mro__ if c.__module__.startswith("wagtail."))
        return {blocks.PageChooserBlock: "wagtail.blocks.PageChooserBlock"}.get(
            wagtails, f"{wagtails.__module__}.{wagtails.__name__}"
        )


class PageReference(Reference, blocks.PageChooserBlock):
    pass


class RecordReference(Reference, SnippetChooserBlock):
    pass


class DocumentReference(Reference, DocumentChooserBlock):
    pass
