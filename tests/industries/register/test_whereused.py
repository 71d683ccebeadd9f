"""Where something is used: nothing is missed, and the cost does not grow with its fame."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import ReferenceIndex

from industries.models import ProjectPage, ProjectStage, SectorFigure
from tests.factories import (
    EnterprisePageFactory,
    IndicatorPageFactory,
    NewsPageFactory,
    ObservationFactory,
    Portal,
    ProjectPageFactory,
    SectorPageFactory,
    StatementFactory,
    UserFactory,
)


def body(*blocks: tuple[str, Any]) -> str:
    return json.dumps([{"type": kind, "value": value, "id": str(uuid.uuid4())} for kind, value in blocks])


def saved(page: Any) -> Any:
    page.save()
    ReferenceIndex.create_or_update_for_object(page)
    return page


def usage(client: Client, thing: Any, **query: Any) -> Any:
    if hasattr(thing, "get_parent"):
        address = reverse("wagtailadmin_pages:usage", args=[thing.pk])
    else:
        address = reverse(thing.snippet_viewset.get_url_name("usage"), args=[thing.pk])
    response = client.get(address, query)
    assert response.status_code == 200
    return response


def uses(client: Client, thing: Any) -> dict[str, list[str]]:
    rows = usage(client, thing).context["table"].data
    return {row["label"]: [place.label for place in row["references"]] for row in rows}


def test_a_figure_is_found_in_text_key_figures_sectors_and_projects(
    portal: Portal, admin_client: Client
) -> None:
    figure = ObservationFactory()
    text = f'<p>产值<embed embedtype="observation" id="{figure.pk}"/>。</p>'
    saved(NewsPageFactory(title="文中", body=body(("paragraph", text))))
    article = NewsPageFactory(title="要数")
    saved(article_with_key_figures(article, figure))
    sector = SectorPageFactory(title="产业甲")
    sector.headline_figures.set([SectorFigure(observation=figure)])
    saved(sector)
    saved(ProjectPageFactory(title="项目甲", investment=figure))
    found = uses(admin_client, figure)
    assert set(found) == {"文中", "要数", "产业甲", "项目甲"}
    assert found["项目甲"] == ["投资"]
    assert found["文中"][0].startswith("正文 → ")


def article_with_key_figures(article: Any, figure: Any) -> Any:
    block = article.body.stream_block.child_blocks["key_figures"]
    value = {**block.get_prep_value(block.normalize(block.get_default())), "observations": [figure.pk]}
    article.body = body(("key_figures", value))
    return article


def test_a_statement_is_found_where_a_stage_or_a_tier_rests_on_it(
    portal: Portal, admin_client: Client
) -> None:
    statement = StatementFactory(subjects=[portal.data])
    project: ProjectPage = ProjectPageFactory(title="项目乙")
    project.stages.set([ProjectStage(stage="signed", statement=statement)])
    saved(project)
    saved(SectorPageFactory(title="产业乙", tiered=True, basis=statement))
    assert uses(admin_client, statement) == {
        "项目乙": ["建设阶段 → 依据"],
        "产业乙": ["归入该层级的依据"],
    }


def test_an_indicator_is_found_by_its_figures_and_by_what_cites_them(
    portal: Portal, admin_client: Client
) -> None:
    indicator = IndicatorPageFactory(title="产值")
    figure = ObservationFactory(indicator=indicator)
    saved(ProjectPageFactory(title="项目丙", investment=figure))
    found = uses(admin_client, indicator)
    assert found[str(figure)] == ["指标"]
    assert found["项目丙"] == ["投资（引用本指标的数值）"]


def test_a_sector_is_found_by_many_to_many_fields(portal: Portal, admin_client: Client) -> None:
    sector = SectorPageFactory()
    for factory in (ProjectPageFactory, IndicatorPageFactory):
        page = factory(title=factory.__name__)
        page.sectors.set([sector])
        saved(page)
    assert uses(admin_client, sector) == {
        "ProjectPageFactory": ["所属产业"],
        "IndicatorPageFactory": ["所属产业"],
    }


def test_a_source_is_found_by_facts_and_articles(portal: Portal, admin_client: Client) -> None:
    article = saved(NewsPageFactory(title="报道"))
    figure = ObservationFactory(source=article.source)
    assert uses(admin_client, article.source) == {"报道": ["来源"], str(figure): ["来源"]}


def test_the_list_is_cut_into_pages_at_a_fixed_cost(portal: Portal, admin_client: Client) -> None:
    page = EnterprisePageFactory()
    counts = []
    for number in (3, 22):
        for _ in range(number):
            ObservationFactory(subject=page)
            StatementFactory(subjects=[page])
        usage(admin_client, page)
        with CaptureQueriesContext(connection) as queries:
            response = usage(admin_client, page)
        counts.append(len(queries))
    assert response.context["paginator"].count == 50
    assert len(response.context["table"].data) == 20
    assert len(usage(admin_client, page, p=3).context["table"].data) == 10
    assert counts[1] <= counts[0] <= 35


def test_what_somebody_may_not_see_has_no_name(portal: Portal, client: Client) -> None:
    figure = ObservationFactory()
    saved(ProjectPageFactory(title="未公开的项目", live=False, investment=figure))
    user = UserFactory()
    user.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", "change_observation"]))
    client.force_login(user)
    response = usage(client, figure)
    assert "（无权查看的项目）" in response.content.decode()
    assert "未公开的项目" not in response.content.decode()


@pytest.mark.parametrize("named", ["page", "fact"])
def test_it_is_in_chinese_and_closed_to_others(portal: Portal, client: Client, named: str) -> None:
    thing = EnterprisePageFactory() if named == "page" else ObservationFactory()
    address = (
        reverse("wagtailadmin_pages:usage", args=[thing.pk])
        if named == "page"
        else reverse("wagtailsnippets_industries_observation:usage", args=[thing.pk])
    )
    assert client.get(address).status_code == 302
    user = UserFactory()
    user.user_permissions.set(Permission.objects.filter(codename="access_admin"))
    client.force_login(user)
    assert client.get(address).status_code == 302
    user.is_superuser = True
    user.save()
    assert "使用情况" in client.get(address).content.decode()
