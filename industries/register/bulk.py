"""Bulk actions on facts: another status, or checked today. Each fact gets a revision and a log entry."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property, classproperty
from wagtail.admin import messages
from wagtail.admin.widgets import AdminDateInput
from wagtail.snippets.bulk_actions.delete import DeleteBulkAction
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction

from industries.models import Observation, Statement
from industries.models.vocabulary import Status
from industries.register.filters import DOUBTFUL
from industries.register.storing import editable, may_for, store

# What one request can change in a few seconds.
MOST = 500


class StatusForm(forms.Form):
    status = forms.ChoiceField(
        label="改为",
        choices=Status.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择状态。"},
    )
    note = forms.CharField(
        label="公开说明",
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="待核、存疑时必填：疑在哪里，读者会看到。其他状态留空则保留各条原有的说明。",
        error_messages={"max_length": "公开说明最多400字。"},
    )
    clear_note = forms.BooleanField(
        label="清空各条原有的说明", required=False, help_text="疑问已经查清时勾选。"
    )
    checked_on = forms.DateField(
        label="核对日期",
        required=False,
        widget=AdminDateInput,
        help_text="留空则保留各条原有的日期。",
        error_messages={"invalid": "不是日期。例：2025-12-16。"},
    )

    def clean_checked_on(self) -> Any:
        checked = self.cleaned_data["checked_on"]
        if checked and checked > timezone.localdate():
            raise ValidationError("核对日期不能晚于今天。")
        return checked

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        note = (cleaned.get("note") or "").strip()
        if cleaned.get("status") in DOUBTFUL and not note and "note" not in self.errors:
            self.add_error("note", "改为待核、存疑时请写明疑在哪里。")
        if note and cleaned.get("clear_note"):
            self.add_error("clear_note", "已填写新的说明，不必再清空。")
        return cleaned


class OfTheListing(SnippetBulkAction):
    """An action on facts, for which “all in the listing” means what the listing shows."""

    @classproperty
    def models(cls) -> list[Any]:
        return [Observation, Statement]

    def get_all_objects_in_listing_query(self, parent_id: Any) -> Any:
        """Filters and search included."""
        viewset = self.model.snippet_viewset
        view = viewset.index_view_class(
            model=self.model,
            search_fields=viewset.search_fields,
            filterset_class=viewset.filterset_class,
            index_results_url=self.request.path,  # without one, a listing is not searched
        )
        view.setup(self.listing_request)
        facts = view.search_queryset(view.filter_queryset(self.model.objects.order_by("pk")))
        return facts.values_list("pk", flat=True)[: MOST + 1]

    @cached_property
    def listing_request(self) -> HttpRequest:
        request = HttpRequest()
        request.user = self.request.user
        request.GET = QueryDict(urlsplit(self.next_url).query)
        return request

    def refusal(self, objects: list[Any]) -> HttpResponse | None:
        """Of more than one request can change."""
        if len(objects) <= MOST:
            return None
        messages.error(self.request, f"一次最多改{MOST}条，没有改动。请用筛选缩小范围，分几次进行。")
        return redirect(self.next_url)


class BinFacts(OfTheListing, DeleteBulkAction):
    """Wagtail's own, which hands the facts to the recycle bin."""

    def run_before_hook(self) -> HttpResponse | None:
        return self.refusal(self.get_actionable_objects()[0]) or super().run_before_hook()


class FactBulkAction(OfTheListing):
    """What the actions share: how each fact is changed."""

    template_name = "industries/register/bulk.html"
    verb = ""
    explanation = ""

    def check_perm(self, fact: Any) -> bool:
        return may_for(self.request.user, "change", fact)

    @classmethod
    def get_queryset(cls, model: Any, object_ids: Any) -> Any:
        """What is gone meanwhile is left out; more than can be changed at once is cut one beyond the limit."""
        ids = [int(pk) for pk in object_ids if str(pk).isascii() and str(pk).isdigit() and len(str(pk)) < 16]
        facts = model.objects.filter(pk__in=ids[: MOST + 1]).select_related("source", "latest_revision")
        return facts.select_related("indicator", "subject") if model is Observation else facts

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {
            **context,
            "verb": self.verb,
            "explanation": self.explanation,
            "shown": context["items"][:20],
            "more": max(0, len(context["items"]) - 20),
            "too_many": len(context["items"]) > MOST,
            "most": MOST,
        }

    def object_context(self, snippet: Any) -> dict[str, Any]:
        return {"item": snippet}

    def prepare_action(self, objects: list[Any], objects_without_access: Any) -> HttpResponse | None:
        return self.refusal(objects)

    @classmethod
    def execute_action(cls, objects: list[Any], user: Any = None, **kwargs: Any) -> tuple[int, int]:
        """Changes each fact by itself: what cannot be changed is told at the end, the rest is done."""
        action = kwargs["self"]
        done = drafts = 0
        problems = []
        for fact in objects:
            changed = editable(fact)
            action.change(changed)
            try:
                published = store(changed, action.request.user)
            except ValidationError as error:
                problems.append(f"{fact}：{'；'.join(error.messages)}")
                continue
            done += 1
            drafts += fact.live and not published
        action.tell(drafts, problems)
        return done, 0

    def tell(self, drafts: int, problems: list[str]) -> None:
        if drafts:
            messages.warning(
                self.request,
                f"其中{drafts}条存为草稿，读者看到的还是原来的：您没有发布权限，或它们还有别的改动没有发布。",
            )
        if problems:
            more = f"等{len(problems)}条" if len(problems) > 5 else ""
            messages.error(self.request, f"没有改动：{'　'.join(problems[:5])}{more}")

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str | None:
        return f"{self.verb}：{num_parent_objects}条。" if num_parent_objects else None

    def change(self, fact: Any) -> None:
        raise NotImplementedError


class ChangeStatus(FactBulkAction):
    display_name = "改核实状态"
    aria_label = "修改所选事实的核实状态"
    action_type = "change_status"
    action_priority = 10
    form_class = StatusForm
    verb = "已改核实状态"
    explanation = "选中的事实将改为同一状态，各留一个版本和一条日志。"

    def change(self, fact: Any) -> None:
        said = self.cleaned_form.cleaned_data
        fact.status = said["status"]
        if said["note"].strip() or said["clear_note"]:
            fact.note = said["note"].strip()
        if said["checked_on"]:
            fact.checked_on = said["checked_on"]


class MarkChecked(FactBulkAction):
    display_name = "今天已核对"
    aria_label = "把所选事实的核对日期改为今天"
    action_type = "mark_checked"
    action_priority = 20
    verb = "已记下今天核对"
    explanation = "选中的事实的核对日期将改为今天，其他内容不变。请确认已对照来源逐条看过。"

    def change(self, fact: Any) -> None:
        fact.checked_on = timezone.localdate()
