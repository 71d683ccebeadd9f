"""A letter to the reviewers of a step when work arrives there. Wagtail writes only for its own kind of task."""

from __future__ import annotations

from typing import Any

from wagtail.admin.mail import GroupApprovalTaskStateSubmissionEmailNotifier

from cms.review.rules import approver_ids, author_ids


class ReviewArrives(GroupApprovalTaskStateSubmissionEmailNotifier):
    def get_template_base_prefix(self, instance: Any) -> str:
        """Wagtail's own letters."""
        return "task_state_"

    def get_recipient_users(self, task_state: Any, **kwargs: Any) -> Any:
        """Not to those who may not decide on this work."""
        excluded = author_ids(task_state.workflow_state.content_object) | approver_ids(task_state)
        return super().get_recipient_users(task_state, **kwargs).exclude(pk__in=excluded)


review_arrives = ReviewArrives()
