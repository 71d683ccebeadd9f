"""Which addresses are due for a look, and what the answers mean. A slow chore; off unless LINK_CHECK=1."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from cms.core.chores import Beat, Task
from cms.core.models import BasePage, Chore
from cms.review.links.collecting import forget_unused
from cms.review.links.fetching import Answer, Fetcher, NotAllowed, Paused
from cms.review.models import ExternalLink, LinkUse

State = ExternalLink.State

GOOD_FOR = timedelta(days=7)
# What a person has looked at holds longer: programs are not let in there.
LOOKED_AT_FOR = timedelta(days=90)
FAILING_FOR = timedelta(days=1)
BROKEN_AFTER = 3
# The site answers, but not to a program.
NOT_FOR_PROGRAMS = {401, 403, 405, 406, 407, 429, 451, 999}
# A turn ends after this time; the next one goes on where it ended.
TURN_SECONDS = 300.0
MOST_IN_A_TURN = 300
EVERY = timedelta(minutes=10)
NAME = "check-links"


def shown() -> Any:
    """Addresses that a page for all readers leads to: others are nobody's business outside."""
    uses = LinkUse.objects.filter(
        link=OuterRef("pk"), page__in=BasePage.objects.visible().order_by().values("pk")
    )
    return ExternalLink.objects.filter(Exists(uses))


def due(now: datetime) -> Any:
    """Never looked at first, then the longest ago."""
    by_hand = Q(state=State.GOOD, status_code__isnull=True)
    waiting = (
        Q(checked_at__isnull=True)
        | Q(failures__gt=0, checked_at__lte=now - FAILING_FOR)
        | Q(failures=0, checked_at__lte=now - GOOD_FOR) & ~by_hand
        | by_hand & Q(failures=0, checked_at__lte=now - LOOKED_AT_FOR)
    )
    return shown().filter(waiting).order_by(F("checked_at").asc(nulls_first=True), "pk")


def check(link: ExternalLink, fetcher: Fetcher) -> None:
    """Looks once, and puts on record what came of it. Raises Paused where the host wants to be left alone."""
    try:
        answer = fetcher.fetch(link.url)
    except NotAllowed as reason:
        keep(link, state=State.UNSURE, status_code=None, problem=f"没有检查：{reason}", failures=0)
        return
    judge(link, answer)


def judge(link: ExternalLink, answer: Answer) -> None:
    """Good, for a person to look at, or failing; broken after failures on three days."""
    code = answer.status or None
    if 200 <= answer.status < 300:
        keep(link, state=State.GOOD, status_code=code, problem="", failures=0)
    elif answer.status in NOT_FOR_PROGRAMS:
        said = f"应答{answer.status}：不接受程序访问，请用浏览器打开看"
        keep(link, state=State.UNSURE, status_code=code, problem=said, failures=0)
    else:
        failures = link.failures + (not failed_today(link))
        state = State.BROKEN if failures >= BROKEN_AFTER else link.state
        said = answer.problem or f"应答{answer.status}"
        keep(link, state=state, status_code=code, problem=said, failures=failures)


def failed_today(link: ExternalLink) -> bool:
    """A second look on the same day is no second failure."""
    if not link.failures or link.checked_at is None:
        return False
    return timezone.localdate(link.checked_at) == timezone.localdate()


def keep(link: ExternalLink, *, failures: int, **values: Any) -> None:
    now = timezone.now()
    since = (link.failing_since or now) if failures else None
    values |= {"failures": failures, "failing_since": since, "checked_at": now}
    for name, value in values.items():
        setattr(link, name, value)
    ExternalLink.objects.filter(pk=link.pk).update(**values)


def confirm(link: ExternalLink, name: str) -> None:
    """A person has seen that the address opens. Good without a status code says that it was a person."""
    keep(link, state=State.GOOD, status_code=None, problem=f"{name}人工确认可以打开"[:200], failures=0)


def look_again(link: ExternalLink) -> None:
    """Puts the address first in line, and the chore's next turn to now."""
    ExternalLink.objects.filter(pk=link.pk).update(checked_at=None)
    Chore.objects.filter(name=NAME).update(due_at=timezone.now())


def check_all(
    links: Iterable[ExternalLink], fetcher: Fetcher, go_on: Callable[[], bool] = lambda: True
) -> dict[str, int]:
    """Checks them one after the other, until `go_on` says no; how many were checked and put off."""
    counts = {"checked": 0, "broken": 0, "later": 0}
    for link in links:
        if not go_on():
            break
        try:
            check(link, fetcher)
        except Paused:
            counts["later"] += 1
            continue
        counts["checked"] += 1
        counts["broken"] += link.state == State.BROKEN
    return counts


# One for the process: pauses that hosts asked for outlast a turn.
fetcher = Fetcher()


def check_due(beat: Beat) -> str:
    """A turn of the chore. Each address is a step of its own; what is left over is due at the next turn."""
    if not settings.LINK_CHECK:
        return "没有开启：设置LINK_CHECK=1后才会访问外部网站"
    forget_unused()
    ends = time.monotonic() + TURN_SECONDS
    links = due(timezone.now())[:MOST_IN_A_TURN]
    counts = check_all(links, fetcher, lambda: time.monotonic() < ends and beat())
    return summary(counts)


def summary(counts: dict[str, int]) -> str:
    if not counts["checked"] and not counts["later"]:
        return ""
    later = f"，{counts['later']}个网站要求稍后再来" if counts["later"] else ""
    return f"检查{counts['checked']}个链接，打不开{counts['broken']}个{later}"


LINK_CHECK = Task(name=NAME, label="检查外部链接", every=EVERY, work=check_due, slow=True)
