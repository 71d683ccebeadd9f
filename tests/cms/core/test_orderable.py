"""Rows below a page come in one order, however a database happens to read them."""

from __future__ import annotations

from django.apps import apps
from wagtail.models import Orderable


def test_every_ordered_row_of_the_portal_breaks_ties() -> None:
    models = [
        model
        for model in apps.get_models()
        if issubclass(model, Orderable) and model.__module__.split(".")[0] in ("cms", "home", "industries")
    ]
    assert models
    assert {model: tuple(model._meta.ordering)[-1] for model in models} == dict.fromkeys(models, "pk")
