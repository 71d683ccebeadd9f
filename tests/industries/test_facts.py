"""Every fact has an address of its own that stays, and tells no more than readers may know."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cms.core.models import Tombstone
from industries.models import Observation, Statement
from industries.models.fact import ObservationCorrection
from tests.factories import (
    EnterprisePageFactory,
    IndicatorPageFactory,
    ObservationFactory,
    Portal,
    ProjectPageFactory,
    SourceFactory,
    StatementFactory,
    make_private,
)

SECRET = "金丝雀"


def text(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, path
    return str(response.content.decode())


def published(fact: Any) -> Any:
    """The fact as the portal's own ways of publishing leave it."""
    type(fact).objects.filter(pk=fact.pk).update(first_published_at=timezone.now())
    fact.refresh_from_db()
    return fact


def test_page_of_a_figure_says_everything_about_it(portal: Portal, client: Client) -> None:
    source = SourceFactory(
        title="统计公报", publisher="市统计局", kind="official", url="https://example.org/gongbao"
    )
    subject = EnterprisePageFactory(title="长春汽车厂")
    observation = ObservationFactory(
        key="chanzhi-2025",
        indicator__title="汽车工业产值",
        subject=subject,
        value="4047.7",
        hedge="约",
        period="2025-01/2025-11",
        source=source,
        quote="产值约4047.7亿元。",
        status="pending",
        note="范围不明。",
        checked_on=date(2025, 12, 20),
    )
    page = text(client, "/facts/chanzhi-2025/")
    for part in (
        "汽车工业产值",
        '<data value="4047.7">4047.7</data>',
        "统计公报",
        "市统计局（官方）",
        'href="https://example.org/gongbao"',
        "第2段",
        "“产值约4047.7亿元。”",
        "2025年1—11月",
        "精确到月",
        "待核",
        observation.status_meaning,
        "范围不明。",
        "2025年12月20日与来源核对",
        "发布以来没有更正。",
        subject.url,
        observation.indicator.url,
        "/facts/chanzhi-2025/</p>",
        "fact=chanzhi-2025",
    ):
        assert part in page, part


def test_page_of_a_statement_names_the_visible_pages_it_is_about(portal: Portal, client: Client) -> None:
    shown, draft = ProjectPageFactory(title="二期工厂"), ProjectPageFactory(title=SECRET, live=False)
    StatementFactory(key="touchan", text="二期工厂投产。", period="2023-H2", subjects=[shown, draft])
    page = text(client, "/facts/touchan/")
    assert "二期工厂" in page
    assert "精确到半年" in page
    assert shown.url in page
    assert SECRET not in page


def test_state_at_a_date_is_called_one(portal: Portal, client: Client) -> None:
    ObservationFactory(key="state", period="@2025-11")
    assert "某一时点的状态，精确到月" in text(client, "/facts/state/")


def test_corrections_are_told_the_latest_first(portal: Portal, client: Client) -> None:
    observation = ObservationFactory(key="corrected")
    for day, words in ((date(2026, 1, 5), "先前的更正"), (date(2026, 3, 5), "后来的更正")):
        ObservationCorrection.objects.create(observation=observation, made_on=day, text=words)
    page = text(client, "/facts/corrected/")
    assert page.index("后来的更正") < page.index("先前的更正")
    assert "没有更正" not in page


def test_differing_value_for_the_same_time_is_stated_in_words(portal: Portal, client: Client) -> None:
    one = ObservationFactory(key="one", value=3800, period="2024")
    other = ObservationFactory(indicator=one.indicator, value=3900, period="2024")
    ObservationFactory(indicator=one.indicator, value=3900, period="2023")
    page = text(client, "/facts/one/")
    assert "这里写的是3800亿元" in page
    assert "3900亿元" in page.split("说法不一")[1]
    assert f"/facts/{other.key}/" in page
    assert "说法不一" not in text(client, f"/facts/{ObservationFactory().key}/")


@pytest.mark.parametrize("how", ["unpublished", "expired", "draft indicator"])
def test_figure_that_was_public_is_gone_without_its_content(portal: Portal, client: Client, how: str) -> None:
    observation = published(ObservationFactory(key="gone", note=SECRET, indicator__title=f"{SECRET}指标"))
    assert SECRET in text(client, "/facts/gone/")
    if how == "unpublished":
        Observation.objects.filter(pk=observation.pk).update(live=False)
    elif how == "expired":
        Observation.objects.filter(pk=observation.pk).update(expire_at=timezone.now())
    else:
        observation.indicator.unpublish()
    page = text(client, "/facts/gone/", 410)
    assert "这条事实已撤下" in page
    assert SECRET not in page


def test_statement_that_was_public_is_gone_with_the_reason_that_editors_gave(
    portal: Portal, client: Client
) -> None:
    statement = published(StatementFactory(key="gone", text=SECRET, subjects=[ProjectPageFactory()]))
    Statement.objects.filter(pk=statement.pk).update(live=False)
    assert SECRET not in text(client, "/facts/gone/", 410)
    Tombstone.objects.create(path="/facts/gone/", title="一条陈述", reason="来源已经撤稿。")
    assert "来源已经撤稿。" in text(client, "/facts/gone/", 410)


def test_what_never_was_public_is_not_found(portal: Portal, client: Client) -> None:
    ObservationFactory(key="draft", live=False)
    published(ObservationFactory(key="draft-indicator", indicator__live=False))
    StatementFactory(key="about-nothing")
    page = ProjectPageFactory()
    make_private(page)
    published(ObservationFactory(key="private", subject=page))
    published(StatementFactory(key="private-too", subjects=[page]))
    for key in ("draft", "draft-indicator", "about-nothing", "private", "private-too", "never"):
        assert client.get(f"/facts/{key}/").status_code == 404, key
        assert client.get(f"/facts/{key}/?format=json").status_code == 404, key


def test_figure_as_data(portal: Portal, client: Client) -> None:
    observation = ObservationFactory(key="number", value="12.5", indicator__unit="%")
    ObservationCorrection.objects.create(observation=observation, made_on=date(2026, 1, 5), text="改小数点。")
    data = json.loads(text(client, "/facts/number/?format=json"))
    assert (data["type"], data["key"], data["value"], data["unit"]) == ("observation", "number", 12.5, "%")
    assert data["source"]["title"] == observation.source.title
    assert data["corrections"] == [{"made_on": "2026-01-05", "text": "改小数点。"}]


def test_statement_as_data(portal: Portal, client: Client) -> None:
    page = ProjectPageFactory()
    StatementFactory(key="sentence", text="一句话。", subjects=[page])
    data = json.loads(text(client, "/facts/sentence/?format=json"))
    assert (data["type"], data["text"], data["pages"]) == ("statement", "一句话。", page.title)


def test_unknown_format_gets_the_page_with_a_message(portal: Portal, client: Client) -> None:
    ObservationFactory(key="number")
    page = text(client, "/facts/number/?format=xlsx", 400)
    assert "没有这种格式" in page
    assert "永久地址" in page


def test_queries_stay_flat_as_values_grow(
    portal: Portal, client: Client, django_assert_max_num_queries: Any
) -> None:
    first = ObservationFactory(key="first")
    for number in range(10):
        ObservationFactory(indicator=first.indicator, period=str(2000 + number))
    client.get("/facts/first/")
    with django_assert_max_num_queries(16):
        client.get("/facts/first/")


def test_source_mark_leads_to_the_fact_and_counts_only_corrections_already_fetched(
    portal: Portal, client: Client, django_assert_num_queries: Any
) -> None:
    indicator = IndicatorPageFactory()
    observation = ObservationFactory(key="marked", indicator=indicator)
    ObservationCorrection.objects.create(observation=observation, made_on=date(2026, 1, 5), text="改正。")
    page = text(client, indicator.url)
    assert '<a href="/facts/marked/">这条事实的页面</a>，有1次更正' in page
    found = Observation.objects.get(pk=observation.pk)
    with django_assert_num_queries(0):
        assert found.known_corrections == 0


# The frame for other sites


def test_embedded_chart_is_allowed_anywhere_and_listed_nowhere(portal: Portal, client: Client) -> None:
    indicator = IndicatorPageFactory(title="汽车工业产值", slug="chanzhi")
    for number in (2022, 2023, 2024):
        ObservationFactory(indicator=indicator, period=str(number), value=number)
    response = client.get("/embed/data/chanzhi/")
    assert response.status_code == 200
    assert "frame-ancestors *" in response["Content-Security-Policy"]
    assert "script-src 'self'" in response["Content-Security-Policy"]
    assert "X-Frame-Options" not in response
    assert response["X-Robots-Tag"] == "noindex"
    page = response.content.decode()
    assert "<svg" in page
    assert "长春日报报道" in page
    assert f'href="http://testserver{indicator.url}"' in page
    ordinary = client.get(indicator.url)
    assert "frame-ancestors 'none'" in ordinary["Content-Security-Policy"]
    assert ordinary["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("hide", ["draft", "private", "missing"])
def test_nothing_to_embed_of_what_readers_may_not_see(portal: Portal, client: Client, hide: str) -> None:
    indicator = IndicatorPageFactory(slug="secret", live=hide != "draft")
    if hide == "private":
        make_private(indicator)
    slug = "none" if hide == "missing" else "secret"
    assert client.get(f"/embed/data/{slug}/").status_code == 404
