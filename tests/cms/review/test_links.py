"""Where pages lead outside, and how politely and safely the portal asks whether it still opens."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.core.models import Chore
from cms.review.links import checking, collecting, fetching
from cms.review.links.fetching import Answer, Fetcher, NotAllowed, Paused, is_public
from cms.review.models import ExternalLink, LinkUse
from tests.factories import (
    NewsPageFactory,
    ObservationFactory,
    Portal,
    SourceFactory,
    StandardPageFactory,
    StatementFactory,
    UserFactory,
    make_private,
)

State = ExternalLink.State
DAY = timedelta(days=1)


# What a page leads to


def paragraph(*addresses: str) -> list[tuple[str, str]]:
    links = "".join(f'<a href="{address}">看</a>' for address in addresses)
    return [("paragraph", f"<p>{links}</p>")]


def used() -> set[tuple[str, int]]:
    return set(LinkUse.objects.values_list("link__url", "page_id"))


@pytest.mark.parametrize(
    ("stored", "addresses"),
    [
        ('<p><a href="https://a.example/x?a=1&amp;b=2#part">甲</a></p>', ["https://a.example/x?a=1&b=2"]),
        ('<a linktype="page" id="3">页</a><a href="mailto:a@b.example">信</a><a href="/x/">内</a>', []),
        ("https://a.example/video", ["https://a.example/video"]),
        ("视频在 https://a.example/video 看", []),
        ("https://a.example/ https://b.example/", []),
        ("https://[bad/", []),
        ({"rows": [{"values": [1, None, "https://a.example/"]}]}, ["https://a.example/"]),
        ([{"type": "video", "value": {"address": " HTTP://A.example/v "}}], ["HTTP://A.example/v"]),
    ],
)
def test_addresses_in_what_is_stored(stored: Any, addresses: list[str]) -> None:
    assert list(collecting.addresses_in(stored)) == addresses


def test_publication_and_withdrawal_keep_the_record(portal: Portal) -> None:
    page = StandardPageFactory(
        body=paragraph("https://a.example/", "https://b.example/", "https://localhost/own/")
    )
    page.save_revision().publish()
    assert used() == {("https://a.example/", page.pk), ("https://b.example/", page.pk)}

    page.body = [
        *paragraph("https://b.example/"),
        ("video", {"title": "片", "address": "https://c.example/v", "description": "厂房"}),
    ]
    page.save_revision().publish()
    assert used() == {("https://b.example/", page.pk), ("https://c.example/v", page.pk)}
    assert not ExternalLink.objects.filter(url="https://a.example/").exists()

    page.unpublish()
    assert used() == set()
    assert not ExternalLink.objects.exists()


def test_one_address_of_two_pages_is_one_link_and_outlives_the_first(portal: Portal) -> None:
    first, second = (StandardPageFactory(body=paragraph("https://a.example/")) for _ in range(2))
    collecting.collect([first, second])
    assert ExternalLink.objects.count() == 1
    first.delete()
    assert used() == {("https://a.example/", second.pk)}


def test_a_source_counts_for_the_pages_that_show_it(portal: Portal) -> None:
    source = SourceFactory(url="https://paper.example/1")
    news = NewsPageFactory(source=source)
    figure = ObservationFactory(source=source, subject=portal.home)
    page = StandardPageFactory()
    StatementFactory(source=source, subjects=[page])
    collecting.collect_all()
    pages = {news.pk, figure.indicator_id, portal.home.pk, page.pk}
    assert used() == {("https://paper.example/1", pk) for pk in pages}

    source.url = "https://paper.example/2"
    source.save()
    assert used() == {("https://paper.example/2", pk) for pk in pages}
    source.url = ""
    source.save()
    assert used() == set()


def test_publishing_a_fact_brings_its_source(portal: Portal) -> None:
    figure = ObservationFactory(source__url="https://paper.example/1", live=False)
    collecting.collect_all()
    assert used() == set()
    figure.save_revision().publish()
    assert used() == {("https://paper.example/1", figure.indicator_id)}
    figure.refresh_from_db()
    figure.unpublish()
    assert used() == set()


def test_collecting_costs_the_same_for_many_pages(portal: Portal) -> None:
    pages = [
        StandardPageFactory(body=paragraph(f"https://a.example/{n}", "https://b.example/")) for n in range(8)
    ]
    collecting.own_hosts()
    with CaptureQueriesContext(connection) as few:
        collecting.collect(pages[:2])
    with CaptureQueriesContext(connection) as many:
        collecting.collect(pages[2:])
    assert len(many) == len(few)


def test_command_collects_without_leave_to_ask_outside(portal: Portal) -> None:
    page = StandardPageFactory(body=paragraph("https://a.example/"))
    LinkUse.objects.create(link=ExternalLink.objects.create(url="https://old.example/"), page=page)
    out = StringIO()
    call_command("check_links", collect=True, stdout=out, verbosity=0)
    assert used() == {("https://a.example/", page.pk)}
    assert "共有1个外部链接" in out.getvalue()
    with pytest.raises(CommandError, match="LINK_CHECK=1"):
        call_command("check_links")


# One request


class Site(BaseHTTPRequestHandler):
    """Answers by path; remembers what it was asked."""

    asked: list[tuple[str, str, str]]

    def answer(self) -> None:
        agent = self.headers.get("User-Agent", "")
        type(self).asked.append((self.command, self.path, agent))
        if self.path == "/hop":
            return self.send(302, Location="/good")
        if self.path == "/circle":
            return self.send(302, Location="/circle")
        if self.path == "/away":
            return self.send(302, Location="http://10.0.0.1/secret")
        if self.path == "/no-head":
            return self.send(200 if self.command == "GET" else 404)
        if self.path == "/busy":
            return self.send(429, **{"Retry-After": "120"})
        return self.send({"/good": 200, "/secret": 403}.get(self.path, 404))

    do_GET = do_HEAD = answer

    def send(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    Site.asked = []
    running = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    running.server_close()
    thread.join(5)


def private(**options: Any) -> Fetcher:
    return Fetcher(private=True, sleep=lambda seconds: None, **options)


def test_answers_redirects_and_a_second_try(server: str) -> None:
    fetcher = private()
    assert fetcher.fetch(f"{server}/good") == Answer(200)
    assert fetcher.fetch(f"{server}/hop") == Answer(200)
    assert fetcher.fetch(f"{server}/none") == Answer(404)
    assert fetcher.fetch(f"{server}/circle") == Answer(0, "跳转超过5次")
    Site.asked = []
    assert fetcher.fetch(f"{server}/no-head") == Answer(200)
    assert [(method, path) for method, path, _ in Site.asked] == [("HEAD", "/no-head"), ("GET", "/no-head")]
    assert "ChangchunIndustryPortal" in Site.asked[0][2]


def test_who_asks_says_where_to_find_them(settings: Any) -> None:
    settings.BASE_URL = "https://www.example.org/chanye"
    assert fetching.user_agent().endswith("(+https://www.example.org/chanye/)")


def test_a_second_between_requests_to_one_host(server: str) -> None:
    now, slept = [100.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    fetcher = Fetcher(private=True, sleep=sleep, clock=lambda: now[0])
    for _ in range(3):
        fetcher.fetch(f"{server}/good")
    assert slept == [1.0, 1.0]


def test_a_host_that_asks_for_a_pause_gets_it(server: str) -> None:
    now = [100.0]
    fetcher = private(clock=lambda: now[0])
    assert fetcher.fetch(f"{server}/busy") == Answer(429)
    assert len(Site.asked) == 1
    with pytest.raises(Paused):
        fetcher.fetch(f"{server}/good")
    now[0] += 121
    assert fetcher.fetch(f"{server}/good") == Answer(200)


def test_no_answer_is_told_in_words() -> None:
    free = socket.socket()
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
    free.close()
    assert private().fetch(f"http://127.0.0.1:{port}/") == Answer(0, "拒绝连接")
    assert private().fetch("http://nobody.invalid/").problem == "域名解析不到"


def test_a_site_without_https_at_an_https_address_is_told(server: str) -> None:
    answer = private().fetch(server.replace("http:", "https:") + "/good")
    assert answer == Answer(0, "建立不了安全连接（HTTPS）")
    assert Site.asked == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
    ],
)
def test_addresses_inside_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


def resolving(monkeypatch: pytest.MonkeyPatch, *ips: str) -> None:
    def answer(host: str, port: int, **options: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in ips]

    monkeypatch.setattr(socket, "getaddrinfo", answer)


@pytest.mark.parametrize(
    ("url", "ips"),
    [
        ("http://127.0.0.1/", ["127.0.0.1"]),
        ("http://intranet.example/", ["93.184.215.14", "10.0.0.1"]),
        ("http://a.example:8000/", ["93.184.215.14"]),
        ("http://a.example:22/", ["93.184.215.14"]),
        ("ftp://a.example/", ["93.184.215.14"]),
    ],
)
def test_what_a_server_must_not_be_sent_to(url: str, ips: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, *ips)
    monkeypatch.setattr(fetching, "connect", lambda *args: pytest.fail("it connected"))
    with pytest.raises(NotAllowed):
        Fetcher().fetch(url)


def test_a_redirect_inside_is_not_followed(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first hop is let through by hand; the rule looks at the second."""
    port = int(server.rpartition(":")[2])
    resolved: list[str] = []
    monkeypatch.setattr(fetching, "PORTS", {80, 443, port})
    monkeypatch.setattr(fetching, "is_public", lambda ip: resolved.append(ip) or ip == "127.0.0.1")
    with pytest.raises(NotAllowed):
        Fetcher(sleep=lambda seconds: None).fetch(f"{server}/away")
    assert resolved == ["127.0.0.1", "10.0.0.1"]
    assert [path for _, path, _ in Site.asked] == ["/away"]


def test_the_connection_goes_to_the_address_that_was_looked_at(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that is resolved again at connecting could lead elsewhere by then."""
    port = server.rpartition(":")[2]
    resolving(monkeypatch, "127.0.0.1")
    made: list[tuple[str, int]] = []
    create = socket.create_connection

    def remember(address: tuple[str, int], **options: Any) -> socket.socket:
        made.append(address)
        monkeypatch.undo()
        return create(address, **options)

    monkeypatch.setattr(socket, "create_connection", remember)
    assert private().ask("HEAD", f"http://name.example:{port}/good")[0] == 200
    assert made == [("127.0.0.1", int(port))]


# What is due, and what an answer means


def link(portal: Portal, url: str = "https://a.example/", **values: Any) -> ExternalLink:
    made = ExternalLink.objects.create(url=url, **values)
    LinkUse.objects.create(link=made, page=portal.home)
    return made


def due() -> list[str]:
    return [each.url for each in checking.due(timezone.now())]


def test_broken_takes_failures_on_three_days(portal: Portal) -> None:
    failing = link(portal)

    def fail(days_later: int) -> tuple[int, str]:
        if failing.checked_at:
            failing.checked_at -= days_later * DAY
        checking.judge(failing, Answer(404))
        failing.refresh_from_db()
        return failing.failures, failing.state

    assert fail(0) == (1, State.UNCHECKED)
    assert fail(0) == (1, State.UNCHECKED)
    assert fail(1) == (2, State.UNCHECKED)
    assert fail(1) == (3, State.BROKEN)
    assert failing.problem == "应答404"
    assert failing.failing_since is not None
    checking.judge(failing, Answer(200))
    failing.refresh_from_db()
    assert (failing.state, failing.failures, failing.failing_since, failing.problem) == (
        State.GOOD,
        0,
        None,
        "",
    )


@pytest.mark.parametrize("status", [401, 403, 405, 429, 999])
def test_a_site_that_turns_programs_away_is_for_a_person(portal: Portal, status: int) -> None:
    shy = link(portal, failures=2, failing_since=timezone.now())
    checking.judge(shy, Answer(status))
    shy.refresh_from_db()
    assert (shy.state, shy.status_code, shy.failures) == (State.UNSURE, status, 0)


def test_when_a_link_is_looked_at_again(portal: Portal) -> None:
    now = timezone.now()
    link(portal, "https://new.example/")
    link(portal, "https://good.example/", state=State.GOOD, status_code=200, checked_at=now - 6 * DAY)
    link(portal, "https://old.example/", state=State.GOOD, status_code=200, checked_at=now - 8 * DAY)
    link(portal, "https://bad.example/", state=State.BROKEN, failures=3, checked_at=now - DAY)
    link(portal, "https://just.example/", state=State.BROKEN, failures=3, checked_at=now - DAY / 2)
    link(portal, "https://seen.example/", state=State.GOOD, checked_at=now - 60 * DAY)
    link(portal, "https://forgotten.example/", state=State.GOOD, checked_at=now - 91 * DAY)
    assert due() == [
        "https://new.example/",
        "https://forgotten.example/",
        "https://old.example/",
        "https://bad.example/",
    ]


def test_what_only_hidden_pages_lead_to_is_never_asked(portal: Portal) -> None:
    page = StandardPageFactory(body=paragraph("https://secret.example/"))
    collecting.collect([page])
    assert due() == ["https://secret.example/"]
    make_private(page)
    assert due() == []


def test_a_turn_asks_goes_on_and_says_what_came_of_it(
    portal: Portal, server: str, settings: Any, monkeypatch: Any
) -> None:
    good, bad, inside = (
        link(portal, url) for url in (f"{server}/good", f"{server}/none", "ftp://a.example/")
    )
    assert "LINK_CHECK=1" in checking.check_due(lambda: True)
    assert Site.asked == []

    settings.LINK_CHECK = True
    monkeypatch.setattr(checking, "fetcher", private())
    beats = iter([True, False])
    assert checking.check_due(lambda: next(beats)) == "检查1个链接，打不开0个"
    assert checking.check_due(lambda: True) == "检查2个链接，打不开0个"
    for each in (good, bad, inside):
        each.refresh_from_db()
    assert (good.state, bad.failures, inside.state) == (State.GOOD, 1, State.UNSURE)
    assert checking.check_due(lambda: True) == ""


# In the admin


@pytest.fixture
def listing(portal: Portal, client: Any) -> str:
    client.force_login(UserFactory(is_superuser=True))
    return reverse("external_links")


def test_listing_names_pages_filters_and_stays_flat(portal: Portal, client: Any, listing: str) -> None:
    link(portal, "https://good.example/", state=State.GOOD, status_code=200)
    link(portal, "https://bad.example/", state=State.BROKEN, failures=3, problem="应答404")
    page = client.get(listing).content.decode()
    assert page.index("bad.example") < page.index("good.example")
    assert reverse("wagtailadmin_pages:edit", args=[portal.home.pk]) in page
    page = client.get(listing, {"state": "broken"}).content.decode()
    assert "bad.example" in page
    assert "good.example" not in page
    with CaptureQueriesContext(connection) as few:
        client.get(listing)
    for number in range(10):
        link(portal, f"https://a.example/{number}")
    with CaptureQueriesContext(connection) as many:
        client.get(listing)
    assert len(many) == len(few)
    exported = b"".join(client.get(listing, {"export": "csv"}).streaming_content).decode()
    assert "https://bad.example/,打不开" in exported


def test_a_person_may_confirm_or_ask_again(portal: Portal, client: Any, listing: str, settings: Any) -> None:
    failing = link(portal, state=State.BROKEN, failures=3, checked_at=timezone.now(), status_code=404)
    address = reverse("external_link_decide", args=[failing.pk])
    assert client.get(address).status_code == 405
    answer = client.post(address, {"action": "again"}, follow=True)
    assert "没有开启" in answer.content.decode()
    settings.LINK_CHECK = True
    Chore.objects.create(name=checking.NAME, due_at=timezone.now() + DAY)
    client.post(address, {"action": "again"})
    failing.refresh_from_db()
    assert failing.checked_at is None
    assert Chore.objects.get(name=checking.NAME).due_at <= timezone.now()
    client.post(address, {"action": "confirm"})
    failing.refresh_from_db()
    assert (failing.state, failing.failures, failing.status_code) == (State.GOOD, 0, None)
    assert "人工确认" in failing.problem


def test_only_who_may_sees_and_decides(portal: Portal, client: Any) -> None:
    from django.contrib.auth.models import Permission

    reader = UserFactory()
    reader.user_permissions.set(Permission.objects.filter(codename="access_admin"))
    client.force_login(reader)
    waiting = link(portal)
    address = reverse("external_link_decide", args=[waiting.pk])
    assert client.get(reverse("external_links")).status_code == 302
    assert client.post(address, {"action": "confirm"}).status_code in {302, 403}
    reader.user_permissions.add(Permission.objects.get(codename="view_externallink"))
    page = client.get(reverse("external_links"))
    assert page.status_code == 200
    assert address not in page.content.decode()
    client.post(address, {"action": "confirm"})
    waiting.refresh_from_db()
    assert waiting.state == State.UNCHECKED
