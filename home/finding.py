"""The one chart of the home page: the editors' indicator, or what the register says of itself."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import F

from cms.core.charts import BarChart, Chart, bar_chart
from cms.core.series import Value
from home.register import DatedFact, facts_by_year
from industries.charts import chart_of
from industries.models import Observation


def finding_chart(title: str, indicator_id: int | None, facts: list[DatedFact]) -> Chart | None:
    """None where there is nothing to compare."""
    return picked_chart(title, indicator_id) or register_chart(facts)


def picked_chart(title: str, indicator_id: int | None) -> Chart | None:
    """None without an indicator, or where its visible values cannot be compared. One query."""
    if indicator_id is None:
        return None
    values = list(
        Observation.objects.visible()
        .for_display()
        .filter(indicator=indicator_id)
        .order_by(F("ends").desc(nulls_last=True), "key")
    )
    return chart_of(values[0].indicator, values, title=title) if values else None


def register_chart(facts: list[DatedFact]) -> BarChart | None:
    """How many dated facts each year has; a year without one has a bar of length 0."""
    counted = facts_by_year(facts)
    if counted is None:
        return None
    return bar_chart(
        [
            Value(label=f"{year}年", number=Decimal(number), text=f"{number}条")
            for year, number in counted["years"]
        ],
        title=counted["title"],
        subtitle=f"本站登记的有日期的事实，按截止年份，共{counted['total']}条",
        heading="年份",
        notes=("每条事实计一次。条数只说明本站登记了多少，不说明当年发生了多少。",),
    )
