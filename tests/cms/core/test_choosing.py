"""What is in the recycle bin is not gone: drafts, forms and texts that point to it keep doing so."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data, querydict_from_html, streamfield

from cms.core.bin import bin_fact, bin_page, restore
from cms.core.models import User
from industries.models import NewsPage, Observation, ProjectPage, SectorFigure, SectorPage
from tests.factories import (
    EnterprisePageFactory,
    NewsPageFactory,
    ObservationFactory,
    Portal,
    ProjectPageFactory,
    SectorPageFactory,
)


@pytest.fixture
def user(admin_user: User) -> User:
    return admin_user


def form_of(client: Client, address: str, form_id: str) -> dict[str, Any]:
    response = client.get(address)
    assert response.status_code == 200
    return dict(querydict_from_html(response.content.decode(), form_id=form_id).items())


def test_a_draft_keeps_what_is_in_the_bin(portal: Portal, user: User) -> None:
    sector, place = SectorPageFactory(), EnterprisePageFactory()
    page = ProjectPageFactory(sectors=[sector])
    page.save_revision()
    fact = ObservationFactory(subject=place)
    fact.save_revision()
    record, about = bin_page(sector, user), bin_page(place, user)
    draft = page.get_latest_revision_as_object()
    draft.title = "改过的标题"
    draft.save_revision().publish()
    fact.get_latest_revision_as_object().save_revision().publish()
    restore(record, user)
    restore(about, user)
    assert list(ProjectPage.objects.get(pk=page.pk).sectors.values_list("pk", flat=True)) == [sector.pk]
    assert Observation.objects.get(pk=fact.pk).subject_id == place.pk


def test_a_form_shows_and_keeps_a_page_in_the_bin(portal: Portal, user: User, admin_client: Client) -> None:
    place = EnterprisePageFactory(title="某厂")
    fact = ObservationFactory(subject=place)
    record = bin_page(place, user)
    address = reverse(Observation.snippet_viewset.get_url_name("edit"), args=[fact.pk])
    assert "某厂（在回收站）" in admin_client.get(address).content.decode()
    data = form_of(admin_client, address, "w-editor-form") | {"value": "12"}
    assert admin_client.post(address, data).status_code == 302
    fact.refresh_from_db()
    draft = fact.get_latest_revision_as_object()
    assert (draft.value, draft.subject_id) == (12, place.pk)
    restore(record, user)


def test_a_page_form_keeps_boxes_it_can_not_show_and_rows(
    portal: Portal, user: User, admin_client: Client
) -> None:
    shown, binned = SectorPageFactory(title="看得见"), SectorPageFactory(title="看不见")
    page = ProjectPageFactory(sectors=[shown, binned])
    row = SectorFigure.objects.create(sector=shown, observation=ObservationFactory(subject=None))
    bin_fact(row.observation, user)
    bin_page(binned, user)
    for edited in (page, shown):
        address = reverse("wagtailadmin_pages:edit", args=[edited.pk])
        data = form_of(admin_client, address, "page-edit-form")
        assert "看不见" not in str(data)
        data |= nested_form_data({"body": streamfield([])}) | {"title": "改过"}
        assert admin_client.post(address, data).status_code == 302
        edited.refresh_from_db()
    assert page.get_latest_revision().content["title"] == "改过"
    assert set(page.get_latest_revision().content["sectors"]) == {shown.pk, binned.pk}
    figures = shown.get_latest_revision().content["headline_figures"]
    assert [figure["observation"] for figure in figures] == [row.observation_id]


def test_a_text_keeps_its_references(portal: Portal, user: User) -> None:
    place, fact = EnterprisePageFactory(), ObservationFactory()
    body = [
        {"type": "related", "value": {"title": "", "pages": [place.pk]}},
        {"type": "key_figures", "value": {"title": "", "observations": [fact.pk]}},
    ]
    page: Any = NewsPageFactory(body=json.dumps(body))
    bin_page(place, user)
    bin_fact(fact, user)
    again = NewsPage.objects.get(pk=page.pk)
    for block in again.body:
        assert block.block.get_form_state(block.value)
        block.block.clean(block.value)
    kept = json.loads(again.save_revision().content["body"])
    assert [item["value"] for item in kept[0]["value"]["pages"]] == [place.pk]
    assert [item["value"] for item in kept[1]["value"]["observations"]] == [fact.pk]


@pytest.mark.parametrize("number", ["abc", "", "99999999999999999999", "0"])
def test_a_wrong_choice_is_refused_as_before(
    portal: Portal, user: User, admin_client: Client, number: str
) -> None:
    fact = ObservationFactory(subject=None)
    address = reverse(Observation.snippet_viewset.get_url_name("edit"), args=[fact.pk])
    data = form_of(admin_client, address, "w-editor-form") | {"indicator": number, "action-publish": "1"}
    assert admin_client.post(address, data).status_code == 200
    assert SectorPage.objects.exists() is False
