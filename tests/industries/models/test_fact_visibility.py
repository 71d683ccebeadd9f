"""Who may see a fact: a fact is as public as the pages it is about, and never more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from industries.models import Observation, Statement
from tests.factories import (
    EnterprisePageFactory,
    IndicatorPageFactory,
    ObservationFactory,
    Portal,
    ProjectPageFactory,
    SectorPageFactory,
    StatementFactory,
    make_private,
)


def shown(fact: Any) -> bool:
    return type(fact).objects.visible().filter(pk=fact.pk).exists()


def past() -> Any:
    return timezone.now() - timedelta(minutes=1)


def future() -> Any:
    return timezone.now() + timedelta(days=1)


def test_figure_about_the_city_and_about_a_visible_page_is_visible(portal: Portal) -> None:
    assert shown(ObservationFactory(subject=None))
    assert shown(ObservationFactory(subject=ProjectPageFactory()))


def test_draft_figure_is_hidden(portal: Portal) -> None:
    assert not shown(ObservationFactory(live=False))


def test_figure_past_its_expiry_is_hidden_before_wagtail_unpublishes_it(portal: Portal) -> None:
    assert not shown(ObservationFactory(live=True, expire_at=past()))
    assert shown(ObservationFactory(live=True, expire_at=future()))


@pytest.mark.parametrize("hidden", [{"live": False}, {"live": True, "expire_at": past()}])
def test_figure_of_a_hidden_indicator_is_hidden(portal: Portal, hidden: dict[str, Any]) -> None:
    assert not shown(ObservationFactory(indicator=IndicatorPageFactory(**hidden)))


@pytest.mark.parametrize("hidden", [{"live": False}, {"live": True, "expire_at": past()}])
def test_figure_about_a_hidden_page_is_hidden(portal: Portal, hidden: dict[str, Any]) -> None:
    assert not shown(ObservationFactory(subject=ProjectPageFactory(**hidden)))


def test_figure_of_a_private_indicator_is_hidden(portal: Portal) -> None:
    observation = ObservationFactory()
    make_private(observation.indicator)
    assert not shown(observation)


def test_figure_about_a_private_page_is_hidden(portal: Portal) -> None:
    page = ProjectPageFactory()
    observation = ObservationFactory(subject=page)
    make_private(page)
    assert not shown(observation)


def test_figure_below_a_private_ancestor_is_hidden(portal: Portal) -> None:
    parent = SectorPageFactory()
    about = ObservationFactory(subject=SectorPageFactory(parent=parent))
    make_private(parent)
    assert not shown(about)
    measured = ObservationFactory()
    make_private(portal.data)
    assert not shown(measured)


def test_statement_about_a_visible_page_is_visible(portal: Portal) -> None:
    assert shown(StatementFactory(subjects=[ProjectPageFactory()]))


def test_statement_about_nothing_is_hidden(portal: Portal) -> None:
    assert not shown(StatementFactory(subjects=[]))


def test_draft_statement_is_hidden(portal: Portal) -> None:
    assert not shown(StatementFactory(live=False, subjects=[ProjectPageFactory()]))


def test_statement_past_its_expiry_is_hidden_before_wagtail_unpublishes_it(portal: Portal) -> None:
    page = ProjectPageFactory()
    assert not shown(StatementFactory(live=True, expire_at=past(), subjects=[page]))
    assert shown(StatementFactory(live=True, expire_at=future(), subjects=[page]))


def test_statement_about_a_draft_and_a_visible_page_is_visible(portal: Portal) -> None:
    draft = ProjectPageFactory(live=False)
    assert shown(StatementFactory(subjects=[draft, EnterprisePageFactory()]))
    assert not shown(StatementFactory(subjects=[draft]))


def test_statement_about_an_expired_page_only_is_hidden(portal: Portal) -> None:
    assert not shown(StatementFactory(subjects=[ProjectPageFactory(expire_at=past())]))


def test_statement_about_a_private_page_is_hidden_whatever_else_it_is_about(portal: Portal) -> None:
    private, visible = ProjectPageFactory(), EnterprisePageFactory()
    statement = StatementFactory(subjects=[private, visible])
    assert shown(statement)
    make_private(private)
    assert not shown(statement)


def test_statement_below_a_private_ancestor_is_hidden(portal: Portal) -> None:
    parent = SectorPageFactory()
    child = SectorPageFactory(parent=parent)
    statement = StatementFactory(subjects=[child, EnterprisePageFactory()])
    make_private(parent)
    assert not shown(statement)


def test_statement_about_several_pages_is_listed_once(portal: Portal) -> None:
    pages = [ProjectPageFactory(), EnterprisePageFactory()]
    StatementFactory(subjects=pages)
    about = Statement.objects.visible().about([page.pk for page in pages])
    assert about.count() == 1


def test_entity_lists_visible_facts_about_itself_only(portal: Portal) -> None:
    page, other = ProjectPageFactory(), ProjectPageFactory()
    mine = ObservationFactory(subject=page)
    ObservationFactory(subject=page, live=False)
    ObservationFactory(subject=other)
    told = StatementFactory(subjects=[page], period="2025")
    undated = StatementFactory(subjects=[page], period="")
    StatementFactory(subjects=[page], live=False)
    StatementFactory(subjects=[other])
    assert list(page.observations()) == [mine]
    assert list(page.statements()) == [told, undated]


def test_facts_for_display_come_with_what_is_shown_beside_them(
    portal: Portal, django_assert_max_num_queries: Any
) -> None:
    """One query for the figures, one for the site's view restrictions, however many figures."""
    for _ in range(3):
        ObservationFactory(subject=ProjectPageFactory())
    with django_assert_max_num_queries(2):
        lines = [f"{o} {o.source}" for o in Observation.objects.visible().for_display()]
    assert len(lines) == 3
