"""What readers may see of the records that a body refers to: fetched once for all its blocks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, F, OuterRef, Prefetch, Q, prefetch_related_objects
from wagtail.models import CollectionViewRestriction

from cms.core.models import BasePage
from cms.core.models.image import Rendition
from industries.blocks.parts import References, references, references_of

# Statements that a timeline about a page shows at most.
MOST_STATEMENTS = 20


@dataclass
class Found:
    """By id; a record that is missing here must not be shown."""

    figures: dict[int, Any] = field(default_factory=dict)
    pages: dict[int, BasePage] = field(default_factory=dict)
    cards: dict[int, Any] = field(default_factory=dict)
    charted: dict[int, list[Any]] = field(default_factory=dict)
    histories: dict[int, list[Any]] = field(default_factory=dict)
    statements: dict[int, Any] = field(default_factory=dict)
    documents: dict[int, Any] = field(default_factory=dict)


def find(
    wanted: References,
    *,
    figures: dict[int, Any] | None = None,
    pages: dict[int, BasePage] | None = None,
    cards: dict[int, Any] | None = None,
) -> Found:
    """Fetches it in a fixed number of queries; not what is given because it is known or not needed."""
    pages = visible_pages(wanted.pages) if pages is None else pages
    statements, histories = told(wanted.statements, [pages[pk] for pk in wanted.histories if pk in pages])
    cards = visible_cards(wanted.cards) if cards is None else cards
    charted, invested = observations(
        wanted.charted, [getattr(card, "investment_id", None) or 0 for card in cards.values()]
    )
    for card in cards.values():
        card.shown_investment = invested.get(getattr(card, "investment_id", None) or 0)
    return Found(
        figures=visible_figures(wanted.figures) if figures is None else figures,
        pages=pages,
        cards=cards,
        charted=charted,
        histories=histories,
        statements=statements,
        documents=public_documents(wanted.documents),
    )


def found_for(block: Any, value: Any, parent_context: Any) -> Found:
    """What the page has fetched for its body; a block that is shown alone fetches its own."""
    found = (parent_context or {}).get("body_found")
    if isinstance(found, Found):
        return found
    item = {"type": block.name, "value": block.get_prep_value(value)}
    return find(references(Alone(block), [item]))


@dataclass
class Alone:
    """A stream with one block."""

    block: Any

    @property
    def child_blocks(self) -> dict[str, Any]:
        return {self.block.name: self.block}


def visible_figures(ids: Iterable[int]) -> dict[int, Any]:
    from industries.models import Observation

    return Observation.objects.visible().for_display().in_bulk(list(ids)) if ids else {}


def visible_pages(ids: Iterable[int]) -> dict[int, BasePage]:
    return BasePage.objects.visible().in_bulk(list(ids)) if ids else {}


def observations(
    indicators: Iterable[int], ids: Iterable[int] = ()
) -> tuple[dict[int, list[Any]], dict[int, Any]]:
    """Visible observations of the indicators, the latest first, and those with the ids: one query for both."""
    from industries.models import Observation

    charted: dict[int, list[Any]] = {pk: [] for pk in indicators}
    named = {pk for pk in ids if pk}
    found = {}
    if charted or named:
        rows = Observation.objects.visible().for_display()
        rows = rows.filter(Q(indicator__in=list(charted)) | Q(pk__in=named))
        for observation in rows.order_by(F("ends").desc(nulls_last=True), "key"):
            if observation.indicator_id in charted:
                charted[observation.indicator_id].append(observation)
            found[observation.pk] = observation
    return charted, found


def told(picked: list[int], pages: list[BasePage]) -> tuple[dict[int, Any], dict[int, list[Any]]]:
    """The visible ones of the `picked` statements by id, and by page the latest dated ones about it.

    What is about a page below one is about it too. Two queries: all the statements, and which is about which.
    Of a page with a long history only as many rows come as a timeline may show.
    """
    from industries.models import Statement, StatementSubject

    if not picked and not pages:
        return {}, {}
    shown = Statement.objects.visible()
    wanted = Q(pk__in=shown.filter(pk__in=picked).order_by().values("pk")) if picked else Q(pk__in=[])
    links = StatementSubject.objects.filter(page__in=BasePage.objects.visible().order_by().values("pk"))
    dated = shown.filter(ends__isnull=False).order_by("-ends", "key")
    for page in pages:
        about = links.filter(statement=OuterRef("pk"), page__path__startswith=page.path)
        wanted |= Q(pk__in=dated.filter(Exists(about)).values("pk")[:MOST_STATEMENTS])
    statements = Statement.objects.for_display().filter(wanted).order_by("-ends", "key").in_bulk()
    return statements, histories(list(statements.values()), pages, links) if pages else {}


def histories(statements: list[Any], pages: list[BasePage], links: Any) -> dict[int, list[Any]]:
    paths: dict[int, list[str]] = {}
    rows = links.filter(statement__in=[statement.pk for statement in statements])
    for pk, path in rows.values_list("statement_id", "page__path"):
        paths.setdefault(pk, []).append(path)
    return {
        page.pk: [
            statement
            for statement in statements
            if statement.ends and any(path.startswith(page.path) for path in paths.get(statement.pk, ()))
        ][:MOST_STATEMENTS]
        for page in pages
    }


def visible_cards(ids: Iterable[int]) -> dict[int, Any]:
    """Enterprises and projects with what their cards show, except the investment."""
    from industries.models import EnterprisePage, ProjectPage
    from industries.models.enterprise import with_sector_links
    from industries.models.entity import with_sectors
    from industries.models.project import with_stages

    ids = list(ids)
    if not ids:
        return {}
    enterprises = list(EnterprisePage.objects.visible().defer_streamfields().filter(pk__in=ids))
    projects = list(with_stages(ProjectPage.objects.visible().defer_streamfields().filter(pk__in=ids)))
    if enterprises:
        with_sector_links(enterprises)
    if projects:
        with_sectors(projects)
    return {page.pk: page for page in [*enterprises, *projects]}


def public_documents(ids: Iterable[int]) -> dict[int, Any]:
    """Documents that anyone may fetch: those outside the collections that are kept private."""
    from wagtail.documents import get_document_model

    if not ids:
        return {}
    documents = get_document_model().objects.all()
    for path in CollectionViewRestriction.objects.values_list("collection__path", flat=True):
        documents = documents.exclude(collection__path__startswith=path)
    return dict(documents.in_bulk(list(ids)))


def ready_pictures(body: Any) -> None:
    """Gives the pictures of a body the renditions that exist, in one query for all of them."""
    if not references_of(body).images:
        return
    pictures = []
    for block in body:
        if block.block_type == "image":
            pictures.append(block.value["image"])
        elif block.block_type == "gallery":
            pictures += [item["image"] for item in block.value["pictures"]]
    ready(pictures)


def ready(pictures: Iterable[Any]) -> None:
    fetched = Prefetch("renditions", queryset=Rendition.objects.all(), to_attr="prefetched_renditions")
    prefetch_related_objects([picture for picture in pictures if picture], fetched)
