"""The public tables: their rows, and that they form a valid data package."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from frictionless import Package

from cms.core.models import BasePage
from industries.rows import ROWS, all_rows
from industries.tables import OBSERVATIONS, PROJECTS, TABLES
from tests.factories import (
    EnterprisePageFactory,
    ObservationFactory,
    Portal,
    ProjectPageFactory,
    SourceFactory,
    TierFactory,
    make_private,
)
from tests.site.world import World, connect, make_set, make_world


@pytest.fixture
def world(portal: Portal) -> World:
    return make_world(portal, size=2)


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def rows(client: Client, name: str) -> list[dict[str, str]]:
    response = client.get(f"/tables/{name}.csv")
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(body(response).decode("utf-8-sig"))))


def test_every_table_has_rows_a_loader_and_no_name_twice(world: World, client: Client) -> None:
    assert [table.name for table in TABLES] == list(ROWS)
    for table in TABLES:
        assert len({c.title for c in table.columns}) == len({c.name for c in table.columns})
        assert rows(client, table.name), table.name


def test_the_data_package_and_all_its_resources_are_valid(
    world: World, client: Client, tmp_path: Path
) -> None:
    (tmp_path / "tables").mkdir()
    described = client.get("/datapackage.json").json()
    (tmp_path / "datapackage.json").write_text(json.dumps(described))
    for resource in described["resources"]:
        (tmp_path / resource["path"]).write_bytes(body(client.get(f"/{resource['path']}")))
    report = Package(str(tmp_path / "datapackage.json")).validate()
    assert report.flatten(["name", "type", "fieldName", "rowNumber", "note"]) == []
    assert report.stats["tasks"] == len(TABLES)
    assert "licenses" not in described


def test_json_says_the_same_as_csv(world: World, client: Client) -> None:
    for table in TABLES:
        response = client.get(f"/tables/{table.name}.json")
        assert response["Content-Type"] == "application/json"
        items = json.loads(body(response))["items"]
        assert len(items) == len(rows(client, table.name))
        assert set(items[0]) == {c.name for c in table.columns}


def test_a_row_of_figures_tells_all_that_a_citation_needs(portal: Portal, client: Client) -> None:
    enterprise = EnterprisePageFactory(title="长光卫星", slug="cg")
    observation = ObservationFactory(
        key="zaigui",
        indicator__title="在轨卫星",
        indicator__unit="颗",
        subject=enterprise,
        value=144,
        hedge="超",
        period="@2025-11",
        source__title="报道",
        source__key="bao",
        status="pending",
        note="口径待核。",
    )
    row = rows(client, "observations")[0]
    assert {
        "标识": "zaigui",
        "指标": "在轨卫星",
        "指标编号": str(observation.indicator_id),
        "对象": "长光卫星",
        "对象编号": str(enterprise.pk),
        "数值": "144",
        "修饰词": "超",
        "数值写法": "超144颗",
        "时间代码": "截至2025-11",
        "时间": "截至2025年11月",
        "开始": "",
        "结束": "2025-11-30",
        "核实状态": "待核",
        "公开说明": "口径待核。",
        "来源": "报道",
        "来源标识": "bao",
        "永久地址": "http://testserver/facts/zaigui/",
    }.items() <= row.items()


def test_a_figure_without_subject_is_the_citys(portal: Portal, client: Client) -> None:
    ObservationFactory()
    row = rows(client, "observations")[0]
    assert (row["对象"], row["对象编号"]) == ("", "")


def test_relations_to_hidden_pages_are_not_there(world: World, client: Client) -> None:
    made = world.sets[0]
    before = rows(client, "projects")[0]
    assert all(before[name] for name in ("参与单位", "最近阶段", "阶段依据", "投资", "投资依据"))
    make_private(made.enterprise)
    after = rows(client, "projects")[0]
    assert {after[name] for name in ("参与单位", "最近阶段", "阶段依据", "投资", "投资依据")} == {""}
    ids = {row["页面编号"] for row in rows(client, "relations")}
    others = {row["相关页面编号"] for row in rows(client, "relations")}
    assert str(made.enterprise.pk) not in ids | others


def test_relations_say_where_in_the_chain(world: World, client: Client) -> None:
    link = world.sets[0].enterprise.sector_links.get()
    link.position, link.role = "upstream", "材料供应"
    link.save()
    said = [row for row in rows(client, "relations") if row["页面编号"] == str(world.sets[0].enterprise.pk)]
    assert ("所属产业", "上游，材料供应") in [(row["关系"], row["角色或位置"]) for row in said]


def test_sources_and_tiers_that_nothing_public_uses_are_not_named(world: World, client: Client) -> None:
    SourceFactory(title="没有发表的来源")
    TierFactory(title="没有公布的层级")
    assert "没有发表的来源" not in {row["标题"] for row in rows(client, "sources")}
    assert "没有公布的层级" not in {row["名称"] for row in rows(client, "tiers")}
    hidden = world.sets[0]
    BasePage.objects.filter(pk__in=[page.pk for page in hidden.pages()]).update(live=False)
    assert hidden.observation.source.key not in {row["标识"] for row in rows(client, "sources")}


def test_a_listing_can_load_the_rows_it_has_filtered(world: World) -> None:
    chosen = type(world.sets[0].project).objects.visible().filter(pk=world.sets[1].project.pk)
    _, load = ROWS["projects"]
    request = RequestFactory().get("/")
    for given in (chosen, list(chosen)):
        record = next(iter(PROJECTS.records(load(request, given))))
        assert record["title"] == world.sets[1].project.title
        assert record["stage"] == "投产"


@pytest.mark.parametrize(
    "path", ["/tables/users.csv", "/tables/projects.xlsx", "/tables/.csv", "/tables/%00.csv"]
)
def test_what_is_no_table_is_404(portal: Portal, client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_any_site_may_read_them_and_nobody_gets_a_cookie(world: World, client: Client) -> None:
    for path in ("/tables/projects.csv", "/tables/projects.json", "/datapackage.json"):
        response = client.get(path)
        assert response["Access-Control-Allow-Origin"] == "*"
        assert not response.cookies
        assert client.post(path).status_code == 405


def test_queries_do_not_grow_with_the_rows(world: World) -> None:
    request = RequestFactory().get("/")

    def counted() -> dict[str, int]:
        found = {}
        for table in TABLES:
            list(table.lines(all_rows(request, table.name)))
            with CaptureQueriesContext(connection) as captured:
                list(table.lines(all_rows(request, table.name)))
            found[table.name] = len(captured)
        return found

    before = counted()
    for _ in range(3):
        connect(make_set(), world.sets[1], in_bodies=False)
    ProjectPageFactory.create_batch(5)
    assert counted() == before
    assert OBSERVATIONS.name in before
