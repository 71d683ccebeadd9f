"""合规体检: what the rules for public portals ask, answered from the site's own data.

An inspection is a function that gives a `Verdict`, registered with `inspection`. The apps above register their own
in their `ready()`. Each asks the database a fixed number of times, however many pages there are.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.contrib.admin.utils import quote
from django.urls import NoReverseMatch, reverse

from cms.core.visibility import remembered

logger = logging.getLogger(__name__)

# Of what an inspection finds, so many are named; the number of all is told.
MOST_NAMED = 20


class Level(StrEnum):
    """The heaviest first."""

    FAIL = "fail"
    WARN = "warn"
    OK = "ok"
    NONE = "none"

    @property
    def label(self) -> str:
        return {"fail": "不合格", "warn": "注意", "ok": "合格", "none": "不适用"}[self.value]


class Group(StrEnum):
    """Parts of the report, in order."""

    UPKEEP = "更新与栏目"
    REACH = "打得开、找得到"
    IDENTITY = "网站标识"
    ORIGIN = "来源与日期"
    REVIEW = "审核与撤下"
    FACTS = "事实"
    ACCESS = "无障碍"
    READERS = "互动与年报"


@dataclass(frozen=True)
class Concern:
    """One thing to mend: its name, where to mend it (an admin address, may be empty), what is wrong with it."""

    label: str
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class Verdict:
    """What came of an inspection. `total` counts all that is concerned, `concerns` names the first of it."""

    level: Level
    sentence: str
    concerns: tuple[Concern, ...] = ()
    total: int = 0

    @property
    def unnamed(self) -> int:
        return max(0, self.total - len(self.concerns))


@dataclass(frozen=True)
class Inspection:
    """`rule` says in one sentence what must hold, `basis` where that is written."""

    key: str
    title: str
    group: Group
    rule: str
    basis: str
    run: Callable[[], Verdict]


@dataclass(frozen=True)
class Result:
    inspection: Inspection
    verdict: Verdict


NOTICE = "国办秘函〔2019〕19号"
TAGS = "国办发〔2017〕47号附件"
OWN = "本站约定"

registered: dict[str, Inspection] = {}


def inspection(
    key: str, *, title: str, group: Group, rule: str, basis: str
) -> Callable[[Callable[[], Verdict]], Callable[[], Verdict]]:
    """Registers the function below it; a key that is taken is replaced."""

    def register(run: Callable[[], Verdict]) -> Callable[[], Verdict]:
        registered[key] = Inspection(key, title, group, rule, basis, run)
        return run

    return register


def inspect_all() -> list[Result]:
    """All inspections by group, in the order of their registration. One that breaks counts as failed."""
    with remembered():
        return [Result(each, verdict_of(each)) for each in in_order().values()]


def in_order() -> dict[str, Inspection]:
    order = list(Group)
    return dict(sorted(registered.items(), key=lambda item: order.index(item[1].group)))


def verdict_of(each: Inspection) -> Verdict:
    try:
        return each.run()
    except Exception:
        logger.exception("Inspection %s broke", each.key)
        return Verdict(Level.FAIL, "这一项没有查成：程序出错，详情见服务器日志。")


def ok(sentence: str) -> Verdict:
    return Verdict(Level.OK, sentence)


def not_applicable(sentence: str) -> Verdict:
    return Verdict(Level.NONE, sentence)


def found(level: Level, sentence: str, concerns: Iterable[Concern], total: int | None = None) -> Verdict:
    """`{n}` in the sentence becomes the number of all that is concerned."""
    named = tuple(concerns)
    count = len(named) if total is None else total
    return Verdict(level, sentence.replace("{n}", str(count)), named[:MOST_NAMED], count)


def none_of(
    pages: Any, level: Level, bad: str, good: str, note: Callable[[Any], str] = lambda page: ""
) -> Verdict:
    """Good where the queryset of pages is empty; otherwise names the first of them. Two queries."""
    named = list(pages.order_by("pk")[:MOST_NAMED])
    if not named:
        return ok(good)
    total = len(named) if len(named) < MOST_NAMED else pages.order_by().count()
    return found(level, bad, (page_concern(page, note(page)) for page in named), total)


def page_concern(page: Any, note: str = "") -> Concern:
    return Concern(page.title, reverse("wagtailadmin_pages:edit", args=[page.pk]), note)


def record_concern(record: Any, note: str = "") -> Concern:
    """A record with a view of its own in the admin."""
    return Concern(str(record), edit_url(record), note)


def edit_url(record: Any) -> str:
    """Address of the record's form in the admin; empty where there is none."""
    viewset = getattr(type(record), "snippet_viewset", None)
    if viewset is None:
        return ""
    try:
        return str(reverse(viewset.get_url_name("edit"), args=[quote(record.pk)]))
    except NoReverseMatch:
        return ""


def start() -> None:
    """Registers what the portal inspects of itself, and the chores that go with it. For `ready()`."""
    from cms.core import chores
    from cms.review.checkup import columns, dates, furniture, procedure, reach, words
    from cms.review.links import checking

    _ = (columns, dates, furniture, procedure, reach)  # they register themselves
    chores.register(checking.LINK_CHECK)
    chores.register(words.WORD_SWEEP)
