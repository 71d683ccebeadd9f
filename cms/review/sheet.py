"""审核单: who wrote, who decided what and when, for every round of review of a page or fact. For printing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from wagtail.admin.utils import get_latest_str
from wagtail.log_actions import registry as log_registry
from wagtail.models import Revision, TaskState, WorkflowState

from cms.core.models import User
from cms.review import emergency
from cms.review.access import (
    can_publish_in_emergency,
    can_read,
    edit_address,
    emergency_address,
    history_address,
    reviewed_object,
)
from cms.review.models import EmergencyPublication, ReviewOpinion
from cms.review.rules import author_ids

DECISIONS = {
    TaskState.STATUS_IN_PROGRESS: "待审",
    TaskState.STATUS_APPROVED: "通过",
    TaskState.STATUS_REJECTED: "退回修改",
    TaskState.STATUS_CANCELLED: "未审结（内容有改动或已撤回）",
    TaskState.STATUS_SKIPPED: "跳过",
}
RESULTS = {
    WorkflowState.STATUS_IN_PROGRESS: "审核中",
    WorkflowState.STATUS_APPROVED: "审核通过",
    WorkflowState.STATUS_NEEDS_CHANGES: "退回修改",
    WorkflowState.STATUS_CANCELLED: "已撤回或中止",
}
# Rounds on one sheet: what is older is in the history.
ROUNDS = 20


@dataclass
class Round:
    """One review, from submission to its end."""

    number: int
    state: WorkflowState
    opinions: list[ReviewOpinion] = field(default_factory=list)

    @property
    def result(self) -> str:
        return RESULTS[self.state.status]


@dataclass(frozen=True)
class Emergency:
    record: EmergencyPublication
    # Why the reader of the sheet may not confirm it; empty if they may.
    obstacle: str
    # Who confirmed it afterwards; empty where a later review did.
    confirmed_by: str


def rounds(instance: Any) -> list[Round]:
    """The latest first, each with its opinions in the order of time. Two queries."""
    states = WorkflowState.objects.for_instance(instance).select_related("requested_by")
    count = states.count()
    latest = list(states.order_by("-created_at", "-pk")[:ROUNDS])
    found = {state.pk: Round(count - index, state) for index, state in enumerate(latest)}
    opinions = ReviewOpinion.objects.filter(workflow_state__in=found).select_related(
        "task", "revision", "finished_by"
    )
    for opinion in opinions.order_by("started_at", "pk"):
        opinion.decision = DECISIONS[opinion.status]
        found[opinion.workflow_state_id].opinions.append(opinion)
    return list(found.values())


def writers(instance: Any) -> list[str]:
    """Names of everybody who kept a draft, those of the present version marked."""
    ids = Revision.objects.for_instance(instance).exclude(user=None).order_by().values("user")
    present = author_ids(instance)
    users = User.objects.filter(pk__in=ids) | User.objects.filter(pk__in=present)
    return [f"{user}（本稿）" if user.pk in present else str(user) for user in users.order_by("pk")]


def emergencies(instance: Any, user: Any) -> list[Emergency]:
    logs = log_registry.get_logs_for_instance(instance).filter(action=emergency.CONFIRMED)
    names = {entry.data.get("emergency"): entry.data.get("name", "") for entry in logs}
    return [
        Emergency(record, emergency.may_confirm(user, record, instance), names.get(record.pk, ""))
        for record in emergency.of(instance).select_related("revision")
    ]


def sheet(request: HttpRequest, content_type_id: int, object_id: str) -> HttpResponse:
    instance = reviewed_object(content_type_id, object_id)
    if not can_read(request.user, instance):
        raise PermissionDenied
    title = get_latest_str(instance)
    context = {
        "instance": instance,
        "page_title": "审核单",
        "page_subtitle": title,
        "header_icon": "clipboard-list",
        "breadcrumbs_items": [],
        "title": title,
        "type_name": instance._meta.verbose_name,
        "writers": writers(instance),
        "rounds": rounds(instance),
        "emergencies": emergencies(instance, request.user),
        "edit_url": edit_address(instance, request.user),
        "history_url": history_address(instance),
        "emergency_url": emergency_address(instance)
        if can_publish_in_emergency(request.user, instance) and not emergency.problem(instance)
        else "",
        "printed_at": timezone.now(),
        "printed_by": str(request.user),
    }
    return TemplateResponse(request, "review/sheet.html", context)
