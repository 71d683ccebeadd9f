"""What a page may load and run: public pages the site's own files and one known script, the admin more."""

from __future__ import annotations

import pytest
from django.test import Client

from cms.core.display import first_script_hash
from tests.factories import Portal, StandardPageFactory, UserFactory

HEADER = "Content-Security-Policy"


def policy(client: Client, address: str) -> dict[str, list[str]]:
    """Sources by directive, as the browser is told."""
    parts = client.get(address)[HEADER].split(";")
    return {name: sources for name, *sources in (part.split() for part in parts if part.strip())}


@pytest.fixture
def addresses(portal: Portal) -> list[str]:
    """Public addresses of all kinds, among them one that begins like the admin's."""
    page = StandardPageFactory(slug="admin-guide")
    return ["/", "/sectors/", page.get_url(), "/meiyou/", "/sitemap.xml", "/art/red/0.svg"]


def test_public_pages_run_nothing_but_the_sites_own_files(client: Client, addresses: list[str]) -> None:
    for address in addresses:
        told = policy(client, address)
        assert told["default-src"] == ["'none'"], address
        assert told["script-src"] == ["'self'", first_script_hash()], address
        assert told["style-src"] == ["'self'"], address
        assert told["frame-ancestors"] == ["'none'"], address
        assert told["base-uri"] == ["'none'"], address
        sources = {source for name in told for source in told[name]}
        assert sources <= {"'none'", "'self'", "data:", first_script_hash()}, address


def test_admin_has_its_own_policy(admin_client: Client, portal: Portal) -> None:
    told = policy(admin_client, "/admin/")
    assert "'unsafe-inline'" in told["script-src"]
    assert told["object-src"] == ["'none'"]
    assert told["frame-ancestors"] == ["'self'"]
    sources = {source for name in told for source in told[name]}
    assert not [source for source in sources if source == "*" or source.startswith("http")]


def test_signing_in_does_not_loosen_public_pages(client: Client, addresses: list[str]) -> None:
    anonymous = [policy(client, address) for address in addresses]
    client.force_login(UserFactory(is_superuser=True))
    assert [policy(client, address) for address in addresses] == anonymous


def test_pages_keep_to_themselves(client: Client, portal: Portal) -> None:
    response = client.get("/")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"


def test_reader_gets_no_cookie(client: Client, addresses: list[str]) -> None:
    for address in addresses:
        client.get(address)
    assert not client.cookies
