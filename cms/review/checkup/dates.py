"""Is what pages say of themselves there and true: publication dates, descriptions, alternative texts, links?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import (
    BigIntegerField,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    Max,
    Min,
    OuterRef,
    Q,
    Subquery,
)
from django.db.models.functions import Cast
from django.utils import timezone
from wagtail.images import get_image_model
from wagtail.models import PageLogEntry, ReferenceIndex, get_page_models

from cms.core.models import BasePage
from cms.review.checkup import (
    MOST_NAMED,
    NOTICE,
    OWN,
    TAGS,
    Concern,
    Group,
    Level,
    Verdict,
    found,
    inspection,
    none_of,
    ok,
    page_concern,
)
from cms.review.links.checking import shown
from cms.review.models import ExternalLink

# The log entry is written in the same second; a load on a slow machine may take longer.
TOLERANCE = timedelta(minutes=10)
PUBLICATION = "wagtail.publish"


def first_publication() -> Subquery:
    """When the log says that a page was first published; null where it says nothing."""
    entries = PageLogEntry.objects.filter(page=OuterRef("pk"), action__startswith=PUBLICATION).order_by()
    return Subquery(
        entries.values("page").annotate(first=Min("timestamp")).values("first"), output_field=DateTimeField()
    )


def dated_otherwise() -> Any:
    """Ids of pages whose first entry in the log is of another time than their date: one pass over the log."""
    entries = PageLogEntry.objects.filter(
        action__startswith=PUBLICATION, page__first_published_at__isnull=False
    )
    shift = ExpressionWrapper(
        Max("page__first_published_at") - Min("timestamp"), output_field=DurationField()
    )
    shifted = entries.order_by().values("page").annotate(shift=shift)
    return shifted.filter(Q(shift__gt=TOLERANCE) | Q(shift__lt=-TOLERANCE)).values("page")


@inspection(
    "dates-false",
    title="发布时间真实",
    group=Group.ORIGIN,
    rule="发布时间由系统在首次发布时记下，不改；与操作记录一致，不在将来。一处造假，全站不合格。",
    basis="政府网站管理规定：发布时间不得造假",
)
def dates_are_true() -> Verdict:
    future = Q(first_published_at__gt=timezone.now() + TOLERANCE)
    pages = BasePage.objects.visible().filter(future | Q(pk__in=dated_otherwise()))
    wrong = pages.annotate(logged=first_publication())

    def note(page: Any) -> str:
        shown_as = f"{timezone.localtime(page.first_published_at):%Y-%m-%d %H:%M}"
        logged = f"{timezone.localtime(page.logged):%Y-%m-%d %H:%M}" if page.logged else "没有记录"
        return f"发布时间{shown_as}，记录中首次发布{logged}"

    return none_of(
        wrong, Level.FAIL, "{n}个页面的发布时间与操作记录不符。", "发布时间都与操作记录一致。", note
    )


@inspection(
    "dates-missing",
    title="文章页必填标签",
    group=Group.IDENTITY,
    rule="文章页有标题（ArticleTitle）、发布时间（PubDate）；来源（ContentSource）不填时用主办单位。",
    basis=TAGS,
)
def articles_have_dates() -> Verdict:
    pages = BasePage.objects.visible().filter(depth__gt=1)
    missing = pages.filter(Q(first_published_at__isnull=True) | Q(title=""))
    return none_of(missing, Level.FAIL, "{n}个公开页面没有发布时间或标题。", "公开页面都有标题和发布时间。")


@inspection(
    "columns-described",
    title="栏目页必填标签",
    group=Group.IDENTITY,
    rule="栏目页有栏目描述（ColumnDescription）：取自摘要或搜索说明；关键词不填时用栏目名称。",
    basis=TAGS,
)
def columns_are_described() -> Verdict:
    types = [model for model in get_page_models() if getattr(model, "meta_role", "") == "column"]
    pages = BasePage.objects.visible().type(*types) if types else BasePage.objects.none()
    blank = pages.filter(summary="", search_description="")
    return none_of(blank, Level.FAIL, "{n}个栏目没有描述，请写摘要。", "栏目都有描述。")


@inspection(
    "pages-summarised",
    title="页面摘要",
    group=Group.IDENTITY,
    rule="文章页宜有摘要（Description）：搜索结果、列表和转发卡片都用它。",
    basis=TAGS,
)
def pages_are_summarised() -> Verdict:
    pages = BasePage.objects.visible().filter(depth__gt=2, summary="", search_description="")
    return none_of(pages, Level.WARN, "{n}个公开页面没有摘要。", "公开页面都有摘要。")


@inspection(
    "images-described",
    title="图片替代文字",
    group=Group.ACCESS,
    rule="含信息的图片有替代文字；不含信息的标明是装饰图。",
    basis="GB/T 37668—2019",
)
def images_are_described() -> Verdict:
    images = get_image_model().objects.filter(description="", is_decorative=False).order_by("pk")
    named = list(images.values_list("pk", "title")[:MOST_NAMED])
    if not named:
        return ok("图库里的图片都有替代文字，或标明是装饰图。")
    from django.urls import reverse

    concerns = (Concern(title, reverse("wagtailimages:edit", args=[pk])) for pk, title in named)
    return found(Level.FAIL, "图库里{n}张图片没有替代文字。", concerns, images.count())


def hidden_references() -> Any:
    """References from visible pages to pages that readers may not see. One query."""
    kind = ContentType.objects.get_for_model(BasePage, for_concrete_model=False)
    visible = BasePage.objects.visible().order_by()
    references = ReferenceIndex.objects.filter(base_content_type=kind, to_content_type=kind)
    references = references.annotate(
        leads_from=Cast("object_id", BigIntegerField()), leads_to=Cast("to_object_id", BigIntegerField())
    )
    return references.filter(
        Exists(visible.filter(pk=OuterRef("leads_from"))), ~Exists(visible.filter(pk=OuterRef("leads_to")))
    )


@inspection(
    "links-hidden",
    title="站内链接",
    group=Group.REACH,
    rule="公开页面引用的页面也是公开的。引用了草稿、私密或过期页面的链接，读者看到的是没有链接的文字。",
    basis=f"{NOTICE}；{OWN}",
)
def internal_links_lead_somewhere() -> Verdict:
    references = hidden_references()
    pairs = list(
        references.order_by("leads_from", "leads_to")
        .values_list("leads_from", "leads_to")
        .distinct()[:MOST_NAMED]
    )
    if not pairs:
        return ok("公开页面之间的链接都通。")
    total = references.values("leads_from", "leads_to").distinct().count()
    pages = BasePage.objects.in_bulk({pk for pair in pairs for pk in pair})
    concerns = (
        page_concern(
            pages[start],
            f"引用了读者看不到的页面《{pages[end].title}》" if end in pages else "引用的页面已删除",
        )
        for start, end in pairs
    )
    return found(Level.WARN, "{n}处引用了读者看不到的页面。", concerns, total)


@inspection(
    "links-dead",
    title="站外链接",
    group=Group.REACH,
    rule="通向别的网站的链接打得开。程序检查，连续3天失败才算打不开。",
    basis=NOTICE,
)
def external_links_open() -> Verdict:
    from django.conf import settings
    from django.urls import reverse

    links = shown()
    told = links.aggregate(last=Max("checked_at"))
    last = f"最近检查：{timezone.localtime(told['last']):%Y-%m-%d %H:%M}。" if told["last"] else ""
    listing = reverse("external_links")
    broken = links.filter(state=ExternalLink.State.BROKEN)
    if total := broken.count():
        named = broken.order_by("failing_since", "pk")[:MOST_NAMED]
        concerns = (Concern(link.url, f"{listing}?state=broken", link.problem) for link in named)
        return found(Level.FAIL, "{n}个站外链接打不开。" + last, concerns, total)
    number = links.count()
    if not number:
        return ok("公开页面没有通向站外的链接。")
    waiting = links.filter(checked_at__isnull=True).count()
    if waiting and not settings.LINK_CHECK:
        where = [Concern("外部链接", listing, "请人工查看，或请运维人员设置LINK_CHECK=1")]
        return found(Level.WARN, f"{waiting}个站外链接没有检查过：没有开启自动检查。{last}", where, waiting)
    unsure = links.filter(state=ExternalLink.State.UNSURE).count()
    if unsure:
        where = [Concern("外部链接", f"{listing}?state=unsure", "用浏览器打开看，再点“确认能打开”")]
        return found(Level.WARN, f"没有打不开的站外链接，{unsure}个须人工查看。{last}", where, unsure)
    still = f"其中{waiting}个等待第一次检查。" if waiting else ""
    return ok(f"{number}个站外链接没有打不开的。{still}{last}")


@inspection(
    "links-numeric",
    title="IPv4字面地址",
    group=Group.REACH,
    rule="链接不写IPv4数字地址，IPv6用户也打得开。",
    basis="IPv6改造要求",
)
def no_numeric_addresses() -> Verdict:
    from django.urls import reverse

    links = (
        shown().filter(url__iregex=r"^https?://([^/@]*@)?[0-9]{1,3}(\.[0-9]{1,3}){3}([:/?]|$)").order_by("pk")
    )
    named = list(links[:MOST_NAMED])
    if not named:
        return ok("没有用数字地址的链接。")
    where = reverse("external_links")
    return found(
        Level.WARN, "{n}个链接用了IPv4数字地址。", (Concern(link.url, where) for link in named), links.count()
    )
