"""What a reader is told beside an article: how long it is, which figures it cites, what they rest on."""

from __future__ import annotations

import re
from collections import Counter
from math import ceil
from typing import Any

from django.utils.html import strip_tags
from wagtail.rich_text.rewriters import FIND_A_TAG, FIND_EMBED_TAG, extract_attrs

from cms.core.inhand import record_id

CHARACTERS_A_MINUTE = 400
# A Han character, or a word or number in Latin letters: what an eye takes in at once.
UNIT_OF_READING = re.compile(r"[\u3400-\u9fff]|[A-Za-z0-9.%-]+")


def texts(body: Any) -> list[str]:
    """Stored text of the blocks of a body that are read in order: headings, paragraphs, notes, quotations."""
    found = []
    for block in body:
        match block.block_type:
            case "heading":
                found.append(str(block.value))
            case "paragraph":
                found.append(block.value.source)
            case "note":
                found += [block.value["title"], block.value["text"].source]
            case "quote":
                found.append(block.value["text"])
    return [text for text in found if text]


def minutes(body: Any) -> int:
    """Reading time in whole minutes, rounded up; 0 for a body without text."""
    length = sum(len(UNIT_OF_READING.findall(strip_tags(text))) for text in texts(body))
    return ceil(length / CHARACTERS_A_MINUTE)


def cited_ids(body: Any) -> list[int]:
    """Ids of the observations that a body cites, each once, in order of appearance."""
    found: list[int] = []
    for block in body:
        match block.block_type:
            case "paragraph":
                found += embedded_ids(block.value.source)
            case "note":
                found += embedded_ids(block.value["text"].source)
            case "key_figures":
                found += [observation.pk for observation in block.value["observations"] if observation]
    return list(dict.fromkeys(found))


def named_ids(body: Any) -> list[int]:
    """Ids of the pages that a body links to or recommends."""
    found: list[int] = []
    for block in body:
        match block.block_type:
            case "paragraph":
                found += linked_ids(block.value.source)
            case "note":
                found += linked_ids(block.value["text"].source)
            case "related":
                found += [page.pk for page in block.value["pages"] if page]
    return list(dict.fromkeys(found))


def linked_ids(source: str) -> list[int]:
    """Ids of the pages that a stored rich text links to."""
    links = (extract_attrs(attrs) for attrs in FIND_A_TAG.findall(source))
    return [record_id(attrs) for attrs in links if attrs.get("linktype") == "page"]


def embedded_ids(source: str) -> list[int]:
    """Ids of the figures in a stored rich text; an embed without a proper id is left out."""
    ids = (record_id(extract_attrs(attrs)) for attrs in FIND_EMBED_TAG.findall(source))
    return [pk for pk in ids if pk]


def sources_of(observations: list[Any]) -> list[tuple[Any, int]]:
    """The sources the figures rest on, with the number of figures each; the most cited first."""
    counts = Counter(observation.source_id for observation in observations)
    sources = {observation.source_id: observation.source for observation in observations}
    return [(sources[pk], count) for pk, count in counts.most_common()]
