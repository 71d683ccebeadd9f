"""What the portal's own checks find in a text, and where."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from wagtail.documents import get_document_model

from cms.review.checks import Finding, Level, findings
from cms.review.models import ExternalLink, WordRule
from home.models import StandardPage
from industries.models import NewsIndexPage, Statement
from tests.factories import EnterprisePageFactory, ImageFactory, Portal, StandardPageFactory, make_private

ONE, TWO = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"


def article(*blocks: tuple[str, Any], title: str = "一篇", summary: str = "讲一件事。") -> StandardPage:
    """A page that was never saved, with a body."""
    ids = (f"{number:08d}-1111-4111-8111-111111111111" for number in range(1, 100))
    body = [{"type": kind, "value": value, "id": pk} for (kind, value), pk in zip(blocks, ids, strict=False)]
    page = StandardPage(title=title, summary=summary)
    page.body = page.body.stream_block.to_python(body)
    return page


def found(page: Any, rule: str) -> list[Finding]:
    return [finding for finding in findings(page) if finding.rule.split(":")[0] == rule]


def paragraph(text: str) -> tuple[str, str]:
    return "paragraph", f"<p>{text}</p>"


def one(page: Any, rule: str) -> Finding:
    (finding,) = found(page, rule)
    return finding


@pytest.fixture
def blocked_word(db: None) -> WordRule:
    return WordRule.objects.create(wrong="大众一汽", right="一汽-大众", level="block", note="次序不能颠倒。")


def test_a_clean_page_has_no_findings(db: None) -> None:
    assert findings(article(("heading", "概况"), paragraph("长春的汽车产业。"))) == []


def test_a_finding_says_where_and_what_and_how_often(blocked_word: WordRule) -> None:
    text = "去参观<b>大众</b>一汽和大众一汽的车间"
    finding = one(article(("heading", "概况"), paragraph(text)), "word")
    assert (finding.rule, finding.level, finding.blocks, finding.count) == (
        "word:大众一汽",
        Level.BLOCK,
        True,
        2,
    )
    assert finding.place.startswith("正文·第2块")
    assert finding.path == "body.00000002-1111-4111-8111-111111111111"
    assert finding.anchor == "block-00000002-1111-4111-8111-111111111111-section"
    assert finding.marked[1] == "大众一汽"
    assert finding.marked[0] == "去参观"
    assert finding.message == "“大众一汽”应写作“一汽-大众”。次序不能颠倒。"
    record = finding.as_record()
    assert (record["rule"], record["level"], record["place"]) == ("word:大众一汽", "block", finding.place)
    assert record["excerpt"][record["start"] : record["end"]] == "大众一汽"


def test_words_are_watched_in_fields_blocks_and_rows(blocked_word: WordRule) -> None:
    page = article(
        paragraph("大众一汽"),
        ("note", {"title": "大众一汽", "text": "<ul><li>大众一汽</li></ul>"}),
        title="大众一汽扩建",
        summary="大众一汽。",
    )
    places = [finding.path for finding in found(page, "word")]
    block = "body.00000002-1111-4111-8111-111111111111"
    assert places == [
        "title",
        "summary",
        "body.00000001-1111-4111-8111-111111111111",
        f"{block}.title",
        f"{block}.text",
    ]


def test_words_are_watched_in_every_cell_and_caption(portal: Portal, blocked_word: WordRule) -> None:
    picture = {"image": {"image": ImageFactory().pk, "alt_text": "厂房"}, "caption": "大众一汽"}
    table = {
        "columns": [{"type": "text", "heading": "企业"}, {"type": "rich_text", "heading": "大众一汽"}],
        "rows": [{"values": ["甲", "<p>乙</p>"]}, {"values": ["大众一汽", "<p>大众一汽</p>"]}],
        "caption": "",
    }
    page = article(
        ("gallery", {"title": "", "pictures": [picture | {"caption": "甲"}, picture]}),
        ("table", {"table": table, "row_headings": True, "source": ""}),
    )
    places = [finding.place for finding in found(page, "word")]
    assert [place.split("·")[2:] for place in places] == [
        ["图片", "第2项", "图片说明"],
        ["表格", "第2列表头"],
        ["表格", "第2行第1列"],
        ["表格", "第2行第2列"],
    ]


def test_words_are_watched_in_facts(blocked_word: WordRule) -> None:
    finds = found(Statement(text="大众一汽投产。", quote="大众一汽", locator="第1段"), "word")
    assert {finding.place for finding in finds} == {"内容", "原文摘录"}


def test_a_quotation_is_not_to_be_changed(blocked_word: WordRule) -> None:
    page = article(("quote", {"text": "我在大众一汽上班", "attribution": "工人"}))
    assert "原文如此的不要改动" in one(page, "word").message


def test_the_heaviest_findings_come_first(blocked_word: WordRule) -> None:
    page = article(paragraph("产业,园区"), paragraph("大众一汽"), title="去年的事", summary="")
    assert [finding.level for finding in findings(page)] == [Level.BLOCK, Level.WARN, Level.WARN, Level.WARN]


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("产业,园区", [","]),
        ("产业(园区)里", ["(", ")"]),
        ("共1,460家，含3.5万人", []),
        ("见CR450-BF(样车)", []),
        ("完成了!", ["!"]),
        ("比例为1:2，时间10:30", []),
        ("产业，园区（新）。", []),
    ],
)
def test_half_width_punctuation_between_han(db: None, text: str, marks: list[str]) -> None:
    finds = found(article(paragraph(text)), "half-width")
    assert sum(finding.count for finding in finds) == len(marks)
    assert not finds or finds[0].marked[1] == marks[0]


def test_keywords_are_parted_by_half_width_commas(db: None) -> None:
    page = article()
    page.keywords = "汽车,卫星"
    assert findings(page) == []


@pytest.mark.parametrize(
    ("text", "stale"),
    [
        ("今年投产", True),
        ("2025年12月发布：今年投产", False),
        ("去年12月16日投产", False),
        ("近日开工", True),
        ("常年开放", False),
    ],
)
def test_times_that_will_be_wrong_next_year(db: None, text: str, stale: bool) -> None:
    assert bool(found(article(paragraph(text)), "relative-time")) is stale


@pytest.mark.parametrize(
    ("text", "past"),
    [
        ("{last}年将建成", True),
        ("{last}年底前有望投产", True),
        ("预计到{next}年建成，{next}年将投产", False),
        ("{last}年印发行动计划。", False),
        ("{last}年建成，将来扩建", False),
        ("{last}年计划开工三个项目", True),
    ],
)
def test_plans_whose_time_has_passed(db: None, text: str, past: bool) -> None:
    this = timezone.localdate().year
    page = article(paragraph(text.format(last=this - 1, next=this + 1)))
    assert bool(found(page, "past-plan")) is past


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("采用ABCD技术", False),
        ("采用先进底盘（ABCD）技术，ABCD平台", True),
        ("采用先进底盘（Advanced Base，ABCD）技术", True),
        ("ABCD（先进底盘）", True),
        ("型号AB450和AB-12", True),
        ("采用LED光源", True),
        ("企业FAW生产", True),
    ],
)
def test_abbreviations_are_explained(portal: Portal, text: str, known: bool) -> None:
    WordRule.objects.create(wrong="LED", level="known")
    EnterprisePageFactory(title="一汽集团", other_names="中国一汽\nFAW")
    assert (found(article(paragraph(text)), "abbreviation") == []) is known


def test_a_page_without_summary(portal: Portal) -> None:
    assert one(article(summary=""), "summary").level is Level.WARN
    column = NewsIndexPage(title="动态")
    assert one(column, "summary").level is Level.BLOCK
    column.search_description = "新闻"
    assert found(column, "summary") == []


def test_pictures_have_alternative_text(portal: Portal) -> None:
    picture = ImageFactory().pk
    spoken = {"image": picture, "alt_text": "厂房", "decorative": False}
    silent = {"image": picture, "alt_text": " ", "decorative": False}
    ornament = {"image": picture, "alt_text": "", "decorative": True}
    blocks = [("image", {"image": value, "caption": ""}) for value in (spoken, silent, ornament)]
    finding = one(article(*blocks), "image-alt")
    assert finding.blocks
    assert finding.path.startswith("body.00000002")


def test_links_to_pages_that_readers_cannot_see(portal: Portal) -> None:
    shown = EnterprisePageFactory(title="公开")
    draft = EnterprisePageFactory(title="草稿", live=False)
    secret = EnterprisePageFactory(title="内部")
    make_private(secret)
    links = "".join(f'<a linktype="page" id="{pk}">链接</a>' for pk in (shown.pk, draft.pk, secret.pk, 99999))
    page = article(paragraph(links), ("related", {"title": "", "pages": [shown.pk, draft.pk]}))
    finds = found(page, "hidden-page")
    rules = sorted(finding.rule for finding in finds)
    assert rules == sorted(f"hidden-page:{pk}" for pk in (draft.pk, draft.pk, secret.pk, 99999))
    assert any("已经删除" in finding.message for finding in finds)


def test_links_that_the_link_checker_found_broken(db: None) -> None:
    ExternalLink.objects.create(url="https://gone.example/", state="broken", status_code=404)
    ExternalLink.objects.create(url="https://here.example/", state="good")
    links = '<a href="https://gone.example/">一</a><a href="https://here.example/">二</a><a href="https://new.example/">三</a>'
    finding = one(article(paragraph(links)), "broken-link")
    assert "404" in finding.message
    assert finding.excerpt == "https://gone.example/"


def test_links_to_documents_that_are_gone(db: None) -> None:
    document = get_document_model().objects.create(title="文件", file="documents/a.pdf")
    links = f'<a linktype="document" id="{document.pk}">一</a><a linktype="document" id="{document.pk + 1}">二</a>'
    assert one(article(paragraph(links)), "missing-document").rule == f"missing-document:{document.pk + 1}"


def test_the_number_of_queries_does_not_grow_with_the_text(
    portal: Portal, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """Nor with the number of pages; the draft is read from its revision, as reviewers' screens do."""
    ExternalLink.objects.create(url="https://gone.example/", state="broken")
    counts = []
    for length in (4, 40):
        pages = [EnterprisePageFactory(live=number % 2 == 0) for number in range(length // 2)]
        text = "今年ABC产值为4000亿元，" + "".join(
            f'<a linktype="page" id="{page.pk}">页</a>' for page in pages
        )
        blocks = [paragraph(text + '<a href="https://gone.example/">外</a>')] * length
        page = StandardPageFactory(body=article(*blocks).body)
        page.save_revision()
        draft = StandardPage.objects.get(pk=page.pk).get_latest_revision_as_object()
        with django_assert_max_num_queries(12) as queries:
            assert len(findings(draft)) > length
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_thousand_rules_and_a_long_text_take_no_time(db: None) -> None:
    """Generous: it must not become a matter of seconds."""
    WordRule.objects.bulk_create(WordRule(wrong=f"错{number}词", right="对") for number in range(2000))
    page = article(*[paragraph("长春的产业有错7词也有很多别的文字。" * 20)] * 50)
    findings(page)
    started = dt.datetime.now(dt.UTC)
    assert len(found(page, "word")) == 50
    assert (dt.datetime.now(dt.UTC) - started).total_seconds() < 2
