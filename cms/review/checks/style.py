"""How it is written: punctuation between Han characters, and times that will be wrong next year."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils import timezone

from cms.review.checks import Content, Finding, Level, Passage, check, in_text

HAN = "\u3400-\u4dbf\u4e00-\u9fff"
FULL_WIDTH = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", "(": "（", ")": "）", ".": "。"}
# A mark between two Han characters; brackets also where only one side is Han.
HALF_WIDTH = re.compile(
    rf"(?<=[{HAN}])[,;:?!.](?=[{HAN}“《（])|(?<=[{HAN}])\(|\)(?=[{HAN}])|(?<=[{HAN}])[,;?!](?=\s|$)"
)
# Keywords are parted by half-width commas, as the rules for public sites want it.
COMMA_LISTS = {"keywords"}

RELATIVE = re.compile(r"今年以来|今年|明年|去年|前年|目前|近日|日前|近期|本月|上月|下月|昨日|昨天|今天|明天")
DATE = re.compile(r"(?:19|20)\d\d\s*年|(?:19|20)\d\d[-/.]\d{1,2}|\d{1,2}月\d{1,2}日|“十[三四五六]五”")
# Wordings that age slowly: advice, no more.
SLOW = {"目前", "近期"}
# So many characters around may hold the date that a relative time refers to.
NEAR = 30
PLANNED = re.compile(
    r"(?P<year>20\d\d)年(?:(?P<month>1[0-2]|0?[1-9])月)?"
    r"(?:初|上半年|下半年|底|末|前|年底|年内|内|[一二三四]季度|第[一二三四]季度)?(?:前|之前)?[，]?"
    r"(?:[^，。；\n0-9]{0,6})(?P<word>将(?![来近军领士帅])|预计|有望|拟|力争|即将|(?<!行动)(?<!工作)(?<!发展)计划(?![。，、；：”》）\s]|$))"
)


@check
def half_width_punctuation(content: Content) -> Iterator[Finding]:
    for passage in content.passages:
        if passage.is_verbatim or passage.name in COMMA_LISTS or passage.name == "data":
            continue
        for found in HALF_WIDTH.finditer(passage.text):
            mark = found[0]
            message = f"汉字之间的“{mark}”是半角标点，请改成全角“{FULL_WIDTH[mark]}”。"
            yield in_text(passage, found.start(), found.end(), "half-width", Level.WARN, message)


@check
def stale_times(content: Content) -> Iterator[Finding]:
    for passage in content.passages:
        if not passage.is_verbatim:
            yield from relative_times(passage)
            yield from past_plans(passage)


def relative_times(passage: Passage) -> Iterator[Finding]:
    for found in RELATIVE.finditer(passage.text):
        around = passage.text[max(0, found.start() - NEAR) : found.end() + NEAR]
        if not DATE.search(around):
            message = f"“{found[0]}”过一段时间就会说错。请写明年月日，或写“截至某年某月”。"
            level = Level.OFFER if found[0] in SLOW else Level.WARN
            yield in_text(passage, found.start(), found.end(), f"relative-time:{found[0]}", level, message)


def past_plans(passage: Passage) -> Iterator[Finding]:
    today = timezone.localdate()
    for found in PLANNED.finditer(passage.text):
        year, month = int(found["year"]), int(found["month"] or 12)
        if (year, month) < (today.year, today.month):
            when = f"{year}年{month}月" if found["month"] else f"{year}年"
            message = (
                f"{when}已经过去，文中还写作“{found['word']}”。"
                "请核对结果，改成已经发生的事，或注明是当时的计划。"
            )
            yield in_text(passage, found.start(), found.end(), "past-plan", Level.WARN, message)
