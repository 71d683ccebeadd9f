"""The bodies of many pages as plain HTML: for feeds and the API, in a fixed number of queries.

Addresses are absolute, source marks are words in brackets. What readers may not see is left out, as on the
page itself. Works on the stored form of the bodies: their blocks would fetch what they refer to page by page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any
from urllib.parse import urljoin

from django.http import HttpRequest
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from wagtail.images.models import SourceImageIOError
from wagtail.rich_text.rewriters import (
    FIND_A_TAG,
    FIND_EMBED_TAG,
    EmbedRewriter,
    LinkRewriter,
    MultiRuleRewriter,
    extract_attrs,
)

from cms.core import pasted
from cms.core.charts import plain
from cms.core.metadata import absolute_url
from cms.core.models import BasePage, PortalImage
from industries.addresses import fact_address, page_address
from industries.blocks import observations_of
from industries.models import Observation
from industries.richtext import EMBED_TYPE

PICTURE = "width-960|format-jpeg"
RELATIVE = re.compile(r'href="(?![a-zA-Z][a-zA-Z0-9+.-]*:)([^"]*)"')


def full_texts(request: HttpRequest, pages: Iterable[Any]) -> dict[int, SafeString]:
    """HTML of each page's body by the page's id; pages without a body have none. Five queries at most."""
    pages = [page for page in pages if hasattr(page, "body")]
    bodies = {page.pk: list(page.body.raw_data) for page in pages}
    writer = Writer(request, [block for body in bodies.values() for block in body])
    return {
        page.pk: mark_safe(absolute(writer.body(bodies[page.pk]), page_address(request, page)))  # noqa: S308
        for page in pages
    }


def absolute(html: str, address: str) -> str:
    """The same HTML with links that editors typed relative to the page (`../feeds/atom.xml`) made absolute."""
    return RELATIVE.sub(lambda match: f'href="{escape(urljoin(address, unescape(match[1])))}"', html)


def cited(observation: Any) -> str:
    """The source mark in words: （来源：《…》，硕果盈枝·第2段，状态：媒体）."""
    parts = [f"来源：{observation.source}"]
    if observation.locator:
        parts.append(observation.locator)
    parts.append(f"状态：{observation.get_status_display()}")
    if observation.is_doubtful:
        parts.append("说明：" + observation.note.rstrip("。"))
    return f"（{'，'.join(parts)}）"


def items_of(values: Iterable[Any]) -> Iterator[int]:
    """Ids in a stored list block, with or without the wrapping of newer ones."""
    for value in values:
        pk = value.get("value") if isinstance(value, dict) else value
        if isinstance(pk, int):
            yield pk


class Writer:
    """Writes blocks; what they refer to is fetched once, for all of them."""

    def __init__(self, request: HttpRequest, blocks: list[Any]) -> None:
        self.request = request
        figures: set[int] = set()
        pages: set[int] = set()
        images: set[int] = set()
        charted: set[int] = set()
        for block in blocks:
            value = block["value"]
            match block["type"]:
                case "paragraph" | "note":
                    text = value if block["type"] == "paragraph" else value.get("text", "")
                    figures.update(ids_in(FIND_EMBED_TAG, text))
                    pages.update(ids_in(FIND_A_TAG, text))
                case "key_figures":
                    figures.update(items_of(value["observations"]))
                case "chart" if value.get("indicator"):
                    charted.add(value["indicator"])
                case "related":
                    pages.update(items_of(value["pages"]))
                case "image":
                    images.update(filter(None, [image_id(value)]))
        self.figures = Observation.objects.visible().for_display().in_bulk(figures) if figures else {}
        self.pages = BasePage.objects.visible().in_bulk(pages) if pages else {}
        self.images = PortalImage.objects.prefetch_renditions(PICTURE).in_bulk(images) if images else {}
        self.charted = observations_of(charted)
        self.rewrite = MultiRuleRewriter(
            [LinkRewriter({"page": self.link}), EmbedRewriter({EMBED_TYPE: self.figure})]
        )

    def body(self, blocks: list[Any]) -> SafeString:
        writers = {
            "heading": self.heading,
            "paragraph": self.text,
            "key_figures": self.key_figures,
            "note": self.note,
            "quote": self.quote,
            "image": self.image,
            "chart": self.chart,
            "related": self.related,
        }
        return mark_safe(  # noqa: S308 - each writer escapes
            "".join(writers[block["type"]](block["value"]) for block in blocks if block["type"] in writers)
        )

    def heading(self, value: Any) -> str:
        return format_html("<h2>{}</h2>", value)

    def text(self, value: Any) -> str:
        return str(self.rewrite(value or ""))

    def link(self, attrs: dict[str, str]) -> str:
        page = self.pages.get(number(attrs))
        return f'<a href="{escape(page_address(self.request, page))}">' if page else "<a>"

    def figure(self, attrs: dict[str, str]) -> str:
        observation = self.figures.get(number(attrs))
        return self.cited_figure(observation) if observation else "（数值未公开）"

    def cited_figure(self, observation: Any) -> str:
        return format_html(
            '<a href="{}">{}</a>{}',
            fact_address(self.request, observation.key),
            observation.quantity,
            cited(observation),
        )

    def key_figures(self, value: Any) -> str:
        found = [self.figures[pk] for pk in items_of(value["observations"]) if pk in self.figures]
        rows = format_html_join(
            "",
            "<li>{}{}{}：{}</li>",
            (
                (
                    o.indicator.title,
                    f"（{o.subject.title}）" if o.subject else "",
                    f"，{o.period_label}" if o.period else "",
                    mark_safe(self.cited_figure(o)),  # noqa: S308 - escaped there
                )
                for o in found
            ),
        )
        return self.titled(value) + (format_html("<ul>{}</ul>", rows) if rows else "")

    def chart(self, value: Any) -> str:
        """A chart in words and numbers: the values of its indicator, or the pasted table with its source."""
        if pk := value.get("indicator"):
            found = self.charted.get(pk, [])
            rows = format_html_join(
                "",
                "<li>{}{}：{}</li>",
                (
                    (
                        o.period_label or "时间未注明",
                        f"（{o.subject.title}）" if o.subject else "",
                        mark_safe(self.cited_figure(o)),  # noqa: S308 - escaped there
                    )
                    for o in found
                ),
            )
            return self.titled(value) + format_html("<ul>{}</ul>", rows) if rows else ""
        try:
            table = pasted.parse(value.get("data") or "")
        except ValueError:
            return ""
        unit = f"（{value['unit']}）" if value.get("unit") else ""
        head = format_html_join(
            "", "<th>{}</th>", [(table.heading,), *((f"{n}{unit}",) for n in table.names)]
        )
        lines = format_html_join(
            "",
            "<tr><th>{}</th>{}</tr>",
            (
                (label, format_html_join("", "<td>{}</td>", ((plain(n) or "无数据",) for n in numbers)))
                for label, numbers in table.rows
            ),
        )
        source = format_html("<p>来源：{}</p>", value["source"]) if value.get("source") else ""
        return (
            self.titled(value)
            + format_html("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>", head, lines)
            + source
        )

    def titled(self, value: Any) -> str:
        title = value.get("title")
        return format_html("<p><b>{}</b></p>", title) if title else ""

    def note(self, value: Any) -> str:
        return f"<aside>{self.titled(value)}{self.text(value.get('text'))}</aside>"

    def quote(self, value: Any) -> str:
        return format_html(
            "<blockquote><p>{}</p><p>——{}</p></blockquote>",
            value.get("text") or "",
            value.get("attribution") or "",
        )

    def image(self, value: Any) -> str:
        image = self.images.get(image_id(value) or 0)
        if image is None:
            return ""
        try:
            picture = image.get_rendition(PICTURE)
        except (OSError, SourceImageIOError):  # the file is gone: the words about it stay
            return format_html("<p>{}</p>", self.caption(value, image))
        chosen = value["image"] if isinstance(value["image"], dict) else {}
        words = "" if chosen.get("decorative") else chosen.get("alt_text") or image.default_alt_text
        return format_html(
            '<figure><img src="{}" alt="{}" width="{}" height="{}"><figcaption>{}</figcaption></figure>',
            absolute_url(self.request, picture.url),
            words,
            picture.width,
            picture.height,
            self.caption(value, image),
        )

    def caption(self, value: Any, image: PortalImage) -> str:
        return (value.get("caption") or "") + (f"（{image.credit}）" if image.credit else "")

    def related(self, value: Any) -> str:
        found = [self.pages[pk] for pk in items_of(value["pages"]) if pk in self.pages]
        if not found:
            return ""
        links = format_html_join(
            "", '<li><a href="{}">{}</a></li>', ((page_address(self.request, p), p.title) for p in found)
        )
        return self.titled(value) + format_html("<ul>{}</ul>", links)


def ids_in(tag: Any, text: Any) -> Iterator[int]:
    """Ids of the records that tags in rich text refer to."""
    for match in tag.finditer(text or ""):
        if pk := number(extract_attrs(match.group(1))):
            yield pk


def number(attrs: dict[str, str]) -> int:
    """The id among a tag's attributes; 0 where it is none (no record has it)."""
    text = str(attrs.get("id") or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def image_id(value: Any) -> int | None:
    chosen = value.get("image")
    return chosen.get("image") if isinstance(chosen, dict) else chosen
