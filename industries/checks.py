"""Checks that know facts: sources, charts, and figures typed where the register has them.

The figure checks ask the database six times at most, however long the text is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.urls import NoReverseMatch, reverse

from cms.review.checks import Content, Finding, Level, Link, Passage, Place, at_place, check, in_text
from cms.review.checks.words import names_known
from industries.models import (
    EnterprisePage,
    IndicatorPage,
    NewsPage,
    Observation,
    PlacePage,
    PolicyPage,
    ProjectPage,
    SectorPage,
)
from industries.models.entity import one_per_line
from industries.models.fact import SourcedFact
from industries.quantities import HEDGES_AFTER, Quantity, quantities, sentence_around

NAMED = (EnterprisePage, ProjectPage, PlacePage, PolicyPage, SectorPage, IndicatorPage)
# Pages whose figures belong on the register.
CLAIMING = (*NAMED, NewsPage)
# Numbers of one text that are looked up; an article has a few dozen.
MOST_QUANTITIES = 150
# Records with one of these values that are compared; on a large register round numbers are common.
MOST_ROWS = 1000
# A number with so many significant digits is not the same by chance.
DISTINCT = 3
SHORTEST_NAME = 3
# Characters between an indicator's name and its value.
REACH = 16
# What a reader would ask the source of: money, shares, quantities; counts of things only from ten on.
CLAIM = re.compile(
    r"(?:万亿|亿|万)?(?:元|美元|欧元|日元|吨|千瓦|平方米|平方公里|公顷|亩|个百分点|人次)|[%％]|(?:亿|万)(?:人|辆|个|只|颗|套|件|块|户)"
)
COUNT = re.compile(r"辆|台|架|家|户|项|颗|列")
FEW = 10
THRESHOLD = re.compile(r"以上|以下|以内")
# Between a name and a number, these say that the number is something else than the value.
OTHERWISE = re.compile(
    r"增|降|减|同比|环比|占|比重|其中|目标|力争|计划|预计|有望|将|拟|到20|上年|去年|前值|差|倍|率|平均|人均|来自|[0-9]"
)
# Before an indicator's name: its own sentence, not a longer name.
BORDER = re.compile(r"(?:^|[^\u4e00-\u9fff]|[的年月市省底度末、和与及]|全市|长春|实现|完成)$")
SOMEBODY = re.compile(r"集团|公司|企业|园区|工厂|项目|大学|开发区|新区|县|[东西南北]区|全省|吉林省|全国")
YEAR = re.compile(r"((?:19|20)\d\d)年")
PART_OF_YEAR = re.compile(r"\d{1,2}月|季度|半年|前\w月|截至")


@check
def article_without_source(content: Content) -> Iterator[Finding]:
    page = content.instance
    if isinstance(page, NewsPage) and page.source_id is None:
        message = "没有填写来源。转载的选原发布者；本站采写的，选本站自己的来源记录。"
        yield at_place(Place("来源", "source"), "source", Level.WARN, message)


@check
def fact_without_passage(content: Content) -> Iterator[Finding]:
    fact = content.instance
    if isinstance(fact, SourcedFact) and not fact.quote.strip() and not fact.locator.strip():
        message = "没有出处位置，也没有原文摘录：别人无法核对。请至少填写一项，例：“第2段”。"
        yield at_place(Place("出处位置", "locator"), "fact-passage", Level.WARN, message)


@check
def chart_without_description(content: Content) -> Iterator[Finding]:
    for part in content.parts:
        is_chart = part.name == "chart" and isinstance(part.raw, dict)
        if is_chart and not (part.raw.get("description") or "").strip():
            message = "图表没有替代说明。请写一两句图上看得出什么，给听读的人。"
            where = part.place.inside("替代说明", "description")
            yield at_place(where, "chart-description", Level.WARN, message)


def names_of_pages(shorts: list[str]) -> set[str]:
    """Which of these abbreviations stand in a page's title or other names. One query."""
    rows: list[Any] = []
    for model in NAMED:
        holds = reduce(or_, (Q(title__contains=s) | Q(other_names__contains=s) for s in shorts))
        rows.append(model.objects.filter(holds).order_by().values_list("title", "other_names"))
    text = "\n".join("\n".join(row) for row in rows[0].union(*rows[1:]))
    return {short for short in shorts if re.search(rf"(?<![0-9A-Za-z]){short}(?![0-9A-Za-z])", text)}


@dataclass(frozen=True)
class Typed:
    """A quantity where it stands."""

    passage: Passage
    quantity: Quantity

    @property
    def sentence(self) -> tuple[int, int]:
        return sentence_around(self.passage.text, self.quantity.start, self.quantity.end)

    def found(self, unit_length: int, *args: Any, **more: Any) -> Finding:
        start, end = self.quantity.start, self.quantity.end + unit_length
        return in_text(self.passage, start, min(end, len(self.passage.text)), *args, **more)


def typed(content: Content) -> list[Typed]:
    """Numbers with a unit in the texts; not in quotations, nor in the data of a chart."""
    found = [
        Typed(passage, quantity)
        for passage in content.passages
        if not passage.is_verbatim and passage.name != "data"
        for quantity in quantities(passage.text)
        if quantity.tail.strip() and not quantity.is_range
    ]
    return found[:MOST_QUANTITIES]


@check
def typed_figures(content: Content) -> Iterator[Finding]:
    """Figures in running text that could be references, that contradict the register, or that rest on nothing."""
    numbers = typed(content)
    if not numbers or isinstance(content.instance, Observation):
        return
    contradicted = set()
    for number, observation in contradictions(content.instance, numbers):
        contradicted.add(id(number))
        unit = number.quantity.unit_end(observation.indicator.unit)
        message = (
            f"与登记的数值不一致。登记的是“{observation}”（{observation.source}）。"
            "请核对：文中写错的改正，口径或时间不同的写明。"
        )
        yield number.found(
            unit, f"contradiction:{observation.pk}", Level.WARN, message, link=register_link(observation)
        )
    inserted = [
        number
        for number in numbers
        if number.passage.block and number.passage.is_rich and id(number) not in contradicted
    ]
    known = equal_observations(content.instance, inserted)
    for number in inserted:
        if same := known.get(id(number)):
            unit = number.quantity.unit_end(same.indicator.unit)
            message = (
                f"与登记的数值相同：“{same}”（编号{same.pk}）。"
                "删去这个数字，用编辑框的“引用数值”选它；以后登记更正，这里跟着更正，读者也能看到来源。"
            )
            yield number.found(
                unit,
                f"reference:{same.pk}",
                Level.OFFER,
                message,
                link=register_link(same),
                copy=same.indicator.title,
            )
        elif isinstance(content.instance, CLAIMING) and (claim := claim_of(number.quantity)):
            message = "这个数字直接写在文中，读者看不到来源。请先在“事实与来源”登记，再用“引用数值”插入。"
            yield number.found(len(claim), "typed-figure", Level.WARN, message)


def claim_of(quantity: Quantity) -> str:
    """The unit that makes a number a claim; empty for a threshold (5000万元以上) and for a handful."""
    unit = CLAIM.match(quantity.tail) or (quantity.number >= FEW and COUNT.match(quantity.tail))
    return unit[0] if unit and not THRESHOLD.match(quantity.tail[unit.end() :]) else ""


def register_link(observation: Observation) -> Link | None:
    try:
        url = reverse("wagtailsnippets_industries_observation:edit", args=[observation.pk])
    except NoReverseMatch:
        return None
    return Link(text="查看登记的数值", url=url)


def equal_observations(instance: Any, numbers: list[Typed]) -> dict[int, Observation]:
    """By the number's id: the visible observation with the same value and unit, where it is clear which.

    A short number, such as 3个, must stand beside its indicator's or its subject's name.
    """
    if not numbers:
        return {}
    values = set().union(*(number.quantity.values() for number in numbers))
    equal_value = Observation.objects.visible().for_display().filter(value__in=values)
    rows = list(equal_value.order_by("-pk")[:MOST_ROWS])
    found = {}
    for number in numbers:
        equal = [row for row in rows if value_in(number.quantity, row.indicator) == row.value]
        about = [row for row in equal if is_about(instance, number, row)]
        if about:
            found[id(number)] = about[0]
        elif len(equal) == 1 and number.quantity.digits >= DISTINCT:
            found[id(number)] = equal[0]
    return found


def value_in(quantity: Quantity, indicator: IndicatorPage) -> Decimal | None:
    return quantity.in_unit(indicator.unit, indicator.prefix) if indicator.unit else None


def is_about(instance: Any, number: Typed, observation: Observation) -> bool:
    """Whether the sentence, or the page as a whole, speaks of what the observation measures."""
    start, end = number.sentence
    sentence = number.passage.text[start:end]
    if instance.pk in {observation.indicator_id, observation.subject_id} - {None}:
        return True
    subject = observation.subject
    return names_in(observation.indicator, sentence) or bool(subject and names_in(subject, sentence))


def names_in(page: Any, text: str) -> bool:
    return any(name in text for name in names_of(page.title, getattr(page, "other_names", "")))


def names_of(title: str, other_names: str) -> list[str]:
    return [name for name in [title, *one_per_line(other_names)] if len(name) >= SHORTEST_NAME]


def contradictions(instance: Any, numbers: list[Typed]) -> Iterator[tuple[Typed, Observation]]:
    """Exact numbers right after the name of an indicator, in its unit, that no value of it has.

    Silent wherever the text may mean something else: another time, another subject, a hedge, a change.
    """
    exact = [number for number in numbers if not number.quantity.is_hedged]
    units = set().union(*(number.quantity.units() for number in exact)) if exact else set()
    if not units:
        return
    rows = IndicatorPage.objects.visible().filter(unit__in=units).order_by()
    said = "\n".join({number.passage.text for number in exact})
    indicators = [
        (pk, unit, prefix, names)
        for pk, title, other_names, unit, prefix in rows.values_list(
            "pk", "title", "other_names", "unit", "prefix"
        )
        if (names := [name for name in names_of(title, other_names) if name in said])
    ]
    named = [(number, pk) for number in exact for pk in indicators_named(number, indicators)]
    if not named:
        return
    values: dict[int, list[Observation]] = {}
    for row in Observation.objects.visible().for_display().filter(indicator__in={pk for _, pk in named}):
        values.setdefault(row.indicator_id, []).append(row)
    for number, pk in named:
        comparable = [row for row in values.get(pk, []) if is_comparable(instance, number, row)]
        if comparable and all(value_in(number.quantity, row.indicator) != row.value for row in comparable):
            yield number, comparable[0]


def indicators_named(number: Typed, indicators: list[tuple[int, str, str, list[str]]]) -> list[int]:
    """Ids of the indicators whose name stands right before the number, in the same unit."""
    quantity = number.quantity
    after = quantity.tail
    start, _ = number.sentence
    lead = number.passage.text[start : quantity.start]
    found = []
    for pk, unit, prefix, names in indicators:
        if quantity.in_unit(unit, prefix) is None or HEDGES_AFTER.match(after[quantity.unit_end(unit) :]):
            continue
        for name in names:
            at = lead.rfind(name)
            between = lead[at + len(name) :]
            if at < 0 or len(between) > REACH or OTHERWISE.search(between) or "，" in between[:-1]:
                continue
            if BORDER.search(lead[:at]) and not SOMEBODY.search(lead[:at]):
                found.append(pk)
                break
    return found


def is_comparable(instance: Any, number: Typed, observation: Observation) -> bool:
    """Whether the sentence speaks of the observation's time and subject."""
    start, end = number.sentence
    sentence = number.passage.text[start:end]
    if observation.subject_id and not (
        instance.pk == observation.subject_id or names_in(observation.subject, sentence)
    ):
        return False
    years = {int(year) for year in YEAR.findall(sentence)}
    if years:
        if not observation.starts or not observation.ends:
            return False
        if years.isdisjoint(range(observation.starts.year, observation.ends.year + 1)):
            return False
    if PART_OF_YEAR.search(sentence):
        return bool(observation.period_label) and observation.period_label in sentence
    return not years or observation.precision == "year"


if names_of_pages not in names_known:
    names_known.append(names_of_pages)
