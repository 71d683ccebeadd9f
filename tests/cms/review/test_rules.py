"""Three people, none of them an author, in order; an edit starts the review anew."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.messages import get_messages
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from wagtail.models import TaskState, WorkflowPage, WorkflowState
from wagtail.test.utils.form_data import querydict_from_html

from cms.core.models import BasePage
from cms.review import rules
from cms.review.checks import Finding, Level
from cms.review.models import ReviewOpinion
from home.models import StandardPage
from industries.models import Observation, ObservationCorrection
from tests.factories import ObservationFactory, StandardPageFactory
from tests.newsroom import (
    ADMIN,
    BOTH,
    EDITOR,
    FINAL,
    FIRST,
    SECOND,
    STEPS,
    SUPERUSER,
    Newsroom,
    succeeded,
)


@pytest.fixture
def draft(newsroom: Newsroom) -> StandardPage:
    """A draft that the editor wrote."""
    page: StandardPage = StandardPageFactory(live=False, summary="一句话说明。")
    page.save_revision(user=newsroom.people[EDITOR])
    page.refresh_from_db()
    return page


@pytest.fixture
def submitted(newsroom: Newsroom, draft: StandardPage) -> StandardPage:
    assert newsroom.submit(EDITOR, draft).status_code == 302
    assert step_of(draft) == FIRST
    return draft


def step_of(page: Any) -> str:
    """Name of the step the page waits at; empty where no review is running."""
    task = type(page).objects.get(pk=page.pk).current_workflow_task
    return task.name if task else ""


def said(response: Any) -> str:
    return "；".join(str(message) for message in get_messages(response.wsgi_request))


def test_three_people_publish(newsroom: Newsroom, submitted: StandardPage) -> None:
    for who in STEPS:
        submitted.refresh_from_db()
        assert not submitted.live
        assert succeeded(newsroom.approve(who, submitted, comment=f"{who}意见"))
    submitted.refresh_from_db()
    assert submitted.live
    opinions = ReviewOpinion.objects.order_by("pk")
    assert [(one.task.name, one.reviewer_name, one.comment) for one in opinions] == [
        (who, f"{who}甲", f"{who}意见") for who in STEPS
    ]
    assert [one.secrecy_checked for one in opinions] == [True, False, False]
    assert all(one.finished_at for one in opinions)


def test_the_first_review_takes_the_tick(newsroom: Newsroom, submitted: StandardPage) -> None:
    refused = newsroom.decide(FIRST, submitted, "approve")
    assert "已作保密审查" in json.loads(refused.content)["html"]
    assert not succeeded(refused)
    assert step_of(submitted) == FIRST


def test_a_rejection_takes_a_reason(newsroom: Newsroom, submitted: StandardPage) -> None:
    refused = newsroom.decide(FIRST, submitted, "reject", comment=" ")
    assert "退回须写明理由" in json.loads(refused.content)["html"]
    assert succeeded(newsroom.decide(FIRST, submitted, "reject", comment="标题不准确"))
    assert submitted.workflow_states.get().status == WorkflowState.STATUS_NEEDS_CHANGES
    assert ReviewOpinion.objects.get().comment == "标题不准确"


def test_what_was_rejected_later_starts_at_the_first_step_again(
    newsroom: Newsroom, submitted: StandardPage
) -> None:
    newsroom.approve(FIRST, submitted)
    newsroom.decide(SECOND, submitted, "reject", comment="重写第二段")
    newsroom.submit(EDITOR, submitted, title="改过的标题")
    assert step_of(submitted) == FIRST
    newsroom.approve_all(submitted)
    assert submitted.live
    assert submitted.title == "改过的标题"


@pytest.mark.parametrize("who", [SUPERUSER, BOTH])
def test_nobody_decides_on_their_own_work(newsroom: Newsroom, draft: StandardPage, who: str) -> None:
    newsroom.submit(who, draft)
    if who == BOTH:
        newsroom.approve(FIRST, draft)
    waiting_at = step_of(draft)
    answer = newsroom.approve(who, draft)
    assert answer.status_code == 403
    assert step_of(draft) == waiting_at
    task = draft.current_workflow_task
    assert task.get_actions(draft, newsroom.people[who]) == []
    assert not TaskState.objects.reviewable_by(newsroom.people[who]).exists()


def test_nobody_decides_twice(newsroom: Newsroom, submitted: StandardPage) -> None:
    """Not even who may do everything."""
    assert succeeded(newsroom.approve(SUPERUSER, submitted))
    assert newsroom.approve(SUPERUSER, submitted).status_code == 403
    assert step_of(submitted) == SECOND
    assert succeeded(newsroom.approve(SECOND, submitted))
    assert newsroom.approve(SUPERUSER, submitted).status_code == 403
    assert succeeded(newsroom.approve(FINAL, submitted))


@pytest.mark.parametrize("who", [EDITOR, SECOND, FINAL, ADMIN])
def test_others_do_not_decide(newsroom: Newsroom, submitted: StandardPage, who: str) -> None:
    assert newsroom.approve(who, submitted).status_code == 403
    assert newsroom.decide(who, submitted, "reject", comment="理由").status_code == 403
    assert step_of(submitted) == FIRST


def test_a_decision_counts_for_its_own_work_only(newsroom: Newsroom, submitted: StandardPage) -> None:
    """The address names a page and a task: one may not be used to get at the other."""
    own = StandardPageFactory(live=False, summary="一句话。")
    own.save_revision(user=newsroom.people[FIRST])
    own.get_workflow().start(own, newsroom.people[FIRST])
    state = own.current_workflow_task_state
    address = reverse("wagtailadmin_pages:workflow_action", args=[submitted.pk, "approve", state.pk])
    newsroom.client(FIRST).post(address, {"secrecy_checked": "on"})
    state.refresh_from_db()
    assert state.status == TaskState.STATUS_IN_PROGRESS
    assert step_of(own) == FIRST


def test_an_edit_by_a_program_sends_back(newsroom: Newsroom, submitted: StandardPage) -> None:
    newsroom.approve(FIRST, submitted)
    assert step_of(submitted) == SECOND
    page = submitted.get_latest_revision_as_object()
    page.title = "程序改的标题"
    page.save_revision()
    assert step_of(submitted) == FIRST
    approved = ReviewOpinion.objects.get(status=TaskState.STATUS_APPROVED)
    assert approved.reviewer_name == f"{FIRST}甲"  # stays on record
    newsroom.approve_all(submitted)
    assert submitted.live
    assert submitted.title == "程序改的标题"


def test_a_reviewer_who_edits_is_an_author(newsroom: Newsroom, submitted: StandardPage) -> None:
    """The change is kept, the decision is not, and the reviewer reads why."""
    newsroom.approve(FIRST, submitted)
    approve = {"action-workflow-action": "1", "workflow-action-name": "approve"}
    response = newsroom.edit(
        SECOND, submitted, title="审核改的标题", **approve, **{"workflow-action-extra-data": "{}"}
    )
    assert response.status_code == 302
    assert "须由别人审核" in said(response)
    submitted.refresh_from_db()
    assert submitted.get_latest_revision_as_object().title == "审核改的标题"
    assert step_of(submitted) == FIRST
    newsroom.approve(FIRST, submitted)
    assert newsroom.approve(SECOND, submitted).status_code == 403
    page = newsroom.client(SECOND).get(reverse("wagtailadmin_pages:edit", args=[submitted.pk]))
    assert "须由别人审核" in page.content.decode()


def test_a_reviewer_reads_of_the_decision_not_of_an_update(
    newsroom: Newsroom, submitted: StandardPage
) -> None:
    """The dialog hands its answers to the editor, which posts them with the page."""
    approve = {
        "action-workflow-action": "1",
        "workflow-action-name": "approve",
        "workflow-action-extra-data": '{"secrecy_checked": true, "comment": ""}',
    }
    newsroom.edit(FIRST, submitted, **approve)
    assert step_of(submitted) == SECOND
    told = newsroom.client(FIRST).get(reverse("wagtailadmin_home")).content.decode()
    assert f"{FIRST}：已通过" in told
    assert "已更新" not in told


def test_a_revision_under_review_is_not_written_over(newsroom: Newsroom, submitted: StandardPage) -> None:
    """Saving by itself writes over the last revision: not once somebody has approved it."""
    page = submitted.get_latest_revision_as_object()
    first = page.save_revision(user=newsroom.people[EDITOR])
    newsroom.approve(FIRST, submitted)
    assert step_of(submitted) == SECOND
    page = submitted.get_latest_revision_as_object()
    page.title = "偷换的标题"
    second = page.save_revision(user=newsroom.people[EDITOR], overwrite_revision=first)
    assert second.pk != first.pk
    first.refresh_from_db()
    assert first.content["title"] != "偷换的标题"
    assert step_of(submitted) == FIRST


def test_a_dialog_opened_before_an_edit_decides_nothing(newsroom: Newsroom, submitted: StandardPage) -> None:
    before = submitted.current_workflow_task_state
    submitted.get_latest_revision_as_object().save_revision(user=newsroom.people[EDITOR])
    address = reverse("wagtailadmin_pages:workflow_action", args=[submitted.pk, "approve", before.pk])
    assert newsroom.client(FIRST).post(address, {"secrecy_checked": "on"}).status_code == 404
    assert step_of(submitted) == FIRST


def test_who_wrote_before_the_last_publication_is_no_author_now(
    newsroom: Newsroom, draft: StandardPage
) -> None:
    draft.save_revision(user=newsroom.people[FIRST]).publish()
    draft.refresh_from_db()
    draft.save_revision(user=newsroom.people[EDITOR])
    assert rules.author_ids(draft) == {newsroom.people[EDITOR].pk}
    draft.refresh_from_db()
    draft.unpublish()
    draft.refresh_from_db()
    assert rules.author_ids(draft) == {newsroom.people[EDITOR].pk}


def test_nobody_publishes_directly(newsroom: Newsroom, draft: StandardPage) -> None:
    for who in (SUPERUSER, ADMIN):
        newsroom.edit(who, draft, **{"action-publish": "1"}, title=f"{who}的标题")
        draft.refresh_from_db()
        assert not draft.live
        assert draft.get_latest_revision_as_object().title == f"{who}的标题"  # kept as a draft
        with pytest.raises(PermissionDenied):
            draft.get_latest_revision().publish(user=newsroom.people[who])
        address = reverse("wagtail_bulk_action", args=["core", "basepage", "publish"])
        newsroom.client(who).post(f"{address}?id={draft.pk}")
        draft.refresh_from_db()
        assert not draft.live


def test_where_no_workflow_is_assigned_publishing_works(newsroom: Newsroom, draft: StandardPage) -> None:
    WorkflowPage.objects.all().delete()
    newsroom.edit(ADMIN, draft, **{"action-publish": "1"})
    draft.refresh_from_db()
    assert draft.live


def test_programs_publish_as_before(newsroom: Newsroom, draft: StandardPage) -> None:
    draft.save_revision().publish()
    draft.refresh_from_db()
    assert draft.live


def test_the_last_approval_schedules(newsroom: Newsroom, submitted: StandardPage) -> None:
    page = submitted.get_latest_revision_as_object()
    page.go_live_at = timezone.now() + timezone.timedelta(days=1)
    page.save_revision(user=newsroom.people[EDITOR])
    newsroom.approve_all(submitted)
    assert not submitted.live
    assert submitted.approved_schedule


@pytest.fixture
def blocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything has one finding that blocks."""
    finding = Finding(rule="word:大众一汽", level=Level.BLOCK, message="应写作一汽-大众", place="标题")
    monkeypatch.setattr("cms.review.checks.findings", lambda instance: [finding])


def test_what_blocks_is_not_submitted(newsroom: Newsroom, draft: StandardPage, blocked: None) -> None:
    response = newsroom.submit(EDITOR, draft, title="写了很久的标题")
    text = response.content.decode()
    assert response.status_code == 200
    assert "标题：应写作一汽-大众" in text
    assert "写了很久的标题" in text
    assert step_of(draft) == ""


def test_what_blocks_is_not_approved_but_by_the_last_with_a_reason(
    newsroom: Newsroom, submitted: StandardPage, request: pytest.FixtureRequest
) -> None:
    newsroom.approve(FIRST, submitted)
    request.getfixturevalue("blocked")
    refused = newsroom.approve(SECOND, submitted, override_reason="想放行")
    assert "应写作一汽-大众" in json.loads(refused.content)["html"]
    assert step_of(submitted) == SECOND
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cms.review.checks.findings", lambda instance: [])
        newsroom.approve(SECOND, submitted)
    assert not succeeded(newsroom.approve(FINAL, submitted))
    assert succeeded(newsroom.approve(FINAL, submitted, override_reason="引用原文"))
    submitted.refresh_from_db()
    assert submitted.live
    opinion = ReviewOpinion.objects.order_by("pk").last()
    assert opinion is not None
    assert opinion.override_reason == "引用原文"
    assert opinion.overridden[0]["message"] == "应写作一汽-大众"


def test_letters_are_in_chinese(newsroom: Newsroom, draft: StandardPage, mailoutbox: list[Any]) -> None:
    """To the reviewers of the step, and to who submitted."""
    for who in (FIRST, EDITOR):
        person = newsroom.people[who]
        person.email = f"{person.pk}@example.cn"
        person.save()
    newsroom.submit(EDITOR, draft)
    newsroom.decide(FIRST, draft, "reject", comment="数字没有出处")
    assert [letter.to for letter in mailoutbox] == [
        [newsroom.people[FIRST].email],
        [newsroom.people[EDITOR].email],
    ]
    assert "数字没有出处" in mailoutbox[1].body
    for letter in mailoutbox:
        text = re.sub(r"https?://\S+|/admin/\S*", "", f"{letter.subject} {letter.body}").replace(
            "Wagtail", ""
        )
        assert not re.search(r"[A-Za-z]{3,}", text), text


def test_facts_are_reviewed_too(newsroom: Newsroom) -> None:
    figure = ObservationFactory(live=False)
    figure.save_revision(user=newsroom.people[EDITOR])
    figure.get_workflow().start(figure, newsroom.people[EDITOR])
    assert newsroom.approve(EDITOR, figure).status_code == 403
    with pytest.raises(PermissionDenied):
        figure.get_latest_revision().publish(user=newsroom.people[SUPERUSER])
    newsroom.approve_all(figure)
    assert figure.live
    figure.save_revision(user=newsroom.people[EDITOR])
    assert figure.has_unpublished_changes


def test_a_listing_asks_once_for_workflows(
    newsroom: Newsroom, draft: StandardPage, django_assert_num_queries: Any
) -> None:
    user = newsroom.people[SUPERUSER]
    pages = list(BasePage.objects.filter(depth__gt=1))
    assert not pages[0].permissions_for_user(user).can_publish()
    with django_assert_num_queries(0):
        assert not any(page.permissions_for_user(user).can_publish() for page in pages)


def test_who_approves_a_fact_from_its_editor_writes_nothing(newsroom: Newsroom) -> None:
    """Wagtail's editor of records makes a revision at every post, and its user would be an author."""
    figure = ObservationFactory(value="4047.7", period="2025-01/2025-11", checked_on="2025-12-20")
    figure = Observation.objects.get(pk=figure.pk)
    figure.value = 4100
    figure.corrections = [ObservationCorrection(made_on=date(2026, 1, 5), text="原为4047.7。")]
    figure.save_revision(user=newsroom.people[EDITOR])
    figure.get_workflow().start(figure, newsroom.people[EDITOR])
    address = reverse(figure.snippet_viewset.get_url_name("edit"), args=[figure.pk])
    client = newsroom.client(FIRST)
    data = {
        "action-workflow-action": "true",
        "workflow-action-name": "approve",
        "workflow-action-extra-data": json.dumps({"comment": "", "secrecy_checked": True}),
    }
    shown = client.get(address)
    response = client.post(address, form_with(shown, "quote") | data)
    figure = Observation.objects.get(pk=figure.pk)
    assert "初审：已通过。" in said(response)
    assert figure.revisions.count() == 1
    assert step_of(figure) == SECOND


def form_with(response: Any, name: str) -> dict[str, str]:
    """What the form that has the field would send as it stands."""
    forms = BeautifulSoup(response.content, "html.parser").select("form[id]")
    form = next(form for form in forms if form.select_one(f"[name={name}]"))
    return dict(querydict_from_html(response.content.decode(), form_id=form["id"]).items())
