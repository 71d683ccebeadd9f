"""Is the house in order: reviews, emergencies, withdrawals, readers' messages, the yearly report?"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import Min, Q
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from wagtail.models import AbstractPage, Site, Workflow, WorkflowMixin

from cms.core.models import BasePage, CorrectionRequest, SiteIdentity, Tombstone
from cms.review.checkup import (
    MOST_NAMED,
    NOTICE,
    Concern,
    Group,
    Level,
    Verdict,
    edit_url,
    found,
    inspection,
    not_applicable,
    ok,
    record_concern,
)
from cms.review.checkup.furniture import GOVERNMENT
from cms.review.models import EmergencyPublication, ReviewStep, Stage

THREE_MONTHS = timedelta(days=92)
REPORT_DUE = (1, 31)


def workflow_problem(workflow: Workflow | None) -> str:
    """What a workflow lacks of the three steps; empty where it has them, in order, each with people."""
    if workflow is None or not workflow.active:
        return "没有指定工作流"
    tasks = [
        task.specific for task in workflow.tasks.filter(active=True).order_by("workflow_tasks__sort_order")
    ]
    steps = [task for task in tasks if isinstance(task, ReviewStep)]
    missing = [stage.label for stage in Stage if stage not in {step.stage for step in steps}]
    if missing:
        return f"工作流“{workflow.name}”缺少：{'、'.join(missing)}"
    if [step.stage for step in steps] != list(Stage.values):
        return f"工作流“{workflow.name}”的三审次序不对"
    users = get_user_model().objects.filter(is_active=True)
    empty = [
        Stage(step.stage).label for step in steps if not users.filter(groups__in=step.groups.all()).exists()
    ]
    return f"没有人担任：{'、'.join(empty)}" if empty else ""


def reviewed_models() -> list[Any]:
    """Models beside pages that have drafts and a workflow: facts."""
    return [
        model
        for model in apps.get_models()
        if issubclass(model, WorkflowMixin) and not issubclass(model, AbstractPage)
    ]


@inspection(
    "review-in-force",
    title="三审三校",
    group=Group.REVIEW,
    rule="先审后发：公开内容都要经过初审、审核、审发三步，每一步都有人担任。",
    basis="政府网站信息发布审核制度；三审三校",
)
def review_is_in_force() -> Verdict:
    concerns = []
    for site in Site.objects.select_related("root_page").order_by("pk"):
        if problem := workflow_problem(site.root_page.get_workflow()):
            concerns.append(
                Concern(
                    site.root_page.title, reverse("wagtailadmin_explore", args=[site.root_page_id]), problem
                )
            )
    for model in reviewed_models():
        if problem := workflow_problem(model().get_workflow()):
            listing = ""
            if viewset := getattr(model, "snippet_viewset", None):
                listing = reverse(viewset.get_url_name("list"))
            concerns.append(Concern(str(model._meta.verbose_name), listing, problem))
    if not concerns:
        return ok("页面和事实都在三审之下，每一步都有人担任。")
    only_people = all(concern.note.startswith("没有人担任") for concern in concerns)
    sentence = "三审已设，但有的步骤没有人担任。" if only_people else "三审没有完全生效。"
    return found(Level.WARN if only_people else Level.FAIL, sentence, concerns)


@inspection(
    "emergencies",
    title="紧急发布补审",
    group=Group.REVIEW,
    rule="紧急发布的内容事后补审。",
    basis="三审三校",
)
def emergencies_are_reviewed() -> Verdict:
    waiting = EmergencyPublication.objects.filter(reviewed_at__isnull=True).order_by("published_at")
    named = list(waiting[:MOST_NAMED])
    if not named:
        number = EmergencyPublication.objects.count()
        return ok(f"{number}次紧急发布都已补审。" if number else "没有紧急发布。")
    concerns = (
        Concern(
            each.title,
            emergency_url(each),
            f"{timezone.localtime(each.published_at):%Y-%m-%d %H:%M}由{each.user_name}发布",
        )
        for each in named
    )
    return found(Level.WARN, "{n}次紧急发布还没有补审。", concerns, waiting.count())


def emergency_url(each: EmergencyPublication) -> str:
    """Where its content is edited; empty where that is gone."""
    model = each.content_type.model_class()
    if model is not None and issubclass(model, BasePage):
        return reverse("wagtailadmin_pages:edit", args=[each.object_id])
    record = each.content_object
    return edit_url(record) if record is not None else ""


@inspection(
    "withdrawals",
    title="撤下说明",
    group=Group.REVIEW,
    rule="撤下的页面向读者说明原因和日期。",
    basis="政府网站管理规定",
)
def withdrawals_have_reasons() -> Verdict:
    silent = Tombstone.objects.filter(reason="").order_by("-withdrawn_at")
    named = list(silent[:MOST_NAMED])
    if not named:
        return ok("撤下的页面都写明了原因。")
    concerns = (
        record_concern(each, f"{timezone.localdate(each.withdrawn_at):%Y-%m-%d}撤下") for each in named
    )
    return found(Level.WARN, "{n}个撤下的页面没有写原因。", concerns, silent.count())


@inspection(
    "messages",
    title="读者留言",
    group=Group.READERS,
    rule="读者的留言（纠错）3个月之内有答复。",
    basis=NOTICE,
)
def messages_are_answered() -> Verdict:
    open_ones = CorrectionRequest.objects.filter(state=CorrectionRequest.State.NEW)
    late = open_ones.filter(created_at__lt=timezone.now() - THREE_MONTHS).order_by("created_at")
    named = list(late[:MOST_NAMED])
    number = open_ones.count()
    if named:
        concerns = (
            record_concern(each, f"{timezone.localdate(each.created_at):%Y-%m-%d}提交") for each in named
        )
        return found(Level.FAIL, "{n}条留言超过3个月没有答复。", concerns, late.count())
    return ok(f"没有超过3个月未答复的留言，待答复{number}条。")


@inspection(
    "yearly-report",
    title="年度报表",
    group=Group.READERS,
    rule="1月31日前公布上一年的年度报表：公开一个标题里有年份、“年度”和“报表”或“报告”的页面。",
    basis="政府网站年度报表制度",
)
def yearly_report_is_out() -> Verdict:
    today = timezone.localdate()
    year = today.year - 1
    if not SiteIdentity.objects.filter(mode__in=GOVERNMENT).exists():
        return not_applicable("不是政府网站。可在“报表 → 年度报表”里查看各项数字。")
    first = BasePage.objects.visible().aggregate(first=Min("first_published_at"))["first"]
    if first is None or timezone.localdate(first).year > year:
        return not_applicable(f"{year}年本站还没有公开。")
    if report_published(year):
        return ok(f"{year}年的年度报表已经公布。")
    where = [Concern(f"{year}年度报表", yearly_url(year), "数字在这里，可打印、下载")]
    if today <= date(today.year, *REPORT_DUE):
        days = (date(today.year, *REPORT_DUE) - today).days
        left = f"还有{days}天" if days else "今天是最后一天"
        return found(Level.WARN, f"{year}年的年度报表应在1月31日前公布，{left}。", where)
    return found(Level.FAIL, f"{year}年的年度报表没有公布，期限是{today.year}年1月31日。", where)


def report_published(year: int) -> bool:
    pages = BasePage.objects.visible().filter(title__contains=str(year)).filter(title__contains="年度")
    return bool(pages.filter(Q(title__contains="报表") | Q(title__contains="报告")).exists())


def yearly_url(year: int) -> str:
    try:
        return f"{reverse('yearly_report')}?year={year}"
    except NoReverseMatch:
        return ""
