"""Numbers with units as people type them in a text: 4047.7亿元, 30余项, 1,460家, 63%."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

HEDGES_BEFORE = re.compile(r"(?:超过|超|逾|约|近|突破|不足|不到|至少|最多|最高|达到或超过|接近|将近)$")
HEDGES_AFTER = re.compile(r"^(?:以上|以下|以内|左右|上下|级)")
NUMBER = re.compile(
    r"(?<![0-9A-Za-z.,_\-/])(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,15})(?:\.[0-9]{1,6})?(?![0-9A-Za-z])"
)
ODD = ("余", "多")
SCALES = {"万亿": Decimal(10**12), "亿": Decimal(10**8), "万": Decimal(10**4), "": Decimal(1)}
RANGE_BEFORE, RANGE_AFTER = (
    re.compile(r"[0-9%％][～~—–\-至到]$"),
    re.compile(r"^[^，。；\s]{0,4}?[～~—–\-至到][0-9]"),
)
# Units that begin another word.
LONGER = {
    "个": ("百分点", "月", "小时", "工作日", "交易日"),
    "人": ("次", "均", "民币"),
    "元": ("素", "件", "器"),
    "年": ("级",),
    "台": ("阶",),
    "家": ("庭",),
    "米": ("级",),
}
SENTENCE_END = re.compile(r"[。！？；\n]")
# Longest unit that is looked up.
UNIT = 6


@dataclass(frozen=True)
class Quantity:
    """A number at `start`…`end` of a text (its hedge 余 or 多 included), with what follows and comes before it."""

    start: int
    end: int
    number: Decimal
    before: str
    tail: str
    odd: bool

    @property
    def is_hedged(self) -> bool:
        """Whether the text itself says that it is not the exact value."""
        return self.odd or bool(HEDGES_BEFORE.search(self.before))

    @property
    def is_range(self) -> bool:
        return bool(RANGE_BEFORE.search(self.before) or RANGE_AFTER.match(self.tail))

    @property
    def digits(self) -> int:
        """Significant digits: a long number is rarely the same by chance."""
        return len(f"{self.number:f}".replace(".", "").strip("0"))

    def units(self) -> set[str]:
        """What the unit may be, in any scale of thousands: 亿元 gives 亿, 亿元, 万元, 元 …"""
        tail = self.tail[:UNIT].replace("％", "%")
        found = {tail[:length] for length in range(1, len(tail) + 1)}
        for scale in ("万亿", "亿", "万"):
            if tail.startswith(scale):
                rest = tail[len(scale) :]
                found |= {s + rest[:length] for s in SCALES for length in range(1, len(rest) + 1)}
                break
        else:
            found |= {s + unit for s in ("万", "亿") for unit in list(found)}
        return found

    def values(self) -> set[Decimal]:
        """What the number may be in units of another scale, as far as the register holds such numbers."""
        factors = [Decimal(10) ** power for power in (-8, -4, 0, 4, 8)]
        return {
            value
            for value in (self.number * factor for factor in factors)
            if value < 10**14 and value == value.quantize(Decimal("0.000001"))
        }

    def in_unit(self, unit: str, prefix: str = "") -> Decimal | None:
        """The value in `unit`; None where the text has another unit or another prefix (第)."""
        if prefix and not self.before.endswith(prefix):
            return None
        if not prefix and self.before.endswith("第"):
            return None
        mine, own = scaled(self.tail.replace("％", "%")), scaled(unit.replace("％", "%"))
        if not own[1] or not mine[1].startswith(own[1]) or longer(mine[1], own[1]):
            return None
        return self.number * mine[0] / own[0]

    def unit_end(self, unit: str) -> int:
        """Characters of the tail that belong to the quantity as it is written."""
        scale = next(scale for scale in SCALES if self.tail.startswith(scale))
        return len(scale) + len(scaled(unit)[1])


def scaled(text: str) -> tuple[Decimal, str]:
    """A unit without its scale: 亿元 → 100000000, 元."""
    scale = next(scale for scale in SCALES if text.startswith(scale))
    return SCALES[scale], text[len(scale) :]


def longer(tail: str, unit: str) -> bool:
    return any(tail[len(unit) :].startswith(more) for more in LONGER.get(unit, ()))


def quantities(text: str) -> list[Quantity]:
    """All numbers of a text with what is around them."""
    found = []
    for match in NUMBER.finditer(text):
        end = match.end()
        odd = text[end : end + 1] in ODD and text[end : end + 1] != ""
        if odd:
            end += 1
        tail = text[end : end + 2 * UNIT]
        number = Decimal(match[0].replace(",", ""))
        before = text[max(0, match.start() - 4) : match.start()]
        found.append(Quantity(match.start(), end, number, before, tail, odd))
    return found


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the sentence that holds these characters begins and ends."""
    before = [mark.end() for mark in SENTENCE_END.finditer(text, 0, start)]
    after = SENTENCE_END.search(text, end)
    return (before[-1] if before else 0), (after.start() if after else len(text))
