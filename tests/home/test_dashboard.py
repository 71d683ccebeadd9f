"""The admin's home page: what it counts, for whom, and what it costs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.menu import admin_menu
from wagtail.models import GroupPagePermission

from cms.core.models import BasePage, CorrectionRequest, User
from cms.review.models import EmergencyPublication, ExternalLink, LinkUse
from home.dashboard import Card, Dashboard
from industries.models import NewsPage
from tests.factories import (
    EnterprisePageFactory,
    IndicatorPageFactory,
    NewsPageFactory,
    ObservationFactory,
    Portal,
    UserFactory,
)


def cards(user: Any) -> dict[str, Card]:
    return {card.title: card for section in Dashboard(user).sections() for card in section.cards}


def busy(user: Any) -> dict[str, int]:
    return {title: card.total for title, card in cards(user).items() if card.total}


def fill(portal: Portal, user: User) -> None:
    """One thing for each panel that needs no review."""
    today = timezone.localdate()
    article: NewsPage = NewsPageFactory(source=None)
    enterprise = EnterprisePageFactory()
    draft = EnterprisePageFactory(live=False)
    draft.save_revision(user=user)
    fact = ObservationFactory(subject=enterprise, status="pending", note="说法不一")
    fact.value = 5
    fact.save_revision(user=user)
    IndicatorPageFactory(next_update=today - timedelta(days=1))
    IndicatorPageFactory(next_update=today)
    planned = EnterprisePageFactory(live=False)
    planned.go_live_at = timezone.now() + timedelta(days=1)
    planned.save_revision().publish()
    link = ExternalLink.objects.create(
        url=f"https://example.cn/{article.pk}", state=ExternalLink.State.BROKEN
    )
    LinkUse.objects.create(link=link, page=article)
    CorrectionRequest.objects.create(text="数字好像不对")
    CorrectionRequest.objects.create(text="已经答复", state="accepted")
    EmergencyPublication.objects.create(
        content_object=article, title=article.title, user=user, user_name="张三", reason="汛情"
    )


def test_each_panel_finds_what_it_is_about(portal: Portal, admin_user: User) -> None:
    fill(portal, admin_user)
    BasePage.objects.update(last_published_at=timezone.now() - timedelta(days=30))
    found = busy(admin_user)
    assert found["我的草稿"] == found["我的数值草稿"] == 1
    assert found["定时发布"] == 1
    assert found["数据该更新"] == 1
    assert found["待核、存疑的数值"] == 1
    assert found["没有来源的页面"] == 1, "the enterprise has a fact, the drafts are not public"
    assert found["打不开的链接"] == 1
    assert found["读者纠错"] == 1
    assert found["紧急发布待补审"] == 1
    notes = {row.title: row.note for row in cards(admin_user)["栏目空白或久未更新"].rows}
    assert notes["项目"] == "没有公开的内容"
    assert "没有更新，期限14天" in notes["动态"]


def test_a_row_leads_to_what_it_names_and_the_heading_to_all_of_them(
    portal: Portal, admin_client: Client
) -> None:
    user = User.objects.get(is_superuser=True)
    for _ in range(2):
        fill(portal, user)
    body = admin_client.get(reverse("wagtailadmin_home")).content.decode()
    for card in cards(user).values():
        if not card.total:
            continue
        assert card.title in body
        for address in filter(None, [card.more_url, *(row.url for row in card.rows)]):
            assert admin_client.get(address).status_code == 200, (card.title, address)


@pytest.mark.parametrize(
    ("todo", "title"),
    [
        ("mine", "我的草稿"),
        ("scheduled", "定时发布"),
        ("week", "本周发布"),
        ("overdue", "数据该更新"),
        ("unsourced", "没有来源的页面"),
        ("broken", "打不开的链接"),
    ],
)
def test_the_full_list_holds_what_the_panel_counts(
    portal: Portal, admin_client: Client, todo: str, title: str
) -> None:
    user = User.objects.get(is_superuser=True)
    fill(portal, user)
    response = admin_client.get(reverse("content_all:index"), {"todo": todo})
    assert response.context["paginator"].count == busy(user)[title] > 0


def test_nothing_to_do_is_said_calmly(portal: Portal, admin_client: Client) -> None:
    body = admin_client.get(reverse("wagtailadmin_home")).content.decode()
    assert "没有：等我审核、我送审的、我的草稿、我的数值草稿、我的陈述草稿。" in body


def test_people_see_what_is_theirs_to_see(portal: Portal, client: Client) -> None:
    """Somebody who may edit one column, and somebody who only looks after images."""
    news_group = Group.objects.create(name="动态编辑")
    permission = Permission.objects.get(codename="change_basepage")
    GroupPagePermission.objects.create(group=news_group, page_id=portal.news.pk, permission=permission)
    access = Permission.objects.get(codename="access_admin")
    news_group.permissions.add(access)
    writer, other = UserFactory(), UserFactory()
    writer.groups.add(news_group)
    other.user_permissions.add(access)
    NewsPageFactory(source=None)
    EnterprisePageFactory()
    fill(portal, UserFactory())
    found = busy(writer)
    assert found["没有来源的页面"] == 2, "articles, no enterprise"
    assert found["打不开的链接"] == 1
    assert not {"待核、存疑的数值", "读者纠错", "紧急发布待补审"} & set(cards(writer))
    assert set(cards(other)) == {"等我审核", "我送审的"}
    for user in (writer, other):
        client.force_login(user)
        assert client.get(reverse("wagtailadmin_home")).status_code == 200


def test_it_costs_the_same_however_much_there_is(portal: Portal, admin_client: Client) -> None:
    user = User.objects.get(is_superuser=True)
    for _ in range(6):
        fill(portal, user)
    counts = []
    for _ in range(2):
        admin_client.get(reverse("wagtailadmin_home"))
        with CaptureQueriesContext(connection) as queries:
            admin_client.get(reverse("wagtailadmin_home"))
        counts.append(len(queries))
        for _ in range(6):
            fill(portal, user)
    assert counts[0] == counts[1] <= 75


def test_the_page_menu_opens_at_the_home_page(portal: Portal, admin_client: Client) -> None:
    response = admin_client.get(reverse("wagtailadmin_home"))
    request = response.wsgi_request
    (item,) = [item for item in admin_menu.menu_items_for_request(request) if item.name == "explorer"]
    assert item.render_component(request).start_page_id == portal.home.pk
    assert item.url == reverse("wagtailadmin_explore", args=[portal.home.pk])


def test_help_leads_to_the_portals_own_guide(portal: Portal, admin_client: Client) -> None:
    """Wagtail's is in English."""
    body = admin_client.get(reverse("wagtailadmin_home")).content.decode()
    assert f'href="{reverse("editors-guide")}"' in body
    assert "guide.wagtail.org" not in body


def test_who_may_inspect_is_led_from_stale_columns_to_the_check_up(portal: Portal) -> None:
    auditor, editor = UserFactory(), UserFactory()
    column = {"codename__in": ["access_admin", "view_basepage"]}
    auditor.user_permissions.set(
        Permission.objects.filter(**column) | Permission.objects.filter(codename="view_externallink")
    )
    editor.user_permissions.set(Permission.objects.filter(**column))
    for user, address in ((auditor, reverse("checkup")), (editor, "")):
        user = User.objects.get(pk=user.pk)
        assert cards(user)["栏目空白或久未更新"].more_url == address
