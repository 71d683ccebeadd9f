"""What must hold on every page type, looked at as a reader's browser does."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Hashable
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from wagtail.models import get_page_models

from cms.core.models import BasePage
from tests.factories import Portal
from tests.site.world import World, make_world

ADDRESS = re.compile(r"^(https?:)?//")


class Document(HTMLParser):
    """Just what the sweeps ask of a page."""

    VOID = {"meta", "link", "img", "br", "wbr", "input", "hr", "path", "circle", "rect"}

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: dict[str, str] = {}
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.open: list[str] = []
        self.badly_nested: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.badly_nested.append(tag)

    def handle_data(self, data: str) -> None:
        if self.open:
            self.text[self.open[-1]] = self.text.get(self.open[-1], "") + data
            if self.open[-1] == "script":
                self.scripts.append((self.tags[-1][1], data))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]

    def meta(self, name: str) -> str | None:
        """Names of tags do not heed case: Description is the description."""
        same = [m for m in self.all("meta") if (m.get("name") or "").lower() == name]
        return same[0].get("content") if same else None


@pytest.fixture
def world(portal: Portal) -> World:
    return make_world(portal, size=2)


Documents = list[tuple[str, Any, Document]]
_read: dict[Hashable, Documents] = {}


def documents(world: World, client: Client) -> Documents:
    """Every page as an anonymous reader gets it. Read once in a process, as long as nothing in it changes."""
    assert not client.cookies, "an anonymous reader"
    if not world.is_as_made():
        return read(world, client)
    if world.name not in _read:
        _read[world.name] = read(world, client)
    return _read[world.name]


def read(world: World, client: Client) -> Documents:
    responses = [(page.url, client.get(page.url)) for page in world.pages()]
    return [(url, response, Document(response.content.decode())) for url, response in responses]


def test_the_sweep_covers_every_page_type_that_an_editor_can_create(world: World) -> None:
    creatable = {model for model in get_page_models() if model is not BasePage}
    assert {type(page) for page in world.pages()} == creatable


def test_every_page_answers_with_one_h1_a_title_and_a_description(world: World, client: Client) -> None:
    problems = []
    for url, response, document in documents(world, client):
        if response.status_code != 200:
            problems.append(f"{url}: {response.status_code}")
        if len(document.all("h1")) != 1:
            problems.append(f"{url}: {len(document.all('h1'))} h1")
        if not document.text.get("title", "").strip():
            problems.append(f"{url}: no title")
        if not document.meta("description"):
            problems.append(f"{url}: no description")
        if document.all("html")[0].get("lang") != "zh-CN":
            problems.append(f"{url}: language")
        if not [a for a in document.all("link") if a.get("rel") == "canonical"]:
            problems.append(f"{url}: no canonical address")
    assert problems == []


def test_headings_never_skip_a_level(world: World, client: Client) -> None:
    problems = []
    for url, _, document in documents(world, client):
        levels = [int(tag[1]) for tag, _ in document.tags if re.fullmatch(r"h[1-6]", tag)]
        skips = [(before, after) for before, after in pairwise(levels) if after > before + 1]
        if levels[:1] != [1] or skips:
            problems.append(f"{url}: {levels}")
    assert problems == []


def test_markup_is_well_nested_and_ids_are_unique(world: World, client: Client) -> None:
    problems = []
    for url, _, document in documents(world, client):
        ids = [attrs["id"] for _, attrs in document.tags if "id" in attrs]
        doubled = {i for i in ids if ids.count(i) > 1}
        if doubled or document.badly_nested or document.open:
            problems.append(f"{url}: {doubled or document.badly_nested or document.open}")
        opened = {attrs["popovertarget"] for _, attrs in document.tags if "popovertarget" in attrs}
        if not opened <= set(ids):
            problems.append(f"{url}: mark without a card {opened - set(ids)}")
    assert problems == []


def may_run(attrs: dict[str, str | None], text: str, policy: str) -> bool:
    """Data never runs; a script in the page may only where the policy names its very text."""
    if attrs.get("type") == "application/ld+json":
        return True
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'" in policy


def test_no_page_carries_inline_style_script_or_a_foreign_file(world: World, client: Client) -> None:
    problems = []
    for url, response, document in documents(world, client):
        policy = response["Content-Security-Policy"]
        problems += [f"{url}: {text[:60]}" for a, text in document.scripts if not may_run(a, text, policy)]
        for tag, attrs in document.tags:
            loaded = attrs.get("src") or (
                attrs.get("href") if tag == "link" and attrs.get("rel") != "canonical" else None
            )
            if "style" in attrs or tag in {"style", "iframe"} or ADDRESS.match(loaded or ""):
                problems.append(f"{url}: <{tag} {attrs}>")
    assert problems == []


def test_every_figure_and_statement_stands_beside_its_source_mark(world: World, client: Client) -> None:
    problems = []
    shown = 0
    for url, _, document in documents(world, client):
        figures = [a for a in document.all("data") if a.get("value")]
        marks = [a for a in document.all("button") if "mark" in (a.get("class") or "").split()]
        events = [a for a in document.all("li") if a.get("class") == "event"]
        shown += len(figures)
        if len(marks) < len(figures) + len(events):
            problems.append(f"{url}: {len(figures)} figures, {len(events)} statements, {len(marks)} marks")
    assert shown
    assert problems == []


def test_responses_are_safe_and_set_no_cookie(world: World, client: Client) -> None:
    problems = []
    for url, response, _ in documents(world, client):
        policy = response["Content-Security-Policy"]
        if "unsafe" in policy or "default-src 'none'" not in policy:
            problems.append(f"{url}: {policy}")
        if response["X-Content-Type-Options"] != "nosniff" or response["X-Frame-Options"] != "DENY":
            problems.append(f"{url}: headers")
        if response.cookies:
            problems.append(f"{url}: cookies {list(response.cookies)}")
    assert problems == []


def test_no_page_shows_an_empty_value_of_the_program(world: World, client: Client) -> None:
    leaks = re.compile(r">\s*(None|True|False|nan|\[\]|\{\})\s*<|\{\{|\{%|&lt;(p|a|embed|span)\b")
    problems = [
        f"{url}: {match[0]}"
        for url, response, _ in documents(world, client)
        for match in leaks.finditer(response.content.decode())
    ]
    assert problems == []


NONSENSE = ("?page=0", "?page=-1", "?page=" + "9" * 21, "?page=a", "?page=%00", "?page=", "?x=%ff'\"<>")


def test_nonsense_in_the_query_gives_a_page(world: World, client: Client) -> None:
    one_of_each_type = {type(page): page for page in world.pages()}.values()
    addresses = [page.url + query for page in one_of_each_type for query in NONSENSE]
    assert [address for address in addresses if client.get(address).status_code != 200] == []


@pytest.mark.parametrize(
    "path",
    ["/nothing/", "/sectors/nothing/", "/%00/", "/a'b\"<c>/", "/" + "x" * 2000 + "/", "/art/red/0.svg"],
)
def test_a_wrong_address_gives_the_portals_own_404(portal: Portal, client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert "找不到这个页面" in response.content.decode()
    assert response["Content-Security-Policy"]


def test_the_error_page_needs_neither_database_nor_template_context() -> None:
    from django.template.loader import render_to_string

    assert "暂时出错了" in render_to_string("500.html")
