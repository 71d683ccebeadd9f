"""Facts as tables: out and in again, and what is refused on the way."""

from __future__ import annotations

import csv
import io
import zipfile
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook
from pytest_django import DjangoAssertNumQueries

from cms.core.models import User
from cms.core.uploads import UnreadableFile
from industries.models import FactImport, Observation, Statement
from industries.register import importing, importviews, spreadsheet
from industries.register.importing import CHANGED, NEW, REFUSED, UNCHANGED
from industries.register.spreadsheet import read_table
from tests.factories import (
    EnterprisePageFactory,
    IndicatorPageFactory,
    ObservationFactory,
    Portal,
    SourceFactory,
    StatementFactory,
)

OBSERVATIONS = "wagtailsnippets_industries_observation:list"
STATEMENTS = "wagtailsnippets_industries_statement:list"


def exported(client: Client, name: str, format: str) -> bytes:
    response: Any = client.get(reverse(name), {"export": format})
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def upload(client: Client, kind: str, data: bytes, name: str = "facts.csv") -> Any:
    return client.post(
        reverse("fact-import", args=[kind]), {"file": SimpleUploadedFile(name, data)}, follow=True
    )


def table(text: str, encoding: str = "utf-8") -> list[list[str]]:
    return read_table(io.BytesIO(text.encode(encoding)), "facts.csv")


def compared(text: str, kind: str = "observations") -> list[importing.Row]:
    rows, _ = importing.rows_from(table(text), kind)
    return importing.compare(rows, kind)


def verdicts(text: str, kind: str = "observations") -> list[str]:
    return [row.verdict for row in compared(text, kind)]


def workbook_of(*rows: list[Any]) -> bytes:
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


@pytest.fixture
def facts(portal: Portal) -> Portal:
    enterprise = EnterprisePageFactory(title="一汽-大众")
    ObservationFactory(value=Decimal("-3.5"), hedge="约", quote="第一行\r\n第二行", subject=enterprise)
    ObservationFactory(status="pending", note="=1+1 说法不一", locator="'引号", period="@2025-12")
    draft = ObservationFactory(live=False, value=7)
    draft.value = 8
    draft.save_revision()
    StatementFactory(subjects=[enterprise, portal.data], text="+号开头的陈述。", checked_on="2025-12-01")
    return portal


@pytest.mark.parametrize("format", ["csv", "xlsx"])
@pytest.mark.parametrize(
    ("kind", "name", "count"), [("observations", OBSERVATIONS, 3), ("statements", STATEMENTS, 1)]
)
def test_what_is_exported_and_imported_again_changes_nothing(
    facts: Portal, admin_client: Client, format: str, kind: str, name: str, count: int
) -> None:
    data = exported(admin_client, name, format)
    response = upload(admin_client, kind, data, f"facts.{format}")
    assert "与现有内容完全相同" in response.content.decode()
    assert FactImport.objects.get().outcome["preview"]["counts"] == {UNCHANGED: count}


def test_no_cell_of_an_export_is_a_formula(facts: Portal, admin_client: Client) -> None:
    rows = list(csv.DictReader(io.StringIO(exported(admin_client, OBSERVATIONS, "csv").decode("utf-8-sig"))))
    assert {row["公开说明"] for row in rows} >= {"'=1+1 说法不一"}
    assert "8" in {row["数值"] for row in rows}, "a draft is exported as its editor left it"
    book = load_workbook(io.BytesIO(exported(admin_client, OBSERVATIONS, "xlsx")))
    assert {cell.data_type for row in book.active.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    assert not any(str(cell.value or "").startswith("=") for row in book.active.iter_rows() for cell in row)


def test_the_preview_tells_field_by_field_and_writes_nothing(facts: Portal, admin_client: Client) -> None:
    one = Observation.objects.get(status="pending")
    response = upload(
        admin_client, "observations", f"标识,数值,核实状态,公开说明\n{one.key},12.5,官方,\n".encode()
    )
    body = response.content.decode()
    for part in ("<del>待核</del>", "<ins>官方</ins>", "<del>4047.7</del>", "<ins>12.5</ins>", "修改 1"):
        assert part in body
    one.refresh_from_db()
    assert (one.value, one.status) == (Decimal("4047.7"), "pending")


def test_applying_makes_revisions_and_can_be_repeated(
    facts: Portal, admin_client: Client, admin_user: User
) -> None:
    one = Observation.objects.get(status="pending")
    indicator, source = IndicatorPageFactory(title="专利数", unit="件"), SourceFactory(key="nianbao")
    text = (
        "标识,指标,数值,时间,来源标识,出处位置,核实状态,公开说明\n"
        f"{one.key},,12.5,{one.period},,第3页,媒体,\n"
        f",{indicator.title},300,2024年,{source.key},第1页,官方,\n"
        ",没有的指标,1,2024,nianbao,第1页,官方,\n"
    )
    upload(admin_client, "observations", text.encode("gb18030"))
    record = FactImport.objects.get()
    response = admin_client.post(
        reverse("fact-import-apply", args=[record.pk]), {"publish": "1"}, follow=True
    )
    record.refresh_from_db()
    assert {key: record.outcome[key] for key in (NEW, CHANGED, REFUSED)} == {NEW: 1, CHANGED: 0, REFUSED: 2}
    assert "第4行“指标编号”：没有叫“没有的指标”的。" in response.content.decode()
    made = Observation.objects.get(indicator=indicator)
    assert (made.live, made.entered_by, made.period, made.value) == (True, admin_user, "2024", 300)
    assert made.latest_revision.user == admin_user
    # The row without a key is found again by what makes it the same figure.
    assert verdicts(text)[1] == UNCHANGED
    admin_client.post(reverse("fact-import-apply", args=[record.pk]))
    assert Observation.objects.filter(indicator=indicator).count() == 1


def test_a_changed_row_is_stored_with_a_revision_and_published(facts: Portal, admin_client: Client) -> None:
    one = Observation.objects.get(status="pending")
    upload(admin_client, "observations", f"标识,数值\n{one.key},12.5\n".encode())
    admin_client.post(reverse("fact-import-apply", args=[FactImport.objects.get().pk]))
    one.refresh_from_db()
    assert (one.value, one.revisions.count(), one.has_unpublished_changes) == (Decimal("12.5"), 1, False)


def test_pages_of_a_statement_are_set_in_order(facts: Portal, admin_client: Client) -> None:
    statement = Statement.objects.get()
    first, second = statement.subjects.order_by("sort_order")
    text = f"标识,相关页面编号\n{statement.key},{second.page_id}；{first.page_id}\n"
    assert verdicts(text, "statements") == [CHANGED]
    upload(admin_client, "statements", text.encode())
    admin_client.post(reverse("fact-import-apply", args=[FactImport.objects.get().pk]))
    assert [link.page_id for link in statement.subjects.order_by("sort_order")] == [
        second.page_id,
        first.page_id,
    ]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("k,abc,,,,,,,", "“数值”：“abc”不是数"),
        ("k,1,,去年,,,,,", "“时间”：“去年”不是可识别的时间"),
        ("k,1,,,,,胡说,,", "“核实状态”：“胡说”不在可选的内容里"),
        ("k,1,,,,,待核,,", "“公开说明”：待核、存疑的内容必须写明疑在哪里"),
        ("k,1,大概,,,,,,", "“修饰词”：“大概”不在可选的内容里"),
        ("k,1,,,没有,,,,", "“来源标识”：没有“没有”"),
        ("k,1,,,,,,2999-01-01,", "“核对日期”：核对日期不能晚于今天"),
        ("k,1,,,,,,2025-02-30,", "“核对日期”：“2025-02-30”不是日期"),
        ("k,,,,,,,,", "“数值”：不能为空"),
        ("k,1,,,,,,,999999999", "“对象编号”：没有“999999999”"),
        ("k,123456789012345678901,,,,,,,", "“数值”"),
        ("new one,1,,,,,,,", "“指标编号”：新增的事实必须填写"),
    ],
)
def test_a_wrong_cell_is_named_by_row_and_column(portal: Portal, row: str, problem: str) -> None:
    source = SourceFactory(key="s")
    ObservationFactory(key="k", source=source)
    cells = row.split(",")
    if not cells[4] and "来源标识" not in problem:
        cells[4] = "s"
    head = "标识,数值,修饰词,时间,来源标识,出处位置,核实状态,核对日期,对象编号,公开说明"
    cells[5] = cells[5] or "第2段"
    cells[6] = cells[6] or "媒体"
    (found,) = compared(f"{head}\n{','.join(cells)},\n")
    assert found.verdict == REFUSED
    assert problem in "".join(found.problems)
    assert found.problems[0].startswith("第2行")


def test_rows_that_are_the_same_fact_are_refused(portal: Portal) -> None:
    one = ObservationFactory()
    rows = compared(f"标识,出处位置\n{one.key},甲\n{one.key},乙\n")
    assert [row.verdict for row in rows] == [CHANGED, REFUSED]
    assert rows[1].problems == ["第3行“标识”：与第2行相同，同一条事实只能出现一次。"]
    text = (
        "标识,指标编号,数值,时间,来源标识,出处位置\n"
        f"x,{one.indicator_id},1,{one.period},{one.source.key},甲\n"
        f"y,{one.indicator_id},1,2020,{one.source.key},甲\n"
        f"z,{one.indicator_id},2,2020,{one.source.key},甲\n"
    )
    assert verdicts(text) == [REFUSED, NEW, REFUSED]


def test_a_number_and_a_name_that_disagree_are_refused(portal: Portal) -> None:
    one, other = ObservationFactory(), IndicatorPageFactory(title="另一个")
    (row,) = compared(f"标识,指标编号,指标\n{one.key},{other.pk},不是它\n")
    assert row.problems == [f"第2行“指标编号”：“{other.pk}”是“另一个”，与“指标”一列的“不是它”不符。"]


def test_a_key_of_the_other_kind_is_refused(portal: Portal) -> None:
    statement, indicator, source = (
        StatementFactory(key="taken"),
        IndicatorPageFactory(),
        SourceFactory(key="s"),
    )
    text = f"标识,指标编号,数值,来源标识,出处位置\n{statement.key},{indicator.pk},1,{source.key},甲\n"
    assert "这个标识已用于另一类事实" in compared(text)[0].problems[0]


@pytest.mark.parametrize(
    ("data", "name", "problem"),
    [
        (b"", "a.csv", "文件是空的"),
        (b"\x00\x01\x02,\xff\xff\xff", "a.csv", "编码"),
        ("标识,数值\nk,\x071\n".encode(), "a.csv", "控制字符"),
        ('标识,数值\nk,"1\n'.encode(), "a.csv", "引号没有成对"),
        (b"not a workbook", "a.xlsx", "内容不是 Excel"),
        (b"PK\x03\x04broken", "a.xlsx", "打不开这个工作簿"),
        (b"\xd0\xcf\x11\xe0old", "a.xls", "旧的 .xls"),
        ("标题,随便\n甲,乙\n".encode(), "a.csv", "不是本站的表头"),
        ("标识,标识\n甲,乙\n".encode(), "a.csv", "重复的列"),
        ("标识,数值\n".encode(), "a.csv", "只有表头"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_words(
    portal: Portal, admin_client: Client, data: bytes, name: str, problem: str
) -> None:
    response = upload(admin_client, "observations", data, name)
    assert response.status_code == 400
    assert problem in response.content.decode()
    assert not FactImport.objects.exists()


def test_a_workbook_that_swells_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (spreadsheet.LARGEST_UNPACKED + 1))
    assert len(file.getvalue()) < spreadsheet.LARGEST_FILE / 10
    with pytest.raises(UnreadableFile, match="解压后过大"):
        read_table(io.BytesIO(file.getvalue()), "a.xlsx")


def test_limits_of_size_and_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 2)
    assert len(table("标识\na\nb\n")) == 3
    with pytest.raises(UnreadableFile, match="超过2行"):
        table("标识\na\nb\nc\n")
    monkeypatch.setattr(spreadsheet, "LARGEST_FILE", 5)
    with pytest.raises(UnreadableFile, match="文件超过"):
        table("标识\na\n")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_that_spreadsheets_write(encoding: str) -> None:
    assert table("标识;数值\n甲;1\n", encoding) == [["1", "标识", "数值"], ["2", "甲", "1"]]


def test_numbers_and_dates_of_a_workbook_are_read_as_people_see_them() -> None:
    from datetime import datetime

    data = workbook_of(
        ["标识", "数值", "核对日期"], ["k", 4047.7, datetime(2025, 12, 1)], [], ["k2", 30, True]
    )
    assert read_table(io.BytesIO(data), "a.xlsx")[1:] == [
        ["2", "k", "4047.7", "2025-12-01"],
        ["4", "k2", "30", "是"],
    ]


def test_only_who_may_add_and_change_facts_imports_and_only_their_own(portal: Portal, client: Client) -> None:
    from django.contrib.auth.models import Permission

    names = ["access_admin", "add_observation", "change_observation"]
    users = [User.objects.create_user(f"u{n}", password=None) for n in range(3)]
    for user in users[:2]:
        user.user_permissions.set(Permission.objects.filter(codename__in=names))
    users[2].user_permissions.set(Permission.objects.filter(codename__in=[names[0], names[2]]))
    one = ObservationFactory()
    client.force_login(users[0])
    upload(client, "observations", f"标识,数值\n{one.key},5\n".encode())
    record = FactImport.objects.get()
    assert upload(client, "statements", b"x").redirect_chain, "no right to add statements"
    # No right to publish: a draft.
    client.post(reverse("fact-import-apply", args=[record.pk]), {"publish": "1"})
    one.refresh_from_db()
    assert (one.value, one.has_unpublished_changes) == (Decimal("4047.7"), True)
    assert one.get_latest_revision_as_object().value == 5
    for name in ("preview", "report"):
        client.force_login(users[1])
        assert client.get(reverse(f"fact-import-{name}", args=[record.pk])).status_code == 404
        client.force_login(users[2])
        assert client.get(reverse(f"fact-import-{name}", args=[record.pk])).status_code in {302, 404}
    assert client.get(reverse("fact-import", args=["observations"])).status_code == 302


def test_a_break_loses_nothing(portal: Portal, admin_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """With no time at all, each request carries out one step; the page asks for the next."""
    monkeypatch.setattr(importviews, "ROWS_A_STEP", 1)
    ticks = iter(range(0, 1000, 5))
    monkeypatch.setattr(importviews.time, "monotonic", lambda: next(ticks))
    facts = [ObservationFactory() for _ in range(3)]
    rows = "".join(f"{fact.key},9\n" for fact in facts)
    upload(admin_client, "observations", f"标识,数值\n{rows}".encode())
    record = FactImport.objects.get()
    address = reverse("fact-import-apply", args=[record.pk])
    body = admin_client.post(address).content.decode()
    assert "已完成1行，共3行" in body
    assert "继续" in body
    while not FactImport.objects.get().applied_at:
        admin_client.post(address)
    assert FactImport.objects.get().outcome[CHANGED] == 3
    assert set(Observation.objects.values_list("value", flat=True)) == {Decimal(9)}


def test_the_same_import_at_the_same_moment_is_carried_out_once(
    facts: Portal, admin_client: Client, admin_user: User, rf: Any
) -> None:
    page, source = EnterprisePageFactory(), SourceFactory()
    head = "内容,类别,相关页面编号,来源标识,出处位置,时间"
    upload(admin_client, "statements", f"{head}\n开工。,建设,{page.pk},{source.key},第1页,2024年\n".encode())
    late = importviews.ApplyView()
    late.setup(rf.post("/", {"publish": "1"}), pk=FactImport.objects.get().pk)
    late.request.user = admin_user
    assert late.record.applied_at is None  # read before the other one was done
    admin_client.post(reverse("fact-import-apply", args=[late.record.pk]), {"publish": "1"})
    assert Statement.objects.get(text="开工。").revisions.count() == 1
    late.step()
    assert late.record.applied_at
    assert (late.record.outcome[NEW], late.record.outcome[UNCHANGED]) == (1, 0)


def test_comparing_costs_the_same_for_few_and_many_unchanged_rows(
    portal: Portal, admin_client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    text = exported_rows(2, admin_client)
    with django_assert_num_queries(5):
        assert verdicts(text) == [UNCHANGED] * 2
    text = exported_rows(6, admin_client)
    with django_assert_num_queries(5):
        assert verdicts(text) == [UNCHANGED] * 8


def exported_rows(count: int, client: Client) -> str:
    indicator, source = IndicatorPageFactory(), SourceFactory()
    for year in range(count):
        ObservationFactory(indicator=indicator, source=source, period=str(2000 + year))
    return exported(client, OBSERVATIONS, "csv").decode("utf-8-sig")
