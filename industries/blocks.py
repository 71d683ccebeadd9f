"""What an article or an entity's page is made of."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
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


class ChartBlock(blocks.StructBlock):
    """A chart of an indicator's visible values, or of a pasted table with its source."""

    title = blocks.CharBlock(
        label="标题", max_length=80, help_text="写图表说明了什么，例：产值三年增加一成。"
    )
    kind = blocks.ChoiceBlock(label="图形", choices=[("line", "折线"), ("bars", "条形")], default="line")
    indicator = blocks.PageChooserBlock(
        label="指标",
        page_type="industries.IndicatorPage",
        required=False,
        help_text="图表用它的公开数值，随数值更正。与下面的“数据”二选一。",
    )
    data = blocks.TextBlock(
        label="数据",
        required=False,
        rows=6,
        help_text="从电子表格复制粘贴：第一行表头，第一列是时间或项目，其余是数字；也可用逗号隔开。",
    )
    unit = blocks.CharBlock(label="单位", required=False, max_length=20, help_text="指标自带单位，不必写。")
    period = blocks.CharBlock(label="时期与范围", required=False, max_length=80)
    source = blocks.CharBlock(
        label="来源", required=False, max_length=200, help_text="粘贴的数据必须写明来源；指标自带来源。"
    )
    description = blocks.TextBlock(
        label="替代说明",
        required=False,
        rows=2,
        help_text="给听读的人：图上看得出什么。留空时由首尾数值组成。",
    )

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        errors = {}
        if bool(cleaned["indicator"]) == bool(cleaned["data"]):
            errors["data"] = ValidationError("请选一个指标，或粘贴数据；二者选一。")
        elif cleaned["data"]:
            if not cleaned["source"]:
                errors["source"] = ValidationError("粘贴的数据必须写明来源。")
            try:
                self.pasted(cleaned)
            except ValueError as error:
                errors["data"] = ValidationError(str(error))
        if errors:
            raise blocks.StructBlockValidationError(block_errors=errors)
        return cleaned

    @staticmethod
    def pasted(value: Any) -> Any:
        """The chart of the pasted table. Raises ValueError with a message for the editor."""
        from industries.charts import pasted_chart

        return pasted_chart(
            value["data"],
            kind=value["kind"],
            title=value["title"],
            unit=value["unit"] or "",
            subtitle=value["period"] or "",
            source=value["source"] or "",
            description=value["description"] or "",
        )

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """`chart`, or for values that allow none the `figures` themselves; neither of what readers may not see."""
        context: dict[str, Any] = super().get_context(value, parent_context)
        context |= self.shown(value, (parent_context or {}).get("body_charts"))
        return context

    def shown(self, value: Any, found: dict[int, list[Any]] | None) -> dict[str, Any]:
        from industries.charts import chart_of

        if value["data"] and not value["indicator"]:
            try:
                return {"chart": self.pasted(value), "figures": []}
            except ValueError:  # a draft that was never checked
                return {"chart": None, "figures": []}
        if not value["indicator"]:
            return {"chart": None, "figures": []}
        found = charted_observations([value]) if found is None else found
        observations = found.get(value["indicator"].pk, [])
        chart = None
        if observations:
            chart = chart_of(
                observations[0].indicator,
                observations,
                kind=value["kind"],
                title=value["title"],
                subtitle=value["period"] or "",
                description=value["description"] or "",
            )
        return {"chart": chart, "figures": [] if chart else observations[:4]}

    class Meta:
        icon = "history"
        label = "图表"
        template = "industries/blocks/chart.html"


def charted_observations(values: list[Any]) -> dict[int, list[Any]]:
    """What readers may see of the values of indicators in chart blocks, by indicator: one query for all."""
    return observations_of({value["indicator"].pk for value in values if value["indicator"]})


def observations_of(indicators: set[int]) -> dict[int, list[Any]]:
    """Visible observations of the indicators, by indicator, the latest first: one query, none for none."""
    from industries.models import Observation

    found: dict[int, list[Any]] = {pk: [] for pk in indicators}
    if indicators:
        observations = Observation.objects.visible().for_display().filter(indicator__in=indicators)
        for observation in observations.order_by(F("ends").desc(nulls_last=True), "key"):
            found[observation.indicator_id].append(observation)
    return found


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
    chart = ChartBlock()
    related = RelatedBlock()

    class Meta:
        required = False
