"""Work that the portal does by itself, every so often, on one node at a time.

Each server process runs a clock (two threads, see `start_clock`). What is due is taken by a lease in the
database: whoever changes the row first does the work, and a node that dies in the middle loses it to another
when the lease runs out. Chores therefore do their work in steps that are safe to repeat.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import close_old_connections, connection, transaction
from django.db.models import Q
from django.utils import timezone

from cms.core.models import Chore

logger = logging.getLogger(__name__)

TICK_SECONDS = 10.0
LONGEST_OUTCOME = 300

# What a chore gets: call it between two steps of long work to keep the lease. False: another node has it now.
Beat = Callable[[], bool]
Work = Callable[[Beat], str]


@dataclass(frozen=True)
class Task:
    """`work` does it and says what came of it in a short Chinese sentence; empty where nothing was to do."""

    name: str
    label: str
    every: timedelta
    work: Work
    lease: timedelta = timedelta(minutes=5)
    # Slow work has a thread of its own, so that publication never waits for it.
    slow: bool = False


registered: dict[str, Task] = {}


def register(task: Task) -> None:
    """Raises ValueError for a name that is taken by other work."""
    if registered.setdefault(task.name, task).work is not task.work:
        raise ValueError(task.name)


def node() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"[-80:]


def take(task: Task, holder: str) -> bool:
    """Whether the work is due and is now ours."""
    now = timezone.now()
    Chore.objects.get_or_create(name=task.name)
    free = Chore.objects.filter(
        Q(leased_until__isnull=True) | Q(leased_until__lte=now),
        Q(due_at__isnull=True) | Q(due_at__lte=now),
        name=task.name,
    )
    taken = free.update(holder=holder, leased_until=now + task.lease, started_at=now, finished_at=None)
    return bool(taken)


def run(task: Task) -> bool:
    """Does the work if it is due and nobody else is at it; says whether it did. An error is put on record."""
    holder = f"{node()}:{threading.get_ident()}"[-80:]
    if not take(task, holder):
        return False
    ours = Chore.objects.filter(name=task.name, holder=holder)

    def beat() -> bool:
        return bool(ours.update(leased_until=timezone.now() + task.lease))

    failed, outcome = False, ""
    try:
        outcome = task.work(beat)
    except Exception as error:
        logger.exception("Chore %s failed", task.name)
        failed, outcome = True, f"{type(error).__name__}：{error}"
    now = timezone.now()
    ours.update(
        leased_until=None,
        due_at=now + task.every,
        finished_at=now,
        outcome=outcome[:LONGEST_OUTCOME],
        failed=failed,
    )
    return True


def run_due(*, slow: bool | None = None) -> list[str]:
    """Does what is due, of the quick or the slow kind or of both; gives the names of what was done."""
    return [
        task.name for task in list(registered.values()) if (slow is None or task.slow is slow) and run(task)
    ]


def tick(slow: bool, stop: threading.Event) -> None:
    while not stop.wait(TICK_SECONDS):
        try:
            close_old_connections()
            run_due(slow=slow)
        except Exception:  # the database may be away for a while; the clock goes on
            logger.exception("The clock's turn failed")
        finally:
            connection.close()


def start_clock() -> threading.Event:
    """Two threads of this process look every ten seconds for what is due; setting the event stops them."""
    stop = threading.Event()
    for slow in (False, True):
        name = "clock-slow" if slow else "clock"
        threading.Thread(target=tick, args=(slow, stop), name=name, daemon=True).start()
    return stop


def in_step(work: Callable[[], None]) -> bool:
    """One step of a chore: whole or not at all. An error is logged, and the next step still gets its turn."""
    try:
        with transaction.atomic():
            work()
    except Exception:
        logger.exception("A step of a chore failed")
        return False
    return True
