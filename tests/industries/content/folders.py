"""A small content folder that has one of everything, in canonical form."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from wagtail.models import Revision, Site

from cms.core.models import BasePage, LoadedRecord, SiteIdentity
from industries.content.exporting import Exporter
from industries.content.loading import Loader
from industries.models import (
    Observation,
    ProjectPage,
    ProjectStage,
    SectorPage,
    Source,
    Statement,
    Tier,
)

FACT = {"source": "ribao", "locator": "第2段", "status": "media"}
SMALL: dict[str, Any] = {
    "sources": [{"key": "ribao", "title": "长春日报报道", "kind": "media", "published": "2025-12-16"}],
    "tiers": [
        {"key": "zhuan", "name": "3转", "title": "传统产业转型", "size": 3, "hue": "amber", "order": 1}
    ],
    "statements": [
        {
            "key": "guiru-qiche",
            "text": "汽车列入三个转型产业。",
            "kind": "layout",
            "period": "2025",
            "subjects": ["/sectors/qiche/"],
            **FACT,
        },
        {
            "key": "erqi-kaigong",
            "text": "二期开工。",
            "kind": "construction",
            "period": "2023-03",
            "subjects": ["/projects/erqi/", "/enterprises/yiqi/"],
            **FACT,
            "status": "disputed",
            "note": "两家报道的年份不同。",
        },
        {
            "key": "erqi-jungong",
            "text": "二期竣工。",
            "kind": "construction",
            "period": "2024",
            "subjects": ["/projects/erqi/"],
            **FACT,
        },
    ],
    "identity": {"name": "长春产业门户", "short_name": "长春产业", "mode": "unset"},
    "pages/home": {
        "type": "home",
        "title": "首页",
        "hero_line_1": "长春产业",
        "headline_figures": ["chanzhi"],
        "featured": ["/projects/erqi/"],
    },
    "pages/sectors": {"type": "sector_index", "order": 1, "title": "产业", "show_in_menus": True},
    "pages/sectors/qiche": {
        "type": "sector",
        "order": 1,
        "title": "汽车",
        "summary": "长春的支柱产业。",
        "tier": "zhuan",
        "basis": "guiru-qiche",
        "headline_figures": ["chanzhi"],
        "value_chain": [{"position": "upstream", "name": "钢材"}, {"position": "midstream", "name": "整车"}],
    },
    "pages/sectors/qiche/dianchi": {"type": "sector", "order": 1, "title": "电池"},
    "pages/projects": {"type": "project_index", "order": 2, "title": "项目"},
    "pages/projects/erqi": {
        "type": "project",
        "title": "工厂二期",
        "other_names": ["二期", "新厂"],
        "kind": "construction",
        "sectors": ["/sectors/qiche/", "/sectors/qiche/dianchi/"],
        "enterprises": [{"page": "/enterprises/yiqi/", "role": "建设单位"}],
        "investment": "touzi",
        "stages": [
            {"stage": "started", "statement": "erqi-kaigong"},
            {"stage": "completed", "statement": "erqi-jungong"},
        ],
        "checked_on": "2025-12-20",
        "body": [
            {"heading": "概况"},
            {
                "paragraph": '<p>由<a page="/enterprises/yiqi/">一汽</a>建设，'
                '投资<observation key="touzi"/>，见<a href="https://www.gov.cn/">公告</a>。</p>'
            },
            {"key_figures": {"title": "数字", "observations": ["chanzhi", "touzi"]}},
            {"note": {"text": '<p>产值<observation key="chanzhi"/>是全市的。</p>'}},
            {"related": {"pages": ["/sectors/qiche/"]}},
        ],
    },
    "pages/enterprises": {
        "type": "enterprise_index",
        "order": 3,
        "title": "企业",
        "intro": '<p>见<a page="/sectors/">产业</a>。</p>',
    },
    "pages/enterprises/yiqi": {
        "type": "enterprise",
        "title": "一汽",
        "kind": "company",
        "sectors": [{"sector": "/sectors/qiche/", "position": "midstream", "role": "整车"}],
    },
    "pages/data": {"type": "indicator_index", "order": 4, "title": "数据"},
    "pages/data/chanzhi": {
        "type": "indicator",
        "title": "汽车产值",
        "unit": "亿元",
        "definition": "全市合计。",
        "sectors": ["/sectors/qiche/"],
        "observations": [{"key": "chanzhi", "value": "4047.7", "period": "2025-01/2025-11", **FACT}],
    },
    "pages/data/touzi": {
        "type": "indicator",
        "title": "项目投资",
        "unit": "亿元",
        "definition": "单个项目。",
        "observations": [
            {"key": "touzi", "value": "30", "hedge": "超", "subject": "/projects/erqi/", **FACT}
        ],
    },
}
PAGES = sum(name.startswith("pages/") for name in SMALL)
FACTS = len(SMALL["statements"]) + 2
RECORDS = PAGES + FACTS + len(SMALL["sources"]) + len(SMALL["tiers"]) + 1  # and the identity


class Folder:
    """A folder of content files, by name without the suffix."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def file(self, name: str) -> Path:
        return self.path / f"{name}.yaml"

    def read(self, name: str) -> Any:
        return yaml.safe_load(self.file(name).read_text())

    def write(self, name: str, data: Any) -> None:
        self.file(name).parent.mkdir(parents=True, exist_ok=True)
        self.file(name).write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=1_000_000))

    def change(self, name: str, **values: Any) -> None:
        self.write(name, self.read(name) | values)

    def change_row(self, name: str, key: str, /, **values: Any) -> None:
        """Changes one record of a register, or one observation of an indicator's file."""
        data = self.read(name)
        rows = data if isinstance(data, list) else data["observations"]
        next(row for row in rows if row["key"] == key).update(values)
        self.write(name, data)

    def bytes(self) -> dict[str, bytes]:
        files = sorted(self.path.rglob("*.yaml"))
        return {file.relative_to(self.path).as_posix(): file.read_bytes() for file in files}


def small_folder(path: Path) -> Folder:
    made = Folder(path)
    for name, data in SMALL.items():
        made.write(name, data)
    return made


def load(folder: Folder | Path, advance: Callable[[str], None] = lambda name: None) -> Loader:
    loader = Loader(folder.path if isinstance(folder, Folder) else folder, advance)
    loader.run()
    return loader


def export(path: Path) -> Folder:
    Exporter(path).run()
    return Folder(path)


def empty_database() -> None:
    """As before the first load: Wagtail's welcome page, no content, no memory of one."""
    ProjectStage.objects.all().delete()
    ProjectPage.objects.update(investment=None)
    SectorPage.objects.update(basis=None)
    for model in (Observation, Statement, LoadedRecord, SiteIdentity, Revision):
        model.objects.all().delete()
    site = Site.objects.get(is_default_site=True)
    home = site.root_page
    root = BasePage.get_first_root_node()
    welcome = root.add_child(instance=BasePage(title="Welcome", slug="welcome"))
    site.root_page = welcome
    site.save()
    home.delete()
    BasePage.objects.filter(pk=welcome.pk).update(slug="home", url_path="/home/")
    Source.objects.all().delete()
    Tier.objects.all().delete()
