"""Filters of the page listings, and the questions that the dashboard counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import django_filters
from django import forms
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.models import Revision, WorkflowState

from cms.core.models import BasePage
from cms.review.models import ExternalLink, LinkUse
from industries.models import (
    EnterprisePage,
    IndicatorPage,
    NewsPage,
    NewsSubject,
    Observation,
    PlacePage,
    PolicyPage,
    ProjectPage,
    SectorPage,
    StatementSubject,
)
from industries.models.enterprise import EnterpriseKind
from industries.models.place import District, PlaceKind
from industries.models.policy import PolicyKind
from industries.models.project import ProjectKind
from industries.register.filters import choice, days_ago, in_sector, only, sector_choices

STATES = {
    "live": "已公开",
    "draft": "草稿",
    "changed": "有未发布的改动",
    "review": "审核中",
    "scheduled": "定时发布",
}
ENTITIES = (SectorPage, ProjectPage, EnterprisePage, PlacePage, PolicyPage)


def start_of_week() -> datetime:
    """Monday, midnight, Beijing time."""
    today = timezone.localdate()
    return timezone.make_aware(datetime.combine(today - timedelta(days=today.weekday()), time()))


def my_drafts(pages: QuerySet[Any], user: Any) -> QuerySet[Any]:
    """Pages with unpublished changes that the user made last, or has begun."""
    return pages.filter(
        Q(latest_revision__user=user) | Q(owner=user, latest_revision__user__isnull=True),
        has_unpublished_changes=True,
    )


def scheduled(pages: QuerySet[Any], user: Any = None) -> QuerySet[Any]:
    planned = Revision.page_revisions.filter(approved_go_live_at__isnull=False)
    return pages.filter(pk__in=planned.annotate(number=as_number("object_id")).order_by().values("number"))


def in_review(pages: QuerySet[Any], user: Any = None) -> QuerySet[Any]:
    running = WorkflowState.objects.active().filter(base_content_type=page_type())
    return pages.filter(pk__in=running.annotate(number=as_number("object_id")).order_by().values("number"))


def as_number(column: str) -> Any:
    from django.db.models import BigIntegerField
    from django.db.models.functions import Cast

    return Cast(column, BigIntegerField())


def page_type() -> ContentType:
    return ContentType.objects.get_for_model(BasePage)


def published_this_week(pages: QuerySet[Any], user: Any = None) -> QuerySet[Any]:
    return pages.filter(live=True, last_published_at__gte=start_of_week())


def without_source(pages: QuerySet[Any], user: Any = None) -> QuerySet[Any]:
    """Public articles that name no source, and public entities that no fact speaks of."""
    types = ContentType.objects.get_for_models(*ENTITIES).values()
    facts = Exists(Observation.objects.filter(subject=OuterRef("pk")))
    statements = Exists(StatementSubject.objects.filter(page=OuterRef("pk"), statement__live=True))
    articles = NewsPage.objects.filter(live=True, source__isnull=True).order_by().values("pk")
    bare = Q(content_type__in=types) & ~facts & ~statements
    return pages.filter(Q(pk__in=articles) | bare, live=True, archived_on__isnull=True)


def with_broken_links(pages: QuerySet[Any], user: Any = None) -> QuerySet[Any]:
    broken = LinkUse.objects.filter(link__state=ExternalLink.State.BROKEN)
    return pages.filter(pk__in=broken.order_by().values("page"))


def overdue(pages: QuerySet[Any], user: Any = None) -> QuerySet[Any]:
    """Indicators whose next update was due before today."""
    due = IndicatorPage.objects.filter(next_update__lt=timezone.localdate(), archived_on__isnull=True)
    return pages.filter(pk__in=due.order_by().values("pk"))


# Of the listing of all pages: name in the address, words, and the query.
QUESTIONS: dict[str, tuple[str, Callable[[Any, Any], Any]]] = {
    "mine": ("我的草稿", my_drafts),
    "scheduled": ("定时发布", scheduled),
    "week": ("本周发布", published_this_week),
    "overdue": ("数据该更新", overdue),
    "unsourced": ("没有来源", without_source),
    "broken": ("有打不开的链接", with_broken_links),
}


class PageFilterSet(WagtailFilterSet):
    """What all types are found by."""

    state = choice("状态", STATES, "filter_state")
    latest_revision_created_at = django_filters.DateFromToRangeFilter(
        label="更新日期", widget=DateRangePickerWidget
    )
    mine = only("草稿", "只看我的草稿", "filter_mine")

    class Meta:
        model = BasePage
        fields: list[str] = []

    def filter_state(self, pages: Any, name: str, value: str) -> Any:
        match value:
            case "live":
                return pages.filter(live=True)
            case "draft":
                return pages.filter(live=False)
            case "changed":
                return pages.filter(live=True, has_unpublished_changes=True)
            case "review":
                return in_review(pages)
        return scheduled(pages)

    def filter_mine(self, pages: Any, name: str, value: Any) -> Any:
        return my_drafts(pages, self.request.user)


class SectoralFilterSet(PageFilterSet):
    sector = choice("产业", sector_choices, "filter_sector", widget=forms.Select)

    def filter_sector(self, pages: Any, name: str, value: str) -> Any:
        return pages.filter(in_sector(int(value)))


def kinds(choices: Any) -> django_filters.MultipleChoiceFilter:
    return django_filters.MultipleChoiceFilter(
        field_name="kind", label="类别", choices=choices.choices, widget=forms.CheckboxSelectMultiple
    )


class NewsFilterSet(SectoralFilterSet):
    editor = django_filters.CharFilter(label="责任编辑", lookup_expr="icontains")
    unsourced = only("来源", "只看没有来源的", "filter_unsourced")

    def filter_unsourced(self, pages: Any, name: str, value: Any) -> Any:
        return pages.filter(source__isnull=True)

    def filter_sector(self, pages: Any, name: str, value: str) -> Any:
        about = NewsSubject.objects.filter(in_sector(int(value), "page"))
        return pages.filter(pk__in=about.order_by().values("news"))


class ProjectFilterSet(SectoralFilterSet):
    kind = kinds(ProjectKind)
    checked = choice(
        "最近核对", {"never": "从未核对", "180": "半年以前", "365": "一年以前"}, "filter_checked"
    )

    def filter_checked(self, pages: Any, name: str, value: str) -> Any:
        if value == "never":
            return pages.filter(checked_on__isnull=True)
        return pages.filter(checked_on__lt=days_ago(int(value)))


class EnterpriseFilterSet(SectoralFilterSet):
    kind = kinds(EnterpriseKind)
    listed = choice("证券代码", {"yes": "有", "no": "没有"}, "filter_listed")

    def filter_listed(self, pages: Any, name: str, value: str) -> Any:
        return pages.exclude(stock_code="") if value == "yes" else pages.filter(stock_code="")


class PlaceFilterSet(SectoralFilterSet):
    kind = kinds(PlaceKind)
    district = django_filters.MultipleChoiceFilter(
        label="行政区", choices=District.choices, widget=forms.CheckboxSelectMultiple
    )


class PolicyFilterSet(SectoralFilterSet):
    kind = kinds(PolicyKind)


class IndicatorFilterSet(SectoralFilterSet):
    overdue = only("更新", "只看该更新的", "filter_overdue")

    def filter_overdue(self, pages: Any, name: str, value: Any) -> Any:
        return pages.filter(next_update__lt=timezone.localdate())


class AllFilterSet(SectoralFilterSet):
    todo = choice("待办", {name: words for name, (words, _) in QUESTIONS.items()}, "filter_todo")

    def filter_todo(self, pages: Any, name: str, value: str) -> Any:
        return QUESTIONS[value][1](pages, self.request.user)
