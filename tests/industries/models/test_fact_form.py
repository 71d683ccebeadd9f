"""The form of a fact in the admin."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import querydict_from_html

from industries.models import Observation
from industries.models.fact import ObservationCorrection
from tests.factories import EnterprisePageFactory, ObservationFactory, Portal, StatementFactory


@pytest.mark.django_db
@pytest.mark.parametrize("factory", [ObservationFactory, StatementFactory])
def test_a_form_that_nobody_changed_says_so(portal: Portal, admin_client: Client, factory: type) -> None:
    """Else a reviewer who approves from the editor would become an author of what they approve."""
    about = {} if factory is ObservationFactory else {"subjects": [EnterprisePageFactory()]}
    fact = factory(**about, period="2025-01/2025-11", checked_on="2025-12-20", note="口径待核。")
    fact = type(fact).objects.get(pk=fact.pk)
    if isinstance(fact, Observation):
        fact.corrections = [ObservationCorrection(made_on=date(2026, 1, 5), text="原为4047.7。")]
    fact.save_revision()
    address = reverse(fact.snippet_viewset.get_url_name("edit"), args=[fact.pk])
    response = admin_client.get(address)
    shown = response.context["form"]
    data = querydict_from_html(response.content.decode(), form_id=form_around(response, "id_quote"))
    sent = type(shown)(data, instance=fact.get_latest_revision_as_object(), for_user=shown.for_user)
    assert "quote" in data
    assert sent.changed_data == []
    assert not sent.has_changed()


def form_around(response: Any, field: str) -> str:
    """Id of the form that holds the field; it is given one where Wagtail gives none."""
    soup = BeautifulSoup(response.content, "html.parser")
    form = soup.find(id=field).find_parent("form")
    return str(form["id"])
