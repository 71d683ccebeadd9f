"""The course of a project: which stages, in which order, at which dates."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from industries.models import ProjectPage, ProjectStage, Statement
from industries.models.project import STAGE_ORDER, StageKind, stage_problem, with_stages
from tests.factories import (
    ObservationFactory,
    Portal,
    ProjectPageFactory,
    StatementFactory,
)


def dated(text: str) -> Statement:
    statement = Statement(period=text)
    statement.apply_period()
    return statement


def course(*stages: tuple[str, str | None]) -> list[tuple[str, Statement | None]]:
    return [(kind, None if when is None else dated(when)) for kind, when in stages]


def test_stages_come_in_the_order_in_which_projects_go() -> None:
    labels = [stage.label for stage in STAGE_ORDER]
    assert labels == ["签约", "开工", "在建", "竣工", "投产", "量产", "达效"]
    assert stage_problem([(stage, None) for stage in STAGE_ORDER]) == ""


SENSIBLE = [
    course(),
    course(("signed", "2023")),
    course(("signed", None), ("started", None)),
    course(("signed", ""), ("started", "2023")),
    course(("signed", "2022"), ("full_capacity", "2025")),
    course(("started", "2023-03"), ("completed", "2024-05-20"), ("operating", "2024-06")),
    # The same day, and periods that overlap or hold one another.
    course(("completed", "2024-05-20"), ("operating", "2024-05-20")),
    course(("started", "2023"), ("completed", "2023-06")),
    course(("started", "2023-06"), ("completed", "2023")),
    course(("started", "2023/2025"), ("completed", "2024")),
    course(("building", "@2024"), ("completed", "2024-12-31")),
    # An undated stage in between.
    course(("signed", "2022"), ("started", None), ("completed", "2023")),
]


@pytest.mark.parametrize("stages", SENSIBLE)
def test_sensible_course_has_no_problem(stages: list[tuple[str, Statement | None]]) -> None:
    assert stage_problem(stages) == ""


SENSELESS = [
    (course(("started", "2023"), ("started", "2024")), "阶段“开工”重复。"),
    (course(("completed", "2023"), ("signed", "2022")), "阶段“签约”应排在“竣工”之前。"),
    (
        course(("signed", None), ("mass_production", None), ("operating", None)),
        "阶段“投产”应排在“量产”之前。",
    ),
    (course(("started", "2024"), ("completed", "2023")), "“竣工”的时间早于“开工”。"),
    (
        course(("completed", "2024-05-20"), ("operating", "2024-05-19")),
        "“投产”的时间早于“竣工”。",
    ),
    (
        course(("signed", "2024"), ("started", None), ("completed", "2023-12")),
        "“竣工”的时间早于“签约”。",
    ),
    (course(("building", "@2025"), ("completed", "2025-11")), "“竣工”的时间早于“在建”。"),
    # Compared with the latest beginning so far, not with the stage right before.
    (
        course(("signed", "2024"), ("started", "2022/2024"), ("completed", "2023")),
        "“竣工”的时间早于“签约”。",
    ),
]


@pytest.mark.parametrize(("stages", "problem"), SENSELESS)
def test_senseless_course_is_named(stages: list[tuple[str, Statement | None]], problem: str) -> None:
    assert stage_problem(stages) == problem


def project_with(*stages: tuple[str, str]) -> ProjectPage:
    project = ProjectPageFactory()
    project.stages.set(
        [
            ProjectStage(
                stage=kind, statement=StatementFactory(period=when, subjects=[project]), sort_order=order
            )
            for order, (kind, when) in enumerate(stages)
        ]
    )
    return project


def test_page_with_a_senseless_course_cannot_be_saved_by_editors(portal: Portal) -> None:
    with pytest.raises(ValidationError) as refused:
        project_with(("started", "2024"), ("completed", "2023")).full_clean()
    assert refused.value.message_dict == {"__all__": ["建设进度：“竣工”的时间早于“开工”。"]}
    with pytest.raises(ValidationError, match="应排在"):
        project_with(("completed", "2024"), ("started", "2023")).full_clean()


def test_page_with_a_sensible_course_is_valid_and_shows_its_latest_stage(portal: Portal) -> None:
    project = project_with(("started", "2023"), ("completed", "2024"), ("operating", "2025"))
    project.full_clean()
    project.save()
    stored = with_stages(ProjectPage.objects.all()).get()
    assert stored.latest_stage.stage == StageKind.OPERATING
    assert ProjectPageFactory().latest_stage is None


def test_database_holds_each_stage_of_a_project_once(portal: Portal) -> None:
    project = project_with(("started", "2023"))
    project.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        ProjectStage.objects.create(project=project, stage="started", statement=StatementFactory())


def test_what_a_project_rests_on_cannot_be_deleted(portal: Portal) -> None:
    project = project_with(("started", "2023"))
    project.investment = ObservationFactory()
    project.save()
    for fact in (project.investment, project.stages.get().statement):
        with pytest.raises(ProtectedError), transaction.atomic():
            fact.delete()


def test_context_shows_visible_stages_and_investment_only(portal: Portal, rf: Any) -> None:
    project = ProjectPageFactory()
    shown = StatementFactory(subjects=[project], period="2023")
    hidden = StatementFactory(subjects=[project], period="2024", live=False)
    project.stages.set(
        [
            ProjectStage(stage="started", statement=shown, sort_order=0),
            ProjectStage(stage="completed", statement=hidden, sort_order=1),
        ]
    )
    project.investment = ObservationFactory(live=False)
    project.save()
    context = project.get_context(rf.get("/"))
    assert context["stages"] == [{"label": "开工", "statement": shown}]
    assert context["investment"] is None
