"""Rules that every fact keeps, whether it comes by a form, a file or straight into the database."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from industries.models import Observation, Statement, StatementSubject
from tests.factories import (
    IndicatorPageFactory,
    ObservationFactory,
    Portal,
    ProjectPageFactory,
    SourceFactory,
    StatementFactory,
)

FACTS = pytest.mark.parametrize("make", [ObservationFactory, StatementFactory])


def problems(record: Any) -> dict[str, list[str]]:
    """Messages by field that an editor sees on saving `record`; empty when all is well."""
    try:
        record.full_clean()
    except ValidationError as error:
        return error.message_dict
    return {}


def update_refused(record: Any, **values: Any) -> bool:
    """Whether the database itself refuses the values, with no model code in between."""
    try:
        with transaction.atomic():
            type(record).objects.filter(pk=record.pk).update(**values)
    except IntegrityError:
        return True
    return False


@FACTS
@pytest.mark.parametrize("status", ["pending", "disputed"])
def test_doubtful_fact_must_say_what_is_in_doubt(portal: Portal, make: Any, status: str) -> None:
    fact = make()
    fact.status = status
    assert fact.is_doubtful
    assert problems(fact)["note"] == ["待核、存疑的内容必须写明疑在哪里，读者会看到这段说明。"]
    assert update_refused(fact, status=status)
    fact.note = "两家报道的年份不同。"
    assert problems(fact) == {}
    assert not update_refused(fact, status=status, note=fact.note)


@FACTS
@pytest.mark.parametrize("status", ["official", "media", "enterprise"])
def test_vouched_fact_needs_no_note(portal: Portal, make: Any, status: str) -> None:
    fact = make(status=status)
    assert not fact.is_doubtful
    assert problems(fact) == {}


@FACTS
def test_database_refuses_an_end_before_the_start(portal: Portal, make: Any) -> None:
    fact = make(period="2025-01/2025-11")
    assert update_refused(fact, starts=date(2025, 12, 1))
    assert update_refused(fact, starts=date(2024, 1, 1), ends=date(2023, 1, 1))
    assert not update_refused(fact, starts=date(2025, 11, 30))


@FACTS
def test_period_that_ends_before_it_starts_is_refused_in_words(portal: Portal, make: Any) -> None:
    (message,) = problems(make.build(source=SourceFactory(), period="2025年11—1月"))["period"]
    assert "不是可识别的时间" in message


@FACTS
def test_fact_must_say_where_in_its_source_it_stands(portal: Portal, make: Any) -> None:
    fact = make(locator="", quote="")
    assert problems(fact)["locator"] == ["请写明在来源中的位置，或抄录所依据的原句。"]
    fact.quote = "产值达4047.7亿元。"
    assert problems(fact) == {}
    fact.quote, fact.locator = "", "第2段"
    assert problems(fact) == {}


@FACTS
def test_fact_cannot_have_been_checked_tomorrow(portal: Portal, make: Any) -> None:
    today = timezone.localdate()
    assert problems(make(checked_on=today)) == {}
    late = problems(make(checked_on=today + timedelta(days=1)))
    assert late["checked_on"] == ["核对日期不能晚于今天。"]


@FACTS
def test_sortable_dates_follow_the_period(portal: Portal, make: Any) -> None:
    fact = make(period="2025年1—11月")
    fact.refresh_from_db()
    assert (fact.period, fact.precision) == ("2025-01/2025-11", "month")
    assert (fact.starts, fact.ends) == (date(2025, 1, 1), date(2025, 11, 30))
    assert fact.period_label == "2025年1—11月"
    fact.period = "@2025-12-16"
    fact.save()
    fact.refresh_from_db()
    assert (fact.starts, fact.ends, fact.precision) == (None, date(2025, 12, 16), "day")
    fact.period = ""
    fact.save()
    fact.refresh_from_db()
    assert (fact.starts, fact.ends, fact.precision, fact.period_label) == (None, None, "", "")


@FACTS
def test_source_of_a_fact_cannot_be_deleted(portal: Portal, make: Any) -> None:
    fact = make()
    with pytest.raises(ProtectedError):
        fact.source.delete()


@FACTS
def test_fact_without_a_key_gets_one_of_its_own(portal: Portal, make: Any) -> None:
    made = make.build(source=SourceFactory()).__class__
    keys = {made().key for _ in range(200)}
    assert len(keys) == 200
    assert all(key.isalnum() and key.islower() and not set(key) & set("ilo01") for key in keys)


def test_one_source_gives_one_value_about_a_page(portal: Portal) -> None:
    page = ProjectPageFactory()
    first = ObservationFactory(subject=page)
    same = {name: getattr(first, name) for name in ("indicator", "subject", "period", "source")}
    double = ObservationFactory.build(**same, value=Decimal(1))
    assert problems(double)["__all__"] == [
        "同一来源对同一指标、对象、时间只能有一个数值，请修改已有的那一个。"
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        double.save()


def test_one_source_gives_one_value_for_the_whole_city(portal: Portal) -> None:
    """SQL holds two NULL subjects to be different: the rule needs a constraint of its own."""
    first = ObservationFactory(subject=None)
    same = {name: getattr(first, name) for name in ("indicator", "period", "source")}
    double = ObservationFactory.build(**same, value=Decimal(1))
    assert problems(double)["__all__"] == [
        "同一来源对同一指标、时间的全市数值只能有一个，请修改已有的那一个。"
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        double.save()


def test_periods_written_differently_are_the_same_period(portal: Portal) -> None:
    first = ObservationFactory(period="2025-01/2025-11")
    double = ObservationFactory.build(indicator=first.indicator, source=first.source, period="2025年1—11月")
    assert "__all__" in problems(double)


@pytest.mark.parametrize("differs", ["indicator", "subject", "period", "source"])
def test_values_that_differ_in_one_respect_stand_side_by_side(portal: Portal, differs: str) -> None:
    first = ObservationFactory(subject=ProjectPageFactory())
    same = {name: getattr(first, name) for name in ("indicator", "subject", "period", "source")}
    other = {
        "indicator": IndicatorPageFactory,
        "subject": ProjectPageFactory,
        "period": lambda: "2024",
        "source": SourceFactory,
    }[differs]()
    second = ObservationFactory(**{**same, differs: other})
    assert problems(second) == {}
    assert Observation.objects.count() == 2


def test_statement_names_a_page_once(portal: Portal) -> None:
    page = ProjectPageFactory()
    statement = StatementFactory(subjects=[page])
    with pytest.raises(IntegrityError), transaction.atomic():
        StatementSubject.objects.create(statement=statement, page_id=page.pk)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "一百", "", None])
def test_value_is_a_finite_number(portal: Portal, value: Any) -> None:
    build = ObservationFactory.build(indicator=IndicatorPageFactory(), source=SourceFactory(), value=value)
    assert "value" in problems(build)


# Hedge, unit, prefix, and what a reader sees of 30.
QUANTITIES = [
    ("", "亿元", "", "30亿元"),
    ("超", "亿元", "", "超30亿元"),
    ("约", "亿元", "", "约30亿元"),
    ("近", "个", "", "近30个"),
    ("逾", "家", "", "逾30家"),
    ("余", "项", "", "30余项"),
    ("多", "个", "", "30多个"),
    ("以上", "%", "", "30%以上"),
    ("级", "亿元", "", "30亿元级"),
    ("", "位", "第", "第30位"),
    ("约", "位", "第", "约第30位"),
    ("", "", "", "30"),
    ("余", "", "", "30余"),
]


@pytest.mark.parametrize(("hedge", "unit", "prefix", "text"), QUANTITIES)
def test_quantity_reads_as_newspapers_print_it(
    portal: Portal, hedge: str, unit: str, prefix: str, text: str
) -> None:
    observation = ObservationFactory(value=30, hedge=hedge, indicator__unit=unit, indicator__prefix=prefix)
    observation.full_clean()
    assert observation.quantity == text
    assert observation.before + observation.number + observation.after == text


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("4047.700000", "4047.7"),
        ("100", "100"),
        ("1000000", "1000000"),
        ("0", "0"),
        ("0.000000", "0"),
        ("-3.50", "-3.5"),
        ("0.000001", "0.000001"),
        ("12345678901234", "12345678901234"),
    ],
)
def test_number_has_plain_digits_without_trailing_zeros(portal: Portal, value: str, number: str) -> None:
    observation = ObservationFactory(value=Decimal(value))
    observation.refresh_from_db()
    assert observation.number == number


def test_observation_introduces_itself(portal: Portal) -> None:
    page = ProjectPageFactory(title="航空展")
    about = ObservationFactory(
        indicator__title="规模", indicator__unit="亿元", value=3, period="2025", subject=page
    )
    assert str(about) == "规模：3亿元，航空展，2025年"
    city = ObservationFactory(indicator__title="总规模", value=3, hedge="超", period="")
    assert str(city) == "总规模：超3亿元"


def test_statement_introduces_itself(portal: Portal) -> None:
    assert str(StatementFactory(text="二期竣工。")) == "二期竣工。"
    assert list(Statement.objects.values_list("text", flat=True)) == ["二期竣工。"]
