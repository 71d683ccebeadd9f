"""Writing files: what was loaded comes back as it was, and what is private stays in the database."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cms.core.models import BasePage
from industries.content.loading import CREATE
from industries.models import (
    EnterprisePage,
    Observation,
    ProjectPage,
    SectorPage,
    Statement,
)
from tests.factories import (
    EnterprisePageFactory,
    NewsIndexPageFactory,
    NewsPageFactory,
    ObservationFactory,
    StatementFactory,
    make_private,
)
from tests.industries.content.folders import RECORDS, Folder, empty_database, export, load


def everything(folder: Folder) -> str:
    return "\n".join(content.decode() for content in folder.bytes().values())


def test_what_was_loaded_is_exported_to_the_same_bytes(loaded: Folder, tmp_path: Path) -> None:
    assert export(tmp_path / "out").bytes() == loaded.bytes()


def test_export_over_the_same_files_writes_none(loaded: Folder, capsys: Any) -> None:
    before = {file: file.stat().st_mtime_ns for file in loaded.path.rglob("*.yaml")}
    call_command("export_content", loaded.path, verbosity=0)
    assert "0 个文件有变化" in capsys.readouterr().out
    assert {file: file.stat().st_mtime_ns for file in loaded.path.rglob("*.yaml")} == before


def test_export_of_an_editors_work_can_be_loaded_elsewhere(loaded: Folder, tmp_path: Path) -> None:
    page = SectorPage.objects.get(slug="qiche")
    page.summary = "编辑写的摘要：“引号”，# 井号，- 横线\n换行"
    page.save_revision().publish()
    EnterprisePage.objects.get(slug="yiqi").get_parent().add_child(
        instance=EnterprisePage(title="红旗", slug="hongqi", parent=EnterprisePage.objects.get())
    )
    out = export(tmp_path / "out")
    empty_database()
    assert load(out).counts == Counter({CREATE: RECORDS + 1})
    assert export(tmp_path / "again").bytes() == out.bytes()
    assert SectorPage.objects.get(slug="qiche").summary == page.summary
    assert EnterprisePage.objects.get(slug="hongqi").parent.slug == "yiqi"


def test_page_file_goes_when_its_page_is_gone(loaded: Folder) -> None:
    ProjectPage.objects.get().sectors.clear()
    SectorPage.objects.get(slug="dianchi").delete()
    export(loaded.path)
    assert not loaded.file("pages/sectors/qiche/dianchi").exists()
    assert loaded.file("pages/sectors/qiche").exists()


def test_draft_is_exported_as_the_editor_last_saved_it(loaded: Folder, tmp_path: Path) -> None:
    column = BasePage.objects.get(slug="enterprises")
    draft = column.add_child(instance=EnterprisePage(title="红旗", slug="hongqi", live=False))
    draft.summary = "第二稿"
    draft.save_revision()
    data = export(tmp_path / "out").read("pages/enterprises/hongqi")
    assert data["draft"] is True
    assert data["summary"] == "第二稿"


def test_draft_changes_of_a_live_page_are_not_exported(loaded: Folder, tmp_path: Path) -> None:
    page = SectorPage.objects.get(slug="qiche")
    page.summary = "未发布的修改"
    page.save_revision()
    data = export(tmp_path / "out").read("pages/sectors/qiche")
    assert data["summary"] == "长春的支柱产业。"
    assert "draft" not in data


def test_private_page_and_all_below_it_stay_in_the_database(
    loaded: Folder, tmp_path: Path, capsys: Any
) -> None:
    make_private(BasePage.objects.get(slug="enterprises"))
    call_command("export_content", tmp_path / "out", verbosity=0)
    assert "2 个私密页面没有导出" in capsys.readouterr().out
    out = Folder(tmp_path / "out")
    assert not out.file("pages/enterprises").exists()
    assert not out.file("pages/enterprises/yiqi").exists()
    assert out.file("pages/sectors/qiche").exists()


@pytest.fixture
def secret(loaded: Folder) -> EnterprisePage:
    """A private page, with a fact of each kind about it and with public pages that mention it."""
    NewsIndexPageFactory()
    page = EnterprisePageFactory(title="保密企业", slug="baomi")
    make_private(page)
    ObservationFactory(subject=page, quote="保密数值")
    StatementFactory(subjects=[page], text="保密陈述")
    news = NewsPageFactory()
    news.body = [("paragraph", f'<p>见<a linktype="page" id="{page.pk}">这里</a>。</p>')]
    news.about.create(page_id=page.pk)
    news.save()
    return page


def test_facts_about_private_pages_are_not_exported(secret: Any, tmp_path: Path) -> None:
    text = everything(export(tmp_path / "out"))
    assert "保密数值" not in text
    assert "保密陈述" not in text


def test_files_do_not_mention_private_pages(secret: Any, tmp_path: Path) -> None:
    out = export(tmp_path / "out")
    for name in list(out.bytes()):
        if name.startswith("pages/news"):
            assert "baomi" not in (out.path / name).read_text()


def test_export_of_a_portal_with_private_pages_can_be_loaded(secret: Any, tmp_path: Path) -> None:
    out = export(tmp_path / "out")
    empty_database()
    loader = load(out)
    assert loader.kept == []
    assert not EnterprisePage.objects.filter(slug="baomi").exists()


def test_link_to_a_page_that_was_deleted_does_not_spoil_the_export(loaded: Folder, tmp_path: Path) -> None:
    """Wagtail keeps the dead link in the text; the files must load all the same."""
    EnterprisePage.objects.get().delete()
    out = export(tmp_path / "out")
    empty_database()
    load(out)
    (text,) = [
        block.value.source for block in ProjectPage.objects.get().body if block.block_type == "paragraph"
    ]
    assert "一汽" in text


def test_figure_that_was_deleted_does_not_spoil_the_export(loaded: Folder, tmp_path: Path) -> None:
    ProjectPage.objects.update(investment=None)
    Observation.objects.get(key="touzi").delete()
    out = export(tmp_path / "out")
    empty_database()
    load(out)
    assert ProjectPage.objects.get().live


def test_rich_text_names_pages_and_figures_and_finds_them_again(loaded: Folder, tmp_path: Path) -> None:
    page = ProjectPage.objects.get()
    text = next(block.value.source for block in page.body if block.block_type == "paragraph")
    enterprise, figure = EnterprisePage.objects.get(), Observation.objects.get(key="touzi")
    assert f'<a linktype="page" id="{enterprise.pk}">' in text
    assert f'<embed embedtype="observation" id="{figure.pk}"/>' in text
    assert 'href="https://www.gov.cn/"' in text
    shown = str(next(block for block in page.body if block.block_type == "paragraph"))
    assert "超30亿元" in shown
    assert 'href="/enterprises/yiqi/"' in shown


def test_rich_text_saved_in_the_editor_is_exported_in_the_same_form(loaded: Folder, tmp_path: Path) -> None:
    from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

    converter = ContentstateConverter(features=["figure", "link", "bold"])
    page = ProjectPage.objects.get()
    source = next(block.value.source for block in page.body if block.block_type == "paragraph")
    page.body = [("paragraph", converter.to_database_format(converter.from_database_format(source)))]
    page.save_revision().publish()
    paragraph = export(tmp_path / "out").read("pages/projects/erqi")["body"][0]["paragraph"]
    before = next(block for block in loaded.read("pages/projects/erqi")["body"] if "paragraph" in block)
    assert paragraph == before["paragraph"]


def test_unusable_target_is_named(loaded: Folder, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="file"):
        call_command("export_content", tmp_path / "file", verbosity=0)


def test_statement_is_exported_with_its_doubt(loaded: Folder, tmp_path: Path) -> None:
    Statement.objects.filter(key="erqi-jungong").update(status="pending", note="待核。")
    rows = {row["key"]: row for row in export(tmp_path / "out").read("statements")}
    assert (rows["erqi-jungong"]["status"], rows["erqi-jungong"]["note"]) == ("pending", "待核。")
