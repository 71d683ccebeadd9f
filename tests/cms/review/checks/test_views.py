"""Findings beside the form, on a page of their own, and in the message after saving."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from wagtail.models import GroupPagePermission
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from cms.core.models import BasePage
from cms.review.models import WordRule
from industries.models import NewsPage, Observation
from tests.factories import (
    EnterprisePageFactory,
    NewsPageFactory,
    ObservationFactory,
    Portal,
    UserFactory,
)


@pytest.fixture(autouse=True)
def blocked_word(db: None) -> None:
    WordRule.objects.create(wrong="大众一汽", right="一汽-大众", level="block")


@pytest.fixture
def editor_client(portal: Portal) -> Client:
    """Signed in as somebody who may edit news, and nothing else."""
    group = Group.objects.create(name="news")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    permission = Permission.objects.get(codename="change_basepage", content_type__app_label="core")
    GroupPagePermission.objects.create(group=group, page=portal.news, permission=permission)
    user = UserFactory()
    user.groups.add(group)
    client = Client()
    client.force_login(user)
    return client


def form_of(page: NewsPage, *texts: str, **fields: Any) -> dict[str, Any]:
    """What the page editor posts."""
    data = {
        "title": page.title,
        "slug": page.slug,
        "summary": "讲一件事。",
        "kicker": "",
        "source": page.source_id or "",
        "original_published": "",
        "editor": "",
        "seo_title": "",
        "search_description": "",
        "keywords": "",
        "cover": "",
        "change_kind": "minor",
        "change_note": "",
        "body": streamfield([("paragraph", rich_text(f"<p>{text}</p>")) for text in texts]),
        "about": inline_formset([]),
        "corrections": inline_formset([]),
        "comments": inline_formset([]),
    }
    return nested_form_data(data | fields)


def test_the_panel_reads_the_form_as_it_is_now_and_saves_nothing(
    portal: Portal, admin_client: Client
) -> None:
    page = NewsPageFactory(title="一篇")
    data = form_of(page, "大众一汽开工。", title="新题,旧题")
    response = admin_client.post(reverse("page-findings-now", args=[page.pk]), data)
    text = response.content.decode()
    assert response.status_code == 200
    assert "应写作“一汽-大众”" in text
    assert 'data-finding-path="title"' in text
    assert 'data-finding-path="body.' in text
    assert "填写不完整" not in text
    assert "<html" not in text
    page.refresh_from_db()
    assert (page.title, page.latest_revision_id) == ("一篇", None)


def test_what_the_form_refuses_is_read_all_the_same(portal: Portal, admin_client: Client) -> None:
    page = NewsPageFactory()
    data = form_of(
        page,
        summary="大众一汽" + "长" * 400,
        original_published="某天",
        body=streamfield(
            [("image", {"caption": "大众一汽厂区"}), ("paragraph", rich_text("<p>大众一汽</p>"))]
        ),
    )
    text = admin_client.post(reverse("page-findings-now", args=[page.pk]), data).content.decode()
    assert "填写不完整" in text
    assert text.count("<mark>大众一汽</mark>") == 3


def test_the_panel_works_before_the_first_save(portal: Portal, admin_client: Client) -> None:
    address = reverse("new-page-findings-now", args=["industries", "newspage", portal.news.pk])
    response = admin_client.post(address, form_of(NewsPage(), "大众一汽开工。", title="", slug=""))
    assert "应写作“一汽-大众”" in response.content.decode()
    assert not NewsPage.objects.exists()
    wrong = reverse("new-page-findings-now", args=["review", "wordrule", portal.news.pk])
    assert admin_client.post(wrong, {}).status_code == 404


@pytest.mark.parametrize("name", ["edit", "add"])
def test_the_editor_has_the_panel(portal: Portal, admin_client: Client, name: str) -> None:
    page = NewsPageFactory()
    screens = {
        "edit": (reverse("wagtailadmin_pages:edit", args=[page.pk]), "page-findings-now", [page.pk]),
        "add": (
            reverse("wagtailadmin_pages:add", args=["industries", "newspage", portal.news.pk]),
            "new-page-findings-now",
            ["industries", "newspage", portal.news.pk],
        ),
    }
    address, view, args = screens[name]
    text = admin_client.get(address).content.decode()
    assert f'data-url="{reverse(view, args=args)}"' in text
    assert "js/admin/findings" in text


def test_only_who_may_edit_the_page_is_told(portal: Portal, editor_client: Client) -> None:
    mine, others = NewsPageFactory(), EnterprisePageFactory()
    for view, method in (("page-findings", "get"), ("page-findings-now", "post")):
        request = getattr(editor_client, method)
        assert request(reverse(view, args=[mine.pk]), form_of(mine)).status_code == 200
        assert request(reverse(view, args=[others.pk]), form_of(mine)).status_code == 302
        stranger = getattr(Client(), method)(reverse(view, args=[mine.pk]))
        assert stranger.status_code == 302
        assert "/login/" in stranger["Location"]
    add = reverse("new-page-findings-now", args=["industries", "newspage", portal.news.pk])
    assert editor_client.post(add, form_of(mine)).status_code == 302
    assert editor_client.get(reverse("page-findings-now", args=[mine.pk])).status_code == 405


def test_the_page_of_findings_shows_the_draft_that_was_saved_last(
    portal: Portal, admin_client: Client
) -> None:
    page = NewsPageFactory(title="一篇")
    page.title = "大众一汽"
    page.save_revision()
    text = admin_client.get(reverse("page-findings", args=[page.pk])).content.decode()
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert f'href="{edit}#panel-child-content-title-section"' in text
    assert "须改正1处" in text


def test_a_message_after_saving_says_how_many(portal: Portal, admin_client: Client) -> None:
    page = NewsPageFactory(title="一篇")
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    text = admin_client.post(edit, form_of(page, "大众一汽。"), follow=True).content.decode()
    assert "内容检查：须改正1处" in text
    assert reverse("page-findings", args=[page.pk]) in text
    text = admin_client.post(edit, form_of(page, "一句话。"), follow=True).content.decode()
    assert "内容检查：" not in text


def test_automatic_saving_leaves_no_message(portal: Portal, admin_client: Client) -> None:
    page = NewsPageFactory(title="一篇")
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    response = admin_client.post(edit, form_of(page, "大众一汽。"), headers={"accept": "application/json"})
    assert json.loads(response.content)["success"]
    assert "内容检查：" not in admin_client.get(edit).content.decode()


def test_facts_have_a_page_of_findings_and_a_message(portal: Portal, admin_client: Client) -> None:
    fact: Observation = ObservationFactory(note="大众一汽的产值")
    address = reverse("fact-findings", args=["industries", "observation", fact.pk])
    assert "应写作“一汽-大众”" in admin_client.get(address).content.decode()
    data = {
        "indicator": fact.indicator_id,
        "value": "53",
        "hedge": "",
        "period": "2025",
        "subject": "",
        "source": fact.source_id,
        "locator": "第2段",
        "quote": "",
        "status": "media",
        "checked_on": "",
        "note": "大众一汽",
        "key": fact.key,
        **nested_form_data({"corrections": inline_formset([])}),
    }
    edit = reverse(Observation.snippet_viewset.get_url_name("edit"), args=[fact.pk])
    text = admin_client.post(edit, data, follow=True).content.decode()
    assert "内容检查：须改正1处" in text
    assert address in text


def test_editors_find_the_way_to_the_findings(portal: Portal, admin_client: Client) -> None:
    page, fact = NewsPageFactory(), ObservationFactory()
    edit_page = reverse("wagtailadmin_pages:edit", args=[page.pk])
    facts = reverse(Observation.snippet_viewset.get_url_name("list"))
    for address, findings in (
        (edit_page, reverse("page-findings", args=[page.pk])),
        (facts, reverse("fact-findings", args=["industries", "observation", fact.pk])),
    ):
        assert f'href="{findings}"' in admin_client.get(address).content.decode()


def test_findings_of_facts_are_for_who_may_edit_them(portal: Portal, editor_client: Client) -> None:
    fact = ObservationFactory()
    address = reverse("fact-findings", args=["industries", "observation", fact.pk])
    assert editor_client.get(address).status_code == 302
    assert Client().get(address).status_code == 302


@pytest.mark.parametrize(
    "args",
    [["industries", "observation", "99999"], ["industries", "observation", "x"], ["auth", "group", "1"]],
)
def test_what_is_no_fact_is_not_found(portal: Portal, admin_client: Client, args: list[str]) -> None:
    assert admin_client.get(reverse("fact-findings", args=args)).status_code == 404


def test_the_panel_asks_a_fixed_number_of_times(
    portal: Portal, admin_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """However long the article and however many pages the site has."""
    page = NewsPageFactory()
    address = reverse("page-findings-now", args=[page.pk])
    admin_client.post(address, form_of(page, "一句话。"))
    counts = []
    for length in (3, 60):
        for number in range(length // 3):
            EnterprisePageFactory(title=f"第{length}组企业{number}")
        texts = [f"大众一汽{number}产值为{number}00亿元" for number in range(1, length)]
        with django_assert_max_num_queries(30) as queries:
            admin_client.post(address, form_of(page, *texts))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_hidden_page_is_told_from_a_deleted_one(portal: Portal, admin_client: Client) -> None:
    page, hidden = NewsPageFactory(), EnterprisePageFactory(title="未公开企业", live=False)
    link = f'<p><a linktype="page" id="{hidden.pk}">它</a></p>'
    NewsPage.objects.filter(pk=page.pk).update(
        body=json.dumps([{"type": "paragraph", "value": link, "id": "1" * 8}])
    )
    text = admin_client.get(reverse("page-findings", args=[page.pk])).content.decode()
    assert "页面“未公开企业”读者看不到" in text
    assert BasePage.objects.filter(pk=hidden.pk).exists()


def test_the_preview_that_the_panel_reads_may_stand_in_the_editors_frame(
    portal: Portal, admin_client: Client
) -> None:
    """Only the preview: readers' pages stand in nobody's."""
    page = NewsPageFactory()
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    admin_client.post(address, form_of(page, "一句话。"))
    policy = admin_client.get(address)["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy
    assert "script-src 'self' 'sha256-" in policy
    assert "frame-ancestors 'none'" in admin_client.get(page.url)["Content-Security-Policy"]
