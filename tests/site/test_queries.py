"""A page's number of queries is part of its contract: it does not grow with the content."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.core.models import BasePage
from tests.factories import Portal
from tests.site.world import connect, make_set, make_world, references_indexed_once

# The most that a page may take, from routing to the last byte.
LIMIT = 30


def queries_by_type(client: Client, pages: list[BasePage]) -> dict[type[Any], set[int]]:
    found = defaultdict(set)
    cache.clear()
    for page in pages:
        client.get(page.url)  # fills what is remembered per process, such as where sites lie
        with CaptureQueriesContext(connection) as captured:
            assert client.get(page.url).status_code == 200
        found[type(page)].add(len(captured))
    return found


def test_queries_stay_flat_when_the_content_grows_tenfold(portal: Portal, client: Client) -> None:
    world = make_world(portal, size=2)
    watched = [portal.home, *(BasePage.objects.child_of(portal.home).specific()), *world.sets[1].pages()]
    small = queries_by_type(client, watched)

    busy = world.sets[1]
    with references_indexed_once():
        for number in range(18):
            made = make_set()
            # Long texts are costly to save: three times as long tells as much as twenty times.
            connect(busy, made, in_bodies=number < 2)
            connect(made, busy, in_bodies=False)
    large = queries_by_type(client, watched)

    grown = {t.__name__: (max(small[t]), max(large[t])) for t in small if max(large[t]) > max(small[t])}
    assert grown == {}
    assert {t.__name__: max(n) for t, n in large.items() if max(n) > LIMIT} == {}
