"""The listings of pages: who finds what, in which order, and what it costs."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from wagtail.models import GroupPagePermission

from industries.register.listings import ContentGroup, ListingView
from tests.factories import (
    EnterprisePageFactory,
    IndicatorPageFactory,
    NewsPageFactory,
    ObservationFactory,
    PlacePageFactory,
    PolicyPageFactory,
    Portal,
    ProjectPageFactory,
    SectorPageFactory,
    UserFactory,
)

FACTORIES: dict[str, Any] = {
    "news": NewsPageFactory,
    "sectors": SectorPageFactory,
    "projects": ProjectPageFactory,
    "enterprises": EnterprisePageFactory,
    "places": PlacePageFactory,
    "policies": PolicyPageFactory,
    "indicators": IndicatorPageFactory,
    "all": EnterprisePageFactory,
}


def titles(client: Client, key: str, **query: Any) -> list[str]:
    response = client.get(reverse(f"content_{key}:index"), query)
    assert response.status_code == 200
    return [page.title for page in response.context["object_list"]]


def test_each_type_has_its_listing() -> None:
    assert [viewset.name for viewset in ContentGroup.items] == [f"content_{key}" for key in FACTORIES]


@pytest.mark.parametrize("key", FACTORIES)
def test_a_listing_costs_the_same_for_few_and_many_pages(
    portal: Portal, admin_client: Client, key: str
) -> None:
    address = reverse(f"content_{key}:index")
    counts = []
    for number in (2, 7):
        for _ in range(number):
            FACTORIES[key]().save_revision(user=UserFactory())
        admin_client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert admin_client.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 40


@pytest.mark.parametrize("key", FACTORIES)
@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_a_listing_can_be_taken_away(portal: Portal, admin_client: Client, key: str, format: str) -> None:
    FACTORIES[key](title="=HYPERLINK(1)")
    response: Any = admin_client.get(reverse(f"content_{key}:index"), {"export": format, "q": "HYPER"})
    data = b"".join(response.streaming_content)
    if format == "csv":
        (row,) = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
    else:
        head, values = load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True)
        row = dict(zip(head, values, strict=True))
    assert row["标题"] == "'=HYPERLINK(1)"
    assert row["状态"] == "已公开"


def test_names_are_sorted_and_found_by_pinyin(portal: Portal, admin_client: Client) -> None:
    for title in ("中车长客", "长春高新", "奥来德", "长光卫星"):
        EnterprisePageFactory(title=title)
    in_order = ["奥来德", "长春高新", "长光卫星", "中车长客"]
    assert titles(admin_client, "enterprises", ordering="sort_key") == in_order
    assert titles(admin_client, "enterprises", ordering="-sort_key") == in_order[::-1]
    assert titles(admin_client, "enterprises", q="changguang") == ["长光卫星"]
    assert titles(admin_client, "enterprises", q="高新") == ["长春高新"]
    assert titles(admin_client, "enterprises", q="'\"") == []
    assert len(titles(admin_client, "enterprises", q="\x00")) == 4


def test_columns_tell_what_matters(portal: Portal, admin_client: Client) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    sector = SectorPageFactory(title="光电信息")
    indicator = IndicatorPageFactory(title="产值", next_update=yesterday)
    indicator.sectors.set([sector])
    indicator.save()
    ObservationFactory(indicator=indicator)
    body = admin_client.get(reverse("content_indicators:index")).content.decode()
    assert "光电信息" in body
    assert f"{yesterday} 已过" in body
    assert titles(admin_client, "indicators", overdue="on") == ["产值"]
    assert titles(admin_client, "indicators", sector=sector.pk) == ["产值"]


def test_states_and_drafts_are_found(portal: Portal, admin_client: Client, admin_user: Any) -> None:
    live, draft, changed = (
        EnterprisePageFactory(title="甲"),
        EnterprisePageFactory(title="乙", live=False),
        EnterprisePageFactory(title="丙"),
    )
    draft.save_revision(user=UserFactory())
    changed.summary = "改了"
    changed.save_revision(user=admin_user)
    for state, expected in (
        ("live", {"甲", "丙"}),
        ("draft", {"乙"}),
        ("changed", {"丙"}),
        ("review", set()),
    ):
        assert set(titles(admin_client, "enterprises", state=state)) == expected
    assert titles(admin_client, "enterprises", mine="on") == ["丙"]
    assert titles(admin_client, "all", todo="mine") == ["丙"]
    assert live.title in titles(admin_client, "all", todo="unsourced")


def test_a_listing_shows_what_the_explorer_shows(portal: Portal, client: Client) -> None:
    group = Group.objects.create(name="动态编辑")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    GroupPagePermission.objects.create(
        group=group,
        page_id=portal.news.pk,
        permission=Permission.objects.get(codename="change_basepage"),
    )
    writer, other = UserFactory(), UserFactory()
    writer.groups.add(group)
    other.user_permissions.add(Permission.objects.get(codename="access_admin"))
    NewsPageFactory(title="看得到")
    EnterprisePageFactory(title="看不到")
    client.force_login(writer)
    assert titles(client, "news") == ["看得到"]
    assert titles(client, "enterprises") == []
    assert "看不到" not in titles(client, "all")
    client.force_login(other)
    assert client.get(reverse("content_news:index")).status_code == 302


def test_everything_at_once_is_not_on_offer(
    portal: Portal, admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wagtail would take every page of the site for it, whatever the filters."""
    monkeypatch.setattr(ListingView, "paginate_by", 1)
    NewsPageFactory.create_batch(2)
    response = admin_client.get(reverse("content_news:index"))
    assert response.context["is_paginated"]
    assert b"data-bulk-action-num-objects-in-listing" not in response.content
