"""A table whose columns are of words, of numbers, or of figures from the register."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.admin.telepath import register
from wagtail.contrib.typed_table_block.blocks import (
    TypedTableBlock,
    TypedTableBlockAdapter,
    TypedTableBlockValidationError,
)

from cms.core.pasted import MISSING
from industries.blocks import samples
from industries.blocks.base import NUMBERS, CheckedBlock
from industries.blocks.choosers import RecordReference
from industries.blocks.found import found_for

MOST_ROWS, MOST_COLUMNS = 60, 8
NUMBER = re.compile(r"[-+−]?[0-9]{1,15}(\.[0-9]{1,6})?[%‰]?")
CELL_TEXT = ["bold", "link", "figure", "superscript", "subscript"]


def is_number(text: str) -> bool:
    """Whether a cell holds a number as people write it (1,234.5; 12%), or says that there is none."""
    plain = unicodedata.normalize("NFKC", text).strip()
    digits = re.sub(r"(?<=[0-9]),(?=[0-9]{3}(?:[,.]|$))", "", plain)
    return plain in MISSING or bool(NUMBER.fullmatch(digits))


class NumberBlock(blocks.CharBlock):
    """A number as it is typed: thousands marks and per cent stay as the editor writes them."""

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not self.is_deferred_validation and not is_number(cleaned or ""):
            raise ValidationError(f"“{cleaned}”不是数字；没有数值时留空，单位写在表头里。")
        return cleaned

    def deconstruct(self) -> Any:
        """In migrations it is plain text: this class may move."""
        return ("wagtail.blocks.CharBlock", *super().deconstruct()[1:])

    class Meta:
        icon = "decimal"


class CellsBlock(TypedTableBlock):
    """The table itself. Says in each message which cell it is about; the row of headings is not counted."""

    def clean(self, table: Any) -> Any:
        try:
            cleaned = super().clean(table)
        except TypedTableBlockValidationError as error:
            raise TypedTableBlockValidationError(
                cell_errors={
                    row: {column: at(row, column, found) for column, found in cells.items()}
                    for row, cells in (error.cell_errors or {}).items()
                }
            ) from error
        if not self.is_deferred_validation and (problems := list(self.problems(cleaned))):
            raise TypedTableBlockValidationError(
                non_block_errors=[ValidationError(problem) for problem in problems]
            )
        return cleaned

    def problems(self, table: Any) -> Any:
        """Sentences that say what keeps the table as a whole from being published."""
        if not (table.caption or "").strip():
            yield "请写表格的标题：读者和读屏软件先看到它。"
        if not table.columns or not table.row_data:
            yield "表格还没有内容：先加列，再加行。"
        if len(table.columns) > MOST_COLUMNS:
            yield f"表格有{len(table.columns)}列，最多{MOST_COLUMNS}列：手机上放不下更多。"
        if len(table.row_data) > MOST_ROWS:
            yield f"表格有{len(table.row_data)}行，最多{MOST_ROWS}行：更长的请作为文件提供。"
        for number, column in enumerate(table.columns, 1):
            if not (column["heading"] or "").strip():
                yield f"第{number}列没有表头。"


class CellsAdapter(TypedTableBlockAdapter):
    """Names the row of headings and its buttons in the portal's own words."""

    def js_args(self, block: Any) -> list[Any]:
        arguments: list[Any] = super().js_args(block)
        arguments[-1]["strings"] = {
            "CAPTION": "表格标题",
            "CAPTION_HELP_TEXT": "说明整张表讲什么，显示在表格上方，读屏软件先读它。",
            "ADD_COLUMN": "添加列",
            "ADD_ROW": "添加行",
            "COLUMN_HEADING": "表头",
            "INSERT_COLUMN": "在此插入一列",
            "DELETE_COLUMN": "删除这一列",
            "INSERT_ROW": "在此插入一行",
            "DELETE_ROW": "删除这一行",
        }
        return arguments


register(CellsAdapter(), CellsBlock)


def at(row: int, column: int, error: ValidationError) -> ValidationError:
    """The error of a cell with its place before it; `row` and `column` count from 0."""
    return ValidationError([f"第{row + 1}行第{column + 1}列：{message}" for message in error.messages])


class TableBlock(CheckedBlock):
    table = CellsBlock(
        [
            ("text", blocks.CharBlock(label="文字", required=False, max_length=200, icon="pilcrow")),
            ("number", NumberBlock(label="数字", required=False, max_length=30)),
            (
                "figure",
                RecordReference("industries.Observation", label="引用数值", required=False, icon="order"),
            ),
            (
                "rich_text",
                blocks.RichTextBlock(label="带链接的文字", required=False, features=CELL_TEXT, icon="link"),
            ),
        ],
        label="表格",
        help_text="列的类型：文字；数字（右对齐）；引用数值（从事实库选，带来源，随更正而变）；带链接的文字。",
    )
    row_headings = blocks.BooleanBlock(
        label="第一列是行名", required=False, default=True, help_text="读屏软件读每一格时会先读行名。"
    )
    source = blocks.CharBlock(
        label="来源",
        required=False,
        max_length=200,
        help_text="数字全是从事实库引用的，可以不写：它们自带来源。其余的表必须写明。",
    )

    def problems(self, value: Any) -> dict[str, Any]:
        if (value["source"] or "").strip():
            return {}
        kinds = {column["block"].name for column in value["table"].columns}
        if "figure" in kinds and "number" not in kinds:
            return {}
        return {"source": "请写明表中内容的来源。"}

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """`columns` with their headings, and `rows` of cells, each with its kind."""
        context: dict[str, Any] = super().get_context(value, parent_context)
        found = found_for(self, value, parent_context).figures
        table = value["table"]
        context["columns"] = [
            {"heading": column["heading"], "kind": column["block"].name} for column in table.columns
        ]
        context["rows"] = [
            [
                {
                    "kind": column["block"].name,
                    "heading": column["heading"],
                    "is_row_heading": number == 0 and value["row_headings"],
                    "value": shown(column["block"].name, cell, found),
                    "is_missing": bool(cell),
                }
                for number, (column, cell) in enumerate(zip(table.columns, row["values"], strict=False))
            ]
            for row in table.row_data
        ]
        return context

    def sample(self) -> Any:
        figures = samples.figures(4)
        if not figures:
            return None
        return {
            "table": {
                "caption": "几项指标的最新数值",
                "columns": [
                    {"type": "text", "heading": "指标"},
                    {"type": "figure", "heading": "数值"},
                    {"type": "text", "heading": "时间"},
                ],
                "rows": [
                    {"values": [figure.indicator.title, figure.pk, figure.period_label]} for figure in figures
                ],
            },
            "row_headings": True,
            "source": "",
        }

    class Meta:
        icon = "table"
        label = "表格"
        group = NUMBERS
        description = "几行几列的文字和数字；数字可以从事实库引用，带来源。"
        template = "industries/blocks/table.html"


def shown(kind: str, cell: Any, figures: dict[int, Any]) -> Any:
    """What readers see of a cell: None for a figure that they may not see."""
    return (figures.get(cell.pk) if cell else None) if kind == "figure" else cell
