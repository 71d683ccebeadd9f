"""Deleted pages and facts wait in the recycle bin, unseen by all, until restored or purged."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import GroupPagePermission, PageLogEntry

from cms.core.bin import BinError, bin_fact, bin_node, bin_page, purge, restore
from cms.core.binrule import BIN_PATH, bin_open
from cms.core.models import BasePage, BinnedRecord, Tombstone, User
from cms.core.withdrawal import Withdrawal
from industries.models import Observation, SectorPage, Statement
from tests.factories import (
    EnterprisePageFactory,
    NewsPageFactory,
    ObservationFactory,
    Portal,
    ProjectPageFactory,
    SectorPageFactory,
    StandardPageFactory,
    StatementFactory,
    UserFactory,
)

SECRET = "废弃的页面甲"


@pytest.fixture
def user(db: Any) -> User:
    return UserFactory(is_superuser=True)  # type: ignore[no-any-return]


@pytest.fixture
def editor(portal: Portal, client: Client) -> User:
    """Edits and deletes below the home page, and manages no bin."""
    group = Group.objects.create(name="写作")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    for codename in ("add", "change", "publish", "bulk_delete"):
        permission = Permission.objects.get(content_type__app_label="core", codename=f"{codename}_basepage")
        GroupPagePermission.objects.create(group=group, page=portal.home.basepage_ptr, permission=permission)
    found: User = UserFactory()
    found.groups.add(group)
    return found


def delete_url(page: Any) -> str:
    return reverse("wagtailadmin_pages:delete", args=[page.pk])


def tree_is_sound() -> bool:
    """Wagtail's own check finds nothing; within the bin nothing but that the root does not count it."""
    if any(BasePage.find_problems()):
        return False
    with bin_open():
        *others, miscounted = BasePage.find_problems()
    return not any(others) and set(miscounted) <= {BasePage.get_first_root_node().pk}


def test_a_deleted_page_leaves_the_tree_the_public_and_its_address(
    portal: Portal, admin_client: Client, admin_user: User
) -> None:
    parent = SectorPageFactory(title="上级", slug="shangji")
    SectorPageFactory(title="下级", slug="xiaji", parent=parent)
    response = admin_client.post(delete_url(parent), {"reason": "重复的页面。"}, follow=True)
    assert "已把“上级”放进回收站" in response.content.decode()
    assert not SectorPage.objects.exists()
    assert not BasePage.objects.filter(title="下级").exists()
    assert tree_is_sound()
    portal.sectors.refresh_from_db()
    assert portal.sectors.numchild == 0
    record = BinnedRecord.objects.get()
    assert (record.title, record.pages, record.was_live, record.deleted_by) == ("上级", 2, True, admin_user)
    assert (record.address, record.slug, record.parent) == (
        "/sectors/shangji/",
        "shangji",
        portal.sectors.basepage_ptr,
    )
    gone = dict(Tombstone.objects.values_list("path", "reason"))
    assert gone == {"/sectors/shangji/": "重复的页面。", "/sectors/shangji/xiaji/": "重复的页面。"}
    assert Client().get("/sectors/shangji/xiaji/").status_code == 410
    assert SectorPageFactory(title="新的", slug="shangji").url == "/sectors/shangji/"


def test_readers_are_told_why_before_a_public_page_goes(portal: Portal, admin_client: Client) -> None:
    page = EnterprisePageFactory(title="甲厂")
    html = admin_client.get(delete_url(page)).content.decode()
    assert "撤下原因" in html
    response = admin_client.post(delete_url(page), {"reason": " ", "replacement": portal.projects.pk})
    assert "请写明撤下原因" in response.content.decode()
    assert f'value="{portal.projects.pk}"' in response.content.decode()
    assert not BinnedRecord.objects.exists()


def test_a_draft_goes_without_a_reason_and_without_a_tombstone(portal: Portal, admin_client: Client) -> None:
    page = EnterprisePageFactory(live=False)
    assert "撤下原因" not in admin_client.get(delete_url(page)).content.decode()
    admin_client.post(delete_url(page))
    assert BinnedRecord.objects.get().was_live is False
    assert not Tombstone.objects.exists()


def test_the_home_page_stays(portal: Portal, admin_client: Client, user: User) -> None:
    response = admin_client.post(delete_url(portal.home), {"reason": "错了"}, follow=True)
    assert "是网站首页，不能删除" in response.content.decode()
    assert BasePage.objects.filter(pk=portal.home.pk).exists()
    with pytest.raises(BinError):
        bin_page(portal.home, user)


def test_several_pages_at_once_a_child_with_its_parent(portal: Portal, admin_client: Client) -> None:
    parent = SectorPageFactory()
    child = SectorPageFactory(parent=parent)
    other = SectorPageFactory()
    address = reverse("wagtail_bulk_action", args=["core", "basepage", "delete"])
    query = "?" + "&".join(f"id={page.pk}" for page in (parent, child, other))
    assert "放进回收站" in admin_client.get(address + query).content.decode()
    assert admin_client.post(address + query, {"reason": "合并栏目。"}).status_code == 302
    assert not SectorPage.objects.exists()
    assert sorted(BinnedRecord.objects.values_list("pages", flat=True)) == [1, 2]
    assert tree_is_sound()


def test_the_admin_api_puts_into_the_bin_too(portal: Portal, admin_client: Client) -> None:
    page = EnterprisePageFactory()
    address = reverse("wagtailadmin_api:pages:action", args=[page.pk, "delete"])
    assert admin_client.post(address).status_code == 400
    assert admin_client.post(address, {"reason": "重复。"}).status_code == 204
    assert BinnedRecord.objects.get().object_id == str(page.pk)


@pytest.mark.parametrize("make", [ObservationFactory, StatementFactory], ids=["observation", "statement"])
def test_a_deleted_fact_is_a_draft_that_nobody_finds(portal: Portal, admin_client: Client, make: Any) -> None:
    extra = {"subjects": [portal.home]} if make is StatementFactory else {}
    fact = make(first_published_at=timezone.now(), **extra)
    viewset = type(fact).snippet_viewset  # type: ignore[attr-defined]
    address = reverse(viewset.get_url_name("delete"), args=[fact.pk])
    assert "回收站" in admin_client.get(address).content.decode()
    assert admin_client.post(address).status_code == 302
    assert not type(fact).objects.exists()
    admin_client.get(reverse("wagtailadmin_home"))  # shows the message that names it
    assert str(fact) not in admin_client.get(reverse(viewset.get_url_name("list"))).content.decode()
    assert admin_client.get(reverse(viewset.get_url_name("edit"), args=[fact.pk])).status_code == 404
    assert admin_client.get(f"/facts/{fact.key}/").status_code == 410
    record = BinnedRecord.objects.get()
    assert record.was_live
    restored = restore(record, None)
    assert restored.live is False
    assert type(fact).objects.get() == fact
    assert not BinnedRecord.objects.exists()


def test_facts_are_deleted_several_at_once(portal: Portal, admin_client: Client) -> None:
    facts = [ObservationFactory(), ObservationFactory()]
    address = reverse("wagtail_bulk_action", args=["industries", "observation", "delete"])
    query = "?" + "&".join(f"id={fact.pk}" for fact in facts)
    assert admin_client.post(address + query).status_code == 302
    assert not Observation.objects.exists()
    assert BinnedRecord.objects.count() == 2


def test_the_same_figure_entered_again_is_refused_in_words(portal: Portal, user: User) -> None:
    fact = ObservationFactory()
    bin_fact(fact, user)
    again = Observation(
        indicator=fact.indicator,
        value=5,
        period=fact.period,
        source=fact.source,
        locator="第2段",
        key=fact.key,
    )
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError) as caught:
        again.full_clean()
    assert "回收站" in str(caught.value)


def canaries(user: User, portal: Portal) -> list[Any]:
    """A page and facts in the bin, which the visible pages refer to."""
    page = EnterprisePageFactory(title=SECRET)
    statement = StatementFactory(text=f"{SECRET}投产。", subjects=[portal.home])
    body = [
        {"type": "related", "value": {"title": "", "pages": [{"type": "item", "value": page.pk, "id": "1"}]}},
        {"type": "timeline", "value": {"statements": [{"type": "item", "value": statement.pk, "id": "2"}]}},
    ]
    news: Any = NewsPageFactory(title="动态乙", body=json.dumps(body))
    news.about.create(page_id=page.pk)
    news.save_revision().publish()
    bin_fact(statement, user)
    bin_page(page, user, Withdrawal("重复。", user))
    return [news, statement]


def test_nothing_in_the_bin_appears_elsewhere(
    portal: Portal, admin_client: Client, admin_user: User, tmp_path: Path
) -> None:
    news, _ = canaries(admin_user, portal)
    admin_client.get(reverse("wagtailadmin_home"))
    admin = [
        reverse("wagtailadmin_home"),
        reverse("wagtailadmin_explore_root"),
        reverse("wagtailadmin_explore", args=[portal.enterprises.pk]),
        reverse("wagtailadmin_explore", args=[BasePage.get_first_root_node().pk]),
        reverse("wagtailadmin_pages:search") + "?q=废弃",
        reverse("wagtailadmin_choose_page"),
        reverse("wagtailadmin_choose_page_search") + "?q=废弃",
        reverse("wagtailadmin_choose_page_child", args=[BasePage.get_first_root_node().pk]),
        reverse("wagtailadmin_reports:workflow"),
        reverse("wagtailadmin_reports:locked_pages"),
        reverse("wagtailadmin_reports:aging_pages"),
        reverse("wagtailadmin_api:pages:listing"),
        reverse(Statement.snippet_viewset.get_url_name("list")),
        reverse(Statement.snippet_viewset.chooser_viewset.get_url_name("choose")),
    ]
    public = [
        "/",
        "/enterprises/",
        news.url,
        f"{news.url}index.md",
        f"/api/v2/pages/{news.pk}/",
        "/sitemap.xml",
        "/search/?q=废弃",
        "/timeline/",
        "/feeds/atom.xml",
    ]
    for address in admin + public:
        response = admin_client.get(address)
        assert response.status_code == 200, address
        assert SECRET not in response.content.decode(), address
    # What a form had chosen stays chosen, and says where it is.
    form = admin_client.get(reverse("wagtailadmin_pages:edit", args=[news.pk])).content.decode()
    assert f"{SECRET}（在回收站）" in form
    call_command("export_content", str(tmp_path / "out"), stdout=StringIO())
    files = [
        path for path in (tmp_path / "out").rglob("*.yaml") if SECRET in path.read_text(encoding="utf-8")
    ]
    assert files == []
    with bin_open():
        node = bin_node()
    explorer = admin_client.get(reverse("wagtailadmin_explore", args=[BasePage.get_first_root_node().pk]))
    assert f"/admin/pages/{node.pk}/" not in explorer.content.decode()
    assert admin_client.get(reverse("wagtailadmin_explore", args=[node.pk])).status_code == 404


def test_no_redirect_leads_to_the_bin_or_out_of_it(portal: Portal, user: User, client: Client) -> None:
    page = EnterprisePageFactory(slug="jia")
    record = bin_page(page, user, Withdrawal("重复。", user))
    assert not Redirect.objects.exists()
    restore(record, user)
    assert not Redirect.objects.exists()


def test_a_page_comes_back_as_a_draft_with_all_below_it(portal: Portal, user: User) -> None:
    parent = SectorPageFactory(title="上级", slug="shangji")
    SectorPageFactory(title="下级", slug="xiaji", parent=parent)
    published = parent.first_published_at
    record = bin_page(parent, user, Withdrawal("重复。", user))
    restored = restore(record, user)
    assert (restored.live, restored.slug, restored.url_path) == (False, "shangji", "/home/sectors/shangji/")
    assert restored.first_published_at == published
    child = SectorPage.objects.get(title="下级")
    assert (child.live, child.url_path) == (False, "/home/sectors/shangji/xiaji/")
    assert tree_is_sound()
    actions = set(PageLogEntry.objects.filter(page=parent.pk).values_list("action", flat=True))
    assert actions >= {"portal.bin", "portal.restore", "portal.withdraw"}
    assert Tombstone.objects.filter(path="/sectors/shangji/").exists()
    restored.save_revision().publish()
    assert Client().get("/sectors/shangji/").status_code == 200


def test_a_taken_address_is_named_and_another_one_can_be_given(
    portal: Portal, admin_client: Client, user: User
) -> None:
    page = EnterprisePageFactory(slug="jia")
    page.save_revision()
    record = bin_page(page, user, Withdrawal("重复。", user))
    EnterprisePageFactory(slug="jia")
    address = reverse("bin-restore", args=[record.pk])
    data = {"parent": portal.enterprises.pk, "slug": "jia"}
    html = admin_client.post(address, data).content.decode()
    assert "下已有地址为“jia”的页面，请换一个地址" in html
    assert 'value="jia"' in html
    assert admin_client.post(address, {**data, "slug": "jia-2"}).status_code == 302
    page = BasePage.objects.get(pk=page.pk).specific
    assert (page.slug, page.get_latest_revision_as_object().slug) == ("jia-2", "jia-2")


def test_where_the_old_place_is_gone_another_is_asked_for(
    portal: Portal, admin_client: Client, user: User
) -> None:
    parent = SectorPageFactory()
    child = SectorPageFactory(parent=parent)
    record = bin_page(child, user, Withdrawal("重复。", user))
    bin_page(parent, user, Withdrawal("重复。", user))
    address = reverse("bin-restore", args=[record.pk])
    assert "请选择放到哪个页面下面" in admin_client.post(address, {"slug": child.slug}).content.decode()
    refused = admin_client.post(address, {"slug": child.slug, "parent": portal.projects.pk}).content.decode()
    assert "下面不能放“产业”类型的页面" in refused
    assert admin_client.post(address, {"slug": child.slug, "parent": portal.sectors.pk}).status_code == 302
    assert SectorPage.objects.get().get_parent() == portal.sectors.basepage_ptr


def test_a_column_of_which_there_is_but_one_comes_back_only_while_there_is_none(
    portal: Portal, user: User
) -> None:
    from tests.factories import DistributionPageFactory

    record = bin_page(portal.distribution, user, Withdrawal("重复。", user))
    DistributionPageFactory(slug="other")
    with pytest.raises(BinError, match="只能有一个"):
        restore(record, user)


def test_editors_see_and_restore_only_their_own(
    portal: Portal, editor: User, user: User, client: Client
) -> None:
    client.force_login(editor)
    mine = EnterprisePageFactory(title="我的厂", slug="mine")
    client.post(delete_url(mine), {"reason": "重复。"})
    others = bin_page(EnterprisePageFactory(title="别人的厂"), user, Withdrawal("重复。", user))
    html = client.get(reverse("bin")).content.decode()
    assert "我的厂" in html
    assert "别人的厂" not in html
    assert client.get(reverse("bin-restore", args=[others.pk])).status_code == 404
    own = BinnedRecord.objects.get(deleted_by=editor)
    client.post(reverse("bin-purge", args=[own.pk]))
    assert BinnedRecord.objects.filter(pk=own.pk).exists()
    response = client.post(
        reverse("bin-restore", args=[own.pk]), {"parent": portal.enterprises.pk, "slug": "mine"}
    )
    assert response.status_code == 302
    assert BasePage.objects.filter(pk=mine.pk).exists()


def test_nobody_without_a_right_to_write_sees_the_bin(portal: Portal, client: Client) -> None:
    visitor: User = UserFactory()
    visitor.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(visitor)
    assert client.get(reverse("bin")).status_code == 302
    assert client.get("/admin/").content.decode().count(reverse("bin")) == 0


def test_purging_is_final_and_asks_first(portal: Portal, admin_client: Client, user: User) -> None:
    page = EnterprisePageFactory(title="甲厂")
    record = bin_page(page, user, Withdrawal("重复。", user))
    address = reverse("bin-purge", args=[record.pk])
    assert "不能再还原" in admin_client.get(address).content.decode()
    assert BinnedRecord.objects.exists()
    admin_client.post(address)
    with bin_open():
        assert not BasePage.objects.filter(pk=page.pk).exists()
    assert tree_is_sound()
    assert not BinnedRecord.objects.exists()


@pytest.mark.parametrize("which", ["subject", "indicator"])
def test_a_page_that_figures_are_about_is_not_purged_and_the_editor_told_why(
    portal: Portal, admin_client: Client, user: User, which: str
) -> None:
    observation = ObservationFactory(subject=EnterprisePageFactory())
    words = str(observation)
    page = getattr(observation, which)
    record = bin_page(page, user, Withdrawal("重复。", user))
    html = admin_client.post(reverse("bin-purge", args=[record.pk])).content.decode()
    assert "不能彻底删除" in html
    assert words in html
    fact_record = bin_fact(observation, user)
    with pytest.raises(BinError):
        purge(record, user)
    purge(fact_record, user)
    purge(record, user)
    assert not BinnedRecord.objects.exists()


def test_a_source_that_a_binned_fact_rests_on_is_kept(
    portal: Portal, admin_client: Client, user: User
) -> None:
    fact = ObservationFactory()
    bin_fact(fact, user)
    viewset = type(fact.source).snippet_viewset  # type: ignore[attr-defined]
    response = admin_client.post(reverse(viewset.get_url_name("delete"), args=[fact.source.pk]), follow=True)
    assert "不能删除" in response.content.decode()
    assert type(fact.source).objects.filter(pk=fact.source.pk).exists()


def test_old_ones_are_purged_by_command(portal: Portal, user: User) -> None:
    old = bin_page(EnterprisePageFactory(), user, Withdrawal("重复。", user))
    new = bin_page(EnterprisePageFactory(), user, Withdrawal("重复。", user))
    kept = ObservationFactory(subject=EnterprisePageFactory(title="有数厂"))
    stays = bin_page(kept.subject, user, Withdrawal("重复。", user))
    long_ago = timezone.now() - timedelta(days=31)
    BinnedRecord.objects.filter(pk__in=[old.pk, stays.pk]).update(deleted_at=long_ago)
    out = StringIO()
    call_command("purge_bin", older_than=30, stdout=out)
    assert set(BinnedRecord.objects.all()) == {new, stays}
    assert "彻底删除1项" in out.getvalue()
    assert "不能彻底删除“有数厂”" in out.getvalue()


def test_the_bins_list_takes_the_same_queries_however_long(
    portal: Portal, admin_client: Client, user: User, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert admin_client.get(reverse("bin")).status_code == 200
        return len(captured)

    bin_page(StandardPageFactory(live=False), user)
    bin_fact(ObservationFactory(), user)
    queries()
    few = queries()
    for page in (
        StandardPageFactory(live=False),
        ProjectPageFactory(live=False),
        SectorPageFactory(live=False),
    ):
        bin_page(page, user)
    bin_fact(StatementFactory(subjects=[portal.home]), user)
    assert queries() == few


def test_no_page_ever_takes_the_bins_place(portal: Portal, user: User) -> None:
    bin_page(EnterprisePageFactory(live=False), user)
    root = BasePage.get_first_root_node()
    second = root.add_child(instance=BasePage(title="第二个", slug="second", locale=root.locale))
    assert second.path < BIN_PATH
    assert tree_is_sound()
