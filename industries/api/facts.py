"""Observations, statements, sources and tiers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, F, OuterRef

from cms.core.api.declare import Endpoint, Kind, Parameter, choice, day, identifier, slug
from industries.api.shapes import (
    ADDRESS,
    CORRECTION,
    DAY,
    INTEGER,
    LINK,
    MOMENT,
    NULLABLE_STRING,
    SOURCE,
    STRING,
    array,
    attribute,
    chosen,
    computed,
    corrections,
    either_way,
    link,
    links,
    or_null,
    source,
)
from industries.models import SectorPage, Statement, StatementSubject, Status
from industries.models.source import SourceKind
from industries.models.vocabulary import StatementKind
from industries.period import Precision
from industries.rows import (
    by_indicator,
    cited_sources,
    grouped,
    rows_observations,
    rows_statements,
    tiers_in_use,
    with_addresses,
)

KEY = {"type": "string", "pattern": "^[A-Za-z0-9_-]+$", "maxLength": 80}

FACT_FIELDS = (
    attribute("key", "标识", STRING),
    attribute("address", "永久地址", ADDRESS),
    attribute("period", "时间代码，例：2025、2025-01/2025-11；@2025-12指截至该月底"),
    attribute("period_label", "时间"),
    attribute("starts", "开始", DAY),
    attribute("ends", "结束", DAY),
    attribute("precision", "时间精确到", {"enum": [*(p.value for p in Precision), None]}),
    *chosen("status", "核实状态", Status),
    attribute("note", "公开说明"),
    computed("source", "来源", SOURCE, lambda row: source(row.source)),
    attribute("locator", "出处位置"),
    attribute("quote", "原文摘录"),
    attribute("checked_on", "核对日期", DAY),
    attribute("updated", "最近更新", MOMENT, path="updated_at"),
)

OBSERVATION = Kind(
    name="Observation",
    title="数值",
    fields=(
        *FACT_FIELDS,
        computed("indicator", "指标", LINK, lambda row: link(row.indicator)),
        computed("subject", "对象；空表示全市", or_null(LINK), lambda row: link(row.subject)),
        computed("value", "数值", {"type": "number"}, lambda row: row.value),
        attribute("hedge", "修饰词，例：约、近、超、余"),
        computed("prefix", "前缀", NULLABLE_STRING, lambda row: row.indicator.prefix),
        computed("unit", "单位", NULLABLE_STRING, lambda row: row.indicator.unit),
        attribute("quantity", "数值的写法，带修饰词、前缀和单位", STRING),
        computed("corrections", "更正", array(CORRECTION), lambda row: corrections(row.corrections.all())),
    ),
)
STATEMENT = Kind(
    name="Statement",
    title="陈述",
    fields=(
        *FACT_FIELDS,
        attribute("text", "内容", STRING),
        *chosen("kind", "类别", StatementKind),
        computed("pages", "说的是哪些页面", array(LINK), lambda row: links(row.shown_pages)),
    ),
)
SOURCE_KIND = Kind(
    name="Source",
    title="来源",
    fields=(
        attribute("key", "标识", STRING),
        attribute("title", "标题", STRING),
        attribute("publisher", "发布者"),
        *chosen("kind", "类别", SourceKind),
        attribute("published", "发表时间代码"),
        attribute("published_label", "发表时间"),
        attribute("url", "地址"),
        attribute("note", "说明"),
    ),
)
TIER = Kind(
    name="Tier",
    title="产业层级",
    fields=(
        attribute("key", "标识", STRING),
        attribute("name", "简称", STRING),
        attribute("title", "名称", STRING),
        attribute("strategy", "思路"),
        attribute("size", "规划的产业数", {"type": ["integer", "null"]}),
        attribute("order", "顺序", INTEGER),
        attribute("note", "说明"),
        computed("sectors", "产业", array(LINK), lambda row: links(row.shown_top_sectors)),
    ),
)


def load_observations(request: Any, rows: list[Any], detail: bool) -> Iterator[Any]:
    return rows_observations(request, rows)


def load_statements(request: Any, rows: list[Any], detail: bool) -> Iterator[Any]:
    return rows_statements(request, rows)


def load_sources(request: Any, rows: list[Any], detail: bool) -> list[Any]:
    return rows


def load_tiers(request: Any, rows: list[Any], detail: bool) -> list[Any]:
    """With the visible sectors that have the tier themselves."""
    sectors = SectorPage.objects.visible().for_links().filter(tier__in=[tier.pk for tier in rows])
    by_tier = grouped(with_addresses(request, list(sectors)), "tier_id")
    for tier in rows:
        tier.shown_top_sectors = by_tier[tier.pk]
    return rows


FACT_PARAMETERS: tuple[Parameter, ...] = (
    choice("status", "核实状态", Status.choices),
    slug("source", "来源的标识", lambda rows, key: rows.filter(source__key=key)),
    day("from", "不早于这一天结束", lambda rows, value: rows.filter(ends__gte=value)),
    day("to", "不晚于这一天结束", lambda rows, value: rows.filter(ends__lte=value)),
)
BY_DATE = (F("ends").asc(nulls_last=True), "key")


def about_page(rows: Any, page: int) -> Any:
    return rows.filter(Exists(StatementSubject.objects.filter(statement=OuterRef("pk"), page=page)))


ENDPOINTS = (
    Endpoint(
        name="observations",
        title="数值",
        description="指标的数值，各有来源、限定词和核实状态。",
        rows=lambda: by_indicator().prefetch_related("corrections"),
        load=load_observations,
        kinds=(OBSERVATION,),
        parameters=(
            *FACT_PARAMETERS,
            identifier("indicator", "指标页面的编号", lambda rows, pk: rows.filter(indicator=pk)),
            identifier("subject", "对象页面的编号", lambda rows, pk: rows.filter(subject=pk)),
        ),
        orders=either_way({"date": BY_DATE, "value": ("value", "key"), "key": ("key",)}, "-date"),
        key="key",
        key_schema=KEY,
    ),
    Endpoint(
        name="statements",
        title="陈述",
        description="可以追溯出处的句子；有时间的组成大事记。",
        rows=lambda: Statement.objects.visible().for_display(),
        load=load_statements,
        kinds=(STATEMENT,),
        parameters=(
            *FACT_PARAMETERS,
            choice("kind", "类别", StatementKind.choices),
            identifier("page", "相关页面的编号", about_page),
        ),
        orders=either_way({"date": BY_DATE, "key": ("key",)}, "-date"),
        key="key",
        key_schema=KEY,
    ),
    Endpoint(
        name="sources",
        title="来源",
        description="公开的数值、陈述和文章所依据的资料。",
        rows=cited_sources,
        load=load_sources,
        kinds=(SOURCE_KIND,),
        parameters=(choice("kind", "类别", SourceKind.choices),),
        orders=either_way({"key": ("key",)}, "key"),
        key="key",
        key_schema=KEY,
    ),
    Endpoint(
        name="tiers",
        title="产业层级",
        description="规划里的产业层级，和归入各层级的产业。",
        rows=tiers_in_use,
        load=load_tiers,
        kinds=(TIER,),
        orders=either_way({"order": ("order", "key"), "key": ("key",)}, "order"),
        key="key",
        key_schema=KEY,
    ),
)
