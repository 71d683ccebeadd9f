"""After a decision, a reviewer is told of the decision, not that the page “has been updated”."""

from __future__ import annotations

from typing import Any

from wagtail.admin.views.pages.edit import EditView
from wagtail.snippets.views.snippets import EditView as RecordEditView


def decided(view: Any) -> bool:
    """Whether this request decided on a step: its own message says so (see `ReviewStep.on_action`)."""
    return bool(getattr(view.request.user, "review_decisions", None))


class DecidingPageView(EditView):
    def add_save_confirmation_message(self) -> None:
        if not decided(self):
            super().add_save_confirmation_message()


class DecidingRecordView(RecordEditView):
    def get_success_message(self) -> str | None:
        message: str | None = super().get_success_message()
        return None if decided(self) else message

    def save_instance(self) -> Any:
        """Who only decides writes nothing; Wagtail would make a revision of theirs, and them an author."""
        if "action-workflow-action" in self.request.POST and not self.form.has_changed():
            self.new_revision = None
            return self.object
        return super().save_instance()
