from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from industries.models import NewsSubject, PolicyMeasure
from tests.factories import (
    NewsPageFactory,
    PolicyPageFactory,
    Portal,
    SectorPageFactory,
    make_private,
)


@pytest.mark.parametrize(
    ("issued", "valid"),
    [
        ("2023", "2023/2025"),
        ("2023-06", "2023"),
        ("2023-12-31", "2023"),
        ("2024", "2023/2025"),
        ("2023-06", "@2025"),
        ("@2023", "2023"),
        ("", "2020"),
        ("2025", ""),
        ("", ""),
    ],
)
def test_validity_may_begin_before_or_after_issue(portal: Portal, issued: str, valid: str) -> None:
    policy = PolicyPageFactory(issued=issued, valid=valid)
    policy.full_clean()
    assert (policy.issued, policy.valid) == (issued, valid)


@pytest.mark.parametrize(
    ("issued", "valid"),
    [("2024", "2023"), ("2024-01", "2021/2023"), ("2024年1月", "2021—2023年"), ("@2025", "2024")],
)
def test_policy_cannot_have_run_out_before_it_was_issued(portal: Portal, issued: str, valid: str) -> None:
    policy = PolicyPageFactory()
    policy.issued, policy.valid = issued, valid
    with pytest.raises(ValidationError) as refused:
        policy.full_clean()
    assert refused.value.message_dict == {"valid": ["实施期限在发布之前就结束了。"]}


@pytest.mark.parametrize("field", ["issued", "valid"])
def test_unreadable_period_is_named_by_its_field(portal: Portal, field: str) -> None:
    policy = PolicyPageFactory(issued="2023", valid="2023/2025")
    setattr(policy, field, "去年")
    with pytest.raises(ValidationError) as refused:
        policy.full_clean()
    assert field in refused.value.message_dict


def test_policy_shows_its_periods_in_words_and_the_unknown_as_nothing(portal: Portal) -> None:
    policy = PolicyPageFactory(issued="2023-06", valid="2023/2025")
    assert (policy.issued_label, policy.valid_label) == ("2023年6月", "2023—2025年")
    unknown = PolicyPageFactory()
    assert (unknown.issued_label, unknown.valid_label) == ("", "")


@pytest.mark.parametrize(
    ("valid", "today", "state"),
    [
        ("2023/2025", date(2022, 12, 31), "尚未开始"),
        ("2023/2025", date(2023, 1, 1), "在实施期内"),
        ("2023/2025", date(2025, 12, 31), "在实施期内"),
        ("2023/2025", date(2026, 1, 1), "已到期"),
        # Only an end is on record: nothing says that it has not begun.
        ("@2025", date(2020, 1, 1), "在实施期内"),
        ("@2025", date(2026, 1, 1), "已到期"),
        ("", date(2026, 1, 1), ""),
    ],
)
def test_validity_follows_from_the_period_on_record_and_today(
    portal: Portal, valid: str, today: date, state: str
) -> None:
    assert PolicyPageFactory(valid=valid).validity(today) == state


def test_policy_without_a_period_is_neither_in_force_nor_expired(portal: Portal, client: Client) -> None:
    page = client.get(PolicyPageFactory(issuer="市政府").url).content.decode()
    assert not any(state in page for state in ("在实施期内", "已到期", "尚未开始"))
    assert page.count("来源未注明") == 1
    assert "文号、发布时间、实施期限、具体措施" in page


def test_interpretations_are_the_visible_articles_and_stand_apart_from_other_news(
    portal: Portal, rf: Any
) -> None:
    policy = PolicyPageFactory()
    interprets, mentions, both, draft, unrelated = (NewsPageFactory(live=n != 3) for n in range(5))
    for article in (interprets, both, draft):
        article.interprets.set([policy])
        article.save()
    for article in (mentions, both):
        NewsSubject.objects.create(news=article, page_id=policy.pk)
    make_private(unrelated)
    context = policy.get_context(rf.get("/"))
    assert {page.pk for page in context["interpretations"]} == {interprets.pk, both.pk}
    assert [page.pk for page in context["news"]] == [mentions.pk]
    make_private(both)
    context = policy.get_context(rf.get("/"))
    assert {page.pk for page in context["interpretations"]} == {interprets.pk}


def test_other_policies_share_a_sector_and_those_that_share_most_come_first(portal: Portal, rf: Any) -> None:
    a, b = SectorPageFactory(), SectorPageFactory()
    policy, one, two, hidden = (PolicyPageFactory(live=n != 3) for n in range(4))
    for page, sectors in ((policy, [a, b]), (one, [a]), (two, [a, b]), (hidden, [a])):
        page.sectors.set(sectors)
        page.save()
    PolicyPageFactory()
    assert policy.get_context(rf.get("/"))["others"] == [two, one]


def test_policy_that_only_a_hidden_sector_links_has_no_others(portal: Portal, rf: Any) -> None:
    draft = SectorPageFactory(live=False)
    policy, other = PolicyPageFactory(), PolicyPageFactory()
    for page in (policy, other):
        page.sectors.set([draft])
        page.save()
    assert policy.get_context(rf.get("/"))["others"] == []


def test_measures_come_as_a_numbered_list_in_their_order(portal: Portal, client: Client) -> None:
    policy = PolicyPageFactory()
    for order, text in enumerate(("补齐短板", "培育集群")):
        PolicyMeasure.objects.create(policy=policy, text=text, sort_order=order)
    page = client.get(policy.url).content.decode()
    measures = page[page.index('<ol class="measures">') :]
    assert measures.index("补齐短板") < measures.index("培育集群") < measures.index("</ol>")
