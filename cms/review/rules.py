"""The rules of the three reviews: who may decide on what, and what sends work back to the first step."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from wagtail.log_actions import registry as log_registry
from wagtail.models import Revision, TaskState, WorkflowState

from cms.review.force import is_reviewed
from cms.review.models.step import ReviewOpinion, ReviewStep


class Refused(PermissionDenied):
    """A decision that the rules do not allow; its text says why, in Chinese."""


def published_revision_id(instance: Any) -> int | None:
    """The revision that readers see, or saw last."""
    if instance.live_revision_id:
        return int(instance.live_revision_id)
    logs = log_registry.get_logs_for_instance(instance).filter(action="wagtail.publish")
    number: int | None = (
        logs.exclude(revision=None).order_by("-timestamp").values_list("revision", flat=True).first()
    )
    return number


def author_ids(instance: Any) -> set[int]:
    """Who wrote any revision since the published one, and who submitted what is under review."""
    revisions = Revision.objects.for_instance(instance).exclude(user=None)
    if published := published_revision_id(instance):
        revisions = revisions.filter(pk__gt=published)
    elif instance.last_published_at:
        revisions = revisions.filter(created_at__gt=instance.last_published_at)
    state = WorkflowState.objects.for_instance(instance).active().first()
    submitter = {state.requested_by_id} if state and state.requested_by_id else set()
    return set(revisions.order_by().values_list("user", flat=True)) | submitter


def approver_ids(task_state: TaskState) -> set[int]:
    """Who has approved the same revision in an earlier step of the same review."""
    approved = ReviewOpinion.objects.filter(
        workflow_state=task_state.workflow_state_id,
        revision=task_state.revision_id,
        status=TaskState.STATUS_APPROVED,
    )
    return set(approved.exclude(finished_by=None).values_list("finished_by", flat=True))


def refusal(step: ReviewStep, instance: Any, user: Any) -> str:
    """Why `user` may not decide on `instance` at this step; empty if they may. Superusers obey too."""
    task_state = instance.current_workflow_task_state
    if task_state is None or task_state.task_id != step.pk:
        return "本稿现在不在这一审次。"
    if user.pk in author_ids(instance):
        return "这一稿是您写的、改过的或送审的，须由别人审核。您的改动都已保存。"
    if user.pk in approver_ids(task_state):
        return "这一稿您已在前一审次通过，三个审次须由三个人完成。"
    if not user.is_active or not (user.is_superuser or step._user_in_groups(user)):
        return f"您不是“{step.name}”人员。"
    return ""


def blocking(instance: Any) -> list[Any]:
    """Findings that keep the content from being published."""
    from cms.review.checks import findings

    return [finding for finding in findings(instance) if finding.blocks]


def described(found: list[Any]) -> list[str]:
    """One line for each finding: where, what, and the words around."""
    return [
        f"{finding.place}：{finding.message}" + (f"（{finding.excerpt}）" if finding.excerpt else "")
        for finding in found
    ]


def submission_problems(instance: Any) -> list[str]:
    """What keeps a page or fact from being submitted where the reviews are in force."""
    workflow = instance.get_workflow() if instance.pk else None
    return described(blocking(instance)) if workflow is None or is_reviewed(workflow) else []


@transaction.atomic
def decide(step: ReviewStep, task_state: TaskState, user: Any, action: str, data: dict[str, Any]) -> None:
    """Records the decision of `user` and moves the work on. Raises Refused, and then nothing has changed.

    `data` is what the reviewer filled in (see cms.review.forms); it is checked again here.
    """
    # Two reviewers of one step at the same moment: the second finds the work gone on.
    state = WorkflowState.objects.select_for_update().get(pk=task_state.workflow_state_id)
    opinion = ReviewOpinion.objects.select_related("task").get(pk=task_state.pk)
    if opinion.status != TaskState.STATUS_IN_PROGRESS or state.current_task_state_id != opinion.pk:
        raise Refused("本稿已由别人处理，或者内容有改动，请重新打开再审。")
    instance = opinion.revision.as_object()
    if reason := refusal(step, instance, user):
        raise Refused(reason)
    if action not in {"approve", "reject"}:
        raise Refused("没有这种处理。")
    form = step.form_class(action, lambda: instance)(data)
    if not form.is_valid():
        raise Refused("".join(text for texts in form.errors.values() for text in texts))
    opinion.reviewer_name = str(user)
    opinion.secrecy_checked = form.cleaned_data.get("secrecy_checked", False)
    if found := form.found:
        opinion.overridden = [finding.as_record() for finding in found]
        opinion.override_reason = form.cleaned_data["override_reason"]
    decided = opinion.approve if action == "approve" else opinion.reject
    decided(user=user, comment=form.cleaned_data["comment"])


def send_back(sender: Any, instance: Any, revision: Revision, user: Any, **kwargs: Any) -> None:
    """An edit of what is under review starts the review anew, at the first step.

    What had been approved stays on record for its revision.
    """
    state = getattr(instance, "workflow_states", WorkflowState.objects.none())
    state = state.filter(status=WorkflowState.STATUS_IN_PROGRESS).select_related("current_task_state").first()
    current = state and state.current_task_state and state.current_task_state.specific
    if not isinstance(current, ReviewOpinion) or current.status != TaskState.STATUS_IN_PROGRESS:
        return
    with transaction.atomic():
        if current.task_id == first_step(state).pk:
            # Its reviewers know of the work already. A form that one of them has open must not fit any more.
            fresh = ReviewOpinion(workflow_state=state, revision=revision, task=current.task)
            fresh.save()
            state.current_task_state = fresh
            state.save()
            current.delete()
        else:
            current.cancel(user=user)


def first_step(state: WorkflowState) -> Any:
    return state.workflow.tasks.filter(active=True).first()
