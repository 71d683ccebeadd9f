"""Drafts outlive what they point to: an old revision must open all the same."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.dispatch import Signal
from modelcluster.models import get_all_child_relations
from wagtail.models import TaskState

from cms.core.binrule import bin_open

DECIDED = (TaskState.STATUS_APPROVED, TaskState.STATUS_REJECTED)

# Sent after a draft of a page or a fact was kept: `instance`, `revision`, `user` (None for a program).
draft_saved = Signal()


class OpensDespiteDeletions:
    """For models with revisions. A revision knows records by id, and those may be gone by now.

    modelcluster raises for a dangling key that is protected. Here the key is emptied, and the form asks for
    a new value; a child row that means nothing without its record is left out. What is in the recycle bin may
    come back: drafts keep pointing to it.
    """

    @classmethod
    def from_serializable_data(cls, data: Any, check_fks: bool = True, strict_fks: bool = False) -> Any:
        parent: Any = super()
        with bin_open():
            known = without_dangling(cls, data) if check_fks else data
            return parent.from_serializable_data(known, check_fks=check_fks, strict_fks=strict_fks)

    def save_revision(self, *args: Any, **kwargs: Any) -> Any:
        """A revision that reviewers have decided on stays as they read it: saving again makes a new one."""
        parent: Any = super()
        overwritten = kwargs.get("overwrite_revision")
        if overwritten and overwritten.task_states.filter(status__in=DECIDED).exists():
            kwargs["overwrite_revision"] = None
        with bin_open():
            revision = parent.save_revision(*args, **kwargs)
        draft_saved.send(sender=type(self), instance=self, revision=revision, user=revision.user)
        return revision


def without_dangling(model: Any, data: dict[str, Any]) -> dict[str, Any]:
    cleaned = {**data, **dict.fromkeys(dangling(model, data))}
    for relation in get_all_child_relations(model):
        name = relation.get_accessor_name()
        if name in data:
            cleaned[name] = [row for row in data[name] if not dangling(relation.related_model, row)]
    return cleaned


def dangling(model: Any, data: dict[str, Any]) -> list[str]:
    """Names of the protected keys in `data` whose record no longer exists."""
    names = []
    for field in model._meta.concrete_fields:
        protected = field.remote_field and field.remote_field.on_delete is models.PROTECT
        if protected and data.get(field.name) is not None:
            targets = field.related_model._default_manager
            if not targets.filter(pk=data[field.name]).exists():
                names.append(field.name)
    return names
