"""Figures and links in running text: always the current figure, never a way to what is hidden."""

from __future__ import annotations

import json

import pytest
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter
from wagtail.models import ReferenceIndex
from wagtail.rich_text import expand_db_html

from industries.models import Observation
from tests.factories import (
    NewsPageFactory,
    ObservationFactory,
    Portal,
    ProjectPageFactory,
    make_private,
)


def figure(observation: Observation) -> str:
    return f'<embed embedtype="observation" id="{observation.pk}"/>'


def link(page_id: object) -> str:
    return f'<p>见<a linktype="page" id="{page_id}">项目页</a>。</p>'


def test_figure_reads_as_its_quantity_in_the_sentence(portal: Portal) -> None:
    observation = ObservationFactory(value=30, hedge="余", indicator__unit="项")
    html = expand_db_html(f"<p>完成{figure(observation)}任务。</p>")
    assert "30余项" in html
    assert html.index("完成") < html.index("30余项") < html.index("任务")


def test_figure_follows_the_observation_when_it_is_corrected(portal: Portal) -> None:
    observation = ObservationFactory(value=4047, indicator__unit="亿元")
    text = f"<p>产值{figure(observation)}。</p>"
    assert "4047亿元" in expand_db_html(text)
    observation.value = 4050
    observation.hedge = "近"
    observation.save()
    html = expand_db_html(text)
    assert "近4050亿元" in html
    assert "4047" not in html


@pytest.mark.parametrize("how", ["draft", "private", "draft indicator", "deleted"])
def test_figure_that_readers_may_not_see_does_not_show(portal: Portal, how: str) -> None:
    page = ProjectPageFactory()
    observation = ObservationFactory(value=98765, subject=page, period="2025-11")
    text = f"<p>产值{figure(observation)}。</p>"
    assert "98765" in expand_db_html(text)
    if how == "draft":
        observation.unpublish()
    elif how == "private":
        make_private(page)
    elif how == "draft indicator":
        observation.indicator.unpublish()
    else:
        observation.delete()
    html = expand_db_html(text)
    assert "98765" not in html
    assert page.title not in html
    assert "产值" in html
    assert html.split("产值")[1] != "。</p>", "the gap must be seen, not a sentence without its number"


@pytest.mark.parametrize("number", ["", "x", "-1", "0", "99999999", "1 OR 1=1"])
def test_figure_with_a_nonsensical_reference_is_a_gap(portal: Portal, number: str) -> None:
    ObservationFactory(value=98765)
    html = expand_db_html(f'<p>产值<embed embedtype="observation" id="{number}"/>。</p>')
    assert html.startswith("<p>产值")
    assert "98765" not in html


def test_all_figures_of_a_text_come_with_one_query(
    portal: Portal, django_assert_max_num_queries: object
) -> None:
    """And one for the site's view restrictions, however many figures."""
    observations = [ObservationFactory(value=value) for value in (111, 222, 333)]
    text = "<p>" + "，".join(map(figure, observations)) + "</p>"
    expand_db_html(text)
    with django_assert_max_num_queries(2):  # type: ignore[operator]
        html = expand_db_html(text)
    assert html.index("111") < html.index("222") < html.index("333")


def test_observation_knows_the_texts_that_show_it(portal: Portal) -> None:
    observation = ObservationFactory()
    news = NewsPageFactory()
    news.body = json.dumps([{"type": "paragraph", "value": f"<p>{figure(observation)}</p>"}])
    news.save()
    references = ReferenceIndex.get_references_to(observation)
    assert {reference.object_id for reference in references} == {str(news.pk)}


@pytest.fixture
def converter() -> ContentstateConverter:
    return ContentstateConverter(features=["figure", "link", "bold"])


def test_editor_sees_the_figure_as_one_unchangeable_piece(
    portal: Portal, converter: ContentstateConverter
) -> None:
    observation = ObservationFactory(value=30, hedge="超", indicator__unit="亿元")
    state = json.loads(converter.from_database_format(f"<p>产值{figure(observation)}，</p>"))
    (block,) = state["blocks"]
    (entity,) = state["entityMap"].values()
    (place,) = block["entityRanges"]
    assert block["text"] == "产值超30亿元，"
    assert block["text"][place["offset"] :][: place["length"]] == "超30亿元"
    assert (entity["type"], entity["mutability"]) == ("FIGURE", "IMMUTABLE")
    assert str(entity["data"]["id"]) == str(observation.pk)


def test_editor_saves_what_was_loaded(portal: Portal, converter: ContentstateConverter) -> None:
    first, second = ObservationFactory(), ObservationFactory()
    page = ProjectPageFactory()
    text = (
        f"<p>{figure(first)}是<b>汽车</b>的产值，{figure(second)}{figure(first)}见"
        f'<a id="{page.pk}" linktype="page">项目</a></p><p>{figure(second)}</p>'
    )
    saved = converter.to_database_format(converter.from_database_format(text))
    expanded = expand_db_html(saved)
    assert saved.count('embedtype="observation"') == 4
    order = [str(o.pk) for o in (first, second, first, second)]
    assert [part.split('"')[0] for part in saved.split('embedtype="observation" id="')[1:]] == order
    assert expanded.count("<embed") == 0
    assert "<b>汽车</b>" in saved
    assert f'id="{page.pk}"' in saved
    again = converter.to_database_format(converter.from_database_format(saved))
    assert expand_db_html(again) == expanded


def test_editor_is_told_of_a_figure_that_was_deleted(
    portal: Portal, converter: ContentstateConverter
) -> None:
    observation = ObservationFactory()
    text = f"<p>产值{figure(observation)}。</p>"
    observation.delete()
    state = json.loads(converter.from_database_format(text))
    assert state["blocks"][0]["text"] == "产值（数值已删除）。"


def test_link_to_a_visible_page_leads_there(portal: Portal) -> None:
    page = ProjectPageFactory(slug="er-qi")
    assert 'href="/projects/er-qi/"' in expand_db_html(link(page.pk))


def test_link_to_a_hidden_page_keeps_its_words_only(portal: Portal) -> None:
    draft, private, expired = (ProjectPageFactory() for _ in range(3))
    draft.unpublish()
    make_private(private)
    type(expired).objects.filter(pk=expired.pk).update(expire_at="2020-01-01T00:00Z")
    for page in (draft, private, expired):
        html = expand_db_html(link(page.pk))
        assert "href" not in html
        assert "项目页" in html


@pytest.mark.parametrize("page_id", ["", "x", "99999999", "-1"])
def test_link_to_nothing_keeps_its_words_only(portal: Portal, page_id: str) -> None:
    html = expand_db_html(link(page_id))
    assert "href" not in html
    assert "项目页" in html


def test_link_elsewhere_stays(portal: Portal) -> None:
    html = expand_db_html('<p><a href="https://www.gov.cn/">中国政府网</a></p>')
    assert 'href="https://www.gov.cn/"' in html
