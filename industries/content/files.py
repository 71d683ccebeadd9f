"""Reading and writing the YAML files themselves."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import yaml

Data = dict[str, Any]
PAGES = "pages"
HOME = "home"


class ContentError(Exception):
    """What is wrong with a content file, in words for the person who wrote it."""


class Removed(Exception):
    """A file refers to a record that an editor has deleted; names it."""


def dump(data: Any) -> str:
    """Canonical YAML: block style, one line a string, keys in the order given."""
    text: str = yaml.safe_dump(
        data, allow_unicode=True, sort_keys=False, default_flow_style=False, width=1_000_000
    )
    return text


def digest(data: Any) -> str:
    return hashlib.sha256(dump(data).encode()).hexdigest()


def read(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ContentError(f"{path}：不是有效的 YAML 文件（{error}）") from error


def read_list(path: Path) -> list[Data]:
    """A register: a list of mappings with a `key` each, used once. A missing file is an empty list."""
    if not path.exists():
        return []
    items = read(path)
    if not isinstance(items, list) or not all(isinstance(i, dict) and i.get("key") for i in items):
        raise ContentError(f"{path}：应为列表，每项都有 key。")
    keys = [item["key"] for item in items]
    for key in keys:
        if keys.count(key) > 1:
            raise ContentError(f"{path}：key“{key}”重复。")
    return items


def read_pages(folder: Path) -> dict[str, Data]:
    """Page data by public address (`/` for the home page), parents before children, siblings in order."""
    pages = {}
    root = folder / PAGES
    for file in sorted(root.rglob("*.yaml")):
        data = read(file)
        if not isinstance(data, dict) or not data.get("type") or not data.get("title"):
            raise ContentError(f"{file}：缺少 type 或 title。")
        pages[address(file.relative_to(root))] = data

    def position(path: str) -> list[tuple[int, str]]:
        parts = path.strip("/").split("/")
        above = ["/" + "/".join(parts[: i + 1]) + "/" for i in range(len(parts))]
        return [(pages.get(p, {}).get("order", 10_000), p) for p in above]

    return dict(sorted(pages.items(), key=lambda item: position(item[0]) if item[0] != "/" else []))


def address(relative: Path) -> str:
    name = relative.with_suffix("").as_posix()
    return "/" if name == HOME else f"/{name}/"


def page_file(folder: Path, path: str) -> Path:
    return folder / PAGES / f"{path.strip('/') or HOME}.yaml"


def folder_digest(folder: Path) -> str:
    """Changes when any content file changes, appears or disappears."""
    hasher = hashlib.sha256()
    for file in sorted(folder.rglob("*.yaml")):
        hasher.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return hasher.hexdigest()


def write(path: Path, data: Any) -> bool:
    """Writes canonical YAML where it differs from what is there; says whether it wrote."""
    text = dump(data)
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return True
