"""What an article or an entity's page is made of."""

from __future__ import annotations

from wagtail import blocks

from industries.blocks.chart import ChartBlock
from industries.blocks.figures import KeyFiguresBlock, TimelineBlock
from industries.blocks.links import CardsBlock, RelatedBlock
from industries.blocks.media import DocumentBlock, FigureImageBlock, GalleryBlock, VideoBlock
from industries.blocks.table import TableBlock
from industries.blocks.texts import HeadingBlock, NoteBlock, ParagraphBlock, PullQuoteBlock

__all__ = ["BodyBlock", "ChartBlock", "HeadingBlock", "ParagraphBlock"]


class BodyBlock(blocks.StreamBlock):
    """In the order in which an editor finds them, group by group."""

    heading = HeadingBlock()
    paragraph = ParagraphBlock()
    note = NoteBlock()
    quote = PullQuoteBlock()
    key_figures = KeyFiguresBlock()
    chart = ChartBlock()
    table = TableBlock()
    timeline = TimelineBlock()
    image = FigureImageBlock()
    gallery = GalleryBlock()
    document = DocumentBlock()
    video = VideoBlock()
    cards = CardsBlock()
    related = RelatedBlock()

    class Meta:
        required = False
