"""The fact register: finding, and changing many at once."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from cms.core.models import User
from industries.models import Observation, Statement
from industries.register import bulk
from tests.factories import (
    EnterprisePageFactory,
    IndicatorPageFactory,
    ObservationFactory,
    Portal,
    ProjectPageFactory,
    SectorPageFactory,
    SourceFactory,
    StatementFactory,
)

OBSERVATIONS, STATEMENTS, SOURCES = (
    f"wagtailsnippets_industries_{name}:list" for name in ("observation", "statement", "source")
)


def found(client: Client, name: str, **query: Any) -> set[str]:
    response = client.get(reverse(name), query)
    assert response.status_code == 200
    return {fact.key for fact in response.context["object_list"]}


def address(model: Any, action: str, *ids: Any, next_url: str = "/admin/") -> str:
    base = reverse("wagtail_bulk_action", args=["industries", model._meta.model_name, action])
    return (
        f"{base}?{'&'.join(f'id={pk}' for pk in ids)}&next={next_url.replace('?', '%3F').replace('&', '%26')}"
    )


@pytest.fixture
def register(portal: Portal) -> Portal:
    today = timezone.localdate()
    sector = SectorPageFactory(title="汽车")
    below = SectorPageFactory(title="新能源汽车", parent=sector)
    project = ProjectPageFactory(title="电驱动")
    project.sectors.set([below])
    project.save()
    indicator = IndicatorPageFactory(title="汽车产量")
    ObservationFactory(
        key="old", subject=project, checked_on=today - timedelta(days=400), indicator=indicator
    )
    ObservationFactory(key="fresh", checked_on=today, period="2000", indicator__title="专利数")
    ObservationFactory(
        key="doubt",
        status="disputed",
        note="两说",
        period="",
        source=SourceFactory(title="统计公报", key="gongbao"),
    )
    ObservationFactory(key="draft", live=False, indicator=indicator, period="2024")
    StatementFactory(key="about", subjects=[project], text="电驱动系统投产。")
    StatementFactory(
        key="other",
        text="排名第五。",
        subjects=[portal.data],
        status="pending",
        note="待核实",
        kind="ranking",
    )
    portal.sectors.refresh_from_db()
    return portal


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ({}, {"old", "fresh", "doubt", "draft"}),
        ({"status": ["disputed"]}, {"doubt"}),
        ({"doubtful": "on"}, {"doubt"}),
        ({"live": "draft"}, {"draft"}),
        ({"live": "live"}, {"old", "fresh", "doubt"}),
        ({"source": "公报"}, {"doubt"}),
        ({"source": "gongbao"}, {"doubt"}),
        ({"checked": "never"}, {"doubt", "draft"}),
        ({"checked": "365"}, {"old"}),
        ({"checked": "fresh"}, {"fresh"}),
        ({"age": "1095"}, {"fresh"}),
        ({"age": "none"}, {"doubt"}),
        ({"indicator": "产量"}, {"old", "draft"}),
        ({"subject": "电驱"}, {"old"}),
        ({"q": "qiche"}, set()),
        ({"q": "汽车 电驱动"}, {"old"}),
        ({"q": "doubt"}, {"doubt"}),
        ({"q": "'\""}, set()),
        ({"q": "\x00"}, {"old", "fresh", "doubt", "draft"}),
    ],
)
def test_figures_are_found(
    register: Portal, admin_client: Client, query: dict[str, Any], keys: set[str]
) -> None:
    assert found(admin_client, OBSERVATIONS, **query) == keys


def test_a_sector_holds_what_its_children_hold(register: Portal, admin_client: Client) -> None:
    from industries.models import SectorPage

    sector = SectorPage.objects.get(title="汽车")
    assert found(admin_client, OBSERVATIONS, sector=sector.pk) == {"old"}
    assert found(admin_client, STATEMENTS, sector=sector.pk) == {"about"}
    assert found(admin_client, OBSERVATIONS, sector=register.data.pk) == {"old", "fresh", "doubt", "draft"}, (
        "what is no sector is no filter"
    )


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ({"kind": ["ranking"]}, {"other"}),
        ({"about": "电驱"}, {"about"}),
        ({"doubtful": "on"}, {"other"}),
        ({"q": "投产"}, {"about"}),
    ],
)
def test_statements_are_found(
    register: Portal, admin_client: Client, query: dict[str, Any], keys: set[str]
) -> None:
    assert found(admin_client, STATEMENTS, **query) == keys


def test_tabs_hand_the_shared_filters_on(register: Portal, admin_client: Client) -> None:
    response = admin_client.get(reverse(OBSERVATIONS), {"doubtful": "on", "indicator": "产量"})
    tabs = {tab["label"]: tab["url"] for tab in response.context["tabs"]}
    assert tabs["陈述"] == reverse(STATEMENTS) + "?doubtful=on"
    assert tabs["来源"] == reverse(SOURCES)


@pytest.mark.parametrize(
    "ordering", ["value", "-ends", "status", "source__title", "-checked_on", "updated_at", "live"]
)
def test_every_column_can_be_sorted_by(register: Portal, admin_client: Client, ordering: str) -> None:
    assert len(found(admin_client, OBSERVATIONS, ordering=ordering)) == 4


def test_sources_that_nothing_cites_are_found(register: Portal, admin_client: Client) -> None:
    SourceFactory(key="unused")
    assert found(admin_client, SOURCES, used="no") == {"unused"}
    assert "unused" not in found(admin_client, SOURCES, used="yes")


@pytest.mark.parametrize("name", [OBSERVATIONS, STATEMENTS, SOURCES])
def test_a_listing_costs_the_same_for_few_and_many(portal: Portal, admin_client: Client, name: str) -> None:
    counts = []
    for number in (2, 8):
        page = EnterprisePageFactory()
        for _ in range(number):
            ObservationFactory(subject=page)
            StatementFactory(subjects=[page, portal.data])
        admin_client.get(reverse(name))
        with CaptureQueriesContext(connection) as queries:
            admin_client.get(reverse(name))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 30


def change(client: Client, model: Any, ids: list[Any], **data: Any) -> Any:
    return client.post(address(model, "change_status", *ids), data, follow=True)


def test_many_facts_get_another_status_with_revision_and_log(register: Portal, admin_client: Client) -> None:
    facts = list(Observation.objects.filter(key__in=["old", "fresh", "doubt"]))
    today = timezone.localdate()
    response = change(
        admin_client,
        Observation,
        [f.pk for f in facts],
        status="official",
        clear_note="on",
        checked_on=str(today),
    )
    assert "已改核实状态：3条。" in response.content.decode()
    for fact in Observation.objects.filter(pk__in=[f.pk for f in facts]):
        assert (fact.status, fact.note, fact.checked_on, fact.has_unpublished_changes) == (
            "official",
            "",
            today,
            False,
        )
        assert fact.revisions.count() == 1
        actions = ModelLogEntry.objects.for_instance(fact).values_list("action", flat=True)
        assert {"wagtail.edit", "wagtail.publish"} <= set(actions)
    assert Observation.objects.get(key="draft").status == "media"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({}, "请选择状态"),
        ({"status": "pending"}, "请写明疑在哪里"),
        ({"status": "official", "checked_on": "2999-01-01"}, "核对日期不能晚于今天"),
        ({"status": "official", "note": "x", "clear_note": "on"}, "不必再清空"),
        ({"status": "x"}, "不在可用的选项中"),
    ],
)
def test_a_change_without_reason_is_refused_and_nothing_is_lost(
    register: Portal, admin_client: Client, data: dict[str, str], problem: str
) -> None:
    fact = Observation.objects.get(key="fresh")
    response = change(admin_client, Observation, [fact.pk], **data)
    body = response.content.decode()
    assert response.status_code == 200
    assert problem in body
    if "note" in data:
        assert ">\nx</textarea>" in body
    assert fact.revisions.count() == 0


def test_a_draft_stays_a_draft_and_unpublished_changes_stay_unpublished(
    register: Portal, admin_client: Client
) -> None:
    draft, changed = Observation.objects.get(key="draft"), Observation.objects.get(key="fresh")
    changed.value = Decimal(77)
    changed.save_revision()
    response = change(admin_client, Observation, [draft.pk, changed.pk], status="official")
    assert "其中1条存为草稿" in response.content.decode()
    for fact in (draft, changed):
        fact.refresh_from_db()
        assert fact.status == "media"
        assert fact.get_latest_revision_as_object().status == "official"
    assert not draft.live
    assert (changed.value, changed.get_latest_revision_as_object().value) == (Decimal("4047.7"), 77)


def test_statements_can_be_marked_as_checked_today(register: Portal, admin_client: Client) -> None:
    one = Statement.objects.get(key="about")
    assert "今天已核对" in admin_client.get(address(Statement, "mark_checked", one.pk)).content.decode()
    admin_client.post(address(Statement, "mark_checked", one.pk))
    one.refresh_from_db()
    assert one.checked_on == timezone.localdate()
    assert list(one.subjects.values_list("page__title", flat=True)) == ["电驱动"]


def test_all_in_the_listing_means_what_the_filters_show(register: Portal, admin_client: Client) -> None:
    listing = reverse(OBSERVATIONS) + "?doubtful=on&q=doubt"
    response = admin_client.get(address(Observation, "mark_checked", "all", next_url=listing))
    assert [item["item"].key for item in response.context["items"]] == ["doubt"]
    admin_client.post(address(Observation, "mark_checked", "all", next_url=listing))
    checked = Observation.objects.filter(checked_on=timezone.localdate())
    assert set(checked.values_list("key", flat=True)) == {"doubt", "fresh"}


def test_deleting_all_in_the_listing_means_what_the_filters_show(
    register: Portal, admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing = reverse(OBSERVATIONS) + "?live=draft"
    url = address(Observation, "delete", "all", next_url=listing)
    asked = admin_client.get(url)
    assert asked.status_code == 200
    admin_client.post(url, {"reason": "重复登记"})
    assert found(admin_client, OBSERVATIONS) == {"old", "fresh", "doubt"}
    monkeypatch.setattr(bulk, "MOST", 2)
    everything = address(Observation, "delete", "all", next_url=reverse(OBSERVATIONS))
    assert "一次最多改2条，没有改动" in admin_client.get(everything, follow=True).content.decode()


def test_too_many_at_once_are_refused(
    register: Portal, admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "MOST", 2)
    url = address(Observation, "mark_checked", "all", next_url=reverse(OBSERVATIONS))
    assert "一次改不完" in admin_client.get(url).content.decode()
    assert "一次最多改2条，没有改动" in admin_client.post(url, follow=True).content.decode()
    assert not Observation.objects.exclude(key="fresh").filter(checked_on=timezone.localdate()).exists()


@pytest.mark.parametrize("ids", [["x"], ["999999"], ["1" * 30], []])
def test_ids_that_mean_nothing_change_nothing(register: Portal, admin_client: Client, ids: list[str]) -> None:
    response = admin_client.get(address(Observation, "mark_checked", *ids))
    assert "没有可以修改的事实" in response.content.decode()
    assert admin_client.post(address(Observation, "mark_checked", *ids)).status_code == 302


def test_only_who_may_change_facts_does(register: Portal, client: Client) -> None:
    fact = Observation.objects.get(key="fresh")
    viewer, editor = (User.objects.create_user(name, password=None) for name in ("viewer", "editor"))
    for user, names in ((viewer, ["view_observation"]), (editor, ["change_observation"])):
        user.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", *names]))
    client.force_login(viewer)
    change(client, Observation, [fact.pk], status="official")
    assert not fact.revisions.exists()
    # May change, not publish: readers go on seeing the old status.
    client.force_login(editor)
    response = change(client, Observation, [fact.pk], status="official")
    assert "其中1条存为草稿" in response.content.decode()
    fact.refresh_from_db()
    assert (fact.status, fact.get_latest_revision_as_object().status) == ("media", "official")


def test_who_only_reads_may_look_at_sources_and_facts(register: Portal, client: Client) -> None:
    """In the words of the form: how the program keeps a record is nothing to read."""
    reader = User.objects.create_user("reader", password=None)
    codes = ["access_admin", "view_observation", "view_source", "view_tier"]
    reader.user_permissions.set(Permission.objects.filter(codename__in=codes))
    client.force_login(reader)
    for record in (Observation.objects.get(key="old"), Observation.objects.get(key="old").source):
        for view in ("inspect", "history", "usage"):
            name = f"wagtailsnippets_industries_{record._meta.model_name}:{view}"
            response = client.get(reverse(name, args=[record.pk]))
            assert response.status_code == 200, name
            if view == "inspect":
                assert "标识" in response.content.decode()
                assert "Created at" not in response.content.decode()
                assert "00000" not in response.content.decode().split("<dl")[-1]
