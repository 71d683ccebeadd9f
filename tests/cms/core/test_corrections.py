"""纠错: no cookie, no word lost, no other site's request taken, nothing hidden told."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, RequestFactory

from cms.core.corrections import REQUESTS_AN_HOUR, client_network
from cms.core.models import CorrectionRequest
from tests.factories import (
    NewsPageFactory,
    ObservationFactory,
    Portal,
    StatementFactory,
    UserFactory,
    make_private,
)

ADDRESS = "/corrections/new/"
OWN = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
TEXT = "第二段的产值应为4047.7亿元。"


def send(client: Client, headers: dict[str, str] = OWN, **data: Any) -> Any:
    return client.post(ADDRESS, {"text": TEXT, **data}, headers=headers)


def test_form_names_the_page_and_the_fact(client: Client, portal: Portal) -> None:
    news = NewsPageFactory(title="产值再上台阶")
    fact = ObservationFactory(indicator__title="汽车产值")
    response = client.get(ADDRESS, {"page": news.pk, "fact": fact.key})
    text = response.content.decode()
    assert "产值再上台阶" in text
    assert "汽车产值：4047.7亿元" in text
    assert '<meta name="robots" content="noindex' in text
    assert not response.cookies


def test_request_is_kept_with_what_it_is_about(client: Client, portal: Portal) -> None:
    news = NewsPageFactory(slug="one")
    statement = StatementFactory(text="工厂投产。", subjects=[news])
    response = send(client, page=news.pk, fact=statement.key, contact="a@example.org")
    assert response.status_code == 302
    kept = CorrectionRequest.objects.get()
    assert (kept.page_id, kept.address, kept.fact_key) == (news.pk, "/news/one/", statement.key)
    assert (kept.text, kept.contact, kept.state, kept.answered_at) == (TEXT, "a@example.org", "new", None)
    thanks = client.get(response["Location"])
    assert "收到了" in thanks.content.decode()
    assert "/news/one/" in thanks.content.decode()
    assert not client.cookies


def test_what_readers_may_not_see_is_not_named(client: Client, portal: Portal) -> None:
    draft = NewsPageFactory(title="未发布的稿子", live=False)
    private = NewsPageFactory(title="内部的稿子")
    make_private(private)
    fact = ObservationFactory(indicator__title="内部指标", live=False)
    told = ""
    for page in (draft, private):
        told += client.get(ADDRESS, {"page": page.pk, "fact": fact.key}).content.decode()
        send(client, page=page.pk, fact=fact.key)
        told += client.get("/corrections/thanks/", {"page": page.pk}).content.decode()
    assert "的稿子" not in told
    assert "内部指标" not in told
    assert set(CorrectionRequest.objects.values_list("page", "address", "fact_key")) == {(None, "", "")}


@pytest.mark.parametrize("page", ["0", "-1", "abc", "\0", "9" * 30, "٣", "1 OR 1=1"])
def test_nonsense_in_the_query_gives_the_plain_form(client: Client, portal: Portal, page: str) -> None:
    response = client.get(ADDRESS, {"page": page, "fact": page})
    assert response.status_code == 200
    assert "哪里不对" in response.content.decode()
    assert client.get("/corrections/thanks/", {"page": page}).status_code == 200


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "请写明哪里不对"),
        ("   ", "请写明哪里不对"),
        ("错了", "至少写5个字"),
        ("长" * 2001, "最多2000个字"),
        ("产值\0写错了", "无法保存的控制字符"),
    ],
)
def test_every_mistake_is_named_and_the_words_stay(
    client: Client, portal: Portal, text: str, message: str
) -> None:
    response = send(client, text=text, contact="0431-0000")
    shown = response.content.decode()
    assert response.status_code == 400
    assert message in shown
    assert 'aria-invalid="true"' in shown
    assert text.strip().replace("\0", "") in shown.replace("\0", "")
    assert 'value="0431-0000"' in shown
    assert not CorrectionRequest.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://testserver:81"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://testserver", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
    ],
)
def test_other_sites_cannot_send_it(client: Client, portal: Portal, headers: dict[str, str]) -> None:
    response = send(client, headers)
    assert response.status_code == 403
    assert TEXT in response.content.decode()
    assert not CorrectionRequest.objects.exists()


@pytest.mark.parametrize("headers", [{"Origin": "http://testserver"}, {"Sec-Fetch-Site": "same-origin"}])
def test_one_word_of_the_browser_is_enough(client: Client, portal: Portal, headers: dict[str, str]) -> None:
    assert send(client, headers).status_code == 302


def test_public_address_counts_as_own_behind_a_proxy(client: Client, portal: Portal, settings: Any) -> None:
    settings.ORIGIN = "https://chanye.example"
    assert send(client, {"Origin": "https://chanye.example"}).status_code == 302


def test_programs_that_fill_every_field_are_thanked_and_forgotten(client: Client, portal: Portal) -> None:
    assert send(client, website="https://spam.example").status_code == 302
    assert not CorrectionRequest.objects.exists()


def test_limit_by_address_keeps_the_words(client: Client, portal: Portal) -> None:
    for _ in range(REQUESTS_AN_HOUR):
        assert send(client).status_code == 302
    send(client, text="")  # a mistake costs nothing, nor does it help
    refused = send(client)
    assert refused.status_code == 429
    assert TEXT in refused.content.decode()
    assert CorrectionRequest.objects.count() == REQUESTS_AN_HOUR
    elsewhere = client.post(ADDRESS, {"text": TEXT}, headers=OWN, REMOTE_ADDR="203.0.113.9")
    assert elsewhere.status_code == 302


@pytest.mark.parametrize(
    ("peer", "forwarded", "network"),
    [
        ("8.8.4.4", "", "8.8.4.4"),
        ("::ffff:8.8.4.4", "", "8.8.4.4"),
        ("::ffff:10.0.0.2", "198.51.100.7", "198.51.100.7"),
        ("8.8.4.4", "198.51.100.7", "8.8.4.4"),
        ("127.0.0.1", "8.8.8.8, 198.51.100.7", "198.51.100.7"),
        ("10.0.0.2", "198.51.100.7", "198.51.100.7"),
        ("::1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2606:4700:1:2:3:4:5:6", "", "2606:4700:1:2::/64"),
        ("127.0.0.1", "unknown", "127.0.0.1"),
        ("", "", ""),
    ],
)
def test_client_is_who_the_nearest_proxy_says(peer: str, forwarded: str, network: str) -> None:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().post(ADDRESS, headers=headers, REMOTE_ADDR=peer)
    assert client_network(request) == network


def test_other_methods_are_refused(client: Client, portal: Portal) -> None:
    assert client.delete(ADDRESS).status_code == 405


@pytest.fixture
def staff(client: Client, portal: Portal) -> Client:
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    return client


def admin_address(action: str, *args: Any) -> str:
    from django.urls import reverse

    return reverse(f"wagtailsnippets_core_correctionrequest:{action}", args=args)


def test_staff_answer_and_the_time_is_kept(staff: Client) -> None:
    request = CorrectionRequest.objects.create(text=TEXT, contact="a@example.org")
    assert TEXT in staff.get(admin_address("list") + "?state=new").content.decode()
    edit = admin_address("edit", request.pk)
    unexplained = staff.post(edit, {"state": "accepted", "answer": " ", "text": "改写"})
    assert "请写明怎样处理的" in unexplained.content.decode()
    staff.post(edit, {"state": "accepted", "answer": "已改为4047.7亿元。", "text": "改写"})
    request.refresh_from_db()
    assert (request.state, request.answer, request.text) == ("accepted", "已改为4047.7亿元。", TEXT)
    first = request.answered_at
    assert first is not None
    staff.post(edit, {"state": "declined", "answer": "维持原文。"})
    request.refresh_from_db()
    assert request.answered_at == first
    staff.post(edit, {"state": "new", "answer": ""})
    request.refresh_from_db()
    assert request.answered_at is None


def test_staff_cannot_write_a_readers_words(staff: Client) -> None:
    response = staff.post(admin_address("add"), {"text": TEXT, "state": "new"})
    assert response.status_code in {302, 403, 404}
    assert not CorrectionRequest.objects.exists()
