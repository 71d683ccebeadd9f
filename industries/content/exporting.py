"""From the database to files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from wagtail.models import Site

from cms.core.models import BasePage, PortalImage, SiteIdentity
from industries.content import files
from industries.content.files import ContentError, Data
from industries.content.images import export_images
from industries.content.records import snapshot
from industries.content.references import References, home_page
from industries.models import IndicatorPage, Source, Tier

Advance = Callable[[str], object]


class Exporter:
    """Writes what is live, and the latest draft of what is not; private pages stay in the database."""

    def __init__(self, folder: Path, advance: Advance = lambda name: None) -> None:
        self.folder = folder
        self.advance = advance
        self.references = References(public_only=True)
        self.written = 0
        self.private = 0
        home = home_page()
        if home is None:
            raise ContentError("网站还没有首页，没有可导出的内容。先运行 load_content。")
        self.home = home

    def page_queryset(self) -> Any:
        return BasePage.objects.descendant_of(self.home, inclusive=True)

    def total(self) -> int:
        return int(self.page_queryset().count())

    def run(self) -> None:
        """Writes what differs, and removes page files whose page is gone.

        Raises ContentError for a folder with page files that no export has written.
        """
        if any((self.folder / files.PAGES).rglob("*.yaml")) and not (self.folder / "sources.yaml").exists():
            raise ContentError(f"{self.folder} 里有别的文件，不像内容文件夹。请换一个空文件夹。")
        registers: dict[str, Any] = {
            "sources": Source.objects.order_by("pk"),
            "tiers": Tier.objects.order_by("pk"),
            "statements": self.references.statements(),
        }
        for name, records in registers.items():
            self.write(self.folder / f"{name}.yaml", [snapshot(r, self.references) for r in records])
        identity = SiteIdentity.objects.filter(site=Site.objects.get(is_default_site=True)).first()
        if identity:
            self.write(self.folder / "identity.yaml", snapshot(identity, self.references))
        kept = set()
        ranks = self.ranks()
        for page in self.page_queryset().specific().iterator(chunk_size=100):
            self.advance(page.title)
            if page.pk not in self.references.pages:
                self.private += 1
                continue
            file = files.page_file(self.folder, self.references.pages[page.pk])
            self.write(file, self.page_data(page, ranks))
            kept.add(file)
        used = PortalImage.objects.filter(pk__in=self.references.images_used)
        self.written += export_images(self.folder, list(used))
        for file in (self.folder / files.PAGES).rglob("*.yaml"):
            if file not in kept:
                file.unlink()
                self.written += 1

    def ranks(self) -> dict[int, int]:
        """Place of each page among its siblings, from 1."""
        ranks: dict[int, int] = {}
        seen: dict[str, int] = {}
        rows = self.page_queryset().order_by("path").values_list("pk", "path")
        for pk, path in rows:
            parent = path[: -BasePage.steplen]
            seen[parent] = ranks[pk] = seen.get(parent, 0) + 1
        return ranks

    def page_data(self, page: Any, ranks: dict[int, int]) -> Data:
        data: Data = {"type": page.content_type_key}
        if page.content_ordered:
            data["order"] = ranks[page.pk]
        data.update(snapshot(page, self.references))
        if isinstance(page, IndicatorPage):
            observations = self.references.observations().filter(indicator=page)
            data["observations"] = [snapshot(o, self.references) for o in observations]
        return data

    def write(self, file: Path, data: Any) -> None:
        self.written += files.write(file, data)
