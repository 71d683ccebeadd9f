"""易错词, and abbreviations that nobody explains."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from cms.review.checks import Content, Finding, Level, Passage, check, in_text
from cms.review.models import WordRule
from cms.review.wordrules import Rule, matcher

ABBREVIATION = re.compile(r"(?<![0-9A-Za-z.\-/])[A-Z]{2,8}(?![0-9A-Za-z\-/])")
# Beyond these a text is a list of codes, and each would be a finding nobody reads.
MOST_ABBREVIATIONS = 12
# Which of these abbreviations are names, or other names, of pages; the apps above know.
names_known: list[Callable[[list[str]], set[str]]] = []
# Fields that list names of the thing itself: what stands there is explained by standing there.
NAMES = {"other_names", "former_names"}
HAN = re.compile("[\u4e00-\u9fff]")


@check
def watched_words(content: Content) -> Iterator[Finding]:
    rules = matcher()
    for passage in content.passages:
        for hit in rules.hits(passage.text):
            level = Level.BLOCK if hit.rule.level == WordRule.Level.BLOCK else Level.WARN
            message = advice(hit.rule, verbatim=passage.is_verbatim)
            yield in_text(passage, hit.start, hit.end, f"word:{hit.rule.wrong}", level, message)


def advice(rule: Rule, *, verbatim: bool) -> str:
    said = f"“{rule.wrong}”应写作“{rule.right}”。" if rule.right else f"“{rule.wrong}”不宜使用。"
    said += rule.note and f"{rule.note.rstrip('。')}。"
    if verbatim:
        said += "这里是引文：原文如此的不要改动，请审发写明理由放行。"
    return said


@check
def unknown_abbreviations(content: Content) -> Iterator[Finding]:
    """Capitals that neither the text explains, nor a rule approves, nor a page bears as a name."""
    everything = "\n".join(passage.text for passage in content.passages)
    first: dict[str, tuple[Passage, re.Match[str]]] = {}
    known: set[str] = set()
    for passage in content.passages:
        found = ABBREVIATION.finditer(passage.text)
        if passage.name in NAMES:
            known.update(match[0] for match in found)
        elif HAN.search(passage.text) and not passage.is_verbatim and passage.name != "keywords":
            for match in found:
                first.setdefault(match[0], (passage, match))
    if first:
        known.update(word.upper() for word in matcher().known)
    unknown = [short for short in first if short not in known and not explained(short, everything)]
    unknown = unknown[:MOST_ABBREVIATIONS]
    if unknown:
        named: set[str] = set().union(*(names(unknown) for names in names_known))
        unknown = [short for short in unknown if short not in named]
    for short in unknown:
        passage, match = first[short]
        message = (
            f"缩写“{short}”没有说明。第一次出现时写全称，后面括注缩写，例：全称（{short}）；"
            "人人都懂的，可在“易错词”里登记为认可的写法。"
        )
        yield in_text(passage, match.start(), match.end(), f"abbreviation:{short}", Level.WARN, message)


def explained(short: str, text: str) -> bool:
    """全称（ABC）, 全称（英文名，ABC）, ABC（全称）, or “ABC，即…”."""
    word = rf"(?<![0-9A-Za-z]){short}(?![0-9A-Za-z])"
    return bool(
        re.search(rf"[\u4e00-\u9fff”][（(][^（）()]*{word}[^（）()]*[）)]", text)
        or re.search(rf"{word}[”\"]?(?:[（(][^（）()]*[\u4e00-\u9fff]|，?即)", text)
    )
