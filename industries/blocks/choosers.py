"""Choosers that, while a page is being shown, give ids instead of fetching record by record.

The page has fetched what readers may see of all its blocks (`found.py`); the blocks look it up there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.snippets.blocks import SnippetChooserBlock

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
    """In migrations it is the chooser of Wagtail that it extends."""

    def to_python(self, value: Any) -> Any:
        return self.bulk_to_python([value])[0] if _ids_only.get() else super().to_python(value)

    def bulk_to_python(self, values: Iterable[Any]) -> list[Any]:
        if not _ids_only.get():
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
