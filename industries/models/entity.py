"""What the pages about things (sectors, projects, enterprises, places, policies) have in common."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count, groupby
from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.rich_text import expand_db_html
from wagtail.search import index

from cms.core.inhand import in_hand
from cms.core.models import BasePage
from cms.core.words import pinyin_slug
from industries.blocks import BodyBlock
from industries.blocks.choosers import ids_only
from industries.blocks.found import find, ready_pictures
from industries.blocks.parts import references_of, rich_texts
from industries.models.fact import Observation, Statement
from industries.reading import cited_ids, named_ids


def one_per_line(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


class BodyPage(BasePage):
    """A page with an article body whose figures are references to observations."""

    body = StreamField(BodyBlock(), verbose_name="正文", blank=True)

    search_fields = [*BasePage.search_fields, index.SearchField("body")]
    pages_in_hand: dict[int, BasePage] | None = None

    class Meta:
        abstract = True

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        with ids_only():  # the blocks look up in `body_found` what readers may see
            list(self.body)
        figures, pages = self.cited_figures(), self.pages_named()
        with in_hand({Observation: figures, BasePage: pages}):
            context["expanded_texts"] = expand_together(rich_texts(self.body))
        context["body_observations"] = figures
        context["body_found"] = find(references_of(self.body), figures=figures, pages=pages)
        ready_pictures(self.body)
        context["headings"] = headings(self.body)
        return context

    def cited_figures(self) -> dict[int, Observation]:
        """What readers may see of the figures in texts and key-figure blocks, by id, in order of appearance."""
        ids = cited_ids(self.body)
        found = Observation.objects.visible().for_display().in_bulk(ids) if ids else {}
        return {pk: found[pk] for pk in ids if pk in found}

    def page_ids_named(self) -> list[int]:
        """Ids of the pages that the body links to or recommends, whether or not readers may see them."""
        return named_ids(self.body)

    def pages_named(self) -> dict[int, BasePage]:
        """What readers may see of these pages, by id; fetched once per instance."""
        if self.pages_in_hand is None:
            ids = self.page_ids_named()
            self.pages_in_hand = BasePage.objects.visible().in_bulk(ids) if ids else {}
        return self.pages_in_hand


def headings(body: Any) -> list[dict[str, str]]:
    """The headings of a body with their anchors, which the blocks get too: pinyin, each once in a page."""
    found: list[dict[str, str]] = []
    taken: set[str] = set()
    for block in body:
        if block.block_type == "heading":
            base = f"h-{pinyin_slug(block.value) or 'part'}"
            names = (base if number == 1 else f"{base}-{number}" for number in count(1))
            block.anchor = next(name for name in names if name not in taken)
            taken.add(block.anchor)
            found.append({"id": block.anchor, "text": block.value})
    return found


SEAM = "<!--seam-->"


def expand_together(sources: list[str]) -> dict[str, list[str]]:
    """HTML by source, in order of use, for all texts of a page.

    Links and figures cost one query each, however many there are, and the source marks are numbered through
    the whole page, also where the same text comes twice.
    """
    expanded: dict[str, list[str]] = {}
    if sources:
        for source, html in zip(sources, expand_db_html(SEAM.join(sources)).split(SEAM), strict=True):
            expanded.setdefault(source, []).append(html)
    return expanded


class EntityPage(BodyPage):
    """A thing that facts are about, known by several names."""

    other_names = models.TextField(
        "别名", blank=True, help_text="一行一个：简称、旧称、常见写法。用于搜索和自动链接。"
    )

    # The parts a page of this kind may have, in order: key in the context and address in the page, heading.
    sections: ClassVar[tuple[tuple[str, str], ...]] = ()

    content_fields = (*BodyPage.content_fields, "other_names")
    search_fields = [*BodyPage.search_fields, index.SearchField("other_names")]

    class Meta:
        abstract = True

    @property
    def other_name_list(self) -> list[str]:
        return one_per_line(self.other_names)

    def spoken_for(self) -> list[int]:
        """Ids of the pages whose facts and news count as this page's; none for one not yet saved."""
        return [] if self.pk is None else [self.pk]

    def observations(self) -> models.QuerySet[Observation]:
        """Visible figures about this page."""
        return Observation.objects.visible().for_display().filter(subject__in=self.spoken_for())

    def statements(self) -> models.QuerySet[Statement]:
        """Visible statements about this page, the latest dated first, undated last."""
        return (
            Statement.objects.visible()
            .for_display()
            .about(self.spoken_for())
            .order_by(models.F("ends").desc(nulls_last=True), "key")
        )

    def news(self) -> models.QuerySet[BasePage]:
        """Visible articles about this page, the newest first."""
        from industries.models.news import NewsSubject

        about = NewsSubject.objects.filter(page__in=self.spoken_for()).values("news")
        return BasePage.objects.visible().filter(pk__in=about).order_by("-first_published_at", "-pk")

    def unknown(self, context: dict[str, Any]) -> list[str]:
        """Names of what a reader expects of such a page and no source tells; shown together, once."""
        return []

    def told_elsewhere(self, context: dict[str, Any]) -> set[int]:
        """Ids of statements that the page shows in a place of their own."""
        return set()

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["observations"] = list(self.observations())
        context["statements"] = list(self.statements())
        context["news"] = list(self.news())
        context.update(self.relations(context))
        told = self.told_elsewhere(context)
        statements = [statement for statement in context["statements"] if statement.pk not in told]
        context["milestones"] = by_year(s for s in statements if s.ends)
        context["claims"] = [s for s in statements if not s.ends]
        context["unknown"] = self.unknown(context)
        context["contents"] = [(key, title) for key, title in self.sections if context.get(key)]
        return context

    def relations(self, context: dict[str, Any]) -> dict[str, Any]:
        """What a page of this kind shows beside its facts and news; `context` holds those already."""
        return {}


def by_year(statements: Iterable[Statement]) -> list[tuple[int, list[Statement]]]:
    """Dated statements, already in order, under the year in which each ends."""
    return [
        (year, list(group)) for year, group in groupby(statements, key=lambda s: s.ends.year if s.ends else 0)
    ]


class SectoralPage(EntityPage):
    """An entity that belongs to one or more sectors."""

    sectors = ParentalManyToManyField(
        "industries.SectorPage", verbose_name="所属产业", blank=True, related_name="%(class)ss"
    )

    content_fields = (*EntityPage.content_fields, "sectors")

    class Meta:
        abstract = True

    def visible_sectors(self) -> list[Any]:
        """Visible sectors with their tier, in tree order; uses what a listing has prefetched."""
        return sector_list(self)

    @property
    def hue(self) -> str:  # type: ignore[override]
        return next((sector.hue for sector in self.visible_sectors()), "pine")

    def relations(self, context: dict[str, Any]) -> dict[str, Any]:
        return {"sectors": self.visible_sectors()}


def with_sectors(pages: list[Any]) -> list[Any]:
    """Gives each page of one type its visible sectors, in one query for all of them."""
    from industries.models.sector import SectorPage

    if not pages:
        return pages
    through = type(pages[0]).sectors.through
    owner = type(pages[0])._meta.model_name
    links = (
        through.objects.filter(**{f"{owner}__in": [page.pk for page in pages]})
        .filter(sectorpage__in=SectorPage.objects.visible().order_by().values("pk"))
        .select_related("sectorpage__tier", "sectorpage__parent_tier")
        .defer("sectorpage__body")
        .order_by("sectorpage__path")
    )
    named: dict[int, list[Any]] = {}
    for link in links:
        named.setdefault(getattr(link, f"{owner}_id"), []).append(link.sectorpage)
    for page in pages:
        page.shown_sectors = named.get(page.pk, [])
    return pages


def sector_list(page: Any) -> list[Any]:
    """The page's visible sectors in tree order, those of an unsaved form in a preview.

    Fetched once per instance; a listing has given them to all its pages (`with_sectors`).
    """
    if not hasattr(page, "shown_sectors"):
        from industries.models.sector import SectorPage

        chosen = [sector.pk for sector in page.sectors.all()]
        page.shown_sectors = list(SectorPage.objects.visible().for_links().filter(pk__in=chosen))
    return list(page.shown_sectors)


def sectors_field() -> FieldPanel:
    from django import forms

    return FieldPanel("sectors", widget=forms.CheckboxSelectMultiple)
