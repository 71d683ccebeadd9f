"""Words of Chinese text, and addresses in readable pinyin."""

from __future__ import annotations

import re

import pytest

from cms.core.words import SLUG_LENGTH, pinyin_slug, sort_key, words


@pytest.mark.parametrize(
    "text",
    [
        "长春光电信息产业再上新台阶",
        "“吉林一号”卫星，升空！",
        "2025年1—11月 CR450 动车组\n下线",
        "A&B<科技>",
        "",
        "，。",
        "𠮷林😀",
    ],
)
def test_words_joined_give_the_text_again(text: str) -> None:
    assert "".join(words(text)) == text


def test_words_are_the_words_a_reader_sees() -> None:
    assert words("长春汽车工业") == ["长春", "汽车", "工业"]


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("长春光电信息", "changchun-guangdian-xinxi"),
        ("汽车", "qiche"),
        ("CR450动车组", "cr450-dongchezu"),
        ("“吉林一号”卫星", "jilin-yihao-weixing"),
        ("Hello World", "hello-world"),
        ("  汽车  ", "qiche"),
        ("绿色", "lvse"),
    ],
)
def test_slug_spells_the_title_word_by_word(title: str, slug: str) -> None:
    assert pinyin_slug(title) == slug


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("长光卫星", "changguang"),
        ("长光华大", "changguang"),
        ("长客股份", "changke"),
        ("长理", "changli"),
        ("长满欧班列", "changmanou"),
        ("长春一汽", "changchun"),
    ],
)
def test_the_citys_names_are_read_as_the_city_reads_them(name: str, slug: str) -> None:
    assert pinyin_slug(name).startswith(slug)


@pytest.mark.parametrize("title", ["", "   ", "，。！？", "——", "😀"])
def test_title_without_letters_gives_no_slug(title: str) -> None:
    assert pinyin_slug(title) == ""


def test_long_title_is_cut_at_a_word() -> None:
    title = "长春汽车产业集群建设取得重大进展" * 5
    slug, whole = pinyin_slug(title), [pinyin_slug(word) for word in words(title)]
    assert len(slug) <= SLUG_LENGTH
    parts = iter(whole)
    taken = ""
    while taken != slug:
        taken = f"{taken}-{next(parts)}".strip("-")
    assert len(f"{slug}-{next(parts)}") > SLUG_LENGTH


@pytest.mark.parametrize("title", ["一" * 300, "汽车" * 200, "CR450 " * 50])
def test_every_long_title_has_a_slug_of_usable_length(title: str) -> None:
    assert 0 < len(pinyin_slug(title)) <= SLUG_LENGTH


@pytest.mark.parametrize(
    "title", ["长春100强！", "Ärzte & Ökonomen", "ｃａｆé 咖啡", "日本語カナ", "한국 자동차"]
)
def test_slug_is_plain_ascii(title: str) -> None:
    assert re.fullmatch(r"([a-z0-9]+(-[a-z0-9]+)*)?", pinyin_slug(title))


def test_names_sort_by_syllable_whatever_they_are_written_in() -> None:
    names = ["长客", "一汽-大众", "CR450动车组", "长光华大", "长光卫星", "安"]
    assert sorted(names, key=sort_key) == ["安", "长光华大", "长光卫星", "长客", "CR450动车组", "一汽-大众"]
    assert len(sort_key("长" * 500)) <= 255
