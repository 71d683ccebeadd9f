from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from industries.content.exporting import Exporter
from industries.content.files import ContentError


class Command(BaseCommand):
    help = "把门户的内容写成可读的文件，load_content 可以读回。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="目标文件夹")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            exporter = Exporter(folder)
            quiet = options["verbosity"] == 0
            with tqdm(total=exporter.total(), desc="导出内容", unit="页", disable=quiet or None) as bar:
                exporter.advance = lambda name: bar.update()
                exporter.run()
        except OSError as error:
            raise CommandError(f"无法写入 {folder}：{error.strerror}") from error
        except ContentError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"内容已导出到 {folder}，{exporter.written} 个文件有变化。")
        if exporter.private:
            self.stdout.write(f"{exporter.private} 个私密页面没有导出。")
