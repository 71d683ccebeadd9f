"""A finished topic says that it is archived; it stays public and findable."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import (
    IndicatorPageFactory,
    NewsPageFactory,
    Portal,
    ProjectPageFactory,
    SectorPageFactory,
    StandardPageFactory,
)


@pytest.mark.parametrize(
    "make",
    [NewsPageFactory, ProjectPageFactory, IndicatorPageFactory, SectorPageFactory, StandardPageFactory],
)
def test_every_kind_of_page_says_so_with_the_day(portal: Portal, client: Client, make: Any) -> None:
    page = make()
    assert "已归档" not in client.get(page.url).content.decode()
    page.archived_on = date(2026, 3, 1)
    page.save()
    html = client.get(page.url).content.decode()
    assert "已归档" in html
    assert "2026年3月1日" in html


def test_lists_mark_it_and_search_finds_it(portal: Portal, client: Client) -> None:
    ProjectPageFactory(title="会展专题", archived_on=date(2026, 3, 1))
    ProjectPageFactory(title="会展新馆")
    assert client.get("/projects/").content.decode().count("已归档</span>") == 1
    assert "会展专题" in client.get("/search/?q=会展专题").content.decode().replace("<mark>", "").replace(
        "</mark>", ""
    )


def test_editors_archive_in_the_settings_tab(portal: Portal, admin_client: Client) -> None:
    page = StandardPageFactory()
    html = admin_client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert 'name="archived_on"' in html
