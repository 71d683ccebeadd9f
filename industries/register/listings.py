"""内容: one listing for each type of page, and one of all. No row costs a query of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from django.db.models import F, Q, Value
from django.db.models.functions import Replace
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from wagtail.admin.ui.tables import BaseColumn, Column, DateColumn
from wagtail.admin.ui.tables.pages import BulkActionsColumn, PageStatusColumn, PageTitleColumn
from wagtail.admin.views.pages.listing import IndexView
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.pages import PageListingViewSet
from wagtail.models import Revision

from cms.core.models import BasePage
from cms.core.tables import Column as Cell
from industries.models import (
    EnterprisePage,
    IndicatorPage,
    NewsPage,
    Observation,
    PlacePage,
    PolicyPage,
    ProjectPage,
    ProjectStage,
    SectorPage,
    Source,
)
from industries.models.filters import naming
from industries.models.project import STAGE_ORDER, StageKind
from industries.register import pagefilters
from industries.register.exchange import SEPARATOR, chunks
from industries.register.facts import DayColumn
from industries.register.spreadsheet import download

EXPORT_CHUNK = 500


class DueColumn(Column):
    """下次更新: a date, and a warning where it has passed."""

    cell_template_name = "industries/register/due_cell.html"

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        context["overdue"] = instance.is_overdue
        return context


def with_row_facts(pages: list[Any]) -> list[Any]:
    """Gives each page the names of its sectors and who edited it last, and what its type's row shows.

    A fixed number of queries, however many pages there are.
    """
    ids = [page.pk for page in pages]
    names = sector_names(ids)
    editors = {
        revision.pk: revision.user
        for revision in Revision.objects.filter(pk__in=[page.latest_revision_id for page in pages])
        .select_related("user")
        .only("pk", "user")
    }
    for page in pages:
        page.sector_names = names.get(page.pk, [])
        user = editors.get(page.latest_revision_id)
        page.edited_by = str(user) if user else ""
    model = type(pages[0]) if pages else None
    if model is NewsPage:
        sources = Source.objects.in_bulk({page.source_id for page in pages} - {None})
        for page in pages:
            page.source_title = str(sources[page.source_id]) if page.source_id in sources else ""
    elif model is IndicatorPage:
        counts = Counter(Observation.objects.filter(indicator__in=ids).values_list("indicator_id", flat=True))
        for page in pages:
            page.figure_count = counts[page.pk]
    elif model is ProjectPage:
        reached: dict[int, list[int]] = {}
        for pk, stage in ProjectStage.objects.filter(project__in=ids).values_list("project_id", "stage"):
            reached.setdefault(pk, []).append(STAGE_ORDER.index(StageKind(stage)))
        for page in pages:
            page.stage_label = STAGE_ORDER[max(reached[page.pk])].label if page.pk in reached else ""
    return pages


def sector_names(ids: list[int]) -> dict[int, list[str]]:
    """Titles of the sectors that the pages name, published or not. Two queries."""
    if not ids:
        return {}
    first, *others = [
        model.objects.filter(**{f"{owner}__in": ids}).order_by().values_list(f"{owner}_id", f"{target}_id")
        for model, owner, target in naming()
    ]
    pairs = list(first.union(*others))
    titles = dict(
        SectorPage.objects.filter(pk__in={sector for _, sector in pairs})
        .order_by("path")
        .values_list("pk", "title")
    )
    names: dict[int, list[str]] = {}
    for pk, sector in pairs:
        if sector in titles:
            names.setdefault(pk, []).append(titles[sector])
    return names


class ListingView(IndexView):
    """Pages of one type that the user may see in the explorer."""

    any_permission_required: ClassVar[set[str]] = {*IndexView.any_permission_required, "change", "view"}
    template_name = "industries/register/pages.html"
    default_ordering = "-latest_revision_created_at"
    cells: tuple[Cell, ...] = ()
    paginate_by = 50

    def annotate_queryset(self, pages: Any) -> Any:
        """Pages of one type need no second look for their own fields."""
        pages = pages.prefetch_related("content_type", "sites_rooted_here").prefetch_workflow_states()
        if self.model is BasePage:
            return pages.annotate_site_root_state().annotate_approved_schedule()
        return pages.defer_streamfields().annotate_site_root_state().annotate_approved_schedule()

    def search_queryset(self, queryset: Any) -> Any:
        """By words of the title, other names, summary or address, or by the title's pinyin."""
        words = self.search_query.replace("\0", "").split()[:6]
        if words:
            queryset = queryset.alias(pinyin=Replace("sort_key", Value(" "), Value("")))
        for word in words:
            found = Q(title__icontains=word) | Q(summary__icontains=word) | Q(slug__icontains=word)
            found |= Q(pinyin__contains=word.lower())
            if hasattr(self.model, "other_names"):
                found |= Q(other_names__icontains=word)
            queryset = queryset.filter(found)
        return queryset

    def get_ordering(self) -> Any:
        ordering = self.request.GET.get("ordering", self.default_ordering)
        return ordering if ordering in self.get_valid_orderings() else self.default_ordering

    def order_queryset(self, queryset: Any) -> Any:
        key = self.ordering
        name = F(key.lstrip("-"))
        ordered = name.desc(nulls_last=True) if key.startswith("-") else name.asc(nulls_last=True)
        return queryset.order_by(ordered, "-pk")

    def get_table(self, object_list: Any) -> Any:
        return super().get_table(with_row_facts(list(object_list)))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.is_export:
            return download(self.cells, self.exported(), self.model._meta.model_name, request.GET["export"])
        response: HttpResponse = super().get(request, *args, **kwargs)
        return response

    def exported(self) -> Iterator[Any]:
        """All pages of the listing, as many as a chunk holds in memory at a time."""
        ids = list(self.get_queryset().values_list("pk", flat=True))
        pages = self.model.objects.prefetch_related("content_type")
        pages = pages if self.model is BasePage else pages.defer_streamfields()
        for chunk in chunks(ids, EXPORT_CHUNK):
            found = pages.in_bulk(chunk)
            yield from with_row_facts([found[pk] for pk in chunk if pk in found])

    @cached_property
    def show_export_buttons(self) -> bool:
        return bool(self.cells)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["model_opts"] = BasePage._meta
        return context


TITLE = PageTitleColumn("title", label="标题", sort_key="sort_key", classname="title")
NAME = PageTitleColumn("title", label="名称", sort_key="sort_key", classname="title")
SECTORS = Column("sector_names", label="产业", accessor=lambda page: "、".join(page.sector_names))
EDITED_BY = Column("edited_by", label="最近编辑")
UPDATED = DateColumn("latest_revision_created_at", label="更新", sort_key="latest_revision_created_at")
STATUS = PageStatusColumn("status", label="状态", sort_key="live")
END: tuple[BaseColumn, ...] = (EDITED_BY, UPDATED, STATUS)


def cell(title: str, name: str = "", value: Any = None) -> Cell:
    return Cell(name=name or title, title=title, value=value or (lambda page: getattr(page, name)))


FIRST_CELLS = (cell("编号", "pk"), cell("标题", "title"))
SECTOR_CELL = cell("产业", value=lambda page: SEPARATOR.join(page.sector_names))
LAST_CELLS = (
    cell("摘要", "summary"),
    cell("状态", value=lambda page: page.status_string.title() if not page.live else live_words(page)),
    cell("最近编辑", "edited_by"),
    cell("首次发布", "first_published_at"),
    cell("最近发布", "last_published_at"),
    cell("更新", "latest_revision_created_at"),
    cell("地址", "url_path"),
)


def live_words(page: Any) -> str:
    return "已公开，有未发布的改动" if page.has_unpublished_changes else "已公开"


def listing(
    page_model: Any,
    key: str,
    label: str,
    icon: str,
    columns: Iterable[BaseColumn],
    cells: Iterable[Cell],
    filters: Any,
    title: BaseColumn = NAME,
) -> PageListingViewSet:
    """The viewset of one type. `columns` and `cells` stand between the title and what all types end with."""
    exported = (*FIRST_CELLS, *cells, *LAST_CELLS)
    view: Any = type(
        f"{page_model.__name__}ListingView", (ListingView,), {"cells": exported, "page_title": label}
    )

    class TypeListing(PageListingViewSet):
        index_view_class = view
        filterset_class = filters

    TypeListing.model = page_model
    TypeListing.columns = [BulkActionsColumn("bulk_actions"), title, *columns, *END]
    return TypeListing(
        f"content_{key}",
        url_prefix=f"content/{key}",
        icon=icon,
        menu_label=label,
        ordering=view.default_ordering,
    )


NEWS = listing(
    NewsPage,
    "news",
    "动态",
    "doc-full-inverse",
    [SECTORS, Column("source_title", label="来源"), Column("editor", label="责任编辑", sort_key="editor")],
    [
        SECTOR_CELL,
        cell("来源", "source_title"),
        cell("责任编辑", "editor"),
        cell("原文发布时间", "original_published"),
    ],
    pagefilters.NewsFilterSet,
    title=TITLE,
)
SECTOR = listing(
    SectorPage,
    "sectors",
    "产业",
    "site",
    [Column("position", label="定位")],
    [cell("定位", "position")],
    pagefilters.PageFilterSet,
)
PROJECTS = listing(
    ProjectPage,
    "projects",
    "项目",
    "crosshairs",
    [
        Column("get_kind_display", label="类别", sort_key="kind"),
        SECTORS,
        Column("stage_label", label="阶段"),
        DayColumn("checked_on", label="最近核对", sort_key="checked_on"),
    ],
    [
        cell("类别", value=lambda page: page.get_kind_display()),
        SECTOR_CELL,
        cell("阶段", "stage_label"),
        cell("最近核对", "checked_on"),
    ],
    pagefilters.ProjectFilterSet,
)
ENTERPRISES = listing(
    EnterprisePage,
    "enterprises",
    "企业",
    "group",
    [
        Column("get_kind_display", label="类别", sort_key="kind"),
        SECTORS,
        Column("stock_code", label="证券代码", sort_key="stock_code"),
    ],
    [
        cell("类别", value=lambda page: page.get_kind_display()),
        cell("全称", "full_name"),
        cell("证券代码", "stock_code"),
        SECTOR_CELL,
    ],
    pagefilters.EnterpriseFilterSet,
)
PLACES = listing(
    PlacePage,
    "places",
    "园区",
    "globe",
    [
        Column("get_kind_display", label="类别", sort_key="kind"),
        Column("get_district_display", label="行政区", sort_key="district"),
        SECTORS,
    ],
    [
        cell("类别", value=lambda page: page.get_kind_display()),
        cell("行政区", value=lambda page: page.get_district_display()),
        cell("功能区", "zone"),
        SECTOR_CELL,
    ],
    pagefilters.PlaceFilterSet,
)
POLICIES = listing(
    PolicyPage,
    "policies",
    "政策",
    "doc-full",
    [
        Column("issuer", label="发文机关", sort_key="issuer"),
        Column("document_number", label="文号", sort_key="document_number"),
        Column("issued_label", label="发布时间", sort_key="issued"),
        SECTORS,
    ],
    [
        cell("类别", value=lambda page: page.get_kind_display()),
        cell("发文机关", "issuer"),
        cell("文号", "document_number"),
        cell("发布时间", "issued"),
        cell("实施期限", "valid"),
        SECTOR_CELL,
    ],
    pagefilters.PolicyFilterSet,
)
INDICATORS = listing(
    IndicatorPage,
    "indicators",
    "指标",
    "order",
    [
        Column("unit", label="单位", sort_key="unit"),
        SECTORS,
        Column("figure_count", label="数值"),
        DueColumn("next_update", label="下次更新", sort_key="next_update"),
    ],
    [
        cell("单位", "unit"),
        cell("定义", "definition"),
        SECTOR_CELL,
        cell("数值个数", "figure_count"),
        cell("下次更新", "next_update"),
    ],
    pagefilters.IndicatorFilterSet,
)
ALL = listing(
    BasePage,
    "all",
    "全部页面",
    "folder-open-inverse",
    [Column("type_label", label="类别", sort_key="content_type__model"), SECTORS],
    [cell("类别", "type_label"), SECTOR_CELL],
    pagefilters.AllFilterSet,
    title=TITLE,
)


class ContentGroup(ViewSetGroup):
    """内容 in the admin's main menu."""

    items = (NEWS, SECTOR, PROJECTS, ENTERPRISES, PLACES, POLICIES, INDICATORS, ALL)
    menu_label = "内容"
    menu_icon = "doc-full-inverse"
    menu_order = 110


def address(viewset: PageListingViewSet, **filters: Any) -> str:
    """Where a listing stands, at the given filters."""
    base = reverse(viewset.get_url_name("index"))
    return f"{base}?{urlencode(filters, doseq=True)}" if filters else base
