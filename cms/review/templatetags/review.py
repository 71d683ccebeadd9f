from __future__ import annotations

from typing import Any

from django import template

from cms.review import emergency
from cms.review.access import can_publish_in_emergency, emergency_address, sheet_address
from cms.review.force import object_is_reviewed

register = template.Library()


@register.inclusion_tag("review/links.html", takes_context=True)
def review_links(context: dict[str, Any], instance: Any) -> dict[str, Any]:
    """Ways from the editor of a page or fact to its 审核单, and to publication in an emergency."""
    request = context.get("request")
    if request is None or not instance.pk or not hasattr(instance, "workflow_states"):
        return {}
    urgent = (
        can_publish_in_emergency(request.user, instance)
        and object_is_reviewed(instance)
        and not emergency.problem(instance)
    )
    return {
        "sheet_url": sheet_address(instance),
        "emergency_url": emergency_address(instance) if urgent else "",
    }
