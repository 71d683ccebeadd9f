"""What a check has to say about a page or a fact."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from cms.review.checks.passages import GAP, Passage, Place

# Characters shown on each side of what was found.
AROUND = 14


class Level(StrEnum):
    """How much a finding weighs, the heaviest first."""

    BLOCK = "block"
    WARN = "warn"
    OFFER = "offer"

    @property
    def label(self) -> str:
        return {"block": "须改正", "warn": "请核对", "offer": "建议"}[self.value]


@dataclass(frozen=True, kw_only=True)
class Link:
    """An admin address that helps to mend what was found."""

    text: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing to mend or to look at.

    `rule` names the kind of check (`word:大众一汽`, `image-alt` …), the same for the same kind for ever: it is
    kept on record where a reviewer lets a finding pass. `place` is for people; `path` leads to the field in the
    editor (names of fields and ids of blocks, joined by dots), and is empty for the whole. `excerpt` shows
    the words around; what was found stands in it from `start` to `end` (both 0 where nothing is marked).
    `count` is how often it was found in the same place. `link` helps to mend it. `copy` is text worth having
    on the clipboard.
    """

    rule: str
    level: Level
    message: str
    place: str = "全文"
    path: str = ""
    excerpt: str = ""
    start: int = 0
    end: int = 0
    count: int = 1
    link: Link | None = None
    copy: str = ""

    @property
    def blocks(self) -> bool:
        """Whether this keeps the content from being published, unless the last reviewer lets it pass."""
        return self.level is Level.BLOCK

    @property
    def anchor(self) -> str:
        """Fragment of the editor's address that leads to the block or field, for browsers without JavaScript."""
        parts = self.path.split(".") if self.path else []
        ids = [part for part in parts if is_block_id(part)]
        if ids:
            return f"block-{ids[-1]}-section"
        return f"panel-child-content-{parts[0]}-section" if parts else ""

    @property
    def marked(self) -> tuple[str, str, str]:
        """The excerpt before, at and after what was found."""
        return self.excerpt[: self.start], self.excerpt[self.start : self.end], self.excerpt[self.end :]

    def as_record(self) -> dict[str, Any]:
        """For a JSON field: what stays readable when the text has changed since."""
        return {
            "rule": self.rule,
            "level": self.level.value,
            "message": self.message,
            "place": self.place,
            "path": self.path,
            "excerpt": self.excerpt,
            "start": self.start,
            "end": self.end,
            "count": self.count,
        }


def is_block_id(part: str) -> bool:
    return len(part) == 36 and part.count("-") == 4


def at_place(place: Place, rule: str, level: Level, message: str, **more: Any) -> Finding:
    """A finding about a field or block as a whole."""
    return Finding(rule=rule, level=level, message=message, place=place.label, path=place.path, **more)


def in_text(
    passage: Passage, start: int, end: int, rule: str, level: Level, message: str, **more: Any
) -> Finding:
    """A finding about the characters `start` to `end` of a passage."""
    left, right = max(0, start - AROUND), min(len(passage.text), end + AROUND)
    before = ("…" if left else "") + shown(passage.text[left:start])
    hit = shown(passage.text[start:end])
    after = shown(passage.text[end:right]) + ("…" if right < len(passage.text) else "")
    return Finding(
        rule=rule,
        level=level,
        message=message,
        place=passage.place.label,
        path=passage.place.path,
        excerpt=before + hit + after,
        start=len(before),
        end=len(before) + len(hit),
        **more,
    )


def shown(text: str) -> str:
    """A piece of a passage on one line, with a word for each gap."""
    return text.replace(GAP, "〔引用〕").replace("\n", " ").replace("\t", " ")


def merged(findings: list[Finding]) -> list[Finding]:
    """Each rule once a place, with its number of hits; the heaviest first, in reading order."""
    first: dict[tuple[str, str, str], Finding] = {}
    for finding in findings:
        key = (finding.rule, finding.path, finding.place)
        known = first.get(key)
        first[key] = replace(known, count=known.count + finding.count) if known else finding
    order = list(Level)
    return sorted(first.values(), key=lambda finding: order.index(finding.level))
