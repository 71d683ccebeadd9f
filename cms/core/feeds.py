"""Atom 1.0 and RSS 2.0 with the full text of each entry."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed
from django.utils.html import escape
from django.utils.http import http_date

from cms.core.metadata import absolute_url

LANGUAGE = "zh-CN"
MAX_AGE = 300  # seconds
# Readers need a date even of a feed without entries, and it must not change from call to call.
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
# What XML 1.0 has no place for, wherever an editor pasted it from.
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, kw_only=True)
class FeedItem:
    """One entry. `link` and every address in `html` are absolute; `uid` never changes, whatever moves.

    `summary` is plain text, `html` the full text. Without `published` the entry is dated by `updated`.
    """

    title: str
    link: str
    html: str
    summary: str
    published: datetime | None
    updated: datetime | None
    uid: str
    author: str = ""


class Dated:
    """A feed's date is that of its latest entry, also where there is none."""

    items: list[dict[str, Any]]

    def latest_post_date(self) -> datetime:
        return max((item["updateddate"] for item in self.items), default=BEGINNING)


class AtomFeed(Dated, Atom1Feed):
    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        handler.addQuickElement("generator", settings.WAGTAIL_SITE_NAME)

    def add_item_elements(self, handler: Any, item: Any) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content"], {"type": "html"})


class RssFeed(Dated, Rss201rev2Feed):
    def rss_attributes(self) -> dict[str, str]:
        return {**super().rss_attributes(), "xmlns:content": "http://purl.org/rss/1.0/modules/content/"}

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        handler.addQuickElement("generator", settings.WAGTAIL_SITE_NAME)

    def add_item_elements(self, handler: Any, item: Any) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content:encoded", item["content"])


FORMATS: dict[str, Any] = {"atom": AtomFeed, "rss": RssFeed}


def feed_response(
    request: HttpRequest, format: str, *, title: str, description: str, link: str, items: Iterable[FeedItem]
) -> HttpResponse:
    """The feed as `format` (atom or rss), or 304 where the reader has it already.

    `link` is the absolute address of the page that the feed follows. Raises Http404 for another format.
    """
    if format not in FORMATS:
        raise Http404
    address = absolute_url(request, request.get_full_path())
    feed = FORMATS[format](
        title=clean(title),
        link=link,
        description=clean(description),
        subtitle=clean(description),
        language=LANGUAGE,
        author_name=settings.WAGTAIL_SITE_NAME,
        feed_url=address,
        feed_guid=address,
    )
    for item in items:
        updated = item.updated or item.published or BEGINNING
        feed.add_item(
            title=clean(item.title),
            link=item.link,
            description=escape(clean(item.summary)),
            content=clean(item.html),
            unique_id=item.uid,
            unique_id_is_permalink=False,
            author_name=clean(item.author) or None,
            pubdate=item.published or updated,
            updateddate=max(updated, item.published or updated),
        )
    return conditional(request, feed)


def conditional(request: HttpRequest, feed: Any) -> HttpResponse:
    """The feed with its validators; 304 where the reader's copy is the same."""
    content = feed.writeString("utf-8").encode()
    response = HttpResponse(content, content_type=f"{feed.content_type.partition(';')[0]}; charset=utf-8")
    changed = int(feed.latest_post_date().timestamp())
    response["Last-Modified"] = http_date(changed)
    response["ETag"] = etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    response["Access-Control-Allow-Origin"] = "*"
    patch_cache_control(response, public=True, max_age=MAX_AGE)
    # By ETag alone: an entry that is taken away makes the feed another one without making it younger.
    if request.headers.get("If-None-Match"):
        return get_conditional_response(request, etag=etag, response=response) or response
    return response


def clean(text: str) -> str:
    return NOT_XML.sub("", text)
