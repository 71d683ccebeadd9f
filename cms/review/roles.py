"""The newsroom's roles: who may do what, and the workflow with its three steps.

Everything is set up once, when the portal has no review step yet (a step can be switched off but not deleted, so
this holds for ever). After that it belongs to the administrators: nothing they change or delete comes back.
A group of a role's name that is there already when the roles are set up keeps what it may do. (Wagtail's example
groups, while nobody is in them, do not count.)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Site,
    Task,
    Workflow,
    WorkflowContentType,
    WorkflowPage,
    WorkflowState,
    WorkflowTask,
)

from cms.core.models import BasePage
from cms.review.models import ReviewStep, Stage
from cms.review.permissions import reviewed_models

WORKFLOW = "三审"
# What Wagtail's migrations make, by the names it gives and those that ours have given since.
EXAMPLE_WORKFLOWS = ("Moderators approval", "内容审核")
EXAMPLE_GROUPS = ("Editors", "Moderators", "编辑", "审核")
# Models that apps above have editors keep besides pages and facts, and those that only administrators change.
editors_keep: list[Any] = []
administrators_keep: list[Any] = []


@dataclass(frozen=True)
class Role:
    """`facts` are actions on every reviewed model, `pages` on every site's pages, `files` on images and documents.

    `permissions` are Django's, app_label.codename.
    """

    name: str
    pages: tuple[str, ...] = ()
    facts: tuple[str, ...] = ("view",)
    kept: tuple[str, ...] = ("view",)
    files: tuple[str, ...] = ("choose",)
    permissions: tuple[str, ...] = ()
    # The step this role decides at.
    stage: Stage | None = None
    administers: bool = field(default=False)


def all_of(*models: str, actions: Iterable[str] = ("view", "add", "change", "delete")) -> tuple[str, ...]:
    """Names of permissions for models written app_label.model."""
    pairs = (model.split(".") for model in models)
    return tuple(f"{app}.{action}_{model}" for app, model in pairs for action in actions)


WATCHED = ("review.wordrule", "core.tombstone", "core.correctionrequest", "wagtailredirects.redirect")
READER = ("core.view_basepage", "review.view_wordrule")
EVERYTHING_READ = (
    *all_of(*WATCHED, actions=("view",)),
    *all_of(
        "core.siteidentity",
        "core.user",
        "core.binnedrecord",
        "core.previewlink",
        "core.changenote",
        "review.emergencypublication",
        "review.externallink",
        "review.reviewopinion",
        "auth.group",
        "wagtailcore.workflow",
        "wagtailcore.task",
        "wagtailcore.site",
        "wagtailcore.collection",
        actions=("view",),
    ),
)

ROLES = (
    Role(
        name="编辑",
        pages=("add", "change"),
        facts=("view", "add", "change"),
        kept=("view", "add", "change"),
        files=("choose", "add", "change"),
        permissions=(
            "review.view_wordrule",
            "review.view_externallink",
            "core.view_correctionrequest",
            "core.change_correctionrequest",
        ),
    ),
    Role(name="初审", stage=Stage.FIRST, permissions=READER),
    Role(
        name="审核",
        stage=Stage.SECOND,
        permissions=(*READER, "review.view_emergencypublication", "review.change_emergencypublication"),
    ),
    Role(
        name="审发",
        stage=Stage.FINAL,
        pages=("publish",),
        facts=("view", "publish"),
        permissions=(*READER, *all_of("review.emergencypublication", actions=("view", "add", "change"))),
    ),
    Role(name="审计员", permissions=("core.view_basepage", *EVERYTHING_READ)),
    Role(
        name="管理员",
        administers=True,
        pages=("add", "change", "publish", "bulk_delete", "lock", "unlock"),
        facts=("view", "add", "change", "delete", "publish"),
        kept=("view", "add", "change", "delete"),
        files=("choose", "add", "change", "delete"),
        permissions=(
            "core.view_basepage",
            *EVERYTHING_READ,
            *all_of(*WATCHED, "core.user", "core.binnedrecord", "core.siteidentity"),
            *all_of("core.previewlink", "wagtailcore.workflow", "wagtailcore.task", "wagtailcore.site"),
            *all_of("wagtailcore.collection", "review.externallink"),
            *all_of("review.emergencypublication", actions=("view", "add", "change")),
        ),
    ),
)


def set_up() -> list[str]:
    """Makes what is missing; returns what was made, in Chinese. One query where nothing is to do."""
    if ReviewStep.objects.exists():
        return []
    with transaction.atomic():
        remove_examples()
        groups, made = make_groups()
        make_workflow(groups)
    return [f"角色：{'、'.join(made)}" if made else "角色：都已存在，未改动", f"工作流：{WORKFLOW}"]


def make_groups() -> tuple[dict[str, Group], list[str]]:
    groups, made = {}, []
    for role in ROLES:
        group, created = Group.objects.get_or_create(name=role.name)
        groups[role.name] = group
        if created:
            made.append(role.name)
            group.permissions.set(permissions_of(role))
            give_pages(group, role.pages)
            give_files(group, role.files)
    return groups, made


def permissions_of(role: Role) -> Any:
    """Those that the role names and the database knows."""
    kept_for_all = all_of(*map(label, editors_keep), actions=role.kept)
    only_read = role.kept if role.administers else ("view",)
    names = {
        "wagtailadmin.access_admin",
        *role.permissions,
        *all_of(*map(label, reviewed_models), actions=role.facts),
        *kept_for_all,
        *all_of(*map(label, administrators_keep), actions=only_read),
    }
    wanted = Q(pk__in=[])
    for app, codename in (name.split(".") for name in names):
        wanted |= Q(content_type__app_label=app, codename=codename)
    return Permission.objects.filter(wanted)


def label(model: Any) -> str:
    return str(model._meta.label_lower)


def give_pages(group: Group, actions: Iterable[str]) -> None:
    """On every site's home page: what is beside it (the recycle bin) is no editor's business."""
    for page in BasePage.objects.filter(pk__in=Site.objects.values("root_page")):
        for action in actions:
            GroupPagePermission.objects.create(group=group, page=page, permission_type=action)


def give_files(group: Group, actions: Iterable[str]) -> None:
    wanted = Q(pk__in=[])
    for app, model in (("wagtailimages", "image"), ("wagtaildocs", "document")):
        wanted |= Q(content_type__app_label=app, codename__in=[f"{action}_{model}" for action in actions])
    root = Collection.get_first_root_node()
    GroupCollectionPermission.objects.bulk_create(
        GroupCollectionPermission(group=group, collection=root, permission=permission)
        for permission in Permission.objects.filter(wanted)
    )


def make_workflow(groups: dict[str, Group]) -> Workflow:
    """The three steps, for all pages and for every reviewed model that has no workflow of its own."""
    workflow = Workflow.objects.create(name=WORKFLOW)
    for order, role in enumerate(role for role in ROLES if role.stage):
        step = ReviewStep.objects.create(name=role.name, stage=role.stage)
        step.groups.add(groups[role.name])
        WorkflowTask.objects.create(workflow=workflow, task=step, sort_order=order)
    # Whoever assigned another workflow keeps it.
    WorkflowPage.objects.get_or_create(page=BasePage.get_first_root_node(), defaults={"workflow": workflow})
    for model in reviewed_models:
        content_type = ContentType.objects.get_for_model(model)
        WorkflowContentType.objects.get_or_create(content_type=content_type, defaults={"workflow": workflow})
    return workflow


def remove_examples() -> None:
    """Wagtail's example workflow and groups, while nobody has used or changed them."""
    for workflow in Workflow.objects.filter(name__in=EXAMPLE_WORKFLOWS):
        tasks = list(Task.objects.filter(workflow_tasks__workflow=workflow))
        unused = not WorkflowState.objects.filter(workflow=workflow).exists()
        if unused and [task.specific_class for task in tasks] == [GroupApprovalTask]:
            workflow.delete()
            if not tasks[0].active_workflows.exists() and not tasks[0].task_states.exists():
                tasks[0].specific.delete()
    needed = GroupApprovalTask.objects.exclude(groups=None).values("groups")
    examples = Group.objects.filter(name__in=EXAMPLE_GROUPS, user=None).exclude(pk__in=needed)
    # A permission beyond those on the root was given by an administrator.
    changed = GroupPagePermission.objects.filter(page__depth__gt=1).values("group")
    beyond = Permission.objects.exclude(codename="access_admin")
    examples.exclude(pk__in=changed).exclude(permissions__in=beyond).delete()
