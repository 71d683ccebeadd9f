"""Where the three reviews are in force: where the workflow that Wagtail would start has review steps in it."""

from __future__ import annotations

from typing import Any

from wagtail.models import WorkflowContentType, WorkflowPage

from cms.review.models import ReviewStep

REMEMBERED = "_pages_with_workflow"


def is_reviewed(workflow: Any) -> bool:
    return (
        workflow is not None
        and ReviewStep.objects.filter(active=True, workflow_tasks__workflow=workflow).exists()
    )


def model_is_reviewed(model: Any) -> bool:
    """For facts, which have one workflow for all records of a model."""
    return ReviewStep.objects.filter(
        active=True,
        workflow_tasks__workflow__in=WorkflowContentType.objects.filter(
            workflow__active=True,
            content_type__app_label=model._meta.app_label,
            content_type__model=model._meta.model_name,
        ).values("workflow"),
    ).exists()


def page_is_reviewed(page: Any, user: Any) -> bool:
    """Whether the workflow of the page, or of its nearest ancestor with one, has review steps.

    One query for all pages of a listing: workflows are assigned to few pages, and are remembered on `user`
    (one request's), as Wagtail remembers permissions.
    """
    assigned = getattr(user, REMEMBERED, None)
    if assigned is None:
        reviewed = set(
            ReviewStep.objects.filter(active=True).values_list("workflow_tasks__workflow", flat=True)
        )
        rows = WorkflowPage.objects.filter(workflow__active=True).values_list("page__path", "workflow")
        assigned = [(path, workflow in reviewed) for path, workflow in rows]
        setattr(user, REMEMBERED, assigned)
    over = [(path, reviewed) for path, reviewed in assigned if page.path.startswith(path)]
    return bool(over) and max(over, key=lambda row: len(row[0]))[1]


def object_is_reviewed(instance: Any) -> bool:
    return is_reviewed(instance.get_workflow())
