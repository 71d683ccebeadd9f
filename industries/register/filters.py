"""Filters of the register's listings. None offers a list that grows with the register: the rest is found by words."""

from __future__ import annotations

from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from wagtail.admin.filters import WagtailFilterSet

from industries.models import Observation, SectorPage, Source, Statement, StatementSubject
from industries.models.filters import naming
from industries.models.source import SourceKind
from industries.models.vocabulary import StatementKind, Status

DOUBTFUL = (Status.PENDING, Status.DISPUTED)
LIVE = {"live": "已公开", "draft": "草稿", "changed": "有未发布的改动"}
CHECKED = {
    "never": "从未核对",
    "180": "半年以前核对",
    "365": "一年以前核对",
    "730": "两年以前核对",
    "fresh": "半年之内核对过",
}
PERIODS = {"365": "结束已满一年", "730": "结束已满两年", "1095": "结束已满三年", "none": "没有时间"}


def sector_choices() -> list[tuple[str, str]]:
    """All sectors, also unpublished ones, indented as in the tree; a city has dozens."""
    sectors = SectorPage.objects.order_by("path").values_list("pk", "title", "depth")
    rows = list(sectors)
    top = min((depth for *_, depth in rows), default=0)
    return [(str(pk), f"{'　' * (depth - top)}{title}") for pk, title, depth in rows]


def family(pk: int) -> QuerySet[Any]:
    """Ids of the sector and those below it."""
    sector = SectorPage.objects.filter(pk=pk).first()
    if sector is None:
        return SectorPage.objects.none().values("pk")
    return SectorPage.objects.descendant_of(sector, inclusive=True).order_by().values("pk")


def in_sector(pk: int, column: str = "pk") -> Q:
    """That the page in `column` is the sector or below it, or names one of these as its own."""
    sectors = family(pk)
    about = [Q(**{f"{column}__in": sectors})]
    for model, owner, target in naming():
        named = model.objects.filter(**{f"{target}__in": sectors}).values(owner)
        about.append(Q(**{f"{column}__in": named}))
    return reduce(or_, about)


class WordsFilter(django_filters.CharFilter):
    """That any of `columns` contains what was typed."""

    def __init__(self, *columns: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.columns = columns

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        value = (value or "").strip().replace("\0", "")
        return qs.filter(self.condition(value)) if value else qs

    def condition(self, value: str) -> Q:
        return reduce(or_, (Q(**{f"{column}__icontains": value}) for column in self.columns))


class SourceFilter(WordsFilter):
    """By words of the source: it is looked up first, so that the many facts are found by number."""

    def condition(self, value: str) -> Q:
        return Q(source__in=Source.objects.filter(super().condition(value)).order_by().values("pk"))


def choice(label: str, choices: Any, method: str, **more: Any) -> django_filters.ChoiceFilter:
    offered = list(choices.items()) if isinstance(choices, dict) else choices
    more.setdefault("widget", forms.RadioSelect)
    return django_filters.ChoiceFilter(
        label=label, choices=offered, method=method, empty_label="全部", **more
    )


def only(label: str, words: str, method: str) -> django_filters.ChoiceFilter:
    """A choice between all and those of one kind; a box to tick would count as used when it is not."""
    return choice(label, {"on": words}, method)


class FactFilterSet(WagtailFilterSet):
    """What figures and statements are found by alike; the tabs hand these filters on to each other."""

    status = django_filters.MultipleChoiceFilter(
        label="核实状态", choices=Status.choices, widget=forms.CheckboxSelectMultiple
    )
    doubtful = only("疑点", "只看待核、存疑", "filter_doubtful")
    live = choice("公开", LIVE, "filter_live")
    sector = choice("产业", sector_choices, "filter_sector", widget=forms.Select)
    source = SourceFilter(
        "title",
        "publisher",
        "key",
        label="来源",
        help_text="标题、发布者或标识中的字",
    )
    checked = choice("核对", CHECKED, "filter_checked")
    age = choice("时间", PERIODS, "filter_age")
    mine = choice("我的", {"drafts": "我的草稿", "entered": "我录入的"}, "filter_mine")

    # What the tabs share.
    shared = ("status", "doubtful", "live", "sector", "source", "checked", "age", "mine")

    def filter_doubtful(self, facts: Any, name: str, value: Any) -> Any:
        return facts.filter(status__in=DOUBTFUL)

    def filter_mine(self, facts: Any, name: str, value: Any) -> Any:
        user = self.request.user
        return my_fact_drafts(facts, user) if value == "drafts" else facts.filter(entered_by=user)

    def filter_live(self, facts: Any, name: str, value: str) -> Any:
        match value:
            case "live":
                return facts.filter(live=True)
            case "draft":
                return facts.filter(live=False)
        return facts.filter(live=True, has_unpublished_changes=True)

    def filter_checked(self, facts: Any, name: str, value: str) -> Any:
        if value == "never":
            return facts.filter(checked_on__isnull=True)
        if value == "fresh":
            return facts.filter(checked_on__gte=days_ago(180))
        return facts.filter(checked_on__lt=days_ago(int(value)))

    def filter_age(self, facts: Any, name: str, value: str) -> Any:
        return (
            facts.filter(ends__isnull=True)
            if value == "none"
            else facts.filter(ends__lt=days_ago(int(value)))
        )

    def filter_sector(self, facts: Any, name: str, value: str) -> Any:
        raise NotImplementedError


def my_fact_drafts(facts: Any, user: Any) -> Any:
    """Facts with unpublished changes that the user made last."""
    return facts.filter(has_unpublished_changes=True, latest_revision__user=user)


def days_ago(days: int) -> Any:
    return timezone.localdate() - timedelta(days=days)


class ObservationFilterSet(FactFilterSet):
    indicator = WordsFilter(
        "indicator__title", "indicator__other_names", label="指标", help_text="名称或别名中的字"
    )
    subject = WordsFilter("subject__title", label="对象", help_text="名称中的字")

    class Meta:
        model = Observation
        fields: list[str] = []

    def filter_sector(self, facts: Any, name: str, value: str) -> Any:
        return facts.filter(in_sector(int(value), "indicator") | in_sector(int(value), "subject"))


class StatementFilterSet(FactFilterSet):
    kind = django_filters.MultipleChoiceFilter(
        label="类别", choices=StatementKind.choices, widget=forms.CheckboxSelectMultiple
    )
    about = django_filters.CharFilter(label="相关页面", method="filter_about", help_text="名称中的字")

    class Meta:
        model = Statement
        fields: list[str] = []

    def filter_sector(self, facts: Any, name: str, value: str) -> Any:
        links = StatementSubject.objects.filter(in_sector(int(value), "page"))
        return facts.filter(pk__in=links.order_by().values("statement"))

    def filter_about(self, facts: Any, name: str, value: str) -> Any:
        links = StatementSubject.objects.filter(
            statement=OuterRef("pk"), page__title__icontains=value.replace("\0", "")
        )
        return facts.filter(Exists(links))


class SourceFilterSet(WagtailFilterSet):
    kind = django_filters.MultipleChoiceFilter(
        label="类别", choices=SourceKind.choices, widget=forms.CheckboxSelectMultiple
    )
    used = choice("引用", {"yes": "有事实或动态引用", "no": "没有被引用"}, "filter_used")

    class Meta:
        model = Source
        fields: list[str] = []

    def filter_used(self, sources: Any, name: str, value: str) -> Any:
        related: list[tuple[Any, str]] = [
            (relation.related_model, relation.field.name) for relation in Source._meta.related_objects
        ]
        cited = reduce(
            or_, (Exists(model.objects.filter(**{field: OuterRef("pk")})) for model, field in related)
        )
        return sources.filter(cited) if value == "yes" else sources.exclude(cited)
