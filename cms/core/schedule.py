"""Publication and expiry at the hour that an editor set."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from django.apps import apps
from django.utils import timezone
from wagtail.models import AbstractPage, DraftStateMixin, Revision

from cms.core.chores import Beat, Task, in_step
from cms.core.models import BasePage

EVERY = timedelta(seconds=20)


def publish_scheduled(beat: Beat) -> str:
    """Publishes what is due and takes down what has expired, each in a transaction of its own.

    Wagtail's command of that name stops at the first record that cannot be published.
    """
    counts = {"published": 0, "expired": 0, "failed": 0}
    for model in scheduled_models():
        due = model.objects.filter(live=True, expire_at__lte=timezone.now()).order_by("expire_at", "pk")
        for pk in list(due.values_list("pk", flat=True)):
            beat()
            counts["expired" if in_step(partial(expire, model, pk)) else "failed"] += 1
    due_revisions = Revision.objects.filter(approved_go_live_at__lte=timezone.now())
    for pk in list(due_revisions.order_by("approved_go_live_at", "pk").values_list("pk", flat=True)):
        beat()
        counts["published" if in_step(partial(publish, pk)) else "failed"] += 1
    said = {"published": "发布{}项", "expired": "到期撤下{}项", "failed": "失败{}项，见服务器日志"}
    return "，".join(words.format(counts[key]) for key, words in said.items() if counts[key])


def scheduled_models() -> list[Any]:
    others = [
        model
        for model in apps.get_models()
        if issubclass(model, DraftStateMixin) and not issubclass(model, AbstractPage)
    ]
    return [BasePage, *others]


def expire(model: Any, pk: Any) -> None:
    """The row is locked and asked again: a command run by hand may have been faster."""
    record = model.objects.select_for_update().filter(pk=pk, live=True, expire_at__lte=timezone.now()).first()
    if record is not None:
        record.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")


def publish(pk: int) -> None:
    due = Revision.objects.select_for_update().filter(pk=pk, approved_go_live_at__lte=timezone.now())
    if (revision := due.first()) is not None:
        revision.publish(log_action="wagtail.publish.scheduled")


SCHEDULED_PUBLICATION = Task(
    name="publish-scheduled", label="定时发布和到期撤下", every=EVERY, work=publish_scheduled
)
