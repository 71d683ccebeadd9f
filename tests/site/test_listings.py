"""Every column, asked for everything: filters, orders, formats, nonsense."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import feedparser
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import ObservationFactory, Portal, ProjectPageFactory, SourceFactory
from tests.site.test_sweep import Document
from tests.site.world import World, connect, make_set, make_world, references_indexed_once
from tests.snapshot import in_place

COLUMNS = ("sectors", "projects", "enterprises", "places", "policies", "data", "news", "timeline")
FILTERED = tuple(column for column in COLUMNS if column != "sectors")
PARAMETERS = (
    "q",
    "sort",
    "page",
    "sector",
    "kind",
    "stage",
    "place",
    "position",
    "initial",
    "district",
    "zone",
    "level",
    "year",
    "month",
    "status",
    "source",
)
HOSTILE = (
    "abc",
    "0",
    "-1",
    "9" * 21,
    "9" * 5000,
    "%00",
    "%ED%A0%80",
    "%FF%FE",
    "x" * 10_000,
    "%E9%95%BF" * 3000,
    "1e9",
    "%D9%A1",  # an Arabic digit
    "2025-13",
    "0000",
    "'%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
    "%5C%25_%7B%7D[]",
    "--",
    "%0A%0D%09",
    "",
)
# From routing to the last byte, filtered or not.
MOST_QUERIES = 20


@pytest.fixture
def world(portal: Portal) -> World:
    return make_world(portal, size=1)


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


@pytest.mark.parametrize("column", COLUMNS)
def test_hostile_input_gives_a_page(portal: Portal, client: Client, column: str) -> None:
    """Each value in every parameter at once, and all values of each parameter at once."""
    make_world(portal, size=1)
    asked = ["&".join(f"{name}={value}" for name in PARAMETERS) for value in HOSTILE]
    asked += ["&".join(f"{name}={value}" for value in HOSTILE) for name in PARAMETERS]
    answers = {query[:60]: client.get(f"/{column}/?{query}") for query in asked}
    assert {query: r.status_code for query, r in answers.items() if r.status_code != 200} == {}
    assert [query for query, r in answers.items() if "<script>alert" in r.content.decode()] == []


@pytest.mark.parametrize("column", COLUMNS)
def test_an_unknown_format_gives_the_page_with_a_message(world: World, client: Client, column: str) -> None:
    for format in ("xml", "%00", "CSV", "x" * 2000):
        response = client.get(f"/{column}/?format={format}")
        assert response.status_code == 400
        html = response.content.decode()
        assert len(Document(html).all("h1")) == 1
        assert "没有这种格式" in html


@pytest.mark.parametrize("column", FILTERED)
def test_what_was_ignored_is_named(world: World, client: Client, column: str) -> None:
    html = page(client, f"/{column}/?sector=meiyou&sort=meiyou")
    assert "“meiyou”" in html
    assert "没有这种排序方式" in html


@pytest.mark.parametrize("column", FILTERED)
def test_every_offered_value_gives_as_many_items_as_it_says(
    world: World, client: Client, column: str
) -> None:
    listing = client.get(f"/{column}/").context["listing"]
    options = [option for group in listing.options.values() for option in group]
    assert options
    wrong = []
    for option in options:
        found = client.get(option["url"]).context["listing"]
        if found.total != option["count"] or not found.is_filtered:
            wrong.append((option["url"], option["count"], found.total))
    assert wrong == []


@pytest.mark.parametrize("column", FILTERED)
def test_filters_are_a_plain_form_and_removable_one_by_one(world: World, client: Client, column: str) -> None:
    sector = world.sets[0].sector
    document = Document(page(client, f"/{column}/?sector={sector.slug}&q=zz"))
    forms = [form for form in document.all("form") if "filters__form" in (form.get("class") or "")]
    assert [form.get("method") for form in forms] == ["get"]
    boxes = [box for box in document.all("input") if box.get("type") == "checkbox"]
    assert [box.get("value") for box in boxes if "checked" in box] == [sector.slug]
    chips = [link.get("href") for link in document.all("a") if link.get("class") == "chip"]
    assert chips == [f"/{column}/?sector={sector.slug}#results", f"/{column}/?q=zz#results"]
    assert [a for a in document.all("button") if a.get("type") == "submit"]


@pytest.mark.parametrize("column", FILTERED)
def test_an_empty_selection_says_what_was_asked_and_how_to_go_on(
    world: World, client: Client, column: str
) -> None:
    html = page(client, f"/{column}/?q=这里没有的词")
    assert "没有符合“检索：这里没有的词”的内容" in html
    assert f'href="/{column}/#results">清除全部条件' in html
    assert "订阅和下载" not in html


@pytest.mark.parametrize("column", COLUMNS)
def test_an_empty_column_says_so(portal: Portal, client: Client, column: str) -> None:
    html = page(client, f"/{column}/")
    assert "目前没有公开的内容" in html
    assert "订阅和下载" not in html
    assert not [a for a in Document(html).all("input") if a.get("type") == "checkbox"]


@pytest.mark.parametrize("column", COLUMNS)
def test_all_formats_carry_the_same_selection(world: World, client: Client, column: str) -> None:
    query = "" if column == "sectors" else f"sector={world.sets[0].sector.slug}&"
    total = client.get(f"/{column}/?{query}").context["listing"].total
    assert total
    data = json.loads(client.get(f"/{column}/?{query}format=json").getvalue())
    assert (data["total"], len(data["items"])) == (total, total)
    text = b"".join(client.get(f"/{column}/?{query}format=csv").streaming_content).decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(text)))) == total + 1
    for format in ("atom", "rss"):
        feed = feedparser.parse(client.get(f"/{column}/?{query}format={format}").content)
        assert not feed.bozo
        assert len(feed.entries) == total


@pytest.mark.parametrize("column", FILTERED)
def test_an_empty_selection_has_empty_files(world: World, client: Client, column: str) -> None:
    assert json.loads(client.get(f"/{column}/?q=zz&format=json").getvalue())["items"] == []
    text = b"".join(client.get(f"/{column}/?q=zz&format=csv").streaming_content).decode()
    assert len(text.splitlines()) == 1
    for format in ("atom", "rss"):
        feed = feedparser.parse(client.get(f"/{column}/?q=zz&format={format}").content)
        assert (bool(feed.bozo), feed.entries) == (False, [])


def test_files_carry_all_pages_of_the_listing(portal: Portal, client: Client) -> None:
    ProjectPageFactory.create_batch(portal.projects.page_size + 1)
    data = json.loads(client.get("/projects/?format=json&page=2").getvalue())
    assert len(data["items"]) == portal.projects.page_size + 1


@pytest.mark.parametrize("column", FILTERED)
def test_head_tells_machines_what_a_selection_is(world: World, client: Client, column: str) -> None:
    document = Document(page(client, f"/{column}/?sector={world.sets[0].sector.slug}"))
    assert (document.meta("robots") or "").startswith("noindex")
    canonical = [a.get("href") for a in document.all("link") if a.get("rel") == "canonical"]
    assert canonical == [f"http://testserver/{column}/"]
    assert Document(page(client, f"/{column}/")).meta("robots") is None


@pytest.mark.parametrize("column", COLUMNS)
def test_queries_of_a_column_are_few_and_do_not_grow(portal: Portal, client: Client, column: str) -> None:
    """Unfiltered and filtered, as a page and as a file."""
    world = make_world(portal, size=1)
    slug = world.sets[0].sector.slug
    addresses = [f"/{column}/", f"/{column}/?sector={slug}&year=2024", f"/{column}/?format=json"]

    def queries() -> list[int]:
        counted = []
        for address in addresses:
            client.get(address)
            with CaptureQueriesContext(connection) as captured:
                client.get(address).getvalue()
            counted.append(len(captured))
        return counted

    def grow() -> None:
        with references_indexed_once():
            for _ in range(6):
                made = make_set()
                connect(world.sets[0], made, in_bodies=False)
                connect(made, world.sets[0], in_bodies=False)

    small = queries()
    in_place("world that has grown", grow)
    large = queries()
    assert [pair for pair in zip(small, large, strict=True) if pair[1] > pair[0]] == []
    assert max(large) <= MOST_QUERIES


@pytest.mark.parametrize(
    "asked", ["4047.7", "4047.7亿元", "近30余项", "30", "30项", "汽车产值", "老名字", "产值 4047.7"]
)
def test_figures_are_found_by_name_and_by_quantity(portal: Portal, client: Client, asked: str) -> None:
    wanted = "4047.7" if "30" not in asked else "30"
    ObservationFactory(
        value="4047.7", indicator__title="汽车产值", indicator__other_names="老名字", indicator__unit="亿元"
    )
    ObservationFactory(value=30, hedge="余", indicator__title="突破", indicator__unit="项")
    html = page(client, f"/data/?q={asked}")
    assert re.findall(r'<data value="([^"]+)"', html) == [wanted]


@pytest.mark.parametrize("asked", ["9" * 30, "9" * 15 + ".123456", "1" + "," * 15, ".", "第", "9" * 16])
def test_no_number_is_too_large_to_ask_for(portal: Portal, client: Client, asked: str) -> None:
    ObservationFactory()
    assert "没有符合" in page(client, f"/data/?q={asked}")


def test_figures_sort_by_name_time_and_status(portal: Portal, client: Client) -> None:
    ObservationFactory(value=1, indicator__title="产值", period="2023", status="pending", note="待核。")
    ObservationFactory(value=2, indicator__title="安装量", period="2024")
    ObservationFactory(value=3, indicator__title="销量", period="", status="official")

    def order(sort: str) -> list[str]:
        return re.findall(r'<data value="([^"]+)"', page(client, f"/data/?sort={sort}"))

    assert order("pinyin") == ["2", "1", "3"]
    assert order("time") == ["2", "1", "3"]
    assert order("status") == ["3", "2", "1"]


def test_a_source_of_nothing_public_is_no_filter(portal: Portal, client: Client) -> None:
    hidden = SourceFactory(key="mimi", title="未公开的来源")
    ObservationFactory(source=hidden, live=False)
    ObservationFactory(source=SourceFactory(key="gongkai"))
    html = page(client, "/data/?source=mimi")
    assert "未公开的来源" not in html
    assert "“mimi”" in html


def test_columns_of_the_table_of_figures_hide_where_they_are_empty(portal: Portal, client: Client) -> None:
    ObservationFactory()
    assert '<th scope="col">对象</th>' not in page(client, "/data/")
    ObservationFactory(subject=ProjectPageFactory())
    assert '<th scope="col">对象</th>' in page(client, "/data/")


def test_the_news_list_opens_with_its_newest_article(world: World, client: Client) -> None:
    newest = client.get("/news/").context["lead"]
    assert newest.pk == world.sets[-1].news.pk
    assert client.get(f"/news/?sector={world.sets[0].sector.slug}").context["lead"] is None


@pytest.mark.parametrize(
    ("period", "grain", "shown"),
    [
        ("2025-11-20", "day", '<time class="event__when" datetime="2025-11-20">11月20日</time>'),
        ("2025-11", "month", '<time class="event__when" datetime="2025-11">11月</time>'),
        ("2023-H2", "span", '<span class="event__when">下半年</span>'),
        ("2023", "span", '<span class="event__when">2023年</span>'),
        ("2023/2025", "span", '<span class="event__when">2023—2025年</span>'),
        ("2025-01/2025-11", "span", '<span class="event__when">1—11月</span>'),
        ("@2025-11", "span", '<span class="event__when">截至2025年11月</span>'),
    ],
)
def test_the_timeline_dates_nothing_more_exactly_than_its_source(
    portal: Portal, client: Client, period: str, grain: str, shown: str
) -> None:
    from tests.factories import StatementFactory

    StatementFactory(period=period, subjects=[ProjectPageFactory()])
    html = page(client, "/timeline/")
    assert f'class="event event--{grain}"' in html
    assert shown in html


def test_the_timeline_runs_either_way(world: World, client: Client) -> None:
    def years(sort: str) -> list[Any]:
        return [year for year, _ in client.get(f"/timeline/?sort={sort}").context["years"]]

    from tests.factories import StatementFactory

    StatementFactory(period="1954", subjects=[world.sets[0].sector])
    assert years("new") == [2024, 1954]
    assert years("old") == [1954, 2024]
