"""All blocks together: previews, drafts, anchors, cards, and what feeds, Markdown and the API carry."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from wagtail.documents import get_document_model

from industries.blocks import BodyBlock
from industries.models import EnterpriseSector, NewsPage
from tests.factories import (
    EnterprisePageFactory,
    ImageFactory,
    IndicatorPageFactory,
    ObservationFactory,
    Portal,
    ProjectPageFactory,
    SectorPageFactory,
    StatementFactory,
)
from tests.industries.blocks.articles import BLOCKS, article, items, problems, shown
from tests.site.world import make_world

# Blocks as an editor leaves them who was called away.
UNFINISHED: dict[str, Any] = {
    "heading": "",
    "paragraph": "",
    "note": {"title": "", "text": ""},
    "quote": {"text": "", "attribution": ""},
    "key_figures": {"title": "", "observations": items(None)},
    "chart": {"title": "", "kind": "", "indicator": None, "data": "乱写"},
    "table": {"table": None, "source": ""},
    "timeline": {"title": "", "statements": items(None), "page": None},
    "image": {"image": {"image": None, "decorative": False, "alt_text": ""}, "caption": ""},
    "gallery": {"title": "", "pictures": items({"image": None, "caption": ""})},
    "document": {"document": None},
    "video": {"title": "", "address": "javascript:x", "description": ""},
    "cards": {"title": "", "pages": items(None)},
    "related": {"title": "", "pages": items(None)},
}


def preview(admin_client: Client, name: str) -> Any:
    """The picture of a block of a body, as the block picker shows it."""
    stream = NewsPage._meta.get_field("body").stream_block
    prefix = stream.child_blocks[name].definition_prefix
    return admin_client.get(reverse("wagtailadmin_block_preview"), {"id": prefix})


@pytest.mark.parametrize("name", list(BLOCKS))
def test_every_block_says_what_it_is_for(name: str) -> None:
    block = BLOCKS[name]
    assert block.is_previewable
    assert block.meta.icon not in {"placeholder", None}
    assert block.meta.group
    assert re.search("[\u4e00-\u9fff]", block.label)
    assert block.get_description().endswith("。")


def test_blocks_stand_in_their_groups() -> None:
    groups = [group for group, _ in BodyBlock().grouped_child_blocks()]
    assert groups == ["文字", "图表与数字", "图片与文件", "链接与卡片"]


def test_no_block_can_be_published_unfinished_and_every_one_can_be_saved(portal: Portal) -> None:
    assert set(UNFINISHED) == set(BLOCKS)
    assert [name for name, value in UNFINISHED.items() if not problems(name, value)] == []
    assert [name for name, value in UNFINISHED.items() if problems(name, value, draft=True)] == []


def test_an_unfinished_draft_can_be_previewed(portal: Portal, client: Client) -> None:
    html = shown(client, article(*UNFINISHED.items()))
    assert "javascript" not in html


@pytest.mark.parametrize("name", list(BLOCKS))
def test_preview_of_a_portal_without_content_says_so(portal: Portal, admin_client: Client, name: str) -> None:
    response = preview(admin_client, name)
    assert response.status_code == 200
    html = response.content.decode()
    says_so = "还没有可作示例的公开内容" in html or "示例文字只说明" in html
    assert says_so


def test_previews_show_real_content_in_the_portals_own_dress(portal: Portal, admin_client: Client) -> None:
    make_world(portal, size=1)
    indicator = IndicatorPageFactory()
    for year in ("2022", "2023", "2024"):
        ObservationFactory(indicator=indicator, period=year, quote="原文说产值增长。")
    ImageFactory(), ImageFactory()
    get_document_model().objects.create(title="附件", file=ContentFile(b"x", name="a.pdf"))
    for name in BLOCKS:
        response = preview(admin_client, name)
        html = response.content.decode()
        assert response.status_code == 200, name
        assert "还没有可作示例" not in html, name
        assert len(re.sub(r"<[^>]*>|\s", "", html.split("<main")[1])) > 3, name
        assert "css/portal" in html
        assert response["X-Frame-Options"] == "SAMEORIGIN"
        assert "frame-ancestors 'self'" in response["Content-Security-Policy"]


def test_previews_show_nothing_that_readers_may_not_see(portal: Portal, admin_client: Client) -> None:
    article(("paragraph", "<p>金丝雀</p>"), live=False)
    ObservationFactory(indicator__title="金丝雀", indicator__live=False)
    StatementFactory(text="金丝雀。", period="2024", subjects=[EnterprisePageFactory(live=False)])
    assert [n for n in BLOCKS if "金丝雀" in preview(admin_client, n).content.decode()] == []


def test_headings_have_readable_anchors_each_once(portal: Portal, client: Client) -> None:
    page = article(("heading", "长春汽车"), ("heading", "长春汽车"), ("heading", "！"))
    html = shown(client, page)
    anchors = re.findall(r'<h2 id="(h-[^"]*)"', html)
    assert anchors == ["h-changchun-qiche", "h-changchun-qiche-2", "h-part"]
    assert re.findall(r'href="#(h-[^"]*)"', html) == anchors


def test_cards_show_what_is_known_of_visible_enterprises_and_projects(portal: Portal, client: Client) -> None:
    sector = SectorPageFactory(title="汽车产业")
    enterprise = EnterprisePageFactory(title="甲公司", summary="造车。")
    EnterpriseSector.objects.create(enterprise=enterprise, sector=sector)
    project = ProjectPageFactory(title="乙项目", investment=ObservationFactory(value=77))
    draft = EnterprisePageFactory(title="丙公司", live=False)
    page = article(("cards", {"title": "文中企业", "pages": items(project, draft, enterprise)}))
    html = shown(client, page)
    assert html.index(f'"{project.url}"') < html.index(f'"{enterprise.url}"')
    for words in ("造车。", "汽车产业", ">77<"):
        assert words in html
    assert draft.slug not in html


def everything() -> tuple[Any, list[str]]:
    """An article with the newer blocks, and words that each of them should carry everywhere."""
    enterprise = EnterprisePageFactory(title="甲公司")
    figure = ObservationFactory(value=4321)
    told = StatementFactory(text="二号线投产。", period="2024-03", subjects=[enterprise])
    image = ImageFactory(credit="李四摄")
    document = get_document_model().objects.create(title="附件甲", file=ContentFile(b"x", name="a.pdf"))
    chosen = {"image": image.pk, "decorative": False, "alt_text": "大门"}
    columns = [{"type": "text", "heading": "区"}, {"type": "figure", "heading": "产值"}]
    cells = {"caption": "分区产值", "columns": columns, "rows": [{"values": ["朝阳区", figure.pk]}]}
    page = article(
        ("table", {"table": cells, "row_headings": True, "source": "统计公报"}),
        ("timeline", {"title": "大事节选", "statements": items(told)}),
        ("gallery", {"title": "厂区", "pictures": items(*[{"image": chosen, "caption": "正门"}] * 2)}),
        ("document", {"document": document.pk}),
        (
            "video",
            {
                "title": "开工片",
                "address": "https://example.org/v",
                "description": "看得到总装线。",
                "transcript": "解说一句。",
            },
        ),
        ("cards", {"title": "文中企业", "pages": items(enterprise)}),
    )
    words = ["分区产值", "朝阳区", "4321亿元", "统计公报", "大事节选", "二号线投产。", "2024年3月", "厂区"]
    words += ["正门（李四摄）", "附件甲", "开工片", "https://example.org/v", "看得到总装线。", "解说一句。"]
    return page, [*words, "甲公司"]


def test_feeds_markdown_and_api_carry_every_block(portal: Portal, client: Client) -> None:
    page, words = everything()
    feed = client.get("/feeds/news/atom.xml").content.decode()
    twin = client.get(f"{page.url}index.md").content.decode()
    record = json.dumps(client.get(f"/api/v2/pages/{page.pk}/").json(), ensure_ascii=False)
    assert [word for word in words if word not in feed] == []
    assert [word for word in words if word not in twin] == []
    assert [word for word in words if word not in record] == []
    assert "| 朝阳区 |" in twin, "a table stays a table"
