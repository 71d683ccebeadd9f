from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from cms.core import sharecards
from industries.content.files import ContentError
from industries.content.loading import Loader

DEFAULT = Path(__file__).resolve().parents[2] / "content"


class Command(BaseCommand):
    help = "载入内容文件（幂等）：编辑改过、移动或删除的内容保持原样。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=DEFAULT, help="内容文件夹")
        parser.add_argument("--if-changed", action="store_true", help="文件自上次载入后没有变化时立即结束")

    def handle(self, *args: Any, folder: Path, if_changed: bool, **options: Any) -> None:
        if not folder.is_dir():
            raise CommandError(f"找不到内容文件夹：{folder}")
        try:
            loader = Loader(folder)
            if if_changed and (loader.unchanged_since_last_run() or loader.replaced_by_other_content()):
                return
            quiet = options["verbosity"] == 0
            with tqdm(total=loader.total(), desc="载入内容", unit="项", disable=quiet or None) as bar:
                loader.advance = lambda name: bar.update()
                with sharecards.postponed():
                    loader.run()
        except ContentError as error:
            raise CommandError(str(error)) from error
        summary = "，".join(f"{what} {n}" for what, n in sorted(loader.counts.items()))
        self.stdout.write(f"内容已载入：{summary}。")
        for line in loader.kept:
            self.stdout.write(f"  {line}")
