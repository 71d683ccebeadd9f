"""A long article opens in its editor and is saved by a number of queries that does not grow with the site."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from industries.models import NewsPage, Observation
from tests.factories import (
    EnterprisePageFactory,
    NewsPageFactory,
    ObservationFactory,
    Portal,
    SectorPageFactory,
)

PARAGRAPHS, GROWN = 40, 30
# What they cost on SQLite, with a little to spare.
OPENING, SAVING = 70, 60


def form_of(page: NewsPage, figures: list[Observation]) -> dict[str, Any]:
    """As the editor sends an article of many paragraphs with figures and a picked list of them."""
    paragraphs = [
        ("paragraph", rich_text(f'<p>产值为<embed embedtype="observation" id="{figure.pk}"/>。</p>'))
        for figure in (figures * PARAGRAPHS)[:PARAGRAPHS]
    ]
    return nested_form_data(
        {
            "title": page.title,
            "slug": page.slug,
            "summary": "一句话。",
            "body": streamfield([("heading", "小标题"), *paragraphs]),
            "about": inline_formset([]),
            "corrections": inline_formset([]),
            "comments": inline_formset([]),
        }
    )


def cost(client: Client, page: NewsPage, figures: list[Observation]) -> tuple[int, int]:
    """Queries of opening the editor, and of saving a draft."""
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    data = form_of(page, figures)
    client.get(address)
    before = page.revisions.count()
    with CaptureQueriesContext(connection) as saving:
        response = client.post(address, data)
    assert response.status_code == 302, response.context["form"].errors
    assert page.revisions.count() == before + 1
    with CaptureQueriesContext(connection) as opening:
        shown = client.get(address).context["form"].instance
    assert len(shown.body) == PARAGRAPHS + 1
    return len(opening), len(saving)


@pytest.mark.django_db
def test_the_editor_costs_the_same_on_a_larger_site(portal: Portal, admin_client: Client) -> None:
    figures = [ObservationFactory() for _ in range(3)]
    page = NewsPageFactory()
    for _ in range(2):  # the first saves of a page differ a little
        cost(admin_client, page, figures)
    opening, saving = cost(admin_client, page, figures)
    for _ in range(GROWN):
        ObservationFactory(indicator=figures[0].indicator, subject=EnterprisePageFactory())
        NewsPageFactory()
        SectorPageFactory()
    opening_later, saving_later = cost(admin_client, page, figures)
    assert opening_later <= opening <= OPENING
    assert saving_later <= saving <= SAVING
