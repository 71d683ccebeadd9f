"""Addresses outside the portal in the admin: how they answered, which pages lead there, and what to do."""

from __future__ import annotations

from typing import Any

import django_filters
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.reports import ReportView

from cms.core.models import BasePage
from cms.review.checkup.views import may_inspect
from cms.review.links import checking
from cms.review.models import ExternalLink, LinkUse

# Of the pages that lead to an address, so many are named.
MOST_PAGES = 3


class LinkFilters(WagtailFilterSet):
    state = django_filters.ChoiceFilter(label="状态", choices=ExternalLink.State.choices)
    url = django_filters.CharFilter(label="地址包含", lookup_expr="icontains")

    class Meta:
        model = ExternalLink
        fields = ["state", "url"]


class AddressColumn(Column):
    cell_template_name = "review/external_links/address.html"


class PagesColumn(Column):
    cell_template_name = "review/external_links/pages.html"

    def get_value(self, instance: ExternalLink) -> list[Any]:
        return [use.page for use in instance.uses.all()]

    def get_cell_context_data(self, instance: ExternalLink, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        pages = self.get_value(instance)
        return {**context, "pages": pages[:MOST_PAGES], "more": max(0, len(pages) - MOST_PAGES)}


class ActionsColumn(Column):
    cell_template_name = "review/external_links/actions.html"

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        request = parent_context["request"]
        context["may_change"] = request.user.has_perm("review.change_externallink")
        context["csrf_token"] = get_token(request)
        return context


def state_words(link: ExternalLink) -> str:
    """The state, and how far a failing address is from counting as broken."""
    if link.failures and link.state != ExternalLink.State.BROKEN:
        return f"失败{link.failures}天，满{checking.BROKEN_AFTER}天算打不开"
    return str(link.get_state_display())


class ExternalLinksView(ReportView):
    """Paged, with a fixed number of queries. Broken ones first."""

    model = ExternalLink
    page_title = "外部链接"
    header_icon = "link-external"
    index_url_name = "external_links"
    index_results_url_name = "external_links_results"
    template_name = "review/external_links/report.html"
    results_template_name = "review/external_links/results.html"
    table_classname = "listing external-links"
    filterset_class = LinkFilters
    default_ordering = "-failures"
    is_searchable = False
    verbose_name_plural = "外部链接"
    list_export = [
        "url",
        "get_state_display",
        "status_code",
        "problem",
        "checked_at",
        "failing_since",
        "number",
    ]
    export_headings = {
        "url": "地址",
        "get_state_display": "状态",
        "status_code": "应答码",
        "problem": "问题",
        "checked_at": "检查时间",
        "failing_since": "开始失败",
        "number": "引用页数",
    }

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_inspect(request.user):
            raise PermissionDenied
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    @cached_property
    def columns(self) -> list[Any]:
        return [
            AddressColumn("url", label="地址", sort_key="url", width="35%"),
            Column("state", label="状态", accessor=state_words, sort_key="failures"),
            PagesColumn("pages", label="引用它的页面"),
            DateColumn("checked_at", label="检查时间", sort_key="checked_at"),
            ActionsColumn("actions", label="处理"),
        ]

    def get_base_queryset(self) -> Any:
        """With the pages of all rows shown: whoever sees the report may read pages, so drafts are named too."""
        links = ExternalLink.objects.annotate(number=Count("uses"))
        if self.is_export:
            return links
        pages = BasePage.objects.only("id", "title", "path", "depth")
        uses = LinkUse.objects.order_by("page_id").prefetch_related(Prefetch("page", queryset=pages))
        return links.prefetch_related(Prefetch("uses", queryset=uses))

    def order_queryset(self, queryset: Any) -> Any:
        ordered = super().order_queryset(queryset)
        return ordered.order_by(*ordered.query.order_by, F("checked_at").asc(nulls_first=True), "pk")

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        context["link_check"] = settings.LINK_CHECK
        return context


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """`action`: `again` puts the address first in line, `confirm` says that a person has seen it open."""
    if not request.user.has_perm("review.change_externallink"):
        raise PermissionDenied
    link = get_object_or_404(ExternalLink, pk=pk)
    action = request.POST.get("action")
    if action == "confirm":
        checking.confirm(link, str(request.user))
        messages.success(request, f"已记下：{link.url} 能打开。{checking.LOOKED_AT_FOR.days}天后再检查。")
    elif action == "again" and settings.LINK_CHECK:
        checking.look_again(link)
        messages.success(request, f"已排到最前，马上检查：{link.url}。过一会儿刷新本页看结果。")
    elif action == "again":
        messages.error(request, "没有检查：本站没有开启对外部网站的访问（LINK_CHECK=1）。请用浏览器打开看。")
    else:
        messages.error(request, "没有这种操作。")
    back = request.POST.get("state", "")
    known = back if back in ExternalLink.State.values else ""
    return redirect(reverse("external_links") + (f"?state={known}" if known else ""))
