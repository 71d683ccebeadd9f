"""Menus, notices and footer are edited with the site's identity, and previewed before they are saved."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from cms.core.models import MenuItem, Notice, SiteIdentity
from home.models import HomeFeature
from tests.factories import EnterprisePageFactory, Portal, StandardPageFactory


@pytest.fixture
def identity(portal: Portal) -> SiteIdentity:
    return SiteIdentity.for_site(portal.site)


def menu(client: Client, label: str = "主导航") -> list[tuple[str, str]]:
    soup = BeautifulSoup(client.get("/").content, "html.parser")
    return [(a.get_text(strip=True), a["href"]) for a in soup.select(f'nav[aria-label="{label}"] a')]


def test_a_site_without_menus_lists_its_columns(portal: Portal, client: Client) -> None:
    assert ("产业", "/sectors/") in menu(client)
    assert menu(client, "栏目") == menu(client)


def test_menus_show_what_editors_chose_in_their_order(
    identity: SiteIdentity, portal: Portal, client: Client
) -> None:
    draft = StandardPageFactory(live=False)
    MenuItem.objects.create(identity=identity, page_id=portal.news.pk, label="要闻", sort_order=0)
    MenuItem.objects.create(identity=identity, page_id=draft.pk, sort_order=1)
    MenuItem.objects.create(identity=identity, url="https://example.org/", label="别处", sort_order=2)
    MenuItem.objects.create(identity=identity, page_id=portal.data.pk, menu="footer")
    assert menu(client) == [("要闻", "/news/"), ("别处", "https://example.org/")]
    assert menu(client, "页脚链接") == [("数据", "/data/")]
    soup = BeautifulSoup(client.get("/news/").content, "html.parser")
    assert soup.select_one('nav[aria-label="主导航"] a[aria-current="page"]').get_text(strip=True) == "要闻"
    assert soup.select_one('nav[aria-label="主导航"] a[rel="external"]').get_text(strip=True) == "别处"


def test_a_menu_of_hidden_pages_falls_back_to_the_columns(identity: SiteIdentity, client: Client) -> None:
    MenuItem.objects.create(identity=identity, page_id=StandardPageFactory(live=False).pk)
    assert ("产业", "/sectors/") in menu(client)


def test_notices_are_shown_in_their_time_urgent_ones_first(identity: SiteIdentity, client: Client) -> None:
    now, hour = timezone.now(), timedelta(hours=1)
    Notice.objects.create(identity=identity, text="维护通知", starts_at=now - hour, ends_at=now + hour)
    Notice.objects.create(identity=identity, text="已经过去", ends_at=now - hour)
    Notice.objects.create(identity=identity, text="还没开始", starts_at=now + hour)
    Notice.objects.create(identity=identity, text="紧急的事", level="urgent", url="https://example.org/x")
    soup = BeautifulSoup(client.get("/").content, "html.parser")
    region = soup.select_one('section[aria-label="公告"]')
    lines = [li.get_text("|", strip=True) for li in region.select("li")]
    assert lines == ["紧急|紧急的事|看详情", "公告|维护通知"]
    assert region.find_next("header")["class"] == ["masthead"]


def test_a_notice_that_leads_to_a_hidden_page_stays_without_the_link(
    identity: SiteIdentity, client: Client
) -> None:
    hidden = StandardPageFactory(title="隐藏的说明", live=False)
    Notice.objects.create(identity=identity, text="维护通知", page_id=hidden.pk)
    html = client.get("/").content.decode()
    assert "维护通知" in html
    assert "隐藏的说明" not in html


def test_menus_and_notices_cost_two_queries_at_most_and_none_where_there_are_none(
    identity: SiteIdentity, portal: Portal, client: Client
) -> None:
    def queries() -> int:
        client.get("/about-nothing/")
        client.get("/news/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/news/")
        return len(captured)

    without = queries()
    for page in (portal.news, portal.data, portal.projects, portal.sectors):
        MenuItem.objects.create(identity=identity, page_id=page.pk)
        MenuItem.objects.create(identity=identity, page_id=page.pk, menu="footer")
        Notice.objects.create(identity=identity, text="通知", page_id=page.pk)
    assert queries() == without + 2


def form_data(**changes: Any) -> dict[str, Any]:
    return {
        "name": "长春产业门户",
        "short_name": "长春产业",
        "mode": "unset",
        **nested_form_data(
            {
                "menu_items": inline_formset(changes.pop("menu_items", [])),
                "notices": inline_formset(changes.pop("notices", [])),
            }
        ),
        **changes,
    }


def test_the_home_page_is_previewed_with_what_is_not_saved_yet(
    identity: SiteIdentity, portal: Portal, admin_client: Client
) -> None:
    data = form_data(
        short_name="新简称",
        footer_text="更正请来信。",
        menu_items=[{"menu": "main", "label": "要闻", "page": portal.news.pk, "url": ""}],
        notices=[
            {"text": "新的公告", "level": "urgent", "page": "", "url": "", "starts_at": "", "ends_at": ""}
        ],
    )
    address = reverse("wagtailsettings:preview_on_edit", args=["core", "siteidentity", portal.site.pk])
    assert admin_client.post(address, data).json()["is_valid"]
    response = admin_client.get(address)
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]
    html = response.content.decode()
    soup = BeautifulSoup(html, "html.parser")
    assert [a.get_text(strip=True) for a in soup.select(".main-nav a")] == ["要闻"]
    assert "新的公告" in html
    assert "新简称" in html
    assert "更正请来信。" in html
    public = Client().get("/").content.decode()
    assert [words for words in ("新的公告", "新简称", "更正请来信") if words in public] == []


def test_what_is_saved_is_shown_at_once(identity: SiteIdentity, portal: Portal, admin_client: Client) -> None:
    admin_client.get("/")
    address = reverse("wagtailsettings:edit", args=["core", "siteidentity", portal.site.pk])
    assert "菜单项" in admin_client.get(address).content.decode()
    items = [{"menu": "main", "label": "要闻", "page": portal.news.pk, "url": "", "ORDER": "1"}]
    assert admin_client.post(address, form_data(menu_items=items)).status_code == 302
    assert menu(Client()) == [("要闻", "/news/")]


def test_a_menu_item_that_leads_nowhere_is_refused_and_kept(
    identity: SiteIdentity, portal: Portal, admin_client: Client
) -> None:
    address = reverse("wagtailsettings:edit", args=["core", "siteidentity", portal.site.pk])
    items = [{"menu": "main", "label": "写了一半", "page": "", "url": "", "ORDER": "1"}]
    html = admin_client.post(address, form_data(menu_items=items)).content.decode()
    assert "请选一个页面，或填一个网址" in html
    assert "写了一半" in html


def test_picks_for_the_home_page_show_in_its_preview(portal: Portal) -> None:
    picked = EnterprisePageFactory(title="推荐的厂")
    portal.home.featured.set([HomeFeature(page_id=picked.pk)])
    response = portal.home.make_preview_request()
    soup = BeautifulSoup(response.content, "html.parser")
    assert soup.select_one(f'main a[href="{picked.url}"]').get_text(strip=True) == "推荐的厂"
