"""Pages of every type, each with the fields of its type."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.db.models import F, Q, prefetch_related_objects
from wagtail.models import get_page_models

from cms.core.api.declare import BadParameter, Endpoint, Field, Kind, Parameter, choice, day, slug
from cms.core.models import BasePage
from industries.api.shapes import (
    ADDRESS,
    CORRECTION,
    DAY,
    FIGURE,
    INTEGER,
    LINK,
    MOMENT,
    NULLABLE_STRING,
    SOURCE,
    STRING,
    STRINGS,
    array,
    attribute,
    chosen,
    computed,
    corrections,
    either_way,
    figure,
    link,
    links,
    obj,
    or_null,
    source,
)
from industries.feeds import pages_of_sector
from industries.fulltext import full_texts
from industries.models import (
    ChainSegment,
    EnterprisePage,
    IndicatorPage,
    NewsCorrection,
    NewsPage,
    PlacePage,
    PolicyPage,
    ProjectPage,
    SectorPage,
    Tier,
)
from industries.models.enterprise import EnterpriseKind
from industries.models.place import District, PlaceKind
from industries.models.policy import PolicyKind, PolicyLevel
from industries.models.project import ProjectKind, StageKind
from industries.models.sector import ChainPosition
from industries.rows import (
    grouped,
    rows_enterprises,
    rows_news,
    rows_pages,
    rows_policies,
    rows_projects,
    rows_sectoral,
    rows_sectors,
)


def common(types: list[str]) -> tuple[Field, ...]:
    """What pages of all types have; `types` are the values that `type` can have."""
    return (
        attribute("id", "编号", INTEGER, path="pk"),
        attribute("type", "类型", {"enum": types}, path="content_type_key"),
        attribute("title", "标题", STRING),
        attribute("summary", "摘要"),
        attribute("address", "页面地址", ADDRESS),
        computed("markdown", "同一页的Markdown文本", ADDRESS, lambda row: f"{row.address}index.md"),
        attribute("published", "首次发布", MOMENT, path="first_published_at"),
        attribute("updated", "最近更新", MOMENT, path="last_published_at"),
    )


BODY = computed(
    "body", "正文，HTML；来源标记写成括号里的文字", NULLABLE_STRING, lambda row: row.text, detail_only=True
)
SECTORS = computed("sectors", "所属产业", array(LINK), lambda row: links(row.shown_sectors))
OTHER_NAMES = attribute("other_names", "别名", STRINGS, path="other_name_list")
TIER = obj(key=STRING, name=STRING, title=STRING)


def tier(record: Tier | None) -> dict[str, Any] | None:
    return {"key": record.key, "name": record.name, "title": record.title} if record else None


def page_kind(name: str, model: Any, *fields: Field) -> Kind:
    title = str(model._meta.verbose_name)
    return Kind(name=name, title=title, fields=(*common([model.content_type_key]), *fields, BODY))


SECTOR = page_kind(
    "Sector",
    SectorPage,
    attribute("position", "定位"),
    computed("tier", "产业层级", or_null(TIER), lambda row: tier(row.shown_tier)),
    computed("parent", "上级产业", or_null(LINK), lambda row: link(row.shown_parent)),
    computed(
        "value_chain",
        "产业链环节",
        array(
            obj(
                position={"enum": ChainPosition.values},
                position_label=STRING,
                name=STRING,
                description=NULLABLE_STRING,
            )
        ),
        lambda row: [
            {
                "position": segment.position,
                "position_label": segment.get_position_display(),
                "name": segment.name,
                "description": segment.description or None,
            }
            for segment in row.shown_chain
        ],
    ),
    OTHER_NAMES,
)
PROJECT = page_kind(
    "Project",
    ProjectPage,
    *chosen("kind", "类别", ProjectKind),
    SECTORS,
    computed(
        "enterprises",
        "参与单位",
        array(obj(page=LINK, role=NULLABLE_STRING)),
        lambda row: [{"page": link(page), "role": role or None} for page, role in row.parties],
    ),
    computed("places", "所在园区", array(LINK), lambda row: links(row.shown_places)),
    computed(
        "stages",
        "建设进度，各阶段依据一条陈述",
        array(
            obj(
                stage={"enum": StageKind.values},
                stage_label=STRING,
                period_label=NULLABLE_STRING,
                text=STRING,
                fact=ADDRESS,
            )
        ),
        lambda row: [
            {
                "stage": stage.kind,
                "stage_label": stage.label,
                "period_label": stage.statement.period_label or None,
                "text": stage.statement.text,
                "fact": stage.address,
            }
            for stage in row.course
        ],
    ),
    computed("investment", "投资", or_null(FIGURE), lambda row: figure(row.shown_investment)),
    attribute("checked_on", "最近核对", DAY),
    OTHER_NAMES,
)
ENTERPRISE = page_kind(
    "Enterprise",
    EnterprisePage,
    *chosen("kind", "类别", EnterpriseKind),
    attribute("full_name", "全称"),
    attribute("english_name", "英文名"),
    OTHER_NAMES,
    attribute("former_names", "曾用名", STRINGS, path="former_name_list"),
    attribute("stock_code", "证券代码"),
    computed(
        "sectors",
        "所属产业和产业链位置",
        array(
            obj(
                page=LINK,
                position={"enum": [*ChainPosition.values, None]},
                position_label=NULLABLE_STRING,
                role=NULLABLE_STRING,
            )
        ),
        lambda row: [
            {
                "page": link(item.sector),
                "position": item.position or None,
                "position_label": item.get_position_display() or None,
                "role": item.role or None,
            }
            for item in row.shown_sector_links
        ],
    ),
    computed("parent", "上级单位", or_null(LINK), lambda row: link(row.shown_parent)),
    computed("place", "所在园区", or_null(LINK), lambda row: link(row.shown_location)),
)
PLACE = page_kind(
    "Place",
    PlacePage,
    *chosen("kind", "类别", PlaceKind),
    *chosen("district", "行政区", District, optional=True),
    attribute("zone", "功能区"),
    SECTORS,
    OTHER_NAMES,
)
POLICY = page_kind(
    "Policy",
    PolicyPage,
    *chosen("kind", "类别", PolicyKind),
    *chosen("level", "层级", PolicyLevel),
    attribute("issuer", "发文机关"),
    attribute("document_number", "文号"),
    attribute("issued", "发布时间代码"),
    attribute("issued_label", "发布时间"),
    attribute("valid", "实施期限代码"),
    attribute("valid_label", "实施期限"),
    computed("measures", "主要措施", STRINGS, lambda row: [measure.text for measure in row.shown_measures]),
    SECTORS,
    OTHER_NAMES,
)
INDICATOR = page_kind(
    "Indicator",
    IndicatorPage,
    attribute("unit", "单位"),
    attribute("prefix", "前缀"),
    attribute("definition", "定义"),
    attribute("method", "口径说明"),
    attribute("next_update", "下次更新", DAY),
    SECTORS,
    OTHER_NAMES,
)
NEWS = page_kind(
    "News",
    NewsPage,
    attribute("kicker", "眉题"),
    computed("source", "来源", or_null(SOURCE), lambda row: source(row.source)),
    attribute("original_published", "原文发布时间代码"),
    attribute("original_published_label", "原文发布时间"),
    attribute("editor", "责任编辑"),
    computed("about", "相关页面", array(LINK), lambda row: links(row.shown_about)),
    computed("interprets", "解读的政策", array(LINK), lambda row: links(row.shown_interprets)),
    computed("corrections", "更正", array(CORRECTION), lambda row: corrections(row.shown_corrections)),
)

Loader = Callable[[Any, list[Any]], Any]


def load_sectors(request: Any, pages: list[Any]) -> Any:
    chains = grouped(
        ChainSegment.objects.filter(sector__in=[page.pk for page in pages]).order_by("sort_order", "pk"),
        "sector_id",
    )
    prefetch_related_objects(pages, "tier", "parent_tier")
    for page in pages:
        page.shown_chain = chains[page.pk]
    return rows_sectors(request, pages)


def load_news(request: Any, pages: list[Any]) -> Any:
    made = grouped(
        NewsCorrection.objects.filter(news__in=[page.pk for page in pages]).order_by("sort_order", "pk"),
        "news_id",
    )
    for page in pages:
        page.shown_corrections = made[page.pk]
    return rows_news(request, pages)


BY_TYPE: dict[Any, tuple[Kind, Loader]] = {
    SectorPage: (SECTOR, load_sectors),
    ProjectPage: (PROJECT, rows_projects),
    EnterprisePage: (ENTERPRISE, rows_enterprises),
    PlacePage: (PLACE, rows_sectoral),
    PolicyPage: (POLICY, rows_policies),
    IndicatorPage: (INDICATOR, rows_sectoral),
    NewsPage: (NEWS, load_news),
}
PAGE_MODELS = {model.content_type_key: model for model in get_page_models() if model.content_type_key}
# Pages of the remaining types (columns, explanations, the home page) have no fields of their own to tell.
OTHER = Kind(
    name="Page",
    title="其他页面",
    fields=(
        *common([key for key, model in PAGE_MODELS.items() if model not in BY_TYPE]),
        BODY,
    ),
)


def load(request: Any, rows: list[Any], detail: bool) -> list[Any]:
    """The pages as their own types, with what their fields show: a fixed number of queries for each type."""
    bases = BasePage.objects.visible().filter(pk__in=[page.pk for page in rows])
    found = list((bases if detail else bases.defer_streamfields()).specific())
    by_type: dict[Any, list[Any]] = defaultdict(list)
    for page in found:
        by_type[type(page)].append(page)
    prepared = {}
    for model, pages in by_type.items():
        _, loader = BY_TYPE.get(model, (OTHER, rows_pages))
        prepared.update({page.pk: page for page in loader(request, pages)})
    if detail:
        texts = full_texts(request, prepared.values())
        for page in prepared.values():
            page.text = texts.get(page.pk)
    return [prepared[page.pk] for page in rows if page.pk in prepared]


def kind_of(page: Any) -> Kind:
    return BY_TYPE.get(type(page), (OTHER, None))[0]


def of_sector(rows: Any, value: str) -> Any:
    sector = SectorPage.objects.visible().filter(slug=value).order_by("path").first()
    if sector is None:
        raise BadParameter("参数sector：没有地址为这个的产业。")
    return rows.filter(pk__in=pages_of_sector(sector).order_by().values("pk"))


def of_kind(rows: Any, value: str) -> Any:
    condition = Q()
    for model in KINDS:
        condition |= Q(pk__in=model.objects.filter(kind=value).order_by().values("pk"))
    return rows.filter(condition)


KINDS: dict[Any, Any] = {
    ProjectPage: ProjectKind,
    EnterprisePage: EnterpriseKind,
    PlacePage: PlaceKind,
    PolicyPage: PolicyKind,
}
TYPES = choice("type", "类型", [(key, str(m._meta.verbose_name)) for key, m in PAGE_MODELS.items()])
PARAMETERS = (
    Parameter(
        name="type",
        description=TYPES.description,
        schema=TYPES.schema,
        read=TYPES.read,
        apply=lambda rows, value: rows.type(PAGE_MODELS[value]),
    ),
    slug("sector", "与这个产业（地址的最后一段，例：qiche）及其细分产业有关的页面", of_sector),
    Parameter(
        **vars(choice("kind", "类别", [pair for kinds in KINDS.values() for pair in kinds.choices]))
        | {"apply": of_kind}
    ),
    slug("slug", "地址的最后一段", lambda rows, value: rows.filter(slug=value)),
    day(
        "updated_since",
        "这一天以来有更新",
        lambda rows, value: rows.filter(last_published_at__date__gte=value),
    ),
)

PAGES = Endpoint(
    name="pages",
    title="页面",
    description="全部公开页面。各类型有各自的字段；正文只在单条里给出。",
    rows=lambda: BasePage.objects.visible().filter(depth__gt=1),
    load=load,
    kinds=(SECTOR, PROJECT, ENTERPRISE, PLACE, POLICY, INDICATOR, NEWS, OTHER),
    kind_of=kind_of,
    parameters=PARAMETERS,
    orders=either_way(
        {
            "id": ("pk",),
            "published": (F("first_published_at").asc(nulls_last=True), "pk"),
            "updated": (F("last_published_at").asc(nulls_last=True), "pk"),
            "title": ("sort_key", "pk"),
        },
        "id",
    ),
    key_schema={"type": "integer", "minimum": 1},
)
