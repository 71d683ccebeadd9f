"""Files that machines look for at fixed addresses."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.robotparser import RobotFileParser

import pytest
from django.conf import settings as project
from django.test import Client
from PIL import Image

from cms.core.models import SiteIdentity
from tests.factories import Portal


def test_robots_txt_names_the_sitemap_and_closes_the_admin(portal: Portal, client: Client) -> None:
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    rules = RobotFileParser()
    rules.parse(response.content.decode().splitlines())
    assert rules.site_maps() == ["http://testserver/sitemap.xml"]
    assert not rules.can_fetch("any", "/admin/pages/")
    assert rules.can_fetch("any", "/news/")


@pytest.mark.parametrize(
    ("address", "open_"),
    [
        ("/projects/", True),
        ("/projects/?page=2", True),
        ("/data/chanzhi/?format=csv", True),
        ("/projects/?sector=qiche&page=2", False),
        ("/projects/?sort=new", False),
        ("/corrections/new/?page=1", False),
        ("/static/css/portal.css", True),
    ],
)
def test_robots_txt_opens_pages_and_data_but_no_combination_of_filters(
    portal: Portal, client: Client, address: str, open_: bool
) -> None:
    """As RFC 9309 reads it: of the rules that match, the longest holds."""
    rules = re.findall(r"^(Allow|Disallow): (\S+)$", client.get("/robots.txt").content.decode(), re.MULTILINE)
    matching = [
        (len(path), kind) for kind, path in rules if re.match(re.escape(path).replace(r"\*", ".*"), address)
    ]
    assert (max(matching, default=(0, "Allow"))[1] == "Allow") is open_


def test_security_txt_exists_once_a_contact_is_named(portal: Portal, client: Client) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404
    identity = SiteIdentity.for_site(portal.site)
    identity.security_contact = "mailto:security@example.org"
    identity.save()
    response = client.get("/.well-known/security.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in response.content.decode().splitlines())
    assert fields["Contact"] == "mailto:security@example.org"
    assert fields["Canonical"] == "http://testserver/.well-known/security.txt"
    ahead = datetime.fromisoformat(fields["Expires"]) - datetime.now(UTC)
    assert timedelta(days=90) < ahead < timedelta(days=365)


def test_manifest_names_the_site_and_icons_of_the_sizes_it_says(portal: Portal, client: Client) -> None:
    response = client.get("/site.webmanifest")
    assert response["Content-Type"] == "application/manifest+json"
    manifest: dict[str, Any] = response.json()
    identity = SiteIdentity.for_site(portal.site)
    assert (manifest["name"], manifest["short_name"]) == (identity.name, identity.short_name)
    assert (manifest["start_url"], manifest["lang"]) == ("/", "zh-CN")
    for icon in manifest["icons"]:
        file = Path(project.ROOT) / "static" / icon["src"].removeprefix("/static/")
        if icon["type"] == "image/png":
            width, height = Image.open(BytesIO(file.read_bytes())).size
            assert icon["sizes"] == f"{width}x{height}"
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in manifest["icons"]}
    assert "maskable" in {icon["purpose"] for icon in manifest["icons"]}


def test_pages_link_the_manifest_and_the_icon_for_start_screens(portal: Portal, client: Client) -> None:
    html = client.get("/").content.decode()
    assert '<link rel="manifest" href="/site.webmanifest">' in html
    assert 'rel="apple-touch-icon"' in html
