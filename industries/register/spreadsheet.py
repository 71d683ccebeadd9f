"""Tables for spreadsheets, both ways: CSV and XLSX downloads, and what people upload."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone

from cms.core.tables import BYTE_ORDER_MARK, FORMULA, Column, Echo
from cms.core.uploads import UnreadableFile, text_of

FORMATS = ("csv", "xlsx")
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Limits for uploads: what a register needs, and what a machine of one gigabyte can bear.
LARGEST_FILE = 10 * 1024 * 1024
LARGEST_UNPACKED = 80 * 1024 * 1024
MOST_ROWS = 20_000
MOST_COLUMNS = 60
LONGEST_CELL = 10_000
# What neither a sheet nor PostgreSQL can hold.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def guarded(value: Any) -> Any:
    """A value as a cell of text: what a spreadsheet would run as a formula gets an apostrophe before it.

    So does text that begins with an apostrophe: `unguarded` gives back exactly what was there.
    """
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, str):
        return f"'{value}" if value.startswith((*FORMULA, "'")) else value
    return "" if value is None else value


def unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and text[1:].startswith((*FORMULA, "'")) else text


def download(columns: Iterable[Column], rows: Iterable[Any], filename: str, format: str) -> HttpResponseBase:
    """The rows as `filename`.csv (streamed, UTF-8 with byte order mark) or .xlsx."""
    columns = tuple(columns)
    if format == "xlsx":
        return FileResponse(
            workbook(columns, rows), as_attachment=True, filename=f"{filename}.xlsx", content_type=XLSX_TYPE
        )
    response = StreamingHttpResponse(csv_lines(columns, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}.csv"'
    return response


def csv_lines(columns: tuple[Column, ...], rows: Iterable[Any]) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield BYTE_ORDER_MARK + writer.writerow([column.title for column in columns])
    for row in rows:
        yield writer.writerow([guarded(column.value(row)) for column in columns])


def workbook(columns: tuple[Column, ...], rows: Iterable[Any]) -> io.BytesIO:
    """Every cell is text: a sheet then neither runs nor rewrites what it shows."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title="事实")
    sheet.freeze_panes = "A2"
    sheet.append([column.title for column in columns])
    for row in rows:
        cells = []
        for column in columns:
            cell = WriteOnlyCell(sheet, CONTROL.sub("", str(guarded(column.value(row)))))
            cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


def read_table(file: BinaryIO, name: str) -> list[list[str]]:
    """Cells of an uploaded table row by row, each with the row's number in the file first; the heading first.

    Empty rows are left out. Raises UnreadableFile.
    """
    data = file.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise UnreadableFile(f"文件超过{LARGEST_FILE // 1024 // 1024} MB，请分成几个文件。")
    if not data.strip():
        raise UnreadableFile("文件是空的。")
    if data.startswith(b"PK\x03\x04"):
        found = rows_of_workbook(data)
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFile("这是旧的 .xls 格式，或加了密码的工作簿。请另存为不加密的 .xlsx 或 .csv。")
    elif name.lower().endswith(".xlsx"):
        raise UnreadableFile("文件名以 .xlsx 结尾，但内容不是 Excel 工作簿。")
    else:
        found = rows_of_csv(data)
    return list(within_limits(found))


def within_limits(rows: Iterable[tuple[int, list[str]]]) -> Iterator[list[str]]:
    count = 0
    for number, cells in rows:
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        count += 1
        if count > MOST_ROWS + 1:
            raise UnreadableFile(f"超过{MOST_ROWS}行，请分成几个文件。")
        if len(cells) > MOST_COLUMNS:
            raise UnreadableFile(f"第{number}行超过{MOST_COLUMNS}列，不像是本站导出的表。")
        for position, cell in enumerate(cells, 1):
            if len(cell) > LONGEST_CELL:
                raise UnreadableFile(f"第{number}行第{position}列超过{LONGEST_CELL}字。")
            if CONTROL.search(cell):
                raise UnreadableFile(f"第{number}行第{position}列有不可见的控制字符，请清除后再上传。")
        yield [str(number), *cells]


def rows_of_csv(data: bytes) -> Iterator[tuple[int, list[str]]]:
    text = text_of(data)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, cells in enumerate(reader, 1):
            yield number, [clean(cell) for cell in cells]
    except csv.Error as error:
        raise UnreadableFile(
            f"第{reader.line_num}行附近不是完整的 CSV：引号没有成对，或单元格过长。"
        ) from error


def rows_of_workbook(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Values of the first sheet, read without unpacking more than the limit."""
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(part.file_size for part in archive.infolist()) > LARGEST_UNPACKED:
                raise UnreadableFile("工作簿解压后过大，没有读取。请只保留要导入的表，或另存为 CSV。")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        rows = sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True)
        for number, values in enumerate(rows, 1):
            yield number, [clean(cell_text(value)) for value in values]
            if number > 5 * MOST_ROWS:
                raise UnreadableFile(f"表里行数过多（含空行）。请删去空行，或分成不超过{MOST_ROWS}行的文件。")
    except UnreadableFile:
        raise
    except Exception as error:  # openpyxl lets through whatever a broken file makes it stumble over
        raise UnreadableFile("打不开这个工作簿：文件可能损坏。请重新另存为 .xlsx 或 .csv。") from error


def cell_text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case float():
            return f"{Decimal(repr(value)).normalize():f}"
        case datetime():
            return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
        case date():
            return value.isoformat()
    return str(value)


def clean(text: str) -> str:
    return unguarded(text.replace("\r\n", "\n").replace("\r", "\n").strip())
