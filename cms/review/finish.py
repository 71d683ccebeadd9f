"""What happens when the last reviewer has approved. Wagtail imports this before any model is there."""

from __future__ import annotations

from typing import Any


def publish_reviewed(workflow_state: Any, user: Any = None) -> None:
    """Publishes (or schedules) the revision that the last reviewer read.

    Under review nobody may publish by themselves, so the permission is not asked for again; in any other
    workflow it is.
    """
    from cms.review.models import ReviewOpinion

    last = workflow_state.current_task_state.specific
    last.revision.publish(user=user, skip_permission_checks=isinstance(last, ReviewOpinion))
