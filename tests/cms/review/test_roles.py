"""Roles are set up once; after that they are the administrators'."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.core.management import call_command
from wagtail.models import Workflow, WorkflowContentType, WorkflowPage

from cms.review import roles
from cms.review.force import is_reviewed
from cms.review.models import ReviewStep
from home.models import HomePage
from tests.factories import ObservationFactory, Portal, StatementFactory, UserFactory

NAMES = {role.name for role in roles.ROLES}


def test_everything_is_under_review(portal: Portal) -> None:
    call_command("set_up_roles", verbosity=0)
    assert {group.name for group in Group.objects.all()} == NAMES
    assert [step.name for step in ReviewStep.objects.order_by("pk")] == ["初审", "审核", "审发"]
    workflow = Workflow.objects.get()
    assert [task.name for task in workflow.tasks] == ["初审", "审核", "审发"]
    for instance in (portal.news, portal.home, ObservationFactory(), StatementFactory()):
        assert instance.get_workflow() == workflow
    assert is_reviewed(workflow)


def test_again_changes_nothing_and_costs_one_query(portal: Portal, django_assert_num_queries: Any) -> None:
    roles.set_up()
    Group.objects.get(name="审计员").delete()
    Group.objects.get(name="编辑").permissions.clear()
    WorkflowPage.objects.all().delete()
    WorkflowContentType.objects.all().delete()
    with django_assert_num_queries(1):
        assert roles.set_up() == []
    assert not Group.objects.filter(name="审计员").exists()
    assert not Group.objects.get(name="编辑").permissions.exists()
    assert not WorkflowPage.objects.exists()


def test_a_group_that_people_are_in_keeps_what_it_may_do(portal: Portal) -> None:
    group, _ = Group.objects.get_or_create(name="编辑")
    person = UserFactory()
    person.groups.add(group)
    before = set(group.page_permissions.values_list("page", "permission"))
    made = roles.set_up()
    assert "编辑" not in made[0].removeprefix("角色：").split("、")
    assert person.groups.get() == group
    assert set(group.page_permissions.values_list("page", "permission")) == before


def test_a_workflow_of_ones_own_stays(portal: Portal) -> None:
    own = Workflow.objects.create(name="自定流程")
    root = HomePage.objects.get().get_parent()
    WorkflowPage.objects.update_or_create(page=root, defaults={"workflow": own})
    roles.set_up()
    assert WorkflowPage.objects.get().workflow == own


def test_no_role_but_the_administrators_manages_people(portal: Portal) -> None:
    roles.set_up()
    for name in NAMES - {"管理员"}:
        codes = set(Group.objects.get(name=name).permissions.values_list("codename", flat=True))
        assert not {code for code in codes if code.endswith(("_user", "_group"))} - {
            "view_user",
            "view_group",
        }
    auditor = set(Group.objects.get(name="审计员").permissions.values_list("codename", flat=True))
    assert {code.split("_")[0] for code in auditor} == {"view", "access"}
