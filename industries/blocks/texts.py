"""Blocks that are read: headings, paragraphs, quotations, notes."""

from __future__ import annotations

from typing import Any

from wagtail import blocks

from industries.blocks import samples
from industries.blocks.base import RICH_TEXT, TEXT, Sampled


class HeadingBlock(Sampled, blocks.CharBlock):
    def sample(self) -> Any:
        from industries.models import SectorPage

        return next((page.title for page in samples.pages(SectorPage, 1)), None)

    class Meta:
        icon = "title"
        label = "小标题"
        group = TEXT
        description = "把长文分成几段；自动进入本文目录，并有自己的链接地址。"
        template = "industries/blocks/heading.html"


class ParagraphBlock(Sampled, blocks.RichTextBlock):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(features=RICH_TEXT, **kwargs)

    class Meta:
        icon = "pilcrow"
        label = "正文"
        group = TEXT
        description = "一段或几段文字；文中的数字用“引用数值”插入，更正时处处跟着变。"
        template = "industries/blocks/paragraph.html"


class PullQuoteBlock(Sampled, blocks.StructBlock):
    example = {"text": "这里逐字引用原话。", "attribution": "姓名、单位或文件名称"}

    text = blocks.TextBlock(label="引文", help_text="逐字引用。")
    attribution = blocks.CharBlock(label="谁说的", help_text="姓名、单位或文件名称。")

    def sample(self) -> Any:
        """The passage that a public figure rests on, word for word."""
        quoted = next((figure for figure in samples.figures(20) if figure.quote), None)
        return quoted and {"text": quoted.quote, "attribution": str(quoted.source)}

    class Meta:
        icon = "openquote"
        label = "引文"
        group = TEXT
        description = "把人或文件说的原话单独排出来，写明是谁说的。"
        template = "industries/blocks/quote.html"


class NoteBlock(Sampled, blocks.StructBlock):
    title = blocks.CharBlock(label="标题", required=False)
    text = blocks.RichTextBlock(label="内容", features=RICH_TEXT)

    def sample(self) -> Any:
        """How a public indicator is defined."""
        from industries.models import IndicatorPage

        defined = next((p for p in samples.pages(IndicatorPage, 20) if p.definition), None)
        return defined and {"title": f"{defined.title}怎样计算", "text": f"<p>{defined.definition}</p>"}

    class Meta:
        icon = "info-circle"
        label = "说明框"
        group = TEXT
        description = "正文之外的补充：名词解释、统计口径、背景。"
        template = "industries/blocks/note.html"


# Where migrations look for them, whichever module they stand in.
DECONSTRUCT_ALIASES = {
    HeadingBlock: "industries.blocks.HeadingBlock",
    ParagraphBlock: "industries.blocks.ParagraphBlock",
}
