"""The form of an account asks for one real name, not for two as Wagtail does."""

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
    assert 'name="first_name"' not in page
    assert 'name="last_name"' not in page


def test_what_an_older_account_has_for_names_stays(newsroom: Newsroom) -> None:
    person = newsroom.people[EDITOR]
    User.objects.filter(pk=person.pk).update(first_name="明", last_name="李")
    data = {"username": person.username, "real_name": "李明", "email": "l@example.cn", "is_active": "on"}
    newsroom.client(ADMIN).post(reverse("wagtailusers_users:edit", args=[person.pk]), data)
    person.refresh_from_db()
    assert (person.real_name, person.first_name, person.last_name) == ("李明", "明", "李")
