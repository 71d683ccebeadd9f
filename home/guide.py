"""编辑指南: `docs/editors-guide.md`, as editors read it in the admin. Its pictures are made by the browser tests."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

GUIDE = Path(settings.ROOT) / "docs" / "editors-guide.md"
# Where the file's pictures are, seen from it, and under which name `STATICFILES_DIRS` serves that folder.
PICTURES = "guide/"


@dataclass(frozen=True)
class Chapter:
    anchor: str
    title: str


@dataclass(frozen=True)
class Guide:
    title: str
    html: SafeString
    chapters: tuple[Chapter, ...]


@cache
def guide() -> Guide:
    """The guide with an anchor at each chapter (`##`) and its pictures where the static files are."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(GUIDE.read_text())
    title = ""
    chapters: list[Chapter] = []
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open" and opening.tag == "h1":
            title = inline.content
        elif opening.type == "heading_open" and opening.tag == "h2":
            anchor = f"chapter-{len(chapters) + 1}"
            opening.attrSet("id", anchor)
            chapters.append(Chapter(anchor, inline.content))
    for image in pictures(tokens):
        image.attrSet("src", static(str(image.attrGet("src"))))
        image.attrSet("loading", "lazy")
    shown = without_title(tokens)
    # The file belongs to the program, and the parser lets no HTML of its text through.
    html = mark_safe(parser.renderer.render(shown, parser.options, {}))  # noqa: S308
    return Guide(title, html, tuple(chapters))


def pictures(tokens: list[Token]) -> list[Token]:
    return [child for token in tokens for child in token.children or [] if child.type == "image"]


def without_title(tokens: list[Token]) -> list[Token]:
    """The admin's header carries the title already."""
    if tokens and tokens[0].type == "heading_open" and tokens[0].tag == "h1":
        return tokens[3:]
    return tokens


def editors_guide(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "home/guide.html",
        {"guide": guide(), "page_title": guide().title, "header_icon": "help", "header_title": guide().title},
    )
