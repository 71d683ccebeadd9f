"""Are the home page and the columns alive: kept up to date, not empty, nothing “under construction”?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Count, Max
from django.utils import timezone
from django.utils.html import strip_tags
from wagtail.models import Site, get_page_models

from cms.core.models import BasePage
from cms.review.checkup import (
    NOTICE,
    Concern,
    Group,
    Level,
    Verdict,
    found,
    inspection,
    not_applicable,
    ok,
    page_concern,
)

TWO_WEEKS, HALF_A_YEAR = timedelta(days=14), timedelta(days=183)
# How often columns of a kind (栏目类别) have to bring something new; kinds that are not named, at no set time.
DEADLINES = {
    "工作动态": TWO_WEEKS,
    "新闻动态": TWO_WEEKS,
    "要闻动态": TWO_WEEKS,
    "通知公告": HALF_A_YEAR,
    "政策文件": HALF_A_YEAR,
    "政策解读": HALF_A_YEAR,
}
MOST_BAD_COLUMNS = 5
UNDER_CONSTRUCTION = re.compile("建设中|筹建中|正在建设|敬请期待|内容更新中|暂无内容")


@dataclass
class Column:
    """A visible column, with how much it holds and when that last changed."""

    page: Any

    @property
    def is_listing(self) -> bool:
        return hasattr(self.page, "items")

    @cached_property
    def contents(self) -> tuple[int, datetime | None]:
        """Number of its items and the last change among them. One query."""
        items = self.page.items().order_by()
        told = items.aggregate(number=Count("pk", distinct=True), latest=Max("last_published_at"))
        return told["number"], told["latest"]

    @property
    def latest(self) -> datetime | None:
        return max(filter(None, [self.contents[1], self.page.last_published_at]), default=None)


def columns() -> list[Column]:
    """Visible columns in tree order; there is one of a type for each site."""
    types = [model for model in get_page_models() if getattr(model, "meta_role", "") == "column"]
    visible = BasePage.objects.visible().type(*types) if types else BasePage.objects.none()
    return [Column(page) for page in visible.order_by("path").specific()]


def ago(moment: datetime) -> str:
    days = (timezone.localdate() - timezone.localdate(moment)).days
    return f"{timezone.localdate(moment):%Y-%m-%d}（{days}天前）"


@inspection(
    "home-stale",
    title="首页更新",
    group=Group.UPKEEP,
    rule="首页2周之内有更新。首页列出各栏目的最新内容，任何公开内容更新都算首页更新。",
    basis=NOTICE,
)
def home_is_fresh() -> Verdict:
    stale = []
    homes = BasePage.objects.visible().filter(pk__in=Site.objects.values("root_page")).order_by("path")
    latest: datetime | None = None
    for home in homes:
        below = BasePage.objects.visible().descendant_of(home, inclusive=True).order_by()
        latest = below.aggregate(latest=Max("last_published_at"))["latest"]
        if latest is None or latest < timezone.now() - TWO_WEEKS:
            stale.append(page_concern(home, f"最近更新：{ago(latest)}" if latest else "没有更新记录"))
    if not homes:
        return Verdict(Level.FAIL, "没有公开的首页。")
    if stale:
        return found(Level.FAIL, "首页超过2周没有更新。", stale)
    return ok(f"首页最近更新：{ago(latest)}。" if latest else "首页有更新。")


@inspection(
    "columns-stale",
    title="栏目更新",
    group=Group.UPKEEP,
    rule="动态类栏目2周、通知和政策类栏目6个月之内有更新；5个及以上不更新为不合格。已归档的栏目不算。",
    basis=NOTICE,
)
def columns_are_fresh() -> Verdict:
    now, stale, watched = timezone.now(), [], 0
    for column in columns():
        deadline = DEADLINES.get(column.page.column_type)
        if deadline is None or column.page.archived_on or not column.is_listing or not column.contents[0]:
            continue
        watched += 1
        latest = column.latest
        if latest is None or latest < now - deadline:
            said = f"最近更新：{ago(latest)}" if latest else "没有更新记录"
            stale.append(page_concern(column.page, f"{said}，期限{deadline.days}天"))
    if stale:
        level = Level.FAIL if len(stale) >= MOST_BAD_COLUMNS else Level.WARN
        return found(level, "{n}个栏目超过期限没有更新。", stale)
    return (
        ok(f"有更新期限的{watched}个栏目都按期更新。")
        if watched
        else not_applicable("没有规定更新期限的栏目。")
    )


@inspection(
    "columns-blank",
    title="空白栏目",
    group=Group.UPKEEP,
    rule="不留空白栏目；5个及以上为不合格。没有内容的栏目不进入菜单，但地址还打得开。",
    basis=NOTICE,
)
def columns_are_filled() -> Verdict:
    listings = [column for column in columns() if column.is_listing]
    blank = [page_concern(column.page, "没有公开的内容") for column in listings if not column.contents[0]]
    if blank:
        level = Level.FAIL if len(blank) >= MOST_BAD_COLUMNS else Level.WARN
        return found(level, "{n}个栏目是空的：请加内容，或者取消发布。", blank)
    return ok(f"{len(listings)}个栏目都有内容。")


@inspection(
    "columns-construction",
    title="“建设中”栏目",
    group=Group.UPKEEP,
    rule="栏目里没有“建设中”“敬请期待”一类的话。",
    basis=NOTICE,
)
def nothing_under_construction() -> Verdict:
    """The columns' own words; that a project is 建设中 is news."""
    concerns: list[Concern] = []
    for column in columns():
        page = column.page
        words = "\n".join(
            [
                page.title,
                page.seo_title,
                page.summary,
                page.search_description,
                strip_tags(getattr(page, "intro", "")),
            ]
        )
        if hit := UNDER_CONSTRUCTION.search(words):
            concerns.append(page_concern(page, f"写着“{hit[0]}”"))
    if concerns:
        return found(Level.FAIL, "{n}个栏目写着“建设中”一类的话。", concerns)
    return ok("没有“建设中”的栏目。")
