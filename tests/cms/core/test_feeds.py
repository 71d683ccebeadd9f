"""Feeds as feed readers see them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import feedparser
import pytest
from django.http import Http404
from django.test import RequestFactory

from cms.core.feeds import FeedItem, feed_response

MONDAY = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
TUESDAY = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


def item(**changes: Any) -> FeedItem:
    fields: dict[str, Any] = {
        "title": "首台车下线 <测试>",
        "link": "http://testserver/news/a/",
        "html": '<p>全文，<a href="http://testserver/x/">见此</a>。</p>',
        "summary": "摘要 & 更多",
        "published": MONDAY,
        "updated": TUESDAY,
        "uid": "urn:uuid:00000000-0000-4000-8000-000000000001",
    }
    return FeedItem(**(fields | changes))


def response(format: str = "atom", items: Any = None, **headers: str) -> Any:
    return feed_response(
        RequestFactory(headers=headers).get("/feeds/x.xml"),
        format,
        title="动态",
        description="新发布的内容",
        link="http://testserver/news/",
        items=[item()] if items is None else items,
    )


@pytest.mark.parametrize(
    ("format", "media_type", "version"),
    [("atom", "application/atom+xml", "atom10"), ("rss", "application/rss+xml", "rss20")],
)
def test_a_feed_reader_gets_full_text_dates_and_a_lasting_id(
    format: str, media_type: str, version: str
) -> None:
    answer = response(format)
    assert answer["Content-Type"] == f"{media_type}; charset=utf-8"
    feed = feedparser.parse(answer.content)
    assert not feed.bozo
    assert feed.version == version
    assert feed.feed.language == "zh-CN"
    assert feed.feed.link == "http://testserver/news/"
    assert {"http://testserver/feeds/x.xml"} == {link.href for link in feed.feed.links if link.rel == "self"}
    assert feed.feed.generator
    entry = feed.entries[0]
    assert entry.title == "首台车下线 &lt;测试&gt;" or entry.title == "首台车下线 <测试>"
    assert entry.id == item().uid
    assert entry.content[0].value == item().html
    assert entry.published_parsed[:5] == MONDAY.timetuple()[:5]
    if format == "atom":
        assert entry.updated_parsed[:5] == TUESDAY.timetuple()[:5]
        assert feed.feed.updated_parsed[:5] == TUESDAY.timetuple()[:5]


@pytest.mark.parametrize("format", ["atom", "rss"])
def test_control_characters_that_somebody_pasted_do_not_break_it(format: str) -> None:
    feed = feedparser.parse(
        response(format, [item(title="甲\x00\x0b乙", html="<p>丙\x1b丁\ud800</p>")]).content
    )
    assert not feed.bozo
    assert feed.entries[0].title == "甲乙"
    assert feed.entries[0].content[0].value == "<p>丙丁</p>"


@pytest.mark.parametrize("format", ["atom", "rss"])
def test_a_feed_without_entries_is_valid_and_the_same_every_time(format: str) -> None:
    first, second = response(format, []), response(format, [])
    assert not feedparser.parse(first.content).bozo
    assert first.content == second.content
    assert first["ETag"] == second["ETag"]


def test_an_entry_that_was_never_dated_takes_the_date_it_has() -> None:
    entry = feedparser.parse(response("atom", [item(published=None)]).content).entries[0]
    assert entry.published_parsed[:5] == TUESDAY.timetuple()[:5]


def test_a_reader_that_has_it_already_gets_304_until_it_changes() -> None:
    etag = response()["ETag"]
    again = response(if_none_match=etag)
    assert (again.status_code, again.content) == (304, b"")
    assert response(items=[item(html="<p>更正</p>")], if_none_match=etag).status_code == 200
    # An entry was taken away: the feed is another one, though its newest entry is older.
    assert response(items=[], if_none_match=etag).status_code == 200


def test_another_format_does_not_exist() -> None:
    with pytest.raises(Http404):
        response("json")
