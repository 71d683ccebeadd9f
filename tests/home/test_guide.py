"""The editors' guide in the admin is the file in docs/, with its pictures."""

from __future__ import annotations

import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from home.guide import GUIDE, guide


def test_every_picture_of_the_guide_is_there() -> None:
    named = re.findall(r"!\[[^\]]+\]\((guide/[a-z]+\.webp)\)", GUIDE.read_text())
    assert named
    assert [name for name in named if not finders.find(name)] == []
    assert sorted(f"guide/{path.name}" for path in (GUIDE.parent / "guide").iterdir()) == sorted(named)
    for name in named:
        assert f"/static/{name}" in guide().html


def test_chapters_lead_to_their_headings() -> None:
    assert guide().title == "编辑指南"
    for chapter in guide().chapters:
        assert f'<h2 id="{chapter.anchor}">{chapter.title}</h2>' in guide().html


@pytest.mark.django_db
def test_it_is_for_staff(client: Client, admin_client: Client) -> None:
    assert client.get("/admin/guide/").status_code == 302
    assert "十分钟写出第一篇文章" in admin_client.get("/admin/guide/").content.decode()
