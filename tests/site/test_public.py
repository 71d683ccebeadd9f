"""Public means public: what a reader may not see is nowhere, whatever points to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cms.core.models import BasePage
from industries.models import Observation, Statement
from tests.factories import Portal, make_private
from tests.site.world import (
    Set,
    connect,
    make_set,
    make_world,
    public_responses,
    references_indexed_once,
)

SECRET = "金丝雀"


def draft(canary: Set) -> None:
    BasePage.objects.filter(pk__in=[p.pk for p in canary.pages()]).update(live=False)


def expired(canary: Set) -> None:
    past = timezone.now() - timedelta(minutes=1)
    BasePage.objects.filter(pk__in=[p.pk for p in canary.pages()]).update(expire_at=past)


def private(canary: Set) -> None:
    for page in canary.pages():
        make_private(page)


HIDE = (draft, expired, private)
HIDE_FACT: dict[str, Callable[[], dict[str, Any]]] = {
    "draft": lambda: {"live": False},
    "expired": lambda: {"expire_at": timezone.now() - timedelta(minutes=1)},
}


@dataclass
class Sweep:
    """What anonymous readers were given before and after the canaries were hidden, by address."""

    canaries: dict[str, Set]
    facts: dict[str, Set]
    before: dict[str, str]
    after: dict[str, str]
    at_canaries: dict[str, Any]


_swept: list[Sweep] = []


@pytest.fixture
def sweep(portal: Portal, client: Client) -> Sweep:
    """One canary for each way of hiding, in one sweep for all tests: making and reading it all takes long."""
    if not _swept:
        _swept.append(sweep_once(portal, client))
    return _swept[0]


def sweep_once(portal: Portal, client: Client) -> Sweep:
    world = make_world(portal, size=1)
    with references_indexed_once():
        canaries = {f"{SECRET}{hide.__name__}": make_set(f"{SECRET}{hide.__name__}") for hide in HIDE}
        for canary in canaries.values():
            connect(world.sets[0], canary)
        facts = {f"{SECRET}的事实{name}": make_set() for name in HIDE_FACT}
        for word, made in facts.items():
            made.observation.note = made.statement.text = word
            made.observation.save()
            made.statement.save()
    before = {page.url: client.get(page.url).content.decode() for page in world.pages()}

    for hide, canary in zip(HIDE, canaries.values(), strict=True):
        hide(canary)
    for hidden, made in zip(HIDE_FACT.values(), facts.values(), strict=True):
        Observation.objects.filter(pk=made.observation.pk).update(**hidden())
        Statement.objects.filter(pk=made.statement.pk).update(**hidden())
    after = {url: response.content.decode() for url, response in public_responses(client)}
    at_canaries = {page.url: client.get(page.url) for canary in canaries.values() for page in canary.pages()}
    return Sweep(canaries, facts, before, after, at_canaries)


def test_hidden_pages_and_their_facts_appear_nowhere(sweep: Sweep) -> None:
    for word in sweep.canaries:
        shown = sum(word in text for text in sweep.before.values())
        assert shown > len(sweep.before) / 2, "the canary must be wired in widely to prove anything"
    leaks = [f"{word}: {url}" for url, text in sweep.after.items() for word in sweep.canaries if word in text]
    assert leaks == []
    assert len(sweep.at_canaries) == 8 * len(HIDE)
    for url, response in sweep.at_canaries.items():
        assert response.status_code in {302, 404}, url
        assert SECRET not in response.content.decode()


def test_links_to_hidden_pages_lose_their_address(sweep: Sweep) -> None:
    linked = [
        (url, address)
        for url, text in sweep.after.items()
        for address in sweep.at_canaries
        if f'"{address}"' in text
    ]
    assert linked == []


def test_hidden_facts_about_visible_pages_appear_nowhere(sweep: Sweep) -> None:
    for word, made in sweep.facts.items():
        for page in (made.indicator, made.enterprise):
            assert word in sweep.before[page.url]
    assert [url for url, text in sweep.after.items() if f"{SECRET}的事实" in text] == []


def test_an_editor_who_has_signed_in_sees_no_more_on_public_pages(
    portal: Portal, client: Client, admin_client: Client
) -> None:
    make_world(portal, size=1)
    canary = make_set(SECRET)
    draft(canary)
    assert [url for url, r in public_responses(admin_client) if SECRET in r.content.decode()] == []


@pytest.mark.parametrize("hide", [draft, expired, private])
def test_the_sitemap_lists_every_public_page_and_nothing_else(
    portal: Portal, client: Client, hide: Callable[[Set], None]
) -> None:
    world = make_world(portal, size=2)
    canary = make_set(SECRET)
    hide(canary)
    listed = [
        address
        for section in locations(client, "/sitemap.xml")
        for address in locations(client, section)
        if not address.startswith("/facts/")
    ]
    expected = {page.url for page in world.pages()} - {page.url for page in canary.pages()}
    assert sorted(listed) == sorted(expected)


@pytest.mark.parametrize("hide", [draft, expired, private])
def test_the_sitemap_lists_every_public_fact_and_nothing_else(
    portal: Portal, client: Client, hide: Callable[[Set], None]
) -> None:
    world = make_world(portal, size=2)
    hide(make_set(SECRET))
    facts = [fact for made in world.sets for fact in (made.observation, made.statement)]
    listed = [
        address
        for section in locations(client, "/sitemap.xml")
        for address in locations(client, section)
        if address.startswith("/facts/")
    ]
    assert sorted(listed) == sorted(f"/facts/{fact.key}/" for fact in facts)


def locations(client: Client, address: str) -> list[str]:
    """Paths that a sitemap, or the index of sitemaps, names."""
    text = client.get(address).content.decode()
    return re.findall(r"<loc>https?://[^/]+(/[^<]*)</loc>", text)


def test_a_project_card_shows_the_stage_reached_only_while_its_statement_is_visible(
    portal: Portal, client: Client
) -> None:
    made = make_world(portal, size=1).sets[0]
    stages = {"/": 'aria-current="step">投产', "/projects/": '<p class="card__stage">投产</p>'}
    assert [url for url, stage in stages.items() if stage not in client.get(url).content.decode()] == []
    Statement.objects.filter(pk=made.statement.pk).update(live=False)
    assert [url for url, stage in stages.items() if stage in client.get(url).content.decode()] == []
