"""Publication and expiry happen by themselves, once, and one bad record holds up no other."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import PageLogEntry, Revision

from cms.core import schedule
from cms.core.models import BasePage, Tombstone
from industries.models import Observation
from tests.factories import NewsPageFactory, ObservationFactory, Portal

pytestmark = pytest.mark.django_db


def lease() -> bool:
    return True


def scheduled(record: Any, **fields: Any) -> Revision:
    """A revision that is approved for an hour which has passed since."""
    for name, value in fields.items():
        setattr(record, name, value)
    record.go_live_at = timezone.now() + timedelta(hours=1)
    revision = record.save_revision()
    revision.publish()
    passed = timezone.now() - timedelta(minutes=1)
    content = revision.content | {"go_live_at": passed.isoformat()}
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=passed, content=content)
    return Revision.objects.get(pk=revision.pk)


def test_what_is_due_is_published_once(portal: Portal) -> None:
    news = NewsPageFactory(title="草稿", live=False)
    scheduled(news, title="到点发布")
    assert not BasePage.objects.visible().filter(pk=news.pk).exists()
    assert schedule.publish_scheduled(lease) == "发布1项"
    assert BasePage.objects.visible().get(pk=news.pk).title == "到点发布"
    assert schedule.publish_scheduled(lease) == ""
    assert PageLogEntry.objects.filter(page=news.pk, action="wagtail.publish.scheduled").count() == 1


def test_what_is_not_due_waits(portal: Portal) -> None:
    news = NewsPageFactory(live=False)
    news.go_live_at = timezone.now() + timedelta(hours=1)
    news.save_revision().publish()
    assert schedule.publish_scheduled(lease) == ""
    news.refresh_from_db()
    assert not news.live


def test_facts_go_by_the_clock_too(portal: Portal) -> None:
    observation = ObservationFactory(value=1, live=False)
    scheduled(observation, value=2)
    assert schedule.publish_scheduled(lease) == "发布1项"
    assert Observation.objects.visible().get(pk=observation.pk).value == 2
    Observation.objects.filter(pk=observation.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    assert schedule.publish_scheduled(lease) == "到期撤下1项"
    assert not Observation.objects.get(pk=observation.pk).live


def test_an_expired_page_is_taken_down_and_says_so(portal: Portal) -> None:
    news = NewsPageFactory()
    BasePage.objects.filter(pk=news.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    assert schedule.publish_scheduled(lease) == "到期撤下1项"
    page = BasePage.objects.get(pk=news.pk)
    assert (page.live, page.expired) == (False, True)
    assert Tombstone.objects.filter(title=news.title).exists()


def test_one_bad_record_holds_up_no_other(portal: Portal) -> None:
    bad, good = NewsPageFactory(live=False), NewsPageFactory(live=False)
    broken = scheduled(bad)
    Revision.objects.filter(pk=broken.pk).update(
        content={}, approved_go_live_at=timezone.now() - timedelta(hours=1)
    )
    scheduled(good)
    assert schedule.publish_scheduled(lease) == "发布1项，失败1项，见服务器日志"
    assert BasePage.objects.visible().filter(pk=good.pk).exists()
