"""Loading files into a portal in use: what is there already, never over an editor's work."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from wagtail.models import Revision

from cms.core.models import BasePage, SiteIdentity
from industries.content.loading import CREATE, EDITED, GONE, SAME, UPDATE
from industries.models import (
    EnterprisePage,
    Observation,
    ProjectPage,
    ProjectStage,
    SectorPage,
    Source,
    Statement,
    StatementSubject,
)
from tests.industries.content.folders import RECORDS, Folder, load


def test_loading_again_changes_nothing(loaded: Folder) -> None:
    before = (
        Revision.objects.count(),
        BasePage.objects.count(),
        Observation.objects.get(key="touzi").updated_at,
    )
    loader = load(loaded)
    after = (
        Revision.objects.count(),
        BasePage.objects.count(),
        Observation.objects.get(key="touzi").updated_at,
    )
    assert loader.counts == Counter({SAME: RECORDS})
    assert after == before


def test_changed_files_update_what_nobody_touched(loaded: Folder) -> None:
    loaded.change("pages/sectors/qiche", summary="新的摘要。")
    loaded.change("pages/projects/erqi", stages=[{"stage": "completed", "statement": "erqi-jungong"}])
    loaded.change_row("pages/data/chanzhi", "chanzhi", value="4100")
    loaded.change_row("statements", "erqi-jungong", text="二期建成。", subjects=["/enterprises/yiqi/"])
    loaded.change_row("sources", "ribao", publisher="长春日报社")
    loaded.change("identity", tagline="一句话")
    loader = load(loaded)
    assert loader.counts == Counter({UPDATE: 6, SAME: RECORDS - 6})
    assert SectorPage.objects.get(slug="qiche").summary == "新的摘要。"
    assert [stage.stage for stage in ProjectPage.objects.get().stages.all()] == ["completed"]
    assert Observation.objects.get(key="chanzhi").value == 4100
    statement = Statement.objects.get(key="erqi-jungong")
    assert statement.text == "二期建成。"
    assert [link.page.title for link in statement.subjects.all()] == ["一汽"]
    assert Source.objects.get().publisher == "长春日报社"
    assert SiteIdentity.objects.get().tagline == "一句话"
    assert load(loaded).counts == Counter({SAME: RECORDS})


def test_new_files_are_added_to_a_portal_that_is_in_use(loaded: Folder) -> None:
    loaded.write(
        "pages/enterprises/hongqi",
        {"type": "enterprise", "title": "红旗", "kind": "brand", "parent": "/enterprises/yiqi/"},
    )
    loaded.write("statements", [*loaded.read("statements"), loaded.read("statements")[0] | {"key": "new"}])
    assert load(loaded).counts == Counter({CREATE: 2, SAME: RECORDS})
    hongqi = EnterprisePage.objects.get(slug="hongqi")
    assert hongqi.live
    assert hongqi.parent.title == "一汽"


def test_record_that_left_the_files_stays_in_the_portal(loaded: Folder) -> None:
    loaded.file("pages/sectors/qiche/dianchi").unlink()
    loaded.change("pages/projects/erqi", sectors=["/sectors/qiche/"])
    load(loaded)
    assert SectorPage.objects.filter(slug="dianchi", live=True).exists()


def edit_page() -> None:
    page = SectorPage.objects.get(slug="qiche")
    page.summary = "编辑写的摘要。"
    page.save_revision().publish()


def edit_page_as_draft() -> None:
    page = SectorPage.objects.get(slug="qiche")
    page.summary = "编辑写的摘要。"
    page.save_revision()


def unpublish_page() -> None:
    SectorPage.objects.get(slug="qiche").unpublish()


def edit_observation() -> None:
    observation = Observation.objects.get(key="chanzhi")
    observation.value = Decimal("4055")
    observation.save_revision().publish()


def edit_statement() -> None:
    statement = Statement.objects.get(key="erqi-jungong")
    statement.text = "编辑改过。"
    statement.save_revision().publish()


def edit_subjects() -> None:
    StatementSubject.objects.filter(statement__key="erqi-jungong").delete()


def edit_source() -> None:
    Source.objects.update(publisher="编辑填的")


def edit_identity() -> None:
    SiteIdentity.objects.update(organiser="某局")


# What an editor changed, by the kind of record.
LOOK = {
    "page": SectorPage.objects.filter(slug="qiche").values("title", "summary", "live", "latest_revision"),
    "observation": Observation.objects.filter(key="chanzhi").values("value", "latest_revision"),
    "statement": Statement.objects.filter(key="erqi-jungong").values(
        "text", "subjects__page", "latest_revision"
    ),
    "source": Source.objects.values(),
    "identity": SiteIdentity.objects.values(),
}


EDITS = [
    (edit_page, "page:/sectors/qiche/"),
    (edit_page_as_draft, "page:/sectors/qiche/"),
    (unpublish_page, "page:/sectors/qiche/"),
    (edit_observation, "observation:chanzhi"),
    (edit_statement, "statement:erqi-jungong"),
    (edit_subjects, "statement:erqi-jungong"),
    (edit_source, "source:ribao"),
    (edit_identity, "identity"),
]


@pytest.mark.parametrize(("edit", "name"), EDITS)
def test_what_an_editor_changed_survives_changed_files_and_is_reported(
    loaded: Folder, edit: Any, name: str
) -> None:
    edit()
    edited = LOOK[name.partition(":")[0]]
    before = list(edited.all())
    loaded.change("pages/sectors/qiche", summary="文件里的新摘要。")
    loaded.change_row("pages/data/chanzhi", "chanzhi", value="1")
    loaded.change_row("statements", "erqi-jungong", text="文件里的新句子。")
    loaded.change_row("sources", "ribao", publisher="文件里的新名字")
    loaded.change("identity", organiser="文件里的单位")
    loader = load(loaded)
    assert loader.kept == [f"{name}：{EDITED}"]
    assert loader.counts == Counter({EDITED: 1, UPDATE: 4, SAME: RECORDS - 5})
    assert load(loaded).kept == [f"{name}：{EDITED}"], "the next time again"
    assert list(edited.all()) == before


def test_edit_that_comes_to_what_the_files_say_is_no_conflict(loaded: Folder) -> None:
    edit_page()
    loaded.change("pages/sectors/qiche", summary="编辑写的摘要。")
    loader = load(loaded)
    assert loader.counts == Counter({SAME: RECORDS})
    assert loader.kept == []


def test_deleted_page_is_not_restored(loaded: Folder) -> None:
    SectorPage.objects.get(slug="dianchi").delete()
    loader = load(loaded)
    assert not SectorPage.objects.filter(slug="dianchi").exists()
    assert f"page:/sectors/qiche/dianchi/：{GONE}" in loader.kept


def test_deleted_observation_and_statement_are_not_restored(loaded: Folder) -> None:
    ProjectStage.objects.all().delete()
    Statement.objects.get(key="erqi-jungong").delete()
    Observation.objects.get(key="chanzhi").delete()
    kept = load(loaded).kept
    assert f"statement:erqi-jungong：{GONE}" in kept
    assert f"observation:chanzhi：{GONE}" in kept
    assert not Statement.objects.filter(key="erqi-jungong").exists()
    assert not Observation.objects.filter(key="chanzhi").exists()


def test_page_with_a_new_address_is_not_made_twice(loaded: Folder) -> None:
    page = EnterprisePage.objects.get(slug="yiqi")
    page.slug = "zhongguo-yiqi"
    page.save_revision().publish()
    loader = load(loaded)
    assert EnterprisePage.objects.count() == 1
    assert loader.kept == []
    assert EnterprisePage.objects.get().slug == "zhongguo-yiqi"


def test_files_go_on_meaning_a_page_that_an_editor_moved(loaded: Folder) -> None:
    page = EnterprisePage.objects.get(slug="yiqi")
    page.slug = "zhongguo-yiqi"
    page.save_revision().publish()
    data = loaded.read("pages/enterprises/yiqi")
    loaded.write("pages/enterprises/yiqi", {**data, "summary": "文件里的新摘要。"})
    load(loaded)
    page.refresh_from_db()
    assert (page.slug, page.summary) == ("zhongguo-yiqi", "文件里的新摘要。")


def test_files_that_mention_a_page_the_editor_deleted_still_load(loaded: Folder) -> None:
    """A new release of the files must not bring a portal down whose editors deleted a page."""
    SectorPage.objects.get(slug="dianchi").delete()
    new = {"type": "enterprise", "title": "新企业", "kind": "company"}
    loaded.write("pages/enterprises/new", {**new, "sectors": [{"sector": "/sectors/qiche/dianchi/"}]})
    loaded.write("pages/enterprises/other", {**new, "title": "另一家"})
    load(loaded)
    assert EnterprisePage.objects.filter(slug="other", live=True).exists()


def test_new_page_below_a_page_the_editor_deleted_is_left_out(loaded: Folder) -> None:
    SectorPage.objects.get(slug="dianchi").delete()
    loaded.write("pages/sectors/qiche/dianchi/lidianchi", {"type": "sector", "title": "锂电池"})
    loader = load(loaded)
    assert f"page:/sectors/qiche/dianchi/lidianchi/：{GONE}" in loader.kept
    assert not SectorPage.objects.filter(slug="lidianchi").exists()


def test_command_says_what_became_of_the_records(loaded: Folder, capsys: Any) -> None:
    edit_page()
    call_command("load_content", loaded.path, verbosity=0)
    told = capsys.readouterr().out
    assert f"未变 {RECORDS - 1}" in told
    assert "page:/sectors/qiche/" in told
    call_command("load_content", loaded.path, "--if-changed", verbosity=0)
    assert capsys.readouterr().out == ""
