"""The test suite's own ground: the factories make records that the models accept."""

from __future__ import annotations

import pytest
from wagtail.models import Site

from cms.core.models import BasePage
from tests import factories
from tests.factories import Portal, is_visible

PAGES = [
    factories.EnterprisePageFactory,
    factories.IndicatorPageFactory,
    factories.NewsPageFactory,
    factories.PlacePageFactory,
    factories.PolicyPageFactory,
    factories.ProjectPageFactory,
    factories.SectorPageFactory,
    factories.StandardPageFactory,
]
RECORDS = [
    factories.ObservationFactory,
    factories.SourceFactory,
    factories.StatementFactory,
    factories.TierFactory,
    factories.UserFactory,
]


def test_portal_is_the_default_site_and_all_there_is(portal: Portal) -> None:
    assert Site.objects.get(is_default_site=True).root_page_id == portal.home.pk
    assert portal.home.get_children().count() == 9
    assert list(BasePage.objects.filter(depth=2).values_list("pk", flat=True)) == [portal.home.pk]


@pytest.mark.parametrize("page_factory", PAGES)
def test_every_page_factory_makes_a_valid_visible_page(portal: Portal, page_factory: type) -> None:
    page = page_factory()
    page.full_clean()
    assert is_visible(page)
    assert type(page.get_parent().specific) in page.allowed_parent_page_models()


@pytest.mark.parametrize("record_factory", RECORDS)
def test_every_record_factory_makes_a_valid_record(portal: Portal, record_factory: type) -> None:
    record = record_factory()
    record.full_clean(exclude={"password"})
    assert type(record).objects.filter(pk=record.pk).exists()
