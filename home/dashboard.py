"""工作台: what waits for the signed-in person, and what on the site needs a hand. Shown on the admin's home page.

Each panel asks at most two queries, whatever the size of the site: for the first few rows, and, where there are
more, for their number. Only what the person may see is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.contrib.admin.utils import quote
from django.db.models import F, Model, QuerySet
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.ui.components import Component
from wagtail.models import TaskState, WorkflowState
from wagtail.permissions import policy_registry

from cms.core.models import BasePage, CorrectionRequest
from cms.review.checkup.columns import DEADLINES, columns
from cms.review.checkup.views import may_inspect
from cms.review.models import EmergencyPublication, ExternalLink
from industries.models import IndicatorPage, Observation, Statement
from industries.register import listings, pagefilters
from industries.register.facts import listing_url
from industries.register.filters import DOUBTFUL, my_fact_drafts

SHOWN = 5
VIEWING = ("add", "change", "delete", "view")


@dataclass
class Row:
    """One thing: its name, where to go, and what matters about it."""

    title: str
    url: str = ""
    note: str = ""


@dataclass
class Card:
    """One panel. `total` is the number of all, of which `rows` are the first; `more_url` leads to them."""

    title: str
    icon: str
    rows: list[Row] = field(default_factory=list)
    total: int = 0
    more_url: str = ""
    urgent: bool = False


@dataclass
class Section:
    title: str
    cards: list[Card]

    @property
    def busy(self) -> list[Card]:
        return [card for card in self.cards if card.total]

    @property
    def quiet(self) -> list[str]:
        return [card.title for card in self.cards if not card.total]


def editor_url(revision: Any) -> str:
    """Where a reviewer decides: the editor opens for who may decide, whatever else they may do."""
    model = revision.content_type.model_class()
    if issubclass(model, BasePage):
        return reverse("wagtailadmin_pages:edit", args=[revision.object_id])
    return reverse(model.snippet_viewset.get_url_name("edit"), args=[quote(revision.object_id)])


class Dashboard(Component):
    """The panels of one person."""

    name = "dashboard"
    order = 100
    template_name = "home/dashboard.html"

    class Media:
        css = {"all": ["css/staff/dashboard.css"]}

    def __init__(self, user: Any) -> None:
        self.user = user

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        return {"sections": [section for section in self.sections() if section.cards]}

    def sections(self) -> list[Section]:
        return [
            Section("我的工作", self.cards(self.to_review, self.submitted, self.drafts)),
            Section(
                "需要处理",
                self.cards(
                    self.corrections,
                    self.emergencies,
                    self.doubtful,
                    self.overdue,
                    self.unsourced,
                    self.broken_links,
                    self.columns,
                ),
            ),
            Section("发布", self.cards(self.scheduled, self.published)),
        ]

    def cards(self, *panels: Callable[[], list[Card]]) -> list[Card]:
        return [card for panel in panels for card in panel()]

    # Who may see what.

    @cached_property
    def page_policy(self) -> Any:
        return policy_registry.get_by_type(BasePage)

    @cached_property
    def pages(self) -> QuerySet[Any]:
        """Pages that the person finds in the explorer."""
        return self.page_policy.explorable_instances(self.user).filter(depth__gt=1).order_by()

    @cached_property
    def sees_pages(self) -> bool:
        return bool(self.page_policy.user_has_any_permission(self.user, {"add", "change", "publish", "view"}))

    @cached_property
    def edits_pages(self) -> bool:
        return any(self.page_policy.user_has_permission(self.user, action) for action in ("add", "change"))

    def sees(self, model: Any) -> bool:
        return bool(policy_registry.get_by_type(model).user_has_any_permission(self.user, VIEWING))

    def fact_models(self) -> list[Any]:
        return [model for model in (Observation, Statement) if self.sees(model)]

    # Where things are.

    def page_url(self, pk: Any) -> str:
        return reverse("wagtailadmin_pages:edit" if self.edits_pages else "review-page", args=[pk])

    def record_url(self, model: Any, pk: Any) -> str:
        """Of a page or a record of the register; empty for what has no screen."""
        if model is None or not issubclass(model, (BasePage, *self.fact_models())):
            return ""
        if issubclass(model, BasePage):
            return self.page_url(pk)
        changes = policy_registry.get_by_type(model).user_has_permission(self.user, "change")
        return reverse(model.snippet_viewset.get_url_name("edit" if changes else "inspect"), args=[quote(pk)])

    def page_rows(self, pages: QuerySet[Any], note: Callable[[Any], str]) -> tuple[list[Row], int]:
        found, total = first(pages)
        return [
            Row(page.draft_title or page.title, self.page_url(page.pk), note(page)) for page in found
        ], total

    # The panels.

    def to_review(self) -> list[Card]:
        waiting = TaskState.objects.reviewable_by(self.user).select_related(
            "revision", "workflow_state", "task", "revision__content_type", "workflow_state__requested_by"
        )
        found, total = first(waiting.order_by("started_at"))
        rows = [
            Row(
                state.revision.object_str,
                editor_url(state.revision),
                f"{state.task.name}，{name_of(state.workflow_state.requested_by)}送审，{day(state.started_at)}",
            )
            for state in found
        ]
        more = reverse("wagtailadmin_reports:workflow_tasks") + "?reviewable=true"
        return [Card("等我审核", "clipboard-list", rows, total, more, urgent=True)]

    def revision_url(self, revision: Any) -> str:
        return self.record_url(revision.content_type.model_class(), revision.object_id)

    def submitted(self) -> list[Card]:
        running = (
            WorkflowState.objects.active()
            .filter(requested_by=self.user, current_task_state__isnull=False)
            .select_related("current_task_state__task", "current_task_state__revision__content_type")
        )
        found, total = first(running.order_by("-created_at"))
        rows = [
            Row(
                state.current_task_state.revision.object_str,
                self.revision_url(state.current_task_state.revision),
                f"{'退回修改' if state.status == WorkflowState.STATUS_NEEDS_CHANGES else '在审'}："
                f"{state.current_task_state.task.name}",
            )
            for state in found
        ]
        return [Card("我送审的", "upload", rows, total, reverse("wagtailadmin_reports:workflow"))]

    def drafts(self) -> list[Card]:
        cards = []
        if self.sees_pages:
            mine = pagefilters.my_drafts(self.pages, self.user)
            newest = mine.order_by(F("latest_revision_created_at").desc(nulls_last=True))
            rows, total = self.page_rows(newest, draft_note)
            more = listings.address(listings.ALL, todo="mine")
            cards.append(Card("我的草稿", "edit", rows, total, more))
        for model in self.fact_models():
            drafts = my_fact_drafts(model.objects.all(), self.user).order_by("-pk")
            title = f"我的{model._meta.verbose_name}草稿"
            cards.append(self.fact_card(title, "edit", drafts, listing_url(model, mine="drafts")))
        return cards

    def fact_card(self, title: str, icon: str, facts: QuerySet[Any], more_url: str) -> Card:
        model = facts.model
        found, total = first(facts.select_related("indicator", "subject") if model is Observation else facts)
        rows = [Row(str(fact), self.record_url(model, fact.pk), fact.get_status_display()) for fact in found]
        return Card(title, icon, rows, total, more_url)

    def scheduled(self) -> list[Card]:
        if not self.sees_pages:
            return []
        planned = pagefilters.scheduled(self.pages)
        rows, total = self.page_rows(
            planned.order_by(F("go_live_at").asc(nulls_last=True)),
            lambda page: f"{moment(page.go_live_at)}发布" if page.go_live_at else "定时发布",
        )
        return [Card("定时发布", "calendar", rows, total, listings.address(listings.ALL, todo="scheduled"))]

    def published(self) -> list[Card]:
        if not self.sees_pages:
            return []
        newest = pagefilters.published_this_week(self.pages).order_by("-last_published_at", "-pk")
        rows, total = self.page_rows(newest, lambda page: moment(page.last_published_at))
        return [Card("本周发布", "check", rows, total, listings.address(listings.ALL, todo="week"))]

    def overdue(self) -> list[Card]:
        if not self.sees_pages:
            return []
        due = IndicatorPage.objects.filter(
            pk__in=pagefilters.overdue(self.pages).values("pk")
        ).defer_streamfields()
        found, total = first(due.order_by("next_update", "pk"))
        rows = [Row(page.title, self.page_url(page.pk), f"应于{page.next_update}更新") for page in found]
        more = listings.address(listings.INDICATORS, overdue="on")
        return [Card("数据该更新", "history", rows, total, more, urgent=True)]

    def doubtful(self) -> list[Card]:
        longest_unchecked = (F("checked_on").asc(nulls_first=True), "pk")
        return [
            self.fact_card(
                f"待核、存疑的{model._meta.verbose_name}",
                "help",
                model.objects.filter(status__in=DOUBTFUL).order_by(*longest_unchecked),
                listing_url(model, doubtful="on"),
            )
            for model in self.fact_models()
        ]

    def unsourced(self) -> list[Card]:
        if not self.sees_pages:
            return []
        bare = pagefilters.without_source(self.pages).order_by("-pk")
        rows, total = self.page_rows(bare, lambda page: page.type_label)
        return [Card("没有来源的页面", "link", rows, total, listings.address(listings.ALL, todo="unsourced"))]

    def broken_links(self) -> list[Card]:
        if not self.sees_pages:
            return []
        broken = ExternalLink.objects.filter(
            state=ExternalLink.State.BROKEN, uses__page__in=self.pages.values("pk")
        ).distinct()
        found, total = first(broken.order_by("failing_since", "pk"))
        address = reverse("external_links") + "?state=broken" if may_inspect(self.user) else ""
        rows = [Row(link.url, address, link.problem or "打不开") for link in found]
        return [Card("打不开的链接", "warning", rows, total, address)]

    def columns(self) -> list[Card]:
        """Columns without content, and those that have brought nothing new for too long (国办秘函〔2019〕19号)."""
        if not self.sees_pages:
            return []
        seen = set(self.pages.filter(depth__lte=4).values_list("pk", flat=True))
        rows = [
            Row(column.page.title, self.page_url(column.page.pk), note)
            for column in columns()
            if column.is_listing and column.page.pk in seen and (note := column_note(column))
        ]
        more = reverse("checkup") if may_inspect(self.user) else ""
        return [Card("栏目空白或久未更新", "time", rows[:SHOWN], len(rows), more)]

    def corrections(self) -> list[Card]:
        if not self.sees(CorrectionRequest):
            return []
        new = CorrectionRequest.objects.filter(state=CorrectionRequest.State.NEW).order_by("created_at")
        found, total = first(new)
        model: Any = CorrectionRequest
        urls = model.snippet_viewset.get_url_name
        rows = [Row(str(r), reverse(urls("edit"), args=[r.pk]), f"{day(r.created_at)}收到") for r in found]
        more = reverse(urls("list")) + "?state=new"
        return [Card("读者纠错", "comment", rows, total, more, urgent=True)]

    def emergencies(self) -> list[Card]:
        if not any(self.user.has_perm(f"review.{action}_emergencypublication") for action in ("add", "view")):
            return []
        open_ones = EmergencyPublication.objects.filter(reviewed_at__isnull=True)
        found, total = first(open_ones.select_related("content_type").order_by("published_at"))
        rows = [
            Row(e.title, self.sheet_url(e), f"{e.user_name}，{moment(e.published_at)}紧急发布，尚未补审")
            for e in found
        ]
        return [Card("紧急发布待补审", "warning", rows, total, urgent=True)]

    def sheet_url(self, emergency: EmergencyPublication) -> str:
        return reverse("review-sheet", args=[emergency.content_type_id, quote(emergency.object_id)])


def first(found: QuerySet[Any]) -> tuple[list[Any], int]:
    """The first few, and how many there are in all: counted only where there are more."""
    rows = list(found[: SHOWN + 1])
    return rows[:SHOWN], len(rows) if len(rows) <= SHOWN else found.count()


def column_note(column: Any) -> str:
    """What is wrong with a column; empty where nothing is."""
    if column.page.archived_on:
        return ""
    number, _ = column.contents
    if not number:
        return "没有公开的内容"
    deadline, latest = DEADLINES.get(column.page.column_type), column.latest
    if deadline is None or (latest and latest >= timezone.now() - deadline):
        return ""
    return f"{day(latest)}后没有更新，期限{deadline.days}天" if latest else "没有更新记录"


def draft_note(page: Any) -> str:
    return ("已公开，有改动" if page.live else "草稿") + "，" + day(page.latest_revision_created_at)


def day(when: datetime | None) -> str:
    return f"{timezone.localtime(when):%Y-%m-%d}" if when else ""


def moment(when: datetime | None) -> str:
    return f"{timezone.localtime(when):%Y-%m-%d %H:%M}" if when else ""


def name_of(user: Model | None) -> str:
    return str(user) if user else "系统"


# Wagtail's panels whose place the dashboard takes: they list everything, with several queries a row.
REPLACED = {"workflow_objects_to_moderate", "user_objects_in_workflow_moderation", "recent_edits"}


def with_dashboard(user: Any, panels: list[Any]) -> Iterator[Any]:
    yield Dashboard(user)
    yield from (panel for panel in panels if getattr(panel, "name", "") not in REPLACED)
