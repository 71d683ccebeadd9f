"""What is private is looked up once per reading request, and never kept for the next."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from cms.core.models import BasePage
from cms.core.visibility import VisibilityMiddleware, private_paths, remembered
from tests.factories import Portal, ProjectPageFactory, SectorPageFactory, make_private


def lookups(do: Callable[[], object]) -> int:
    """How often `do` asks for private sections; Wagtail's own check of one page's ancestors is no list."""
    with CaptureQueriesContext(
        connection,
    ) as queries:
        do()
    start = 'SELECT "core_basepage"."path" AS "page__path", '
    return sum(query["sql"].startswith(start) for query in queries)


def test_without_remembering_every_list_asks(portal: Portal) -> None:
    assert lookups(lambda: [BasePage.objects.visible() for _ in range(3)]) == 3


def test_remembered_section_is_asked_for_once(portal: Portal) -> None:
    make_private(SectorPageFactory())

    def three_lists() -> None:
        with remembered():
            for _ in range(3):
                list(BasePage.objects.visible())

    assert lookups(three_lists) == 1


def test_nothing_private_is_remembered_as_well(portal: Portal) -> None:
    def three_lists() -> None:
        with remembered():
            assert [private_paths() for _ in range(3)] == [[], [], []]

    assert lookups(three_lists) == 1


@pytest.mark.parametrize("address", ["/", "/sectors/", "/projects/", "/timeline/"])
def test_one_lookup_per_page(client: Client, portal: Portal, address: str) -> None:
    make_private(SectorPageFactory())
    ProjectPageFactory()
    assert lookups(lambda: client.get(address)) == 1


def test_next_request_sees_a_change_of_privacy(client: Client, portal: Portal) -> None:
    page = ProjectPageFactory(title="秘密工厂")

    def listed() -> bool:
        return "秘密工厂" in client.get("/projects/").content.decode()

    assert listed()
    restriction = PageViewRestriction.objects.create(page_id=page.pk, restriction_type="login")
    assert not listed()
    restriction.delete()
    assert listed()


def test_nothing_is_kept_after_an_error(portal: Portal) -> None:
    def fail() -> None:
        with remembered():
            private_paths()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert lookups(private_paths) == 1


def test_inner_memory_does_not_end_the_outer_one(portal: Portal) -> None:
    def nested() -> None:
        with remembered():
            private_paths()
            with remembered():
                private_paths()
            private_paths()

    assert lookups(nested) == 2


def test_other_requests_do_not_share_the_memory() -> None:
    seen: list[bool] = []

    def look() -> None:
        from cms.core.visibility import _private_paths

        seen.append(_private_paths.get() is None)

    with remembered():
        thread = Thread(target=look)
        thread.start()
        thread.join()
    assert seen == [True]


@pytest.mark.parametrize(("method", "expected"), [("get", 1), ("head", 1), ("post", 2), ("delete", 2)])
def test_writing_requests_look_afresh(portal: Portal, rf: RequestFactory, method: str, expected: int) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        private_paths()
        private_paths()
        return HttpResponse()

    assert lookups(lambda: VisibilityMiddleware(view)(getattr(rf, method)("/"))) == expected


def test_late_rendering_counts_to_the_request(portal: Portal, rf: RequestFactory) -> None:
    class Late(SimpleTemplateResponse):
        @property
        def rendered_content(self) -> str:
            return str(len(private_paths()))

    def view(request: HttpRequest) -> HttpResponse:
        private_paths()
        return Late("unused.html")

    assert lookups(lambda: VisibilityMiddleware(view)(rf.get("/"))) == 1


def test_an_alias_of_a_private_page_is_as_private_as_the_page(client: Client, portal: Portal) -> None:
    page = SectorPageFactory(title="秘密产业", slug="mimi")
    alias = page.create_alias(update_slug="mimi-2")
    again = alias.create_alias(update_slug="mimi-3")
    make_private(page)
    for copy in (alias, again):
        assert client.get(copy.url).status_code == 302, "Wagtail asks for a login"
    assert "秘密产业" not in client.get("/sectors/").content.decode()
    assert not BasePage.objects.visible().filter(title="秘密产业").exists()
    assert client.get("/sectors/mimi-2/index.md").status_code == 404


def test_a_file_that_is_written_row_by_row_asks_once_too(client: Client, portal: Portal) -> None:
    make_private(SectorPageFactory())
    ProjectPageFactory()
    assert lookups(lambda: client.get("/tables/projects.csv").getvalue()) == 1
    assert lookups(lambda: client.get("/projects/?format=json").getvalue()) == 1
    assert lookups(lambda: [BasePage.objects.visible() for _ in range(2)]) == 2, "nothing is left behind"
