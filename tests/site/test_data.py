"""The site as programs see it: Markdown twins, llms.txt, and the page that explains them."""

from __future__ import annotations

import re

import pytest
import yaml
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.core.models import BasePage
from tests.factories import Portal, make_private
from tests.site.world import World, make_world

HAN = "\u4e00-\u9fff，。、；：？！“”《》（）"


@pytest.fixture
def world(portal: Portal) -> World:
    return make_world(portal, size=2)


def twin(client: Client, page: BasePage) -> str:
    response = client.get(f"{page.url}index.md")
    assert response.status_code == 200, page.url
    assert response["Content-Type"] == "text/markdown; charset=utf-8"
    assert not response.cookies
    return str(response.content.decode())


def test_every_public_page_has_a_twin_that_says_what_it_is(world: World, client: Client) -> None:
    for page in world.pages():
        text = twin(client, page)
        _, front, body = text.split("---\n", 2)
        known = yaml.safe_load(front)
        assert known["title"] == page.title
        assert known["address"] == f"http://testserver{page.url}"
        assert known["type"] == page.type_label
        assert re.search(r"^# \S", body, re.M), page.url
        assert "<" not in re.sub(r"\\<|<https?://[^>]+>", "", body), page.url


def test_every_source_mark_of_a_page_is_a_footnote_of_its_twin(world: World, client: Client) -> None:
    marked = 0
    for page in world.pages():
        html = client.get(page.url).content.decode()
        main = html[html.index("<main") : html.index("</main>")]
        text = twin(client, page)
        used = re.findall(r"\[\^(\d+)\](?!:)", text)
        noted = re.findall(r"^\[\^(\d+)\]: (.+)$", text, re.M)
        assert len(used) == main.count("popovertarget="), page.url
        assert sorted(set(used), key=int) == [number for number, _ in noted], page.url
        for _, note in noted:
            assert [word for word in ("来源：", "状态：", "时间：") if word not in note] == [], note
            assert "http://testserver/facts/" in note, note
        marked += len(noted)
    assert marked


def test_twins_have_absolute_links_and_no_stray_spaces(world: World, client: Client) -> None:
    for page in world.pages():
        text = twin(client, page)
        assert [a for a in re.findall(r"\]\(([^)]*)\)", text) if not a.startswith("http")] == [], page.url
        assert re.findall(rf"[{HAN}] +[{HAN}]", text) == [], page.url


def test_the_part_of_a_long_list_can_be_chosen_and_nothing_else(world: World, client: Client) -> None:
    path = f"{world.portal.news.url}index.md"
    plain = client.get(path).content
    assert client.get(f"{path}?page=1").content == plain
    assert client.get(f"{path}?format=csv&q=nothing").content == plain
    assert client.get(f"{path}?page=%00").status_code == 200


@pytest.mark.parametrize(
    "path", ["/nothing/index.md", "/news/nothing/index.md", "/news/index.md/", "/%00/index.md"]
)
def test_what_is_no_page_has_no_twin(portal: Portal, client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_hidden_page_has_no_twin_either(world: World, client: Client, admin_client: Client) -> None:
    make_private(world.sets[0].news)
    BasePage.objects.filter(pk=world.sets[0].place.pk).update(live=False)
    for page in (world.sets[0].news, world.sets[0].place):
        assert client.get(f"{page.url}index.md").status_code == 404
        assert admin_client.get(f"{page.url}index.md").status_code == 404


def test_a_twin_costs_hardly_more_queries_than_its_page(world: World, client: Client) -> None:
    page = world.sets[1].sector
    client.get(page.url)
    with CaptureQueriesContext(connection) as as_page:
        client.get(page.url)
    twin(client, page)
    with CaptureQueriesContext(connection) as as_twin:
        twin(client, page)
    assert len(as_twin) <= len(as_page) + 3


def test_llms_txt_follows_its_convention_and_no_address_is_dead(world: World, client: Client) -> None:
    response = client.get("/llms.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    text = response.content.decode()
    lines = text.splitlines()
    assert lines[2].startswith("> ")
    assert [line for line in lines if line.startswith("# ")] == [lines[0]]
    entries = re.findall(r"^- \[[^\]]+\]\((http://testserver/[^)]*)\)", text, re.M)
    assert len(entries) > 20
    assert [address for address in entries if client.get(address).status_code != 200] == []
    columns = BasePage.objects.child_of(world.portal.home).visible()
    assert {f"http://testserver{page.url}index.md" for page in columns} <= set(entries)
