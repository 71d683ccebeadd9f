"""What all tests stand on: settings, databases, folders, and a small portal to put pages into.

`pytest` runs on SQLite in memory; `pytest --postgres` on a real PostgreSQL and a real Valkey.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import pytest

from tests.services import Services

if TYPE_CHECKING:
    from tests.factories import Portal

SETTINGS = "cms.settings.test"
# What an operator's shell may have set, and must not reach the tests.
OPERATORS = (
    "ALLOWED_HOSTS",
    "BASE_URL",
    "CACHE_URL",
    "DATABASE_URL",
    "LINK_CHECK",
    "SECRET_KEY",
    "STORAGE_URL",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--postgres",
        action="store_true",
        help="run on a real PostgreSQL and a real Valkey instead of SQLite and memory",
    )
    parser.addoption("--guide", action="store_true", help="keep the pictures of the editors' guide")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Settles the environment before Django reads its settings.

    Test processes of pytest-xdist inherit the first process's servers, and take a cache database and a
    folder each.
    """
    from django.conf import settings

    if settings.configured:
        raise pytest.UsageError("Unset DJANGO_SETTINGS_MODULE: the tests choose their own settings.")
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None:
        set_up_environment(config)
    else:
        os.environ["DATA_DIR"] += f"/{worker}"  # pages of two processes may have the same number
        if config.getoption("postgres"):
            os.environ["CACHE_URL"] += f"?db={int(worker.removeprefix('gw')) + 1}"
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    Path(settings.STATIC_ROOT).mkdir(parents=True)  # settings are read here; whitenoise misses the folder
    # Inherited, it would make pytest-django read the settings of a test process too early.
    del os.environ["DJANGO_SETTINGS_MODULE"]


def set_up_environment(config: pytest.Config) -> None:
    """Environment of this process and the ones it starts; undone when the run ends, however it ends."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    for name in OPERATORS:
        os.environ.pop(name, None)
    os.environ["DATA_DIR"] = folder = tempfile.mkdtemp(prefix="portal-test-")
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    if config.getoption("postgres"):
        try:
            services = Services()
        except RuntimeError as error:
            raise pytest.UsageError(str(error)) from error
        config.add_cleanup(services.stop)
        os.environ.update(services.addresses)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Tests that share something dear (a browser, loaded content) stay in one process; others go anywhere.

    Not `--dist=loadgroup`: xdist 3.8 does not get its marks into the test ids of pytest 9, and says nothing.
    """
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group(nodeid)

    return Scheduling(config, log)


def group(nodeid: str) -> str:
    file = PurePosixPath(nodeid.partition("::")[0])
    if file.stem == "test_first_content":
        return file.stem
    if file.parent.name == "browser":
        return "browser"
    return str(file) if file.parent.name == "content" or file.stem == "test_public" else nodeid


@pytest.fixture(autouse=True)
def nothing_left_from_the_test_before() -> None:
    """Wagtail caches where sites lie in the tree, and Django the prefix of the last request, per process."""
    from django.core.cache import cache
    from django.urls import set_script_prefix

    cache.clear()
    set_script_prefix("/")


@pytest.fixture
def portal(db: Any) -> Portal:
    """A home page as the default site's root, and a column of every type below it."""
    from tests.snapshot import portal_in_place

    return portal_in_place()
