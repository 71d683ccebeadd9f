"""Rows below a page or a fact, as drafts have them: which of them a form changes, and which it means."""

from __future__ import annotations

from typing import Any

from django.forms.models import model_to_dict

# Of the formset's own making; the order is compared by itself.
NO_CONTENT = {"id", "ORDER", "DELETE"}


class ComparesDraftRows:
    """For forms with formsets. A row that was never published has no id, and modelcluster compares it with an
    empty one: every form with such a row would count as changed, and a reviewer who only approves as an author.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        form: Any = self
        if form.is_bound:
            # Before anything is saved: saving puts the form's own rows in the place of these.
            self.rows_before = {name: list(rows.get_queryset()) for name, rows in form.formsets.items()}

    def is_valid(self) -> bool:
        """A page that saves itself gives its rows ids, which a form sent in that very moment does not know."""
        parent: Any = super()
        valid = bool(parent.is_valid())
        form: Any = self
        if valid:
            for name, rows in form.formsets.items():
                adopt_saved_rows(rows, self.rows_before[name])
        return valid

    def has_changed(self) -> bool:
        form: Any = self
        if form.changed_data:
            return True
        return any(rows_changed(rows, self.rows_before[name]) for name, rows in form.formsets.items())


def adopt_saved_rows(formset: Any, before: list[Any]) -> None:
    """New rows that say the same as saved ones which the form does not mention are these, not second ones."""
    mentioned = {form.instance.pk for form in formset.forms}
    unmentioned = [row for row in before if row.pk and row.pk not in mentioned]
    for form in formset.forms:
        if form.instance.pk or not form.has_changed() or to_delete(form):
            continue
        same = next((row for row in unmentioned if not content_changed(form, row)), None)
        if same is not None:
            form.instance.pk = same.pk
            unmentioned.remove(same)


def rows_changed(formset: Any, before: list[Any]) -> bool:
    """Whether the bound `formset` says anything else than the rows that the draft has."""
    forms = [form for form in formset.forms if form.instance.pk or form.has_changed()]
    if len(forms) != len(before) or any(to_delete(form) for form in forms):
        return True
    pairs = zip(forms, before, strict=True)
    return any(row_changed(form, row, number) for number, (form, row) in enumerate(pairs, 1))


def to_delete(form: Any) -> bool:
    """As sent: the form may not have been validated."""
    return "DELETE" in form.fields and bool(form.fields["DELETE"].to_python(form["DELETE"].data))


def row_changed(form: Any, row: Any, number: int) -> bool:
    if form.instance.pk or row.pk:
        return form.instance.pk != row.pk or bool(form.has_changed())
    moved = "ORDER" in form.fields and str(form["ORDER"].data or number) != str(number)
    return moved or content_changed(form, row)


def content_changed(form: Any, row: Any) -> bool:
    was = model_to_dict(row)
    return any(
        field.has_changed(was.get(name), form[name].data)
        for name, field in form.fields.items()
        if name not in NO_CONTENT
    )
