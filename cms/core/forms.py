"""The admin form of every page."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

from django.core.exceptions import ValidationError
from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm

from cms.core.choosing import kept_choices
from cms.core.draftrows import ComparesDraftRows
from cms.core.models.changenote import ChangeKind
from cms.core.words import pinyin_slug

CHANGE_FIELDS = ("change_kind", "change_note")
NOTE_MISSING = "大改要写说明：这次改了什么、为什么。读者会在页面末尾看到。"
# Buttons that send work to reviewers.
SUBMITTING = ("action-submit", "action-restart-workflow")
# Apps above register what keeps a page or record from being submitted: one line of Chinese for each problem.
submission_checks: list[Callable[[Any], list[str]]] = []


class SubmissionRules:
    """What may not be submitted yet stays in the form, with the reasons."""

    def _clean_fields(self) -> None:
        """What a form for many pages can't show because it is in the recycle bin stays chosen."""
        super()._clean_fields()  # type: ignore[misc]
        form: Any = self
        for name, binned in kept_choices(form.instance).items():
            if name in form.cleaned_data:
                form.cleaned_data[name] = [*form.cleaned_data[name], *binned]

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        form: Any = self
        if form.errors or not any(name in form.data for name in SUBMITTING):
            return
        if problems := [line for check in submission_checks for line in check(form.instance)]:
            form.add_error(None, ValidationError(["送审前请改正下列问题（您填写的内容都还在）：", *problems]))


class ReviewedModelForm(ComparesDraftRows, SubmissionRules, WagtailAdminModelForm):
    """For records that are reviewed as pages are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """A field whose default is computed asks for a hidden copy of its first value, which Wagtail's panels
        leave out: it would count as changed in every form, and a reviewer who only reads would be an author.
        """
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.show_hidden_initial = False


class BasePageForm(ComparesDraftRows, SubmissionRules, WagtailAdminPageForm):
    """Editors need not think of an address: an empty one is filled from the title, in pinyin."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None or not self.instance.live:  # a new page says of itself that it is live
            for name in CHANGE_FIELDS:  # there is no change yet that readers could be told of
                self.fields.pop(name, None)
        if "change_kind" in self.fields:
            self.fields["change_kind"].required = False  # a program that says nothing means a minor one
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = "页面地址的最后一段。留空时按标题的拼音自动生成。"

    def clean(self) -> dict[str, Any]:
        title = self.cleaned_data.get("title")
        if title and "slug" in self.fields and not self.cleaned_data.get("slug"):
            self.cleaned_data["slug"] = self.free_slug(pinyin_slug(title) or "page")
        cleaned: dict[str, Any] = super().clean()
        if not self.is_deferred_validation:
            self.require_description()
            self.require_note()
        return cleaned

    def clean_change_kind(self) -> str:
        return self.cleaned_data.get("change_kind") or ChangeKind.MINOR

    def require_note(self) -> None:
        """A major change comes with a word to readers."""
        major = self.cleaned_data.get("change_kind") == ChangeKind.MAJOR
        if major and not (self.cleaned_data.get("change_note") or "").strip():
            self.add_error("change_note", NOTE_MISSING)

    def require_description(self) -> None:
        """Listings, search engines and the tags for public institutions' sites need one; drafts do not."""
        names = [name for name in ("summary", "search_description") if name in self.fields]
        if names and not any(self.cleaned_data.get(name) for name in names):
            self.add_error(names[0], "发布前请写摘要：一两句话说明本页讲什么。")

    def free_slug(self, base: str) -> str:
        """`base`, or the first of base-2, base-3 … that no sibling has."""
        candidates = (base if number == 1 else f"{base}-{number}" for number in count(1))
        page = self.instance
        return next(c for c in candidates if type(page)._slug_is_available(c, self.parent_page, page))
