"""A small table of numbers as an editor pastes it: cells split by tabs (from a spreadsheet) or by commas."""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 60, 4, 60
NUMBER = re.compile(r"[-−]?[0-9]{1,15}(\.[0-9]{1,6})?")
MISSING = {"", "-", "—", "——", "…", "无", "无数据", "缺"}


@dataclass(frozen=True)
class PastedTable:
    """`heading` stands over the row labels, `names` over the columns; a missing number is None."""

    heading: str
    names: list[str]
    rows: list[tuple[str, list[Decimal | None]]]


def parse(text: str) -> PastedTable:
    """Reads a table whose first line holds the headings and whose first column the labels.

    Raises ValueError with a message for the editor that names the line and the column.
    """
    lines = [line for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line.strip()]
    if len(lines) < 2:
        raise ValueError("表格至少要有两行：第一行是表头，往下每行是一项。")
    if len(lines) > MOST_ROWS + 1:
        raise ValueError(f"表格有{len(lines) - 1}行数据，最多{MOST_ROWS}行。")
    if any("\t" in line for line in lines):
        cells = [[cell.strip() for cell in line.split("\t")] for line in lines]
    else:
        cells = comma_cells(lines)
    heading, *names = cells[0]
    if not 1 <= len(names) <= MOST_COLUMNS:
        raise ValueError(f"表头应有2到{MOST_COLUMNS + 1}格：第一格是项目或时间，后面每格是一列数值的名称。")
    for column, name in enumerate(names, start=2):
        if not name or len(name) > LONGEST_CELL:
            raise ValueError(f"第1行第{column}格应写这列数值的名称（不超过{LONGEST_CELL}字）。")
    rows = [row_of(number, row, len(names)) for number, row in enumerate(cells[1:], start=2)]
    labels = [label for label, _ in rows]
    for number, label in enumerate(labels, start=2):
        if labels.index(label) != number - 2:
            raise ValueError(f"第{number}行第1格“{label}”和前面的一行重复。")
    if all(value is None for _, values in rows for value in values):
        raise ValueError("表格里没有一个数值。")
    return PastedTable(heading, names, rows)


def comma_cells(lines: list[str]) -> list[list[str]]:
    try:
        found = list(csv.reader(re.sub("，", ",", line) for line in lines))
    except csv.Error as error:
        raise ValueError("这段文字不像表格：请从电子表格复制，或每行用逗号隔开。") from error
    return [[cell.strip() for cell in row] for row in found]


def row_of(number: int, cells: list[str], columns: int) -> tuple[str, list[Decimal | None]]:
    if len(cells) != columns + 1:
        raise ValueError(f"第{number}行有{len(cells)}格，表头有{columns + 1}格。")
    if not cells[0] or len(cells[0]) > LONGEST_CELL:
        raise ValueError(f"第{number}行第1格应写项目或时间（不超过{LONGEST_CELL}字）。")
    return cells[0], [number_of(cell, number, column) for column, cell in enumerate(cells[1:], start=2)]


def number_of(cell: str, row: int, column: int) -> Decimal | None:
    text = unicodedata.normalize("NFKC", cell).strip()
    if text in MISSING:
        return None
    digits = re.sub(r"(?<=[0-9]),(?=[0-9]{3}(?:[,.]|$))", "", text)
    if not NUMBER.fullmatch(digits):
        raise ValueError(
            f"第{row}行第{column}格“{cell[:LONGEST_CELL]}”不是数字；没有数值时留空或写“—”，单位写在“单位”里。"
        )
    return Decimal(digits.replace("−", "-"))
