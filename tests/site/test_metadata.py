"""What every page says of itself to machines: tags for public institutions' sites, cards, JSON-LD."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec_schemaorg.models as vocabulary
import pytest
from django.test import Client

from cms.core.models import BasePage, SiteIdentity
from home.models import HomePage
from tests.factories import Portal
from tests.site.test_sweep import Document, documents
from tests.site.world import World, make_world

SITE = ("SiteName", "SiteDomain")
COLUMN = ("ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType")
ARTICLE = ("ArticleTitle", "PubDate", "ContentSource")
EXTRA = ("Keywords", "Author", "Description", "Image", "Url")
EXACT = (*SITE, "SiteIDCode", *COLUMN, *ARTICLE, *EXTRA)


@pytest.fixture
def world(portal: Portal) -> World:
    return make_world(portal, size=1)


@pytest.fixture
def pair(portal: Portal) -> World:
    """Two sets of pages: an enterprise has a parent only where there are two."""
    return make_world(portal, size=2)


def named(document: Document) -> list[tuple[str, str]]:
    return [(str(m["name"]), m.get("content") or "") for m in document.all("meta") if "name" in m]


def role(page: BasePage) -> str:
    if isinstance(page, HomePage):
        return "home"
    return "column" if page.depth == 3 and page.specific_class.__name__ != "StandardPage" else "article"


def test_every_page_carries_exactly_the_tags_of_its_kind(world: World, client: Client) -> None:
    wanted = {
        "home": set(SITE),
        "column": {*SITE, *COLUMN},
        "article": {*SITE, *COLUMN, *ARTICLE, "Keywords", "Description", "Image", "Url"},
    }
    problems = []
    for page, (url, _, document) in zip(world.pages(), documents(world, client), strict=True):
        names = [name for name, _ in named(document)]
        found = {name for name in names if name in EXACT} - {"Author"}
        if found != wanted[role(page)]:
            problems.append(f"{url}: {sorted(found ^ wanted[role(page)])}")
    assert problems == []


def test_names_are_unique_and_no_tag_is_empty(world: World, client: Client) -> None:
    """Names of tags do not heed case: Description is the description."""
    problems = []
    for url, _, document in documents(world, client):
        names = [name.lower() for name, _ in named(document)]
        doubled = {name for name in names if names.count(name) > 1}
        empty = [m for m in document.all("meta") if "content" in m and (m["content"] or "") in {"", "None"}]
        if doubled or empty or "description" not in names:
            problems.append(f"{url}: {doubled} {empty}")
    assert problems == []


def test_addresses_in_the_head_are_absolute_and_right(world: World, client: Client) -> None:
    problems = []
    for url, _, document in documents(world, client):
        tags = dict(named(document)) | {
            str(m["property"]): m.get("content") or "" for m in document.all("meta") if "property" in m
        }
        canonical = next(a["href"] for a in document.all("link") if a.get("rel") == "canonical")
        if not canonical == tags["og:url"] == tags.get("Url", canonical) == f"http://testserver{url}":
            problems.append(f"{url}: {canonical}")
        if tags["og:image"] != tags.get("Image", tags["og:image"]):
            problems.append(f"{url}: {tags['og:image']}")
        if not tags["og:image"].startswith("http://testserver/"):
            problems.append(f"{url}: {tags['og:image']}")
    assert problems == []


def test_other_forms_of_a_page_answer_with_what_is_promised(world: World, client: Client) -> None:
    problems, seen = [], set()
    for page, (url, _, document) in zip(world.pages(), documents(world, client), strict=True):
        links = [a for a in document.all("link") if a.get("rel") == "alternate"]
        kinds = [a["type"] for a in links]
        if kinds.count("text/markdown") != 1 or "application/atom+xml" not in kinds:
            problems.append(f"{url}: {kinds}")
        for link in links:
            if type(page) in seen:
                continue
            response = client.get(str(link["href"]))
            if response.status_code != 200 or not response["Content-Type"].startswith(str(link["type"])):
                problems.append(f"{url}: {link['href']} {response.status_code} {response['Content-Type']}")
        seen.add(type(page))
    assert problems == []


# JSON-LD


def blocks(html: str) -> list[Any]:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    return [json.loads(text) for text in found]


def graphs(world: World, client: Client) -> Iterator[tuple[BasePage, list[dict[str, Any]]]]:
    for page, (url, response, _) in zip(world.pages(), documents(world, client), strict=True):
        (block,) = blocks(response.content.decode())
        assert block["@context"] == "https://schema.org", url
        yield page, block["@graph"]


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every node in a tree of JSON-LD."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from nodes(inner)


def ranges(kind: type[Any], name: str) -> str:
    """The declared types of a property, as text."""
    return next((str(c.__annotations__[name]) for c in kind.__mro__ if name in c.__annotations__), "")


def mistakes(item: dict[str, Any]) -> Iterator[str]:
    """What schema.org's own vocabulary does not allow in one node."""
    kind = getattr(vocabulary, item.get("@type", "Thing"), None)
    if kind is None:
        yield f"no type {item['@type']}"
        return
    for name, value in item.items():
        plain = name.removesuffix("-input")
        if name.startswith("@"):
            continue
        if plain not in kind.__struct_fields__:
            yield f"{item['@type']} has no {name}"
        if value in ("", None, [], {}):
            yield f"{item['@type']}.{name} is empty"
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, dict) and "@type" in part:
                yield from wrong_range(item["@type"], kind, name, part["@type"])


def wrong_range(owner: str, kind: type[Any], name: str, given: str) -> Iterator[str]:
    """A node as a value must be of one of the property's declared types, or a narrower one."""
    allowed = set(re.findall(r"[A-Z]\w+", ranges(kind, name)))
    lineage = {base.__name__ for base in getattr(vocabulary, given).__mro__}
    if not allowed & lineage and "Thing" not in allowed:
        yield f"{owner}.{name} is no {given}"


def test_all_structured_data_keeps_to_the_vocabulary(pair: World, client: Client) -> None:
    problems = [
        f"{page.url}: {mistake}"
        for page, graph in graphs(pair, client)
        for item in nodes(graph)
        for mistake in mistakes(item)
    ]
    assert problems == []


@pytest.mark.parametrize(
    ("wrong", "mistake"),
    [
        ({"@type": "Company"}, "no type Company"),
        ({"@type": "Place", "legalName": "某公司"}, "Place has no legalName"),
        ({"@type": "Place", "name": ""}, "Place.name is empty"),
        ({"@type": "Dataset", "creator": {"@type": "Place"}}, "Dataset.creator is no Place"),
    ],
)
def test_the_check_itself_sees_mistakes(wrong: dict[str, Any], mistake: str) -> None:
    assert list(mistakes(wrong)) == [mistake]


# Of two enterprises, one is the other's parent.
SOMETIMES = {"parentOrganization"}
REQUIRED: dict[str, tuple[str, set[str]]] = {
    "HomePage": ("WebSite", {"name", "url", "potentialAction", "inLanguage"}),
    "SectorIndexPage": ("CollectionPage", {"name", "url", "mainEntity", "isPartOf"}),
    "ProjectIndexPage": ("CollectionPage", {"name", "url", "mainEntity", "isPartOf"}),
    "EnterpriseIndexPage": ("CollectionPage", {"name", "url", "mainEntity", "isPartOf"}),
    "PlaceIndexPage": ("CollectionPage", {"name", "url", "mainEntity", "isPartOf"}),
    "PolicyIndexPage": ("CollectionPage", {"name", "url", "mainEntity", "isPartOf"}),
    "NewsIndexPage": ("CollectionPage", {"name", "url", "mainEntity", "isPartOf"}),
    "TimelinePage": ("CollectionPage", {"name", "url", "mainEntity", "isPartOf"}),
    "DistributionPage": ("CollectionPage", {"name", "url", "mainEntity", "isPartOf"}),
    "IndicatorIndexPage": ("DataCatalog", {"name", "url", "description", "dataset", "publisher"}),
    "SectorPage": ("DefinedTerm", {"name", "url", "description", "inDefinedTermSet", "alternateName"}),
    "EnterprisePage": (
        "Organization",
        {"name", "legalName", "url", "location", "knowsAbout", "parentOrganization"},
    ),
    "PlacePage": ("Place", {"name", "url", "description"}),
    "ProjectPage": ("Project", {"name", "url", "location", "member", "knowsAbout"}),
    "PolicyPage": (
        "Legislation",
        {"name", "url", "legislationDate", "temporalCoverage", "legislationJurisdiction", "about"},
    ),
    "IndicatorPage": (
        "Dataset",
        {
            *("name", "description", "url", "distribution", "temporalCoverage", "variableMeasured"),
            *("isBasedOn", "creator", "includedInDataCatalog", "dateModified"),
        },
    ),
    "NewsPage": (
        "NewsArticle",
        {
            *("headline", "datePublished", "dateModified", "author", "publisher", "image"),
            *("isBasedOn", "about", "mainEntityOfPage"),
        },
    ),
    "StandardPage": ("WebPage", {"name", "url", "description", "isPartOf", "datePublished"}),
}


def test_each_page_type_says_what_it_is_with_all_that_is_required(pair: World, client: Client) -> None:
    told: dict[str, set[str]] = {}
    for page, graph in graphs(pair, client):
        name = type(page).__name__
        kind, required = REQUIRED[name]
        assert graph[0]["@type"] == kind, page.url
        told.setdefault(name, set()).update(graph[0])
        assert required - set(graph[0]) <= SOMETIMES, page.url
    assert {name: required - told[name] for name, (_, required) in REQUIRED.items()} == {
        name: set() for name in REQUIRED
    }


def test_inner_pages_lead_back_home_step_by_step(world: World, client: Client) -> None:
    for page, graph in graphs(world, client):
        trails = [item for item in graph if item["@type"] == "BreadcrumbList"]
        if page.depth == 2:
            assert trails == []
            continue
        steps = trails[0]["itemListElement"]
        assert [step["position"] for step in steps] == list(range(1, len(steps) + 1))
        assert (steps[0]["item"], steps[-1]["name"]) == ("http://testserver/", page.title)


def test_home_tells_who_runs_the_site_only_once_it_is_known(world: World, client: Client) -> None:
    def kinds() -> list[str]:
        return [item["@type"] for item in blocks(client.get("/").content.decode())[0]["@graph"]]

    assert kinds() == ["WebSite"]
    identity = SiteIdentity.for_site(world.portal.site)
    identity.organiser, identity.mode = "长春市某局", SiteIdentity.Mode.DEPARTMENT
    identity.save()
    assert kinds() == ["WebSite", "GovernmentOrganization"]


def test_data_sets_can_be_downloaded_where_they_say(world: World, client: Client) -> None:
    page = world.sets[0].indicator
    dataset = blocks(client.get(page.url).content.decode())[0]["@graph"][0]
    for download in dataset["distribution"]:
        response = client.get(download["contentUrl"].removeprefix("http://testserver"))
        assert response.status_code == 200
        assert response["Content-Type"].startswith(download["encodingFormat"])
    assert dataset["temporalCoverage"] == "2025-01-01/2025-11-30"


def test_no_text_can_end_the_data_block(world: World, client: Client) -> None:
    page = world.sets[0].news
    BasePage.objects.filter(pk=page.pk).update(title="</script><script>alert(1)</script>\u2028&")
    html = client.get(page.url).content.decode()
    assert "<script>alert" not in html
    assert blocks(html)[0]["@graph"][0]["headline"] == "</script><script>alert(1)</script>\u2028&"
