"""发布时间 is set by the system when a page first becomes public, and by nothing else ever."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.actions.copy_page import CopyPageAction
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.models import Revision, get_page_models

from cms.core.models import BasePage
from home.models import StandardPage
from industries.content.records import field_names
from tests.factories import Portal, ProjectPageFactory, StandardPageFactory

LONG_AGO = timezone.now() - timedelta(days=400)


@pytest.mark.parametrize("model", get_page_models(), ids=lambda m: m.__name__)
def test_no_form_and_no_content_file_has_it(model: Any) -> None:
    if model is not BasePage:
        assert "first_published_at" not in model.get_edit_handler().get_form_class().base_fields
        assert "first_published_at" not in field_names(model)


def test_the_form_ignores_one_that_is_sent(portal: Portal, admin_client: Client) -> None:
    page = StandardPageFactory()
    before = page.first_published_at
    data = {
        "title": page.title,
        "slug": page.slug,
        "summary": "摘要",
        "body-count": "0",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "change_kind": "minor",
        "first_published_at": "2001-01-01 00:00",
        "action-publish": "1",
    }
    assert admin_client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data).status_code == 302
    assert StandardPage.objects.get(pk=page.pk).first_published_at == before


def test_it_outlives_withdrawal_and_republication(portal: Portal) -> None:
    page = ProjectPageFactory(first_published_at=LONG_AGO)
    page.unpublish()
    page = type(page).objects.get(pk=page.pk)
    assert page.first_published_at == LONG_AGO
    page.save_revision().publish()
    again = type(page).objects.get(pk=page.pk)
    assert again.first_published_at == LONG_AGO
    assert again.last_published_at > LONG_AGO


def test_a_revision_cannot_set_it(portal: Portal) -> None:
    page = ProjectPageFactory()
    real = page.first_published_at
    revision = page.save_revision()
    revision.content["first_published_at"] = LONG_AGO.isoformat()
    revision.save()
    Revision.objects.get(pk=revision.pk).publish()
    assert type(page).objects.get(pk=page.pk).first_published_at == real


def test_a_copy_has_its_own(portal: Portal) -> None:
    page = ProjectPageFactory(first_published_at=LONG_AGO)
    page.save_revision()
    live = CopyPageAction(
        page, to=portal.projects, update_attrs={"slug": "copy", "title": "副本"}, keep_live=True
    ).execute(skip_permission_checks=True)
    assert BasePage.objects.get(pk=live.pk).first_published_at > LONG_AGO + timedelta(days=300)
    draft = CopyPageAction(
        page, to=portal.projects, update_attrs={"slug": "copy-2", "title": "副本"}, keep_live=False
    ).execute(skip_permission_checks=True)
    assert BasePage.objects.get(pk=draft.pk).first_published_at is None


def test_an_alias_has_its_own_and_keeps_it(portal: Portal) -> None:
    page = ProjectPageFactory(first_published_at=LONG_AGO)
    alias = CreatePageAliasAction(page, parent=portal.projects, update_slug="alias").execute(
        skip_permission_checks=True
    )
    own = BasePage.objects.get(pk=alias.pk).first_published_at
    assert own > LONG_AGO + timedelta(days=300)
    page = type(page).objects.get(pk=page.pk)
    page.save_revision().publish()
    assert BasePage.objects.get(pk=alias.pk).first_published_at == own
