from __future__ import annotations

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from cms.core.models import BasePage
from cms.core.structured import data_block

register = template.Library()


@register.simple_tag(takes_context=True)
def structured_data(context: Context) -> SafeString | str:
    """The page, or what a view gave as `structured`, in schema.org's words; nothing for other documents."""
    page, nodes = context.get("page"), context.get("structured")
    if nodes is None and isinstance(page, BasePage):
        nodes = page.structured_data(context["request"], context)
    return data_block(nodes) if nodes else ""
