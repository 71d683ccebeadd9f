from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from cms.review import roles


class Command(BaseCommand):
    help = (
        "建立编辑、初审、审核、审发、审计员、管理员六个角色和三审工作流。只做一次，以后不改动管理员的设置。"
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for line in roles.set_up():
            self.stdout.write(line)
