"""The table block: each message names its cell; figures come from the register and follow it."""

from __future__ import annotations

from typing import Any

from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from industries.blocks.table import is_number
from industries.content.bodies import block_in, block_out
from industries.content.references import References
from tests.factories import ObservationFactory, Portal
from tests.industries.blocks.articles import BLOCKS, article, problems, shown

KINDS = ("text", "number", "figure", "rich_text")


def table(*rows: list[Any], kinds: tuple[str, ...] = KINDS, **parts: Any) -> dict[str, Any]:
    columns = [{"type": kind, "heading": f"{kind}列"} for kind in kinds]
    cells = {"caption": "各区产值", "columns": columns, "rows": [{"values": row} for row in rows]}
    return {"table": cells, "row_headings": True, "source": "统计公报", **parts}


def test_messages_name_the_cell() -> None:
    assert problems("table", table(["朝阳", "12", None, ""])) == []
    wrong = problems("table", table(["朝阳", "12", None, ""], ["南关", "约10", None, ""]))
    assert wrong == ["第2行第2列：“约10”不是数字；没有数值时留空，单位写在表头里。"]


def test_what_a_table_lacks_as_a_whole() -> None:
    assert problems("table", table()) == ["表格还没有内容：先加列，再加行。"]
    nameless = table(["朝阳", "12", None, ""])
    nameless["table"]["caption"] = ""
    nameless["table"]["columns"][1]["heading"] = " "
    assert problems("table", nameless) == [
        "请写表格的标题：读者和读屏软件先看到它。",
        "第2列没有表头。",
    ]
    many = table(*[["行", "1", None, ""]] * 61)
    assert problems("table", many) == ["表格有61行，最多60行：更长的请作为文件提供。"]


def test_own_numbers_need_a_source_and_figures_bring_theirs(portal: Portal) -> None:
    figure = ObservationFactory()
    assert problems("table", table(["朝阳", "12"], kinds=("text", "number"), source="")) == [
        "请写明表中内容的来源。"
    ]
    assert problems("table", table(["朝阳", figure.pk], kinds=("text", "figure"), source="")) == []


def test_numbers_as_people_write_them() -> None:
    accepted = ["1,234.5", "12%", "-3", "−3", "１２", "", "—", "无数据"]
    assert [text for text in accepted if not is_number(text)] == []
    refused = ["约10", "12亿元", "1.2.3", "1,23", "十"]
    assert [text for text in refused if is_number(text)] == []


def test_readers_get_headings_caption_source_and_figures_with_marks(portal: Portal, client: Client) -> None:
    figure = ObservationFactory(value=98765)
    text = f'<p>约<embed embedtype="observation" id="{figure.pk}"/></p>'
    page = article(("table", table(["朝阳", "1,234.5", figure.pk, text])))
    html = shown(client, page)
    assert "<caption>各区产值</caption>" in html
    assert html.count('<th scope="col"') == 4
    assert html.count('<th scope="row"') == 1
    assert "来源：统计公报" in html
    assert html.count("98765亿元") >= 2, "in the cell and in the rich text"
    figure.unpublish()
    html = shown(client, page)
    assert "98765" not in html
    assert html.count("（数值未公开）") == 2


def test_a_draft_is_saved_and_shown_however_unfinished(portal: Portal, client: Client) -> None:
    unfinished = table(["", "约10", None, ""], source="")
    unfinished["table"]["caption"] = ""
    assert problems("table", unfinished, draft=True) == []
    assert problems("table", {}, draft=True) == []
    assert len(problems("table", unfinished)) == 1, "the cell first, the rest when it is mended"
    assert "约10" in shown(client, article(("table", unfinished), ("table", {})))


def test_tables_of_a_page_come_with_the_same_queries(portal: Portal, client: Client) -> None:
    def page(number: int) -> Any:
        rows = [["行", "1", ObservationFactory().pk, ""] for _ in range(number)]
        return article(*[("table", table(*rows))] * number)

    few, many = page(1), page(4)
    counts = []
    for each in (few, few, many):
        with CaptureQueriesContext(connection) as captured:
            client.get(each.url)
        counts.append(len(captured))
    assert counts[1] == counts[2]


def test_a_table_goes_into_a_file_and_comes_back(portal: Portal) -> None:
    figure = ObservationFactory(key="chanzhi-2025")
    block, references = BLOCKS["table"], References()
    text = f'<p><embed embedtype="observation" id="{figure.pk}"/></p>'
    stored = table(["朝阳", "12", figure.pk, text], ["南关", "", None, ""])
    written = block_out(block, stored, references)
    assert written["table"]["rows"][0] == [
        "朝阳",
        "12",
        "chanzhi-2025",
        '<p><observation key="chanzhi-2025"/></p>',
    ]
    again = block_in(block, written, references)
    assert again["table"]["columns"] == stored["table"]["columns"]
    assert again["table"]["rows"][0] == stored["table"]["rows"][0]
    assert problems("table", again) == []


def test_documents_stay_behind_when_content_is_written_to_files(portal: Portal) -> None:
    from wagtail.documents import get_document_model

    document = get_document_model().objects.create(title="附件", file=ContentFile(b"x", name="a.pdf"))
    stored = {"document": document.pk, "title": "附件", "description": ""}
    assert block_out(BLOCKS["document"], stored, References()) == {"title": "附件"}
