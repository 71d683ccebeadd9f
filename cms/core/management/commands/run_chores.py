from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cms.core import chores
from cms.core.models import Chore


class Command(BaseCommand):
    help = "做完到点的后台任务（定时发布等）。网站运行时自己会做；没有用 make run 启动时，请每分钟运行一次。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--list", action="store_true", help="只列出各项任务和上次的结果")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["list"]:
            chores.run_due()
        known = {chore.name: chore for chore in Chore.objects.all()}
        for task in chores.registered.values():
            chore = known.get(task.name)
            self.stdout.write(f"{task.label}：{said_of(chore)}")


def said_of(chore: Chore | None) -> str:
    if chore is None or chore.started_at is None:
        return "还没有做过"
    if chore.finished_at is None:
        return f"正在做（{chore.holder}）"
    result = chore.outcome or "没有要做的"
    failed = "，失败" if chore.failed else ""
    return f"{chore.finished_at.astimezone():%Y-%m-%d %H:%M:%S}{failed}，{result}"
