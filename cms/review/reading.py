"""Screens that only show: who may read a page or fact may open them, whether or not they may change it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from wagtail.admin.panels import FieldPanel
from wagtail.admin.views.generic import InspectView
from wagtail.admin.views.generic.history import HistoryView
from wagtail.admin.views.pages import history, preview, revisions, usage
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.admin.widgets import Button
from wagtail.fields import StreamField
from wagtail.snippets.views import snippets

from cms.core.models import BasePage
from cms.review.access import sheet_address
from cms.review.deciding import DecidingPageView, DecidingRecordView
from cms.review.permissions import WITHDRAW

READERS = ("add", "change", "delete", "view")


def readable_page(request: HttpRequest, pk: Any) -> Any:
    """The page, of its own type. Raises Http404, PermissionDenied."""
    page = get_object_or_404(BasePage, pk=pk).specific
    if not page.permissions_for_user(request.user).can_read():
        raise PermissionDenied
    return page


class ViewDraft(preview.ViewDraftView):
    def dispatch(self, request: HttpRequest, page_id: int, *args: Any, **kwargs: Any) -> HttpResponse:
        page = readable_page(request, page_id).get_latest_revision_as_object()
        if request.method not in {"GET", "HEAD"}:
            raise PermissionDenied
        mode = request.GET.get("mode", page.default_preview_mode)
        return page.make_preview_request(request, mode)


class WithSheet:
    """A way to the 审核单 in the header of a screen."""

    object: Any

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        more: list[Button] = super().header_more_buttons  # type: ignore[misc]
        return [
            *more,
            Button("审核单", url=sheet_address(self.object), icon_name="clipboard-list", priority=5),
        ]


class History(WithSheet, history.PageHistoryView):
    def get_object(self) -> Any:
        return readable_page(self.request, self.pk)


class RevisionView(revisions.RevisionsView):
    def get_object(self) -> Any:
        return readable_page(self.request, self.pk)


class CompareRevisions(revisions.RevisionsCompareView):
    def get_object(self, queryset: Any = None) -> Any:
        return readable_page(self.request, self.pk)


class ReadsPage:
    """In place of the right to edit: the right to read."""

    object: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.object.permissions_for_user(request.user).can_read():
            raise PermissionDenied
        # Past the page's own check, which asks for the right to edit.
        return super(self.wagtails_check, self).dispatch(request, *args, **kwargs)  # type: ignore[misc]

    wagtails_check: Any = None


class PageWorkflowHistory(ReadsPage, history.WorkflowHistoryView):
    wagtails_check = history.PageWorkflowHistoryViewMixin


class PageWorkflowHistoryDetail(ReadsPage, history.WorkflowHistoryDetailView):
    wagtails_check = history.PageWorkflowHistoryViewMixin


class PageUsage(ReadsPage, usage.UsageView):
    permission_required = None
    wagtails_check = usage.UsageView


class PortalPageViewSet(PageViewSet):
    """Views of all pages."""

    model = BasePage
    edit_view_class = DecidingPageView
    view_draft_view_class = ViewDraft
    history_view_class = History
    revisions_view_class = RevisionView
    revisions_compare_view_class = CompareRevisions
    workflow_history_view_class = PageWorkflowHistory
    workflow_history_detail_view_class = PageWorkflowHistoryDetail
    usage_view_class = PageUsage


class PlainValues:
    """Values as people write them."""

    def get_field_display_value(self, field_name: str, field: Any) -> Any:
        value = super().get_field_display_value(field_name, field)  # type: ignore[misc]
        if value is None or value in ("", [], ()):
            return "—"
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, Decimal):
            return f"{value.normalize():f}"  # without the zeros of its column
        return "、".join(map(str, value)) if isinstance(value, list | tuple) else value


class ModelInspection(PlainValues, snippets.InspectView):
    """What the form of a record holds: the rest is the program's own bookkeeping."""

    def get_fields(self) -> list[str]:
        model: Any = self.model
        known = {field.name for field in model._meta.get_fields() if field.concrete}
        names = dict.fromkeys(form_fields(model.snippet_viewset.get_edit_handler()))
        return [name for name in names if name in known] or super().get_fields()


class PageInspection(PlainValues, InspectView):
    """All that a page's form holds, of its latest draft."""

    page_title = "查看"
    header_icon = "view"
    # `setup` has asked already.
    permission_policy = None

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        page = readable_page(request, kwargs["pk"])
        self.draft = page.get_latest_revision_as_object()
        self.model = type(page)
        super().setup(request, *args, **kwargs)

    def get_object(self, queryset: Any = None) -> Any:
        return self.draft

    def get_fields(self) -> list[str]:
        """The form's fields in its order; the body, which is made of blocks, is read in the draft itself."""
        names = dict.fromkeys(["title", *form_fields(self.model.get_edit_handler())])
        fields = {field.name: field for field in self.model._meta.get_fields()}
        return [name for name in names if name in fields and not isinstance(fields[name], StreamField)]

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        page = self.draft
        preview, past = (
            reverse(f"wagtailadmin_pages:{name}", args=[page.pk]) for name in ("view_draft", "history")
        )
        return [
            Button("查看草稿", url=preview, icon_name="draft", priority=10),
            Button("历史记录", url=past, icon_name="history", priority=20),
            Button("审核单", url=sheet_address(page), icon_name="clipboard-list", priority=30),
        ]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        parent = self.draft.get_parent()
        return [
            {"url": reverse("wagtailadmin_explore", args=[parent.pk]), "label": parent.title},
            {"url": "", "label": "查看", "sublabel": self.draft.get_admin_display_title()},
        ]


def form_fields(panel: Any) -> list[str]:
    """Names of the fields in a form, in its order."""
    if isinstance(panel, FieldPanel):
        return [panel.field_name]
    return [name for child in getattr(panel, "children", []) for name in form_fields(child)]


class RecordHistory(HistoryView):
    any_permission_required = READERS


class ModelHistory(WithSheet, RecordHistory):
    pass


class ReadsModel:
    """For views of a record that only show."""

    permission_required = None
    any_permission_required = READERS


class CompareModelRevisions(ReadsModel, snippets.RevisionsCompareView):
    pass


class ModelWorkflowHistory(ReadsModel, snippets.WorkflowHistoryView):
    pass


class ModelWorkflowHistoryDetail(ReadsModel, snippets.WorkflowHistoryDetailView):
    pass


class ModelUsage(ReadsModel, snippets.UsageView):
    pass


class WithdrawModel(snippets.UnpublishView):
    permission_required = WITHDRAW


class UnscheduleModel(snippets.RevisionsUnscheduleView):
    permission_required = WITHDRAW


class ReadableViews:
    """For the SnippetViewSet of records that are shown also to who may not change them: name it first."""

    model: type[Model]
    inspect_view_enabled = True
    inspect_view_class = ModelInspection
    usage_view_class: Any = ModelUsage
    history_view_class: Any = RecordHistory


class ReviewedViews(ReadableViews):
    """For the SnippetViewSet of a reviewed model (see `put_under_review`): name it before SnippetViewSet."""

    edit_view_class: Any = DecidingRecordView
    history_view_class = ModelHistory
    revisions_compare_view_class = CompareModelRevisions
    workflow_history_view_class = ModelWorkflowHistory
    workflow_history_detail_view_class = ModelWorkflowHistoryDetail
    unpublish_view_class = WithdrawModel
    revisions_unschedule_view_class = UnscheduleModel
