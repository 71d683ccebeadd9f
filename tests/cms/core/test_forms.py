"""The admin form of every page: an editor need not think of an address."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from cms.core.forms import BasePageForm
from cms.core.models import BasePage
from home.models import StandardPage
from industries.models import NewsCorrection, NewsPage, ProjectPage
from tests.factories import EnterprisePageFactory, NewsPageFactory, Portal

FORMSETS = {name: inline_formset([]) for name in ("about", "corrections", "comments")}


SUMMARY = "一句话说明本页讲什么。"


def add(client: Client, parent: BasePage, title: str, slug: str = "", **more: Any) -> NewsPage:
    """What the admin does with a new article; `action-publish` publishes it."""
    given = {"title": title, "slug": slug, "body": streamfield([]), **FORMSETS, **more}
    if "action-publish" in more:
        given.setdefault("summary", SUMMARY)
    data = nested_form_data(given)
    address = reverse("wagtailadmin_pages:add", args=("industries", "newspage", parent.pk))
    response = client.post(address, data)
    assert response.status_code == 302, response.context["form"].errors
    return NewsPage.objects.latest("pk")


def test_every_page_has_this_form(portal: Portal) -> None:
    for model in (NewsPage, ProjectPage, StandardPage):
        assert issubclass(model.get_edit_handler().get_form_class(), BasePageForm)


def test_address_is_spelled_from_the_title(admin_client: Client, portal: Portal) -> None:
    page = add(admin_client, portal.news, "长光卫星", **{"action-publish": "1"})
    assert page.slug == "changguang-weixing"
    assert admin_client.get("/news/changguang-weixing/").status_code == 200


def test_second_page_of_the_same_title_gets_a_number(admin_client: Client, portal: Portal) -> None:
    slugs = [add(admin_client, portal.news, "汽车工业").slug for _ in range(3)]
    assert slugs == ["qiche-gongye", "qiche-gongye-2", "qiche-gongye-3"]


def test_address_that_the_editor_chose_stays(admin_client: Client, portal: Portal) -> None:
    assert add(admin_client, portal.news, "汽车工业", slug="qiche").slug == "qiche"


def test_taken_address_is_told_to_the_editor(admin_client: Client, portal: Portal) -> None:
    NewsPageFactory(slug="qiche")
    with pytest.raises(AssertionError, match="slug"):
        add(admin_client, portal.news, "汽车工业", slug="qiche")


def test_title_without_letters_still_gets_an_address(admin_client: Client, portal: Portal) -> None:
    slugs = [add(admin_client, portal.news, "？！").slug for _ in range(2)]
    assert slugs == ["page", "page-2"]


def test_draft_saves_with_little(admin_client: Client, portal: Portal) -> None:
    """A title is enough to come back to."""
    draft = add(admin_client, portal.news, "还没写完")
    assert not draft.live
    assert draft.summary == ""
    assert draft.get_latest_revision_as_object().title == "还没写完"


def test_address_stays_when_the_title_changes(admin_client: Client, portal: Portal) -> None:
    """Readers and other sites have it."""
    page = NewsPageFactory(title="旧标题", slug="jiu-biaoti")
    data = {"title": "新标题", "slug": "jiu-biaoti", "summary": SUMMARY, "body": streamfield([]), **FORMSETS}
    data |= {"next": "", "action-publish": "1"}
    admin_client.post(reverse("wagtailadmin_pages:edit", args=(page.pk,)), nested_form_data(data))
    page.refresh_from_db()
    assert (page.title, page.slug) == ("新标题", "jiu-biaoti")


def test_emptied_address_of_an_existing_page_is_spelled_anew(admin_client: Client, portal: Portal) -> None:
    """Its own old address does not count as taken."""
    page = NewsPageFactory(title="汽车", slug="qiche")
    data = {"title": "汽车", "slug": "", "summary": SUMMARY, "body": streamfield([]), **FORMSETS}
    data |= {"action-publish": "1"}
    admin_client.post(reverse("wagtailadmin_pages:edit", args=(page.pk,)), nested_form_data(data))
    page.refresh_from_db()
    assert page.slug == "qiche"


def test_publication_without_a_description_is_refused_at_the_summary(
    admin_client: Client, portal: Portal
) -> None:
    with pytest.raises(AssertionError, match="发布前请写摘要"):
        add(admin_client, portal.news, "没有摘要", summary="", **{"action-publish": "1"})
    assert not NewsPage.objects.exists()


def test_a_description_for_search_engines_is_description_enough(admin_client: Client, portal: Portal) -> None:
    more = {"summary": "", "search_description": "给搜索引擎的说明。", "action-publish": "1"}
    assert add(admin_client, portal.news, "只有描述", **more).live


def sent(page: Any, user: Any, **changes: str) -> Any:
    """The page's form as a browser sends it: with what the latest draft says, and the changes."""
    draft = page.get_latest_revision_as_object()
    form_class = draft.get_edit_handler().get_form_class()
    shown = form_class(instance=draft, for_user=user)
    data = {name: "" if (value := shown[name].value()) is None else value for name in shown.fields}
    for name, formset in shown.formsets.items():
        for field in formset.management_form:
            data[field.html_name] = field.value()
        for form in formset.initial_forms:
            data |= {field.html_name: field.value() or "" for field in form if field.name != "DELETE"}
        assert f"{name}-TOTAL_FORMS" in data
    data["body"] = ""
    fresh = page.get_latest_revision_as_object()
    data |= {"body-count": "0"} | changes
    return form_class(data, instance=fresh, for_user=user)


@pytest.mark.django_db
def test_rows_that_only_the_draft_has_do_not_count_as_changed(portal: Portal, admin_user: Any) -> None:
    news = NewsPageFactory()
    news.corrections = [NewsCorrection(made_on=date(2026, 1, 5), text="原为四家。")]
    news.save_revision()
    page = NewsPage.objects.get(pk=news.pk)
    unchanged = sent(page, admin_user)
    assert [form.instance.pk for form in unchanged.formsets["corrections"].forms] == [None]
    assert not unchanged.has_changed()
    assert sent(page, admin_user, **{"corrections-0-text": "原为五家。"}).has_changed()
    assert sent(page, admin_user, **{"corrections-0-DELETE": "1"}).has_changed()
    more = {
        "corrections-TOTAL_FORMS": "2",
        "corrections-1-made_on": "2026-01-06",
        "corrections-1-text": "又。",
    }
    assert sent(page, admin_user, **more).has_changed()
    assert sent(page, admin_user, title="另一个题目").has_changed()


@pytest.mark.django_db
def test_a_row_that_was_saved_meanwhile_is_not_saved_twice(portal: Portal, admin_client: Client) -> None:
    """The editor saves itself while a person presses a button: both send the row without an id."""
    about = EnterprisePageFactory()
    news = NewsPageFactory(live=False)
    address = reverse("wagtailadmin_pages:edit", args=[news.pk])
    data = nested_form_data(
        {
            "title": "题目",
            "slug": news.slug,
            "summary": "一句话。",
            "body": streamfield([]),
            "about": inline_formset([{"page": about.pk}]),
            "corrections": inline_formset([{"made_on": "2026-01-05", "text": "原为四家。"}]),
            "comments": inline_formset([]),
        }
    )
    for _ in range(2):
        response = admin_client.post(address, data)
        assert response.status_code == 302, response.context["form"].errors
        draft = NewsPage.objects.get(pk=news.pk).get_latest_revision_as_object()
        assert [row.page_id for row in draft.about.all()] == [about.pk]
        assert [row.text for row in draft.corrections.all()] == ["原为四家。"]
