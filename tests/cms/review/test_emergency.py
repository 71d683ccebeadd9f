"""Publication without the reviews: rare, with a reason, on record, and reviewed afterwards."""

from __future__ import annotations

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry, PageLogEntry, WorkflowPage, WorkflowState

from cms.core.models import BasePage
from cms.review import emergency
from cms.review.access import emergency_address, sheet_address
from cms.review.models import EmergencyPublication
from cms.review.rules import Refused
from home.models import StandardPage
from tests.factories import ObservationFactory, StandardPageFactory
from tests.newsroom import ADMIN, EDITOR, FINAL, FIRST, SECOND, Newsroom


@pytest.fixture
def draft(newsroom: Newsroom) -> StandardPage:
    page: StandardPage = StandardPageFactory(live=False, summary="一句话说明。")
    page.save_revision(user=newsroom.people[EDITOR])
    page.refresh_from_db()
    return page


def test_it_publishes_and_is_on_record(newsroom: Newsroom, draft: StandardPage) -> None:
    newsroom.submit(EDITOR, draft)
    client = newsroom.client(FINAL)
    assert "不经三审" in client.get(emergency_address(draft)).content.decode()
    assert client.post(emergency_address(draft), {"reason": "防汛通知"}).status_code == 302
    draft.refresh_from_db()
    assert draft.live
    record = EmergencyPublication.objects.get()
    assert (record.user_name, record.reason, record.reviewed_at) == (f"{FINAL}甲", "防汛通知", None)
    assert record.revision == draft.live_revision
    assert draft.workflow_states.get().status == WorkflowState.STATUS_CANCELLED
    entry = PageLogEntry.objects.get(action=emergency.PUBLISHED)
    assert entry.user == newsroom.people[FINAL]
    assert "防汛通知" in entry.message
    sheet = client.get(sheet_address(draft)).content.decode()
    assert "防汛通知" in sheet
    assert "尚未补审" in sheet


def test_it_takes_a_reason(newsroom: Newsroom, draft: StandardPage) -> None:
    response = newsroom.client(FINAL).post(emergency_address(draft), {"reason": " "})
    assert "请写明紧急发布的理由" in response.content.decode()
    draft.refresh_from_db()
    assert not draft.live


@pytest.mark.parametrize("who", [EDITOR, FIRST, SECOND])
def test_few_may(newsroom: Newsroom, draft: StandardPage, who: str) -> None:
    newsroom.client(who).post(emergency_address(draft), {"reason": "急"})
    draft.refresh_from_db()
    assert not draft.live
    assert not EmergencyPublication.objects.exists()


def test_two_at_the_same_moment_publish_once(newsroom: Newsroom, draft: StandardPage) -> None:
    emergency.publish_in_emergency(draft, newsroom.people[FINAL], "急")
    with pytest.raises(Refused, match="没有未发布的改动"):
        emergency.publish_in_emergency(draft, newsroom.people[ADMIN], "急")
    assert EmergencyPublication.objects.count() == 1


def test_somebody_else_confirms(newsroom: Newsroom, draft: StandardPage) -> None:
    record = emergency.publish_in_emergency(draft, newsroom.people[FINAL], "急")
    address = reverse("review-emergency-confirm", args=[record.pk])
    response = newsroom.client(FINAL).post(address)
    assert "以外的人" in "".join(map(str, get_messages(response.wsgi_request)))
    newsroom.client(EDITOR).post(address)
    record.refresh_from_db()
    assert record.reviewed_at is None
    newsroom.client(SECOND).post(address)
    record.refresh_from_db()
    assert record.reviewed_at
    draft.refresh_from_db()
    assert f"{SECOND}甲" in newsroom.client(ADMIN).get(sheet_address(draft)).content.decode()
    assert newsroom.client(SECOND).get(address).status_code == 405


def test_a_later_review_makes_up_for_it(newsroom: Newsroom, draft: StandardPage) -> None:
    record = emergency.publish_in_emergency(draft, newsroom.people[FINAL], "急")
    draft.refresh_from_db()
    draft.save_revision(user=newsroom.people[EDITOR])
    draft.get_workflow().start(draft, newsroom.people[EDITOR])
    newsroom.approve_all(draft)
    record.refresh_from_db()
    assert record.reviewed_at


def test_a_review_of_something_else_does_not(newsroom: Newsroom, draft: StandardPage) -> None:
    record = emergency.publish_in_emergency(draft, newsroom.people[FINAL], "急")
    other = StandardPageFactory(live=False)
    other.save_revision(user=newsroom.people[EDITOR])
    other.get_workflow().start(other, newsroom.people[EDITOR])
    newsroom.approve_all(other)
    record.refresh_from_db()
    assert record.reviewed_at is None


def test_facts_have_it_too(newsroom: Newsroom) -> None:
    figure = ObservationFactory(live=False)
    figure.save_revision(user=newsroom.people[EDITOR])
    figure.refresh_from_db()
    newsroom.client(FINAL).post(emergency_address(figure), {"reason": "急"})
    figure.refresh_from_db()
    assert figure.live
    assert ModelLogEntry.objects.filter(action=emergency.PUBLISHED).exists()
    assert "紧急发布" in newsroom.client(FINAL).get(sheet_address(figure)).content.decode()


def test_what_it_does_not_fit_is_said(newsroom: Newsroom, draft: StandardPage) -> None:
    draft.go_live_at = timezone.now() + timezone.timedelta(days=1)
    draft.save_revision(user=newsroom.people[EDITOR])
    draft.refresh_from_db()
    assert "清除定时" in emergency.problem(draft)
    published = StandardPageFactory()
    published.save_revision().publish()
    assert emergency.problem(BasePage.objects.get(pk=published.pk).specific) == "没有未发布的改动。"
    WorkflowPage.objects.all().delete()
    assert "没有三审流程" in emergency.problem(StandardPage.objects.get(pk=draft.pk))
    response = newsroom.client(FINAL).post(emergency_address(draft), {"reason": "急"})
    assert "没有三审流程" in "".join(map(str, get_messages(response.wsgi_request)))
    assert not EmergencyPublication.objects.exists()
