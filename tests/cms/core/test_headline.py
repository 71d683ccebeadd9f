"""Headlines may break between words, never inside one, and never before a closing mark."""

from __future__ import annotations

import re

import pytest
from django.template import Context, Template

from cms.core.templatetags.portal import headline

TITLES = [
    "长春汽车工业产值再上新台阶",
    "“吉林一号”卫星发射，长光再添新成员",
    "《实施方案》（2025—2027年）印发：支持创新！",
    "占比30%、增长8％；成绩突出",
    "“三强”“四新”齐发力",
]


@pytest.mark.parametrize("title", TITLES)
def test_text_stays_as_it_is(title: str) -> None:
    assert headline(title).replace("<wbr>", "") == title


def test_breaks_stand_between_words() -> None:
    assert headline("长春汽车工业") == "长春<wbr>汽车<wbr>工业"


@pytest.mark.parametrize("title", TITLES)
def test_no_line_starts_with_a_closing_mark_or_ends_with_an_opening_one(title: str) -> None:
    assert not re.search(r"<wbr>[，。、；：？！”’》）〉】…—～·%％]", headline(title))
    assert not re.search(r"[“‘《（〈【]<wbr>", headline(title))


def test_no_break_at_either_end() -> None:
    for title in TITLES:
        assert not headline(title).startswith("<wbr>")
        assert not headline(title).endswith("<wbr>")


def test_html_in_a_title_is_text() -> None:
    shown = headline("<script>alert('车')</script>&汽车")
    assert re.findall(r"<(?!wbr>)", shown) == []
    assert "&amp;" in shown
    assert Template("{{ t }}").render(Context({"t": shown})) == shown  # safe: not escaped once more


def test_as_a_filter_of_the_templates() -> None:
    template = Template("{% load portal %}<h1>{{ title|headline }}</h1>")
    assert template.render(Context({"title": "汽车工业"})) == "<h1>汽车<wbr>工业</h1>"


def test_empty_title() -> None:
    assert headline("") == ""
