"""The course of a project: which stages, in which order, at which dates."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from industries.models import ProjectEnterprise, ProjectPage, ProjectStage, Statement
from industries.models.project import STAGE_ORDER, StageKind, stage_line, stage_problem, with_stages
from tests.factories import (
    EnterprisePageFactory,
    ObservationFactory,
    Portal,
    ProjectPageFactory,
    SectorPageFactory,
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
    assert [stage["statement"] for stage in context["stages"]] == [None, shown, *[None] * 5]
    assert [stage["label"] for stage in context["stages"] if stage["current"]] == ["开工"]
    assert context["investment"] is None


def test_line_shows_all_stages_and_which_of_them_are_reported(portal: Portal) -> None:
    told = StatementFactory()
    line = stage_line({"operating": told, "completed": told})
    assert [stage["label"] for stage in line] == ["签约", "开工", "在建", "竣工", "投产", "量产", "达效"]
    assert [stage["statement"] for stage in line] == [None, None, None, told, told, None, None]
    assert [stage["passed"] for stage in line] == [True] * 5 + [False] * 2
    assert [stage["current"] for stage in line] == [False] * 4 + [True] + [False] * 2


def test_project_of_which_no_stage_is_reported_has_no_line(portal: Portal) -> None:
    assert stage_line({}) == []
    assert with_stages(ProjectPage.objects.filter(pk=ProjectPageFactory().pk)).get().progress == []


def test_page_tells_a_stage_not_reported_from_one_not_done(portal: Portal, client: Client) -> None:
    project = project_with(("started", "2023-03"))
    project.save()
    page = client.get(project.url).content.decode()
    assert page.count("未见报道</p>") == 6
    assert page.count('aria-current="step"') == 1
    assert "<time>2023年3月</time>" in page


def test_statement_of_a_stage_is_not_told_again_below(portal: Portal, rf: Any) -> None:
    project = project_with(("started", "2023"))
    project.save()
    other = StatementFactory(subjects=[project], period="2022")
    undated = StatementFactory(subjects=[project])
    context = project.get_context(rf.get("/"))
    assert context["milestones"] == [(2022, [other])]
    assert context["claims"] == [undated]


def test_unknown_is_named_once_and_only_where_it_could_be_known(portal: Portal, rf: Any) -> None:
    def unknown(kind: str) -> list[str]:
        found: list[str] = ProjectPageFactory(kind=kind).get_context(rf.get("/"))["unknown"]
        return found

    assert unknown("construction") == ["投资", "建设进度", "参与单位", "所在园区"]
    assert unknown("event") == ["参与单位"]


def test_related_projects_share_an_enterprise_first_then_a_sector(portal: Portal, rf: Any) -> None:
    sector, enterprise = SectorPageFactory(), EnterprisePageFactory()
    project, alike, partner, hidden, _ = (ProjectPageFactory(live=n != 3) for n in range(5))
    for page in (project, alike, hidden):
        page.sectors.set([sector])
        page.save()
    for page in (project, partner):
        ProjectEnterprise.objects.create(project=page, enterprise=enterprise)
    project = ProjectPage.objects.get(pk=project.pk)
    assert project.get_context(rf.get("/"))["siblings"] == [partner, alike]


def test_hidden_enterprise_connects_no_projects(portal: Portal, rf: Any) -> None:
    draft = EnterprisePageFactory(live=False)
    project, other = ProjectPageFactory(), ProjectPageFactory()
    for page in (project, other):
        ProjectEnterprise.objects.create(project=page, enterprise=draft)
    project = ProjectPage.objects.get(pk=project.pk)
    context = project.get_context(rf.get("/"))
    assert context["siblings"] == []
    assert context["enterprise_links"] == []


def test_admin_names_a_senseless_course_and_keeps_what_was_typed(
    portal: Portal, admin_client: Client
) -> None:
    first, second = (StatementFactory(period=when, subjects=[portal.projects]) for when in ("2024", "2023"))
    stages = [
        {"stage": "started", "statement": first.pk, "ORDER": "1"},
        {"stage": "completed", "statement": second.pk, "ORDER": "2"},
    ]
    empty = {name: inline_formset([]) for name in ("enterprise_links", "comments")}
    data = nested_form_data(
        {
            "title": "新基地",
            "summary": "一个基地。",
            "slug": "",
            "kind": "construction",
            "body": streamfield([]),
            "stages": inline_formset(stages),
            **empty,
        }
    )
    address = reverse("wagtailadmin_pages:add", args=("industries", "projectpage", portal.projects.pk))
    refused = admin_client.post(address, {**data, "action-publish": "1"})
    assert refused.status_code == 200
    assert "“竣工”的时间早于“开工”" in refused.content.decode()
    assert 'value="新基地"' in refused.content.decode()
    assert admin_client.post(address, data).status_code == 302  # a draft always saves
