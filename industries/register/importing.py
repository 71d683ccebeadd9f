"""Facts from a table: what each row would change, and doing it. Nothing here knows of requests."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError

from cms.core.uploads import UnreadableFile
from industries import period
from industries.models import Observation, Source, Statement, StatementSubject
from industries.register.exchange import (
    EXCHANGES,
    SEPARATOR,
    Cell,
    Exchange,
    chunks,
    latest,
    page_ids,
    with_rows,
)
from industries.register.references import NAMED, References, Refused
from industries.register.spreadsheet import guarded
from industries.register.storing import editable, store, store_new

NEW, CHANGED, UNCHANGED, REFUSED = "new", "changed", "unchanged", "refused"
VERDICTS = {NEW: "新增", CHANGED: "修改", UNCHANGED: "不变", REFUSED: "不能导入"}
ROW_NUMBER = "行号"
DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
NUMBER = re.compile(r"-?[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?")


@dataclass
class Row:
    """One row against the register. `changes` are (column, old, new); `errors` are (column, what is wrong)."""

    number: str
    cells: dict[str, str]
    fact: Any = None
    verdict: str = UNCHANGED
    values: dict[str, Any] = field(default_factory=dict)
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    errors: list[tuple[str, str]] = field(default_factory=list)

    @property
    def label(self) -> str:
        return VERDICTS[self.verdict]

    @property
    def title(self) -> str:
        text, indicator, number, value, key = (
            self.cells.get(name, "") for name in ("内容", "指标", "指标编号", "数值", "标识")
        )
        return "　".join(filter(None, [text, indicator or number, value]))[:80] or key

    def refuse(self, column: str, message: str) -> None:
        self.errors.append((column, message))
        self.verdict = REFUSED

    @property
    def problems(self) -> list[str]:
        return [problem_text(self.number, column, message) for column, message in self.errors]


def problem_text(number: str, column: str, message: str) -> str:
    return f"第{number}行“{column}”：{message}" if column else f"第{number}行：{message}"


def rows_from(table: list[list[str]], kind: str) -> tuple[list[dict[str, str]], list[str]]:
    """Rows as `FactImport` keeps them, and headings that nothing is read from. Raises UnreadableFile."""
    exchange = EXCHANGES[kind]
    if not table:
        raise UnreadableFile("文件里没有内容。")
    headings = [heading.strip() for heading in table[0][1:]]
    cells = [exchange.cell(heading) for heading in headings]
    known = [cell.title for cell in cells if cell]
    if not any(cell.field for cell in cells if cell):
        raise UnreadableFile(
            "第一行不是本站的表头。请先导出一份作样子；表头例："
            + "、".join(cell.title for cell in exchange.cells[:6])
        )
    doubled = {title for title in known if known.count(title) > 1}
    if doubled:
        raise UnreadableFile(f"有重复的列：{'、'.join(sorted(doubled))}。")
    rows = []
    for number, *values in table[1:]:
        row = {ROW_NUMBER: number}
        for cell, value in zip(cells, [*values, *[""] * len(cells)], strict=False):
            if cell:
                row[cell.title] = value
        rows.append(row)
    if not rows:
        raise UnreadableFile("文件里只有表头，没有内容。")
    unknown = [heading for heading, cell in zip(headings, cells, strict=True) if heading and not cell]
    return rows, unknown


def compare(rows: list[dict[str, str]], kind: str, *, first_with: dict[str, str] | None = None) -> list[Row]:
    """What each of the rows would do. A fixed number of queries a chunk, one more for each row that changes.

    `first_with` tells for each key the number of the first row of the whole file that has it.
    """
    exchange = EXCHANGES[kind]
    first = key_rows(rows) if first_with is None else first_with
    found: list[Row] = []
    for chunk in chunks(rows):
        references = References(chunk, exchange)
        compared = [Row(number=row[ROW_NUMBER], cells=row) for row in chunk]
        for row in compared:
            read_cells(row, exchange, references)
        match_facts(compared, exchange)
        for row in compared:
            key = row.cells.get("标识", "")
            if key and first.get(key) != row.number:
                row.refuse("标识", f"与第{first[key]}行相同，同一条事实只能出现一次。")
            elif row.verdict != REFUSED:
                judge(row, exchange)
        found += compared
    if exchange.model is Observation:
        refuse_same_value(found)
    return found


def key_rows(rows: Iterable[dict[str, str]]) -> dict[str, str]:
    first: dict[str, str] = {}
    for row in rows:
        if key := row.get("标识", ""):
            first.setdefault(key, row[ROW_NUMBER])
    return first


def read_cells(row: Row, exchange: Exchange, references: References) -> None:
    """The row's values by field; columns that the file does not have are left out."""
    for cell in exchange.cells:
        present = cell.title in row.cells or (cell.fallback and cell.fallback in row.cells)
        if not cell.field or cell.field == "key" or not present:
            continue
        text = row.cells.get(cell.title, "")
        try:
            if cell.field == "subjects":
                row.values[cell.field] = references.several(cell, text, row.cells.get(cell.fallback, ""))
            elif cell.field in NAMED:
                row.values[cell.field] = references.one(cell, text, row.cells.get(cell.fallback, ""))
            else:
                row.values[cell.field] = value_of(cell, text)
        except Refused as error:
            row.refuse(cell.title, str(error))


def value_of(cell: Cell, text: str) -> Any:
    """Raises Refused."""
    if cell.choices is not None:
        if not text:
            return ""
        for value, label in cell.choices.choices:
            if text in {value, label}:
                return value
        raise Refused(f"“{text[:20]}”不在可选的内容里：{'、'.join(map(str, cell.choices.labels))}。")
    match cell.field:
        case "value":
            return number_of(text)
        case "period":
            try:
                return period.normalise(text)
            except ValidationError as error:
                raise Refused("".join(error.messages)) from error
        case "checked_on":
            return day_of(text)
    return text


def number_of(text: str) -> Decimal | None:
    if not text:
        return None
    if not NUMBER.fullmatch(text):
        raise Refused(f"“{text[:20]}”不是数。只写数字，单位由指标决定，“约、余”写在“修饰词”一列。")
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation as error:
        raise Refused(f"“{text[:20]}”不是数。") from error


def day_of(text: str) -> date | None:
    if not text:
        return None
    match = DAY.fullmatch(text.split(" ")[0])
    try:
        return date(*map(int, match.groups())) if match else refuse_day(text)
    except ValueError:
        return refuse_day(text)


def refuse_day(text: str) -> date:
    raise Refused(f"“{text[:20]}”不是日期。例：2025-12-16。")


def match_facts(rows: list[Row], exchange: Exchange) -> None:
    """Finds what each row speaks of: by key; without one, by what makes a fact the same."""
    keys = [row.cells["标识"] for row in rows if row.cells.get("标识")]
    known = {fact.key: fact for fact in with_rows(exchange.model.objects.filter(key__in=keys))}
    unnamed = [row for row in rows if not row.cells.get("标识") and row.verdict != REFUSED]
    same: dict[Any, Any] = {}
    if unnamed and exchange.model is Observation:
        ids = {row.values["indicator"].pk for row in unnamed if row.values.get("indicator")}
        same = {value_key(fact): fact for fact in with_rows(Observation.objects.filter(indicator__in=ids))}
    elif unnamed:
        texts = {row.values.get("text", "") for row in unnamed}
        facts = with_rows(Statement.objects.filter(text__in=texts))
        same = {(fact.text, fact.source_id): fact for fact in facts}
    for row in rows:
        if key := row.cells.get("标识"):
            row.fact = known.get(key)
        elif row.verdict != REFUSED:
            row.fact = same.get(identity(row, exchange))


def identity(row: Row, exchange: Exchange) -> Any:
    get = row.values.get
    source = get("source")
    if exchange.model is Statement:
        return get("text"), source.pk if source else None
    indicator, subject = get("indicator"), get("subject")
    return (
        indicator.pk if indicator else None,
        subject.pk if subject else None,
        get("period") or "",
        source.pk if source else None,
    )


def value_key(fact: Any) -> Any:
    return fact.indicator_id, fact.subject_id, fact.period, fact.source_id


def judge(row: Row, exchange: Exchange) -> None:
    """Sets the verdict: compares with what is there, and checks what would be."""
    fresh = row.fact is None
    if fresh:
        for cell in exchange.cells:
            empty = row.values.get(cell.field) in (None, "", [])
            if cell.field in exchange.required and empty:
                row.refuse(cell.title, "新增的事实必须填写。")
        if row.verdict == REFUSED:
            return
        row.fact = exchange.model()
        if key := row.cells.get("标识"):
            row.fact.key = key
        row.verdict = NEW
    else:
        latest(row.fact)
        row.changes = differences(row, exchange)
        row.verdict = CHANGED if row.changes else UNCHANGED
    if row.verdict != UNCHANGED:
        apply_values(row.fact, row.values, scratch=True)
        check(row, exchange)


def differences(row: Row, exchange: Exchange) -> list[tuple[str, str, str]]:
    found = []
    for cell in exchange.cells:
        if cell.field not in row.values:
            continue
        new = row.values[cell.field]
        if cell.field == "subjects":
            old, shown = page_ids(row.fact), [page.pk for page in new]
            if old != shown:
                found.append((cell.title, listed(old), listed(shown)))
            continue
        old = getattr(row.fact, f"{cell.field}_id" if cell.field in NAMED else cell.field)
        if cell.field in NAMED:
            new = new.pk if new else None
        if same_value(old, new):
            continue
        label = dict(cell.choices.choices) if cell.choices else {}
        if cell.field in NAMED:
            found.append((cell.title, str(cell.value(row.fact) or ""), title_with_id(row.values[cell.field])))
        else:
            found.append((cell.title, str(label.get(old, guarded(old))), str(label.get(new, guarded(new)))))
    return found


def same_value(old: Any, new: Any) -> bool:
    """Text is the same whatever ends its lines and whatever blanks stand around it."""
    if isinstance(old, str) and isinstance(new, str):
        return old.replace("\r\n", "\n").strip() == new
    return bool(old == new)


def listed(ids: list[int]) -> str:
    return SEPARATOR.join(str(pk) for pk in ids)


def title_with_id(record: Any) -> str:
    if record is None:
        return ""
    return (
        f"{record.key}（{record.title}）" if isinstance(record, Source) else f"{record.pk}（{record.title}）"
    )


def apply_values(fact: Any, values: dict[str, Any], *, scratch: bool = False) -> None:
    """Sets the values on the fact; `scratch` leaves its list of pages alone, for a mere check."""
    for name, value in values.items():
        if name == "subjects":
            if not scratch:
                known = {link.page_id: link for link in fact.subjects.all()}
                links = [known.get(page.pk) or StatementSubject(page_id=page.pk) for page in value]
                for position, link in enumerate(links):
                    link.sort_order = position
                fact.subjects.set(links)
        elif name == "status":
            fact.status = value or fact.status
        else:
            setattr(fact, name, value)


def check(row: Row, exchange: Exchange) -> None:
    """What the model itself says against the row, with the columns that it is about."""
    titles = {cell.field: cell.title for cell in exchange.cells if cell.field}
    for name in exchange.required:
        if name in row.values and row.values[name] in (None, "", []):
            row.refuse(titles[name], "不能为空。")
    relations = [f.name for f in exchange.model._meta.concrete_fields if f.is_relation]
    for validate in (lambda: row.fact.clean_fields(exclude=relations), row.fact.clean):
        try:
            row.fact.apply_period()
            validate()
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                row.refuse(titles.get(name, ""), "".join(messages))


def refuse_same_value(rows: list[Row]) -> None:
    """One source gives one value for an indicator, a subject and a period: in the file and in the register."""
    changing = [row for row in rows if row.verdict in {NEW, CHANGED}]
    taken: dict[Any, str] = {}
    indicators = {row.fact.indicator_id for row in changing}
    columns = ("indicator_id", "subject_id", "period", "source_id", "pk", "key")
    existing: dict[Any, tuple[int, str]] = {}
    for chunk in chunks(indicators):
        for *identity_, pk, key in Observation.objects.filter(indicator__in=chunk).values_list(*columns):
            existing[tuple(identity_)] = (pk, key)
    for row in changing:
        wanted = value_key(row.fact)
        other = existing.get(wanted)
        if other and other[0] != row.fact.pk:
            row.refuse("", f"同一来源对同一指标、对象、时间已有一个数值（标识 {other[1]}）。")
        elif wanted in taken:
            row.refuse("", f"与第{taken[wanted]}行是同一来源对同一指标、对象、时间的数值。")
        else:
            taken[wanted] = row.number


def carry_out(row: Row, user: Any, *, publish: bool) -> bool:
    """Does what the row says, in a transaction of its own. Returns whether readers see it.

    Raises ValidationError; the register is then as it was.
    """
    if row.verdict == NEW:
        apply_values(row.fact, row.values)
        return store_new(row.fact, user, publish=publish)
    fact = editable(type(row.fact).objects.get(pk=row.fact.pk))
    apply_values(fact, row.values)
    return store(fact, user)
