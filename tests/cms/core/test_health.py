"""Health checks: alive as long as the process answers, ready while database and cache do."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client

UNREACHABLE = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": "redis://127.0.0.1:1/0",
    }
}


def refuse(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    raise ConnectionError("database is gone")


@pytest.fixture
def no_cache(settings: Any) -> Any:
    """A cache server that does not answer; the real one is back afterwards."""
    settings.CACHES = UNREACHABLE
    with pytest.MonkeyPatch.context() as patch:
        # The suite empties the cache before each test: that has happened already.
        yield patch
    del caches["default"]


def test_alive_without_asking_anybody(client: Client) -> None:
    response = client.get("/healthz/live")
    assert (response.status_code, response.content) == (200, b"ok")


@pytest.mark.django_db
def test_ready_with_database_and_cache(client: Client) -> None:
    response = client.get("/healthz/ready")
    assert (response.status_code, response.content) == (200, b"ok")


@pytest.mark.django_db
def test_not_ready_without_database(client: Client) -> None:
    with connection.execute_wrapper(refuse):
        response = client.get("/healthz/ready")
    assert (response.status_code, response.content) == (503, b"failed: database")


@pytest.mark.django_db
def test_not_ready_without_cache(client: Client, no_cache: Any) -> None:
    response = client.get("/healthz/ready")
    assert (response.status_code, response.content) == (503, b"failed: cache")
    with connection.execute_wrapper(refuse):
        response = client.get("/healthz/ready")
    assert response.content == b"failed: database, cache"
    assert client.get("/healthz/live").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/healthz/live", "/healthz/ready"])
def test_answer_is_plain_fresh_and_sets_no_cookie(client: Client, address: str) -> None:
    response = client.get(address)
    assert response["Content-Type"] == "text/plain"
    assert "no-store" in response["Cache-Control"]
    assert "Set-Cookie" not in response
