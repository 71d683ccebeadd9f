"""Who may see the review of a page or fact, and where its screens are."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.utils import quote
from django.contrib.contenttypes.models import ContentType
from django.http import Http404
from django.urls import reverse
from wagtail.models import AbstractPage, WorkflowMixin
from wagtail.permissions import policy_registry

from cms.review.permissions import EMERGENCY


def reviewed_object(content_type_id: int, object_id: str) -> Any:
    """The page (of its own type) or fact. Raises Http404."""
    content_type = ContentType.objects.filter(pk=content_type_id).first()
    model: Any = content_type and content_type.model_class()
    if model is None or not issubclass(model, WorkflowMixin):
        raise Http404
    try:
        instance = model._default_manager.filter(pk=object_id).first()
    except ValueError as error:
        raise Http404 from error
    if instance is None:
        raise Http404
    return instance.specific if isinstance(instance, AbstractPage) else instance


def can_read(user: Any, instance: Any) -> bool:
    if isinstance(instance, AbstractPage):
        return bool(instance.permissions_for_user(user).can_read())
    actions = ["add", "change", "delete", "view"]
    return bool(policy_registry.get(instance).user_has_any_permission(user, actions))


def can_publish_in_emergency(user: Any, instance: Any) -> bool:
    return bool(user.has_perm(EMERGENCY)) and can_read(user, instance)


def address(name: str, instance: Any) -> str:
    return reverse(name, args=[instance.get_base_content_type().pk, quote(instance.pk)])


def sheet_address(instance: Any) -> str:
    return address("review-sheet", instance)


def emergency_address(instance: Any) -> str:
    return address("review-emergency", instance)


def edit_address(instance: Any, user: Any) -> str:
    """Where `user` edits it; empty where they may not."""
    if isinstance(instance, AbstractPage):
        if instance.permissions_for_user(user).can_edit():
            return reverse("wagtailadmin_pages:edit", args=[instance.pk])
        return ""
    if policy_registry.get(instance).user_has_permission(user, "change"):
        viewset: Any = type(instance).snippet_viewset
        return reverse(viewset.get_url_name("edit"), args=[quote(instance.pk)])
    return ""


def history_address(instance: Any) -> str:
    if isinstance(instance, AbstractPage):
        return reverse("wagtailadmin_pages:history", args=[instance.pk])
    viewset: Any = type(instance).snippet_viewset
    return reverse(viewset.get_url_name("history"), args=[quote(instance.pk)])
