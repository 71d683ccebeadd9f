"""Rows of the public tables: what each table starts from, and what its columns show of other tables.

A loader takes the request (for absolute addresses) and pages or facts that start from `visible()`, as a
queryset or a list; a listing passes its filtered ones. What it adds costs a fixed number of queries for
`CHUNK` rows, and is visible itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.http import HttpRequest

from cms.core.models import BasePage
from industries.addresses import fact_address, page_address
from industries.models import (
    EnterprisePage,
    EnterpriseSector,
    IndicatorPage,
    NewsPage,
    NewsSubject,
    Observation,
    PlacePage,
    PolicyMeasure,
    PolicyPage,
    ProjectEnterprise,
    ProjectPage,
    ProjectStage,
    SectorPage,
    Source,
    Statement,
    StatementSubject,
    Tier,
)
from industries.models.enterprise import with_sector_links
from industries.models.entity import with_sectors
from industries.models.project import STAGE_ORDER, StageKind
from industries.models.sector import ChainPosition

CHUNK = 500


def in_chunks(rows: Any) -> Iterator[list[Any]]:
    """Lists of at most `CHUNK` rows; a queryset is never in memory as a whole."""
    iterator = iter(rows.iterator(chunk_size=CHUNK) if hasattr(rows, "iterator") else rows)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk


def visible_ids() -> Any:
    return BasePage.objects.visible().order_by().values("pk")


def visible_in_bulk(request: HttpRequest, ids: Iterable[int | None]) -> dict[int, Any]:
    """Visible pages by id with their addresses, as far as a link to them needs."""
    wanted = {pk for pk in ids if pk}
    pages = BasePage.objects.visible().only("id", "title", "url_path", "path", "depth", "content_type")
    found = pages.in_bulk(wanted) if wanted else {}
    with_addresses(request, found.values())
    return found


def with_addresses(request: HttpRequest, pages: Iterable[Any]) -> Any:
    """Gives each page its address, and the sectors it names theirs."""
    for page in pages:
        page.address = page_address(request, page)
        for sector in getattr(page, "shown_sectors", ()):
            sector.address = page_address(request, sector)
    return pages


def rows_pages(request: HttpRequest, queryset: Any) -> Iterator[Any]:
    for chunk in in_chunks(queryset):
        yield from with_addresses(request, chunk)


def rows_sectors(request: HttpRequest, queryset: Any) -> Iterator[SectorPage]:
    for chunk in in_chunks(queryset):
        above = {sector.path[: -sector.steplen] for sector in chunk}
        parents = {p.path: p for p in SectorPage.objects.visible().for_links().filter(path__in=above)}
        for sector in chunk:
            sector.shown_parent = parents.get(sector.path[: -sector.steplen])
        with_addresses(request, parents.values())
        yield from with_addresses(request, chunk)


def rows_sectoral(request: HttpRequest, queryset: Any) -> Iterator[Any]:
    """Pages of one type with a list of sectors: places, indicators."""
    for chunk in in_chunks(queryset):
        yield from with_addresses(request, with_sectors(chunk))


rows_places = rows_indicators = rows_sectoral


def rows_policies(request: HttpRequest, queryset: Any) -> Iterator[PolicyPage]:
    for chunk in in_chunks(queryset):
        measures = grouped(
            PolicyMeasure.objects.filter(policy__in=[page.pk for page in chunk]).order_by("sort_order", "pk"),
            "policy_id",
        )
        for page in chunk:
            page.shown_measures = measures[page.pk]
        yield from with_addresses(request, with_sectors(chunk))


@dataclass(frozen=True)
class ReachedStage:
    kind: str
    label: str
    statement: Statement
    address: str


def rows_projects(request: HttpRequest, queryset: Any) -> Iterator[ProjectPage]:
    """With the course of visible stages, the last of them, parties, places and the sum invested."""
    for chunk in in_chunks(queryset):
        ids = [project.pk for project in chunk]
        stages = grouped(
            ProjectStage.objects.filter(
                project__in=ids, statement__in=Statement.objects.visible().order_by()
            ).select_related("statement__source"),
            "project_id",
        )
        links = grouped(
            ProjectEnterprise.objects.filter(project__in=ids, enterprise__in=visible_ids()).order_by(
                "sort_order", "pk"
            ),
            "project_id",
        )
        at = ProjectPage.places.through.objects.filter(projectpage__in=ids).order_by("pk")
        places = grouped(at, "projectpage_id")
        known = visible_in_bulk(
            request,
            [link.enterprise_id for found in links.values() for link in found]
            + [link.placepage_id for found in places.values() for link in found],
        )
        sums = Observation.objects.visible().for_display().in_bulk([p.investment_id for p in chunk])
        for project in chunk:
            project.course = sorted(
                (reached_stage(request, stage) for stage in stages[project.pk]),
                key=lambda stage: STAGE_ORDER.index(StageKind(stage.kind)),
            )
            project.reached = project.course[-1] if project.course else None
            project.parties = [
                (known[link.enterprise_id], link.role)
                for link in links[project.pk]
                if link.enterprise_id in known
            ]
            project.shown_enterprises = [page for page, _ in project.parties]
            project.shown_places = [
                known[link.placepage_id] for link in places[project.pk] if link.placepage_id in known
            ]
            project.shown_investment = sums.get(project.investment_id)
            if project.shown_investment:
                project.shown_investment.address = fact_address(request, project.shown_investment.key)
        yield from with_addresses(request, with_sectors(chunk))


def reached_stage(request: HttpRequest, stage: ProjectStage) -> ReachedStage:
    return ReachedStage(
        stage.stage, stage.get_stage_display(), stage.statement, fact_address(request, stage.statement.key)
    )


def rows_enterprises(request: HttpRequest, queryset: Any) -> Iterator[EnterprisePage]:
    for chunk in in_chunks(queryset):
        known = visible_in_bulk(request, [e.parent_id for e in chunk] + [e.location_id for e in chunk])
        for enterprise in with_sector_links(chunk):
            enterprise.shown_parent = known.get(enterprise.parent_id)
            enterprise.shown_location = known.get(enterprise.location_id)
            with_addresses(request, (link.sector for link in enterprise.shown_sector_links))
        yield from with_addresses(request, chunk)


def rows_news(request: HttpRequest, queryset: Any) -> Iterator[NewsPage]:
    """With the visible pages that each article is about, and the policies it interprets."""
    for chunk in in_chunks(queryset):
        ids = [article.pk for article in chunk]
        about = grouped(NewsSubject.objects.filter(news__in=ids).order_by("sort_order", "pk"), "news_id")
        through = NewsPage.interprets.through.objects.filter(newspage__in=ids).order_by("pk")
        interprets = grouped(through, "newspage_id")
        known = visible_in_bulk(
            request,
            [link.page_id for found in about.values() for link in found]
            + [link.policypage_id for found in interprets.values() for link in found],
        )
        sources = Source.objects.in_bulk({a.source_id for a in chunk if a.source_id})
        for article in chunk:
            article.shown_about = [known[link.page_id] for link in about[article.pk] if link.page_id in known]
            article.shown_interprets = [
                known[link.policypage_id] for link in interprets[article.pk] if link.policypage_id in known
            ]
            article.source = sources.get(article.source_id)
        yield from with_addresses(request, chunk)


def rows_observations(request: HttpRequest, queryset: Any) -> Iterator[Observation]:
    """The queryset brings indicator, source and subject along (`for_display()`)."""
    for chunk in in_chunks(queryset):
        for observation in chunk:
            observation.address = fact_address(request, observation.key)
            with_addresses(request, filter(None, (observation.indicator, observation.subject)))
        yield from chunk


def rows_statements(request: HttpRequest, queryset: Any) -> Iterator[Statement]:
    """The queryset brings the source along (`for_display()`)."""
    for chunk in in_chunks(queryset):
        about = grouped(
            StatementSubject.objects.filter(statement__in=[s.pk for s in chunk]).order_by("sort_order", "pk"),
            "statement_id",
        )
        known = visible_in_bulk(request, (link.page_id for links in about.values() for link in links))
        for statement in chunk:
            statement.address = fact_address(request, statement.key)
            statement.shown_pages = [
                known[link.page_id] for link in about[statement.pk] if link.page_id in known
            ]
        yield from chunk


def rows_as_they_are(request: HttpRequest, queryset: Any) -> Iterator[Any]:
    for chunk in in_chunks(queryset):
        yield from chunk


rows_sources = rows_tiers = rows_statement_pages = rows_as_they_are


def grouped(rows: Iterable[Any], name: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found


def public_pages() -> Any:
    return BasePage.objects.visible().filter(depth__gt=1).order_by("path")


def cited_sources() -> Any:
    """Sources on which something visible rests: of others not even the title is public."""
    return Source.objects.filter(
        Exists(Observation.objects.visible().order_by().filter(source=OuterRef("pk")))
        | Exists(Statement.objects.visible().order_by().filter(source=OuterRef("pk")))
        | Exists(NewsPage.objects.visible().order_by().filter(source=OuterRef("pk")))
    ).order_by("key")


def tiers_in_use() -> Any:
    sectors = SectorPage.objects.visible().order_by()
    return Tier.objects.filter(
        Q(pk__in=sectors.values("tier")) | Q(pk__in=sectors.values("parent_tier"))
    ).order_by("order", "key")


def statement_pages() -> Any:
    return (
        StatementSubject.objects.filter(
            statement__in=Statement.objects.visible().order_by(), page__in=visible_ids()
        )
        .select_related("statement", "page")
        .order_by("statement__key", "sort_order", "pk")
    )


def of_type(model: Any) -> Callable[[], Any]:
    return lambda: model.objects.visible().defer_streamfields().order_by("path")


def by_indicator() -> Any:
    return (
        Observation.objects.visible()
        .for_display()
        .order_by("indicator__path", F("ends").desc(nulls_last=True), "key")
    )


@dataclass(frozen=True)
class Relation:
    subject_id: int
    subject: str
    relation: str
    object_id: int
    object: str
    role: str


# Model, its way to the first page, the relation, its way to the second page, and what is said of it.
PAGE_RELATIONS: tuple[tuple[Any, str, str, str, tuple[str, ...]], ...] = (
    (EnterpriseSector, "enterprise", "所属产业", "sector", ("position", "role")),
    (ProjectPage.sectors.through, "projectpage", "所属产业", "sectorpage", ()),
    (PlacePage.sectors.through, "placepage", "所属产业", "sectorpage", ()),
    (PolicyPage.sectors.through, "policypage", "所属产业", "sectorpage", ()),
    (IndicatorPage.sectors.through, "indicatorpage", "所属产业", "sectorpage", ()),
    (ProjectEnterprise, "project", "参与单位", "enterprise", ("role",)),
    (ProjectPage.places.through, "projectpage", "所在园区", "placepage", ()),
    (EnterprisePage, "", "所在园区", "location", ()),
    (EnterprisePage, "", "上级单位", "parent", ()),
    (NewsSubject, "news", "提到", "page", ()),
    (NewsPage.interprets.through, "newspage", "解读", "policypage", ()),
)


def relations() -> Iterator[Relation]:
    """Every relation between two visible pages."""
    for model, subject, relation, target, details in PAGE_RELATIONS:
        prefix = f"{subject}__" if subject else ""
        rows = (
            model.objects.filter(**{f"{prefix}pk__in": visible_ids(), f"{target}__in": visible_ids()})
            .order_by(f"{prefix}path", f"{target}__path", "pk")
            .values_list(f"{prefix}pk", f"{prefix}title", f"{target}_id", f"{target}__title", *details)
        )
        for subject_id, title, object_id, object_title, *said in rows.iterator(chunk_size=CHUNK):
            words = [dict(ChainPosition.choices).get(word, word) for word in said if word]
            yield Relation(subject_id, title, relation, object_id, object_title, "，".join(words))


# By name of the table: what it starts from, and its loader.
ROWS: dict[str, tuple[Callable[[], Any], Callable[[HttpRequest, Any], Iterator[Any]]]] = {
    "observations": (by_indicator, rows_observations),
    "statements": (lambda: Statement.objects.visible().for_display().order_by("key"), rows_statements),
    "indicators": (of_type(IndicatorPage), rows_indicators),
    "sectors": (lambda: SectorPage.objects.visible().for_cards(), rows_sectors),
    "projects": (of_type(ProjectPage), rows_projects),
    "enterprises": (of_type(EnterprisePage), rows_enterprises),
    "places": (of_type(PlacePage), rows_places),
    "policies": (of_type(PolicyPage), rows_policies),
    "news": (of_type(NewsPage), rows_news),
    "sources": (cited_sources, rows_sources),
    "tiers": (tiers_in_use, rows_tiers),
    "pages": (public_pages, rows_pages),
    "relations": (relations, rows_as_they_are),
    "statement-pages": (statement_pages, rows_statement_pages),
}


def all_rows(request: HttpRequest, name: str) -> Iterator[Any]:
    """Every public row of the table `name` (KeyError for an unknown one)."""
    start, load = ROWS[name]
    return load(request, start())
