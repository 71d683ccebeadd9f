"""Whether a form changes anything, where rows below a page or a fact exist in a draft only."""

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

    def has_changed(self) -> bool:
        form: Any = self
        if form.changed_data:
            return True
        return any(rows_changed(rows, self.rows_before[name]) for name, rows in form.formsets.items())


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
    was = model_to_dict(row)
    moved = "ORDER" in form.fields and str(form["ORDER"].data or number) != str(number)
    return moved or any(
        field.has_changed(was.get(name), form[name].data)
        for name, field in form.fields.items()
        if name not in NO_CONTENT
    )
