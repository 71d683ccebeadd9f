"""The reviews in Wagtail's admin: addresses, buttons, messages, log entries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import Permission
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.widgets import Button
from wagtail.log_actions import LogFormatter
from wagtail.permissions import policy_registry

from cms.review import emergency, rules
from cms.review.access import (
    can_publish_in_emergency,
    emergency_address,
    sheet_address,
)
from cms.review.models import ReviewStep
from cms.review.reading import PageInspection, PortalPageViewSet
from cms.review.sheet import sheet


@hooks.register("register_admin_urls")
def review_urls() -> list[URLPattern]:
    return [
        path("review/sheet/<int:content_type_id>/<str:object_id>/", sheet, name="review-sheet"),
        path(
            "review/emergency/<int:content_type_id>/<str:object_id>/",
            emergency.emergency,
            name="review-emergency",
        ),
        path("review/emergency-confirmation/<int:pk>/", emergency.confirm, name="review-emergency-confirm"),
        path("review/pages/<int:pk>/", PageInspection.as_view(), name="review-page"),
    ]


@hooks.register("register_admin_viewset")
def portal_pages() -> PortalPageViewSet:
    return PortalPageViewSet()


@hooks.register("register_permissions")
def own_permissions() -> Any:
    """Shown in the form of a group: reading all pages, and the emergency path."""
    return Permission.objects.filter(
        content_type__app_label="core", content_type__model="basepage", codename="view_basepage"
    ) | Permission.objects.filter(
        content_type__app_label="review",
        codename__in=["add_emergencypublication", "change_emergencypublication"],
    )


@hooks.register("register_log_actions")
def log_actions(actions: Any) -> None:
    @actions.register_action(emergency.PUBLISHED)
    class EmergencyFormatter(LogFormatter):
        label = "紧急发布"

        def format_message(self, log_entry: Any) -> str:
            return f"紧急发布，理由：{log_entry.data.get('reason', '')}"

    actions.register_action(emergency.CONFIRMED, "补审紧急发布", "补审了紧急发布")


def buttons(instance: Any, user: Any) -> Iterator[Button]:
    yield Button("审核单", url=sheet_address(instance), icon_name="clipboard-list", priority=66)
    if can_publish_in_emergency(user, instance) and instance.has_unpublished_changes:
        yield Button("紧急发布", url=emergency_address(instance), icon_name="warning", priority=67)


@hooks.register("register_page_header_buttons")
@hooks.register("register_page_listing_more_buttons")
def page_buttons(page: Any, user: Any, view_name: str = "", next_url: str | None = None) -> Iterator[Button]:
    tester = page.permissions_for_user(user)
    if page.depth > 1 and tester.can_read():
        if not tester.can_edit():
            yield Button("查看", url=reverse("review-page", args=[page.pk]), icon_name="view", priority=5)
        yield from buttons(page, user)


@hooks.register("register_snippet_listing_buttons")
def fact_buttons(snippet: Any, user: Any, next_url: str | None = None) -> Iterator[Button]:
    if hasattr(snippet, "workflow_states"):
        yield from buttons(snippet, user)


@hooks.register("construct_snippet_action_menu")
def only_what_works(menu_items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Wagtail asks here for the plain permission, not for the model's policy."""
    policy = policy_registry.get_by_type(context["model"])
    if not policy.user_has_permission(request.user, "publish"):
        menu_items[:] = [item for item in menu_items if item.name != "action-publish"]
    decision_first(menu_items, request, context)


@hooks.register("construct_page_action_menu")
def decision_first(menu_items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """What a reviewer came for stands on the button, not in the menu behind it."""
    menu_items.sort(key=lambda item: item.name != "approve")


@hooks.register("after_edit_page")
@hooks.register("after_edit_snippet")
def tell_what_came_of_the_review(request: HttpRequest, instance: Any) -> None:
    for decision in getattr(request.user, "review_decisions", []):
        messages.success(request, decision)
    for reason in getattr(request.user, "review_refusals", []):
        messages.error(request, f"没有处理审核：{reason}")


@hooks.register("before_edit_page")
@hooks.register("before_edit_snippet")
def say_why_no_decision_is_offered(request: HttpRequest, instance: Any) -> None:
    """To a reviewer of this step who may not decide on this work."""
    if request.method != "GET" or not hasattr(instance, "workflow_states"):
        return
    step = instance.current_workflow_task
    if not isinstance(step, ReviewStep) or not step.user_can_access_editor(instance, request.user):
        return
    if reason := rules.refusal(step, instance, request.user):
        messages.info(request, reason)
    else:
        messages.info(
            request, "您可以审核本稿。直接修改会使您成为作者，本稿将回到初审；需要改动时，请退回并写明理由。"
        )


@hooks.register("before_create_user")
@hooks.register("before_edit_user")
@hooks.register("before_delete_user")
def superusers_are_made_by_superusers(request: HttpRequest, user: Any = None) -> HttpResponse | None:
    """Who manages accounts must not be able to give themselves, or take over, all rights."""
    about_superuser = (user is not None and user.is_superuser) or bool(request.POST.get("is_superuser"))
    return refused_to_administrators(request) if about_superuser else None


@hooks.register("before_bulk_action")
def superusers_in_bulk(
    request: HttpRequest, action_type: str, objects: list[Any], action: Any
) -> HttpResponse | None:
    about_superuser = any(getattr(one, "is_superuser", False) for one in objects)
    return refused_to_administrators(request) if about_superuser else None


def refused_to_administrators(request: HttpRequest) -> HttpResponse | None:
    if request.user.is_superuser:
        return None
    messages.error(request, "只有超级管理员可以增加或修改超级管理员。")
    return redirect("wagtailusers_users:index")
