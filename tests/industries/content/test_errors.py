"""What is wrong with a content file is said in words, with the place: never a traceback."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from industries.models import IndicatorPage, SectorPage, Source
from tests.industries.content.folders import FACT, Folder, load


def complaint(folder: Folder) -> str:
    with pytest.raises(CommandError) as refused:
        call_command("load_content", folder.path, verbosity=0)
    return str(refused.value)


QICHE, CHANZHI = "pages/sectors/qiche", "pages/data/chanzhi"
NEW = {"type": "enterprise", "title": "新企业", "kind": "company"}
VALUE = {"key": "x", "value": "1", **FACT}

# File, what is changed in it, and what the complaint must say.
WRONG_FIELDS: list[tuple[str, dict[str, Any], list[str]]] = [
    (QICHE, {"type": "sektor"}, ["/sectors/qiche/", "sektor"]),
    (QICHE, {"title": ""}, ["sectors/qiche.yaml", "title"]),
    (QICHE, {"type": None}, ["sectors/qiche.yaml", "type"]),
    (QICHE, {"colour": "red"}, ["/sectors/qiche/", "不认识的字段", "colour"]),
    (QICHE, {"live": False}, ["/sectors/qiche/", "不认识的字段", "live"]),
    (QICHE, {"tier": "nonsense"}, ["/sectors/qiche/", "产业层级", "nonsense"]),
    (QICHE, {"basis": "nonsense"}, ["/sectors/qiche/", "陈述", "nonsense"]),
    (QICHE, {"basis": None}, ["/sectors/qiche/", "basis", "凭什么"]),
    (QICHE, {"headline_figures": ["nonsense"]}, ["/sectors/qiche/", "数值", "nonsense"]),
    (QICHE, {"title": "长" * 256}, ["/sectors/qiche/", "title"]),
    (QICHE, {"body": [{"nonsense": "x"}]}, ["/sectors/qiche/", "nonsense"]),
    (QICHE, {"body": [{"note": {"nonsense": "x"}}]}, ["/sectors/qiche/", "nonsense"]),
    (QICHE, {"body": [{"paragraph": '<a page="/no/">x</a>'}]}, ["/sectors/qiche/", "/no/"]),
    (QICHE, {"body": [{"paragraph": '<observation key="no"/>'}]}, ["/sectors/qiche/", "no"]),
    (QICHE, {"body": [{"related": {"pages": ["/no/"]}}]}, ["/sectors/qiche/", "/no/"]),
    (QICHE, {"value_chain": [{"position": "upstream"}]}, ["/sectors/qiche/", "name"]),
    (QICHE, {"value_chain": [{"position": "sideways", "name": "x"}]}, ["/sectors/qiche/", "sideways"]),
    (QICHE, {"value_chain": [{"position": "upstream", "name": "长" * 61}]}, ["/sectors/qiche/", "name"]),
    (QICHE, {"value_chain": "upstream"}, ["/sectors/qiche/"]),
    (QICHE, {"body": "just text"}, ["/sectors/qiche/"]),
    (QICHE, {"observations": [VALUE]}, ["/sectors/qiche/", "observations"]),
    ("pages/enterprises/yiqi", {"kind": "nonsense"}, ["/enterprises/yiqi/", "kind", "nonsense"]),
    ("pages/enterprises/yiqi", {"sectors": [{"sector": "/no/"}]}, ["/enterprises/yiqi/", "/no/"]),
    ("pages/enterprises/yiqi", {"sectors": [{"sector": "/data/"}]}, ["/enterprises/yiqi/", "/data/"]),
    ("pages/projects/erqi", {"investment": "no"}, ["/projects/erqi/", "数值", "no"]),
    ("pages/projects/erqi", {"checked_on": "gestern"}, ["/projects/erqi/", "gestern"]),
    (
        "pages/projects/erqi",
        {"stages": [{"stage": "x", "statement": "erqi-jungong"}]},
        ["/projects/erqi/", "x"],
    ),
    (
        "pages/projects/erqi",
        {
            "stages": [
                {"stage": "completed", "statement": "erqi-jungong"},
                {"stage": "started", "statement": "erqi-kaigong"},
            ]
        },
        ["/projects/erqi/", "应排在"],
    ),
    (CHANZHI, {"observations": None, "unit": "长" * 21}, ["/data/chanzhi/", "unit"]),
    (CHANZHI, {"observations": [VALUE | {"value": "viel"}]}, ["observation:x", "viel"]),
    (CHANZHI, {"observations": [VALUE | {"period": "2025-13"}]}, ["observation:x", "2025-13"]),
    (CHANZHI, {"observations": [VALUE | {"hedge": "大约"}]}, ["observation:x", "大约"]),
    (CHANZHI, {"observations": [VALUE | {"status": "disputed"}]}, ["observation:x", "note"]),
    (CHANZHI, {"observations": [VALUE | {"source": "no"}]}, ["observation:x", "来源", "no"]),
    (CHANZHI, {"observations": [VALUE | {"source": None}]}, ["observation:x", "source"]),
    (CHANZHI, {"observations": [VALUE | {"subject": "/no/"}]}, ["observation:x", "/no/"]),
    (CHANZHI, {"observations": [VALUE | {"colour": "red"}]}, ["observation:x", "colour"]),
    (CHANZHI, {"observations": [VALUE | {"key": None}]}, ["/data/chanzhi/", "key"]),
    (CHANZHI, {"observations": [VALUE, VALUE]}, ["/data/chanzhi", "x", "重复"]),
    (CHANZHI, {"observations": [VALUE | {"key": "touzi"}]}, ["/data/", "touzi", "重复"]),
    (CHANZHI, {"observations": "viel"}, ["/data/chanzhi", "observations"]),
    ("identity", {"site_code": "123"}, ["identity", "site_code"]),
    ("identity", {"colour": "red"}, ["identity", "colour"]),
]


@pytest.mark.parametrize(("name", "values", "said"), WRONG_FIELDS)
def test_wrong_field_is_named_with_its_record(
    loaded: Folder, name: str, values: dict[str, Any], said: list[str]
) -> None:
    loaded.change(name, **values)
    message = complaint(loaded)
    assert [word for word in said if word not in message] == []


@pytest.mark.parametrize(
    ("key", "values", "said"),
    [
        ("erqi-jungong", {"subjects": ["/no/"]}, ["statement:erqi-jungong", "/no/"]),
        ("erqi-jungong", {"subjects": ["/data/", "/data/"]}, ["statement:erqi-jungong", "/data/"]),
        ("erqi-jungong", {"kind": "no"}, ["statement:erqi-jungong", "kind"]),
        ("erqi-jungong", {"text": ""}, ["statement:erqi-jungong", "text"]),
        ("erqi-jungong", {"colour": "red"}, ["statement:erqi-jungong", "colour"]),
        ("erqi-jungong", {"key": "erqi-kaigong"}, ["statements.yaml", "erqi-kaigong", "重复"]),
        ("erqi-jungong", {"key": ""}, ["statements.yaml", "key"]),
        ("erqi-jungong", {"key": "有 空格"}, ["有 空格", "key"]),
    ],
)
def test_wrong_statement_is_named_by_its_key(
    loaded: Folder, key: str, values: dict[str, Any], said: list[str]
) -> None:
    loaded.change_row("statements", key, **values)
    message = complaint(loaded)
    assert [word for word in said if word not in message] == []


@pytest.mark.parametrize("name", ["statements", "identity", "pages/sectors/qiche"])
@pytest.mark.parametrize("content", [b"a: [1", b"\tx", b"\xff\xfe", b"- just text", b"42"])
def test_file_that_cannot_be_read_is_named(loaded: Folder, name: str, content: bytes) -> None:
    loaded.file(name).write_bytes(content)
    assert name in complaint(loaded)


def test_page_file_below_no_page_is_named(loaded: Folder) -> None:
    loaded.write("pages/enterprises/no/below", NEW)
    assert "/enterprises/no/below/" in complaint(loaded)


def test_folder_that_does_not_exist_is_named(loaded: Folder) -> None:
    loaded.path = loaded.path / "nowhere"
    assert "nowhere" in complaint(loaded)


def test_folder_is_checked_before_anything_is_written(loaded: Folder) -> None:
    loaded.change_row("sources", "ribao", publisher="新名字")
    loaded.change(QICHE, type="sektor")
    complaint(loaded)
    assert not Source.objects.filter(publisher="新名字").exists()


def test_corrected_file_loads_after_a_complaint(loaded: Folder) -> None:
    good = loaded.read(QICHE) | {"summary": "新的摘要。"}
    loaded.change(QICHE, tier="nonsense")
    complaint(loaded)
    loaded.write(QICHE, good)
    assert load(loaded).kept == []
    assert SectorPage.objects.get(slug="qiche").summary == "新的摘要。"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"title": "长" * 256}, "255"),
        ({"kind": "nonsense"}, "nonsense"),
        ({"stock_code": "12"}, "证券代码"),
        ({"sectors": [{"sector": "/no/"}]}, "/no/"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_wrong_field_of_a_new_page_is_named(loaded: Folder, values: dict[str, Any], said: str) -> None:
    loaded.write("pages/enterprises/new", NEW | values)
    message = complaint(loaded)
    assert "/enterprises/new/" in message
    assert said in message


def test_indicator_may_have_no_observations_yet(loaded: Folder) -> None:
    empty = {"type": "indicator", "title": "新指标", "unit": "个", "definition": "个数。"}
    loaded.write("pages/data/new", {**empty, "observations": None})
    load(loaded)
    assert IndicatorPage.objects.get(slug="new").live
