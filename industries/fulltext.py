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
from wagtail.rich_text.rewriters import EmbedRewriter, LinkRewriter, MultiRuleRewriter

from cms.core import pasted
from cms.core.metadata import absolute_url
from cms.core.models import PortalImage
from cms.core.series import plain
from industries.addresses import fact_address, page_address
from industries.blocks.figures import in_time
from industries.blocks.found import find
from industries.blocks.media import https_address
from industries.blocks.parts import references, rows_of, unwrapped
from industries.richtext import EMBED_TYPE

PICTURE = "width-960|format-jpeg"
RELATIVE = re.compile(r'href="(?![a-zA-Z][a-zA-Z0-9+.-]*:)([^"]*)"')


def full_texts(request: HttpRequest, pages: Iterable[Any]) -> dict[int, SafeString]:
    """HTML of each page's body by the page's id; pages without a body have none. A fixed number of queries."""
    pages = [page for page in pages if hasattr(page, "body")]
    if not pages:
        return {}
    bodies = {page.pk: list(page.body.raw_data) for page in pages}
    stream = pages[0].body.stream_block
    writer = Writer(request, stream, [block for body in bodies.values() for block in body])
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
    for item in values or ():
        pk = unwrapped(item)
        if isinstance(pk, int):
            yield pk


class Writer:
    """Writes blocks; what they refer to is fetched once, for all of them."""

    def __init__(self, request: HttpRequest, stream: Any, blocks: list[Any]) -> None:
        self.request = request
        self.stream = stream
        wanted = references(stream, blocks)
        self.found = find(wanted, cards={})  # what a card shows is on its page
        self.images = (
            PortalImage.objects.prefetch_renditions(PICTURE).in_bulk(wanted.images) if wanted.images else {}
        )
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
            "chart": self.chart,
            "table": self.table,
            "timeline": self.timeline,
            "image": self.image,
            "gallery": self.gallery,
            "document": self.document,
            "video": self.video,
            "cards": self.related,
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
        page = self.found.pages.get(number(attrs))
        return f'<a href="{escape(page_address(self.request, page))}">' if page else "<a>"

    def figure(self, attrs: dict[str, str]) -> str:
        return self.figure_marked(number(attrs))

    def figure_marked(self, pk: int) -> str:
        observation = self.found.figures.get(pk)
        return self.cited_figure(observation) if observation else "（数值未公开）"

    def cited_figure(self, observation: Any) -> str:
        return format_html(
            '<a href="{}">{}</a>{}',
            fact_address(self.request, observation.key),
            observation.quantity,
            cited(observation),
        )

    def key_figures(self, value: Any) -> str:
        found = [self.found.figures[pk] for pk in items_of(value["observations"]) if pk in self.found.figures]
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
            found = self.found.charted.get(pk, [])
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
        credit = value.get("credit") or image.credit
        return (value.get("caption") or "") + (f"（{credit}）" if credit else "")

    def gallery(self, value: Any) -> str:
        pictures = (self.image(unwrapped(item)) for item in value.get("pictures") or ())
        return self.titled(value) + "".join(pictures)

    def table(self, value: Any) -> str:
        table = value.get("table") or {}
        columns = table.get("columns") or []
        head = format_html_join("", "<th>{}</th>", ((column["heading"],) for column in columns))
        rows = [
            format_html_join(
                "",
                "<td>{}</td>",
                ((self.cell(c["type"], cell),) for c, cell in zip(columns, row, strict=False)),
            )
            for row in rows_of(table)
        ]
        if not rows:
            return ""
        return (
            self.titled({"title": table.get("caption")})
            + format_html("<table><thead><tr>{}</tr></thead><tbody>", head)
            + format_html_join("", "<tr>{}</tr>", ((row,) for row in rows))
            + "</tbody></table>"
            + (format_html("<p>来源：{}</p>", value["source"]) if value.get("source") else "")
        )

    def cell(self, kind: str, value: Any) -> str:
        if kind == "figure":
            return self.figure_marked(value) if value else ""
        return mark_safe(self.text(value)) if kind == "rich_text" else value or ""  # noqa: S308 - rewritten

    def timeline(self, value: Any) -> str:
        picked = list(items_of(value.get("statements")))
        if picked:
            shown = [self.found.statements[pk] for pk in picked if pk in self.found.statements]
        else:
            shown = self.found.histories.get(value.get("page") or 0, [])[: int(value.get("most") or 6)]
        rows = format_html_join(
            "",
            '<li><a href="{}">{}</a>：{}{}</li>',
            ((fact_address(self.request, s.key), s.period_label, s.text, cited(s)) for s in in_time(shown)),
        )
        return self.titled(value) + format_html("<ul>{}</ul>", rows) if rows else ""

    def document(self, value: Any) -> str:
        document = self.found.documents.get(value.get("document") or 0)
        if document is None:
            return ""
        return format_html(
            '<p><a href="{}">{}</a>（{}）</p>{}',
            absolute_url(self.request, document.url),
            value.get("title") or document.title,
            document.file_extension.upper(),
            paragraph(value.get("description")),
        )

    def video(self, value: Any) -> str:
        title = f"视频：{value.get('title') or ''}" + (
            f"（{value['duration']}）" if value.get("duration") else ""
        )
        if address := https_address(value.get("address")):
            head = format_html('<p><a href="{}">{}</a></p>', address, title)
        else:
            head = paragraph(title)
        words = f"文字稿：{value['transcript']}" if value.get("transcript") else ""
        return head + paragraph(value.get("description")) + paragraph(words)

    def related(self, value: Any) -> str:
        found = [self.found.pages[pk] for pk in items_of(value["pages"]) if pk in self.found.pages]
        if not found:
            return ""
        links = format_html_join(
            "", '<li><a href="{}">{}</a></li>', ((page_address(self.request, p), p.title) for p in found)
        )
        return self.titled(value) + format_html("<ul>{}</ul>", links)


def paragraph(text: str | None) -> SafeString:
    return format_html("<p>{}</p>", mark_safe(escape(text).replace("\n", "<br>"))) if text else SafeString()  # noqa: S308


def number(attrs: dict[str, str]) -> int:
    """The id among a tag's attributes; 0 where it is none (no record has it)."""
    text = str(attrs.get("id") or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def image_id(value: Any) -> int | None:
    chosen = value.get("image")
    return chosen.get("image") if isinstance(chosen, dict) else chosen
