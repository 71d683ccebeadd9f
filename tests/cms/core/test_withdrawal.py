"""What was public leaves with a reason that readers are told, and a name on record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry

from cms.core.models import BasePage, Tombstone, User
from tests.factories import Portal, ProjectPageFactory, SectorPageFactory

REASON = "数据有误，已重新发布。"


def address(page: Any) -> str:
    return reverse("wagtailadmin_pages:unpublish", args=[page.pk])


@pytest.mark.parametrize("reason", ["", "   ", "长" * 301])
def test_nothing_leaves_without_a_reason_and_nothing_typed_is_lost(
    portal: Portal, admin_client: Client, reason: str
) -> None:
    page = ProjectPageFactory()
    assert "撤下原因" in admin_client.get(address(page)).content.decode()
    response = admin_client.post(address(page), {"reason": reason, "replacement": portal.projects.pk})
    html = response.content.decode()
    assert "请写明撤下原因" in html or "原因最多300个字" in html
    assert f'value="{portal.projects.pk}"' in html
    assert reason.strip() in html
    assert BasePage.objects.get(pk=page.pk).live


def test_readers_get_the_reason_the_day_and_what_to_read_instead(
    portal: Portal, admin_client: Client, admin_user: User, client: Client
) -> None:
    page = ProjectPageFactory(title="旧厂", slug="jiu-chang")
    data = {"reason": REASON, "replacement": portal.projects.pk}
    assert admin_client.post(address(page), data).status_code == 302
    response = Client().get("/projects/jiu-chang/")
    html = response.content.decode()
    assert response.status_code == 410
    assert REASON in html
    assert portal.projects.url in html
    assert f"{timezone.localdate().year}年" in html
    entry = PageLogEntry.objects.get(page=page.pk, action="portal.withdraw")
    assert entry.user == admin_user
    assert entry.data == {"reason": REASON, "replacement": "项目"}
    history = admin_client.get(reverse("wagtailadmin_pages:history", args=[page.pk])).content.decode()
    assert f"撤下，原因：{REASON}" in history


def test_pages_below_go_with_the_same_reason_where_asked(portal: Portal, admin_client: Client) -> None:
    parent = SectorPageFactory(slug="shangji")
    SectorPageFactory(slug="xiaji", parent=parent)
    assert "公开的1个下级页面也一起撤下" in admin_client.get(address(parent)).content.decode()
    admin_client.post(address(parent), {"reason": REASON, "include_descendants": "on"})
    assert dict(Tombstone.objects.values_list("path", "reason")) == {
        "/sectors/shangji/": REASON,
        "/sectors/shangji/xiaji/": REASON,
    }
    assert PageLogEntry.objects.filter(action="portal.withdraw", user__isnull=False).count() == 2


def test_a_page_that_leaves_too_is_no_replacement(portal: Portal, admin_client: Client) -> None:
    parent = SectorPageFactory()
    child = SectorPageFactory(parent=parent)
    data = {"reason": REASON, "replacement": child.pk, "include_descendants": "on"}
    html = admin_client.post(address(parent), data).content.decode()
    assert "这个页面也会一起撤下" in html
    assert BasePage.objects.get(pk=parent.pk).live
    draft = ProjectPageFactory(live=False)
    html = admin_client.post(address(parent), {"reason": REASON, "replacement": draft.pk}).content.decode()
    assert "请选择一个公开的页面" in html


def test_several_at_once(portal: Portal, admin_client: Client) -> None:
    pages = [ProjectPageFactory(slug="jia"), ProjectPageFactory(slug="yi")]
    bulk = reverse("wagtail_bulk_action", args=["core", "basepage", "unpublish"])
    query = "?" + "&".join(f"id={page.pk}" for page in pages)
    assert "撤下原因" in admin_client.get(bulk + query).content.decode()
    assert "请写明撤下原因" in admin_client.post(bulk + query, {"reason": ""}).content.decode()
    assert not Tombstone.objects.exists()
    assert admin_client.post(bulk + query, {"reason": REASON}).status_code == 302
    assert set(Tombstone.objects.values_list("path", "reason")) == {
        ("/projects/jia/", REASON),
        ("/projects/yi/", REASON),
    }


def test_through_the_admin_api_too(portal: Portal, admin_client: Client) -> None:
    page = ProjectPageFactory(slug="jia")
    action = reverse("wagtailadmin_api:pages:action", args=[page.pk, "unpublish"])
    assert admin_client.post(action).status_code == 400
    assert BasePage.objects.get(pk=page.pk).live
    assert admin_client.post(action, {"reason": REASON}).status_code == 200
    assert Tombstone.objects.get().reason == REASON


def test_expiry_says_so(portal: Portal) -> None:
    ProjectPageFactory(slug="daoqi", expire_at=timezone.now() - timedelta(minutes=1))
    call_command("publish_scheduled")
    assert Tombstone.objects.get().reason == "已过有效期，按期撤下。"
