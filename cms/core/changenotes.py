"""Notes on changes: an editor says what a new version brings; of a major change, readers are told."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from wagtail.models import Revision
from wagtail.signals import page_published

from cms.core.forms import CHANGE_FIELDS
from cms.core.models import BasePage, ChangeKind, ChangeNote


@receiver(page_published)
def keep_note(instance: BasePage, revision: Revision | None = None, **kwargs: Any) -> None:
    """Keeps what the published draft says of its change, and empties the fields for the next one.

    The first publication is no change; a minor change without a word leaves no note.
    """
    text = instance.change_note.strip()
    is_change = instance.first_published_at != instance.last_published_at
    if is_change and text:
        ChangeNote.objects.create(
            page_id=instance.pk,
            kind=instance.change_kind,
            text=text,
            revision=revision,
            user=revision.user if revision else None,
        )
    if text or instance.change_kind != ChangeKind.MINOR:
        instance.change_kind, instance.change_note = ChangeKind.MINOR, ""
        emptied = {name: getattr(instance, name) for name in CHANGE_FIELDS}
        BasePage.objects.filter(pk=instance.pk).update(**emptied)
