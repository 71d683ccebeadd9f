"""Chromium, and a portal for it to read. Without Chromium, the tests of this folder are skipped."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
MISSING = (
    "浏览器测试已跳过：没有找到 Chromium（Debian/Ubuntu：apt install chromium fonts-noto-cjk）。"
    "Browser tests skipped: no Chromium on this machine."
)
ARGUMENTS = ["--disable-gpu", "--disable-background-networking"]


expect.set_options(timeout=15_000)  # milliseconds: other tests take the machine's time


@dataclass(frozen=True)
class Site:
    """The example portal as it is served: its address, and one path for every type of page."""

    url: str
    pages: dict[str, str]

    def __truediv__(self, name: str) -> str:
        return self.url + self.pages[name]

    def simple(self, name: str) -> str:
        """The address of the page's simplified view."""
        return f"{self / name}{'&' if '?' in self.pages[name] else '?'}view=simple"

    @staticmethod
    def status(name: str) -> int:
        return {"not-found": 404, "gone": 410, "fact-gone": 410}.get(name, 200)


@pytest.fixture(scope="session")
def chromium() -> str:
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if found is None:
        warnings.warn(MISSING, stacklevel=1)  # a reason to skip is only shown to those who ask for it
        pytest.skip(MISSING)
    return found


@pytest.fixture(scope="session")
def site(
    chromium: str, django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("browser")
    with django_db_blocker.unblock():
        copy_migrated_database(folder / "portal.sqlite3")
    operators = ("DATABASE_URL", "CACHE_URL")  # set by a run with --postgres
    environment = {name: value for name, value in os.environ.items() if name not in operators}
    environment |= {"DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "tests.browser.settings"}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.browser.server"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        line = server.stdout.readline()
        assert line, "the example portal did not start; the reason is above"
        yield Site(**json.loads(line))
        server.stdin.close()


def copy_migrated_database(path: Path) -> None:
    """Saves the server a long run of migrations, where this process has made them for other tests.

    Not in a run of browser tests alone, nor on PostgreSQL, nor after a test that emptied the database:
    then the server migrates by itself.
    """
    from django.db import connection
    from wagtail.models import Site as WagtailSite

    migrated = connection.vendor == "sqlite" and connection.is_in_memory_db()
    if migrated and WagtailSite.objects.exists():
        with closing(sqlite3.connect(path)) as copy:
            connection.connection.backup(copy)


@pytest.fixture(scope="package")
def browser(site: Site, chromium: str) -> Iterator[Browser]:
    """One for all tests here. Not for the session: while it runs, Django takes this thread for an async one."""
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium, args=[*ARGUMENTS, *as_root])


NewPage = Callable[..., Page]
LOAD_ALL_IMAGES = """async () => {
  const images = [...document.images];
  images.forEach(image => { image.loading = "eager" });
  await Promise.all(images.map(image => image.decode().catch(() => {})));
  return images.filter(image => !image.naturalWidth).map(image => image.src);
}"""


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    """Opens an empty page in a profile of its own: `new_page(width=390, java_script_enabled=False)`."""
    contexts: list[BrowserContext] = []

    def make(width: int = 1440, height: int = 900, **options: Any) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", reduced_motion="reduce", **options
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page: NewPage) -> Page:
    return new_page()


@contextmanager
def gathered() -> Iterator[list[str]]:
    """A list to put failures into; fails at the end with all of them."""
    failures: list[str] = []
    yield failures
    assert not failures, f"{len(failures)} failures:\n" + "\n".join(failures)
