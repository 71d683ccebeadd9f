"""年度报表: what the portal did in a year, counted from its own records. Each table says how it was counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Avg, Count, Exists, F, Min, OuterRef, Q
from django.db.models.functions import Substr
from django.utils import timezone
from wagtail.models import PageLogEntry, Site, get_page_models

from cms.core.models import BasePage, CorrectionRequest
from cms.review.models import EmergencyPublication

# A publication this long after the first one is an update.
SAME_PUBLICATION = timedelta(minutes=10)
PUBLICATION, WITHDRAWAL, DELETION = "wagtail.publish", "wagtail.unpublish", "wagtail.delete"
ELSEWHERE = "（不在栏目中，含回收站）"
DELETED = "（已删除的页面）"


@dataclass(frozen=True)
class Year:
    """A calendar year on Beijing's clock."""

    number: int

    @property
    def starts(self) -> datetime:
        return datetime(self.number, 1, 1, tzinfo=timezone.get_default_timezone())

    @property
    def ends(self) -> datetime:
        """The first moment of the next year."""
        return datetime(self.number + 1, 1, 1, tzinfo=timezone.get_default_timezone())

    def within(self, field: str) -> Q:
        """For a field with a time."""
        return Q(**{f"{field}__gte": self.starts, f"{field}__lt": self.ends})

    def on(self, field: str) -> Q:
        """For a field with a day."""
        return Q(**{f"{field}__year": self.number})


@dataclass(frozen=True)
class Section:
    """A table of the report: what it counts and how, its columns and rows. The last row may be the sum."""

    title: str
    how: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    summed: bool = False


# The upper apps add what they know of a year.
more_sections: list[Callable[[Year], Iterable[Section]]] = []


def report(year: Year) -> list[Section]:
    """A fixed number of queries."""
    sections = [content(year), topics(year), messages(year), emergencies(year)]
    return [*sections, *(section for more in more_sections for section in more(year)), visits()]


def known_years() -> list[int]:
    """From the year of the first publication to this one, the latest first."""
    first = BasePage.objects.aggregate(first=Min("first_published_at"))["first"]
    this = timezone.localdate().year
    return list(range(this, min(timezone.localdate(first).year, this) - 1 if first else this - 1, -1))


@dataclass(frozen=True)
class Columns:
    """Titles of what stands right below the home pages, by tree path."""

    titles: dict[str, str]
    length: int

    @classmethod
    def all(cls) -> Columns:
        homes = list(BasePage.objects.filter(pk__in=Site.objects.values("root_page")))
        depth = min((home.depth for home in homes), default=2)
        of_sites = Q(pk__in=[home.pk for home in homes])
        for home in homes:
            of_sites |= Q(depth=depth + 1, path__startswith=home.path)
        pages = BasePage.objects.filter(of_sites).values_list("path", "title")
        return cls(dict(pages), (depth + 1) * BasePage.steplen)

    def title(self, path: str | None) -> str:
        return self.titles.get(path or "", ELSEWHERE)


Key = tuple[str | None, int | None]


def counted(rows: Any, columns: Columns, prefix: str = "") -> Counter[Key]:
    """How many different pages by column (its tree path) and content type. One query.

    `prefix` leads from the rows to the page.
    """
    grouped = (
        rows.order_by()
        .annotate(column=Substr(f"{prefix}path", 1, columns.length))
        .values_list("column", f"{prefix}content_type")
        .annotate(number=Count(f"{prefix}pk", distinct=True))
    )
    return Counter({(column, kind): number for column, kind, number in grouped})


def content(year: Year) -> Section:
    """By column and type."""
    columns = Columns.all()
    in_tree = BasePage.objects.filter(depth__gt=1)
    entries = PageLogEntry.objects.filter(year.within("timestamp"))
    published = entries.filter(action__startswith=PUBLICATION, page__depth__gt=1)
    again = published.filter(timestamp__gt=F("page__first_published_at") + SAME_PUBLICATION)
    withdrawn = entries.filter(action__startswith=WITHDRAWAL)
    measures = [
        counted(in_tree.filter(year.within("first_published_at")), columns),
        counted(again, columns, "page__"),
        counted(withdrawn.filter(page__path__isnull=False), columns, "page__") + gone(entries),
        counted(BasePage.objects.visible().filter(depth__gt=1, first_published_at__lt=year.ends), columns),
    ]
    names = {pk: kind_name(kind) for pk, kind in ContentType.objects.in_bulk().items()}
    keys = {key for measure in measures for key in measure}
    rows = [
        (place(columns, path), names.get(kind or 0, "页面"), *(measure[path, kind] for measure in measures))
        for path, kind in keys
    ]
    order: dict[Any, int] = {title: rank for rank, (_, title) in enumerate(sorted(columns.titles.items()))}
    rows.sort(key=lambda row: (order.get(row[0], len(order)), row[1]))
    total = ("合计", "", *(measure.total() for measure in measures))
    return Section(
        "内容",
        "新增：发布时间在本年的页面。更新：本年再次发布过的页面，一页只算一次，首次发布不算（按操作记录）。"
        "撤下：本年取消发布、到期撤下或公开后删除的页面（按操作记录）。"
        "现有：现在公开、发布时间不晚于本年末的页面；不是年末当天的数。",
        ("栏目", "类型", "新增", "更新", "撤下", "现有"),
        (*rows, total),
        summed=True,
    )


def place(columns: Columns, path: str | None) -> str:
    return DELETED if path is None else columns.title(path)


def gone(entries: Any) -> Counter[Key]:
    """Pages that had been public and were deleted: their place in the tree is gone, their type is on record."""
    was_public = PageLogEntry.objects.filter(page=OuterRef("page_id"), action__startswith=PUBLICATION)
    rows = entries.filter(Exists(was_public), action=DELETION).order_by().values_list("content_type")
    return Counter({(None, kind): n for kind, n in rows.annotate(n=Count("page_id", distinct=True))})


def kind_name(kind: ContentType) -> str:
    model = kind.model_class()
    return str(model._meta.verbose_name) if model else kind.model


def topics(year: Year) -> Section:
    """Columns and topics: what stands right below the home page and gathers other pages."""
    types = [model for model in get_page_models() if getattr(model, "meta_role", "") == "column"]
    pages = BasePage.objects.type(*types) if types else BasePage.objects.none()
    kept = BasePage.objects.visible().type(*types) if types else pages
    new = pages.filter(year.within("first_published_at")).count()
    older = kept.filter(first_published_at__lt=year.starts, archived_on__isnull=True).count()
    archived = BasePage.objects.filter(year.on("archived_on")).count()
    return Section(
        "栏目和专题",
        "新开：发布时间在本年的栏目。维护：以前开设、现在公开且没有归档的栏目。归档：归档日期在本年的页面（各种类型）。",
        ("新开", "维护", "归档"),
        ((new, older, archived),),
    )


def messages(year: Year) -> Section:
    """What readers wrote, and how soon they were answered."""
    received = CorrectionRequest.objects.filter(year.within("created_at"))
    answered = CorrectionRequest.objects.filter(year.within("answered_at"))
    states = dict(answered.order_by().values_list("state").annotate(number=Count("pk")))
    average: timedelta | None = answered.aggregate(a=Avg(F("answered_at") - F("created_at")))["a"]
    days = f"{average / timedelta(days=1):.1f}" if average is not None else "—"
    waiting = received.filter(state=CorrectionRequest.State.NEW).count()
    state = CorrectionRequest.State
    row = (
        received.count(),
        answered.count(),
        states.get(state.ACCEPTED, 0),
        states.get(state.DECLINED, 0),
        waiting,
        days,
    )
    return Section(
        "读者纠错",
        "收到：本年提交的。答复：本年处理的，含以前提交的。平均天数：本年处理的各条从提交到首次处理的平均时间。"
        "未处理：本年提交、现在还没有处理的。",
        ("收到", "答复", "其中：已更正", "其中：不采纳", "未处理", "平均天数"),
        (row,),
    )


def emergencies(year: Year) -> Section:
    made = EmergencyPublication.objects.filter(year.within("published_at"))
    reviewed = made.filter(reviewed_at__isnull=False).count()
    number = made.count()
    return Section(
        "紧急发布",
        "没有经过三审先发布的次数，每次都记有理由和姓名。",
        ("次数", "已补审", "未补审"),
        ((number, reviewed, number - reviewed),),
    )


def visits() -> Section:
    return Section(
        "访问量",
        "本站不统计访问量：不给读者设Cookie，不用统计代码。需要时由代理服务器的日志得出。",
        (),
        (),
    )
