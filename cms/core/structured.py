"""What a page says in schema.org's words (JSON-LD).

Each page type has a builder, registered here or by the app that owns the type, which takes the page, the
request and the template context and gives the node of what the page is about. It reads what the context has
fetched for readers, so that machines are told neither more nor less, at no further query.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from cms.core.metadata import absolute_url, column_of, optional_url, page_url, share_image, site_identity
from cms.core.models import BasePage, IndexPage, SiteIdentity

Node = dict[str, Any]
Builder = Callable[[Any, HttpRequest, Any], Node]

LANGUAGE = "zh-CN"
# Characters that could end the script element, or a line of JavaScript, as JSON escapes.
ESCAPES = {ord(c): f"\\u{ord(c):04X}" for c in "<>&\u2028\u2029"}
LONGEST_LIST = 100

_builders: dict[type[Model], Builder] = {}
_types: dict[type[Model], str] = {}


def describes(model: type[Model], kind: str) -> Callable[[Builder], Builder]:
    """Registers the builder of a page type; `kind` is the type of a mere mention of such a page."""

    def register(builder: Builder) -> Builder:
        _builders[model] = builder
        _types[model] = kind
        return builder

    return register


def nearest(registry: dict[type[Model], Any], model: type[Any]) -> Any:
    """What is registered for the model or the nearest of its bases; None for nothing."""
    return next((registry[base] for base in model.__mro__ if base in registry), None)


def node(kind: str, **properties: Any) -> Node:
    """A node without the properties that are empty; a trailing `_` makes room for Python's own words."""
    known = {name.rstrip("_"): value for name, value in properties.items() if value not in ("", None, [], {})}
    return {"@type": kind, **known}


def data_block(nodes: list[Node]) -> SafeString:
    """The script element that holds the nodes. Browsers never run it, whatever texts it carries."""
    graph = {"@context": "https://schema.org", "@graph": nodes}
    text = json.dumps(graph, ensure_ascii=False, separators=(",", ":")).translate(ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308


def page_nodes(page: BasePage, request: HttpRequest, context: Any) -> list[Node]:
    """What the page is about first, then the way that leads to it."""
    if page.meta_role == "home":
        return home_nodes(page, request)
    builder: Builder = nearest(_builders, type(page)) or web_page
    return [builder(page, request, context), breadcrumb(page, request)]


# The site


def home_nodes(home: BasePage, request: HttpRequest) -> list[Node]:
    identity, url = site_identity(request), page_url(request, home)
    website = node(
        "WebSite",
        **{"@id": f"{url}#website"},
        name=identity.name,
        alternateName=identity.short_name,
        url=url,
        description=home.description,
        inLanguage=LANGUAGE,
        publisher={"@id": f"{url}#organization"} if identity.organiser else None,
        potentialAction=search_action(request),
    )
    return [website, organisation(identity, request, url)] if identity.organiser else [website]


def search_action(request: HttpRequest) -> Node | None:
    path = optional_url("search")
    if not path:
        return None
    target = node("EntryPoint", urlTemplate=f"{absolute_url(request, path)}?q={{search_term_string}}")
    return node("SearchAction", target=target, **{"query-input": "required name=search_term_string"})


def organisation(identity: SiteIdentity, request: HttpRequest, home_url: str) -> Node:
    """Who runs the site: its organiser, or where none is named yet, the site by its own name."""
    kinds = {
        SiteIdentity.Mode.GOVERNMENT_COLUMN: "GovernmentOrganization",
        SiteIdentity.Mode.DEPARTMENT: "GovernmentOrganization",
        SiteIdentity.Mode.MEDIA: "NewsMediaOrganization",
    }
    return node(
        kinds.get(SiteIdentity.Mode(identity.mode), "Organization") if identity.organiser else "Organization",
        **{"@id": f"{home_url}#organization"},
        name=identity.organiser or identity.name,
        url=home_url,
        logo=absolute_url(request, static("img/icon-512.png")),
    )


def home_url(page: BasePage, request: HttpRequest) -> str:
    above = page.ancestors_shown()
    return page_url(request, above[0]) if above else absolute_url(request, "/")


def publisher(page: BasePage, request: HttpRequest) -> Node:
    return organisation(site_identity(request), request, home_url(page, request))


def website(page: BasePage, request: HttpRequest) -> Node:
    """A mention of the site that the page is part of."""
    url = home_url(page, request)
    return node("WebSite", **{"@id": f"{url}#website"}, name=site_identity(request).name, url=url)


def breadcrumb(page: BasePage, request: HttpRequest) -> Node:
    way = [*page.ancestors_shown(), page]
    items = [(step.title, page_url(request, step)) for step in way]
    return node("BreadcrumbList", itemListElement=list_items(items))


def list_items(items: Iterable[tuple[str, str]]) -> list[Node]:
    """Positions 1, 2, … of (name, address) pairs; an address may be empty."""
    return [
        node("ListItem", position=number, name=name, item=url)
        for number, (name, url) in enumerate(items, start=1)
    ]


# Pages


def about_page(page: BasePage, request: HttpRequest) -> Node:
    """Properties that anything has: name, description, address, picture."""
    url = page_url(request, page)
    return {
        "name": page.title,
        "description": page.description,
        "url": url,
        "image": share_image(page, request),
        "mainEntityOfPage": url,
    }


def mention(page: BasePage, request: HttpRequest, kind: str = "") -> Node:
    """Another page's thing by type, name and address; no query, also where it was fetched as a plain page."""
    model = page.cached_content_type.model_class() if type(page) is BasePage else type(page)
    return node(kind or nearest(_types, model) or "WebPage", name=page.title, url=page_url(request, page))


def mentions(pages: Iterable[BasePage] | None, request: HttpRequest) -> list[Node]:
    return [mention(page, request) for page in list(pages or ())[:LONGEST_LIST]]


def times(page: BasePage) -> Node:
    """When the document was published and last changed, with the offset of Beijing time."""
    return {
        "datePublished": iso_time(page.first_published_at),
        "dateModified": iso_time(page.last_published_at),
        "inLanguage": LANGUAGE,
    }


def iso_time(moment: Any) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else ""


@describes(BasePage, "WebPage")
def web_page(page: BasePage, request: HttpRequest, context: Any) -> Node:
    url = page_url(request, page)
    return node(
        "WebPage",
        name=page.title,
        description=page.description,
        url=url,
        primaryImageOfPage=node("ImageObject", url=share_image(page, request)),
        isPartOf=website(page, request),
        **times(page),
    )


def collection(page: BasePage, request: HttpRequest, items: list[tuple[str, str]]) -> Node:
    """A column, with the (name, address) pairs that the page shows, in its order."""
    listed = node("ItemList", numberOfItems=len(items), itemListElement=list_items(items))
    return {
        **web_page(page, request, None),
        "@type": "CollectionPage",
        **({"mainEntity": listed} if items else {}),
    }


@describes(IndexPage, "CollectionPage")
def index_page(page: BasePage, request: HttpRequest, context: Any) -> Node:
    return collection(page, request, listed(context.get("listing"), request))


def listed(listing: Any, request: HttpRequest) -> list[tuple[str, str]]:
    """Name and address of what a listing shows: pages, or facts at their permanent addresses."""
    pairs = []
    for row in list(listing or ())[:LONGEST_LIST]:
        if isinstance(row, BasePage):
            pairs.append((row.title, page_url(request, row)))
        elif key := getattr(row, "key", ""):
            path = optional_url("fact", key)
            pairs.append((str(row), absolute_url(request, path) if path else ""))
    return pairs


def column_url(page: BasePage, request: HttpRequest) -> str:
    return page_url(request, column_of(page))
