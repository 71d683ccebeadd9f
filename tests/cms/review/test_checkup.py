"""合规体检: each inspection says no where it should, yes where it may, and never asks page by page."""

from __future__ import annotations

import csv
import json
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import (
    PageLogEntry,
    ReferenceIndex,
    Workflow,
    WorkflowContentType,
    WorkflowPage,
    WorkflowTask,
)

from cms.core.models import BasePage, Chore, CorrectionRequest, SiteIdentity, Tombstone
from cms.review import checkup
from cms.review.checkup import Level, Verdict, columns, procedure, reach, views, words
from cms.review.models import EmergencyPublication, ExternalLink, LinkUse, ReviewStep, Stage, WordRule
from tests.factories import (
    ImageFactory,
    NewsPageFactory,
    PolicyPageFactory,
    Portal,
    StandardPageFactory,
    UserFactory,
    make_private,
)

DAY = timedelta(days=1)


def verdict(key: str) -> Verdict:
    return checkup.registered[key].run()


def named(result: Verdict) -> list[str]:
    return [concern.label for concern in result.concerns]


def published_days_ago(days: int, *pages: Any) -> None:
    moment = timezone.now() - days * DAY
    BasePage.objects.filter(pk__in=[page.pk for page in pages]).update(last_published_at=moment)


# Home and columns


def test_home_is_fresh_while_anything_public_changes(portal: Portal) -> None:
    news = NewsPageFactory()
    published_days_ago(15, *BasePage.objects.all())
    assert verdict("home-stale").level is Level.FAIL
    published_days_ago(13, news)
    assert verdict("home-stale").level is Level.OK
    make_private(portal.news)
    assert verdict("home-stale").level is Level.FAIL


def test_stale_columns_by_their_own_deadline(portal: Portal) -> None:
    news, policy = NewsPageFactory(), PolicyPageFactory()
    published_days_ago(20, portal.news, news, portal.policies, policy)
    result = verdict("columns-stale")
    assert (result.level, named(result)) == (Level.WARN, ["动态"])
    assert result.concerns[0].url == reverse("wagtailadmin_pages:edit", args=[portal.news.pk])
    assert "20天前" in result.concerns[0].note

    published_days_ago(190, portal.policies, policy)
    assert named(verdict("columns-stale")) == ["政策", "动态"]
    BasePage.objects.filter(pk=portal.news.pk).update(archived_on=timezone.localdate())
    assert named(verdict("columns-stale")) == ["政策"]
    published_days_ago(1, policy)
    assert verdict("columns-stale").level is Level.OK


def test_five_stale_columns_fail(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    page = NewsPageFactory()
    published_days_ago(20, portal.news, page)
    portal.news.refresh_from_db()
    monkeypatch.setattr(columns, "columns", lambda: [columns.Column(portal.news)] * 4)
    assert verdict("columns-stale").level is Level.WARN
    monkeypatch.setattr(columns, "columns", lambda: [columns.Column(portal.news)] * 5)
    assert verdict("columns-stale").level is Level.FAIL


def test_blank_columns(portal: Portal) -> None:
    assert verdict("columns-blank").level is Level.FAIL
    NewsPageFactory()
    assert "动态" not in named(verdict("columns-blank"))
    draft = PolicyPageFactory(live=False)
    assert "政策" in named(verdict("columns-blank"))
    assert draft.title not in named(verdict("columns-blank"))


def test_under_construction_is_about_columns_not_about_works(portal: Portal) -> None:
    NewsPageFactory(title="新厂房正在建设", summary="项目建设中。")
    assert verdict("columns-construction").level is Level.OK
    portal.places.intro = "<p>栏目<b>建设中</b></p>"
    portal.places.save()
    result = verdict("columns-construction")
    assert (result.level, named(result)) == (Level.FAIL, ["园区"])


# Dates, tags, links, pictures


def logged(page: Any, moment: Any, action: str = "wagtail.publish") -> None:
    kind = ContentType.objects.get_for_model(page)
    PageLogEntry.objects.create(
        page_id=page.pk, content_type=kind, action=action, timestamp=moment, label=page.title
    )


def test_a_date_that_the_log_does_not_bear_out_is_false(portal: Portal) -> None:
    now = timezone.now()
    right, backdated, future = (NewsPageFactory(title=title) for title in ("真", "倒填", "将来"))
    logged(right, right.first_published_at)
    logged(right, now + DAY)
    logged(backdated, now)
    BasePage.objects.filter(pk=backdated.pk).update(first_published_at=now - 30 * DAY)
    BasePage.objects.filter(pk=future.pk).update(first_published_at=now + DAY)
    result = verdict("dates-false")
    assert (result.level, named(result), result.total) == (Level.FAIL, ["倒填", "将来"], 2)
    assert "没有记录" in result.concerns[1].note
    backdated.unpublish()
    future.delete()
    assert verdict("dates-false").level is Level.OK


def test_real_publication_is_true(portal: Portal) -> None:
    page = NewsPageFactory(live=False)
    page.save_revision().publish()
    page.refresh_from_db()
    page.save_revision().publish()
    assert PageLogEntry.objects.filter(page=page.pk, action="wagtail.publish").count() == 2
    assert verdict("dates-false").level is Level.OK


def test_required_tags(portal: Portal) -> None:
    BasePage.objects.update(summary="有")
    assert verdict("columns-described").level is Level.OK
    BasePage.objects.filter(pk=portal.data.pk).update(summary="")
    assert named(verdict("columns-described")) == ["数据"]
    bare = NewsPageFactory(title="没有时间", summary="")
    BasePage.objects.filter(pk=bare.pk).update(first_published_at=None)
    assert named(verdict("dates-missing")) == ["没有时间"]
    assert named(verdict("pages-summarised")) == ["数据", "没有时间"]


def test_links_to_pages_that_readers_may_not_see(portal: Portal) -> None:
    hidden, shown = NewsPageFactory(title="藏起来的"), NewsPageFactory()
    body = [("related", {"title": "", "pages": [hidden.pk, shown.pk]})]
    page = StandardPageFactory(title="引用者", body=[])
    page.body = json.dumps([{"type": kind, "value": value} for kind, value in body])
    page.save()
    ReferenceIndex.create_or_update_for_object(page)
    assert verdict("links-hidden").level is Level.OK
    hidden.unpublish()
    result = verdict("links-hidden")
    assert (result.level, named(result), result.total) == (Level.WARN, ["引用者"], 1)
    assert "藏起来的" in result.concerns[0].note
    page.unpublish()
    assert verdict("links-hidden").level is Level.OK


def test_links_outside(portal: Portal, settings: Any) -> None:
    assert verdict("links-dead").level is Level.OK
    link = ExternalLink.objects.create(url="http://192.0.2.7:80/a")
    LinkUse.objects.create(link=link, page=portal.home)
    assert verdict("links-dead").level is Level.WARN
    assert "没有开启" in verdict("links-dead").sentence
    settings.LINK_CHECK = True
    assert verdict("links-dead").level is Level.OK
    link.state, link.checked_at = ExternalLink.State.BROKEN, timezone.now()
    link.save()
    result = verdict("links-dead")
    assert (result.level, named(result)) == (Level.FAIL, [link.url])
    assert "最近检查" in result.sentence
    assert named(verdict("links-numeric")) == [link.url]
    link.url = "https://1.example.org/192.0.2.7/"
    link.save()
    assert verdict("links-numeric").level is Level.OK
    make_private(portal.home)
    assert verdict("links-dead").level is Level.OK


def test_pictures_without_words(portal: Portal) -> None:
    ImageFactory()
    ImageFactory(title="饰", description="", is_decorative=True)
    assert verdict("images-described").level is Level.OK
    ImageFactory(title="哑", description="")
    assert named(verdict("images-described")) == ["哑"]


# Furniture


def test_identity_by_kind_of_site(portal: Portal) -> None:
    assert verdict("identity").level is Level.WARN
    assert "尚未确定" in verdict("identity").concerns[0].note
    mode = SiteIdentity.Mode
    identity = SiteIdentity.objects.create(
        site=portal.site,
        mode=mode.MEDIA,
        organiser="报社",
        contact="电话",
        icp_number="号",
        police_number="号",
    )
    assert verdict("identity").level is Level.OK
    SiteIdentity.objects.update(mode=mode.DEPARTMENT)
    result = verdict("identity")
    assert result.level is Level.FAIL
    assert "网站标识码" in result.concerns[0].note
    SiteIdentity.objects.update(site_code="2201000001", report_url="https://zfwzgl.example/")
    assert verdict("identity").level is Level.OK
    SiteIdentity.objects.filter(pk=identity.pk).update(site_code="22-1000001")
    assert verdict("identity").level is Level.FAIL


def test_accessibility_statement(portal: Portal) -> None:
    assert verdict("accessibility-statement").level is Level.FAIL
    page = StandardPageFactory(slug="accessibility", title="无障碍声明")
    assert verdict("accessibility-statement").level is Level.OK
    published_days_ago(366, page)
    result = verdict("accessibility-statement")
    assert (result.level, named(result)) == (Level.WARN, ["无障碍声明"])
    page.unpublish()
    assert verdict("accessibility-statement").level is Level.FAIL


def test_home_search_and_map_are_really_asked(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    assert verdict("home-slow").level is Level.OK
    assert verdict("search-and-map").level is Level.OK
    portal.home.unpublish()
    assert verdict("home-slow").level is Level.FAIL
    monkeypatch.setattr(reach, "ask", lambda path, host: (200, 16.0))
    assert verdict("home-slow").level is Level.FAIL
    monkeypatch.setattr(reach, "ask", lambda path, host: (200, 4.0))
    assert verdict("home-slow").level is Level.WARN


# Procedure


def three_steps(*stages: Stage) -> Workflow:
    workflow = Workflow.objects.create(name="三审")
    for order, stage in enumerate(stages):
        step = ReviewStep.objects.create(name=stage.label, stage=stage)
        step.groups.add(Group.objects.get_or_create(name=stage.label)[0])
        WorkflowTask.objects.create(workflow=workflow, task=step, sort_order=order)
    root = BasePage.get_first_root_node()
    WorkflowPage.objects.update_or_create(page=root, defaults={"workflow": workflow})
    for model in procedure.reviewed_models():
        kind = ContentType.objects.get_for_model(model)
        WorkflowContentType.objects.update_or_create(content_type=kind, defaults={"workflow": workflow})
    return workflow


def test_three_steps_in_force_with_people_at_each(portal: Portal) -> None:
    assert verdict("review-in-force").level is Level.FAIL
    workflow = three_steps(*Stage)
    result = verdict("review-in-force")
    assert (result.level, result.total) == (Level.WARN, 3)
    for group in Group.objects.filter(name__in=[stage.label for stage in Stage]):
        UserFactory().groups.add(group)
    assert verdict("review-in-force").level is Level.OK
    second = ReviewStep.objects.get(stage=Stage.SECOND)
    second.active = False
    second.save()
    result = verdict("review-in-force")
    assert result.level is Level.FAIL
    assert "缺少：审核" in result.concerns[0].note
    workflow.active = False
    workflow.save()
    assert verdict("review-in-force").level is Level.FAIL


def test_three_steps_in_another_order_are_not_the_three_steps(portal: Portal) -> None:
    three_steps(Stage.FINAL, Stage.FIRST, Stage.SECOND)
    assert "次序" in verdict("review-in-force").concerns[0].note


def test_emergencies_withdrawals_and_messages(portal: Portal) -> None:
    for key in ("emergencies", "withdrawals", "messages"):
        assert verdict(key).level is Level.OK
    made = EmergencyPublication.objects.create(
        content_object=portal.news, title="动态", user_name="李", reason="汛情"
    )
    assert verdict("emergencies").concerns[0].url == reverse("wagtailadmin_pages:edit", args=[portal.news.pk])
    made.reviewed_at = timezone.now()
    made.save()
    assert verdict("emergencies").level is Level.OK

    Tombstone.objects.create(path="/a/", title="撤")
    assert (verdict("withdrawals").level, named(verdict("withdrawals"))) == (Level.WARN, ["撤"])
    assert verdict("withdrawals").concerns[0].url

    CorrectionRequest.objects.create(text="这里写错了")
    assert "待答复1条" in verdict("messages").sentence
    CorrectionRequest.objects.update(created_at=timezone.now() - 93 * DAY)
    result = verdict("messages")
    assert (result.level, named(result)) == (Level.FAIL, ["这里写错了"])
    assert result.concerns[0].url
    CorrectionRequest.objects.update(state=CorrectionRequest.State.ACCEPTED)
    assert verdict("messages").level is Level.OK


@pytest.mark.parametrize(
    ("today", "level"),
    [(date(2026, 1, 1), Level.WARN), (date(2026, 1, 31), Level.WARN), (date(2026, 2, 1), Level.FAIL)],
)
def test_yearly_report_is_due_by_the_end_of_january(
    portal: Portal, today: date, level: Level, monkeypatch: pytest.MonkeyPatch
) -> None:
    BasePage.objects.update(first_published_at=timezone.make_aware(timezone.datetime(2025, 6, 1)))
    real = timezone.localdate
    monkeypatch.setattr(timezone, "localdate", lambda value=None: real(value) if value else today)
    assert verdict("yearly-report").level is Level.NONE
    SiteIdentity.objects.create(site=portal.site, mode=SiteIdentity.Mode.DEPARTMENT, organiser="市工信局")
    assert verdict("yearly-report").level is level
    StandardPageFactory(title="2025年度工作报告")
    assert verdict("yearly-report").level is Level.OK


# Words


def test_word_sweep_names_pages_until_they_are_right(portal: Portal) -> None:
    WordRule.objects.create(wrong="大众一汽", right="一汽-大众", level=WordRule.Level.BLOCK)
    BasePage.objects.update(summary="有")
    page = NewsPageFactory(title="大众一汽投产", summary="有")
    assert verdict("words").level is Level.NONE
    outcome = words.sweep_all(lambda: True)
    assert words.heard(outcome) == (BasePage.objects.filter(depth__gt=1).count(), 1, [page.pk])
    words.keep(1, [page.pk])
    result = verdict("words")
    assert (result.level, named(result), result.total) == (Level.FAIL, ["大众一汽投产"], 1)
    words.keep(1, [])
    assert verdict("words").level is Level.OK


def test_a_sweep_of_many_still_fits_its_record() -> None:
    outcome = words.said(100_000, list(range(10_000_000, 10_000_300)))
    assert len(outcome) <= 300
    assert words.heard(outcome) == (100_000, 300, list(range(10_000_000, 10_000_020)))
    assert words.heard("RuntimeError：没有网络") is None


# The whole


def test_queries_do_not_grow_with_the_site(portal: Portal) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            checkup.inspect_all()
        return len(queries)

    NewsPageFactory(summary="")
    cost()
    before = cost()
    for _ in range(6):
        page = NewsPageFactory(summary="")
        logged(page, timezone.now() - DAY)
        Tombstone.objects.create(path=f"/{page.slug}/", title="撤")
        CorrectionRequest.objects.create(text="错", page=page)
    assert cost() <= before + 8  # a count where a list of names was empty before


def test_an_inspection_that_breaks_fails_and_the_others_go_on(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Verdict:
        raise RuntimeError

    each = checkup.registered["messages"]
    monkeypatch.setitem(checkup.registered, "messages", type(each)(**{**vars(each), "run": broken}))
    results = {r.inspection.key: r.verdict for r in checkup.inspect_all()}
    assert results["messages"].level is Level.FAIL
    assert "没有查成" in results["messages"].sentence
    assert len(results) == len(checkup.registered)


def only(monkeypatch: pytest.MonkeyPatch, level: Level) -> None:
    each = checkup.registered["messages"]
    one = type(each)(**{**vars(each), "run": lambda: Verdict(level, "某句话。")})
    monkeypatch.setattr(checkup, "registered", {"messages": one})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("level", "options", "status"),
    [
        (Level.OK, {}, 0),
        (Level.WARN, {}, 0),
        (Level.WARN, {"strict": True}, 1),
        (Level.NONE, {"strict": True}, 0),
        (Level.FAIL, {}, 1),
    ],
)
def test_command_tells_and_its_status_says_whether_it_passed(
    level: Level, options: dict[str, Any], status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(monkeypatch, level)
    out = StringIO()
    try:
        call_command("checkup", stdout=out, **options)
        got = 0
    except SystemExit as end:
        got = int(end.code or 0)
    assert got == status
    assert f"[{level.label}] 读者留言：某句话。" in out.getvalue()
    assert "不能自动检查" in out.getvalue()


@pytest.mark.django_db
def test_command_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, Level.WARN)
    out = StringIO()
    call_command("checkup", json=True, stdout=out)
    told = json.loads(out.getvalue())
    assert told["passed"] is True
    assert told["inspections"][0]["verdict"] == "warn"
    assert told["by_hand"]


def test_command_sweeps_words_on_demand(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, Level.OK)
    call_command("checkup", words=True, json=True, stdout=StringIO())
    assert Chore.objects.get(name=words.NAME).outcome.startswith("查了")


def test_page_and_csv_in_the_admin(portal: Portal, client: Any) -> None:
    Tombstone.objects.create(path="/a/", title="=撤")
    client.force_login(UserFactory(is_superuser=True))
    page = client.get(reverse("checkup")).content.decode()
    assert "撤下说明" in page
    assert reverse(Tombstone.snippet_viewset.get_url_name("edit"), args=[Tombstone.objects.get().pk]) in page
    text = b"".join(client.get(reverse("checkup"), {"export": "csv"}).streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(text)))
    (row,) = [row for row in rows if row["检查项"] == "撤下说明"]
    assert (row["结论"], row["涉及总数"], row["涉及内容"]) == ("注意", "1", "'=撤")
    assert any(row["类别"] == "不能自动检查" for row in rows)


def test_a_slow_look_is_kept_until_asked_again(
    portal: Portal, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(UserFactory(is_superuser=True))
    address = reverse("checkup")
    assert client.get(address).context["kept"] is False
    monkeypatch.setattr(views, "LONG", -1.0)
    first = client.get(address)
    Tombstone.objects.create(path="/a/", title="撤")
    second = client.get(address)
    assert second.context["checked_at"] == first.context["checked_at"]
    assert "撤下的页面都写明了原因" in second.content.decode()
    assert client.post(address).status_code == 302
    assert "没有写原因" in client.get(address).content.decode()


@pytest.mark.parametrize("name", ["checkup", "yearly_report", "external_links"])
@pytest.mark.parametrize(
    ("right", "status"),
    [("", 302), ("view_tombstone", 302), ("view_externallink", 200), ("add_emergencypublication", 200)],
)
def test_only_who_answers_for_the_site_sees_it(
    portal: Portal, client: Any, name: str, right: str, status: int
) -> None:
    user = UserFactory()
    user.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", right]))
    client.force_login(user)
    assert client.get(reverse(name)).status_code == status
