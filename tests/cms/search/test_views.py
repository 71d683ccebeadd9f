"""The search page: finds by name, says what it cannot do, never fails, leaks nothing."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.search.matching import marked
from tests.factories import (
    EnterprisePageFactory,
    NewsPageFactory,
    Portal,
    ProjectPageFactory,
    SectorPageFactory,
    make_private,
)


def titles(client: Client, query: str) -> list[str]:
    html = client.get(f"/search/?{query}").content.decode()
    found = re.findall(r'class="result">.*?<h2><a [^>]*>(.*?)</a>', html, re.S)
    return [re.sub(r"<.*?>", "", title) for title in found]


def test_finds_in_title_summary_and_other_names(portal: Portal, client: Client) -> None:
    SectorPageFactory(title="光电信息", other_names="光电子\n光子")
    EnterprisePageFactory(title="某公司", full_name="长春光子科技有限公司")
    ProjectPageFactory(title="一个项目", summary="与光子有关。")
    ProjectPageFactory(title="另一个项目")
    assert sorted(titles(client, "q=光子")) == ["一个项目", "光电信息", "某公司"]


def test_all_words_must_match_and_titles_come_first(portal: Portal, client: Client) -> None:
    ProjectPageFactory(title="卫星工厂", summary="测试与遥感。")
    ProjectPageFactory(title="遥感卫星", summary="")
    SectorPageFactory(title="遥感", summary="与卫星有关。")
    ProjectPageFactory(title="遥感相机", summary="")
    assert titles(client, "q=遥感") == ["遥感", "遥感卫星", "遥感相机", "卫星工厂"]
    assert set(titles(client, "q=遥感　卫星")) == {"遥感", "遥感卫星", "卫星工厂"}


def test_filter_by_type_counts_what_it_would_give(portal: Portal, client: Client) -> None:
    ProjectPageFactory(title="红旗工厂")
    NewsPageFactory(title="红旗新车")
    NewsPageFactory(title="红旗出口")
    html = client.get("/search/?q=红旗").content.decode()
    assert re.search(r"项目\s*<small>1</small>", html)
    assert re.search(r"动态\s*<small>2</small>", html)
    assert titles(client, "q=红旗&type=project") == ["红旗工厂"]
    assert len(titles(client, "q=红旗&type=nonsense")) == 3


def test_hidden_pages_are_not_found(portal: Portal, client: Client) -> None:
    ProjectPageFactory(title="金丝雀草稿", live=False)
    make_private(ProjectPageFactory(title="金丝雀内部"))
    response = client.get("/search/?q=金丝雀")
    assert "没有找到" in response.content.decode()
    assert "金丝雀草稿" not in response.content.decode()


def test_nothing_found_shows_ways_on(portal: Portal, client: Client) -> None:
    SectorPageFactory(title="汽车产业")
    html = client.get("/search/?q=不存在的词").content.decode()
    assert "没有找到含有“不存在的词”的页面" in html
    assert "汽车产业" in html
    assert portal.projects.url in html


def test_results_are_paged_and_only_the_empty_form_is_indexed(portal: Portal, client: Client) -> None:
    for _ in range(23):
        ProjectPageFactory(title="许多项目")
    assert [len(titles(client, f"q=许多&page={page}")) for page in (1, 2, "x", 99)] == [20, 3, 20, 3]
    assert "noindex" not in client.get("/search/").content.decode()
    for query in ("?q=许多", "?q=许多&page=2", "?q="):
        assert 'name="robots" content="noindex' in client.get(f"/search/{query}").content.decode()


HOSTILE = {
    "nul": "%00",
    "lone surrogate": "%ED%A0%80",
    "broken utf-8": "%FF%FE",
    "ten thousand letters": "a" * 10_000,
    "many words": "+".join("词语" for _ in range(30)),
    "operators": quote("\"(a AND b) OR NOT c* -d ~2 ^3 [x TO y] \\ ' ; -- % _"),
    "markup": quote("<script>alert(1)</script>"),
    "only spaces": "%20%E3%80%80",
    "controls": "%0B%1F%7F",
    "emoji": quote("🚗"),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("rest", ["", "&type=%00&type=news&page=-1&sort=x&format=y"])
def test_hostile_input_gives_a_page(portal: Portal, client: Client, name: str, rest: str) -> None:
    ProjectPageFactory(title="项目<script>alert(1)</script>")
    response = client.get(f"/search/?q={HOSTILE[name]}{rest}")
    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()


def test_what_cannot_be_asked_is_said(portal: Portal, client: Client) -> None:
    ProjectPageFactory(title="a" * 50)
    html = client.get("/search/?q=" + "a" * 300).content.decode()
    assert "太长" in html
    assert titles(client, "q=" + "a" * 300) == []
    assert "不能识别" in client.get("/search/?q=a%00").content.decode()


def test_wildcards_stand_for_themselves(portal: Portal, client: Client) -> None:
    ProjectPageFactory(title="增长百分之五")
    ProjectPageFactory(title="增长5%")
    assert titles(client, "q=%25") == ["增长5%"]


def test_the_word_is_marked_and_everything_is_escaped() -> None:
    assert marked("<b>汽车&轮胎", ["汽车"]) == "&lt;b&gt;<mark>汽车</mark>&amp;轮胎"
    assert marked("LED与led", ["led"]) == "<mark>LED</mark>与<mark>led</mark>"
    assert marked("a.b", ["."]) == "a<mark>.</mark>b"
    assert marked("x<y", ["<"]) == "x<mark>&lt;</mark>y"


def test_queries_do_not_grow_with_the_results(portal: Portal, client: Client) -> None:
    def queries() -> int:
        client.get("/search/?q=许多")
        with CaptureQueriesContext(connection) as captured:
            client.get("/search/?q=许多")
        return len(captured)

    ProjectPageFactory(title="许多项目")
    NewsPageFactory(title="许多动态")
    few = queries()
    for _ in range(15):
        ProjectPageFactory(title="许多项目")
    assert queries() == few < 20
