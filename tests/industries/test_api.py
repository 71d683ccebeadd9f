"""The API: what it says matches its OpenAPI document, and wrong questions get a clear answer."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from wagtail.models import get_page_models

from cms.core.models import BasePage
from industries.api.pages import PAGE_MODELS
from industries.models import Observation, ObservationCorrection
from tests.factories import (
    EnterprisePageFactory,
    NewsPageFactory,
    ObservationFactory,
    Portal,
    ProjectPageFactory,
    SectorPageFactory,
    StatementFactory,
    make_private,
)
from tests.site.world import World, connect, make_set, make_world

API = "/api/v2"
LISTS = ("pages", "observations", "statements", "sources", "tiers")


@pytest.fixture
def world(portal: Portal) -> World:
    return make_world(portal, size=2)


def get(client: Client, path: str, status: int = 200) -> Any:
    response = client.get(f"{API}/{path}")
    assert response.status_code == status, (path, response.content[:300])
    assert response["Content-Type"] == "application/json"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert not response.cookies
    return response.json()


def items(client: Client, path: str) -> list[dict[str, Any]]:
    return list(get(client, path)["items"])


@pytest.fixture
def document(client: Client, db: Any) -> dict[str, Any]:
    return dict(get(client, "openapi.json"))


def check(document: dict[str, Any], path: str, status: str, answer: Any) -> None:
    """Whether the answer is what the document promises for this path and status."""
    content = document["paths"][path]["get"]["responses"][status]["content"]
    schema = content["application/json"]["schema"] | {"components": document["components"]}
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(answer)


def test_the_openapi_document_is_valid(document: dict[str, Any]) -> None:
    validate(document)
    assert document["openapi"].startswith("3.1")
    assert document["servers"] == [{"url": "http://testserver/api/v2"}]


def test_every_answer_is_as_documented(world: World, client: Client, document: dict[str, Any]) -> None:
    seen = 0
    for path in document["paths"]:
        name = path.split("/")[1]
        if "{" in path:
            check(document, path, "404", get(client, f"{name}/{987654321}/", 404))
            continue
        answer = get(client, f"{name}/?limit=100")
        assert answer["items"], path
        check(document, path, "200", answer)
        check(document, path, "400", get(client, f"{name}/?nothing=1", 400))
        for item in answer["items"]:
            detail = get(client, f"{name}/{item.get('key', item.get('id'))}/")
            check(document, f"/{name}/{{key}}/", "200", detail)
            assert item.items() <= detail.items()
            seen += 1
    assert seen == sum(get(client, f"{name}/")["meta"]["total_count"] for name in LISTS)


def test_every_documented_parameter_works(world: World, client: Client, document: dict[str, Any]) -> None:
    examples = {"sector": world.sets[0].sector.slug, "source": world.sets[0].observation.source.key}
    for path, methods in document["paths"].items():
        for parameter in methods["get"]["parameters"]:
            if parameter["in"] == "path":
                continue
            schema = parameter["schema"]
            values = schema.get("enum") or [examples.get(parameter["name"], "x")]
            if schema.get("format") == "date":
                values = ["2020-01-01"]
            elif schema.get("type") == "integer":
                values = [schema.get("minimum", 0), schema.get("default", 1)]
            for value in values:
                get(client, f"{path[1:]}?{parameter['name']}={value}")


def test_all_page_types_are_there(world: World, client: Client) -> None:
    assert set(PAGE_MODELS.values()) == {model for model in get_page_models() if model is not BasePage}
    found = items(client, "pages/?limit=100")
    assert {item["type"] for item in found} == set(PAGE_MODELS)
    assert {item["id"] for item in found} == {page.pk for page in world.pages()}


def test_a_page_has_its_body_with_visible_references_only(world: World, client: Client) -> None:
    made = world.sets[0]
    body = get(client, f"pages/{made.news.pk}/")["body"]
    assert made.enterprise.title in body
    assert "（来源：" in body
    make_private(made.enterprise)
    body = get(client, f"pages/{made.news.pk}/")["body"]
    assert made.enterprise.title not in body
    assert "（数值未公开）" in body
    assert made.enterprise.url not in body


def test_relations_lead_to_visible_pages_only(world: World, client: Client) -> None:
    made = world.sets[0]
    detail = get(client, f"pages/{made.project.pk}/")
    assert all(detail[name] for name in ("enterprises", "stages", "investment", "places"))
    make_private(made.enterprise)
    BasePage.objects.filter(pk=made.place.pk).update(live=False)
    detail = get(client, f"pages/{made.project.pk}/")
    assert [detail[name] for name in ("enterprises", "stages", "investment", "places")] == [[], [], None, []]
    assert get(client, f"pages/{made.enterprise.pk}/", 404) == {"message": "找不到这条记录。"}
    assert get(client, f"observations/{made.observation.key}/", 404)
    assert made.observation.key not in {item["key"] for item in items(client, "observations/")}


def test_pages_by_type_sector_kind_and_slug(portal: Portal, client: Client) -> None:
    sector = SectorPageFactory(slug="qiche")
    child = SectorPageFactory(parent=sector)
    project = ProjectPageFactory(slug="p", kind="upgrade")
    project.sectors.add(child)
    project.save()
    enterprise = EnterprisePageFactory(kind="brand")
    NewsPageFactory()

    def ids(query: str) -> list[int]:
        return [item["id"] for item in items(client, f"pages/?{query}")]

    assert ids("type=project") == [project.pk]
    assert ids("sector=qiche") == [sector.pk, child.pk, project.pk]
    assert ids("sector=qiche&type=project") == [project.pk]
    assert ids("kind=upgrade") == [project.pk]
    assert ids("kind=brand") == [enterprise.pk]
    assert ids("slug=p") == [project.pk]
    assert ids("type=sector&order=-id") == [child.pk, sector.pk]
    assert ids("type=sector&limit=1&offset=1") == [child.pk]
    assert ids("updated_since=2999-01-01") == []


def test_facts_by_status_date_and_what_they_are_about(portal: Portal, client: Client) -> None:
    page = EnterprisePageFactory()
    old = ObservationFactory(period="2023", subject=page)
    new = ObservationFactory(period="2025", status="pending", note="待核。")
    undated = ObservationFactory(period="")
    statement = StatementFactory(kind="export", subjects=[page, EnterprisePageFactory()])

    def keys(path: str) -> list[str]:
        return [item["key"] for item in items(client, path)]

    assert keys("observations/") == [new.key, old.key, undated.key]
    assert keys("observations/?order=date") == [old.key, new.key, undated.key]
    assert keys("observations/?status=pending") == [new.key]
    assert keys("observations/?from=2024-01-01") == [new.key]
    assert keys("observations/?to=2024-01-01") == [old.key]
    assert keys(f"observations/?subject={page.pk}") == [old.key]
    assert keys(f"observations/?indicator={new.indicator_id}") == [new.key]
    assert keys(f"statements/?page={page.pk}&kind=export") == [statement.key]
    assert keys("statements/?kind=policy") == []


def test_values_are_numbers_and_corrections_are_told(portal: Portal, client: Client) -> None:
    observation = ObservationFactory(value="13.65", period="2025")
    ObservationCorrection.objects.create(
        observation=observation, made_on="2026-01-05", text="原写作13.6，来源更正。"
    )
    detail = get(client, f"observations/{observation.key}/")
    assert detail["value"] == 13.65
    assert detail["corrections"] == [{"made_on": "2026-01-05", "text": "原写作13.6，来源更正。"}]
    assert detail["address"] == f"http://testserver/facts/{observation.key}/"


def is_clear(message: str) -> bool:
    return "参数" in message and message.endswith("。") and message.isprintable()


NONSENSE = [
    "limit=0",
    "limit=101",
    "limit=-1",
    "limit=",
    "limit=１０",
    "limit=%00",
    "offset=-1",
    "offset=" + "9" * 20,
    "offset=1e3",
    "order=nothing",
    "order=%00",
    "nothing=1",
    "%00=1",
    "%ED%A0%80=1",
    quote("参数") + "=1",
]


@pytest.mark.parametrize("query", NONSENSE)
def test_a_wrong_parameter_gets_a_clear_400(world: World, client: Client, query: str) -> None:
    for name in LISTS:
        message = get(client, f"{name}/?{query}", 400)["message"]
        assert is_clear(message)


@pytest.mark.parametrize(
    "path",
    [
        "pages/?type=nothing",
        "pages/?type=auth.User",
        "pages/?sector=%00",
        "pages/?sector=nothing",
        "pages/?sector=" + "a" * 300,
        "pages/?slug=%ED%A0%80",
        "pages/?slug=a'b",
        "pages/?kind=nothing",
        "pages/?updated_since=gestern",
        "pages/?updated_since=2025-02-30",
        "pages/?updated_since=20250230T1",
        "observations/?indicator=" + "9" * 20,
        "observations/?subject=-1",
        "observations/?subject=x",
        "observations/?source=%00",
        "observations/?status=%ED%A0%80",
        "observations/?from=0000-00-00",
        "statements/?page=0",
        "statements/?kind=",
        "pages/1/?fields=*",
    ],
)
def test_a_wrong_value_gets_a_clear_400(portal: Portal, client: Client, path: str) -> None:
    message = get(client, path, 400)["message"]
    assert is_clear(message)


@pytest.mark.parametrize(
    "path",
    [
        "pages/" + "9" * 20 + "/",
        "pages/9999999/",
        "observations/nothing/",
        "observations/" + "x" * 300 + "/",
        "nothing/",
        "pages/find/",
        "pages/%00/",
        "users/1/",
    ],
)
def test_what_does_not_exist_is_404_in_json(portal: Portal, client: Client, path: str) -> None:
    assert get(client, path, 404)["message"].endswith("。")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_it_is_read_only(world: World, client: Client, method: str) -> None:
    for path in ("pages/", f"pages/{world.sets[0].news.pk}/", "observations/"):
        response = getattr(client, method)(f"{API}/{path}")
        assert response.status_code == 405
        assert response.json() == {"message": "接口只能读取，请用GET。"}
    assert Observation.objects.count() == 2


def test_a_browser_gets_json_too(world: World, client: Client) -> None:
    response = client.get(f"{API}/pages/", headers={"accept": "text/html"})
    assert response["Content-Type"] == "application/json"
    assert client.get(f"{API}/pages/", headers={"accept": "image/png"}).status_code == 200
    assert client.head(f"{API}/pages/").status_code == 200


def test_the_root_names_what_there_is(portal: Portal, client: Client) -> None:
    root = get(client, "")
    assert root["openapi"] == "http://testserver/api/v2/openapi.json"
    addresses = [endpoint["address"] for endpoint in root["endpoints"]]
    assert addresses == [f"http://testserver/api/v2/{name}/" for name in LISTS]


def test_queries_do_not_grow_with_the_records(world: World, client: Client) -> None:
    paths = [f"{name}/?limit=100" for name in LISTS] + [f"pages/{page.pk}/" for page in world.sets[1].pages()]

    def counted() -> dict[str, int]:
        found = {}
        for path in paths:
            get(client, path)
            with CaptureQueriesContext(connection) as captured:
                get(client, path)
            found[path] = len(captured)
        return found

    before = counted()
    for _ in range(3):
        made = make_set()
        connect(made, world.sets[1], in_bodies=False)
        connect(world.sets[1], made, in_bodies=False)
    assert counted() == before
    assert max(before.values()) < 60
