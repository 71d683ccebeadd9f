"""What a reviewer fills in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from wagtail.admin.widgets import AdminAutoHeightTextInput

from cms.review.rules import blocking, described


class DecisionForm(forms.Form):
    """Base of a reviewer's forms. `subject` gives the content as it was submitted."""

    subject: Callable[[], Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found: list[Any] = []


class RejectionForm(DecisionForm):
    comment = forms.CharField(
        label="退回理由",
        max_length=2000,
        widget=AdminAutoHeightTextInput,
        help_text="写明哪里要改、为什么；作者会看到，并留在审核单上。",
        error_messages={"required": "退回须写明理由。"},
    )


class ApprovalForm(DecisionForm):
    comment = forms.CharField(
        label="审核意见",
        max_length=2000,
        required=False,
        widget=AdminAutoHeightTextInput,
        help_text="可以不填；填写的意见留在审核单上。",
    )

    def clean(self) -> dict[str, Any]:
        """Findings that block are mended, or the last reviewer lets them pass with a reason."""
        cleaned: dict[str, Any] = super().clean() or {}
        self.found = blocking(self.subject())
        if self.found and not (cleaned.get("override_reason") or "").strip():
            self.refuse(described(self.found))
        return cleaned

    def refuse(self, lines: list[str]) -> None:
        raise ValidationError(["内容检查发现下列问题，改正后才能通过：", *lines])


class FirstApprovalForm(ApprovalForm):
    secrecy_checked = forms.BooleanField(
        label="已作保密审查",
        help_text="不含国家秘密、工作秘密、商业秘密和不宜公开的个人信息。",
        error_messages={"required": "初审通过前须作保密审查，并在此勾选。"},
    )


class FinalApprovalForm(ApprovalForm):
    override_reason = forms.CharField(
        label="放行理由",
        max_length=300,
        required=False,
        widget=AdminAutoHeightTextInput,
        help_text="内容检查有“须改正”的问题而仍要发布时必填，留在审核单上。",
    )

    def refuse(self, lines: list[str]) -> None:
        raise ValidationError(
            ["内容检查发现下列问题。请退回改正，或在“放行理由”中写明为什么可以发布：", *lines]
        )
