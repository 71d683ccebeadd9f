"""The style guide shows every component there is, to staff only."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.test import Client

from tests.factories import Portal
from tests.site.world import make_world


def test_every_component_is_in_the_guide(portal: Portal, admin_client: Client) -> None:
    make_world(portal, size=2)
    response = admin_client.get("/admin/style-guide/")
    assert response.status_code == 200
    html = response.content.decode()
    folder = Path(settings.ROOT) / "cms" / "templates" / "components"
    missing = [file.name for file in folder.glob("*.html") if f"components/{file.name}</code>" not in html]
    assert missing == []


def test_an_empty_portal_has_a_guide_too(portal: Portal, admin_client: Client) -> None:
    assert admin_client.get("/admin/style-guide/").status_code == 200


def test_it_is_for_staff_only(portal: Portal, client: Client) -> None:
    response = client.get("/admin/style-guide/")
    assert response.status_code == 302
    assert "/admin/login/" in response["Location"]
