"""What the feeds carry: by type, by sector, with the full text, and never more than readers may see."""

from __future__ import annotations

import re
from typing import Any

import feedparser
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.core.models import BasePage
from industries.models import NewsSubject
from tests.factories import NewsPageFactory, Portal, ProjectPageFactory, SectorPageFactory
from tests.site.world import World, connect, make_set, make_world

COLUMNS = ("sectors", "projects", "enterprises", "places", "policies", "data", "news", "timeline")


@pytest.fixture
def world(portal: Portal) -> World:
    return make_world(portal, size=2)


def read(client: Client, path: str) -> Any:
    response = client.get(path)
    assert response.status_code == 200, path
    feed = feedparser.parse(response.content)
    assert not feed.bozo, feed.bozo_exception
    return feed


def titles(feed: Any) -> list[str]:
    return [entry.title for entry in feed.entries]


@pytest.mark.parametrize("format", ["atom", "rss"])
def test_everything_newly_published_comes_with_its_full_text(
    world: World, client: Client, format: str
) -> None:
    feed = read(client, f"/feeds/{format}.xml")
    made = [page for s in world.sets for page in s.pages()]
    assert sorted(titles(feed)) == sorted(page.title for page in made)
    dates = [entry.published_parsed for entry in feed.entries]
    assert dates == sorted(dates, reverse=True)
    for entry in feed.entries:
        text = entry.content[0].value
        assert re.search("数值为<a [^>]*>[0-9]+亿元</a>（来源：《报道.*，状态：待核，说明：口径待核）", text)
        assert not re.search("popover|<button", text)
        assert set(re.findall(r'(?:href|src)="(?!https?://)[^"]*"', text)) == set()
    assert len({entry.id for entry in feed.entries}) == len(feed.entries)


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("format", ["atom", "rss"])
def test_every_column_has_its_own_feed(world: World, client: Client, column: str, format: str) -> None:
    feed = read(client, f"/feeds/{column}/{format}.xml")
    assert len(feed.entries) == 2
    assert feed.feed.link == f"http://testserver/{column}/"
    if column != "timeline":
        assert {entry.link.split("/")[3] for entry in feed.entries} == {column}


def test_a_sector_s_feed_has_what_belongs_to_it_and_to_its_children(portal: Portal, client: Client) -> None:
    sector = SectorPageFactory(title="汽车", slug="qiche")
    child = SectorPageFactory(title="新能源汽车", parent=sector)
    project = ProjectPageFactory(title="电池厂")
    project.sectors.add(child)
    project.save()
    NewsSubject.objects.create(news=NewsPageFactory(title="电池厂开工"), page_id=child.pk)
    ProjectPageFactory(title="别的项目")
    NewsPageFactory(title="别的文章")
    feed = read(client, "/feeds/sectors/qiche/atom.xml")
    assert sorted(titles(feed)) == sorted(["汽车", "新能源汽车", "电池厂", "电池厂开工"])
    child.unpublish()
    assert sorted(titles(read(client, "/feeds/sectors/qiche/atom.xml"))) == ["汽车"]


def test_a_link_relative_to_the_page_is_absolute_in_the_feed(portal: Portal, client: Client) -> None:
    NewsPageFactory(
        slug="a", body='[{"type": "paragraph", "value": "<p><a href=\\"../b/?x=1&amp;y=2\\">乙</a></p>"}]'
    )
    text = read(client, "/feeds/news/atom.xml").entries[0].content[0].value
    assert text == '<p><a href="http://testserver/news/b/?x=1&amp;y=2">乙</a></p>'


def test_text_from_editors_is_escaped(portal: Portal, client: Client) -> None:
    blocks = '[{"type": "heading", "value": "<b>x"}, {"type": "quote", "value": {"text": "<i>", "attribution": "&"}}]'
    NewsPageFactory(title="<u>", summary="<s>", body=blocks)
    entry = read(client, "/feeds/news/rss.xml").entries[0]
    assert entry.content[0].value == (
        "<p>&lt;s&gt;</p><h2>&lt;b&gt;x</h2><blockquote><p>&lt;i&gt;</p><p>——&amp;</p></blockquote>"
    )


def test_fifty_entries_at_most(portal: Portal, client: Client) -> None:
    NewsPageFactory.create_batch(52)
    assert len(read(client, "/feeds/news/atom.xml").entries) == 50


@pytest.mark.parametrize(
    "path",
    [
        "/feeds/json.xml",
        "/feeds/nothing/atom.xml",
        "/feeds/about/atom.xml",
        "/feeds/sectors/nothing/rss.xml",
        "/feeds/%00/atom.xml",
        "/feeds/sectors/%ED%A0%80/atom.xml",
        "/feeds/sectors/" + "9" * 300 + "/atom.xml",
    ],
)
def test_what_does_not_exist_is_404(portal: Portal, client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_hidden_column_and_a_hidden_sector_have_no_feed(world: World, client: Client) -> None:
    slug = world.sets[0].sector.slug
    BasePage.objects.filter(pk=world.sets[0].sector.pk).update(live=False)
    assert client.get(f"/feeds/sectors/{slug}/atom.xml").status_code == 404
    BasePage.objects.filter(slug="news").update(live=False)
    assert client.get("/feeds/news/atom.xml").status_code == 404


def test_queries_do_not_grow_with_the_entries(world: World, client: Client) -> None:
    paths = ["/feeds/atom.xml", "/feeds/news/rss.xml", f"/feeds/sectors/{world.sets[1].sector.slug}/atom.xml"]

    def counted() -> list[int]:
        numbers = []
        for path in paths:
            client.get(path)
            with CaptureQueriesContext(connection) as captured:
                client.get(path)
            numbers.append(len(captured))
        return numbers

    before = counted()
    for _ in range(4):
        connect(make_set(), world.sets[1])
    assert counted() == before
    assert max(before) < 30
