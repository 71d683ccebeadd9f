"""易错词 in the admin: the list, CSV out and in, and the first set."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from cms.core.uploads import UnreadableFile
from cms.review.models import WordRule
from cms.review.wordrules_csv import MOST_ROWS, decoded, plan
from industries.management.commands.load_word_rules import DEFAULT
from tests.factories import UserFactory

LIST, IMPORT = "wagtailsnippets_review_wordrule:list", "wagtailsnippets_review_wordrule:import"
FILE = "词语,应写作,级别,说明,生效日期,失效日期\n帐号,账号,不得发布,统一写法,2026/1/1,\n"


def upload(client: Client, content: str | bytes) -> Any:
    data = content.encode() if isinstance(content, str) else content
    return client.post(reverse(IMPORT), {"file": SimpleUploadedFile("a.csv", data)})


def signed_in(*permissions: str) -> Client:
    user = UserFactory()
    names = ["access_admin", *permissions]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    ("permissions", "sees", "imports"),
    [
        ((), False, False),
        (("view_wordrule",), True, False),
        (("change_wordrule",), True, False),
        (("add_wordrule", "change_wordrule"), True, True),
    ],
)
def test_who_may_see_and_import(db: None, permissions: tuple[str, ...], sees: bool, imports: bool) -> None:
    client = signed_in(*permissions)
    assert (client.get(reverse(LIST)).status_code == 200) is sees
    assert (client.get(reverse(IMPORT)).status_code == 200) is imports
    response = client.post(reverse(IMPORT), {"text": FILE})
    assert response.status_code == 302
    assert WordRule.objects.exists() is imports
    if sees:
        assert (reverse(IMPORT) in client.get(reverse(LIST)).content.decode()) is imports


def test_the_list_is_filtered_and_searched(db: None, admin_client: Client) -> None:
    WordRule.objects.create(wrong="帐号", right="账号", level="warn", note="推荐词形")
    WordRule.objects.create(wrong="大众一汽", right="一汽-大众", level="block")
    text = admin_client.get(reverse(LIST), {"level": "block"}).content.decode()
    assert "大众一汽" in text
    assert "帐号" not in text
    text = admin_client.get(reverse(LIST), {"q": "推荐"}).content.decode()
    assert "帐号" in text
    assert "大众一汽" not in text


def test_a_file_is_shown_before_anything_changes(db: None, admin_client: Client) -> None:
    WordRule.objects.create(wrong="帐户", right="帐目", note="旧")
    content = (
        FILE
        + "帐户,账户,提醒,旧,,\n甲,,严重,,,\n乙,,提醒,,2026-13-01,\n丙,,提醒,,2026-02-01,2026-01-01\n帐号,,,,,\n"
    )
    text = upload(admin_client, content).content.decode()
    assert "新增1条" in text
    assert "修改1条" in text
    assert "4条" in text
    assert "应写作：帐目 → 账户" in text
    assert "“级别”：“严重”不是级别" in text
    assert "“2026-13-01”不是日期" in text
    assert "失效日期早于生效日期" in text
    assert "和第2行重复" in text
    assert WordRule.objects.count() == 1


def test_confirming_imports_what_is_right_and_logs_it(
    db: None, admin_client: Client, admin_user: object
) -> None:
    WordRule.objects.create(wrong="帐户", right="帐目", source="辞典")
    content = FILE + "帐户,账户,提醒,改,,\n甲,,严重,,,\n"
    response = admin_client.post(reverse(IMPORT), {"text": content}, follow=True)
    assert "新增1条" in response.content.decode()
    rules = {rule.wrong: rule for rule in WordRule.objects.all()}
    assert set(rules) == {"帐号", "帐户"}
    assert (rules["帐号"].level, str(rules["帐号"].valid_from)) == ("block", "2026-01-01")
    # A column that the file has not stays as it was.
    assert (rules["帐户"].right, rules["帐户"].source) == ("账户", "辞典")
    logged = ModelLogEntry.objects.filter(user=admin_user).values_list("action", flat=True)
    assert sorted(logged) == ["wagtail.create", "wagtail.edit"]
    assert [row.decision for row in plan(content).rows] == ["不变", "不变", "有误，不导入"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "空的"),
        ("应写作\n账号\n", "没有“词语”一列"),
        ("词语,词性\n帐号,名词\n", "不认识的表头：词性"),
        ("词语,词语\n甲,乙\n", "出现了两次"),
        ('词语\n"帐号\n', "引号"),
        (b"PK\x03\x04\x00\x00\xff\xff", "另存为 CSV"),
        ("词语\n" + "甲\n" * (MOST_ROWS + 1), "一次最多"),
    ],
)
def test_a_file_that_cannot_be_read_is_explained(
    db: None, admin_client: Client, content: str | bytes, problem: str
) -> None:
    response = upload(admin_client, content)
    assert response.status_code == 400
    assert problem in response.content.decode()


def test_no_file_is_explained(db: None, admin_client: Client) -> None:
    response = admin_client.post(reverse(IMPORT), {})
    assert response.status_code == 400
    assert "请选择文件" in response.content.decode()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_files_of_any_spreadsheet_are_read(encoding: str) -> None:
    assert decoded("词语\n帐号".encode(encoding)) == "词语\n帐号"


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="1MB"):
        decoded(b"x" * 1_000_001)


def test_what_goes_out_comes_in_unchanged(db: None, admin_client: Client) -> None:
    WordRule.objects.create(
        wrong="=帐号", right="-账号", level="block", note='带"引号",和逗号', valid_from="2026-01-01"
    )
    WordRule.objects.create(wrong="LED", level="known")
    response = admin_client.get(reverse(LIST), {"export": "csv"})
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["词语", "应写作", "级别", "说明", "依据", "生效日期", "失效日期"]
    assert rows[1][:3] == ["'=帐号", "'-账号", "不得发布"]
    assert {row.decision for row in plan(text).rows} == {"不变"}


def test_the_first_set_is_loaded_once_and_never_over_an_editors_work(db: None) -> None:
    call_command("load_word_rules", verbosity=0)
    number = WordRule.objects.count()
    assert number > 50
    assert not WordRule.objects.filter(note="").exists()
    WordRule.objects.filter(wrong="帐号").delete()
    WordRule.objects.filter(wrong="帐户").update(right="户头")
    call_command("load_word_rules", verbosity=0)
    assert WordRule.objects.count() == number - 1
    assert WordRule.objects.get(wrong="帐户").right == "户头"


def test_a_newer_file_adds_only_new_words(db: None, tmp_path: Path) -> None:
    call_command("load_word_rules", verbosity=0)
    WordRule.objects.filter(wrong="帐号").delete()
    WordRule.objects.create(wrong="编辑所加", right="编辑的")
    number = WordRule.objects.count()
    newer = tmp_path / "words.csv"
    newer.write_text(DEFAULT.read_text() + "新词,新,提醒,说明,\n编辑所加,别的,提醒,说明,\n")
    call_command("load_word_rules", newer, verbosity=0)
    assert WordRule.objects.count() == number + 1
    assert WordRule.objects.get(wrong="编辑所加").right == "编辑的"


def test_a_mistake_in_the_file_is_told_with_its_line(db: None, tmp_path: Path) -> None:
    file = tmp_path / "words.csv"
    file.write_text("词语,级别\n甲,严重\n")
    with pytest.raises(CommandError, match="第2行"):
        call_command("load_word_rules", file)
