"""审核单: everybody who wrote and decided, for every round."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from cms.review.access import sheet_address
from home.models import StandardPage
from tests.factories import StandardPageFactory
from tests.newsroom import AUDITOR, EDITOR, FINAL, FIRST, SECOND, Newsroom


@pytest.fixture
def reviewed(newsroom: Newsroom) -> StandardPage:
    """Rejected once, then published."""
    page: StandardPage = StandardPageFactory(live=False, summary="一句话说明。")
    page.save_revision(user=newsroom.people[EDITOR])
    newsroom.submit(EDITOR, page)
    newsroom.decide(FIRST, page, "reject", comment="数字没有出处")
    newsroom.submit(EDITOR, page, title="新能源汽车")
    newsroom.approve(FIRST, page, comment="已核对")
    newsroom.approve(SECOND, page)
    newsroom.approve(FINAL, page)
    page.refresh_from_db()
    return page


def test_it_tells_every_round(newsroom: Newsroom, reviewed: StandardPage) -> None:
    assert reviewed.live
    text = newsroom.client(AUDITOR).get(sheet_address(reviewed)).content.decode()
    for word in ("新能源汽车", "数字没有出处", "已核对", "已作保密审查", "退回修改", "审核通过"):
        assert word in text
    for who in (EDITOR, FIRST, SECOND, FINAL):
        assert f"{who}甲" in text


def test_names_stay_when_accounts_are_gone(newsroom: Newsroom, reviewed: StandardPage) -> None:
    newsroom.people[FINAL].delete()
    assert f"{FINAL}甲" in newsroom.client(AUDITOR).get(sheet_address(reviewed)).content.decode()


def test_it_is_linked_from_editor_and_explorer(newsroom: Newsroom, reviewed: StandardPage) -> None:
    client = newsroom.client(EDITOR)
    address = sheet_address(reviewed)
    for name in ("edit", "history"):
        page = client.get(reverse(f"wagtailadmin_pages:{name}", args=[reviewed.pk]))
        assert address in page.content.decode(), name


def test_it_asks_the_same_number_of_questions_for_many_rounds(
    newsroom: Newsroom, reviewed: StandardPage, django_assert_max_num_queries: Any
) -> None:
    client = newsroom.client(AUDITOR)
    client.get(sheet_address(reviewed))
    with django_assert_max_num_queries(60) as first:
        client.get(sheet_address(reviewed))
    asked = len(first)
    assert asked > 5
    for number in range(3):
        newsroom.submit(EDITOR, reviewed, title=f"标题{number}")
        newsroom.approve_all(reviewed)
    with django_assert_max_num_queries(asked):
        client.get(sheet_address(reviewed))


@pytest.mark.parametrize("address", ["/admin/review/sheet/999999/1/", "/admin/review/sheet/1/x/"])
def test_what_is_not_there(newsroom: Newsroom, address: str) -> None:
    assert newsroom.client(AUDITOR).get(address).status_code == 404
