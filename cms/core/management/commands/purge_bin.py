from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cms.core.bin import BinError, purge
from cms.core.models import BinnedRecord


class Command(BaseCommand):
    help = "彻底删除回收站里放了若干天以上的内容。有别的内容依赖的留下，并说明原因。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--older-than", type=int, required=True, metavar="天数", help="只删放了这么多天以上的"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        days = options["older_than"]
        if not 0 <= days <= 36_500:
            raise CommandError("天数应为0到36500的整数。")
        purged, kept = purge_older_than(days)
        self.stdout.write(f"彻底删除{purged}项。")
        for reason in kept:
            self.stdout.write(reason)


def purge_older_than(days: int) -> tuple[int, list[str]]:
    """How many records are gone now, and for each that stays the reason."""
    purged, kept = 0, []
    for record in BinnedRecord.objects.filter(deleted_at__lt=timezone.now() - timedelta(days=days)):
        try:
            purge(record)
        except BinError as error:
            kept.append(str(error))
        else:
            purged += 1
    return purged, kept
