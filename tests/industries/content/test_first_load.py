"""Loading files: everything once, into an empty portal."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Revision, Site

from cms.core.models import BasePage, SiteIdentity
from home.models import HomePage
from industries.content.loading import CREATE, SAME, Loader
from industries.models import (
    EnterprisePage,
    Observation,
    ProjectPage,
    SectorPage,
    Source,
    Statement,
    StatementSubject,
)
from tests.industries.content.folders import PAGES, RECORDS, Folder, load

pytestmark = pytest.mark.django_db


def test_everything_in_the_files_is_created_and_published(folder: Folder) -> None:
    loader = load(folder)
    assert loader.counts == Counter({CREATE: RECORDS})
    assert loader.kept == []
    home = Site.objects.get(is_default_site=True).root_page.specific
    assert isinstance(home, HomePage)
    assert BasePage.objects.descendant_of(home, inclusive=True).live().count() == PAGES
    assert not BasePage.objects.filter(has_unpublished_changes=True).exists()
    assert Observation.objects.visible().count() == 2
    assert Statement.objects.visible().count() == 3
    project = ProjectPage.objects.get()
    assert [stage.stage for stage in project.stages.all()][-1] == "completed"
    assert project.investment.quantity == "超30亿元"
    assert [sector.title for sector in project.visible_sectors()] == ["汽车", "电池"]
    assert SectorPage.objects.get(slug="dianchi").shown_tier.key == "zhuan"
    assert SiteIdentity.objects.get().name == "长春产业门户"
    assert StatementSubject.objects.count() == 4


def test_siblings_stand_in_the_order_that_the_files_give(folder: Folder) -> None:
    folder.change("pages/data", order=1)
    folder.change("pages/sectors", order=4)
    load(folder)
    home = HomePage.objects.get()
    assert [page.title for page in home.get_children()] == ["数据", "项目", "企业", "产业"]


def test_advance_is_called_as_often_as_total_says(folder: Folder) -> None:
    calls: list[str] = []
    loader = load(folder, calls.append)
    assert len(calls) == loader.total()


def test_field_that_the_file_leaves_out_has_its_default(folder: Folder) -> None:
    """A kind, say: the commonest one need not be written."""
    folder.write("pages/enterprises/hongqi", {"type": "enterprise", "title": "红旗"})
    load(folder)
    assert EnterprisePage.objects.get(slug="hongqi").kind == "company"
    assert load(folder).kept == []


def test_draft_in_the_files_stays_a_draft_and_is_loaded_once(folder: Folder) -> None:
    folder.change("pages/projects/erqi", draft=True)
    assert load(folder).counts == Counter({CREATE: RECORDS})
    page = ProjectPage.objects.get()
    assert not page.live
    revisions = Revision.objects.count()
    again = load(folder)
    assert again.counts == Counter({SAME: RECORDS})
    assert Revision.objects.count() == revisions
    latest = page.get_latest_revision_as_object()
    assert [block.block_type for block in latest.body][:2] == ["heading", "paragraph"]


class PowerCutError(Exception):
    pass


@pytest.mark.parametrize("after", [0, 1, 5, 9, 14, 17, 20, 24, 26])
def test_run_cut_short_is_completed_by_the_next(folder: Folder, after: int) -> None:
    left = after

    def advance(name: str) -> None:
        nonlocal left
        if left == 0:
            raise PowerCutError(name)
        left -= 1

    with pytest.raises(PowerCutError):
        load(folder, advance)
    loader = load(folder)
    assert loader.kept == []
    assert BasePage.objects.filter(depth__gt=1, live=True).count() == PAGES
    assert not BasePage.objects.filter(has_unpublished_changes=True).exists()
    assert Statement.objects.visible().count() == 3
    assert ProjectPage.objects.get().stages.count() == 2
    assert load(folder).counts == Counter({SAME: RECORDS})


def test_unchanged_folder_is_recognised(folder: Folder) -> None:
    assert not Loader(folder.path).unchanged_since_last_run()
    load(folder)
    assert Loader(folder.path).unchanged_since_last_run()
    folder.change("pages/sectors", title="产业们")
    assert not Loader(folder.path).unchanged_since_last_run()
    load(folder)
    folder.file("pages/sectors/qiche/dianchi").unlink()
    assert not Loader(folder.path).unchanged_since_last_run()


def test_folder_without_files_asks_for_nothing(tmp_path: Path) -> None:
    assert load(tmp_path).counts == Counter()
    assert not Source.objects.exists()


def test_empty_portal_has_nothing_to_export(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="还没有首页"):
        call_command("export_content", tmp_path, verbosity=0)
