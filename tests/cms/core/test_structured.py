"""The mechanics of structured data: escaping, omission of what is unknown, registration."""

from __future__ import annotations

import json

from django.http import HttpRequest
from django.template import Context, Template
from django.test import RequestFactory

from cms.core.structured import data_block, list_items, mention, nearest, node
from tests.factories import (
    EnterprisePageFactory,
    Portal,
    SectorPageFactory,
    StandardPageFactory,
)


def content(block: str) -> str:
    return block.removeprefix('<script type="application/ld+json">').removesuffix("</script>")


def test_block_holds_any_text_and_gives_it_back() -> None:
    text = "</script><!--&\u2028\u2029'\""
    block = data_block([{"@type": "Thing", "name": text}])
    inner = content(block)
    assert not set(inner) & set("<>&\u2028\u2029")
    assert json.loads(inner)["@graph"][0]["name"] == text


def test_node_leaves_out_what_is_not_known() -> None:
    assert node("Place", name="园区", url="", image=None, about=[]) == {"@type": "Place", "name": "园区"}
    assert node("ListItem", position=0) == {"@type": "ListItem", "position": 0}


def test_list_counts_from_one() -> None:
    items = list_items([("甲", "/a/"), ("乙", "")])
    assert [item["position"] for item in items] == [1, 2]
    assert "item" not in items[1]


def test_nearest_base_counts() -> None:
    registry = {int: "number", object: "thing"}
    assert (nearest(registry, bool), nearest(registry, str)) == ("number", "thing")
    assert nearest({}, int) is None


def test_mention_knows_the_type_of_a_page_fetched_as_a_plain_one(portal: Portal, rf: RequestFactory) -> None:
    from cms.core.models import BasePage

    found = {
        mention(BasePage.objects.get(pk=page.pk), rf.get("/"))["@type"]
        for page in (SectorPageFactory(), EnterprisePageFactory(), StandardPageFactory())
    }
    assert found == {"DefinedTerm", "Organization", "WebPage"}


def test_view_gives_its_own_nodes_or_none(rf: RequestFactory) -> None:
    def rendered(**more: object) -> str:
        context = Context({"request": HttpRequest(), **more})
        return Template("{% load structured %}{% structured_data %}").render(context)

    assert rendered() == ""
    assert '"@type":"Claim"' in rendered(structured=[{"@type": "Claim"}])
