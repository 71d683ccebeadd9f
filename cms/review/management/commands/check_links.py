from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from cms.core.models import BasePage
from cms.review.links import checking, collecting
from cms.review.models import ExternalLink


class Command(BaseCommand):
    help = (
        "检查到期的外部链接（要先设置LINK_CHECK=1）。网站运行时自己会查；"
        "--collect只从公开页面重新收集链接，不访问任何外部网站。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--collect", action="store_true", help="从全部公开页面重新收集链接")
        parser.add_argument("--limit", type=int, help="最多检查多少个链接")

    def handle(self, *args: Any, collect: bool, limit: int | None, **options: Any) -> None:
        quiet = options["verbosity"] == 0 or None
        if collect:
            total = BasePage.objects.visible().count()
            with tqdm(total=total, desc="收集外部链接", unit="页", disable=quiet) as bar:
                collecting.collect_all(bar.update)
            self.stdout.write(f"共有{ExternalLink.objects.count()}个外部链接。")
            return
        if not settings.LINK_CHECK:
            raise CommandError("没有检查：本站没有开启对外部网站的访问。设置环境变量LINK_CHECK=1后再运行。")
        links = list(checking.due(timezone.now())[:limit])
        bar = tqdm(links, desc="检查外部链接", unit="个", disable=quiet)
        counts = checking.check_all(bar, checking.fetcher)
        self.stdout.write((checking.summary(counts) or "没有到期要查的链接") + "。")
