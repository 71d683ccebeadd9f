"""What a reader is told beside an article: how long it is, which figures it cites, what they rest on."""

from __future__ import annotations

import re
from collections import Counter
from math import ceil
from typing import Any

from django.utils.html import strip_tags
from wagtail import blocks

from industries.blocks.parts import leaves, references_of

CHARACTERS_A_MINUTE = 400
# Blocks of running text and tables, and the parts of them that are words.
READ = {"heading", "paragraph", "note", "quote", "table"}
WORDS = (blocks.CharBlock, blocks.TextBlock, blocks.RichTextBlock)
# A Han character, or a word or number in Latin letters: what an eye takes in at once.
UNIT_OF_READING = re.compile(r"[\u3400-\u9fff]|[A-Za-z0-9.%-]+")


def texts(body: Any) -> list[str]:
    """Stored words of a body that are read in order; what stands in files and on other pages is not."""
    return [
        str(raw)
        for item in body.raw_data
        if item["type"] in READ
        for child, raw in leaves(body.stream_block.child_blocks.get(item["type"]), item["value"])
        if isinstance(child, WORDS)
    ]


def minutes(body: Any) -> int:
    """Reading time in whole minutes, rounded up; 0 for a body without text."""
    length = sum(len(UNIT_OF_READING.findall(strip_tags(text))) for text in texts(body))
    return ceil(length / CHARACTERS_A_MINUTE)


def cited_ids(body: Any) -> list[int]:
    """Ids of the observations that a body cites, each once, in order of appearance."""
    return references_of(body).figures


def named_ids(body: Any) -> list[int]:
    """Ids of the pages that a body links to or recommends, each once, in order of appearance."""
    return references_of(body).pages


def sources_of(observations: list[Any]) -> list[tuple[Any, int]]:
    """The sources the figures rest on, with the number of figures each; the most cited first."""
    counts = Counter(observation.source_id for observation in observations)
    sources = {observation.source_id: observation.source for observation in observations}
    return [(sources[pk], count) for pk, count in counts.most_common()]
