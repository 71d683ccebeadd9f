from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from tqdm import tqdm

from cms.core.models import BasePage
from cms.review.checkup import Level, Result, inspect_all, words
from cms.review.checkup.manual import BY_HAND

NAMED_IN_TEXT = 5


class Command(BaseCommand):
    help = (
        "合规体检：按本站自己的数据检查各项规定。没有不合格时退出码为0，有不合格为1；"
        "加--strict时，有“注意”也为1。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="输出JSON，供程序使用")
        parser.add_argument("--strict", action="store_true", help="有“注意”也算没有通过")
        parser.add_argument("--words", action="store_true", help="先逐页查一遍全站用词（慢，显示进度）")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["words"]:
            sweep_words(quiet=options["json"] or options["verbosity"] == 0)
        results = inspect_all()
        if options["json"]:
            self.stdout.write(json.dumps(as_data(results), ensure_ascii=False, indent=2))
        else:
            self.write(results, verbose=options["verbosity"] > 1)
        bad = {Level.FAIL, Level.WARN} if options["strict"] else {Level.FAIL}
        if any(result.verdict.level in bad for result in results):
            sys.exit(1)

    def write(self, results: list[Result], verbose: bool) -> None:
        style = {
            Level.FAIL: self.style.ERROR,
            Level.WARN: self.style.WARNING,
            Level.OK: self.style.SUCCESS,
            Level.NONE: lambda text: text,
        }
        group = None
        for result in results:
            each, verdict = result.inspection, result.verdict
            if each.group is not group:
                group = each.group
                self.stdout.write(f"\n{group.value}")
            label = style[verdict.level](f"[{verdict.level.label}]")
            self.stdout.write(f"  {label} {each.title}：{verdict.sentence}")
            if verdict.level in {Level.FAIL, Level.WARN} or verbose:
                named = verdict.concerns if verbose else verdict.concerns[:NAMED_IN_TEXT]
                for concern in named:
                    note = f"：{concern.note}" if concern.note else ""
                    self.stdout.write(f"      - {concern.label}{note}  {concern.url}".rstrip())
                if verdict.total > len(named) and named:
                    self.stdout.write(f"      （共{verdict.total}项）")
        self.stdout.write("\n不能自动检查，请人去看")
        for item in BY_HAND:
            self.stdout.write(f"  [人工] {item.title}：{item.todo}")
        counts = {level: sum(r.verdict.level is level for r in results) for level in Level}
        self.stdout.write("\n" + "，".join(f"{level.label}{number}项" for level, number in counts.items()))


def sweep_words(quiet: bool) -> None:
    total = BasePage.objects.visible().filter(depth__gt=1).count()
    read, bad = 0, []
    with tqdm(total=total, desc="查全站用词", unit="页", disable=quiet or None) as bar:
        for page, findings in words.sweep():
            read += 1
            bar.update()
            if findings:
                bad.append(page.pk)
    words.keep(read, bad)


def as_data(results: list[Result]) -> dict[str, Any]:
    return {
        "passed": not any(result.verdict.level is Level.FAIL for result in results),
        "inspections": [
            {
                "key": result.inspection.key,
                "title": result.inspection.title,
                "group": result.inspection.group.value,
                "rule": result.inspection.rule,
                "basis": result.inspection.basis,
                "verdict": result.verdict.level.value,
                "sentence": result.verdict.sentence,
                "total": result.verdict.total,
                "concerns": [vars(concern) for concern in result.verdict.concerns],
            }
            for result in results
        ],
        "by_hand": [vars(item) for item in BY_HAND],
    }
