"""Three people look at everything before readers see it (三审三校): 初审, 审核, 审发."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models
from wagtail.models import AbstractGroupApprovalTask, TaskState


class Stage(models.TextChoices):
    FIRST = "first", "初审"
    SECOND = "second", "审核"
    FINAL = "final", "审发"


class ReviewOpinion(TaskState):
    """What one reviewer decided about one revision, as it stands on the 审核单."""

    # The name at that time: it stays on record when the account is gone.
    reviewer_name = models.CharField("审核人", max_length=80, blank=True)
    secrecy_checked = models.BooleanField("已作保密审查", default=False)
    # Findings that would have kept the content back, each with rule, place and excerpt, and why they were let pass.
    overridden: Any = models.JSONField("放行的问题", default=list, blank=True)
    override_reason = models.CharField("放行理由", max_length=300, blank=True)

    class Meta:
        verbose_name = "审核意见"
        verbose_name_plural = "审核意见"


class ReviewStep(AbstractGroupApprovalTask):
    """One of the three steps. Its rules are in cms.review.rules; here they are given to Wagtail's workflow."""

    stage = models.CharField("审次", max_length=8, choices=Stage)

    task_state_class = ReviewOpinion
    admin_form_fields = [*AbstractGroupApprovalTask.admin_form_fields, "stage"]
    admin_form_readonly_on_edit_fields = [
        *AbstractGroupApprovalTask.admin_form_readonly_on_edit_fields,
        "stage",
    ]
    # What `get_actions` was last asked about: Wagtail asks for the form without saying for what.
    asked_about: Any = None

    class Meta:
        verbose_name = "三审步骤"
        verbose_name_plural = "三审步骤"

    def start(self, workflow_state: Any, user: Any = None) -> Any:
        """A review always goes through the steps in order: one that is resumed begins at the first again."""
        due = workflow_state.get_next_task()
        if due is not None and due.pk != self.pk:
            return due.specific.start(workflow_state, user=user)
        return super().start(workflow_state, user=user)

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, str, bool]]:
        from cms.review.rules import refusal

        self.asked_about = obj
        if refusal(self, obj, user):
            return []
        approve = "通过并发布" if self.stage == Stage.FINAL else "通过"
        return [("approve", approve, True), ("reject", "退回修改", True)]

    def form_class(self, action: str, subject: Callable[[], Any]) -> Any:
        """The form for a decision; `subject` gives the page or fact as it was submitted."""
        from cms.review import forms

        if action == "reject":
            base: Any = forms.RejectionForm
        else:
            by_stage = {Stage.FIRST: forms.FirstApprovalForm, Stage.FINAL: forms.FinalApprovalForm}
            base = by_stage.get(Stage(self.stage), forms.ApprovalForm)
        return type(base.__name__, (base,), {"subject": staticmethod(subject)})

    def get_form_for_action(self, action: str) -> Any:
        return self.form_class(action, lambda: self.asked_about.get_latest_revision_as_object())

    def on_action(self, task_state: Any, user: Any, action_name: str, **data: Any) -> None:
        """What the rules refuse changes nothing. What came of it is left on `user` for the view to say."""
        from cms.review.rules import Refused, decide

        try:
            decide(self, task_state, user, action_name, data)
        except Refused as error:
            user.review_refusals = [*getattr(user, "review_refusals", []), str(error)]
        else:
            done = "通过" if action_name == "approve" else "退回修改"
            user.review_decisions = [*getattr(user, "review_decisions", []), f"{self.name}：已{done}。"]

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> Any:
        """The queue of `user`: what waits at this step and is not their own."""
        waiting = super().get_task_states_user_can_moderate(user, **kwargs)
        return waiting.exclude(revision__user=user).exclude(workflow_state__requested_by=user)

    @classmethod
    def get_description(cls) -> str:
        return "三审（初审、审核、审发）中的一审：三人各审一次，都不是作者；有改动就从初审重来。"
