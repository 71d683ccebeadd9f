"""Uploads: renditions are public, everything else in the storage is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

SECRET = b"internal"


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    for name in ("images/a.png", "documents/x.pdf", "original_images/a.png", "secret_key"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(SECRET)
    return tmp_path


def test_renditions_are_served_for_good_and_can_run_nothing(media: Path, client: Client, db: None) -> None:
    response = client.get("/media/images/a.png")
    assert b"".join(response.streaming_content) == SECRET
    assert "immutable" in response["Cache-Control"]
    assert "sandbox" in response["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/media/images/../documents/x.pdf",
        "/media/images/%2e%2e/documents/x.pdf",
        "/media/images/..%2fdocuments/x.pdf",
        "/media/images//../../secret_key",
        "/media/images/%2e%2e/original_images/a.png",
        "/media/documents/x.pdf",
        "/media/images/" + "a" * 5000,
        "/media/images/%00",
        "/media/original_images/a.png",
        "/media/images/",
    ],
)
def test_nothing_else_in_the_storage_can_be_reached(
    media: Path, client: Client, path: str, portal: Any
) -> None:
    response = client.get(path)
    assert response.status_code in {400, 404}
    assert SECRET not in b"".join(response)
