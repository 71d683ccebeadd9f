"""Blocks that lead to other pages."""

from __future__ import annotations

from typing import Any

from wagtail import blocks

from industries.blocks import samples
from industries.blocks.base import LINKS, Sampled
from industries.blocks.choosers import PageReference
from industries.blocks.found import found_for


class CardsBlock(Sampled, blocks.StructBlock):
    """Enterprises and projects with what is known of them."""

    title = blocks.CharBlock(label="标题", required=False, max_length=80)
    pages = blocks.ListBlock(
        PageReference(label="企业或项目", page_type=["industries.EnterprisePage", "industries.ProjectPage"]),
        label="企业和项目",
        min_num=1,
        max_num=12,
    )

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context)
        found = found_for(self, value, parent_context).cards
        ids = dict.fromkeys(page.pk for page in value["pages"] if page)
        context["cards"] = [found[pk] for pk in ids if pk in found]
        return context

    def sample(self) -> Any:
        from industries.models import EnterprisePage, ProjectPage

        found = [*samples.pages(ProjectPage, 2), *samples.pages(EnterprisePage, 2)]
        return {"title": "", "pages": samples.items(found)} if found else None

    class Meta:
        icon = "thumbtack"
        label = "企业和项目卡片"
        group = LINKS
        description = "用卡片介绍文中的企业和项目：一句话简介、所属产业、投资和进度，随它们的页面更新。"
        template = "industries/blocks/cards.html"


class RelatedBlock(Sampled, blocks.StructBlock):
    title = blocks.CharBlock(label="标题", required=False)
    pages = blocks.ListBlock(PageReference(label="页面"), label="页面", min_num=1, max_num=12)

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context)
        found = found_for(self, value, parent_context).pages
        context["pages"] = [found[page.pk] for page in value["pages"] if page and page.pk in found]
        return context

    def sample(self) -> Any:
        from industries.models import NewsPage, PolicyPage, SectorPage

        found = [page for model in (NewsPage, SectorPage, PolicyPage) for page in samples.pages(model, 1)]
        return {"title": "延伸阅读", "pages": samples.items(found)} if found else None

    class Meta:
        icon = "link"
        label = "延伸阅读"
        group = LINKS
        description = "列出值得接着读的几个页面。"
        template = "industries/blocks/related.html"
