"""Checks of what a page or fact says. `findings(instance)` is what the rest of the portal asks.

A check is a function from `Content` to findings, registered with `check`. Apps above register their own in
their `ready()`. Each check asks the database a fixed number of times, however long the text is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from modelcluster.models import ClusterableModel

from cms.review.checks.finding import Finding, Level, Link, at_place, in_text, merged
from cms.review.checks.passages import (
    GAP,
    Part,
    Passage,
    Place,
    field_passages,
    part_passages,
    parts,
    row_passages,
)

__all__ = [
    "GAP",
    "Content",
    "Finding",
    "Level",
    "Link",
    "Part",
    "Passage",
    "Place",
    "at_place",
    "check",
    "findings",
    "in_text",
]


@dataclass
class Content:
    """A page or fact as it is in memory, taken apart once for all checks."""

    instance: Any

    @cached_property
    def parts(self) -> list[Part]:
        """The blocks of its body."""
        return parts(self.instance)

    @cached_property
    def passages(self) -> list[Passage]:
        """All its texts: fields, blocks, rows."""
        found = [*field_passages(self.instance), *part_passages(self.parts)]
        if isinstance(self.instance, ClusterableModel):
            found += row_passages(self.instance)
        return found

    @cached_property
    def rich(self) -> list[Passage]:
        return [passage for passage in self.passages if passage.is_rich]


Check = Callable[[Content], Iterable[Finding]]
registry: list[Check] = []


def check(function: Check) -> Check:
    """Registers a check; registering it again changes nothing."""
    if function not in registry:
        registry.append(function)
    return function


def findings(instance: Any) -> list[Finding]:
    """What there is to say about `instance`, a page (of its own type) or a fact, with its unsaved changes.

    The heaviest first. Writes nothing. The number of queries does not depend on its length or on the site.
    """
    content = Content(instance)
    return merged([finding for run in registry for finding in run(content)])
