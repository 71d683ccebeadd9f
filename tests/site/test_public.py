"""Public means public: what a reader may not see is nowhere, whatever points to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from cms.core.models import BasePage
from industries.models import Observation, Statement
from tests.factories import Portal, make_private
from tests.site.world import Set, connect, make_set, make_world, public_responses

SECRET = "金丝雀"


def draft(canary: Set) -> None:
    BasePage.objects.filter(pk__in=[p.pk for p in canary.pages()]).update(live=False)


def expired(canary: Set) -> None:
    past = timezone.now() - timedelta(minutes=1)
    BasePage.objects.filter(pk__in=[p.pk for p in canary.pages()]).update(expire_at=past)


def private(canary: Set) -> None:
    for page in canary.pages():
        make_private(page)


def test_hidden_pages_and_their_facts_appear_nowhere(portal: Portal, client: Client) -> None:
    """One canary for each way of hiding, in one sweep: building and reading the world is what takes time."""
    world = make_world(portal, size=1)
    canaries = {hide: make_set(f"{SECRET}{hide.__name__}") for hide in (draft, expired, private)}
    for canary in canaries.values():
        connect(world.sets[0], canary)
    texts = [r.content.decode() for _, r in public_responses(client)]
    for hide in canaries:
        shown = sum(f"{SECRET}{hide.__name__}" in text for text in texts)
        assert shown > len(world.pages()) / 2, "the canary must be wired in widely to prove anything"

    for hide, canary in canaries.items():
        hide(canary)

    leaks = [
        f"{hide.__name__}: {url}"
        for url, response in public_responses(client)
        for hide in canaries
        if f"{SECRET}{hide.__name__}" in response.content.decode()
    ]
    assert leaks == []
    for canary in canaries.values():
        for page in canary.pages():
            response = client.get(page.url)
            assert response.status_code in {302, 404}, page.url
            assert SECRET not in response.content.decode()


def test_links_to_hidden_pages_lose_their_address(portal: Portal, client: Client) -> None:
    world = make_world(portal, size=1)
    canary = make_set(SECRET)
    connect(world.sets[0], canary)
    draft(canary)
    addresses = [page.url for page in canary.pages()]
    linked = [
        (url, address)
        for url, response in public_responses(client)
        for address in addresses
        if f'"{address}"' in response.content.decode()
    ]
    assert linked == []


def test_hidden_facts_about_visible_pages_appear_nowhere(portal: Portal, client: Client) -> None:
    make_world(portal, size=1)
    for hidden in ({"live": False}, {"expire_at": timezone.now() - timedelta(minutes=1)}):
        canary = make_set()
        canary.observation.note = canary.statement.text = f"{SECRET}的事实"
        canary.observation.save()
        canary.statement.save()
        for page in (canary.indicator, canary.enterprise):
            assert SECRET in client.get(page.url).content.decode()
        Observation.objects.filter(pk=canary.observation.pk).update(**hidden)
        Statement.objects.filter(pk=canary.statement.pk).update(**hidden)
    assert [url for url, r in public_responses(client) if SECRET in r.content.decode()] == []


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
