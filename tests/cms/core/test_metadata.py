"""What pages say of themselves: the values of the tags, and where they come from."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from cms.core.metadata import absolute_url, comma_list, page_metadata, view_metadata
from cms.core.models import BasePage, SiteIdentity
from tests.factories import (
    EnterprisePageFactory,
    NewsPageFactory,
    Portal,
    ProjectPageFactory,
    SectorPageFactory,
    SourceFactory,
    StandardPageFactory,
    make_private,
)


@pytest.fixture
def request_(rf: RequestFactory, portal: Portal) -> HttpRequest:
    return rf.get("/")


def tags(page: Any, request: HttpRequest) -> dict[str, str]:
    fresh = BasePage.objects.get(pk=page.pk).specific
    return dict(page_metadata(fresh, request).named)


def identify(portal: Portal, **values: str) -> None:
    identity = SiteIdentity.for_site(portal.site)
    for name, value in values.items():
        setattr(identity, name, value)
    identity.save()


def test_site_code_is_told_once_it_is_filled(
    portal: Portal, request_: HttpRequest, rf: RequestFactory
) -> None:
    assert "SiteIDCode" not in tags(portal.home, request_)
    identify(portal, site_code="2201000001")
    assert tags(portal.home, rf.get("/"))["SiteIDCode"] == "2201000001"


def test_site_domain_is_the_host_alone(portal: Portal, rf: RequestFactory, settings: Any) -> None:
    assert tags(portal.home, rf.get("/", headers={"host": "testserver:8000"}))["SiteDomain"] == "testserver"
    settings.ORIGIN = "https://chanye.example.gov.cn:8443"
    assert tags(portal.home, rf.get("/"))["SiteDomain"] == "chanye.example.gov.cn"


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ("sectors", "概况信息"),
        ("policies", "政策文件"),
        ("data", "数据发布"),
        ("news", "工作动态"),
        ("timeline", "工作动态"),
    ],
)
def test_column_names_itself_and_its_kind(
    portal: Portal, request_: HttpRequest, column: str, kind: str
) -> None:
    page = getattr(portal, column)
    BasePage.objects.filter(pk=page.pk).update(summary="这一栏讲什么。", keywords="甲,乙")
    found = tags(page, request_)
    assert (found["ColumnName"], found["ColumnType"]) == (page.title, kind)
    assert (found["ColumnDescription"], found["ColumnKeywords"]) == ("这一栏讲什么。", "甲,乙")
    assert "ArticleTitle" not in found


def test_article_belongs_to_the_nearest_column(portal: Portal, request_: HttpRequest) -> None:
    child = SectorPageFactory(parent=SectorPageFactory())
    assert tags(child, request_)["ColumnName"] == portal.sectors.title


def test_page_right_below_home_is_a_column_of_its_own(portal: Portal, request_: HttpRequest) -> None:
    about = StandardPageFactory(title="关于本站")
    below = StandardPageFactory(title="无障碍声明", parent=about)
    for page in (about, below):
        found = tags(page, request_)
        assert (found["ColumnName"], found["ColumnType"]) == ("关于本站", "概况信息")
        assert found["ArticleTitle"] == page.title


def test_name_of_a_hidden_column_is_not_told(portal: Portal, request_: HttpRequest) -> None:
    news = NewsPageFactory()
    BasePage.objects.filter(pk=portal.news.pk).update(live=False, title="未公开栏目")
    found = tags(news, request_)
    assert (found["ColumnName"], found["ColumnType"]) == (portal.home.title, "首页")


def test_publication_time_is_beijing_time(portal: Portal, request_: HttpRequest) -> None:
    news = NewsPageFactory()
    BasePage.objects.filter(pk=news.pk).update(first_published_at=datetime(2025, 12, 31, 18, 5, tzinfo=UTC))
    assert tags(news, request_)["PubDate"] == "2026-01-01 02:05"


def test_source_of_news_is_its_publisher_else_its_title_else_the_organiser(
    portal: Portal, rf: RequestFactory
) -> None:
    published = NewsPageFactory(source=SourceFactory(publisher="长春日报"))
    titled = NewsPageFactory(source=SourceFactory(publisher="", title="年终综述"))
    own = NewsPageFactory(source=None)
    found = [tags(page, rf.get("/"))["ContentSource"] for page in (published, titled, own)]
    assert found == ["长春日报", "年终综述", SiteIdentity.for_site(portal.site).name]
    identify(portal, organiser="长春市某局")
    assert tags(own, rf.get("/"))["ContentSource"] == "长春市某局"
    assert tags(ProjectPageFactory(), rf.get("/"))["ContentSource"] == "长春市某局"


def test_author_is_told_where_an_editor_is_named(portal: Portal, request_: HttpRequest) -> None:
    assert "Author" not in tags(NewsPageFactory(), request_)
    assert tags(NewsPageFactory(editor="王编辑"), request_)["Author"] == "王编辑"


def test_keywords_are_the_editors_else_made_of_names_and_sectors(
    portal: Portal, request_: HttpRequest
) -> None:
    sector = SectorPageFactory(title="汽车")
    private = SectorPageFactory(title="秘密产业")
    make_private(private)
    project = ProjectPageFactory(title="新能源基地", other_names="基地\n新基地")
    project.sectors.add(sector, private)
    project.save()
    assert tags(project, request_)["Keywords"] == "新能源基地,基地,新基地,汽车"
    BasePage.objects.filter(pk=project.pk).update(keywords="电池，整车、 电池")
    assert tags(project, request_)["Keywords"] == "电池,整车"


def test_keywords_of_an_enterprise_hold_its_full_name(portal: Portal, request_: HttpRequest) -> None:
    page = EnterprisePageFactory(title="一汽", full_name="中国第一汽车集团有限公司")
    assert tags(page, request_)["Keywords"] == "一汽,中国第一汽车集团有限公司"


def test_name_with_a_comma_stays_one_keyword_and_none_comes_twice() -> None:
    assert comma_list(["红旗、解放出口", "甲，乙", "红旗、解放出口", " "]) == "红旗、解放出口,甲、乙"


def test_article_has_one_description_in_the_spelling_of_the_list(
    portal: Portal, request_: HttpRequest
) -> None:
    article, home = page_metadata(NewsPageFactory(), request_), page_metadata(portal.home, request_)
    assert (article.description_name, home.description_name) == ("Description", "description")


def test_window_title_names_the_site_but_on_its_home_page(portal: Portal, request_: HttpRequest) -> None:
    name = SiteIdentity.for_site(portal.site).name
    assert page_metadata(portal.home, request_).window_title == portal.home.title
    assert page_metadata(NewsPageFactory(title="新车"), request_).window_title == f"新车_{name}"


def test_document_that_is_no_page_says_the_same_of_the_site(portal: Portal, rf: RequestFactory) -> None:
    found = view_metadata(rf.get("/facts/x/?a=1"), title="数值", description="说明", robots="noindex")
    assert found.canonical == "http://testserver/facts/x/"
    assert dict(found.named)["SiteName"] == SiteIdentity.for_site(portal.site).name
    assert (found.robots, found.window_title.startswith("数值_")) == ("noindex", True)


def test_absolute_address_follows_base_url_and_leaves_other_hosts_alone(
    rf: RequestFactory, settings: Any
) -> None:
    request = rf.get("/x/")
    assert absolute_url(request, "/a/") == "http://testserver/a/"
    settings.ORIGIN = "https://example.org"
    assert absolute_url(request, "/a/") == "https://example.org/a/"
    assert absolute_url(request, "https://bucket.example/a.png") == "https://bucket.example/a.png"
