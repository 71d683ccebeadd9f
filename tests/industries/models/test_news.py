"""An article: its figures and what they rest on, corrections, policies, what to read next."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from industries import reading
from industries.models import NewsCorrection, NewsSubject
from tests.factories import (
    EnterprisePageFactory,
    NewsPageFactory,
    ObservationFactory,
    PolicyPageFactory,
    Portal,
    SourceFactory,
    make_private,
)


def paragraph(*observations: Any, text: str = "数值为") -> dict[str, Any]:
    figures = "".join(f'<embed embedtype="observation" id="{o.pk}"/>' for o in observations)
    return {"type": "paragraph", "value": f"<p>{text}{figures}。</p>"}


def key_figures(*observations: Any) -> dict[str, Any]:
    return {"type": "key_figures", "value": {"title": "", "observations": [o.pk for o in observations]}}


def shown(client: Client, page: Any) -> Any:
    response = client.get(page.url)
    assert response.status_code == 200
    return response


def test_figures_stand_beside_the_text_once_each_in_order(portal: Portal, client: Client) -> None:
    first, second, third, fourth, fifth = (ObservationFactory() for _ in range(5))
    body = [paragraph(second, first), key_figures(first, third), paragraph(fourth, second, fifth)]
    context = shown(client, NewsPageFactory(body=json.dumps(body))).context
    assert context["side_figures"] == [second, first, third, fourth]


def test_hidden_figures_count_nowhere(portal: Portal, client: Client) -> None:
    source = SourceFactory(title="内部简报")
    hidden = ObservationFactory(live=False, status="pending", note="内部疑问", source=source)
    page = NewsPageFactory(body=json.dumps([paragraph(hidden)]))
    response = shown(client, page)
    assert response.context["side_figures"] == []
    assert "内部" not in response.content.decode()


def test_sources_are_listed_once_with_their_figures_the_articles_own_first(
    portal: Portal, client: Client
) -> None:
    own, other = SourceFactory(title="晚报报道"), SourceFactory(title="统计公报")
    figures = [ObservationFactory(source=source) for source in (other, own, other)]
    response = shown(client, NewsPageFactory(source=own, body=json.dumps([paragraph(*figures)])))
    assert response.context["sources"] == [(own, 1), (other, 2)]
    assert "文中2个数字据此" in response.content.decode()
    unused = shown(client, NewsPageFactory(source=own))
    assert unused.context["sources"] == [(own, 0)]
    assert "个数字据此" not in unused.content.decode()


def test_article_without_any_source_has_no_such_section(portal: Portal, client: Client) -> None:
    text = shown(client, NewsPageFactory(source=None)).content.decode()
    assert "注释与来源" not in text
    assert "来源：" not in text


def test_doubts_are_listed_with_their_reasons(portal: Portal, client: Client) -> None:
    doubted = ObservationFactory(status="disputed", note="两家媒体不一致。", indicator__title="在轨卫星")
    page = NewsPageFactory(body=json.dumps([paragraph(doubted, ObservationFactory())]))
    response = shown(client, page)
    assert response.context["doubts"] == [doubted]
    section = response.content.decode().split('id="sources"')[1]
    assert "在轨卫星：4047.7亿元（存疑）。两家媒体不一致。" in section


def test_corrections_come_at_the_head_the_latest_first(portal: Portal, client: Client) -> None:
    page = NewsPageFactory(
        corrections=[
            NewsCorrection(made_on=date(2025, 12, 1), text="产值单位改为亿元。"),
            NewsCorrection(made_on=date(2026, 1, 5), text="企业名称改为全称。"),
        ]
    )
    head = shown(client, page).content.decode().split("</header>")[1]
    assert head.index("2026年1月5日</time>企业名称改为全称。") < head.index("2025年12月1日</time>产值单位")


def test_interpreted_policies_are_linked_if_visible(portal: Portal, client: Client) -> None:
    page = NewsPageFactory()
    seen, draft = PolicyPageFactory(title="补短板方案"), PolicyPageFactory(title="送审稿", live=False)
    page.interprets = [seen, draft]
    page.save()
    text = shown(client, page).content.decode()
    assert "解读的政策" in text
    assert seen.url in text
    assert "送审稿" not in text


def test_next_come_the_three_newest_others(portal: Portal, client: Client) -> None:
    old, page, *new = (NewsPageFactory() for _ in range(5))
    make_private(new[0])
    assert [a.pk for a in shown(client, page).context["next_articles"]] == [new[2].pk, new[1].pk, old.pk]


def test_source_line(portal: Portal, client: Client) -> None:
    page = NewsPageFactory(
        editor="李雪", original_published="2025-12-16", source=SourceFactory(url="https://example.org/a")
    )
    text = shown(client, page).content.decode()
    for part in (
        "责任编辑：李雪",
        "原文发布时间：2025年12月16日",
        'href="https://example.org/a" rel="external"',
    ):
        assert part in text
    assert "阅读约需" not in text, "there is nothing to read"


@pytest.mark.parametrize(("characters", "minutes"), [(1, 1), (400, 1), (401, 2), (1200, 3)])
def test_reading_time_counts_what_is_read(portal: Portal, characters: int, minutes: int) -> None:
    markup = f'<p class="x">{"字" * characters}，。！<a href="https://example.org/lang"></a></p>'
    page = NewsPageFactory(body=json.dumps([{"type": "paragraph", "value": markup}]))
    assert reading.minutes(page.body) == minutes


def test_broken_references_in_a_text_are_left_out(portal: Portal) -> None:
    value = '<p><embed embedtype="observation"/><embed embedtype="observation" id="x"/>见</p>'
    page = NewsPageFactory(body=json.dumps([{"type": "paragraph", "value": value}]))
    assert reading.cited_ids(page.body) == []


def test_queries_do_not_grow_with_figures_corrections_and_mentions(portal: Portal, client: Client) -> None:
    counts = []
    for size in (1, 12):
        page = NewsPageFactory(
            body=json.dumps([paragraph(*(ObservationFactory(source=SourceFactory()) for _ in range(size)))]),
            corrections=[NewsCorrection(made_on=date(2026, 1, n + 1), text="改。") for n in range(size)],
            about=[NewsSubject(page_id=EnterprisePageFactory().pk) for _ in range(size)],
        )
        page.interprets = [PolicyPageFactory() for _ in range(size)]
        page.save()
        cache.clear()
        client.get(page.url)
        with CaptureQueriesContext(connection) as captured:
            client.get(page.url)
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert counts[1] <= 25
