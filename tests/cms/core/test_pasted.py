"""A pasted table is read as it is meant, or refused with the cell that is wrong."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cms.core.pasted import parse


def test_cells_of_a_spreadsheet() -> None:
    table = parse("年份\t长春\t全国\r\n2023\t1,234.5\t—\r\n\r\n2024\t-3\t０\r\n")
    assert (table.heading, table.names) == ("年份", ["长春", "全国"])
    assert table.rows == [("2023", [Decimal("1234.5"), None]), ("2024", [Decimal(-3), Decimal(0)])]


def test_cells_between_commas_of_either_width() -> None:
    assert parse("环节，节省\n托盘,1.5\n").rows == [("托盘", [Decimal("1.5")])]
    assert parse('环节,节省\n托盘,"1,500"').rows == [("托盘", [Decimal(1500)])]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "至少要有两行"),
        ("年份\t长春", "至少要有两行"),
        ("年份\n2023", "表头应有2到5格"),
        ("年份\t\n2023\t1", "第1行第2格应写这列数值的名称"),
        ("年份\t长春\n2023\t约30", "第2行第2格“约30”不是数字"),
        ("年份\t长春\n2023\t1\n2024\t1e5", "第3行第2格“1e5”不是数字"),
        ("年份\t长春\n2023\tNaN", "第2行第2格“NaN”不是数字"),
        ("年份\t长春\n2023\t12,34", "第2行第2格“12,34”不是数字"),
        ("年份\t长春\n2023\t1\t2", "第2行有3格，表头有2格"),
        ("年份\t长春\n\t1", "第2行第1格应写项目或时间"),
        ("年份\t长春\n2023\t1\n2023\t2", "第3行第1格“2023”和前面的一行重复"),
        ("年份\t长春\n2023\t—", "没有一个数值"),
        ("a\tb\tc\td\te\tf\n1\t1\t1\t1\t1\t1", "表头应有2到5格"),
        ("年份\t长春\n" + "\n".join(f"{i}\t1" for i in range(61)), "最多60行"),
    ],
)
def test_message_names_what_is_wrong_and_where(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=r".") as error:
        parse(text)
    assert message in str(error.value)
