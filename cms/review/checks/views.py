"""Findings on screen: beside the form while it is being filled in, and on a page of their own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.generic import TemplateView
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.pages.preview import PreviewOnCreateView, PreviewOnEditView
from wagtail.admin.views.pages.utils import GenericPageBreadcrumbsMixin
from wagtail.fields import StreamField
from wagtail.permissions import policy_registry
from wagtail.snippets.models import get_snippet_models

from cms.core.models import BasePage
from cms.review.checks import Finding, Level, findings
from cms.review.checks.passages import text_fields


@dataclass(frozen=True)
class Report:
    """Findings by weight, with the words that sum them up."""

    found: list[Finding]

    @property
    def groups(self) -> list[tuple[Level, list[Finding]]]:
        grouped = [(level, [f for f in self.found if f.level is level]) for level in Level]
        return [(level, group) for level, group in grouped if group]

    @property
    def summary(self) -> str:
        said = [f"{level.label}{len(group)}处" for level, group in self.groups]
        return "，".join(said) if said else "没有发现问题"

    @property
    def blocks(self) -> bool:
        return any(finding.blocks for finding in self.found)


def report_on(instance: Any) -> Report:
    return Report(findings(instance))


class FindingsNow:
    """Answers a posted form with what there is to say about it. Saves nothing.

    Fields that the form refuses are read as they were typed: what is wrong elsewhere must not hide a finding.
    """

    http_method_names = ["post"]
    request: HttpRequest

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        view: Any = self
        form = view.get_form(request.POST)
        view.validate_form(form)
        context = {"report": report_on(as_typed(form)), "incomplete": bool(form.errors)}
        return render(request, "review/findings/list.html", context)


def as_typed(form: Any) -> Any:
    """The form's record with all that can be read from the form, valid or not."""
    if form.is_valid():
        return form.save(commit=False)
    instance = form.instance
    texts = {field.name for field in text_fields(type(instance))}
    for name in form.errors:
        if name not in form.fields:
            continue
        field = instance._meta.get_field(name)
        if isinstance(field, StreamField) or name in texts:
            widget = form.fields[name].widget
            typed = widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
            setattr(instance, name, typed if typed is not None else "")
    for formset in getattr(form, "formsets", {}).values():
        if formset.is_valid():
            formset.save(commit=False)
    return instance


class PageFindingsNow(FindingsNow, PreviewOnEditView):
    """For who may edit the page."""


class NewPageFindingsNow(FindingsNow, PreviewOnCreateView):
    """For who may add a page there."""

    def get_object(self) -> Any:
        model = self.content_type.model_class()
        if model is None or not issubclass(model, BasePage):
            raise Http404
        return super().get_object()


class FindingsPage(WagtailAdminTemplateMixin, TemplateView):
    """The findings of what was saved last, draft included."""

    template_name = "review/findings/page.html"
    page_title = "内容检查"
    header_icon = "glasses"
    object: Any

    @cached_property
    def report(self) -> Report:
        return report_on(self.object)

    @property
    def edit_url(self) -> str | None:
        return AdminURLFinder(self.request.user).get_edit_url(self.object)

    def get_page_subtitle(self) -> str:
        return str(getattr(self.object, "get_admin_display_title", self.object.__str__)())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"object": self.object, "report": self.report, "edit_url": self.edit_url}


class PageFindings(GenericPageBreadcrumbsMixin, FindingsPage):
    breadcrumbs_items_to_take = 1

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        page = get_object_or_404(BasePage.objects.filter(depth__gt=1), pk=kwargs["page_id"])
        if not page.permissions_for_user(request.user).can_edit():
            raise PermissionDenied
        self.object = page.get_latest_revision_as_object()

    @property
    def edit_url(self) -> str:
        return reverse("wagtailadmin_pages:edit", args=[self.object.pk])

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]


class FactFindings(FindingsPage):
    """For records outside the page tree that the admin edits as snippets."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        model = snippet_model(kwargs["app_label"], kwargs["model_name"])
        try:
            self.object = get_object_or_404(model, pk=unquote(kwargs["pk"]))
        except ValueError as error:
            raise Http404 from error
        if not may_edit(request.user, self.object):
            raise PermissionDenied
        if hasattr(self.object, "get_latest_revision_as_object"):
            self.object = self.object.get_latest_revision_as_object()

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        items = [*super().get_breadcrumbs_items()]
        if self.edit_url:
            items.append({"url": self.edit_url, "label": self.get_page_subtitle()})
        return [*items, {"url": "", "label": self.page_title}]


def snippet_model(app_label: str, model_name: str) -> Any:
    for model in get_snippet_models():
        if (model._meta.app_label, model._meta.model_name) == (app_label, model_name):
            return model
    raise Http404


def may_edit(user: Any, instance: Any) -> bool:
    """Whether the user may change the record, or has it for review."""
    if policy_registry.get_by_type(type(instance)).user_has_permission_for_instance(user, "change", instance):
        return True
    task = getattr(instance, "current_workflow_task", None)
    return bool(task and task.user_can_access_editor(instance, user))


def findings_url(instance: Any) -> str:
    """Admin address of the page with the findings of a saved page or record."""
    if isinstance(instance, BasePage):
        return reverse("page-findings", args=[instance.pk])
    meta = instance._meta
    return reverse("fact-findings", args=[meta.app_label, meta.model_name, instance.pk])
