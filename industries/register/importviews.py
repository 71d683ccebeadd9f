"""Importing facts from a table, in the admin: upload, look at what would change, carry out, read the report."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.core.tables import Column
from cms.core.uploads import UnreadableFile
from industries.models import FactImport
from industries.register import importing
from industries.register.exchange import EXCHANGES
from industries.register.facts import listing_url
from industries.register.importing import CHANGED, NEW, REFUSED, ROW_NUMBER, UNCHANGED, VERDICTS
from industries.register.spreadsheet import download, read_table
from industries.register.storing import may

ROWS_A_PAGE = 50
RECENT = 10
# One request carries out rows for so many seconds; the page then asks for the next part.
SECONDS = 8.0
ROWS_A_STEP = 100


class UploadForm(forms.Form):
    file = forms.FileField(
        label="表格文件",
        help_text="CSV（UTF-8 或 GB18030）或 XLSX，10 MB 以内，最多20000行。表头与本站导出的相同，不必有全部列。",
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        error_messages={
            "required": "请选择文件。",
            "empty": "文件是空的。",
            "max_length": "文件名过长，请改短。",
        },
    )


class ImportView(WagtailAdminTemplateMixin, TemplateView):
    """What the views share: only who may add and change facts of the kind imports them, and sees only their own."""

    header_icon = "upload"
    page_title = "导入表格"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not all(may(request.user, action, self.exchange.model) for action in ("add", "change")):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def record(self) -> FactImport:
        records = FactImport.objects.all()
        if not self.request.user.is_superuser:
            records = records.filter(created_by=self.request.user.pk)
        return get_object_or_404(records, pk=self.kwargs["pk"])

    @cached_property
    def exchange(self) -> Any:
        return EXCHANGES[self.kwargs.get("kind") or self.record.kind]

    def get_page_subtitle(self) -> str:
        return str(self.exchange.model._meta.verbose_name)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        model = self.exchange.model
        return [
            *self.breadcrumbs_items,
            {"url": listing_url(model), "label": model._meta.verbose_name_plural},
            {"url": "", "label": self.page_title, "sublabel": self.get_page_subtitle()},
        ]


class UploadView(ImportView):
    template_name = "industries/register/import_upload.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context.setdefault("form", UploadForm())
        earlier = FactImport.objects.filter(kind=self.exchange.kind, created_by=self.request.user.pk)
        context["earlier"] = list(earlier.defer("rows")[:RECENT])
        context["cells"] = [cell for cell in self.exchange.cells if cell.field]
        context["required"] = self.exchange.required
        context["listing_url"] = listing_url(self.exchange.model)
        return context

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = UploadForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.again(form)
        file = form.cleaned_data["file"]
        try:
            rows, unknown = importing.rows_from(read_table(file, file.name), self.exchange.kind)
        except UnreadableFile as error:
            form.add_error("file", str(error))
            return self.again(form)
        record = FactImport(
            kind=self.exchange.kind, file_name=file.name[-200:], rows=rows, created_by_id=request.user.pk
        )
        record.outcome = {"preview": preview_of(record), "unknown": unknown}
        record.save()
        return redirect("fact-import-preview", record.pk)

    def again(self, form: UploadForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=400)


def preview_of(record: FactImport) -> dict[str, Any]:
    """The verdict on each row, in order, and how many there are of each."""
    rows = importing.compare(record.rows, record.kind)
    return {"verdicts": [row.verdict for row in rows], "counts": dict(Counter(row.verdict for row in rows))}


class PreviewView(ImportView):
    template_name = "industries/register/import_preview.html"
    page_title = "导入前先看一遍"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if self.record.applied_at:
            return redirect("fact-import-report", self.record.pk)
        if request.GET.get("export") == "refused":
            return self.refused_rows()
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Compares once more: the register may have changed since."""
        if not self.record.applied_at:
            self.record.outcome = {**self.record.outcome, "preview": preview_of(self.record)}
            self.record.save(update_fields=["outcome"])
        return redirect("fact-import-preview", self.record.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        preview = self.record.outcome["preview"]
        wanted = self.request.GET.get("verdict", "")
        indexes = [at for at, verdict in enumerate(preview["verdicts"]) if not wanted or verdict == wanted]
        page = Paginator(indexes, ROWS_A_PAGE).get_page(self.request.GET.get("p"))
        first = importing.key_rows(self.record.rows)
        shown = [self.record.rows[at] for at in page.object_list]
        counts = preview["counts"]
        return {
            **context,
            "record": self.record,
            "counts": [
                {"verdict": key, "label": label, "count": counts.get(key, 0), "current": key == wanted}
                for key, label in VERDICTS.items()
            ],
            "total": len(preview["verdicts"]),
            "wanted": wanted,
            "page_obj": page,
            "rows": importing.compare(shown, self.record.kind, first_with=first),
            "to_do": counts.get(NEW, 0) + counts.get(CHANGED, 0),
            "refused": counts.get(REFUSED, 0),
            "nothing": not counts.get(NEW) and not counts.get(CHANGED) and not counts.get(REFUSED),
            "new": counts.get(NEW, 0),
            "may_publish": may(self.request.user, "publish", self.exchange.model),
            "done": self.record.outcome.get("done", 0),
            "address": reverse("fact-import-preview", args=[self.record.pk]),
        }

    def refused_rows(self) -> HttpResponseBase:
        """The rows that cannot be imported, with what is wrong, to be mended and uploaded again."""
        rows = [
            row for row in importing.compare(self.record.rows, self.record.kind) if row.verdict == REFUSED
        ]
        titles = [name for name in self.record.rows[0] if name != ROW_NUMBER]
        columns = [cell_column(name) for name in titles]
        columns.append(Column(name="problem", title="问题", value=lambda row: "；".join(row.problems)))
        return download(columns, rows, "not-imported", "xlsx")


def cell_column(name: str) -> Column:
    return Column(name=name, title=name, value=lambda row: row.cells.get(name, ""))


class ApplyView(ImportView):
    """Carries out the rows part by part; each part and the count of what is done are kept together or not at all.

    A break loses nothing, and whoever asks for the same part at the same moment waits, and finds it done.
    """

    template_name = "industries/register/import_progress.html"
    page_title = "正在导入"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return redirect("fact-import-preview", self.record.pk)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        record = self.record
        if record.applied_at:
            return redirect("fact-import-report", record.pk)
        until = time.monotonic() + SECONDS
        while not record.applied_at and time.monotonic() < until:
            self.step()
        if not record.applied_at:
            return self.render_to_response(self.get_context_data(**kwargs))
        outcome = record.outcome
        if not outcome[REFUSED]:
            messages.success(request, f"导入完成：新增{outcome[NEW]}条，修改{outcome[CHANGED]}条。")
        return redirect("fact-import-report", record.pk)

    @transaction.atomic
    def step(self) -> None:
        """The next rows: compared with the register as it is now, then done one by one."""
        record = self.record
        locked = FactImport.objects.select_for_update().defer("rows").get(pk=record.pk)
        record.outcome, record.applied_at = locked.outcome, locked.applied_at
        if record.applied_at:
            return
        outcome = record.outcome
        if "done" not in outcome:
            outcome.update({"done": 0, "drafts": 0, "problems": [], **dict.fromkeys(VERDICTS, 0)})
            outcome["publish"] = bool(self.request.POST.get("publish"))
        self.carry_out_part(outcome)
        if outcome["done"] >= len(record.rows):
            record.applied_at = timezone.now()
            outcome.pop("preview", None)
        record.save(update_fields=["outcome", "applied_at"])

    def carry_out_part(self, outcome: dict[str, Any]) -> None:
        start = outcome["done"]
        part = self.record.rows[start : start + ROWS_A_STEP]
        for row in importing.compare(part, self.record.kind, first_with=self.first):
            problems = row.problems
            if row.verdict in {NEW, CHANGED}:
                try:
                    shown = importing.carry_out(row, self.request.user, publish=outcome["publish"])
                    outcome["drafts"] += not shown
                except ValidationError as error:
                    row.verdict = REFUSED
                    problems = [importing.problem_text(row.number, "", text) for text in error.messages]
            outcome[row.verdict] += 1
            outcome["problems"] += problems
        outcome["done"] = start + len(part)

    @cached_property
    def first(self) -> dict[str, str]:
        return importing.key_rows(self.record.rows)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {
            **context,
            "record": self.record,
            "done": self.record.outcome["done"],
            "total": len(self.record.rows),
        }


class ReportView(ImportView):
    template_name = "industries/register/import_report.html"
    page_title = "导入结果"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not self.record.applied_at:
            return redirect("fact-import-preview", self.record.pk)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        outcome = self.record.outcome
        return {
            **context,
            "record": self.record,
            "counts": [(label, outcome.get(key, 0)) for key, label in VERDICTS.items()],
            "drafts": outcome.get("drafts", 0),
            "problems": Paginator(outcome.get("problems", []), 200).get_page(self.request.GET.get("p")),
            "listing_url": listing_url(self.exchange.model),
            "upload_url": reverse("fact-import", args=[self.exchange.kind]),
            "nothing": not outcome.get(NEW) and not outcome.get(CHANGED) and outcome.get(UNCHANGED),
        }


def import_urls() -> list[URLPattern]:
    kinds = "|".join(EXCHANGES)
    from django.urls import re_path

    return [
        re_path(rf"^facts/import/(?P<kind>{kinds})/$", UploadView.as_view(), name="fact-import"),
        path("facts/import/<int:pk>/", PreviewView.as_view(), name="fact-import-preview"),
        path("facts/import/<int:pk>/apply/", ApplyView.as_view(), name="fact-import-apply"),
        path("facts/import/<int:pk>/report/", ReportView.as_view(), name="fact-import-report"),
    ]
