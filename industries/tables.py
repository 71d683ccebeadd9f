"""The portal's public tables: what stands in their columns. `industries.rows` fetches their rows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from cms.core.tables import Column, ForeignKey, Table


def joined(items: Any) -> str:
    """Several values in one cell."""
    return "；".join(str(item) for item in items)


def titles(pages: Any) -> str:
    return joined(page.title for page in pages)


def field(
    name: str,
    title: str,
    kind: str = "string",
    *,
    path: str = "",
    description: str = "",
    required: bool = False,
) -> Column:
    """A column that shows what `path` leads to from the row (default: `name`); an empty step gives nothing."""

    def value(row: Any) -> Any:
        for part in (path or name).split("."):
            row = None if row is None else getattr(row, part)
        return row

    return Column(name=name, title=title, kind=kind, value=value, description=description, required=required)


def display(name: str, title: str, **more: Any) -> Column:
    """A column that shows what readers call a choice."""
    return Column(name=name, title=title, value=lambda row: getattr(row, f"get_{name}_display")(), **more)


ID = field("id", "编号", "integer", path="pk", required=True, description="页面在本站的编号，不会改变。")
TITLE = field("title", "名称", required=True)
PAGE_END = (
    field("summary", "摘要"),
    field("address", "页面地址", required=True),
    field("published", "首次发布", "datetime", path="first_published_at"),
    field("updated", "最近更新", "datetime", path="last_published_at"),
)
OTHER_NAMES = Column(name="other_names", title="别名", value=lambda row: joined(row.other_name_list))
SECTOR_NAMES = Column(name="sectors", title="所属产业", value=lambda row: titles(row.shown_sectors))

PAGES = Table(
    name="pages",
    title="页面",
    description="本站全部公开页面。其他表里的页面编号都指向这里。",
    key=("id",),
    columns=(ID, field("type", "类型", path="type_label"), TITLE, *PAGE_END),
)
SECTORS = Table(
    name="sectors",
    title="产业",
    key=("id",),
    foreign_keys=(
        ForeignKey(column="parent_id", table="", target="id"),
        ForeignKey(column="tier_key", table="tiers", target="key"),
    ),
    columns=(
        ID,
        TITLE,
        field("parent_id", "上级产业编号", "integer", path="shown_parent.pk"),
        field("parent", "上级产业", path="shown_parent.title"),
        field("tier_key", "产业层级标识", path="shown_tier.key"),
        field("tier", "产业层级", path="shown_tier.name"),
        field("position", "定位"),
        OTHER_NAMES,
        *PAGE_END,
    ),
)
PROJECTS = Table(
    name="projects",
    title="项目",
    key=("id",),
    columns=(
        ID,
        TITLE,
        display("kind", "类别"),
        SECTOR_NAMES,
        Column(name="enterprises", title="参与单位", value=lambda row: titles(row.shown_enterprises)),
        Column(name="places", title="所在园区", value=lambda row: titles(row.shown_places)),
        field("stage", "最近阶段", path="reached.label"),
        field("stage_time", "阶段时间", path="reached.statement.period_label"),
        field("stage_fact", "阶段依据", path="reached.address", description="依据的永久地址。"),
        field("investment", "投资", path="shown_investment.quantity"),
        field("investment_fact", "投资依据", path="shown_investment.address", description="依据的永久地址。"),
        field("checked_on", "核对日期", "date"),
        OTHER_NAMES,
        *PAGE_END,
    ),
)
ENTERPRISES = Table(
    name="enterprises",
    title="企业与机构",
    key=("id",),
    foreign_keys=(
        ForeignKey(column="parent_id", table="", target="id"),
        ForeignKey(column="place_id", table="places", target="id"),
    ),
    columns=(
        ID,
        TITLE,
        display("kind", "类别"),
        field("full_name", "全称"),
        field("english_name", "英文名"),
        OTHER_NAMES,
        Column(name="former_names", title="曾用名", value=lambda row: joined(row.former_name_list)),
        field("stock_code", "证券代码"),
        Column(
            name="sectors",
            title="所属产业",
            value=lambda row: titles(link.sector for link in row.shown_sector_links),
        ),
        field("parent_id", "上级单位编号", "integer", path="shown_parent.pk"),
        field("parent", "上级单位", path="shown_parent.title"),
        field("place_id", "所在园区编号", "integer", path="shown_location.pk"),
        field("place", "所在园区", path="shown_location.title"),
        *PAGE_END,
    ),
)
PLACES = Table(
    name="places",
    title="园区与载体",
    key=("id",),
    columns=(
        ID,
        TITLE,
        display("kind", "类别"),
        display("district", "行政区"),
        field("zone", "功能区"),
        SECTOR_NAMES,
        OTHER_NAMES,
        *PAGE_END,
    ),
)
POLICIES = Table(
    name="policies",
    title="政策",
    key=("id",),
    columns=(
        ID,
        TITLE,
        display("kind", "类别"),
        display("level", "层级"),
        field("issuer", "发文机关"),
        field("document_number", "文号"),
        field("issued", "发布时间", path="issued_label"),
        field("valid", "实施期限", path="valid_label"),
        Column(
            name="measures",
            title="主要措施",
            value=lambda row: joined(measure.text for measure in row.shown_measures),
        ),
        SECTOR_NAMES,
        OTHER_NAMES,
        *PAGE_END,
    ),
)
INDICATORS = Table(
    name="indicators",
    title="指标",
    key=("id",),
    columns=(
        ID,
        TITLE,
        field("unit", "单位"),
        field("prefix", "前缀", description="写在数值前面的字，例：第。"),
        field("definition", "定义"),
        field("method", "口径说明"),
        field("next_update", "下次更新", "date"),
        SECTOR_NAMES,
        OTHER_NAMES,
        *PAGE_END,
    ),
)
NEWS = Table(
    name="news",
    title="动态",
    key=("id",),
    foreign_keys=(ForeignKey(column="source_key", table="sources", target="key"),),
    columns=(
        ID,
        TITLE,
        field("kicker", "眉题"),
        field("source_key", "来源标识", path="source.key"),
        field("source", "来源", path="source.title"),
        Column(
            name="original_published",
            title="原文发布时间",
            value=lambda row: row.original_published_label,
        ),
        field("editor", "责任编辑"),
        Column(name="about", title="相关页面", value=lambda row: titles(row.shown_about)),
        *PAGE_END,
    ),
)


def number(row: Any) -> Decimal:
    return Decimal(row.number)


WHEN = (
    Column(
        name="period",
        title="时间代码",
        value=lambda row: row.period.replace("@", "截至"),  # a spreadsheet takes @ for a formula
        description="例：2025、2025-01/2025-11；截至2025-12指该月底的状态。",
    ),
    field("period_label", "时间"),
    field("starts", "开始", "date"),
    field("ends", "结束", "date"),
)
EVIDENCE = (
    display("status", "核实状态", description="官方、媒体、企业、待核或存疑。", required=True),
    field("note", "公开说明"),
    field("source_key", "来源标识", path="source.key", required=True),
    field("source", "来源", path="source.title"),
    field("locator", "出处位置"),
    field("quote", "原文摘录"),
    field("checked_on", "核对日期", "date"),
    field("address", "永久地址", required=True),
)
OBSERVATIONS = Table(
    name="observations",
    title="数值",
    description="指标的每一个数值，各有来源、限定词和核实状态。",
    key=("key",),
    foreign_keys=(
        ForeignKey(column="indicator_id", table="indicators", target="id"),
        ForeignKey(column="subject_id", table="pages", target="id"),
        ForeignKey(column="source_key", table="sources", target="key"),
    ),
    columns=(
        field("key", "标识", required=True),
        field("indicator_id", "指标编号", "integer", required=True),
        field("indicator", "指标", path="indicator.title"),
        field("subject_id", "对象编号", "integer", description="空表示全市。"),
        field("subject", "对象", path="subject.title", description="空表示全市。"),
        Column(name="value", title="数值", kind="number", value=number, required=True),
        field("hedge", "修饰词", description="来源的限定，例：约、近、超、余、以上。"),
        field("unit", "单位", path="indicator.unit"),
        field("quantity", "数值写法", description="带修饰词、前缀和单位。"),
        *WHEN,
        *EVIDENCE,
    ),
)
STATEMENTS = Table(
    name="statements",
    title="陈述",
    description="可以追溯出处的句子；有时间的组成大事记。",
    key=("key",),
    foreign_keys=(ForeignKey(column="source_key", table="sources", target="key"),),
    columns=(
        field("key", "标识", required=True),
        field("text", "内容", required=True),
        display("kind", "类别"),
        *WHEN,
        Column(name="pages", title="相关页面", value=lambda row: titles(row.shown_pages)),
        *EVIDENCE,
    ),
)
SOURCES = Table(
    name="sources",
    title="来源",
    description="公开的数值、陈述和文章所依据的资料。",
    key=("key",),
    columns=(
        field("key", "标识", required=True),
        field("title", "标题", required=True),
        field("publisher", "发布者"),
        display("kind", "类别"),
        field("published", "发表时间", path="published_label"),
        field("url", "地址"),
        field("note", "说明"),
    ),
)
TIERS = Table(
    name="tiers",
    title="产业层级",
    key=("key",),
    columns=(
        field("key", "标识", required=True),
        field("name", "简称"),
        field("title", "名称"),
        field("strategy", "思路"),
        field("size", "规划的产业数", "integer"),
        field("order", "顺序", "integer"),
        field("note", "说明"),
    ),
)
RELATIONS = Table(
    name="relations",
    title="页面之间的关系",
    description="例：某企业属于某产业的上游，某项目由某单位建设。",
    foreign_keys=(
        ForeignKey(column="subject_id", table="pages", target="id"),
        ForeignKey(column="object_id", table="pages", target="id"),
    ),
    columns=(
        field("subject_id", "页面编号", "integer", required=True),
        field("subject", "页面"),
        field("relation", "关系", required=True),
        field("object_id", "相关页面编号", "integer", required=True),
        field("object", "相关页面"),
        field("role", "角色或位置"),
    ),
)
STATEMENT_PAGES = Table(
    name="statement-pages",
    title="陈述与页面",
    description="每条陈述说的是哪些页面。",
    key=("statement_key", "page_id"),
    foreign_keys=(
        ForeignKey(column="statement_key", table="statements", target="key"),
        ForeignKey(column="page_id", table="pages", target="id"),
    ),
    columns=(
        field("statement_key", "陈述标识", path="statement.key", required=True),
        field("page_id", "页面编号", "integer", required=True),
        field("page", "页面", path="page.title"),
    ),
)

# In the order in which the data package lists them.
TABLES = (
    OBSERVATIONS,
    STATEMENTS,
    INDICATORS,
    SECTORS,
    PROJECTS,
    ENTERPRISES,
    PLACES,
    POLICIES,
    NEWS,
    SOURCES,
    TIERS,
    PAGES,
    RELATIONS,
    STATEMENT_PAGES,
)
