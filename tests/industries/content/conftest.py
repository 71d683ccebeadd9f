"""Content folders for tests, and a portal that one of them is loaded into.

`portal_in_use` keeps one transaction open for a whole file of tests, so that the folder is loaded but once;
pytest-django's `db` then rolls each test back to a savepoint of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction

if TYPE_CHECKING:
    from tests.industries.content.folders import Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """The small folder, in a place where the test may change it."""
    from tests.industries.content.folders import small_folder

    return small_folder(tmp_path / "content")


@pytest.fixture(scope="module")
def portal_in_use(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    from tests.industries.content.folders import load, small_folder

    with django_db_blocker.unblock(), transaction.atomic():
        load(small_folder(tmp_path_factory.mktemp("loaded")))
        yield
        transaction.set_rollback(True)


@pytest.fixture
def loaded(portal_in_use: None, db: None, folder: Folder) -> Folder:
    """A fresh copy of the small folder, which has been loaded as it is."""
    return folder
