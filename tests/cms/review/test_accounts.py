"""The form of an account asks for the real name, and Wagtail's two names stay optional."""

from __future__ import annotations

import pytest
from django.urls import reverse

from cms.core.models import User
from tests.newsroom import ADMIN, EDITOR, Newsroom


def test_a_real_name_can_be_given(newsroom: Newsroom) -> None:
    secret = "changchun-2026-portal"
    data = {"username": "liu", "real_name": "刘编辑", "email": "l@example.cn", "is_active": "on"}
    data |= {"password1": secret, "password2": secret}
    newsroom.client(ADMIN).post(reverse("wagtailusers_users:add"), data)
    assert str(User.objects.get(username="liu")) == "刘编辑"


@pytest.mark.parametrize("name", ["add", "edit"])
def test_it_is_in_the_form(newsroom: Newsroom, name: str) -> None:
    args = [newsroom.people[EDITOR].pk] if name == "edit" else []
    page = newsroom.client(ADMIN).get(reverse(f"wagtailusers_users:{name}", args=args)).content.decode()
    assert 'name="real_name"' in page
