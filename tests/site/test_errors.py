"""What readers get when there is nothing to show: a way on, and the right status."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import EnterprisePageFactory, Portal, ProjectPageFactory, make_private


def near(client: Client, path: str) -> list[str]:
    html = client.get(path).content.decode()
    part = re.search(r'class="message__near">(.*?)</ul>', html, re.S)
    return re.findall(r'href="([^"]+)"', part[1]) if part else []


def test_a_page_of_the_same_name_elsewhere_is_offered(portal: Portal, client: Client) -> None:
    page = ProjectPageFactory(slug="jingyuan-tanzhentai")
    response = client.get("/news/jingyuan-tanzhentai/")
    assert response.status_code == 404
    assert 'action="/search/"' in response.content.decode()
    assert near(client, "/news/jingyuan-tanzhentai/") == [page.url]
    assert near(client, "/jingyuan-tanzhentai/") == [page.url]


def test_a_slip_of_the_pen_is_mended_within_the_column(portal: Portal, client: Client) -> None:
    page = EnterprisePageFactory(slug="changguang-weixing")
    ProjectPageFactory(slug="changguang-weixin")
    assert near(client, "/enterprises/changguang-weixng/") == [page.url]
    assert near(client, "/enterprise/") == [portal.enterprises.url]


def test_nothing_hidden_is_offered(portal: Portal, client: Client) -> None:
    ProjectPageFactory(slug="weixing-gongchang", live=False)
    make_private(ProjectPageFactory(slug="xinyao-jidi"))
    for path in ("/projects/weixing-gongchan/", "/news/weixing-gongchang/", "/news/xinyao-jidi/"):
        assert near(client, path) == []


def test_queries_of_a_wrong_address_do_not_grow_with_the_content(portal: Portal, client: Client) -> None:
    def queries() -> int:
        client.get("/projects/nothing-here/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/projects/nothing-here/")
        return len(captured)

    ProjectPageFactory()
    few = queries()
    for _ in range(12):
        ProjectPageFactory()
    assert queries() == few < 20


def test_han_letters_in_an_address_are_handed_to_the_search(portal: Portal, client: Client) -> None:
    html = client.get("/产业/汽车/").content.decode()
    assert 'value="汽车"' in html


def fails_with(monkeypatch: Any, error: Exception) -> Client:
    """A client of a portal whose search fails with `error`."""

    def fail(*args: Any, **kwargs: Any) -> None:
        raise error

    monkeypatch.setattr("cms.search.views.readable", fail)
    return Client(raise_request_exception=False)


def test_a_failure_gives_500_without_database_or_templates(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = fails_with(monkeypatch, RuntimeError("秘密"))
    with CaptureQueriesContext(connection) as captured:
        response = client.get("/search/")
    html = response.content.decode()
    assert response.status_code == 500
    assert "暂时出错了" in html
    assert "秘密" not in html
    assert len(captured) == 0
    assert_style_is_allowed(response)


@pytest.mark.parametrize("error", [OperationalError("gone"), InterfaceError("closed")])
def test_an_unreachable_database_gives_503_with_a_time_to_come_back(
    portal: Portal, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    response = fails_with(monkeypatch, error).get("/search/")
    assert response.status_code == 503
    assert response["Retry-After"] == "120"
    assert "正在维护" in response.content.decode()
    assert_style_is_allowed(response)


def test_a_page_that_is_denied_says_so(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    response = fails_with(monkeypatch, PermissionDenied()).get("/search/")
    assert response.status_code == 403
    assert "无权查看" in response.content.decode()


def assert_style_is_allowed(response: Any) -> None:
    """The page's own style sheet is named in the policy by its digest, and nothing else is let in."""
    import base64
    import hashlib

    style = re.search(r"<style>(.*?)</style>", response.content.decode(), re.S)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    policy = response["Content-Security-Policy"]
    assert f"'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    assert "<script" not in response.content.decode()


def test_a_request_that_makes_no_sense_is_told_so_in_chinese(portal: Portal, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 100
    query = "&".join(f"a{number}=1" for number in range(101))
    response = Client().get(f"/search/?{query}")
    assert response.status_code == 400
    assert "这个请求无法处理" in response.content.decode()
    assert_style_is_allowed(response)


def test_plain_pages_lead_to_the_home_page_below_the_prefix(
    portal: Portal, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    client = fails_with(monkeypatch, RuntimeError())
    assert 'href="/"' in client.get("/search/").content.decode()
    settings.PREFIX = "/chanye"
    assert 'href="/chanye/"' in client.get("/search/").content.decode()
