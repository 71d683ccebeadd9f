"""What was public and is gone says so; what was never public says nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect

from cms.core.models import Tombstone
from industries.models import ProjectPage
from tests.factories import Portal, ProjectPageFactory, SectorPageFactory, make_private


def withdrawn() -> dict[str, str]:
    return dict(Tombstone.objects.values_list("path", "title"))


def test_an_unpublished_page_is_gone_with_title_date_and_reason(portal: Portal, client: Client) -> None:
    page = ProjectPageFactory(title="旧厂改造", slug="jiu-chang")
    page.unpublish()
    assert withdrawn() == {"/projects/jiu-chang/": "旧厂改造"}
    Tombstone.objects.update(reason="内容已并入另一个项目。")
    for path in ("/projects/jiu-chang/", "/projects/jiu-chang"):
        response = client.get(path)
        html = response.content.decode()
        assert response.status_code == 410
        assert "旧厂改造" in html
        assert "内容已并入另一个项目。" in html
        assert f"{timezone.localdate():%Y年}" in html
        assert 'action="/search/"' in html
        assert response["Content-Security-Policy"]


def test_deleting_a_page_leaves_a_tombstone_for_it_and_for_pages_below(
    portal: Portal, client: Client
) -> None:
    parent = SectorPageFactory(title="上级", slug="shangji")
    SectorPageFactory(title="下级", slug="xiaji", parent=parent)
    SectorPageFactory(title="草稿", slug="caogao", parent=parent, live=False)
    parent.refresh_from_db()
    parent.delete()
    assert withdrawn() == {"/sectors/shangji/": "上级", "/sectors/shangji/xiaji/": "下级"}
    assert client.get("/sectors/shangji/xiaji/").status_code == 410
    assert client.get("/sectors/shangji/caogao/").status_code == 404


def test_unpublishing_with_descendants_covers_each(portal: Portal) -> None:
    parent = SectorPageFactory(slug="shangji")
    SectorPageFactory(slug="xiaji", parent=parent)
    parent.refresh_from_db()
    from wagtail.actions.unpublish_page import UnpublishPageAction

    from tests.factories import UserFactory

    editor = UserFactory(is_superuser=True)
    UnpublishPageAction(parent, user=editor, include_descendants=True).execute()
    assert set(withdrawn()) >= {"/sectors/shangji/"}


def test_expiry_leaves_a_tombstone_when_the_schedule_runs(portal: Portal, client: Client) -> None:
    page = ProjectPageFactory(slug="qixian", expire_at=timezone.now() - timedelta(minutes=1))
    assert client.get(page.url).status_code == 404
    call_command("publish_scheduled")
    assert client.get("/projects/qixian/").status_code == 410


def test_publishing_again_at_the_address_takes_it_away(portal: Portal, client: Client) -> None:
    page = ProjectPageFactory(slug="huilai")
    page.unpublish()
    page = ProjectPage.objects.get(pk=page.pk)
    page.save_revision().publish()
    assert withdrawn() == {}
    assert client.get("/projects/huilai/").status_code == 200


def test_another_page_at_the_address_takes_it_away_too(portal: Portal) -> None:
    ProjectPageFactory(slug="dizhi").delete()
    page = ProjectPageFactory(slug="dizhi", live=False)
    page.save_revision().publish()
    assert withdrawn() == {}


def test_nothing_is_told_of_private_pages_and_drafts(portal: Portal, client: Client) -> None:
    private, below = SectorPageFactory(slug="mimi"), SectorPageFactory(slug="draft", live=False)
    child = SectorPageFactory(slug="child", parent=private)
    private.refresh_from_db()
    make_private(private)
    child.unpublish()
    private.delete()
    below.delete()
    assert withdrawn() == {}
    assert client.get("/sectors/mimi/").status_code == 404


def test_a_redirect_wins(portal: Portal, client: Client) -> None:
    page = ProjectPageFactory(slug="jiu")
    other = ProjectPageFactory(slug="xin")
    page.unpublish()
    Redirect.objects.create(
        old_path=Redirect.normalise_path("/projects/jiu/"), site=portal.site, redirect_page=other
    )
    response = client.get("/projects/jiu/")
    assert (response.status_code, response["Location"]) == (301, other.url)


def test_a_moved_page_leaves_a_redirect_and_no_tombstone(portal: Portal, client: Client) -> None:
    page, parent = SectorPageFactory(slug="yidong"), SectorPageFactory(slug="mudi")
    page.save_revision().publish()
    page.move(parent, pos="last-child")
    assert withdrawn() == {}
    assert client.get("/sectors/yidong/").status_code == 301


@pytest.mark.parametrize("hidden", [False, True])
def test_only_a_visible_replacement_is_shown(portal: Portal, client: Client, hidden: bool) -> None:
    other = ProjectPageFactory(title="替代的项目")
    ProjectPageFactory(slug="jiu").unpublish()
    Tombstone.objects.update(replacement=other.pk)
    if hidden:
        make_private(other)
    response: Any = client.get("/projects/jiu/")
    assert response.status_code == 410
    assert ("替代的项目" in response.content.decode()) is not hidden


@pytest.mark.parametrize("path", ["/%00/", "/" + "x" * 3000 + "/", "/a%0Ab/"])
def test_strange_addresses_stay_not_found(portal: Portal, client: Client, path: str) -> None:
    ProjectPageFactory(slug="jiu").unpublish()
    assert client.get(path).status_code == 404


def test_staff_write_the_reason_in_the_admin(portal: Portal, admin_client: Client, client: Client) -> None:
    ProjectPageFactory(title="旧项目", slug="jiu").unpublish()
    tombstone = Tombstone.objects.get()
    address = Tombstone.snippet_viewset.get_url_name("edit")  # type: ignore[attr-defined]
    response = admin_client.post(
        reverse(address, args=[tombstone.pk]),
        {
            "title": tombstone.title,
            "path": tombstone.path,
            "reason": "项目已取消。",
            "withdrawn_at": "2026-11-23 10:00",
            "replacement": "",
        },
    )
    assert response.status_code == 302
    assert "项目已取消。" in client.get("/projects/jiu/").content.decode()


def test_a_tombstone_in_a_section_that_has_become_private_tells_nothing(
    portal: Portal, client: Client
) -> None:
    parent = SectorPageFactory(slug="shangji")
    SectorPageFactory(title="旧产业", slug="jiu", parent=parent).unpublish()
    near = SectorPageFactory(title="别的旧产业", slug="shangji-2")
    near.unpublish()
    assert client.get("/sectors/shangji/jiu/").status_code == 410
    make_private(parent)
    response = client.get("/sectors/shangji/jiu/")
    assert response.status_code == 404
    assert "旧产业" not in response.content.decode()
    assert client.get("/sectors/shangji-2/").status_code == 410


def test_the_tombstone_of_a_private_page_tells_nothing(portal: Portal, client: Client) -> None:
    page = SectorPageFactory(title="旧产业", slug="jiu")
    page.unpublish()
    make_private(page)
    assert client.get("/sectors/jiu/").status_code == 404
