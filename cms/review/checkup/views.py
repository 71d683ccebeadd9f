"""The check-up and the yearly report in the admin, and as CSV."""

from __future__ import annotations

import csv
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.widgets import HeaderButton

from cms.core.models import Chore
from cms.core.tables import BYTE_ORDER_MARK, Echo, cell
from cms.review import yearly
from cms.review.checkup import Group, Level, Result, in_order, inspect_all
from cms.review.checkup.manual import BY_HAND
from cms.review.links import checking

ICONS = {Level.FAIL: "cross", Level.WARN: "warning", Level.OK: "check", Level.NONE: "minus"}
# On a large site a look takes its time: what took longer (seconds) is shown again for so many seconds.
LONG, KEEP_FOR = 3.0, 600
KEPT = "checkup-results"


def may_inspect(user: Any) -> bool:
    """审计员 and 管理员 read everything; 审发 answers for what is public."""
    return bool(user.has_perm("review.view_externallink") or user.has_perm("review.add_emergencypublication"))


class Inspecting(WagtailAdminTemplateMixin, TemplateView):
    """A report for those who may inspect. Raises PermissionDenied for others."""

    _show_breadcrumbs = True
    crumb = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_inspect(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]


def inspected() -> tuple[list[Result], datetime, bool]:
    """The results, when they were found, and whether that was a slow look that is kept for some minutes.

    Verdicts are kept, not inspections: these hold functions.
    """
    if told := cache.get(KEPT):
        verdicts, moment = told
        results = [Result(each, verdicts[key]) for key, each in in_order().items() if key in verdicts]
        return results, moment, True
    began = time.monotonic()
    results, moment = inspect_all(), timezone.now()
    slow = time.monotonic() - began > LONG
    if slow:
        cache.set(KEPT, ({r.inspection.key: r.verdict for r in results}, moment), KEEP_FOR)
    return results, moment, slow


class CheckupView(Inspecting):
    page_title = "合规体检"
    header_icon = "clipboard-list"
    template_name = "review/checkup/checkup.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get("export") == "csv":
            results = inspected()[0]
            return csv_download(checkup_lines(results), f"checkup-{timezone.localdate():%Y%m%d}")
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Looks again at once, where a slow result was kept."""
        cache.delete(KEPT)
        return redirect("checkup")

    @cached_property
    def header_buttons(self) -> list[Any]:
        return [
            HeaderButton(label="下载CSV", url="?export=csv", icon_name="download"),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        results, checked_at, kept = inspected()
        counts = Counter(result.verdict.level for result in results)
        rank = list(Level)
        to_mend = [r for r in results if r.verdict.level in {Level.FAIL, Level.WARN}]
        context["to_mend"] = sorted(to_mend, key=lambda result: rank.index(result.verdict.level))
        passed = [r for r in results if r not in to_mend]
        groups = [(group, [r for r in passed if r.inspection.group is group]) for group in Group]
        context["groups"] = [(group, inside) for group, inside in groups if inside]
        context["tally"] = [(level, ICONS[level], counts[level]) for level in Level]
        context["links_url"] = reverse("external_links")
        context["by_hand"] = BY_HAND
        context["checked_at"], context["kept"] = checked_at, kept
        context["link_check"] = settings.LINK_CHECK
        context["link_chore"] = Chore.objects.filter(name=checking.NAME).first()
        return context


class YearlyView(Inspecting):
    page_title = "年度报表"
    header_icon = "calendar-alt"
    template_name = "review/checkup/yearly.html"

    @cached_property
    def years(self) -> list[int]:
        return yearly.known_years()

    @cached_property
    def year(self) -> yearly.Year:
        """The year asked for; the last complete one where there is one and nothing else is asked."""
        asked = self.request.GET.get("year", "")
        if asked.isascii() and asked.isdigit() and int(asked) in self.years:
            return yearly.Year(int(asked))
        return yearly.Year(self.years[1] if len(self.years) > 1 else self.years[0])

    @cached_property
    def header_buttons(self) -> list[Any]:
        return [
            HeaderButton(label="下载CSV", url=f"?year={self.year.number}&export=csv", icon_name="download")
        ]

    def get_page_subtitle(self) -> str:
        return f"{self.year.number}年"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get("export") == "csv":
            lines = yearly_lines(self.year, yearly.report(self.year))
            return csv_download(lines, f"yearly-{self.year.number}")
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        today = timezone.localdate()
        asked = self.request.GET.get("year", "")
        context["sections"] = yearly.report(self.year)
        context["year"] = self.year.number
        context["years"] = self.years
        context["unknown_year"] = bool(asked) and asked != str(self.year.number)
        context["unfinished"] = self.year.number == today.year
        context["counted_at"] = timezone.now()
        context["user_name"] = str(self.request.user)
        return context


def csv_download(lines: Iterable[tuple[Any, ...]], filename: str) -> HttpResponse:
    """Rows as CSV in UTF-8 that a spreadsheet opens as it is; nothing in it runs as a formula."""
    writer = csv.writer(Echo())

    def written() -> Iterator[str]:
        yield BYTE_ORDER_MARK
        for line in lines:
            yield writer.writerow([cell(value) for value in line])

    response = StreamingHttpResponse(written(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}.csv"'
    return response  # type: ignore[return-value]


def checkup_lines(results: list[Result]) -> Iterator[tuple[Any, ...]]:
    """A row for each thing concerned, and one for each inspection without any."""
    yield ("类别", "检查项", "结论", "说明", "涉及总数", "涉及内容", "问题", "修改地址", "规则", "依据")
    for result in results:
        each, verdict = result.inspection, result.verdict
        start = (each.group.value, each.title, verdict.level.label, verdict.sentence, verdict.total)
        for concern in verdict.concerns or (None,):
            about = (concern.label, concern.note, concern.url) if concern else ("", "", "")
            yield (*start, *about, each.rule, each.basis)
    for item in BY_HAND:
        yield ("不能自动检查", item.title, "请人工检查", item.why, "", "", "", "", item.todo, "")


def yearly_lines(year: yearly.Year, sections: list[yearly.Section]) -> Iterator[tuple[Any, ...]]:
    yield (f"{year.number}年度报表", f"统计时间：{timezone.localtime():%Y-%m-%d %H:%M}")
    for section in sections:
        yield ()
        yield (section.title,)
        if section.heads:
            yield section.heads
        yield from section.rows
        yield ("统计方法：" + section.how,)
