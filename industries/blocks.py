"""What an article or an entity's page is made of."""

from __future__ import annotations

from typing import Any

from wagtail import blocks
from wagtail.images.blocks import ImageBlock
from wagtail.snippets.blocks import SnippetChooserBlock

from cms.core.models import BasePage

RICH_TEXT = ["bold", "link", "ol", "ul", "figure", "superscript", "subscript"]


class HeadingBlock(blocks.CharBlock):
    class Meta:
        icon = "title"
        label = "小标题"
        template = "industries/blocks/heading.html"


class ParagraphBlock(blocks.RichTextBlock):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(features=RICH_TEXT, **kwargs)

    class Meta:
        icon = "pilcrow"
        label = "正文"
        template = "industries/blocks/paragraph.html"


class KeyFiguresBlock(blocks.StructBlock):
    title = blocks.CharBlock(label="标题", required=False)
    observations = blocks.ListBlock(
        SnippetChooserBlock("industries.Observation", label="数值"), label="数值", min_num=1, max_num=8
    )

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """Only figures that readers may see, with their sources, in the editor's order."""
        context: dict[str, Any] = super().get_context(value, parent_context)
        found = (parent_context or {}).get("body_observations")
        if found is None:
            found = visible_observations([value])
        context["observations"] = [found[o.pk] for o in value["observations"] if o and o.pk in found]
        return context

    class Meta:
        icon = "order"
        label = "关键数字"
        template = "industries/blocks/key_figures.html"


class NoteBlock(blocks.StructBlock):
    title = blocks.CharBlock(label="标题", required=False)
    text = blocks.RichTextBlock(label="内容", features=RICH_TEXT)

    class Meta:
        icon = "info-circle"
        label = "说明框"
        template = "industries/blocks/note.html"


class PullQuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(label="引文", help_text="逐字引用。")
    attribution = blocks.CharBlock(label="谁说的", help_text="姓名、单位或文件名称。")

    class Meta:
        icon = "openquote"
        label = "引文"
        template = "industries/blocks/quote.html"


class FigureImageBlock(blocks.StructBlock):
    image = ImageBlock(label="图片")
    caption = blocks.CharBlock(label="图片说明", required=False)

    class Meta:
        icon = "image"
        label = "图片"
        template = "industries/blocks/image.html"


class RelatedBlock(blocks.StructBlock):
    title = blocks.CharBlock(label="标题", required=False)
    pages = blocks.ListBlock(blocks.PageChooserBlock(label="页面"), label="页面", min_num=1, max_num=12)

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context)
        found = (parent_context or {}).get("body_pages")
        if found is None:
            found = visible_pages([value])
        context["pages"] = [found[page.pk] for page in value["pages"] if page and page.pk in found]
        return context

    class Meta:
        icon = "link"
        label = "延伸阅读"
        template = "industries/blocks/related.html"


def visible_observations(values: list[Any]) -> dict[int, Any]:
    """What readers may see of the figures in key-figure blocks, by id: one query for all blocks."""
    from industries.models import Observation

    picked = {o.pk for value in values for o in value["observations"] if o}
    return Observation.objects.visible().for_display().in_bulk(picked) if picked else {}


def visible_pages(values: list[Any]) -> dict[int, BasePage]:
    """What readers may see of the pages in related-reading blocks, by id: one query for all blocks."""
    picked = {page.pk for value in values for page in value["pages"] if page}
    return BasePage.objects.visible().in_bulk(picked) if picked else {}


class BodyBlock(blocks.StreamBlock):
    heading = HeadingBlock()
    paragraph = ParagraphBlock()
    key_figures = KeyFiguresBlock()
    note = NoteBlock()
    quote = PullQuoteBlock()
    image = FigureImageBlock()
    related = RelatedBlock()

    class Meta:
        required = False
