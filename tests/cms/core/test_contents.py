"""The site map page: every visible page, as a tree, bounded for each column."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import Portal, ProjectPageFactory, SectorPageFactory, make_private


def test_lists_visible_pages_as_a_tree(portal: Portal, client: Client) -> None:
    parent = SectorPageFactory(title="汽车")
    SectorPageFactory(title="电池", parent=parent)
    hidden = SectorPageFactory(title="草稿", live=False)
    SectorPageFactory(title="草稿之下", parent=hidden)
    make_private(SectorPageFactory(title="内部"))
    html = re.sub(r"\s+", " ", client.get("/site-map/").content.decode())
    assert re.search(r'汽车</a> <ul class="site-map__below"> <li> <a [^>]*>电池', html)
    assert "草稿之下" in html
    assert ">草稿<" not in html
    assert "内部" not in html


def test_a_large_column_is_cut_and_says_so(
    portal: Portal, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cms.core.contents.PER_COLUMN", 3)
    for _ in range(5):
        ProjectPageFactory(title="许多项目")
    html = client.get("/site-map/").content.decode()
    assert html.count("许多项目") == 3
    assert "其余2页" in html
    assert "5页" in html


def test_queries_do_not_grow_with_the_content(portal: Portal, client: Client) -> None:
    def queries() -> int:
        client.get("/site-map/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/site-map/")
        return len(captured)

    few = queries()
    for _ in range(5):
        ProjectPageFactory()
        SectorPageFactory()
    assert queries() == few < 12
