"""Tags of the admin's own templates."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from cms.core.withdrawal import WithdrawalForm, live_below

register = template.Library()


@register.simple_tag(takes_context=True)
def withdrawal_form(context: Context, page: Any) -> WithdrawalForm:
    """The form that was sent and refused, or an empty one."""
    sent: WithdrawalForm | None = getattr(context["request"], "withdrawal_form", None)
    return sent or WithdrawalForm(leaving=[page], below=live_below([page]))
