"""The sitemap in sections, cheap however many pages there are."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.core import sitemap
from cms.core.models import BasePage
from tests.factories import NewsPageFactory, Portal, ProjectPageFactory, StandardPageFactory

SPACE = {"s": sitemap.NAMESPACE}


def entries(client: Client, address: str) -> dict[str, str]:
    """Path and lastmod of what a sitemap or the index lists."""
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/xml")
    root = ElementTree.fromstring(response.content)
    return {
        str(item.findtext("s:loc", "", SPACE)).removeprefix("http://testserver"): str(
            item.findtext("s:lastmod", "", SPACE)
        )
        for item in root
    }


def test_each_column_has_a_section_and_loose_pages_share_one(portal: Portal, client: Client) -> None:
    news, about = NewsPageFactory(), StandardPageFactory()
    names = {re.sub(r"-\d+\.xml$", "", path) for path in entries(client, "/sitemap.xml")}
    assert names == {"/sitemap-pages", "/sitemap-news"}
    sections = [entries(client, path) for path in entries(client, "/sitemap.xml")]
    loose = next(section for section in sections if "/" in section)
    assert about.url in loose
    assert {"/news/", news.url} == set(next(section for section in sections if "/" not in section))


def test_long_sections_are_cut_and_lose_nothing(
    portal: Portal, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemap, "SLICE", 3)
    pages = [ProjectPageFactory() for _ in range(10)]
    slices = [path for path in entries(client, "/sitemap.xml") if path.startswith("/sitemap-projects-")]
    listed = [url for path in slices for url in entries(client, path)]
    assert len(slices) >= 4
    assert max(len(entries(client, path)) for path in slices) <= 3
    assert sorted(listed) == sorted(["/projects/", *(page.url for page in pages)])


def test_last_change_is_that_of_the_page_and_of_the_latest_in_the_section(
    portal: Portal, client: Client
) -> None:
    old, new = NewsPageFactory(), NewsPageFactory()
    for page, day in ((portal.news, 1), (old, 2), (new, 9)):
        moment = datetime(2025, 12, day, 20, tzinfo=UTC)
        BasePage.objects.filter(pk=page.pk).update(last_published_at=moment)
    section = next(path for path in entries(client, "/sitemap.xml") if "news" in path)
    assert entries(client, "/sitemap.xml")[section] == "2025-12-10T04:00:00+08:00"
    assert entries(client, section)[old.url] == "2025-12-03T04:00:00+08:00"


def test_number_of_queries_does_not_grow_with_the_pages(portal: Portal, client: Client) -> None:
    def queries(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    NewsPageFactory()
    section = next(path for path in entries(client, "/sitemap.xml") if "news" in path)
    before = queries("/sitemap.xml"), queries(section)
    for _ in range(12):
        NewsPageFactory()
    assert (queries("/sitemap.xml"), queries(section)) == before
    assert before[1] <= 4


def test_column_whose_address_is_a_reserved_name_keeps_its_pages(portal: Portal, client: Client) -> None:
    parent = StandardPageFactory(slug="pages")
    StandardPageFactory(parent=parent, slug="below")
    listed = [url for path in entries(client, "/sitemap.xml") for url in entries(client, path)]
    assert listed.count("/pages/below/") == 1
    assert len(listed) == len(set(listed)) == BasePage.objects.visible().filter(depth__gt=1).count()


@pytest.mark.parametrize(
    "address",
    ["/sitemap-news-99.xml", "/sitemap-nothing-0.xml", "/sitemap-news-999999999.xml", "/sitemap-x.xml"],
)
def test_section_that_is_not_there_is_not_found(portal: Portal, client: Client, address: str) -> None:
    NewsPageFactory()
    assert client.get(address).status_code == 404
