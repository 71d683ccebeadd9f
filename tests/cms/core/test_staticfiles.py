"""The style sheet that readers get: one file, named by its content, with every component in its layer."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.storage import FileSystemStorage
from django.core.management import call_command

from cms.core.staticfiles import BUNDLED, bundle, fingerprint

OWN_FILES = "django.contrib.staticfiles.finders.FileSystemFinder"
SOURCES = Path(django_settings.ROOT) / "static"


@pytest.fixture
def collected(settings: Any, tmp_path: Path) -> Path:
    """The portal's own static files, as `make run` collects them."""
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.STATICFILES_FINDERS = [OWN_FILES]  # the admin's would take ten seconds
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "cms.core.staticfiles.PortalStaticFilesStorage"},
    }
    call_command("collectstatic", verbosity=0, interactive=False)
    return Path(settings.STATIC_ROOT)


@pytest.fixture
def fresh_finders() -> Iterator[None]:
    """Finders remember the folders they were made with."""
    yield
    finders.get_finder.cache_clear()


def in_folder(folder: Path, **files: str) -> dict[str, Any]:
    """What `post_process` is given: for every file its storage and its path."""
    storage = FileSystemStorage(folder)
    for name, text in files.items():
        (folder / f"{name}.css").write_text(text)
    return {f"{name}.css": (storage, f"{name}.css") for name in files}


def test_imports_are_replaced_by_layers_in_their_order(tmp_path: Path) -> None:
    paths = in_folder(
        tmp_path,
        all='@layer a, b;\n@import url("one.css") layer(a);\n@import url("two.css") layer(b);\n',
        one="p { color: red; }\n",
        two="b { color: blue; }\n",
    )
    assert bundle("all.css", paths) == (
        "@layer a, b;\n@layer a {\np { color: red; }\n}\n@layer b {\nb { color: blue; }\n}\n"
    )


def test_missing_component_is_an_error(tmp_path: Path) -> None:
    paths = in_folder(tmp_path, all='@import url("weg.css") layer(a);')
    with pytest.raises(KeyError, match="weg"):
        bundle("all.css", paths)


def public_sheets() -> list[Path]:
    """All but those of pages for staff."""
    folder = (SOURCES / BUNDLED).parent
    return [path for path in folder.rglob("*.css") if "staff" not in path.parts]


def test_every_component_is_imported() -> None:
    """A style sheet that nobody imports would be missed by nobody."""
    text = (SOURCES / BUNDLED).read_text()
    imported = re.findall(r'url\("([^"]+)"\)', text)
    folder = (SOURCES / BUNDLED).parent
    present = {str(path.relative_to(folder)) for path in public_sheets()} - {Path(BUNDLED).name}
    assert sorted(imported) == sorted(present)


def test_collected_sheet_is_one_file_with_all_sources(collected: Path) -> None:
    address = staticfiles_storage.url(BUNDLED)
    assert re.fullmatch(r"/static/css/portal\.[0-9a-f]{12}\.css", address)
    text = (collected / address.removeprefix("/static/")).read_text()
    assert "@import" not in text
    for source in public_sheets():
        if source.name != Path(BUNDLED).name:
            assert source.read_text() in text, source
    assert text.count("{") == text.count("}")


def test_collected_sheet_is_compressed(collected: Path) -> None:
    sheet = collected / staticfiles_storage.url(BUNDLED).removeprefix("/static/")
    plain = sheet.stat().st_size
    for ending in ("gz", "br"):
        assert 0 < sheet.with_name(f"{sheet.name}.{ending}").stat().st_size < plain / 2


def test_change_of_a_component_changes_the_address(
    collected: Path, settings: Any, tmp_path: Path, fresh_finders: None
) -> None:
    before = staticfiles_storage.url(BUNDLED)
    copy = Path(shutil.copytree(SOURCES, tmp_path / "changed"))
    card = copy / "css" / "components" / "card.css"
    card.write_text(card.read_text() + ".card { color: red; }\n")
    settings.STATICFILES_DIRS = [copy]
    settings.STATIC_ROOT = tmp_path / "again"
    finders.get_finder.cache_clear()
    call_command("collectstatic", verbosity=0, interactive=False)
    assert staticfiles_storage.url(BUNDLED) != before


def test_fingerprint_follows_the_sources(settings: Any, tmp_path: Path, fresh_finders: None) -> None:
    settings.STATICFILES_DIRS = [tmp_path]
    finders.get_finder.cache_clear()
    sheet = tmp_path / "a.css"
    sheet.write_text("p {}")
    first = fingerprint()
    assert fingerprint() == first
    sheet.write_text("p { }")
    longer = fingerprint()
    os.utime(sheet, (1, 1))
    touched = fingerprint()
    sheet.rename(tmp_path / "b.css")
    renamed = fingerprint()
    assert len({first, longer, touched, renamed}) == 4
