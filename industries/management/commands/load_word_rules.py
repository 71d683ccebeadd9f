from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from cms.core.models import LoadedRecord
from cms.core.uploads import UnreadableFile
from cms.review.models import WordRule
from cms.review.wordrules_csv import NEW, WRONG, decoded, plan

DEFAULT = Path(__file__).resolve().parents[2] / "content" / "words.csv"
# Before the word, in the register of what was loaded: a rule that an editor changed or deleted stays so.
RECORD, FILE = "word:", "words:"


class Command(BaseCommand):
    help = "载入易错词（每个词语只载入一次；编辑改过、删除的不再改动）。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=DEFAULT, help="CSV 文件")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"读不了易错词文件：{file}") from error
        digest = hashlib.sha256(content).hexdigest()
        name = f"{FILE}{file.resolve()}"
        if LoadedRecord.objects.filter(name=name, digest=digest).exists():
            return
        try:
            planned = plan(decoded(content))
        except UnreadableFile as error:
            raise CommandError(f"{file}：{error}") from error
        if wrong := [row for row in planned.rows if row.decision == WRONG]:
            raise CommandError("\n".join(f"{file} 第{row.number}行：{''.join(row.errors)}" for row in wrong))
        known = set(LoadedRecord.objects.filter(name__startswith=RECORD).values_list("name", flat=True))
        fresh = [row.rule for row in planned.rows if f"{RECORD}{row.rule.wrong}" not in known]
        new = {row.rule.wrong for row in planned.rows if row.decision == NEW}
        added = [rule for rule in fresh if rule.wrong in new]
        with transaction.atomic():
            WordRule.objects.bulk_create(added)
            LoadedRecord.objects.bulk_create(
                LoadedRecord(name=f"{RECORD}{rule.wrong}", digest=digest) for rule in fresh
            )
            LoadedRecord.objects.update_or_create(name=name, defaults={"digest": digest})
        if options["verbosity"]:
            self.stdout.write(f"易错词已载入：新增{len(added)}条。")
