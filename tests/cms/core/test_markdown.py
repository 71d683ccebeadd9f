"""A page's HTML as Markdown."""

from __future__ import annotations

import pytest

from cms.core.markdown import markdown

HERE = "https://example.org/news/a/"


def converted(html: str) -> str:
    return markdown(f"<html><body><main>{html}</main></body></html>", HERE).strip()


MARK = """<button type="button" class="mark" popovertarget="m{0}" aria-label="来源">源</button>
<span class="provenance" popover id="m{0}">
  <span class="provenance__claim">产值：{1}亿元</span>
  <span><span class="provenance__label">来源</span><a href="https://paper.example/1">《报道》</a>，日报</span>
  <span><span class="provenance__label">位置</span>第2段</span>
  <span><a href="/facts/k{1}/">永久地址</a></span>
</span>"""


def test_source_marks_become_footnotes_each_once() -> None:
    text = converted(
        f"<p>产值<data value='5'>5亿元</data>{MARK.format(1, 5)}，去年<data>4亿元</data>{MARK.format(2, 4)}。</p>"
        f"<p>再说一遍：5亿元 {MARK.format(3, 5)}。</p>"
    )
    assert text == (
        "产值5亿元[^1]，去年4亿元[^2]。\n\n再说一遍：5亿元[^1]。\n\n"
        "[^1]: 产值：5亿元；来源：[《报道》](https://paper.example/1)，日报；位置：第2段；"
        "[永久地址](https://example.org/facts/k5/)。\n"
        "[^2]: 产值：4亿元；来源：[《报道》](https://paper.example/1)，日报；位置：第2段；"
        "[永久地址](https://example.org/facts/k4/)。"
    )


def test_furniture_is_left_out() -> None:
    assert (
        converted(
            '<nav><a href="/">首页</a></nav><h1>标题<wbr>很长</h1>'
            '<div class="art-band"><img class="art" src="/a.svg" alt=""></div>'
            "<form><input name=q><button>检索</button></form><button>打印</button><svg><path/></svg>"
            '<p><span aria-hidden="true">①</span>正文</p>'
        )
        == "# 标题很长\n\n正文"
    )


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>\n  第一句。\n  第二句，\n  还有。\n</p>", "第一句。第二句，还有。"),
        ("<p>见<b>汽车</b>\n  与光电。</p>", "见**汽车**与光电。"),
        ("<p>CR450 列车 is fast</p>", "CR450 列车 is fast"),
        (
            "<p class=kicker><span>建设项目</span> <a href='/s/'>汽车</a> <a href='/g/'>光电</a></p>",
            "建设项目　[汽车](https://example.org/s/)　[光电](https://example.org/g/)",
        ),
    ],
)
def test_no_stray_spaces_between_chinese_characters(html: str, text: str) -> None:
    assert converted(html) == text


def test_tables_stay_tables() -> None:
    text = converted(
        "<table><caption>数值</caption><thead><tr><th>指标</th><th>数值</th></tr></thead>"
        f"<tbody><tr><th scope=row><a href='/data/x/'>产值</a></th><td>5亿元{MARK.format(1, 5)}"
        "<p>口径待核。</p></td></tr></tbody></table>"
    )
    assert "| 指标 | 数值 |\n| --- | --- |\n| [产值](https://example.org/data/x/) | 5亿元[^1]" in text
    assert "口径待核。 |" in text


def test_definition_lists_become_lists() -> None:
    html = (
        "<dl><div><dt>全称</dt><dd>某公司</dd></div><div><dt>产业</dt><dd>汽车</dd><dd>光电</dd></div></dl>"
    )
    assert converted(html) == "- **全称**：某公司\n- **产业**：汽车，光电"


def test_links_are_absolute_and_those_within_the_page_are_words() -> None:
    assert converted('<p><a href="../b/?x=1">乙</a>、<a href="#s">下文</a>、<a>无</a></p>') == (
        "[乙](https://example.org/news/b/?x=1)、下文、无"
    )


def test_pictures_keep_their_words() -> None:
    assert converted(
        '<figure><img src="/media/1.jpg" alt="厂房外景"><figcaption>厂房</figcaption></figure>'
    ) == ("![厂房外景](https://example.org/media/1.jpg)\n\n厂房")


def test_a_page_without_main_gives_nothing() -> None:
    assert markdown("<html><body>没有</body></html>", HERE) == ""


def test_what_looks_like_a_tag_on_the_page_is_no_tag_in_the_text() -> None:
    assert converted("<p>写作&lt;iframe src=x&gt;</p>") == "写作\\<iframe src=x>"


def test_a_heading_in_a_list_is_bold_and_jumps_about_the_page_are_left_out() -> None:
    html = (
        '<p><a href="#a">看甲</a><a href="#b">看乙</a></p>'
        '<ul><li><h3><a href="/x/">项目</a></h3><p>说明</p></li></ul>'
    )
    assert converted(html) == "- **[项目](https://example.org/x/)**\n\n  说明"
