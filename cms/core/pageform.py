"""The tabs of the form of every page, what an editor thinks of first in front."""

from __future__ import annotations

from typing import Any

from django import forms
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.utils.decorators import cached_classmethod

# Shown only for pages that readers see already (see `BasePageForm`): of others, nothing has changed yet.
CHANGE = MultiFieldPanel(
    [FieldPanel("change_kind", widget=forms.RadioSelect), FieldPanel("change_note")], "本次改动"
)


@cached_classmethod
def page_edit_handler(cls: Any) -> Any:
    """内容, 关系与来源, 推广 and 设置, each left out where a type has nothing for it."""
    panels = {
        "内容": [CHANGE, *cls.content_panels],
        "关系与来源": cls.relation_panels,
        "推广": cls.promote_panels,
        "设置": cls.settings_panels,
    }
    tabs = [ObjectList(children, heading=heading) for heading, children in panels.items() if children]
    return TabbedInterface(tabs, base_form_class=cls.base_form_class).bind_to_model(cls)
