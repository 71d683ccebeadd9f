"""What people try to do in the admin, each through its own screens: every deed says whether it came about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image as Picture
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import TaskState, WorkflowState

from cms.core.models import BasePage, CorrectionRequest, Tombstone, User
from cms.review.access import emergency_address, sheet_address
from cms.review.models import EmergencyPublication, WordRule
from home.models import StandardPage
from industries.models import Observation, Source
from tests.newsroom import (
    EDITOR,
    FIRST,
    STEPS,
    SUPERUSER,
    Newsroom,
)


@dataclass
class World:
    """A newsroom at work. What people do in it is undone after each."""

    newsroom: Newsroom
    live: StandardPage
    draft: StandardPage
    # Pages and figures that wait at each step; others have approved them so far.
    page_at: dict[str, StandardPage]
    figure_at: dict[str, Observation]
    figure: Observation
    figure_draft: Observation
    source: Source
    rule: WordRule
    request: CorrectionRequest

    def get(self, who: str, name: str, *args: Any) -> bool:
        """Whether the screen opens."""
        address = name if name.startswith("/") else reverse(name, args=args)
        return self.newsroom.client(who).get(address).status_code == 200

    def post(self, who: str, name: str, *args: Any, **data: Any) -> Any:
        address = name if name.startswith("/") else reverse(name, args=args)
        return self.newsroom.client(who).post(address, data)


def waiting(instance: Any, step: str, writer: User, others: dict[str, User]) -> Any:
    """`instance`, submitted and approved up to `step`."""
    instance.save_revision(user=writer)
    instance.get_workflow().start(instance, writer)
    for earlier in STEPS[: STEPS.index(step)]:
        state = instance.current_workflow_task_state
        state.task.specific.on_action(state, others[earlier], "approve", secrecy_checked=True, comment="")
    assert instance.current_workflow_task.name == step
    return instance


def fresh(instance: Any) -> Any:
    return type(instance).objects.get(pk=instance.pk)


def revisions(instance: Any) -> int:
    return int(fresh(instance).revisions.count())


# --- Reading ---


def explorer(world: World, who: str) -> bool:
    return world.get(who, "wagtailadmin_explore", world.live.get_parent().pk)


def draft_preview(world: World, who: str) -> bool:
    return world.get(who, "wagtailadmin_pages:view_draft", world.draft.pk)


def history(world: World, who: str) -> bool:
    return world.get(who, "wagtailadmin_pages:history", world.draft.pk)


def workflow_history(world: World, who: str) -> bool:
    return world.get(who, "wagtailadmin_pages:workflow_history", world.page_at[FIRST].pk)


def page_usage(world: World, who: str) -> bool:
    return world.get(who, "wagtailadmin_pages:usage", world.live.pk)


def inspection(world: World, who: str) -> bool:
    return world.get(who, "review-page", world.draft.pk)


def page_sheet(world: World, who: str) -> bool:
    return world.get(who, sheet_address(world.page_at[FIRST]))


def fact_list(world: World, who: str) -> bool:
    return world.get(who, Observation.snippet_viewset.get_url_name("list"))


def fact_inspection(world: World, who: str) -> bool:
    return world.get(who, Observation.snippet_viewset.get_url_name("inspect"), world.figure.pk)


def fact_history(world: World, who: str) -> bool:
    return world.get(who, Observation.snippet_viewset.get_url_name("history"), world.figure.pk)


def fact_sheet(world: World, who: str) -> bool:
    return world.get(who, sheet_address(world.figure_at[FIRST]))


def site_log(world: World, who: str) -> bool:
    return world.get(who, "wagtailadmin_reports:site_history")


def workflow_report(world: World, who: str) -> bool:
    return world.get(who, "wagtailadmin_reports:workflow")


def user_list(world: World, who: str) -> bool:
    return world.get(who, "wagtailusers_users:index")


def image_list(world: World, who: str) -> bool:
    return world.get(who, "wagtailimages:index")


def document_list(world: World, who: str) -> bool:
    return world.get(who, "wagtaildocs:index")


def api_list(world: World, who: str) -> bool:
    response = world.newsroom.client(who).get("/admin/api/main/pages/")
    return response.status_code == 200 and response.json()["meta"]["total_count"] > 5


# --- Writing pages ---


def open_editor(world: World, who: str) -> bool:
    return world.get(who, "wagtailadmin_pages:edit", world.draft.pk)


def add_page(world: World, who: str) -> bool:
    address = reverse("wagtailadmin_pages:add", args=["home", "standardpage", world.live.get_parent().pk])
    data = {"title": "新页", "slug": "xin", "body-count": "0", "comments-TOTAL_FORMS": "0"}
    world.newsroom.client(who).post(address, data | {"comments-INITIAL_FORMS": "0"})
    return StandardPage.objects.filter(slug="xin").exists()


def add_page_published(world: World, who: str) -> bool:
    address = reverse("wagtailadmin_pages:add", args=["home", "standardpage", world.live.get_parent().pk])
    data = {"title": "新页", "slug": "xin", "summary": "说明。", "body-count": "0", "action-publish": "1"}
    data |= {"comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0"}
    world.newsroom.client(who).post(address, data)
    return StandardPage.objects.filter(slug="xin", live=True).exists()


def save_draft(world: World, who: str) -> bool:
    before = revisions(world.draft)
    world.newsroom.edit(who, world.draft, title="改")
    return revisions(world.draft) > before


def submit(world: World, who: str) -> bool:
    world.newsroom.submit(who, world.draft)
    return bool(fresh(world.draft).workflow_in_progress)


def cancel(world: World, who: str) -> bool:
    """Takes somebody else's work out of the review."""
    page = world.page_at[FIRST]
    world.newsroom.edit(who, page, **{"action-cancel-workflow": "1"})
    return bool(fresh(page).workflow_states.get().status == WorkflowState.STATUS_CANCELLED)


def approve_page(step: str) -> Callable[[World, str], bool]:
    def act(world: World, who: str) -> bool:
        state = world.page_at[step].current_workflow_task_state
        world.newsroom.approve(who, world.page_at[step])
        return bool(TaskState.objects.get(pk=state.pk).status == TaskState.STATUS_APPROVED)

    return act


def reject_page(step: str) -> Callable[[World, str], bool]:
    def act(world: World, who: str) -> bool:
        state = world.page_at[step].current_workflow_task_state
        world.newsroom.decide(who, world.page_at[step], "reject", comment="理由")
        return bool(TaskState.objects.get(pk=state.pk).status == TaskState.STATUS_REJECTED)

    return act


def publish(world: World, who: str) -> bool:
    world.newsroom.edit(who, world.draft, **{"action-publish": "1"})
    return bool(fresh(world.draft).live)


def publish_in_bulk(world: World, who: str) -> bool:
    address = reverse("wagtail_bulk_action", args=["core", "basepage", "publish"])
    world.post(who, f"{address}?id={world.draft.pk}")
    return bool(fresh(world.draft).live)


def api_publish(world: World, who: str) -> bool:
    world.post(who, f"/admin/api/main/pages/{world.draft.pk}/action/publish/")
    return bool(fresh(world.draft).live)


def emergency(world: World, who: str) -> bool:
    world.post(who, emergency_address(world.draft), reason="急")
    return bool(fresh(world.draft).live) and EmergencyPublication.objects.exists()


def withdraw(world: World, who: str) -> bool:
    world.post(
        who, "wagtailadmin_pages:unpublish", world.live.pk, reason="过时", **{"withdrawal-reason": "过时"}
    )
    return not fresh(world.live).live


def api_withdraw(world: World, who: str) -> bool:
    world.post(who, f"/admin/api/main/pages/{world.live.pk}/action/unpublish/", reason="过时")
    return not fresh(world.live).live


def delete_live(world: World, who: str) -> bool:
    world.post(
        who, "wagtailadmin_pages:delete", world.live.pk, reason="过时", **{"withdrawal-reason": "过时"}
    )
    return not BasePage.objects.filter(pk=world.live.pk).exists()


def delete_draft(world: World, who: str) -> bool:
    world.post(who, "wagtailadmin_pages:delete", world.draft.pk)
    return not BasePage.objects.filter(pk=world.draft.pk).exists()


def move(world: World, who: str) -> bool:
    world.post(who, "wagtailadmin_pages:move_confirm", world.draft.pk, world.live.pk)
    return bool(fresh(world.draft).get_parent().pk == world.live.pk)


def lock(world: World, who: str) -> bool:
    world.post(who, "wagtailadmin_pages:lock", world.draft.pk)
    return bool(fresh(world.draft).locked)


def restrict(world: World, who: str) -> bool:
    world.post(who, "wagtailadmin_pages:set_privacy", world.live.pk, restriction_type="login")
    return bool(fresh(world.live).view_restrictions.exists())


# --- Facts and what goes with them ---


def fact_data(figure: Observation, **more: str) -> dict[str, str]:
    return {
        "indicator": str(figure.indicator_id),
        "value": "12",
        "period": "2024",
        "source": str(figure.source_id),
        "locator": "第3段",
        "status": "media",
        "key": "fact-new",
        "corrections-TOTAL_FORMS": "0",
        "corrections-INITIAL_FORMS": "0",
    } | more


def add_fact(world: World, who: str) -> bool:
    name = Observation.snippet_viewset.get_url_name("add")
    world.post(who, name, **fact_data(world.figure))
    return Observation.objects.filter(key="fact-new").exists()


def edit_fact(world: World, who: str) -> bool:
    before = revisions(world.figure_draft)
    name = Observation.snippet_viewset.get_url_name("edit")
    data = fact_data(world.figure_draft, key=world.figure_draft.key)
    world.post(who, name, world.figure_draft.pk, **data)
    return revisions(world.figure_draft) > before


def publish_fact(world: World, who: str) -> bool:
    name = Observation.snippet_viewset.get_url_name("edit")
    data = fact_data(world.figure_draft, key=world.figure_draft.key)
    world.post(who, name, world.figure_draft.pk, **data, **{"action-publish": "1"})
    return bool(fresh(world.figure_draft).live)


def approve_fact(step: str) -> Callable[[World, str], bool]:
    def act(world: World, who: str) -> bool:
        state = world.figure_at[step].current_workflow_task_state
        world.newsroom.approve(who, world.figure_at[step])
        return bool(TaskState.objects.get(pk=state.pk).status == TaskState.STATUS_APPROVED)

    return act


def emergency_fact(world: World, who: str) -> bool:
    world.post(who, emergency_address(world.figure_draft), reason="急")
    return bool(fresh(world.figure_draft).live)


def withdraw_fact(world: World, who: str) -> bool:
    world.post(who, Observation.snippet_viewset.get_url_name("unpublish"), world.figure.pk)
    return not fresh(world.figure).live


def delete_fact(world: World, who: str) -> bool:
    world.post(who, Observation.snippet_viewset.get_url_name("delete"), world.figure.pk)
    return not Observation.objects.filter(pk=world.figure.pk).exists()


def edit_source(world: World, who: str) -> bool:
    data = {"title": "改了的来源", "publisher": "长春日报", "kind": "media", "key": world.source.key}
    world.post(who, Source.snippet_viewset.get_url_name("edit"), world.source.pk, **data)
    return bool(fresh(world.source).title == "改了的来源")


def answer_reader(world: World, who: str) -> bool:
    data = {"state": "declined", "answer": "核对过，没有错。"}
    world.post(who, CorrectionRequest.snippet_viewset.get_url_name("edit"), world.request.pk, **data)
    return bool(fresh(world.request).answer)


def upload_image(world: World, who: str) -> bool:
    picture = BytesIO()
    Picture.new("RGB", (4, 4)).save(picture, "PNG")
    file = SimpleUploadedFile("x.png", picture.getvalue(), "image/png")
    data = {"title": "图", "file": file, "description": "说明", "credit": "本站", "collection": "1"}
    world.post(who, "wagtailimages:add", **data)
    return bool(get_image_model().objects.exists())


def upload_document(world: World, who: str) -> bool:
    file = SimpleUploadedFile("x.txt", b"text", "text/plain")
    world.post(who, "wagtaildocs:add", title="文件", file=file, collection="1")
    return bool(get_document_model().objects.exists())


# --- Running the site ---


def edit_word_rule(world: World, who: str) -> bool:
    data = {"wrong": "大众一汽", "right": "一汽-大众汽车", "level": "warn"}
    name = WordRule.snippet_viewset.get_url_name("edit")
    world.post(who, name, world.rule.pk, **data)
    return bool(fresh(world.rule).right == "一汽-大众汽车")


def tombstone(world: World, who: str) -> bool:
    name = Tombstone.snippet_viewset.get_url_name("add")
    world.post(who, name, path="/gone/", title="旧页", reason="过时", withdrawn_at="2026-01-05 10:00")
    return Tombstone.objects.filter(path="/gone/").exists()


def open_settings(world: World, who: str) -> bool:
    site = world.live.get_site()
    return world.get(who, reverse("wagtailsettings:edit", args=["core", "siteidentity", site.pk]))


def add_user(world: World, who: str) -> bool:
    secret = "changchun-2026-portal"
    data = {
        "username": "new",
        "first_name": "新",
        "last_name": "人",
        "email": "n@example.cn",
        "is_active": "on",
    }
    world.post(who, "wagtailusers_users:add", **data, password1=secret, password2=secret)
    return User.objects.filter(username="new").exists()


def make_superuser(world: World, who: str) -> bool:
    secret = "changchun-2026-portal"
    data = {
        "username": "new",
        "first_name": "新",
        "last_name": "人",
        "email": "n@example.cn",
        "is_superuser": "on",
    }
    world.post(who, "wagtailusers_users:add", **data, password1=secret, password2=secret)
    return User.objects.filter(username="new", is_superuser=True).exists()


def take_superuser_over(world: World, who: str) -> bool:
    person = world.newsroom.people[SUPERUSER]
    data = {"username": "taken", "first_name": "新", "last_name": "人", "email": "n@example.cn"}
    world.post(who, "wagtailusers_users:edit", person.pk, **data, is_active="on", is_superuser="on")
    return User.objects.filter(username="taken").exists()


def change_group(world: World, who: str) -> bool:
    group = world.newsroom.people[EDITOR].groups.get()
    return world.get(who, "wagtailusers_groups:edit", group.pk)


def change_workflow(world: World, who: str) -> bool:
    workflow = world.page_at[FIRST].workflow_states.get().workflow
    return world.get(who, "wagtailadmin_workflows:edit", workflow.pk)
