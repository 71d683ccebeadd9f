"""The portal's own first content, walked through as a reader does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html import unescape
from typing import Any
from urllib.parse import urljoin

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.utils.html import strip_tags

from cms.core.models import BasePage
from cms.review.checks import Level, findings
from industries.management.commands.load_content import DEFAULT
from industries.models import Observation, Statement
from tests.industries.content.folders import load
from tests.snapshot import in_place

pytestmark = pytest.mark.django_db

LINK = re.compile(r'<a [^>]*href="(/[^"#?]*)')


class Reader:
    """Follows links, and remembers each page as the text a reader sees."""

    def __init__(self) -> None:
        self.client = Client()
        self.get = lru_cache(maxsize=None)(self.fetch)

    def fetch(self, path: str) -> tuple[int, str]:
        response = self.client.get(path)
        return response.status_code, response.content.decode()

    def links(self, path: str) -> set[str]:
        return set(LINK.findall(self.get(path)[1]))

    def text(self, path: str) -> str:
        return re.sub(r"\s+", "", unescape(strip_tags(self.get(path)[1])))

    def within(self, clicks: int) -> set[str]:
        reached = {"/"}
        for _ in range(clicks):
            reached |= {link for path in reached for link in self.links(path)}
        return reached


@pytest.fixture(scope="module")
def reader(django_db_setup: None, django_db_blocker: Any) -> Iterator[Reader]:
    with django_db_blocker.unblock(), transaction.atomic():
        in_place("first content", lambda: load(DEFAULT))
        yield Reader()
        transaction.set_rollback(True)


def test_more_than_ninety_public_pages_answer_and_none_is_a_stub(reader: Reader) -> None:
    pages = list(BasePage.objects.visible().filter(depth__gt=1))
    assert len(pages) > 90
    poor = []
    for page in pages:
        status, html = reader.get(page.url)
        body = re.search(r"<main.*</main>", html, re.S)
        length = len(re.sub(r"\s+", "", strip_tags(body[0]))) if body else 0
        if status != 200 or length < 150 or not page.summary:
            poor.append(f"{page.url}: {status}, {length} characters")
    assert poor == []


def test_no_link_is_dead(reader: Reader) -> None:
    dead = {
        f"{page.url} → {link}"
        for page in BasePage.objects.visible().filter(depth__gt=1)
        for link in reader.links(page.url)
        if reader.get(link)[0] != 200
    }
    assert dead == set()


def test_every_address_that_the_page_on_data_names_answers(reader: Reader) -> None:
    main = re.search(r"<main.*</main>", reader.get("/open-data/")[1], re.S)
    assert main
    links = {unescape(link) for link in re.findall(r'<a href="([^"#]+)"', main[0])}
    addresses = {urljoin("/open-data/", link) for link in links if "://" not in link}
    assert len(addresses) > 25
    assert {address for address in addresses if reader.client.get(address).status_code != 200} == set()


def test_every_page_can_be_reached_from_the_home_page_in_three_clicks(reader: Reader) -> None:
    public = {page.url for page in BasePage.objects.visible().filter(depth__gt=1)}
    assert public - reader.within(3) == set()


@pytest.mark.parametrize(
    ("wanted", "status"),
    [
        ("4047.7亿元", "媒体"),
        ("144颗", "待核"),
        ("1460家", "媒体"),
        ("2313个", "媒体"),
        ("13.65亿美元", "待核"),
        ("氢春号", "存疑"),
        ("12英寸全自动晶圆探针台", "待核"),
        ("兴隆综合保税区", "媒体"),
        ("新产业培育金七条", "媒体"),
    ],
)
def test_a_reader_finds_it_within_two_clicks_with_source_time_and_status(
    reader: Reader, wanted: str, status: str
) -> None:
    pages = [path for path in sorted(reader.within(2)) if wanted in reader.text(path)]
    assert pages
    sourced = [
        path
        for path in pages
        if all(
            part in reader.text(path) for part in ("来源《高质量发展的长春实践》", "时间", f"状态{status}")
        )
    ]
    assert sourced


def test_no_number_of_the_register_is_typed_into_running_text(reader: Reader) -> None:
    """Correct it once, and it changes everywhere: so a page's text must hold the reference instead."""
    typed = []
    quantities = {o.quantity: o for o in Observation.objects.select_related("indicator")}
    for page in BasePage.objects.visible().filter(depth__gt=1).specific():
        stored = str(page.body.get_prep_value()) if hasattr(page, "body") else ""
        for quantity, observation in quantities.items():
            # Names such as 12英寸全自动晶圆探针台 or 1700V…功率器件 carry their number rightly.
            named = re.sub(r"12英寸(全自动)?晶圆|1700V超高压|5000万元以上", "", stored + page.summary)
            if re.search(rf"(?<![\d.]){re.escape(quantity)}", named):
                typed.append(f"{page.url}: {quantity} ({observation.key})")
    assert typed == []


def test_every_fact_says_where_it_stands_in_its_source_and_doubts_are_explained(reader: Reader) -> None:
    facts = [*Observation.objects.select_related("source"), *Statement.objects.select_related("source")]
    assert len(facts) > 100
    assert [f.key for f in facts if not f.locator or f.checked_on is None] == []
    assert [f.key for f in facts if f.is_doubtful and len(f.note) < 8] == []
    assert {f.status for f in facts} >= {"media", "pending", "disputed"}


def test_nothing_that_belongs_to_the_operator_is_filled_in(reader: Reader) -> None:
    text = reader.text("/")
    assert not re.search(r"ICP备\d|公网安备|网站标识码|主办单位", text)


def test_the_watch_over_words_and_facts_has_nothing_against_it(reader: Reader) -> None:
    """Advice is allowed; what blocks or warns is a mistake in the content, or in a check."""
    call_command("load_word_rules", verbosity=0)
    pages = [page for page in BasePage.objects.filter(depth__gt=1).specific() if page.live]
    told = [
        f"{record}：{finding.place}：{finding.message}"
        for record in (*pages, *Observation.objects.for_display(), *Statement.objects.all())
        for finding in findings(record)
        if finding.level is not Level.OFFER
    ]
    assert told == []
