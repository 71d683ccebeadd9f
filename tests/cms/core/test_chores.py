"""Work by the clock: one node at a time, nothing twice, nothing lost when a node dies."""

from __future__ import annotations

import threading
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from cms.core import chores
from cms.core.chores import Beat, Task
from cms.core.models import Chore

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def only_these(monkeypatch: pytest.MonkeyPatch) -> dict[str, Task]:
    tasks: dict[str, Task] = {}
    monkeypatch.setattr(chores, "registered", tasks)
    return tasks


def counting(name: str = "count", **options: object) -> tuple[Task, list[int]]:
    runs: list[int] = []

    def work(beat: Beat) -> str:
        runs.append(1)
        return f"第{len(runs)}次"

    return Task(name=name, label="计数", every=MINUTE, work=work, **options), runs  # type: ignore[arg-type]


@pytest.mark.django_db
def test_work_is_done_when_due_and_not_before() -> None:
    task, runs = counting()
    assert chores.run(task)
    assert not chores.run(task)
    Chore.objects.update(due_at=timezone.now())
    assert chores.run(task)
    assert len(runs) == 2
    row = Chore.objects.get(name="count")
    assert (row.outcome, row.failed, row.leased_until) == ("第2次", False, None)


@pytest.mark.django_db
def test_what_another_node_holds_is_left_to_it_until_its_lease_runs_out() -> None:
    task, runs = counting()
    now = timezone.now()
    Chore.objects.create(name="count", holder="other:1", leased_until=now + MINUTE)
    assert not chores.run(task)
    Chore.objects.update(leased_until=now - MINUTE)
    assert chores.run(task)
    assert runs == [1]


@pytest.mark.django_db
def test_who_lost_the_lease_changes_nothing_and_is_told() -> None:
    heard: list[bool] = []

    def work(beat: Beat) -> str:
        heard.append(beat())
        Chore.objects.filter(name="slow").update(holder="other:1")
        heard.append(beat())
        return "太晚"

    chores.run(Task(name="slow", label="慢", every=MINUTE, work=work))
    row = Chore.objects.get(name="slow")
    assert heard == [True, False]
    assert (row.holder, row.outcome, row.due_at) == ("other:1", "", None)


@pytest.mark.django_db
def test_an_error_is_on_record_and_others_get_their_turn(only_these: dict[str, Task]) -> None:
    def fail(beat: Beat) -> str:
        raise RuntimeError("没有网络")

    chores.register(Task(name="bad", label="坏", every=MINUTE, work=fail))
    good, runs = counting()
    chores.register(good)
    assert chores.run_due() == ["bad", "count"]
    row = Chore.objects.get(name="bad")
    assert row.failed
    assert row.outcome == "RuntimeError：没有网络"
    assert row.due_at is not None
    assert runs == [1]


@pytest.mark.django_db
def test_quick_work_does_not_wait_for_slow(only_these: dict[str, Task]) -> None:
    quick, slow = counting("quick")[0], counting("slow", slow=True)[0]
    chores.register(quick)
    chores.register(slow)
    assert chores.run_due(slow=False) == ["quick"]
    assert chores.run_due(slow=True) == ["slow"]


def test_one_name_means_one_work() -> None:
    chores.register(counting()[0])
    with pytest.raises(ValueError, match="count"):
        chores.register(counting()[0])


@pytest.mark.django_db
def test_command_does_what_is_due_and_tells(only_these: dict[str, Task]) -> None:
    task, runs = counting()
    chores.register(task)
    out = StringIO()
    call_command("run_chores", list=True, stdout=out)
    assert out.getvalue() == "计数：还没有做过\n"
    assert runs == []
    out = StringIO()
    call_command("run_chores", stdout=out)
    assert "计数：20" in out.getvalue()
    assert "第1次" in out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_of_many_that_try_at_once_one_works() -> None:
    entered = threading.Semaphore(0)
    release = threading.Event()

    def work(beat: Beat) -> str:
        entered.release()
        release.wait(10)
        return "做了"

    task = Task(name="once", label="一次", every=MINUTE, work=work)
    Chore.objects.create(name="once")
    results: list[bool] = []

    def node() -> None:
        try:
            results.append(chores.run(task))
        finally:
            connection.close()

    threads = [threading.Thread(target=node) for _ in range(5)]
    for thread in threads:
        thread.start()
    assert entered.acquire(timeout=10)
    while len(results) < 4 and any(thread.is_alive() for thread in threads):
        threading.Event().wait(0.01)
    assert results == [False] * 4
    release.set()
    for thread in threads:
        thread.join(10)
    assert sorted(results) == [False] * 4 + [True]
    assert not entered.acquire(blocking=False)
