"""年度报表: what a year's numbers count, and what they leave out."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry

from cms.core.models import BasePage, CorrectionRequest
from cms.review import yearly
from cms.review.yearly import Year
from tests.factories import NewsPageFactory, PolicyPageFactory, Portal, UserFactory

LAST = Year(2025)


def at(month: int, day: int, hour: int = 12, year: int = 2025) -> datetime:
    return timezone.make_aware(datetime(year, month, day, hour))


def first_published(page: Any, moment: datetime) -> Any:
    BasePage.objects.filter(pk=page.pk).update(first_published_at=moment)
    return page


def log(page: Any, moment: datetime, action: str = "wagtail.publish") -> None:
    kind = ContentType.objects.get_for_model(page)
    PageLogEntry.objects.create(
        page_id=page.pk, content_type=kind, action=action, timestamp=moment, label=page.title
    )


@pytest.fixture
def old_portal(portal: Portal) -> Portal:
    BasePage.objects.update(first_published_at=at(6, 1, year=2020))
    return portal


def table(year: Year = LAST) -> dict[tuple[str, str], tuple[int, ...]]:
    return {row[:2]: row[2:] for row in yearly.content(year).rows}


def test_new_updated_withdrawn_and_present_by_column(old_portal: Portal) -> None:
    new, updated, withdrawn, later = (NewsPageFactory() for _ in range(4))
    first_published(new, at(3, 1))
    log(new, at(3, 1))
    first_published(updated, at(3, 1, year=2024))
    log(updated, at(3, 1, year=2024))
    log(updated, at(4, 1))
    log(updated, at(5, 1), "wagtail.publish.scheduled")
    first_published(withdrawn, at(3, 1, year=2024))
    log(withdrawn, at(7, 1), "wagtail.unpublish")
    BasePage.objects.filter(pk=withdrawn.pk).update(live=False)
    first_published(later, at(1, 1, year=2026))
    policy = first_published(PolicyPageFactory(), at(12, 31, 23))
    found = table()
    assert found["动态", "动态"] == (1, 1, 1, 2)
    assert found["政策", "政策"] == (1, 0, 0, 1)
    assert found["合计", ""] == (2, 1, 1, sum(row[3] for key, row in found.items() if key[0] != "合计"))
    assert table(Year(2026))["动态", "动态"][0] == 1
    assert policy.pk


def test_the_year_is_beijings(old_portal: Portal) -> None:
    first_published(NewsPageFactory(), at(1, 1, 0))
    first_published(NewsPageFactory(), at(1, 1, 0, year=2026) - timedelta(seconds=1))
    first_published(NewsPageFactory(), at(1, 1, 0, year=2026))
    assert table()["动态", "动态"][0] == 2


def test_a_public_page_that_was_deleted_counts_as_withdrawn_a_draft_does_not(old_portal: Portal) -> None:
    public, draft = NewsPageFactory(), NewsPageFactory(live=False)
    log(public, at(2, 1, year=2024))
    for page in (public, draft):
        log(page, at(8, 1), "wagtail.delete")
        BasePage.objects.get(pk=page.pk).delete()
    assert table()["（已删除的页面）", "动态"] == (0, 0, 1, 0)


def test_messages_and_how_long_they_took(old_portal: Portal) -> None:
    state = CorrectionRequest.State

    def message(created: datetime, **values: Any) -> None:
        made = CorrectionRequest.objects.create(text="这里不对", **values)
        CorrectionRequest.objects.filter(pk=made.pk).update(created_at=created)

    message(at(12, 30, year=2024), state=state.ACCEPTED, answered_at=at(1, 1))
    message(at(5, 1), state=state.DECLINED, answered_at=at(5, 2))
    message(at(6, 1))
    message(at(12, 31), state=state.ACCEPTED, answered_at=at(1, 3, year=2026))
    section = yearly.messages(LAST)
    assert dict(zip(section.heads, section.rows[0], strict=True)) == {
        "收到": 3,
        "答复": 2,
        "其中：已更正": 1,
        "其中：不采纳": 1,
        "未处理": 1,
        "平均天数": "1.5",
    }
    assert yearly.messages(Year(2020)).rows[0][-1] == "—"


def test_topics(old_portal: Portal) -> None:
    first_published(old_portal.news, at(3, 1))
    BasePage.objects.filter(pk=old_portal.places.pk).update(archived_on=at(9, 1).date())
    new, kept, archived = yearly.topics(LAST).rows[0]
    assert (new, archived) == (1, 1)
    # Nine columns: one of them new, one archived.
    assert kept == 7


def test_every_section_says_how_it_counts(old_portal: Portal) -> None:
    sections = yearly.report(LAST)
    titles = [section.title for section in sections]
    assert {"内容", "栏目和专题", "读者纠错", "政策解读", "事实与更正", "访问量"} <= set(titles)
    for section in sections:
        assert section.how
        assert all(len(row) == len(section.heads) for row in section.rows)


def test_queries_do_not_grow_with_the_site(old_portal: Portal) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            yearly.report(LAST)
        return len(queries)

    first_published(NewsPageFactory(), at(3, 1))
    cost()
    before = cost()
    for _ in range(5):
        log(first_published(NewsPageFactory(), at(3, 1)), at(4, 1))
    assert cost() == before


def test_page_and_csv(old_portal: Portal, client: Any) -> None:
    first_published(NewsPageFactory(), at(3, 1))
    client.force_login(UserFactory(is_superuser=True, real_name="王编"))
    address = reverse("yearly_report")
    page = client.get(address, {"year": "2025"}).content.decode()
    assert "2025年度报表" in page
    assert "王编" in page
    assert "没有这一年的记录" not in page
    for wrong in ("1850", "abc", "²"):
        answer = client.get(address, {"year": wrong})
        assert answer.status_code == 200
        assert "没有这一年的记录" in answer.content.decode()
    answer = client.get(address, {"year": "2025", "export": "csv"})
    assert "yearly-2025.csv" in answer["Content-Disposition"]
    rows = list(csv.reader(StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert ["动态", "动态", "1", "0", "0", "1"] in rows


def test_the_last_whole_year_comes_first(old_portal: Portal, client: Any) -> None:
    client.force_login(UserFactory(is_superuser=True))
    page = client.get(reverse("yearly_report"))
    assert page.context["year"] == timezone.localdate().year - 1
    assert page.context["years"][-1] == 2020
