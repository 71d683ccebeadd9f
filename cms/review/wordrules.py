"""Finds the wordings that editors watch (易错词) in a text: thousands of rules at once, in one pass."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Max
from django.utils import timezone

from cms.review.models import WordRule

LATIN = re.compile(r"[0-9A-Za-z]")
FIELDS = ("wrong", "right", "level", "note", "source")


@dataclass(frozen=True)
class Rule:
    """A `WordRule` in force, as the matcher holds it."""

    wrong: str
    right: str
    level: str
    note: str
    source: str

    @property
    def rank(self) -> int:
        return [WordRule.Level.KNOWN, WordRule.Level.WARN, WordRule.Level.BLOCK].index(
            WordRule.Level(self.level)
        )


@dataclass(frozen=True)
class Hit:
    start: int
    end: int
    rule: Rule


@dataclass
class Matcher:
    """Rules by the first two letters of what they look for, the longest first."""

    starts: dict[str, list[tuple[str, Rule]]] = field(default_factory=dict)
    known: frozenset[str] = frozenset()

    @classmethod
    def of(cls, rules: Iterable[Rule]) -> Matcher:
        rules = list(rules)
        matcher = cls(known=frozenset(rule.wrong for rule in rules if rule.level == WordRule.Level.KNOWN))
        for rule in rules:
            wrong = folded(rule.wrong)
            matcher.starts.setdefault(wrong[:2], []).append((wrong, rule))
        for bucket in matcher.starts.values():
            bucket.sort(key=lambda entry: -len(entry[0]))
        return matcher

    def hits(self, text: str) -> list[Hit]:
        """What to mend in `text`, in order. Letters count whether large or small.

        Of words within one another the longest counts, so that an approved longer word covers a watched
        shorter one; only where the shorter one weighs more does it count too. A word that stands inside its own
        correction is right already.
        """
        found: list[Hit] = []
        reaching: list[Hit] = []  # those that may hold the next one
        for hit in self.longest(text):
            reaching = [other for other in reaching if other.end > hit.start]
            if all(counts_within(other.rule, hit.rule) for other in reaching if other.end >= hit.end):
                found.append(hit)
                reaching.append(hit)
        return [hit for hit in found if hit.rule.level != WordRule.Level.KNOWN]

    def longest(self, text: str) -> Iterator[Hit]:
        """All hits by where they start, the longer ones first."""
        letters, starts = folded(text), self.starts
        for at in range(len(letters)):
            for key in dict.fromkeys((letters[at : at + 2], letters[at])):
                for wrong, rule in starts.get(key, ()):
                    if fits(letters, at, wrong) and not inside_correction(letters, at, wrong, rule):
                        yield Hit(at, at + len(wrong), rule)


def fits(text: str, at: int, wrong: str) -> bool:
    """Whether `wrong` stands at `at`; a Latin word or number not as part of a longer one. Han has no borders."""
    if not text.startswith(wrong, at):
        return False
    end = at + len(wrong)
    cut_before = at > 0 and LATIN.match(wrong[0]) and LATIN.match(text[at - 1])
    cut_after = end < len(text) and LATIN.match(wrong[-1]) and LATIN.match(text[end])
    return not (cut_before or cut_after)


def counts_within(outer: Rule, inner: Rule) -> bool:
    """Whether a watched word counts although a longer one holds it."""
    return outer.level != WordRule.Level.KNOWN and inner.rank > outer.rank


def folded(text: str) -> str:
    """In small letters, each in its old place."""
    small = text.lower()
    if len(small) == len(text):
        return small
    return "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text)


def inside_correction(text: str, at: int, wrong: str, rule: Rule) -> bool:
    right = folded(rule.right)
    offset = right.find(wrong)
    while offset >= 0:
        if offset <= at and text.startswith(right, at - offset):
            return True
        offset = right.find(wrong, offset + 1)
    return False


_kept: dict[str, Any] = {"stamp": None, "matcher": Matcher()}


def matcher() -> Matcher:
    """For the rules in force today. One query while nobody changes them; each process keeps its own."""
    counted = WordRule.objects.aggregate(number=Count("pk"), last=Max("updated_at"), newest=Max("pk"))
    stamp = (timezone.localdate(), *counted.values())
    if _kept["stamp"] != stamp:
        rules = [Rule(*row) for row in WordRule.objects.in_force().values_list(*FIELDS)]
        _kept.update(stamp=stamp, matcher=Matcher.of(rules))
    found: Matcher = _kept["matcher"]
    return found
