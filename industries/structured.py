"""The portal's page types in schema.org's words. See cms.core.structured for how builders are called."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest

from cms.core.metadata import page_url
from cms.core.models import BasePage
from cms.core.structured import (
    LONGEST_LIST,
    Node,
    about_page,
    collection,
    column_url,
    describes,
    mention,
    mentions,
    node,
    publisher,
    times,
    web_page,
)
from industries.models import (
    DistributionPage,
    EnterprisePage,
    IndicatorIndexPage,
    IndicatorPage,
    NewsPage,
    Observation,
    PlacePage,
    PolicyPage,
    ProjectPage,
    SectorIndexPage,
    SectorPage,
    Source,
    TimelinePage,
)
from industries.models.enterprise import EnterpriseKind
from industries.models.place import PlaceKind
from industries.models.policy import PolicyKind, PolicyLevel
from industries.models.project import ProjectKind

CITY = {"@type": "City", "name": "长春市"}
SOURCES = 20


def iso_period(text: str) -> str:
    """A period as ISO 8601 knows it: 2023, 2023-03, 2023-03-15, a range of them; empty for what it lacks."""
    body = text.removeprefix("@")
    return "" if "H" in body or "Q" in body else body


def iso_date(text: str) -> str:
    """A period that is one date, be it only a year or a month."""
    return "" if "/" in text or text.startswith("@") else iso_period(text)


def source_node(source: Source) -> Node:
    return node(
        "CreativeWork",
        name=source.title,
        publisher=node("Organization", name=source.publisher) if source.publisher else None,
        datePublished=iso_date(source.published),
        url=source.url,
    )


def other_names(page: Any, *more: str) -> list[str]:
    return list(dict.fromkeys(filter(None, [*more, *page.other_name_list])))


# News


@describes(NewsPage, "NewsArticle")
def news_article(page: NewsPage, request: HttpRequest, context: Any) -> Node:
    organisation = publisher(page, request)
    return node(
        "NewsArticle",
        **about_page(page, request) | {"image": [about_page(page, request)["image"]]},
        headline=page.title,
        **times(page),
        author=organisation,
        publisher=organisation,
        editor=node("Person", name=page.editor) if page.editor else None,
        isBasedOn=source_node(page.source) if page.source else None,
        about=mentions(context.get("about"), request),
        isAccessibleForFree=True,
    )


# Things


@describes(SectorPage, "DefinedTerm")
def sector(page: SectorPage, request: HttpRequest, context: Any) -> Node:
    columns = [step for step in page.ancestors_shown() if step.column_kind and step.depth > 2]
    terms = node("DefinedTermSet", name=columns[-1].title, url=column_url(page, request)) if columns else None
    return node(
        "DefinedTerm",
        **about_page(page, request),
        alternateName=other_names(page),
        inDefinedTermSet=terms,
    )


ORGANISATIONS = {
    EnterpriseKind.COMPANY: "Organization",
    EnterpriseKind.UNIVERSITY: "CollegeOrUniversity",
    EnterpriseKind.INSTITUTE: "ResearchOrganization",
}


@describes(EnterprisePage, "Organization")
def enterprise(page: EnterprisePage, request: HttpRequest, context: Any) -> Node:
    if page.kind == EnterpriseKind.BRAND:
        return node("Brand", **about_page(page, request), alternateName=other_names(page, page.english_name))
    kind = ORGANISATIONS[EnterpriseKind(page.kind)]
    listed = kind == "Organization" and page.stock_code
    names = other_names(page, page.english_name, *page.former_name_list)
    parent, location = context.get("parent"), context.get("location")
    return node(
        "Corporation" if listed else kind,
        **about_page(page, request),
        legalName=page.full_name,
        alternateName=names,
        tickerSymbol=page.stock_code if listed else "",
        parentOrganization=mention(parent, request, "Organization") if parent else None,
        subOrganization=mentions(context.get("subsidiaries"), request),
        location=mention(location, request, "Place") if location else None,
        knowsAbout=mentions((link.sector for link in page.sector_roles()), request),
    )


@describes(PlacePage, "Place")
def place(page: PlacePage, request: HttpRequest, context: Any) -> Node:
    district = (
        node("AdministrativeArea", name=page.get_district_display(), containedInPlace=CITY)
        if page.district
        else None
    )
    return node(
        "TouristAttraction" if page.kind == PlaceKind.SCENIC else "Place",
        **about_page(page, request),
        alternateName=other_names(page),
        containedInPlace=district,
        additionalProperty=node("PropertyValue", name="功能区", value=page.zone) if page.zone else None,
    )


@describes(ProjectPage, "Project")
def project(page: ProjectPage, request: HttpRequest, context: Any) -> Node:
    """A project, an exhibition, or a product, as far as the portal knows it: no invented dates or roles."""
    shared = {**about_page(page, request), "alternateName": other_names(page)}
    places = mentions(context.get("places"), request)
    if page.kind == ProjectKind.PRODUCT:
        return node("Product", **shared, category=[sector.title for sector in page.visible_sectors()])
    if page.kind == ProjectKind.EVENT:
        return node(
            "ExhibitionEvent", **shared, location=places, about=mentions(page.visible_sectors(), request)
        )
    links = context.get("enterprise_links") or ()
    return node(
        "Project",
        **shared,
        location=places,
        member=mentions((link.enterprise for link in links), request),
        knowsAbout=mentions(page.visible_sectors(), request),
    )


# Policies


JURISDICTIONS = {
    PolicyLevel.NATIONAL: {"@type": "Country", "name": "中国"},
    PolicyLevel.PROVINCIAL: {"@type": "AdministrativeArea", "name": "吉林省"},
    PolicyLevel.MUNICIPAL: CITY,
}
DOCUMENTS = {PolicyKind.PLAN, PolicyKind.POLICY}


@describes(PolicyPage, "CreativeWork")
def policy(page: PolicyPage, request: HttpRequest, context: Any) -> Node:
    """A document is legislation in schema.org's wide sense, a service a service; the rest is told as a page."""
    issuer = node("Organization", name=page.issuer) if page.issuer else None
    about = mentions(page.visible_sectors(), request)
    area = JURISDICTIONS[PolicyLevel(page.level)]
    shared = {**about_page(page, request), "alternateName": other_names(page)}
    if page.kind in DOCUMENTS or page.document_number:
        return node(
            "Legislation",
            **shared,
            legislationIdentifier=page.document_number,
            legislationType=page.get_kind_display(),
            legislationDate=iso_date(page.issued),
            legislationPassedBy=issuer,
            legislationJurisdiction=area,
            temporalCoverage=iso_period(page.valid),
            about=about,
            inLanguage="zh-CN",
        )
    if page.kind == PolicyKind.SERVICE:
        return node("GovernmentService", **shared, provider=issuer, areaServed=area)
    return {**web_page(page, request, context), **node("WebPage", about=about)}


# Figures


@describes(IndicatorPage, "Dataset")
def indicator(page: IndicatorPage, request: HttpRequest, context: Any) -> Node:
    observations = list(context.get("observations") or ())
    url = page_url(request, page)
    return node(
        "Dataset",
        **about_page(page, request)
        | {"description": " ".join(filter(None, [page.description, page.definition]))},
        alternateName=page.other_name_list,
        **times(page),
        creator=publisher(page, request),
        includedInDataCatalog=node("DataCatalog", url=column_url(page, request)),
        variableMeasured=node(
            "PropertyValue", name=page.title, unitText=page.unit, description=page.definition
        ),
        measurementTechnique=page.method,
        temporalCoverage=coverage(observations),
        # A figure about no page in particular is about the whole city.
        spatialCoverage=CITY if any(o.subject_id is None for o in observations) else None,
        distribution=[
            node("DataDownload", encodingFormat=kind, contentUrl=f"{url}?format={name}")
            for name, kind in (("csv", "text/csv"), ("json", "application/json"))
        ],
        isBasedOn=[source_node(source) for source in sources(observations)],
        isAccessibleForFree=True,
    )


def coverage(observations: Iterable[Observation]) -> str:
    """From the first day that any figure speaks of to the last; empty where none has a date."""
    days = [day for o in observations for day in (o.starts or o.ends, o.ends) if day]
    return f"{min(days)}/{max(days)}" if days else ""


def sources(observations: Iterable[Observation]) -> list[Source]:
    return list({o.source_id: o.source for o in observations}.values())[:SOURCES]


@describes(IndicatorIndexPage, "DataCatalog")
def data_catalogue(page: IndicatorIndexPage, request: HttpRequest, context: Any) -> Node:
    """The data sets on the page, whether it lists indicators or their figures."""
    rows = list(context.get("listing") or ())
    indicators = {
        found.pk: found
        for row in rows
        if (found := getattr(row, "indicator", row)) and hasattr(found, "unit")
    }
    return node(
        "DataCatalog",
        **about_page(page, request),
        publisher=publisher(page, request),
        dataset=mentions(list(indicators.values())[:LONGEST_LIST], request),
        inLanguage="zh-CN",
    )


# Columns whose pages show something else than a plain listing


@describes(SectorIndexPage, "CollectionPage")
def sectors(page: SectorIndexPage, request: HttpRequest, context: Any) -> Node:
    shown = [sector for group in context.get("tiers") or () for sector in group["sectors"]]
    return collection(page, request, [(sector.title, page_url(request, sector)) for sector in shown])


@describes(DistributionPage, "CollectionPage")
def distribution(page: DistributionPage, request: HttpRequest, context: Any) -> Node:
    rows = (context.get("matrix") or {}).get("rows", ())
    places: list[BasePage] = [row["place"] for row in rows]
    return collection(page, request, [(shown.title, page_url(request, shown)) for shown in places])


@describes(TimelinePage, "CollectionPage")
def timeline(page: TimelinePage, request: HttpRequest, context: Any) -> Node:
    from cms.core.structured import listed

    return collection(page, request, listed(context.get("listing"), request))
