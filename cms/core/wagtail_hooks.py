from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from wagtail import hooks
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.rich_text.feature_registry import FeatureRegistry
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from cms.core import newsroom_hooks  # noqa: F401 - its hooks register themselves
from cms.core.models import CorrectionRequest, Tombstone
from cms.core.richtext import ExternalLinkHandler, VisiblePageLinkHandler


@hooks.register("register_rich_text_features", order=100)
def link_only_to_visible_pages(features: FeatureRegistry) -> None:
    features.register_link_type(VisiblePageLinkHandler)
    features.register_link_type(ExternalLinkHandler)


class AnswerForm(WagtailAdminModelForm):
    """A reader's words stay as they are; staff decide and say why."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        decided = cleaned.get("state") not in {None, CorrectionRequest.State.NEW}
        if decided and not (cleaned.get("answer") or "").strip():
            self.add_error("answer", forms.ValidationError("请写明怎样处理的：改了什么，或者为什么不采纳。"))
        return cleaned

    def save(self, commit: bool = True) -> CorrectionRequest:
        """The time of the answer is that of the first decision; an open request has none."""
        request: CorrectionRequest = self.instance
        if request.state == CorrectionRequest.State.NEW:
            request.answered_at = None
        elif request.answered_at is None:
            request.answered_at = timezone.now()
        saved: CorrectionRequest = super().save(commit)
        return saved


class NothingToAdd(ModelPermissionPolicy):
    """Only readers write corrections."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action != "add" and bool(super().user_has_permission(user, action))


register_permission_policy(CorrectionRequest, NothingToAdd(CorrectionRequest))


@register_snippet
class CorrectionRequestViewSet(SnippetViewSet):
    model = CorrectionRequest
    inspect_view_enabled = True
    icon = "warning"
    menu_label = "读者纠错"
    menu_order = 160
    add_to_admin_menu = True
    list_display = [
        "__str__",
        "page",
        Column("get_state_display", label="处理状态", sort_key="state"),
        "created_at",
        "answered_at",
    ]
    list_filter = ["state", "created_at"]
    search_fields = ["text", "answer", "address"]
    ordering = ["-created_at"]
    list_per_page = 50
    copy_view_enabled = False
    edit_handler = ObjectList(CorrectionRequest.panels, base_form_class=AnswerForm)


@register_snippet
class TombstoneViewSet(SnippetViewSet):
    """Pages that are gone: staff write why, and what to read instead."""

    model = Tombstone
    inspect_view_enabled = True
    icon = "bin"
    list_display = ["title", "path", "reason", "withdrawn_at"]
    search_fields = ["title", "path", "reason"]
    ordering = ["-withdrawn_at"]
