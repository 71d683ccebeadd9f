"""What the admin does around facts: who entered them, and drafts that outlive them."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from industries.models import Observation, ProjectPage, ProjectStage
from tests.factories import (
    IndicatorPageFactory,
    ObservationFactory,
    Portal,
    ProjectPageFactory,
    SourceFactory,
    StatementFactory,
)


def test_a_new_figure_remembers_who_entered_it(
    portal: Portal, admin_client: Client, admin_user: object
) -> None:
    data = {
        "indicator": IndicatorPageFactory().pk,
        "value": "53",
        "hedge": "",
        "period": "2025年1—11月",
        "subject": "",
        "source": SourceFactory().pk,
        "locator": "第2段",
        "quote": "",
        "status": "media",
        "checked_on": "",
        "note": "",
        "key": "xin-shuzhi",
        "action-publish": "1",
        **nested_form_data({"corrections": inline_formset([])}),
    }
    response = admin_client.post(reverse("wagtailsnippets_industries_observation:add"), data)
    assert response.status_code == 302, response.context["form"].errors
    entered = Observation.objects.get()
    assert entered.entered_by == admin_user
    assert (entered.live, entered.period) == (True, "2025-01/2025-11")


def test_a_draft_opens_although_what_it_points_to_was_deleted(portal: Portal, admin_client: Client) -> None:
    project: ProjectPage = ProjectPageFactory()
    observation, statement = ObservationFactory(), StatementFactory(subjects=[project])
    project.investment = observation
    project.stages.set([ProjectStage(stage="signed", statement=statement)])
    project.save_revision()
    observation.delete()
    statement.delete()
    draft = project.get_latest_revision_as_object()
    assert draft.investment is None
    assert list(draft.stages.all()) == []
    assert admin_client.get(reverse("wagtailadmin_pages:edit", args=[project.pk])).status_code == 200
