"""样式指南: every component of the public pages as it looks with the portal's own content. For staff."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone

from cms.core.charts import bar_chart, line_chart
from cms.core.contents import columns_with_pages
from cms.core.metadata import view_metadata
from cms.core.models import BasePage
from cms.core.series import Series, Value
from home.models import HomePage
from home.sections import sectors_by_id
from industries.models import (
    EnterprisePage,
    IndicatorPage,
    NewsPage,
    Observation,
    ProjectPage,
    SectorPage,
    Statement,
)
from industries.models.vocabulary import Status

# The grades that style sheets may use, with what they are for.
COLOURS = (
    ("底色与文字", ("bg", "surface", "surface-2", "line", "line-strong", "ink-3", "ink-2", "ink")),
    (
        "三个层级",
        (
            "pine",
            "pine-fill",
            "pine-wash",
            "amber",
            "amber-fill",
            "amber-wash",
            "iris",
            "iris-fill",
            "iris-wash",
        ),
    ),
    ("存疑、焦点与夜色", ("doubt", "doubt-wash", "focus", "night", "night-ink", "night-ink-2")),
)
SCALE = ("t-3xl", "t-2xl", "t-xl", "t-l", "t-m", "t-s", "t-xs")


@dataclass(frozen=True)
class Example:
    """A component (a file in components/), the page whose context it takes, and what it needs beside that."""

    component: str
    source: str = "home"
    more: dict[str, Any] = field(default_factory=dict)


def style_guide(request: HttpRequest) -> HttpResponse:
    """For people who may enter the admin: Wagtail asks for it at every address of its own."""
    list(get_messages(request))  # the admin's messages must not wait for the next page
    contexts = sample_contexts(request)
    sections = [
        {"title": title, "examples": [shown(request, example, contexts) for example in examples]}
        for title, examples in catalogue(contexts)
    ]
    context = {
        "metadata": view_metadata(request, title="样式指南", description="", robots="noindex"),
        "sections": sections,
        "colours": COLOURS,
        "scale": SCALE,
        "statuses": one_fact_each_status(),
    }
    return render(request, "home/style_guide.html", context)


def sample_contexts(request: HttpRequest) -> dict[str, dict[str, Any]]:
    """The context of one visible page of each kind: what the components get on real pages."""
    picked = {
        "home": HomePage.objects.visible().first(),
        "sector": SectorPage.objects.visible().filter(value_chain__isnull=False).first()
        or SectorPage.objects.visible().first(),
        "project": ProjectPage.objects.visible().filter(stages__isnull=False).first(),
        "enterprise": EnterprisePage.objects.visible().filter(sector_links__isnull=False).first(),
        "indicator": IndicatorPage.objects.visible().filter(observations__isnull=False).first(),
        "news": NewsPage.objects.visible().first(),
    }
    contexts = {name: page.get_context(request) if page else {} for name, page in picked.items()}
    column = BasePage.objects.visible().filter(content_type__model="projectindexpage").first()
    contexts["listing"] = column.specific.get_context(request) if column else {}
    return contexts


def shown(request: HttpRequest, example: Example, contexts: dict[str, dict[str, Any]]) -> dict[str, Any]:
    context = {**contexts[example.source], **example.more}
    html = render_to_string(f"components/{example.component}.html", context, request)
    return {"component": example.component, "html": html, "empty": not html.strip()}


def sample_notices() -> list[dict[str, Any]]:
    return [
        {"text": "一般公告：6月1日凌晨维护，页面可能打不开。", "level": "info"},
        {"text": "紧急公告：可以带一个链接。", "level": "urgent", "href": "/", "label": "看详情"},
    ]


def sample_changes() -> list[dict[str, Any]]:
    return [{"published_at": timezone.now(), "text": "大改的说明：改了什么、为什么。"}]


def one_fact_each_status() -> list[tuple[str, Observation | Statement | None]]:
    """A visible fact of each status, to show its mark; None where the register has none."""
    return [
        (
            str(status.label),
            Observation.objects.visible().for_display().filter(status=status).order_by("key").first()
            or Statement.objects.visible().for_display().filter(status=status).order_by("key").first(),
        )
        for status in Status
    ]


def catalogue(contexts: dict[str, dict[str, Any]]) -> list[tuple[str, list[Example]]]:
    """Every component, by what it is for. A test compares this with the folder."""
    home, sector, project = contexts["home"], contexts["sector"], contexts["project"]
    figures = home.get("headline", [])
    groups = home.get("tiers", [])
    sectors = list(sectors_by_id(groups).values())
    projects = home.get("projects", [])
    statements = home.get("events", [])
    links = contexts["enterprise"].get("sector_roles", [])
    enterprise = contexts["enterprise"].get("page")
    values = [Value(label=f.indicator.title, number=f.value, text=f.quantity, fact=f) for f in figures]
    bars = home.get("finding") or bar_chart(values, title="图表标题写发现")
    # The same numbers as a line: values of different indicators must not be joined.
    joined = tuple(value for value in bars.shown() if value.number is not None)
    line = line_chart([Series("", joined)], title=f"折线图：{bars.title}") if joined else None
    drawing = {"chart": line, "drawing": line.wide, "variant": "wide"} if line else {}
    return [
        (
            "页面骨架",
            [
                Example("masthead"),
                Example("breadcrumb", "project"),
                Example("page_head", "project", {"kicker": "眉题"}),
                Example(
                    "section_head", "home", {"id": "guide-head", "title": "栏目标题", "text": "一句话说明。"}
                ),
                Example("display_settings"),
                Example("reading_tools", "news"),
                Example("notices", "home", {"notices": sample_notices()}),
                Example("draft_banner", "home", {"draft_preview": {"expires_at": timezone.now()}}),
                Example("archived", "home", {"page": {"archived_on": timezone.localdate()}}),
                Example("change_notes", "home", {"change_notes": sample_changes()}),
                Example("footer"),
                Example("head_meta"),
            ],
        ),
        (
            "数字与来源标记",
            [
                Example("figures", "home", {"observations": figures}),
                Example(
                    "figure_inline",
                    "home",
                    {"observation": figures[0] if figures else None, "mark_id": "guide-mark"},
                ),
                Example("figure_table", "indicator"),
                *(Example("provenance", "home", {"fact": f, "mark_id": "guide-source"}) for f in figures[:1]),
            ],
        ),
        (
            "事实页与指标页",
            [
                *(Example("fact_figure", "indicator", {"observation": f}) for f in figures[:1]),
                Example(
                    "fact_values", "home", {"observations": figures, "caption": "数值", "show_caption": True}
                ),
                Example("fact_conflict", "home", {"values": figures[:2]}),
                Example("fact_copy", "home", {"id": "guide-copy", "text": "引用本页的文字"}),
                Example("fact_embed", "indicator", {"embed_address": "/embed/", "embed_height": 420}),
            ],
        ),
        (
            "卡片、行与首页的组成",
            [
                Example("ridge"),
                Example("tiers"),
                *(Example("card", "home", {"item": p, "tag": p.type_label}) for p in projects[:1]),
                *(Example("project_card", "home", {"item": p}) for p in projects[:1]),
                Example("rows", "home", {"items": home.get("featured", [])[:2], "show_type": True}),
                Example(
                    "rows_section",
                    "home",
                    {"items": home.get("featured", [])[:2], "id": "guide-rows", "title": "行"},
                ),
                *(Example("lead", "home", {"item": item}) for item in home.get("news", [])[:1]),
                Example("news_rows", "home"),
                Example("news_section", "home"),
                Example(
                    "cards_section",
                    "sector",
                    {
                        "pages": sector.get("projects", []),
                        "id": "guide-projects",
                        "title": "项目",
                        "meta": "role",
                    },
                ),
                Example("enterprise_rows", "sector"),
                Example("sector_list", "home", {"sectors": sectors[:3], "title": "涉及产业"}),
                Example(
                    "site_map_nodes", "home", {"nodes": guide_nodes(contexts), "css_class": "site-map__pages"}
                ),
            ],
        ),
        (
            "简表",
            [
                Example("profile_names", "sector"),
                Example(
                    "profile_pages", "sector", {"label": "细分产业", "pages": sector.get("children", [])}
                ),
                Example("profile_sectors", "home", {"sectors": sectors[:3]}),
                Example("profile_unknown", "home", {"unknown": ["行政区", "投资额"]}),
            ],
        ),
        (
            "进度、产业链、分布与大事",
            [
                Example("stages", "project"),
                *(
                    Example("stages_short", "home", {"item": item})
                    for item in sector.get("projects", project.get("siblings", []))[:1]
                ),
                Example("chain", "sector", {"drawing": sector.get("chain_drawing")}),
                *(Example("chain_position", "enterprise", {"link": link}) for link in links[:1]),
                Example("matrix"),
                Example("statements", "home", {"statements": statements, "show_links": True}),
                Example("milestones", "sector"),
                Example("claims", "sector"),
            ],
        ),
        (
            "图表",
            [
                Example("chart", "home", {"chart": bars}),
                Example("chart_bars", "home", {"chart": bars}),
                *(
                    [
                        Example("chart_line", "home", {"chart": line}),
                        Example("chart_drawing", "home", drawing),
                    ]
                    if line
                    else []
                ),
                Example("chart_head", "home", {"chart": bars}),
                Example("chart_foot", "home", {"chart": bars}),
                *(Example("chart_value", "home", {"value": value}) for value in values[:1]),
            ],
        ),
        (
            "列表与表单",
            [
                Example("listing_head", "listing"),
                Example("listing_problems", "listing"),
                Example("listing_filters", "listing"),
                Example("active_filters", "listing"),
                Example("listing_empty", "listing"),
                Example("pager", "listing"),
                Example("listing_foot", "listing"),
            ],
        ),
        ("正文", [Example("body", "news" if enterprise is None or contexts["news"] else "enterprise")]),
    ]


def guide_nodes(contexts: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """The first pages of the site map's first column."""
    request = contexts["home"].get("request")
    columns = columns_with_pages(request) if request else []
    return columns[0]["nodes"][:6] if columns else []
