"""Words of Chinese text, and their pinyin: for addresses that read well."""

from __future__ import annotations

from functools import lru_cache

import rjieba
from django.utils.text import slugify
from pypinyin import lazy_pinyin, load_phrases_dict

# In the city's names 长 reads cháng, which a dictionary cannot know.
CITY_PHRASES = {
    "长春": [["cháng"], ["chūn"]],
    "长光": [["cháng"], ["guāng"]],
    # Else the dictionary finds 光华 in it, and 长 is left alone.
    "长光华大": [["cháng"], ["guāng"], ["huá"], ["dà"]],
    "长客": [["cháng"], ["kè"]],
    "长理": [["cháng"], ["lǐ"]],
    "长理工": [["cháng"], ["lǐ"], ["gōng"]],
    "长满欧": [["cháng"], ["mǎn"], ["ōu"]],
}
SLUG_LENGTH = 80
WORD_FREQUENCY = 1000
SORT_KEY_LENGTH = 255


@lru_cache(maxsize=1)
def teach_city_names() -> None:
    load_phrases_dict(CITY_PHRASES)
    for name in CITY_PHRASES:
        rjieba.add_word(name, WORD_FREQUENCY, "nz")


def words(text: str) -> list[str]:
    """The words of `text` in order, punctuation included; joined they give `text` again."""
    teach_city_names()
    return list(rjieba.cut(text))


def pinyin_slug(title: str) -> str:
    """An ASCII address in readable pinyin: 长春光电信息 → changchun-guangdian-xinxi.

    Cut at a word after about 80 letters; empty for a title without letter, digit or Han character.
    """
    parts = (slugify("".join(lazy_pinyin(word))) for word in words(title))
    slug = ""
    for part in filter(None, parts):
        longer = f"{slug}-{part}" if slug else part
        if len(longer) > SLUG_LENGTH:
            return slug or part[:SLUG_LENGTH]
        slug = longer
    return slug


def sort_key(name: str) -> str:
    """What names are sorted by: their pinyin in small letters, syllable by syllable (长光 before 长客).

    Latin letters and digits stand for themselves; anything else counts as a space.
    """
    syllables = (slugify(syllable) for word in words(name) for syllable in lazy_pinyin(word))
    return " ".join(filter(None, syllables))[:SORT_KEY_LENGTH]
