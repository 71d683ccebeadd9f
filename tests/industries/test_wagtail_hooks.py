"""What the admin does around facts: who entered them, and what they keep from being deleted."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from cms.core.models import BasePage
from industries.models import Observation, ProjectPage, ProjectStage
from tests.factories import (
    EnterprisePageFactory,
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


@pytest.mark.parametrize("which", ["subject", "indicator", "column"])
def test_a_page_that_figures_are_about_is_kept_and_the_editor_told_why(
    portal: Portal, admin_client: Client, which: str
) -> None:
    observation = ObservationFactory(subject=EnterprisePageFactory())
    page = {"subject": observation.subject, "indicator": observation.indicator, "column": portal.enterprises}
    address = reverse("wagtailadmin_pages:delete", args=[page[which].pk])
    response = admin_client.post(address, follow=True)
    assert BasePage.objects.filter(pk=page[which].pk).exists()
    assert observation.indicator.title in response.content.decode()
    assert "不能删除" in response.content.decode()


def test_a_page_without_figures_can_be_deleted(portal: Portal, admin_client: Client) -> None:
    page = EnterprisePageFactory()
    admin_client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))
    assert not BasePage.objects.filter(pk=page.pk).exists()


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
