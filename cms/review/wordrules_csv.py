"""易错词 as a CSV file: what a file would change, row by row, and doing it."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from wagtail.log_actions import log

from cms.core.tables import FORMULA
from cms.core.uploads import UnreadableFile, text_of
from cms.review.models import WordRule

HEADINGS = {
    "词语": "wrong",
    "应写作": "right",
    "级别": "level",
    "说明": "note",
    "依据": "source",
    "生效日期": "valid_from",
    "失效日期": "valid_until",
}
NAMES = {name: heading for heading, name in HEADINGS.items()}
LEVELS = {label: value for value, label in WordRule.Level.choices} | {v: v for v in WordRule.Level.values}
DATES = {"valid_from", "valid_until"}
MOST_ROWS, MOST_BYTES = 5000, 1_000_000
NEW, CHANGED, SAME, WRONG = "新增", "修改", "不变", "有误，不导入"


@dataclass
class Row:
    """One line of the file; `changes` are heading, old and new value."""

    number: int
    rule: WordRule
    decision: str = ""
    errors: list[str] = field(default_factory=list)
    changes: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass
class Plan:
    rows: list[Row]

    def count(self, decision: str) -> int:
        return sum(row.decision == decision for row in self.rows)

    @property
    def counts(self) -> list[tuple[str, int]]:
        return [(d, self.count(d)) for d in (NEW, CHANGED, SAME, WRONG) if self.count(d)]

    @property
    def shown(self) -> list[Row]:
        """What an editor has to look at: the wrong ones first; unchanged rows are only counted."""
        told = [row for row in self.rows if row.decision != SAME]
        return sorted(told, key=lambda row: row.decision != WRONG)

    @property
    def does_something(self) -> bool:
        return bool(self.count(NEW) or self.count(CHANGED))


def decoded(content: bytes) -> str:
    """Text of a file. Raises UnreadableFile."""
    if len(content) > MOST_BYTES:
        raise UnreadableFile(f"文件超过{MOST_BYTES // 1_000_000}MB，请分成几个文件。")
    if content.startswith(b"PK"):
        raise UnreadableFile("这是 XLSX 文件，请先另存为 CSV（UTF-8）再导入。")
    return text_of(content)


def plan(text: str) -> Plan:
    """What importing the file would do; writes nothing. Raises UnreadableFile."""
    if "\0" in text:
        raise UnreadableFile("读不出这个文件的文字。请存成 CSV（UTF-8）再导入。")
    try:
        lines = list(csv.reader(io.StringIO(text.lstrip("\ufeff")), strict=True))
    except csv.Error as error:
        raise UnreadableFile("文件不是有效的 CSV：请检查引号是否成对。") from error
    numbered = [
        (number, cells) for number, cells in enumerate(lines, 1) if any(cell.strip() for cell in cells)
    ]
    if not numbered:
        raise UnreadableFile("文件是空的。第一行应为表头，例：词语,应写作,级别,说明。")
    columns = columns_of([cell.strip() for cell in numbered[0][1]])
    if len(numbered) > MOST_ROWS + 1:
        raise UnreadableFile(f"文件有{len(numbered) - 1}行，一次最多{MOST_ROWS}行，请分成几个文件。")
    values = [(number, row_values(columns, cells)) for number, cells in numbered[1:]]
    existing = WordRule.objects.in_bulk({row.get("wrong", "") for _, row in values}, field_name="wrong")
    rows: list[Row] = []
    seen: dict[str, int] = {}
    for number, row in values:
        planned = planned_row(number, row, existing.get(row.get("wrong", "")))
        if (first := seen.setdefault(row.get("wrong", ""), number)) != number:
            planned.errors.append(f"“词语”和第{first}行重复。")
            planned.decision = WRONG
        rows.append(planned)
    return Plan(rows)


def columns_of(headings: list[str]) -> list[str]:
    """Field names in the order of the file. Raises UnreadableFile for headings that are unknown or double."""
    names = [HEADINGS.get(heading, heading if heading in NAMES else "") for heading in headings]
    unknown = [heading for heading, name in zip(headings, names, strict=True) if not name]
    if "wrong" not in names:
        raise UnreadableFile(f"表头里没有“词语”一列。可用的表头：{'、'.join(HEADINGS)}。")
    if unknown:
        raise UnreadableFile(
            f"不认识的表头：{'、'.join(unknown) or '（空）'}。可用的表头：{'、'.join(HEADINGS)}。"
        )
    if len(set(names)) != len(names):
        raise UnreadableFile("同一个表头出现了两次。")
    return names


def row_values(columns: list[str], cells: list[str]) -> dict[str, str]:
    """Cells by field; the apostrophe that exports put before what looks like a formula is taken off."""
    values = {}
    for name, cell in zip(columns, cells, strict=False):
        cell = cell.strip()
        values[name] = cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell
    return values


def planned_row(number: int, values: dict[str, str], rule: WordRule | None) -> Row:
    before = {name: shown(rule, name) for name in NAMES} if rule else {}
    row = Row(number, rule or WordRule())
    for name, text in values.items():
        try:
            setattr(row.rule, name, parsed(name, text))
        except ValueError as error:
            row.errors.append(f"“{NAMES[name]}”：{error}")
    try:
        row.rule.full_clean(exclude=["id"], validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            row.errors += [f"“{NAMES.get(name, '')}”：{message}" for message in messages]
    starts, ends = row.rule.valid_from, row.rule.valid_until
    if isinstance(starts, date) and isinstance(ends, date) and ends < starts:
        row.errors.append("“失效日期”：失效日期早于生效日期。")
    if row.errors:
        row.decision = WRONG
    elif rule is None:
        row.decision = NEW
    else:
        after = {name: shown(rule, name) for name in NAMES}
        row.changes = [
            (NAMES[name], before[name], after[name]) for name in NAMES if before[name] != after[name]
        ]
        row.decision = CHANGED if row.changes else SAME
    return row


def parsed(name: str, text: str) -> Any:
    """A cell as the field has it. Raises ValueError with a message."""
    if name == "level":
        if text and text not in LEVELS:
            raise ValueError(f"“{text}”不是级别，应为{'、'.join(WordRule.Level.labels)}。")
        return LEVELS.get(text, WordRule.Level.WARN)
    if name in DATES:
        if not text:
            return None
        try:
            return datetime.strptime(text.replace("/", "-"), "%Y-%m-%d").date()
        except ValueError as error:
            raise ValueError(f"“{text}”不是日期，应写作2026-01-31。") from error
    return text


def shown(rule: WordRule, name: str) -> str:
    if name == "level":
        return str(rule.get_level_display())
    value = getattr(rule, name)
    return "" if value is None else str(value)


def carry_out(planned: Plan, user: Any) -> None:
    """Saves what is new or changed, all of it or, should the database refuse, nothing; each change is logged."""
    with transaction.atomic():
        for row in planned.rows:
            if row.decision in {NEW, CHANGED}:
                row.rule.save()
                action = "wagtail.create" if row.decision == NEW else "wagtail.edit"
                log(instance=row.rule, action=action, user=user)
