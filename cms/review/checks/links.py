"""Links that lead nowhere: to pages that are gone or hidden, and to addresses outside that do not answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from wagtail import blocks
from wagtail.documents import get_document_model

from cms.core.inhand import record_id
from cms.core.models import BasePage
from cms.review.checks import Content, Finding, Level, Place, at_place, check
from cms.review.checks.passages import TAG, extract_attrs, plain, tags
from cms.review.models import ExternalLink
from cms.review.models.link import digest


@check
def hidden_pages(content: Content) -> Iterator[Finding]:
    """Pages linked to or chosen in the body. Two queries, and one for private sections."""
    wanted = [(place, pk, words) for place, pk, words in pages_named(content) if pk]
    if not wanted:
        return
    ids = {pk for _, pk, _ in wanted}
    visible = set(BasePage.objects.visible().filter(pk__in=ids).values_list("pk", flat=True))
    missing = ids - visible
    titles = dict(BasePage.objects.filter(pk__in=missing).values_list("pk", "title")) if missing else {}
    for place, pk, words in wanted:
        if pk in missing:
            name = (
                f"页面“{titles[pk]}”读者看不到（未发布、已过期或不公开）"
                if pk in titles
                else "所链接的页面已经删除"
            )
            said = f"链接“{words}”：" if words else ""
            yield at_place(
                place, f"hidden-page:{pk}", Level.WARN, f"{said}{name}，读者打不开。请改链别处或去掉。"
            )


def pages_named(content: Content) -> Iterator[tuple[Place, int, str]]:
    """Where a page is named, its id, and the words of the link."""
    for passage in content.rich:
        for attrs, words in links(passage.html):
            if attrs.get("linktype") == "page":
                yield passage.place, record_id(attrs), words
    for part in content.parts:
        is_chosen = isinstance(part.block, blocks.ChooserBlock) and isinstance(part.raw, int)
        if is_chosen and issubclass(part.block.target_model, BasePage):
            yield part.place, part.raw, ""


def links(source: str) -> Iterator[tuple[dict[str, str], str]]:
    """Attributes and words of each link of a stored rich text."""
    for tag in TAG.finditer(source):
        if tag[2].lower() == "a" and not tag[1]:
            end = source.find("</a>", tag.end())
            yield extract_attrs(tag[3]), plain(source[tag.end() : end if end > 0 else None])[:30]


@check
def missing_documents(content: Content) -> Iterator[Finding]:
    """One query where texts link to documents."""
    wanted = [
        (passage.place, record_id(attrs))
        for passage in content.rich
        for attrs in tags(passage.html, "a")
        if attrs.get("linktype") == "document"
    ]
    if not wanted:
        return
    there = set(
        get_document_model().objects.filter(pk__in=[pk for _, pk in wanted]).values_list("pk", flat=True)
    )
    for place, pk in wanted:
        if pk not in there:
            yield at_place(
                place, f"missing-document:{pk}", Level.WARN, "所链接的文件已经删除，请改链别处或去掉。"
            )


@check
def broken_addresses(content: Content) -> Iterator[Finding]:
    """Addresses that the link checker found broken. One query where there are any."""
    wanted = list(addresses(content))
    if not wanted:
        return
    digests = {digest(url) for _, url in wanted}
    broken = {
        link.url: link
        for link in ExternalLink.objects.filter(digest__in=digests, state=ExternalLink.State.BROKEN)
    }
    for place, url in wanted:
        if url in broken:
            yield at_place(
                place, f"broken-link:{url}", Level.WARN, broken_message(broken[url]), excerpt=url[:200]
            )


def broken_message(link: Any) -> str:
    why = link.problem or (f"应答码{link.status_code}" if link.status_code else "没有应答")
    return f"外部链接打不开（{why}）。请核对地址，或改链别处。"


def addresses(content: Content) -> Iterator[tuple[Place, str]]:
    """Addresses outside, in texts and in blocks made for them."""
    for passage in content.rich:
        for attrs in tags(passage.html, "a"):
            if attrs.get("href", "").startswith(("http://", "https://")):
                yield passage.place, attrs["href"]
    for part in content.parts:
        if isinstance(part.block, blocks.URLBlock) and isinstance(part.raw, str) and part.raw:
            yield part.place, part.raw
