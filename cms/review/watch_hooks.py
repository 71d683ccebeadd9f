"""Watching over words and facts, in the admin: 易错词, findings in the editor and after each save."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import path
from django.urls.resolvers import URLPattern
from django.utils.html import format_html
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button
from wagtail.models import WorkflowMixin
from wagtail.permissions import policy_registry
from wagtail.snippets.models import register_snippet

from cms.review.checks.views import (
    FactFindings,
    NewPageFindingsNow,
    PageFindings,
    PageFindingsNow,
    findings_url,
    report_on,
)
from cms.review.wordrules_admin import WordRuleViewSet

register_snippet(WordRuleViewSet)


@hooks.register("register_admin_urls")
def findings_urls() -> list[URLPattern]:
    return [
        path("findings/page/<int:page_id>/", PageFindings.as_view(), name="page-findings"),
        path("findings/page/<int:page_id>/now/", PageFindingsNow.as_view(), name="page-findings-now"),
        path(
            "findings/new/<slug:content_type_app_name>/<slug:content_type_model_name>/<int:parent_page_id>/",
            NewPageFindingsNow.as_view(),
            name="new-page-findings-now",
        ),
        path(
            "findings/<slug:app_label>/<slug:model_name>/<str:pk>/",
            FactFindings.as_view(),
            name="fact-findings",
        ),
    ]


@hooks.register("insert_editor_js")
def findings_script() -> str:
    return format_html('<script src="{}" defer></script>', static("js/admin/findings.js"))


@hooks.register("insert_global_admin_css")
def findings_style() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("css/staff/findings.css"))


@hooks.register("register_page_header_buttons")
def page_findings_button(
    page: Any, user: Any, view_name: str = "", next_url: str | None = None
) -> Iterator[Button]:
    if view_name == "edit" and page.permissions_for_user(user).can_edit():
        yield Button("内容检查", url=findings_url(page), icon_name="glasses", priority=65)


@hooks.register("register_snippet_listing_buttons")
def fact_findings_button(snippet: Any, user: Any, next_url: str | None = None) -> Iterator[Button]:
    """Asks the database for nothing: it stands in every row of a list."""
    policy = policy_registry.get_by_type(type(snippet))
    if isinstance(snippet, WorkflowMixin) and policy.user_has_permission(user, "change"):
        yield Button("内容检查", url=findings_url(snippet), icon_name="glasses", priority=65)


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def tell_after_saving_page(request: HttpRequest, page: Any) -> None:
    tell(request, page)


@hooks.register("after_create_snippet")
@hooks.register("after_edit_snippet")
def tell_after_saving_fact(request: HttpRequest, instance: Any) -> None:
    """Only of what goes through review: lists that staff keep have nothing to check."""
    if isinstance(instance, WorkflowMixin):
        tell(request, instance)


def tell(request: HttpRequest, instance: Any) -> None:
    """Says how many findings there are; silent for the editor's automatic saving, which shows no messages."""
    if not request.accepts("text/html"):
        return
    report = report_on(instance)
    if not report.found:
        return
    show = messages.warning if report.blocks else messages.info
    advice = "。“须改正”的没有改好不能送审。" if report.blocks else "。"
    buttons = [messages.button(findings_url(instance), "查看")]
    show(request, f"内容检查：{report.summary}{advice}", buttons=buttons)
