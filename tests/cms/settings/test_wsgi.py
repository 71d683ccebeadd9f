"""The portal as a column under another site's address, through the server's own door."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import RequestFactory

from cms.wsgi import django_application, under_prefix

Environ = dict[str, Any]


def seen(prefix: str, path: str) -> tuple[str, str]:
    """Script name and path that the application is given."""
    given: list[Environ] = []

    def app(environ: Environ, start_response: Callable[..., Any]) -> list[bytes]:
        given.append(environ)
        return []

    wrapped = under_prefix(app, prefix)
    wrapped({"PATH_INFO": path, "SCRIPT_NAME": ""}, lambda *args: None)
    return given[0]["SCRIPT_NAME"], given[0]["PATH_INFO"]


@pytest.mark.parametrize(
    ("path", "inner"),
    [
        ("/chanye/news/", "/news/"),
        ("/chanye/", "/"),
        ("/chanye", "/"),
        # A proxy that strips the prefix itself.
        ("/news/", "/news/"),
        ("/", "/"),
        # Another word that begins alike.
        ("/chanyelian/", "/chanyelian/"),
        ("/chanye/chanye/", "/chanye/"),
    ],
)
def test_prefix_is_taken_off_whether_or_not_the_proxy_did(path: str, inner: str) -> None:
    assert seen("/chanye", path) == ("/chanye", inner)


def test_without_a_prefix_nothing_changes() -> None:
    assert seen("", "/chanye/news/") == ("", "/chanye/news/")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/chanye/healthz/live", "/healthz/live"])
def test_django_answers_below_the_prefix(path: str) -> None:
    statuses: list[str] = []
    environ = RequestFactory().get(path).environ
    body = under_prefix(django_application, "/chanye")(
        environ, lambda status, headers, *rest: statuses.append(status)
    )
    assert (statuses, b"".join(body)) == (["200 OK"], b"ok")
