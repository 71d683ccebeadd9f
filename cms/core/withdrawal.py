"""Withdrawal (撤下): what was public leaves with a reason that readers are told, and a name on record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django import forms
from wagtail.admin.widgets import AdminPageChooser

from cms.core.models import BasePage, Tombstone

LOG_ACTION = "portal.withdraw"
EXPIRED = "已过有效期，按期撤下。"


@dataclass(frozen=True)
class Withdrawal:
    """Why pages leave the public, and what to read instead. `user` is None for a program."""

    reason: str
    user: Any = None
    replacement: BasePage | None = None


_current: ContextVar[Withdrawal | None] = ContextVar("withdrawal", default=None)


@contextmanager
def withdrawing(withdrawal: Withdrawal) -> Iterator[None]:
    """Pages that leave the public within this block take `withdrawal` for their reason."""
    token = _current.set(withdrawal)
    try:
        yield
    finally:
        _current.reset(token)


def current_withdrawal() -> Withdrawal | None:
    return _current.get()


class WithdrawalForm(forms.Form):
    """Asked wherever an editor takes pages from the public."""

    # What is missing is told in the portal's words, not in those of the browser.
    use_required_attribute = False

    reason = forms.CharField(
        label="撤下原因",
        max_length=Tombstone._meta.get_field("reason").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="对读者公开：原地址会显示这段话和撤下日期。例：内容有误，已重新发布。",
        error_messages={
            "required": "请写明撤下原因，读者会看到。",
            "max_length": "原因最多%(limit_value)d个字，现在是%(show_value)d个字。",
        },
    )
    replacement = forms.ModelChoiceField(
        label="可改看的页面",
        queryset=BasePage.objects.none(),
        required=False,
        widget=AdminPageChooser(),
        help_text="可不选。选了公开的页面，读者会看到通往它的链接。",
        error_messages={"invalid_choice": "请选择一个公开的页面。"},
    )
    include_descendants = forms.BooleanField(label="下级页面也一起撤下", required=False)

    def __init__(
        self, *args: Any, leaving: list[BasePage], below: int = 0, whole: bool = False, **kwargs: Any
    ) -> None:
        """`leaving`: the pages to withdraw; `below`: how many live pages there are below them.

        `whole`: those below leave in any case, so that there is nothing to ask.
        """
        super().__init__(*args, **kwargs)
        self.leaving, self.whole = leaving, whole
        replacement: Any = self.fields["replacement"]
        replacement.queryset = BasePage.objects.visible().exclude(pk__in=[page.pk for page in leaving])
        if below and not whole:
            self.fields["include_descendants"].label = f"公开的{below}个下级页面也一起撤下"
        else:
            del self.fields["include_descendants"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        replacement = cleaned.get("replacement")
        together = self.whole or cleaned.get("include_descendants")
        if together and replacement and any(replacement.path.startswith(p.path) for p in self.leaving):
            self.add_error("replacement", "这个页面也会一起撤下，请选择别的页面。")
        return cleaned

    def withdrawal(self, user: Any) -> Withdrawal:
        data = self.cleaned_data
        return Withdrawal(reason=data["reason"].strip(), user=user, replacement=data.get("replacement"))


def live_below(pages: list[BasePage]) -> int:
    """How many live pages stand below `pages`, each counted once."""
    found: set[int] = set()
    for page in pages:
        found.update(BasePage.objects.descendant_of(page).live().values_list("pk", flat=True))
    return len(found - {page.pk for page in pages})
