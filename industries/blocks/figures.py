"""Blocks of figures and statements from the register."""

from __future__ import annotations

from typing import Any

from wagtail import blocks

from industries.blocks import samples
from industries.blocks.base import NUMBERS, CheckedBlock, Sampled, of_items
from industries.blocks.choosers import PageReference, RecordReference
from industries.blocks.found import MOST_STATEMENTS, found_for

# What a timeline may be about.
WITH_HISTORY = [
    "industries.SectorPage",
    "industries.EnterprisePage",
    "industries.ProjectPage",
    "industries.PlacePage",
    "industries.PolicyPage",
]


class KeyFiguresBlock(Sampled, blocks.StructBlock):
    title = blocks.CharBlock(label="标题", required=False)
    observations = blocks.ListBlock(
        RecordReference("industries.Observation", label="数值"), label="数值", min_num=1, max_num=8
    )

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """Only figures that readers may see, with their sources, in the editor's order."""
        context: dict[str, Any] = super().get_context(value, parent_context)
        found = found_for(self, value, parent_context).figures
        context["observations"] = [found[o.pk] for o in value["observations"] if o and o.pk in found]
        return context

    def sample(self) -> Any:
        found = samples.figures(4)
        return {"title": "", "observations": samples.items(found)} if found else None

    class Meta:
        icon = "order"
        label = "关键数字"
        group = NUMBERS
        description = "把事实库里的几个数值排成一组大字，各带来源。"
        template = "industries/blocks/key_figures.html"


class TimelineBlock(CheckedBlock):
    """Statements that an editor has picked, or the latest about a page; readers see them by date."""

    title = blocks.CharBlock(label="标题", required=False, max_length=80)
    statements = blocks.ListBlock(
        RecordReference("industries.Statement", label="陈述"),
        label="挑选陈述",
        default=[],
        max_num=MOST_STATEMENTS,
        help_text="从事实库里逐条挑选有日期的陈述。与下面的“页面”二选一。",
    )
    page = PageReference(
        label="页面",
        page_type=WITH_HISTORY,
        required=False,
        help_text="自动列出这个产业、企业、项目、园区或政策最近的大事，有新的会跟着更新。",
    )
    most = blocks.ChoiceBlock(
        label="最多几条",
        choices=[(str(number), f"{number}条") for number in (3, 6, 10, MOST_STATEMENTS)],
        default="6",
        help_text="按页面自动列出时，取最近的这么多条。",
    )

    def problems(self, value: Any) -> dict[str, Any]:
        picked = [statement for statement in value["statements"] if statement]
        if bool(picked) == bool(value["page"]):
            return {"page": "请挑选陈述，或选一个页面；二者选一。"}
        undated = {
            place: f"第{place + 1}条没有日期，不能排进大事记：请换一条，或先在事实库补上时间。"
            for place, statement in enumerate(value["statements"])
            if statement and not statement.ends
        }
        return {"statements": of_items(undated)} if undated else {}

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """`statements` that readers may see, from the earliest to the latest."""
        context: dict[str, Any] = super().get_context(value, parent_context)
        found = found_for(self, value, parent_context)
        picked = [statement.pk for statement in value["statements"] if statement]
        if picked:
            shown = [found.statements[pk] for pk in dict.fromkeys(picked) if pk in found.statements]
        elif value["page"]:
            shown = found.histories.get(value["page"].pk, [])[: int(value["most"] or 6)]
        else:
            shown = []
        context["statements"] = in_time(shown)
        return context

    def sample(self) -> Any:
        found = samples.statements(4)
        return {"title": "", "statements": samples.items(found), "page": None} if found else None

    class Meta:
        icon = "history"
        label = "大事记节选"
        group = NUMBERS
        description = "把几条有日期的陈述按时间排成一列，各带来源。"
        template = "industries/blocks/timeline.html"


def in_time(statements: list[Any]) -> list[Any]:
    """Those with a date, from the earliest to the latest."""
    return sorted((s for s in statements if s.ends), key=lambda s: (s.ends, s.starts or s.ends, s.key))
