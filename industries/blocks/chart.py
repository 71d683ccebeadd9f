"""A chart of an indicator's values, or of a pasted table."""

from __future__ import annotations

from typing import Any

from wagtail import blocks

from industries.blocks import samples
from industries.blocks.base import NUMBERS, CheckedBlock
from industries.blocks.choosers import PageReference
from industries.blocks.found import found_for


class ChartBlock(CheckedBlock):
    """A chart of an indicator's visible values, or of a pasted table with its source."""

    title = blocks.CharBlock(
        label="标题", max_length=80, help_text="写图表说明了什么，例：产值三年增加一成。"
    )
    kind = blocks.ChoiceBlock(label="图形", choices=[("line", "折线"), ("bars", "条形")], default="line")
    indicator = PageReference(
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

    def problems(self, value: Any) -> dict[str, Any]:
        if bool(value["indicator"]) == bool(value["data"]):
            return {"data": "请选一个指标，或粘贴数据；二者选一。"}
        found = {}
        if value["data"]:
            if not value["source"]:
                found["source"] = "粘贴的数据必须写明来源。"
            try:
                self.pasted(value)
            except ValueError as error:
                found["data"] = str(error)
        return found

    @staticmethod
    def pasted(value: Any) -> Any:
        """The chart of the pasted table. Raises ValueError with a message for the editor."""
        from industries.charts import pasted_chart

        return pasted_chart(
            value["data"],
            kind=value["kind"] or "line",
            title=value["title"] or "",
            unit=value["unit"] or "",
            subtitle=value["period"] or "",
            source=value["source"] or "",
            description=value["description"] or "",
        )

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """`chart`, or for values that allow none the `figures` themselves; neither of what readers may not see."""
        context: dict[str, Any] = super().get_context(value, parent_context)
        return context | self.shown(value, parent_context)

    def shown(self, value: Any, parent_context: Any) -> dict[str, Any]:
        from industries.charts import chart_of

        if value["data"] and not value["indicator"]:
            try:
                return {"chart": self.pasted(value), "figures": []}
            except ValueError:  # a draft that was never checked
                return {"chart": None, "figures": []}
        if not value["indicator"]:
            return {"chart": None, "figures": []}
        observations = found_for(self, value, parent_context).charted.get(value["indicator"].pk, [])
        chart = None
        if observations:
            chart = chart_of(
                observations[0].indicator,
                observations,
                kind=value["kind"] or "line",
                title=value["title"] or "",
                subtitle=value["period"] or "",
                description=value["description"] or "",
            )
        return {"chart": chart, "figures": [] if chart else observations[:4]}

    def sample(self) -> Any:
        from industries.models import IndicatorPage

        if pk := samples.charted_indicator():
            return {"title": IndicatorPage.objects.get(pk=pk).title, "kind": "line", "indicator": pk}
        if alike := samples.figures_alike():
            unit, source = alike[0].indicator.unit, alike[0].source
            rows = "\n".join(f"{figure.indicator.title}\t{figure.number}" for figure in alike)
            data = f"指标\t数值\n{rows}"
            return {"title": f"几项以{unit}计的数值", "kind": "bars", "data": data, "source": str(source)}
        return None

    class Meta:
        icon = "chart"
        label = "图表"
        group = NUMBERS
        description = "把指标的历年数值，或从电子表格粘贴来的数据画成折线或条形。"
        template = "industries/blocks/chart.html"
