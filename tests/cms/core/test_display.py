"""What is decided before the first paint, and the simplified view for readers without scripts."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from django.test import Client

from cms.core.display import first_script
from tests.factories import NewsPageFactory, Portal, StandardPageFactory


def html(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_policy_names_the_very_script_that_stands_in_the_head(client: Client, portal: Portal) -> None:
    response = client.get("/news/")
    head = response.content.decode().split("</head>")[0]
    (script,) = re.findall(r"<script>(.*?)</script>", head, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in response["Content-Security-Policy"]
    assert head.index("<script>") < head.index('rel="stylesheet"'), "it must not wait for the style sheet"


def test_first_script_is_small_and_cannot_end_early() -> None:
    assert len(first_script()) < 1000
    assert "</" not in first_script()
    assert "//" not in first_script()


def test_standard_view_says_nothing_of_the_simplified_one(client: Client, portal: Portal) -> None:
    assert '<html lang="zh-CN">' in html(client, "/news/")
    assert 'href="/news/?view=simple"' in html(client, "/news/")


@pytest.mark.parametrize("value", ["", "SIMPLE", "%00", "standard", "simple%22%3E"])
def test_only_the_exact_word_asks_for_the_simplified_view(client: Client, portal: Portal, value: str) -> None:
    response = client.get(f"/news/?view={value}")
    assert response.status_code == 200
    assert '<html lang="zh-CN">' in response.content.decode()


def test_simplified_view_holds_from_page_to_page(client: Client, portal: Portal) -> None:
    NewsPageFactory(title="一条动态", slug="one")
    text = html(client, "/news/?view=simple")
    assert '<html lang="zh-CN" data-view="simple">' in text
    assert 'href="/news/one/?view=simple"' in text
    assert '<input type="hidden" name="view" value="simple">' in text
    # The way back, the canonical address and the style sheet are left alone.
    assert '<a data-view-link href="/news/" rel="nofollow">' in text
    assert '<link rel="canonical" href="http://testserver/news/">' in text
    assert "portal.css?view" not in text


def test_simplified_view_keeps_queries_fragments_and_other_sites(client: Client, portal: Portal) -> None:
    body = (
        '[{"type": "paragraph", "value": "<p><a href=\\"/news/?page=2#oben\\">a</a>'
        '<a href=\\"https://example.org/x\\">b</a><a href=\\"//example.org/y\\">c</a></p>"}]'
    )
    page = StandardPageFactory(title="说明", slug="guide", body=body)
    text = html(client, f"{page.url}?view=simple")
    assert 'href="/news/?page=2&amp;view=simple#oben"' in text
    assert 'href="https://example.org/x" rel="external"' in text
    assert 'href="//example.org/y"' in text


@pytest.mark.parametrize("path", ["//example.org/", "/\\example.org/", "///example.org/a/"])
def test_a_wrong_address_makes_no_link_to_another_site(client: Client, portal: Portal, path: str) -> None:
    response = client.get("/", PATH_INFO=path)
    (link,) = re.findall(r'<a data-view-link href="([^"]*)"', response.content.decode())
    assert response.status_code == 404
    assert re.match(r"/[^/\\]", link), link


def test_machines_get_their_files_unchanged(client: Client, portal: Portal) -> None:
    assert client.get("/sitemap.xml?view=simple").content == client.get("/sitemap.xml").content
