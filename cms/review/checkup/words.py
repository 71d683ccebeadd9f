"""A look at the words of every live page and fact: slow, so a chore does it once a day, or `checkup --words`.

What it found stands in the chore's own outcome, as a sentence that names the pages; `heard` reads it back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.utils import timezone

from cms.core.chores import Beat, Task
from cms.core.models import BasePage, Chore
from cms.review.checkup import Group, Level, Verdict, found, inspection, not_applicable, ok, page_concern

NAME = "word-sweep"
AT_ONCE = 50
# As many numbers as an outcome has room for.
MOST_NUMBERS = 20
COUNTED = re.compile(r"查了(\d+)页，(\d+)页有不得发布的问题")
NUMBERED = re.compile(r"#(\d+)")


def sweep(go_on: Callable[[int], bool] = lambda number: True) -> Iterator[tuple[Any, list[Any]]]:
    """Every visible page with what keeps it from being published (empty for most), until `go_on` says no.

    `go_on` hears how many pages have been read since it was last asked.
    """
    from cms.review.checks import findings

    keys = list(BasePage.objects.visible().filter(depth__gt=1).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), AT_ONCE):
        pages = (
            BasePage.objects.visible().filter(pk__in=keys[start : start + AT_ONCE]).order_by("pk").specific()
        )
        for page in pages:
            yield page, [finding for finding in findings(page) if finding.blocks]
        if not go_on(len(keys[start : start + AT_ONCE])):
            return


def said(read: int, bad: list[int]) -> str:
    """The chore's outcome. At most 300 characters."""
    numbers = "".join(f" #{pk}" for pk in bad[:MOST_NUMBERS])
    return f"查了{read}页，{len(bad)}页有不得发布的问题{numbers}"


def heard(outcome: str) -> tuple[int, int, list[int]] | None:
    """Pages read, pages with problems, and the ids of the first of them; None where it says nothing of that."""
    counted = COUNTED.match(outcome)
    if counted is None:
        return None
    return int(counted[1]), int(counted[2]), [int(pk) for pk in NUMBERED.findall(outcome)]


def sweep_all(beat: Beat) -> str:
    read, bad = 0, []
    for page, findings in sweep(lambda number: beat()):
        read += 1
        if findings:
            bad.append(page.pk)
    return said(read, bad)


def keep(read: int, bad: list[int]) -> None:
    """Puts a sweep that was made by hand in the place of the chore's last one."""
    outcome = {"outcome": said(read, bad), "finished_at": timezone.now(), "failed": False}
    Chore.objects.update_or_create(name=NAME, defaults=outcome)


WORD_SWEEP = Task(
    name=NAME,
    label="查全站用词",
    every=timedelta(days=1),
    work=sweep_all,
    lease=timedelta(minutes=15),
    slow=True,
)


@inspection(
    "words",
    title="易错词",
    group=Group.REVIEW,
    rule="公开页面里没有级别为“不得发布”的易错词和其他不得发布的问题。每天在后台查一遍全站。",
    basis="三审三校；国办秘函〔2019〕19号（表述错误）",
)
def words_are_right() -> Verdict:
    """What the last sweep found, among pages that are still visible."""
    chore = Chore.objects.filter(name=NAME, failed=False).first()
    told = heard(chore.outcome) if chore else None
    if chore is None or told is None:
        return not_applicable("后台还没有查过全站；马上要查，请运维人员运行manage.py checkup --words。")
    read, number, keys = told
    # While it is at it again, what it found the last time still stands.
    moment = f"{timezone.localtime(chore.finished_at):%Y-%m-%d %H:%M}" if chore.finished_at else "上一次"
    when = f"{moment}查了{read}页"
    if not number:
        return ok(f"{when}，没有不得发布的问题。")
    pages = BasePage.objects.visible().filter(pk__in=keys).order_by("pk")
    return found(
        Level.FAIL,
        f"{when}，{{n}}页有不得发布的问题。已经改好的，明天再查时消失。",
        (page_concern(page, "打开后看检查结果") for page in pages),
        number,
    )
