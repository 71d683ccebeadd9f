"""What forms do with choices that are in the recycle bin: these are not gone, so a form shows and keeps them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.forms.models import register_form_field_override
from wagtail.admin.widgets import AdminPageChooser, BaseChooser

from cms.core.binrule import bin_open, is_binned


class KeptChoice(forms.ModelChoiceField):
    """A choice that may be in the bin by now. Choosers offer nothing from there; what is chosen already stays."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except OverflowError as error:  # a number that the database has no room for
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice") from error
        except ValidationError:
            choices: Any = self.queryset
            if (found := binned(choices.model, value)) is None:
                raise
            return found

    @classmethod
    def like(cls, field: Any) -> KeptChoice:
        """A field that asks for the same as Wagtail's `field`."""
        return cls(
            queryset=field.queryset,
            widget=field.widget,
            required=field.required,
            validators=field.validators,
            help_text=field.help_text,
        )


def binned(model: Any, pk: Any) -> Any:
    """The record in the bin; None where there is none of that number."""
    try:
        with bin_open():
            found = model._default_manager.filter(pk=pk).first()
    except (TypeError, ValueError):
        return None
    return found if found is not None and is_binned(found) else None


def keep_choices_of(model: Any, widget: Any) -> None:
    """Fields of the admin's forms that point to a record of `model`, by `widget`, keep one that is in the bin."""
    register_form_field_override(ForeignKey, to=model, override={"widget": widget, "form_class": KeptChoice})


def keep_choices_of_pages() -> None:
    """For every form of the admin: fields that point to a page keep one that is in the bin, and show it."""
    register_form_field_override(
        ForeignKey,
        to="core.BasePage",
        override=lambda db_field: {
            "widget": AdminPageChooser(target_models=[db_field.remote_field.model]),
            "form_class": KeptChoice,
        },
    )
    wagtails = BaseChooser.get_value_data

    def get_value_data(self: Any, value: Any) -> Any:
        try:
            with bin_open():
                return wagtails(self, value)
        except (OverflowError, ValueError):  # no number of any record: the form says so where it is wrong
            return None

    BaseChooser.get_value_data = get_value_data


def kept_choices(instance: Any) -> dict[str, list[Any]]:
    """The pages in the bin that `instance` names, by the field for many pages: its form offers them no longer."""
    if instance.pk is None:
        return {}
    kept = {}
    with bin_open():
        for field in instance._meta.many_to_many:
            if isinstance(field, ParentalManyToManyField):
                kept[field.name] = [each for each in getattr(instance, field.name).all() if is_binned(each)]
    return {name: binned for name, binned in kept.items() if binned}
