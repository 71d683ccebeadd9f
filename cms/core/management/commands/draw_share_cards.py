from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from tqdm import tqdm

from cms.core.sharecards import draw_card, identity_of_default_site, pages_with_cards, pages_without_card


class Command(BaseCommand):
    help = "绘制分享卡片：默认只画还没有的；中断后再次运行，从没画完的接着画。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--outdated",
            action="store_true",
            help="也检查已有的卡片，内容变了（站名、颜色、字体）就重画",
        )

        parser.add_argument("--limit", type=int, help="最多画多少张")

    def handle(self, *args: Any, outdated: bool, limit: int | None, **options: Any) -> None:
        pages = pages_with_cards() if outdated else pages_without_card()
        # The list shrinks while it is being worked off: keys first, pages one by one.
        keys = list(pages.values_list("pk", flat=True)[:limit])
        identity = identity_of_default_site()
        drawn = 0
        bar = tqdm(keys, desc="绘制分享卡片", unit="张", disable=options["verbosity"] == 0 or None)
        for key in bar:
            page = pages_with_cards().filter(pk=key).first()
            if page is not None:
                drawn += draw_card(page.specific, identity)
        if drawn and options["verbosity"]:
            self.stdout.write(f"分享卡片已绘制：{drawn} 张。")
