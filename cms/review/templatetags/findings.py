from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

from cms.core.models import BasePage

register = template.Library()


@register.simple_tag(takes_context=True)
def findings_addresses(context: dict[str, Any], page: Any) -> dict[str, str] | None:
    """Where the editor's panel asks for findings (`now`), and their page for a saved draft (`saved`)."""
    if not isinstance(page, BasePage):
        return None
    if page.pk:
        return {
            "now": reverse("page-findings-now", args=[page.pk]),
            "saved": reverse("page-findings", args=[page.pk]),
        }
    match = context["request"].resolver_match
    names = ("content_type_app_name", "content_type_model_name", "parent_page_id")
    if match is None or not all(name in match.kwargs for name in names):
        return None
    return {"now": reverse("new-page-findings-now", args=[match.kwargs[name] for name in names]), "saved": ""}
