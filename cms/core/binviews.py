"""The recycle bin in the admin: what is in it, back to where it was, or gone for good."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages
from wagtail.admin.auth import user_passes_test
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic.base import BaseListingView
from wagtail.admin.widgets import AdminPageChooser
from wagtail.permissions import page_permission_policy

from cms.core.bin import TITLE, BinError, old_parent, purge, restore
from cms.core.models import BasePage, BinnedRecord

# Who has it sees everybody's deletions, and may delete for good.
PERMISSION = "core.delete_binnedrecord"


def manages_bin(user: Any) -> bool:
    return bool(user.has_perm(PERMISSION))


def sees_bin(user: Any) -> bool:
    """Whoever may write may look for what they deleted; without a query."""
    writes = page_permission_policy.user_has_any_permission(user, {"add", "change", "publish"})
    return manages_bin(user) or bool(writes)


def records_for(user: Any) -> QuerySet[BinnedRecord]:
    """All records for those who manage the bin, their own for others."""
    found = BinnedRecord.objects.select_related("content_type", "parent", "deleted_by")
    return found if manages_bin(user) else found.filter(deleted_by=user)


def record_for(user: Any, pk: int) -> BinnedRecord:
    """Raises Http404 for a record that the user may not know of."""
    return get_object_or_404(records_for(user), pk=pk)


class ActionsColumn(Column):
    cell_template_name = "bin/actions_cell.html"

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        context["manages_bin"] = manages_bin(parent_context["request"].user)
        return context


def kind(record: BinnedRecord) -> str:
    model = record.content_type.model_class()
    name = str(model._meta.verbose_name) if model else "—"
    return f"{name}（连同{record.pages - 1}个下级页面）" if record.pages > 1 else name


def former_place(record: BinnedRecord) -> str:
    if not record.pages:
        return "—"
    return record.parent.title if record.parent and old_parent(record) else "原处已不在"


class BinView(BaseListingView):
    model = BinnedRecord
    page_title = TITLE
    header_icon = "bin"
    index_url_name = "bin"
    default_ordering = "-deleted_at"
    paginate_by = 50
    results_template_name = "bin/results.html"
    columns: ClassVar[list[Any]] = [
        Column("title", label="名称", sort_key="title"),
        Column("kind", label="类型", accessor=kind),
        Column("parent", label="原来的位置", accessor=former_place),
        Column("was_live", label="原来", accessor=lambda r: "公开" if r.was_live else "草稿"),
        Column(
            "deleted_by", label="删除人", accessor=lambda r: str(r.deleted_by or "—"), sort_key="deleted_by"
        ),
        DateColumn("deleted_at", label="删除时间", sort_key="deleted_at"),
        ActionsColumn("actions", label="操作"),
    ]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not sees_bin(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_base_queryset(self) -> QuerySet[BinnedRecord]:
        return records_for(self.request.user)


class RestoreForm(forms.Form):
    """Where a page goes, and its address there; both filled with what they were."""

    parent = forms.ModelChoiceField(
        label="放到哪个页面下面",
        queryset=BasePage.objects.all(),
        widget=AdminPageChooser(),
        error_messages={
            "required": "请选择放到哪个页面下面。",
            "invalid_choice": "这个页面已经不在，请另选。",
        },
    )
    slug = forms.SlugField(
        label="地址",
        max_length=255,
        help_text="页面地址的最后一段。",
        error_messages={
            "required": "请填写地址。",
            "invalid": "地址只能用小写字母、数字和连字符。",
        },
    )


@user_passes_test(sees_bin)
@require_http_methods(["GET", "HEAD", "POST"])
def restore_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks where a page is to go; a fact is brought back at once, by POST."""
    record = record_for(request.user, pk)
    form = None
    if record.pages:
        initial = {"parent": old_parent(record), "slug": record.slug}
        form = RestoreForm(request.POST if request.method == "POST" else None, initial=initial)
    problem = ""
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            return restored(request, record, form.cleaned_data if form else {})
        except BinError as error:
            if form and error.field:
                form.add_error(error.field, str(error))
            else:
                problem = str(error)
    context: dict[str, Any] = {"title": "还原", "subtitle": record.title, "kind": kind(record)}
    context |= {"record": record, "form": form, "problem": problem}
    return TemplateResponse(request, "bin/restore.html", context)


def restored(request: HttpRequest, record: BinnedRecord, data: dict[str, Any]) -> HttpResponse:
    """Raises BinError. Who takes a page back must be allowed to add pages there."""
    parent = data.get("parent")
    if parent and not may_add_to(request.user, parent):
        raise BinError("您没有在这个页面下添加内容的权限，请另选。", "parent")
    instance = restore(record, request.user, **data)
    if isinstance(instance, BasePage):
        edit = reverse("wagtailadmin_pages:edit", args=[instance.pk])
    else:
        edit = reverse(instance.snippet_viewset.get_url_name("edit"), args=[instance.pk])
    words = f"已还原“{record.title}”。它现在是草稿，读者看不到；核对后请重新发布。"
    messages.success(request, words, buttons=[messages.button(edit, "编辑")])
    return redirect("bin")


def may_add_to(user: Any, parent: BasePage) -> bool:
    allowed = page_permission_policy.user_has_permission_for_instance(user, "add", parent)
    return bool(allowed)


@user_passes_test(manages_bin)
@require_http_methods(["GET", "HEAD", "POST"])
def purge_view(request: HttpRequest, pk: int) -> HttpResponse:
    record = record_for(request.user, pk)
    problem = ""
    if request.method == "POST":
        try:
            purge(record, request.user)
        except BinError as error:
            problem = str(error)
        else:
            messages.success(request, f"已彻底删除“{record.title}”。")
            return redirect("bin")
    context: dict[str, Any] = {"title": "彻底删除", "subtitle": record.title, "kind": kind(record)}
    context |= {"record": record, "problem": problem}
    return TemplateResponse(request, "bin/purge.html", context)
