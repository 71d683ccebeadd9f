"""When a fact holds: notation, the Chinese forms that editors type, and what readers see."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from industries import period
from industries.models import Source
from tests.factories import SourceFactory

DAY = date.fromisoformat

# Canonical text, first day, last day, precision, what a reader sees.
NOTATIONS = [
    ("2025", "2025-01-01", "2025-12-31", "year", "2025年"),
    ("2023-H1", "2023-01-01", "2023-06-30", "half", "2023年上半年"),
    ("2023-H2", "2023-07-01", "2023-12-31", "half", "2023年下半年"),
    ("2025-Q1", "2025-01-01", "2025-03-31", "quarter", "2025年第1季度"),
    ("2025-Q2", "2025-04-01", "2025-06-30", "quarter", "2025年第2季度"),
    ("2025-Q3", "2025-07-01", "2025-09-30", "quarter", "2025年第3季度"),
    ("2025-Q4", "2025-10-01", "2025-12-31", "quarter", "2025年第4季度"),
    ("2023-03", "2023-03-01", "2023-03-31", "month", "2023年3月"),
    ("2024-02", "2024-02-01", "2024-02-29", "month", "2024年2月"),
    ("2100-02", "2100-02-01", "2100-02-28", "month", "2100年2月"),
    ("9999-12", "9999-12-01", "9999-12-31", "month", "9999年12月"),
    ("2025-12-16", "2025-12-16", "2025-12-16", "day", "2025年12月16日"),
    ("2024-02-29", "2024-02-29", "2024-02-29", "day", "2024年2月29日"),
    ("2023/2025", "2023-01-01", "2025-12-31", "year", "2023—2025年"),
    ("2025-01/2025-11", "2025-01-01", "2025-11-30", "month", "2025年1—11月"),
    ("2024-11/2025-02", "2024-11-01", "2025-02-28", "month", "2024年11月至2025年2月"),
    ("2025-03-01/2025-03-09", "2025-03-01", "2025-03-09", "day", "2025年3月1日至2025年3月9日"),
    ("2023/2025-11", "2023-01-01", "2025-11-30", "month", "2023年至2025年11月"),
    ("2025-Q1/2025-Q3", "2025-01-01", "2025-09-30", "quarter", "2025年第1季度至2025年第3季度"),
    ("2023-H1/2025", "2023-01-01", "2025-12-31", "half", "2023年上半年至2025年"),
    ("2025/2025", "2025-01-01", "2025-12-31", "year", "2025—2025年"),
    ("@2025", None, "2025-12-31", "year", "截至2025年底"),
    ("@2023-H1", None, "2023-06-30", "half", "截至2023年上半年"),
    ("@2025-Q3", None, "2025-09-30", "quarter", "截至2025年第3季度"),
    ("@2025-11", None, "2025-11-30", "month", "截至2025年11月"),
    ("@2025-12-16", None, "2025-12-16", "day", "截至2025年12月16日"),
]


@pytest.mark.parametrize(("text", "starts", "ends", "precision", "label"), NOTATIONS)
def test_notation_gives_days_precision_and_label(
    text: str, starts: str | None, ends: str, precision: str, label: str
) -> None:
    parsed = period.parse(text)
    assert parsed.text == text
    assert parsed.starts == (DAY(starts) if starts else None)
    assert parsed.ends == DAY(ends)
    assert parsed.precision == precision
    assert str(parsed) == period.label(text) == label
    assert parsed.is_state == (starts is None)


@pytest.mark.parametrize("text", [row[0] for row in NOTATIONS])
def test_canonical_text_stays_as_it_is(text: str) -> None:
    assert period.normalise(text) == text


def test_nothing_has_no_label() -> None:
    assert period.label("") == ""


CHINESE_FORMS = [
    ("2025年", "2025"),
    ("2023年上半年", "2023-H1"),
    ("2023年下半年", "2023-H2"),
    ("2025年第一季度", "2025-Q1"),
    ("2025年二季度", "2025-Q2"),
    ("2025年第3季度", "2025-Q3"),
    ("2025年4季度", "2025-Q4"),
    ("2023年3月", "2023-03"),
    ("2023年03月", "2023-03"),
    ("2025年12月16日", "2025-12-16"),
    ("2025年12月6号", "2025-12-06"),
    ("2025年1—11月", "2025-01/2025-11"),
    ("2025年1-11月", "2025-01/2025-11"),
    ("2025年1–11月", "2025-01/2025-11"),
    ("2025年1月至11月", "2025-01/2025-11"),
    ("2025年1到11月", "2025-01/2025-11"),
    ("2025年1~11月", "2025-01/2025-11"),
    ("2025年1～11月", "2025-01/2025-11"),
    ("2025年1－11月", "2025-01/2025-11"),
    ("2023—2025年", "2023/2025"),
    ("2023年至2025年", "2023/2025"),
    ("2024年11月至2025年2月", "2024-11/2025-02"),
    ("2025年3月1日至2025年3月9日", "2025-03-01/2025-03-09"),
    ("2023年下半年至2024年上半年", "2023-H2/2024-H1"),
    ("截至2025年", "@2025"),
    ("截至2025年底", "@2025"),
    ("截至2025年末", "@2025"),
    ("截至2025年11月", "@2025-11"),
    ("截至2025年11月底", "@2025-11"),
    ("截止2025年12月16日", "@2025-12-16"),
    ("截至 2025年 11月底", "@2025-11"),
    (" 2025 年 1 — 11 月 ", "2025-01/2025-11"),
    ("　2025年　", "2025"),
    ("  2025-12-16\n", "2025-12-16"),
]


@pytest.mark.parametrize(("typed", "canonical"), CHINESE_FORMS)
def test_chinese_forms_become_canonical(typed: str, canonical: str) -> None:
    assert period.normalise(typed) == canonical


@pytest.mark.parametrize("empty", ["", " ", "\n\t", "　", None])
def test_blank_input_is_no_period(empty: Any) -> None:
    assert period.normalise(empty) == ""


@pytest.mark.parametrize("typed", ["２０２５", "２０２５年", "２０２５－１１", "2025年１—１１月", "٢٠٢٥"])
def test_digits_of_other_scripts_never_reach_the_stored_text(typed: str) -> None:
    """Either they are understood as ASCII digits, or the editor is told."""
    try:
        stored = period.normalise(typed)
    except ValidationError:
        return
    assert stored.isascii()


def test_end_of_a_year_is_not_taken_for_the_whole_year() -> None:
    """“2025年底” is a point in time: it must not silently become a value for the year 2025."""
    try:
        stored = period.normalise("2025年底")
    except ValidationError:
        return
    assert stored == "@2025"


HOSTILE = [
    "去年",
    "最近三年",
    "25年",
    "20255",
    "2025年13月",
    "2025年0月",
    "2025年2月30日",
    "2025年第五季度",
    "2025年11—1月",
    "2025—2023年",
    "2025-1",
    "2025-13",
    "2025-00",
    "2025-02-29",
    "2025-12-32",
    "2025-H3",
    "2025-H0",
    "2025-Q0",
    "2025-Q5",
    "2025-h1",
    "0000",
    "-2025",
    "2025/",
    "/2025",
    "/",
    "@",
    "@@2025",
    "@2025/2026",
    "@2023/",
    "截至2023—2025年",
    "2025/2024",
    "2025-11/2025-01",
    "2025/2026/2027",
    "2025年1—11月底部",
    "截至",
    "2025\x00",
    "2025; DROP TABLE",
    "<b>2025</b>",
    "%(text)s",
    "{text}",
    "2025年" * 50,
    "9" * 5000,
    "截至" * 5000,
    "2025年" + "1" * 5000 + "月",
]


@pytest.mark.parametrize("typed", HOSTILE)
def test_anything_else_is_refused_with_examples(typed: str) -> None:
    with pytest.raises(ValidationError) as refused:
        period.normalise(typed)
    (message,) = refused.value.messages
    assert "2025年1—11月" in message
    assert typed[:40].strip() in message
    assert len(message) < 200


@pytest.mark.parametrize("text", ["", "2025年", "2025\n", " 2025", "2025-11/2025-01"])
def test_parse_takes_canonical_notation_only(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - its text is the input
        period.parse(text)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "stored"), [("2025年1—11月", "2025-01/2025-11"), (" 2025 ", "2025"), ("", ""), (None, "")]
)
def test_field_stores_canonical_text_and_shows_it_at_once(typed: Any, stored: str) -> None:
    source = SourceFactory(published=typed)
    assert source.published == stored
    table = Source._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT published FROM {table} WHERE id = %s", [source.pk])
        assert cursor.fetchone() == (stored,)


@pytest.mark.django_db
def test_field_refuses_nonsense_on_cleaning_and_on_saving() -> None:
    source = SourceFactory.build(published="前几年")
    with pytest.raises(ValidationError) as refused:
        source.full_clean()
    assert set(refused.value.message_dict) == {"published"}
    with pytest.raises(ValidationError), transaction.atomic():
        source.save()
    assert not Source.objects.exists()


@pytest.mark.django_db
def test_source_without_a_date_has_an_empty_label() -> None:
    assert SourceFactory(published="").published_label == ""
    assert SourceFactory(published="2025年12月16日").published_label == "2025年12月16日"
