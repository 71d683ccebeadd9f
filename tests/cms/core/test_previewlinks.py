"""A draft can be shown to people without an account: for a time, revocably, on record, and nothing else with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.core.models import PreviewLink, PreviewVisit
from cms.core.previewlinks import prune_preview_visits, token_of
from tests.factories import NewsPageFactory, Portal, ProjectPageFactory, UserFactory

DRAFT = "还没有发布的标题"


@pytest.fixture
def link(portal: Portal) -> PreviewLink:
    page = NewsPageFactory(title="公开的标题")
    page.title = DRAFT
    page.save_revision()
    return PreviewLink.objects.create(
        page_id=page.pk, purpose="请李工核对", expires_at=timezone.now() + timedelta(days=3)
    )


def address(link: PreviewLink) -> str:
    return reverse("draft-preview", args=[token_of(link)])


def test_the_latest_draft_is_shown_with_a_warning_and_kept_by_nobody(
    link: PreviewLink, client: Client
) -> None:
    response = client.get(address(link))
    html = response.content.decode()
    assert response.status_code == 200
    assert DRAFT in html
    assert "草稿预览" in html
    assert "请勿转发" in html
    assert "no-store" in response["Cache-Control"]
    assert "noindex" in response["X-Robots-Tag"]
    assert response["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert PreviewVisit.objects.get().link == link


def test_a_page_that_was_never_public_can_be_shown(portal: Portal, client: Client) -> None:
    page = ProjectPageFactory(title="新项目", live=False)
    expires = timezone.now() + timedelta(days=1)
    link = PreviewLink.objects.create(page_id=page.pk, purpose="看", expires_at=expires)
    assert "新项目" in client.get(address(link)).content.decode()


def test_around_the_draft_stands_only_what_is_public(link: PreviewLink, admin_client: Client) -> None:
    """Also for an editor who is signed in."""
    hidden = ProjectPageFactory(title="别人的草稿", live=False)
    page: Any = link.page.specific.get_latest_revision_as_object()
    page.about.create(page_id=hidden.pk)
    page.save_revision()
    NewsPageFactory(title="另一篇草稿", live=False)
    html = admin_client.get(address(link)).content.decode()
    assert DRAFT in html
    assert "别人的草稿" not in html
    assert "另一篇草稿" not in html
    assert "w-userbar" not in html


def test_a_false_or_closed_address_tells_nothing_of_the_page(link: PreviewLink, client: Client) -> None:
    open_address = address(link)
    number, _, signature = token_of(link).partition(".")
    false = [f"{number}.{'x' * len(signature)}", f"{int(number) + 1}.{signature}", "x", "1" * 200, "%00."]
    for token in false:
        response = client.get(f"/preview/{token}/")
        assert response.status_code == 404
        assert "标题" not in response.content.decode()
    link.expires_at = timezone.now() - timedelta(seconds=1)
    link.save()
    response = client.get(open_address)
    assert response.status_code == 410
    assert "预览已经关闭" in response.content.decode()
    assert "标题" not in response.content.decode()
    assert not PreviewVisit.objects.exists()


def test_an_editor_creates_sees_and_revokes_links(
    portal: Portal, admin_client: Client, client: Client
) -> None:
    page = NewsPageFactory(title="稿件")
    links = reverse("preview-links", args=[page.pk])
    edit = admin_client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert links in edit
    refused = admin_client.post(links, {"purpose": "", "days": "3"}).content.decode()
    assert "请写明给谁看" in refused
    assert "4" not in [str(days) for days in (1, 3, 7, 30)]
    assert admin_client.post(links, {"purpose": "看", "days": "400"}).status_code == 200
    assert not PreviewLink.objects.exists()
    admin_client.post(links, {"purpose": "请李工核对", "days": "7"})
    link = PreviewLink.objects.get()
    assert timedelta(days=6) < link.expires_at - timezone.now() <= timedelta(days=7)
    Client().get(address(link))
    html = admin_client.get(links).content.decode()
    assert address(link) in html
    assert "1次" in html
    revoke = reverse("preview-link-revoke", args=[page.pk, link.pk])
    assert admin_client.get(revoke).status_code == 405
    admin_client.post(revoke)
    assert client.get(address(link)).status_code == 410
    assert "已撤销" in admin_client.get(links).content.decode()


def test_only_who_may_edit_the_page_makes_links(portal: Portal, client: Client) -> None:
    page = NewsPageFactory()
    user = UserFactory()
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(user)
    for method in (client.get, client.post):
        assert method(reverse("preview-links", args=[page.pk])).status_code == 302
    assert not PreviewLink.objects.exists()


def test_the_list_takes_the_same_queries_however_long(link: PreviewLink, admin_client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert admin_client.get(reverse("preview-links", args=[link.page_id])).status_code == 200
        return len(captured)

    queries()
    few = queries()
    for number in range(5):
        more = PreviewLink.objects.create(page=link.page, purpose=f"{number}", expires_at=link.expires_at)
        PreviewVisit.objects.create(link=more)
    assert queries() == few


def test_old_visits_are_forgotten(link: PreviewLink) -> None:
    PreviewVisit.objects.create(link=link, at=timezone.now() - timedelta(days=184))
    kept = PreviewVisit.objects.create(link=link, at=timezone.now() - timedelta(days=182))
    assert prune_preview_visits(lambda: True) == "清理预览记录1条"
    assert PreviewVisit.objects.get() == kept
