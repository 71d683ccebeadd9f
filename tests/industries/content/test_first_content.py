"""The portal's own first content, loaded once for all tests here.

Loading takes some fifteen seconds. So it is done in one transaction that spans this file, and each test
runs inside a savepoint of it. tests/conftest.py keeps the file in one test process.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from wagtail.models import Revision
from wagtail.rich_text import expand_db_html

from cms.core.models import BasePage
from industries.content.loading import CREATE, SAME, Loader
from industries.management.commands.load_content import DEFAULT
from industries.models import Observation, Statement
from tests.industries.content.folders import Folder, empty_database, export, load
from tests.snapshot import in_place


@pytest.fixture(scope="module")
def loading(django_db_setup: None, django_db_blocker: Any) -> Iterator[Loader]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield in_place("first content", lambda: load(DEFAULT))
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def loaded(loading: Loader, db: None) -> Loader:
    """The database as loading left it; `db` rolls each test back to that."""
    return loading


def rows() -> dict[str, int]:
    models = [m for m in apps.get_models() if m._meta.managed]
    return {m._meta.label: m._default_manager.count() for m in models}


def test_all_of_it_is_new_to_an_empty_portal_and_published(loaded: Loader) -> None:
    assert loaded.kept == []
    assert loaded.counts == Counter({CREATE: loaded.counts[CREATE]})
    assert BasePage.objects.filter(depth__gt=1).count() == len(loaded.pages)
    drafts = [path for path, data in loaded.pages.items() if data.get("draft")]
    assert BasePage.objects.filter(depth__gt=1, live=False).count() == len(drafts)


def test_loading_it_again_changes_nothing(loaded: Loader) -> None:
    before, revisions = rows(), set(Revision.objects.values_list("pk", flat=True))
    again = load(DEFAULT)
    assert again.counts == Counter({SAME: sum(loaded.counts.values())})
    assert rows() == before
    assert set(Revision.objects.values_list("pk", flat=True)) == revisions


def test_exporting_it_gives_the_same_files_to_the_byte(tmp_path: Path) -> None:
    out, ours = export(tmp_path).bytes(), Folder(DEFAULT).bytes()
    assert sorted(out) == sorted(ours)
    assert [name for name in ours if out[name] != ours[name]] == []


def test_export_loaded_into_an_empty_portal_gives_the_same_portal(loaded: Loader, tmp_path: Path) -> None:
    counted = rows()
    first = export(tmp_path / "first")
    empty_database()
    assert not Observation.objects.exists()
    assert load(first).counts == loaded.counts
    assert export(tmp_path / "second").bytes() == first.bytes()
    untold = ("wagtailcore.ModelLogEntry", "wagtailcore.PageLogEntry")
    same = {label: count for label, count in rows().items() if label not in untold}
    assert same == {label: count for label, count in counted.items() if label not in untold}


def test_command_finds_it_and_sees_that_nothing_changed(capsys: Any) -> None:
    call_command("load_content", "--if-changed", verbosity=0)
    assert capsys.readouterr().out == ""


def test_every_fact_keeps_the_rules_that_editors_must_keep() -> None:
    for fact in [*Observation.objects.all(), *Statement.objects.all()]:
        fact.full_clean()
        assert fact.checked_on is None or fact.checked_on <= timezone.localdate()


def test_every_fact_can_be_read_by_the_public() -> None:
    hidden = set(Observation.objects.all()) - set(Observation.objects.visible())
    assert [fact.key for fact in hidden] == []
    silent = set(Statement.objects.all()) - set(Statement.objects.visible())
    assert [fact.key for fact in silent] == []


def test_every_figure_and_link_in_its_texts_leads_somewhere() -> None:
    """No gap mark, no dead link: every embed is expanded to its figure, every link has its address."""
    checked = 0
    for page in BasePage.objects.filter(depth__gt=1).specific():
        for block in getattr(page, "body", []):
            if block.block_type != "paragraph":
                continue
            source = block.value.source
            html = expand_db_html(source)
            assert "（数值未公开）" not in html, page
            assert html.count("<a href=") >= source.count("<a "), page
            checked += source.count("<a ") + source.count("<embed")
    assert checked > 100
