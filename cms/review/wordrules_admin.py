"""易错词 in the admin: the list, its forms, CSV out and in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button
from wagtail.permissions import policy_registry
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet

from cms.core.tables import cell
from cms.core.uploads import UnreadableFile
from cms.review.models import WordRule
from cms.review.wordrules_csv import MOST_BYTES, carry_out, decoded, plan


def may_import(user: Any) -> bool:
    policy = policy_registry.get_by_type(WordRule)
    return all(policy.user_has_permission(user, action) for action in ("add", "change"))


class WordRuleIndex(IndexView):
    """Texts that a spreadsheet would run as a formula leave with an apostrophe before them."""

    custom_field_preprocess = {
        name: {"csv": cell, "xlsx": cell} for name in ("wrong", "right", "note", "source")
    }

    @cached_property
    def header_more_buttons(self) -> list[Any]:
        buttons: list[Any] = list(super().header_more_buttons)
        if may_import(self.request.user):
            url = reverse(WordRule.snippet_viewset.get_url_name("import"))  # type: ignore[attr-defined]
            buttons.append(Button("导入 CSV", url=url, icon_name="upload", priority=80))
        return buttons


class ImportForm(forms.Form):
    file = forms.FileField(
        label="CSV 文件",
        help_text="表头：词语、应写作、级别（不得发布、提醒、认可的写法）、说明、依据、生效日期、失效日期；"
        "只有“词语”一列必不可少。已有的词语按文件修改，文件里没有的列不动。",
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={"required": "请选择文件。", "empty": "文件是空的。", "missing": "请选择文件。"},
    )


class ImportWordRules(WagtailAdminTemplateMixin, TemplateView):
    """A file, then a preview of what it would change, then the change. Nothing is kept in between."""

    template_name = "review/wordrules/import.html"
    page_title = "导入易错词"
    header_icon = "upload"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not may_import(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        confirmed = "text" in request.POST
        form = ImportForm(request.POST, request.FILES)
        try:
            if confirmed:
                text = request.POST["text"]
            elif form.is_valid():
                text = decoded(form.cleaned_data["file"].read(MOST_BYTES + 1))
            else:
                return self.page(form=form, status=400)
            planned = plan(text)
        except UnreadableFile as error:
            return self.page(form=ImportForm(), problem=str(error), status=400)
        if confirmed and planned.does_something:
            carry_out(planned, request.user)
            said = "，".join(f"{decision}{number}条" for decision, number in planned.counts)
            messages.success(request, f"易错词已导入：{said}。")
            return redirect(self.list_url)
        return self.page(form=ImportForm(), plan=planned, text=text)

    def page(self, status: int = 200, **context: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(**context), status=status)

    @property
    def list_url(self) -> str:
        return reverse(WordRule.snippet_viewset.get_url_name("list"))  # type: ignore[attr-defined]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *super().get_breadcrumbs_items(),
            {"url": self.list_url, "label": "易错词"},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"form": ImportForm(), "list_url": self.list_url} | kwargs)


class WordRuleViewSet(SnippetViewSet):
    model = WordRule
    icon = "edit"
    menu_label = "易错词"
    menu_order = 170
    add_to_admin_menu = True
    index_view_class = WordRuleIndex
    list_display = [
        "wrong",
        Column("right", label="应写作", sort_key="right"),
        Column("get_level_display", label="级别", sort_key="level"),
        Column("note", label="说明"),
        Column("valid_until", label="失效日期", sort_key="valid_until"),
    ]
    list_filter = ["level", "valid_until"]
    search_fields = ["wrong", "right", "note", "source"]
    ordering = ["wrong"]
    list_per_page = 50
    copy_view_enabled = False
    list_export = ["wrong", "right", "get_level_display", "note", "source", "valid_from", "valid_until"]
    export_headings = {"get_level_display": "级别"}
    export_filename = "word-rules"
    panels = [
        FieldRowPanel([FieldPanel("wrong"), FieldPanel("right")]),
        FieldPanel("level"),
        FieldPanel("note"),
        FieldPanel("source"),
        MultiFieldPanel([FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_until")])], "有效期"),
    ]

    def get_urlpatterns(self) -> list[Any]:
        return [*super().get_urlpatterns(), path("import/", ImportWordRules.as_view(), name="import")]
