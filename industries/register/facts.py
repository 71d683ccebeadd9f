"""事实与来源: figures, statements and sources as one register, with tabs that keep the filters."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlencode

from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.functional import cached_property
from wagtail.admin.ui.tables import BaseColumn, Column, DateColumn
from wagtail.admin.widgets.button import Button
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet, SnippetViewSetGroup

from cms.review.reading import ReadableViews, ReviewedViews
from industries.models import Observation, Source, Statement, Tier
from industries.register.exchange import SOURCE_COLUMNS, exchange_of
from industries.register.filters import (
    FactFilterSet,
    ObservationFilterSet,
    SourceFilterSet,
    StatementFilterSet,
)
from industries.register.spreadsheet import download
from industries.register.storing import may
from industries.register.whereused import SnippetUsageView

PAGES_SHOWN = 3


class StatusColumn(Column):
    """核实状态: the word, and a colour and a sign for the doubtful ones."""

    cell_template_name = "industries/register/status_cell.html"

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        context["raw_value"] = instance.status
        return context


class LiveColumn(Column):
    cell_template_name = "industries/register/live_cell.html"


class DayColumn(Column):
    """A date, or a dash with its meaning."""

    cell_template_name = "industries/register/day_cell.html"


class PagesColumn(Column):
    """The pages that a statement is about: the first few, and how many more."""

    cell_template_name = "industries/register/pages_cell.html"

    def get_value(self, instance: Any) -> Any:
        links = sorted(instance.subjects.all(), key=lambda link: (link.sort_order or 0, link.pk))
        return {"shown": links[:PAGES_SHOWN], "more": max(0, len(links) - PAGES_SHOWN), "total": len(links)}


class RegisterIndexView(IndexView):
    """A tab of the register: found by words in the database itself, exported as shown."""

    search_backend_name = None
    filename = "register"

    def search_queryset(self, queryset: Any) -> Any:
        for word in self.search_query.replace("\0", "").split()[:6]:
            queryset = queryset.filter(self.matches(word))
        return queryset

    def matches(self, word: str) -> Q:
        condition = Q()
        for name in self.search_fields or ():
            condition |= Q(**{f"{name}__icontains": word})
        return condition

    def order_queryset(self, queryset: Any) -> Any:
        """By what was chosen; what has no value comes last, and ties stand as they were entered."""
        key = self.ordering
        if not isinstance(key, str):
            return queryset.order_by(*self.default_ordering)
        name = F(key.lstrip("-"))
        ordered = name.desc(nulls_last=True) if key.startswith("-") else name.asc(nulls_last=True)
        return queryset.order_by(ordered, "-pk")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.is_export:
            return self.export(request.GET["export"])
        response: HttpResponse = super().get(request, *args, **kwargs)
        return response

    def export(self, format: str) -> HttpResponseBase:
        raise NotImplementedError

    @cached_property
    def show_export_buttons(self) -> bool:
        return True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["tabs"] = self.tabs()
        return context

    def tabs(self) -> list[dict[str, Any]]:
        """The other lists of the register that the user may see, at the same filters where they have them."""
        given = [(name, value) for name in FactFilterSet.shared for value in self.request.GET.getlist(name)]
        given += [("q", self.search_query)] if self.search_query else []
        return [
            {
                "label": model._meta.verbose_name_plural,
                "url": listing_url(model) + ("?" + urlencode(given) if given and model is not Source else ""),
                "current": model is self.model,
            }
            for model in (Observation, Statement, Source)
            if any(may(self.request.user, action, model) for action in ("add", "change", "delete", "view"))
        ]


def listing_url(model: Any, **filters: Any) -> str:
    address = reverse(model.snippet_viewset.get_url_name("list"))
    return f"{address}?{urlencode(filters, doseq=True)}" if filters else address


class FactIndexView(RegisterIndexView):
    """Figures or statements: ends with the columns that both have."""

    def export(self, format: str) -> HttpResponseBase:
        exchange = exchange_of(self.model)
        return download(exchange.columns, exchange.records(self.get_queryset()), self.filename, format)

    @cached_property
    def header_more_buttons(self) -> list[Any]:
        buttons = list(super().header_more_buttons)
        if all(may(self.request.user, action, self.model) for action in ("add", "change")):
            address = reverse("fact-import", args=[exchange_of(self.model).kind])
            buttons.append(Button("导入表格", url=address, icon_name="upload", priority=80))
        return buttons


class ObservationIndexView(FactIndexView):
    filename = "observations"

    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().select_related("indicator", "subject", "source")


class StatementIndexView(FactIndexView):
    filename = "statements"

    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().select_related("source").prefetch_related("subjects__page")


class SourceIndexView(RegisterIndexView):
    filename = "sources"

    def export(self, format: str) -> HttpResponseBase:
        rows = self.get_queryset().iterator(chunk_size=500)
        return download(SOURCE_COLUMNS, rows, self.filename, format)


def fact_columns() -> list[BaseColumn]:
    return [
        Column("source", label="来源", sort_key="source__title"),
        DayColumn("checked_on", label="核对日期", sort_key="checked_on"),
        DateColumn("updated_at", label="更新", sort_key="updated_at"),
        LiveColumn("live", label="公开", sort_key="live"),
    ]


class FactViewSet(ReviewedViews, SnippetViewSet):
    """What both kinds have in common."""

    usage_view_class = SnippetUsageView
    index_template_name = "industries/register/index.html"
    list_per_page = 50
    ordering: ClassVar[Any] = ["-pk"]
    copy_view_enabled = False


class ObservationViewSet(FactViewSet):
    model = Observation
    icon = "order"
    index_view_class = ObservationIndexView
    filterset_class = ObservationFilterSet
    search_fields = ["indicator__title", "indicator__sort_key", "subject__title", "key", "note", "quote"]
    list_display = [
        "indicator",
        Column("quantity", label="数值", sort_key="value", classname="w-whitespace-nowrap"),
        Column("subject", label="对象", accessor=lambda fact: fact.subject.title if fact.subject else "全市"),
        Column("period_label", label="时间", sort_key="ends"),
        StatusColumn("status", label="核实状态", accessor="get_status_display", sort_key="status"),
        *fact_columns(),
    ]


class StatementViewSet(FactViewSet):
    model = Statement
    icon = "comment"
    index_view_class = StatementIndexView
    filterset_class = StatementFilterSet
    search_fields = ["text", "key", "note", "quote"]
    list_display = [
        "text",
        Column("get_kind_display", label="类别", sort_key="kind"),
        PagesColumn("pages", label="相关页面"),
        Column("period_label", label="时间", sort_key="ends"),
        StatusColumn("status", label="核实状态", accessor="get_status_display", sort_key="status"),
        *fact_columns(),
    ]


class SourceViewSet(ReadableViews, SnippetViewSet):
    model = Source
    icon = "doc-full"
    index_view_class = SourceIndexView
    filterset_class = SourceFilterSet
    index_template_name = "industries/register/index.html"
    usage_view_class = SnippetUsageView
    list_per_page = 50
    ordering = ["-pk"]
    list_display = [
        "title",
        Column("publisher", label="发布者", sort_key="publisher"),
        Column("get_kind_display", label="类别", sort_key="kind"),
        Column("published_label", label="发表时间", sort_key="published"),
        Column("key", label="标识", sort_key="key"),
    ]
    search_fields = ["title", "publisher", "key", "url"]


class TierViewSet(ReadableViews, SnippetViewSet):
    model = Tier
    icon = "list-ol"
    list_display = ["name", "title", "size", "order"]


class FactGroup(SnippetViewSetGroup):
    """The fact register, in the admin's main menu."""

    items = (ObservationViewSet, StatementViewSet, SourceViewSet, TierViewSet)
    menu_label = "事实与来源"
    menu_icon = "clipboard-list"
    menu_order = 150
