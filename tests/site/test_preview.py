"""An editor's preview shows the page as it is being written, before anything of it is saved."""

from __future__ import annotations

from typing import Any

import pytest
from wagtail.models import get_page_models

from cms.core.models import BasePage
from industries.models import EnterpriseSector, NewsSubject, PolicyMeasure, ProjectEnterprise
from tests.factories import Portal
from tests.site.world import World, make_set, make_world

NEW = "正在撰写的新页面"


@pytest.fixture
def world(portal: Portal) -> World:
    return make_world(portal, size=1)


def preview(page: Any) -> str:
    response = page.make_preview_request()
    assert response.status_code == 200
    response.render()
    return response.content.decode()


@pytest.mark.parametrize(
    "model", [m for m in get_page_models() if m.content_type_key], ids=lambda m: m.__name__
)
def test_a_page_that_was_never_saved_can_be_previewed(world: World, model: Any) -> None:
    """As Wagtail's create view makes it: a place in the tree, no id."""
    page = model(title=NEW, slug="new", summary="摘要")
    parent = BasePage.objects.type(tuple(model.allowed_parent_page_models())).first() or world.portal.home
    page.depth = parent.depth + 1
    page.path = BasePage._get_children_path_interval(parent.path)[1]
    page.set_url_path(parent)
    html = preview(page)
    assert NEW in html or model.__name__ == "HomePage"
    about_others = [o.quantity for made in world.sets for o in [made.observation] if o.quantity in html]
    assert about_others == [] or model.__name__ in {"IndicatorIndexPage", "HomePage"}


def test_unsaved_relations_show_in_the_preview(world: World) -> None:
    made = world.sets[0]
    other = make_set()
    made.enterprise.sector_links.set([EnterpriseSector(sector=other.sector, role="新角色")])
    assert other.sector.title in preview(made.enterprise)
    made.project.enterprise_links.set([ProjectEnterprise(enterprise=other.enterprise, role="新建设单位")])
    made.project.sectors.set([other.sector])
    made.project.places.set([other.place])
    html = preview(made.project)
    assert [t for t in ("新建设单位", other.sector.title, other.place.title) if t not in html] == []
    made.news.about.set([NewsSubject(page_id=other.policy.pk)])
    assert other.policy.title in preview(made.news)
    made.policy.measures.set([PolicyMeasure(text="新增的措施")])
    assert "新增的措施" in preview(made.policy)
