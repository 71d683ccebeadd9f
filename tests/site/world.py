"""A portal in which everything refers to everything, as large as asked for.

Sweeps look at it from outside: one page of every type, or many; and a `Canary` of every type that no
reader may see, wired into the visible pages wherever one record can point to another.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from wagtail.signal_handlers import disable_reference_index_auto_update

from cms.core.models import BasePage, IndexPage
from home.models import HomeFeature, HomeFigure
from industries.api.views import ENDPOINTS
from industries.models import (
    ChainSegment,
    EnterpriseSector,
    IndicatorPage,
    NewsSubject,
    Observation,
    PolicyMeasure,
    ProjectEnterprise,
    ProjectStage,
    SectorFigure,
    SectorPage,
    Statement,
    StatementSubject,
)
from industries.tables import TABLES
from tests.factories import (
    EnterprisePageFactory,
    IndicatorPageFactory,
    NewsPageFactory,
    ObservationFactory,
    PlacePageFactory,
    PolicyPageFactory,
    Portal,
    ProjectPageFactory,
    SectorPageFactory,
    SourceFactory,
    StandardPageFactory,
    StatementFactory,
    TierFactory,
)
from tests.snapshot import in_place, is_in_place

Keys = dict[str, tuple[type[Any], int]]
SUMMARY = "一两句话说明这一页讲什么。"
numbers = count(1)


@dataclass
class Set:
    """One page of each type, about one another, with their facts."""

    sector: Any
    enterprise: Any
    place: Any
    project: Any
    policy: Any
    indicator: Any
    news: Any
    standard: Any
    observation: Observation
    statement: Statement

    def pages(self) -> list[BasePage]:
        return [
            self.sector,
            self.enterprise,
            self.place,
            self.project,
            self.policy,
            self.indicator,
            self.news,
            self.standard,
        ]


@dataclass
class World:
    portal: Portal
    sets: list[Set]
    name: Hashable

    def pages(self) -> list[BasePage]:
        """Every page that a reader should reach."""
        return list(BasePage.objects.filter(depth__gt=1).specific())

    def is_as_made(self) -> bool:
        """Whether no test has changed anything in it."""
        return is_in_place(self.name)


def make_set(word: str = "", **page_fields: Any) -> Set:
    """A set whose every title, text and note contains `word`."""
    number = next(numbers)

    def named(kind: str) -> dict[str, Any]:
        return {"title": f"{word}{kind}{number}", "summary": f"{word}{SUMMARY}", **page_fields}

    source = SourceFactory(title=f"{word}报道{number}", note=f"{word}来源说明")
    indicator = IndicatorPageFactory(**named("指标"), definition=f"{word}全市合计。")
    enterprise = EnterprisePageFactory(**named("企业"), full_name=f"{word}有限公司{number}")
    statement = StatementFactory(
        text=f"{word}第{number}号车间投产。", period="2024-05", source=source, subjects=[enterprise]
    )
    tier = TierFactory(name=f"{number}转", title=f"产业层级{number}")
    sector = SectorPageFactory(
        **named("产业"), position=f"{word}定位。", tier=tier, basis=statement, other_names=f"{word}别名"
    )
    observation = ObservationFactory(
        indicator=indicator,
        subject=enterprise,
        value=1000 + number,
        period="2025-01/2025-11",
        source=source,
        status="pending",
        note=f"{word}口径待核。",
    )
    made = Set(
        sector=sector,
        enterprise=enterprise,
        place=PlacePageFactory(**named("园区")),
        project=ProjectPageFactory(**named("项目"), investment=observation),
        policy=PolicyPageFactory(**named("政策"), issued="2023-03", valid="2023/2025"),
        indicator=indicator,
        news=NewsPageFactory(**named("动态"), source=source, kicker=f"{word}眉题"),
        standard=StandardPageFactory(**named("说明")),
        observation=observation,
        statement=statement,
    )
    ChainSegment.objects.create(sector=sector, position="upstream", name=f"{word}材料")
    PolicyMeasure.objects.create(policy=made.policy, text=f"{word}措施。")
    connect(made, made)
    return made


def connect(one: Set, other: Set, *, in_bodies: bool = True) -> None:
    """Makes everything of `one` point to `other`, by every relation there is, and in the running text."""
    for page in (one.place, one.project, one.policy, one.indicator):
        page.sectors.add(other.sector)
        page.save()
    one.project.places.add(other.place)
    one.project.save()
    EnterpriseSector.objects.get_or_create(enterprise=one.enterprise, sector=other.sector)
    ProjectEnterprise.objects.get_or_create(project=one.project, enterprise=other.enterprise)
    if not one.project.stages.exists():
        ProjectStage.objects.create(project=one.project, stage="operating", statement=other.statement)
    SectorFigure.objects.create(sector=one.sector, observation=other.observation)
    for page in other.pages():
        NewsSubject.objects.get_or_create(news=one.news, page_id=page.pk)
        StatementSubject.objects.get_or_create(statement=one.statement, page_id=page.pk)
    if one.enterprise.pk != other.enterprise.pk:
        one.enterprise.parent = other.enterprise
    one.enterprise.location = other.place
    one.enterprise.save()
    for page in one.pages() if in_bodies else ():
        page.body = json.dumps([*page.body.get_prep_value(), *body(other)])
        page.save()


def body(other: Set) -> list[dict[str, Any]]:
    """One block of each kind, referring to every page and the figure of `other`."""
    links = "".join(f'<p><a linktype="page" id="{page.pk}">见此页</a></p>' for page in other.pages())
    figure = f'<p>数值为<embed embedtype="observation" id="{other.observation.pk}"/>。</p>'
    return [
        {"type": "heading", "value": "小标题"},
        {"type": "paragraph", "value": links + figure},
        {
            "type": "key_figures",
            "value": {"title": "数字", "observations": [item(other.observation.pk)]},
        },
        {"type": "note", "value": {"title": "说明", "text": figure}},
        {"type": "quote", "value": {"text": "一句引文。", "attribution": "某人"}},
        {"type": "chart", "value": {"title": "图表", "kind": "line", "indicator": other.indicator.pk}},
        {"type": "table", "value": {"table": table(other, links + figure), "row_headings": True}},
        {"type": "timeline", "value": {"title": "挑选", "statements": [item(other.statement.pk)]}},
        *(
            {"type": "timeline", "value": {"title": "大事", "statements": [], "page": page.pk, "most": "3"}}
            for page in (other.sector, other.enterprise, other.project, other.place, other.policy)
        ),
        {
            "type": "video",
            "value": {"title": "视频", "address": "https://example.org/v", "description": "看得到厂房。"},
        },
        {
            "type": "cards",
            "value": {"title": "卡片", "pages": [item(other.enterprise.pk), item(other.project.pk)]},
        },
        {
            "type": "related",
            "value": {
                "title": "延伸阅读",
                "pages": [item(page.pk) for page in other.pages()],
            },
        },
    ]


def table(other: Set, rich_text: str) -> dict[str, Any]:
    """A table with a column of each kind."""
    return {
        "caption": "表格",
        "columns": [{"type": kind, "heading": kind} for kind in ("text", "number", "figure", "rich_text")],
        "rows": [{"values": ["行", "1,234.5", other.observation.pk, rich_text]}],
    }


def item(value: int) -> dict[str, Any]:
    """An entry of a list block as Wagtail stores it."""
    return {"type": "item", "value": value, "id": str(uuid.uuid4())}


def make_world(portal: Portal, size: int = 1) -> World:
    """`size` sets of pages in a fresh portal, each about itself and the one before."""

    def make() -> list[Keys]:
        with references_indexed_once():
            return [keys(one) for one in build_world(portal, size)]

    made = in_place(("world", size), make)
    portal.home.refresh_from_db()
    return World(portal, [found_set(one) for one in made], name=("world", size))


def build_world(portal: Portal, size: int) -> list[Set]:
    sets: list[Set] = []
    for _ in range(size):
        made = make_set()
        for earlier in sets[-1:]:
            connect(made, earlier)
        HomeFigure.objects.create(home=portal.home, observation=made.observation)
        HomeFeature.objects.create(home=portal.home, page_id=made.project.pk)
        sets.append(made)
    BasePage.objects.filter(summary="").update(summary=SUMMARY)
    return sets


@contextmanager
def references_indexed_once() -> Iterator[None]:
    """Wagtail indexes at every save what a record refers to; here, all records at the end: half the time."""
    with disable_reference_index_auto_update():
        yield
    call_command("rebuild_references_index", verbosity=0)


def keys(made: Set) -> Keys:
    return {name: (type(record), record.pk) for name, record in vars(made).items()}


def found_set(found: Keys) -> Set:
    return Set(**{name: model.objects.get(pk=pk) for name, (model, pk) in found.items()})


def public_responses(client: Client) -> Iterator[tuple[str, Any]]:
    """Every address that lists or shows public content, with its response to an anonymous reader."""
    for page in BasePage.objects.visible().filter(depth__gt=1):
        yield page.url, client.get(page.url)
    yield "/sitemap.xml", client.get("/sitemap.xml")
    for model in (Observation, Statement):  # the hidden ones too
        for key in model.objects.values_list("key", flat=True):
            yield f"/facts/{key}/", client.get(f"/facts/{key}/")
            yield f"/facts/{key}/?format=json", client.get(f"/facts/{key}/?format=json")
    for slug in IndicatorPage.objects.values_list("slug", flat=True):
        yield f"/embed/data/{slug}/", client.get(f"/embed/data/{slug}/")
    for address in re.findall(
        r"<loc>https?://[^/]+(/[^<]*)</loc>", client.get("/sitemap.xml").content.decode()
    ):
        yield address, client.get(address)
    for address in ("/site-map/", "/search/?q=一两句话"):
        yield address, client.get(address)
    for address in machine_addresses():
        response = client.get(address)
        yield address, HttpResponse(b"".join(response.streaming_content)) if response.streaming else response


def machine_addresses() -> Iterator[str]:
    """Feeds, tables, API and Markdown twins."""
    yield from ("/feeds/atom.xml", "/feeds/rss.xml", "/datapackage.json", "/llms.txt", "/api/v2/openapi.json")
    yield from (f"/tables/{table.name}.csv" for table in TABLES)
    yield from (f"/api/v2/{endpoint.name}/?limit=100" for endpoint in ENDPOINTS)
    for page in BasePage.objects.visible().filter(depth__gt=1).specific():
        yield f"{page.url}index.md"
        yield f"/api/v2/pages/{page.pk}/"
        if isinstance(page, IndexPage):
            yield f"/feeds/{page.slug}/atom.xml"
            yield from (f"{page.url}?format={format}" for format in ("csv", "json", "atom", "rss"))
        if isinstance(page, SectorPage):
            yield f"/feeds/sectors/{page.slug}/atom.xml"
