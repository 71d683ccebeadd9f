"""Three people look at everything before readers see it (三审三校): 初审, 审核, 审发."""

from __future__ import annotations

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
    """One of the three steps."""

    stage = models.CharField("审次", max_length=8, choices=Stage)

    task_state_class = ReviewOpinion
    admin_form_fields = [*AbstractGroupApprovalTask.admin_form_fields, "stage"]
    admin_form_readonly_on_edit_fields = [
        *AbstractGroupApprovalTask.admin_form_readonly_on_edit_fields,
        "stage",
    ]

    class Meta:
        verbose_name = "三审步骤"
        verbose_name_plural = "三审步骤"
