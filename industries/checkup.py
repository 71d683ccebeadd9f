"""What the check-up, the link collector and the yearly report ask about facts, articles and indicators."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Count, Q
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone
from wagtail.signals import published, unpublished

from cms.review.checkup import (
    MOST_NAMED,
    OWN,
    Group,
    Level,
    Verdict,
    found,
    inspection,
    none_of,
    not_applicable,
    ok,
    record_concern,
)
from cms.review.links.collecting import collect_again, more_links
from cms.review.yearly import Section, Year, more_sections
from industries.models import IndicatorPage, NewsPage, Observation, Source, Statement, StatementSubject
from industries.models.fact import FACTS, ObservationCorrection
from industries.models.news import NewsCorrection
from industries.models.vocabulary import Status

# The share of doubtful facts from which the register asks for attention.
MANY_DOUBTFUL = 0.1
DOUBTFUL = (Status.PENDING, Status.DISPUTED)
# Blocks that make an interpretation more than words, by what the report calls its form.
FORMS = {
    "图片": {"image", "gallery"},
    "图表": {"chart", "table", "key_figures"},
    "视频": {"video"},
}


@inspection(
    "reposts",
    title="转载信息",
    group=Group.ORIGIN,
    rule="转载的动态写明来源、原文发布时间和责任编辑。选了“来源”的动态是转载。",
    basis="政府网站管理规定；新闻转载规定",
)
def reposts_are_complete() -> Verdict:
    reposts = NewsPage.objects.visible().defer_streamfields().filter(source__isnull=False)
    lacking = reposts.filter(
        Q(original_published="") | Q(editor="") | Q(source__publisher="")
    ).select_related("source")

    def note(page: Any) -> str:
        blank = {
            "原文发布时间": page.original_published,
            "责任编辑": page.editor,
            "来源的发布者": page.source.publisher,
        }
        return "没有：" + "、".join(name for name, value in blank.items() if not value)

    return none_of(lacking, Level.FAIL, "{n}篇转载的动态信息不全。", "转载的动态信息齐全。", note)


@inspection(
    "news-unsourced",
    title="动态来源",
    group=Group.ORIGIN,
    rule="动态写明来源；本站原创的写明责任编辑。",
    basis="国办发〔2017〕47号附件（ContentSource）",
)
def news_have_sources() -> Verdict:
    lacking = NewsPage.objects.visible().defer_streamfields().filter(source__isnull=True, editor="")
    return none_of(lacking, Level.WARN, "{n}篇动态既没有来源也没有责任编辑。", "动态都有来源或责任编辑。")


@inspection(
    "facts-doubtful",
    title="待核、存疑的事实",
    group=Group.FACTS,
    rule=f"待核、存疑的事实尽快查证；超过公开事实的{MANY_DOUBTFUL:.0%}时提醒。",
    basis=OWN,
)
def few_facts_are_doubtful() -> Verdict:
    named: list[Any] = []
    total, doubtful = 0, 0
    for model in FACTS:
        told = (
            model.objects.visible()
            .order_by()
            .aggregate(all=Count("pk"), doubtful=Count("pk", filter=Q(status__in=DOUBTFUL)))
        )
        total, doubtful = total + told["all"], doubtful + told["doubtful"]
        rows = model.objects.visible().for_display().filter(status__in=DOUBTFUL).order_by("pk")
        named += rows[: MOST_NAMED - len(named)]
    if not total:
        return not_applicable("还没有公开的事实。")
    concerns = (record_concern(fact, fact.get_status_display()) for fact in named)
    sentence = f"{total}条公开事实中{{n}}条待核或存疑（{doubtful / total:.1%}）。"
    level = Level.WARN if doubtful > total * MANY_DOUBTFUL else Level.OK
    return found(level, sentence, concerns, doubtful)


@inspection(
    "facts-unquoted",
    title="事实的原文依据",
    group=Group.FACTS,
    rule="每条事实抄录所依据的原句，至少写明在来源中的位置。",
    basis=OWN,
)
def facts_have_passages() -> Verdict:
    """Without any trace of where in the source: bad. Without the quoted words: to be added."""
    named: list[Any] = []
    traceless, unquoted, total = 0, 0, 0
    for model in FACTS:
        facts = model.objects.visible().order_by()
        told = facts.aggregate(
            all=Count("pk"),
            unquoted=Count("pk", filter=Q(quote="")),
            traceless=Count("pk", filter=Q(quote="", locator="")),
        )
        total += told["all"]
        unquoted, traceless = unquoted + told["unquoted"], traceless + told["traceless"]
        rows = model.objects.visible().for_display().filter(quote="").order_by("locator", "pk")
        named += rows[: MOST_NAMED - len(named)]
    if not total:
        return not_applicable("还没有公开的事实。")
    if not unquoted:
        return ok(f"{total}条公开事实都抄录了原句。")
    concerns = (
        record_concern(fact, f"有位置：{fact.locator}" if fact.locator else "没有位置和原句")
        for fact in named
    )
    if traceless:
        return found(
            Level.FAIL, f"{traceless}条事实没有位置也没有原句；没有抄录原句的共{{n}}条。", concerns, unquoted
        )
    return found(Level.WARN, f"{total}条公开事实中{{n}}条没有抄录原句，都写明了位置。", concerns, unquoted)


@inspection(
    "figures-overdue",
    title="到期未更新的指标",
    group=Group.FACTS,
    rule="写明“下次更新”日期的指标按期更新。",
    basis=OWN,
)
def indicators_are_current() -> Verdict:
    today = timezone.localdate()
    late = IndicatorPage.objects.visible().defer_streamfields().filter(next_update__lt=today)

    def note(page: Any) -> str:
        return f"应在{page.next_update:%Y-%m-%d}更新，已过{(today - page.next_update).days}天"

    return none_of(late, Level.WARN, "{n}个指标过了更新日期。", "没有过了更新日期的指标。", note)


@inspection(
    "sources-addressless",
    title="来源的网址",
    group=Group.FACTS,
    rule="能在网上看到的来源写明网址，读者可以核对。",
    basis=OWN,
)
def sources_have_addresses() -> Verdict:
    used = Q(pk__in=NewsPage.objects.visible().order_by().values("source"))
    for model in FACTS:
        used |= Q(pk__in=model.objects.visible().order_by().values("source"))
    blank = Source.objects.filter(used, url="").order_by("pk")
    named = list(blank[:MOST_NAMED])
    if not named:
        return ok("用到的来源都有网址。")
    concerns = (record_concern(source) for source in named)
    return found(Level.WARN, "用到的来源中{n}个没有网址；报纸、书籍可以没有。", concerns, blank.count())


def source_links(pages: list[int]) -> Iterator[tuple[int, str]]:
    """Addresses of the sources that these pages show: of articles, figures and statements. Four queries."""
    with_url = {"source__url__gt": ""}
    news = NewsPage.objects.filter(pk__in=pages, **with_url)
    yield from news.values_list("pk", "source__url")
    figures = Observation.objects.filter(live=True, **with_url).order_by()
    for field in ("indicator", "subject"):
        rows = figures.filter(**{f"{field}__in": pages})
        yield from rows.values_list(f"{field}_id", "source__url").distinct()
    subjects = StatementSubject.objects.filter(page__in=pages, statement__live=True).order_by()
    rows = subjects.filter(statement__source__url__gt="")
    yield from rows.values_list("page_id", "statement__source__url").distinct()


def pages_of_source(source: Source) -> set[int]:
    """Pages that show the source."""
    figures = Observation.objects.filter(source=source, live=True).order_by()
    found_pages = set(NewsPage.objects.filter(source=source).values_list("pk", flat=True))
    for field in ("indicator_id", "subject_id"):
        found_pages.update(figures.values_list(field, flat=True).distinct())
    subjects = StatementSubject.objects.filter(statement__source=source, statement__live=True)
    found_pages.update(subjects.values_list("page_id", flat=True).distinct())
    return found_pages - {None}


def pages_of_fact(fact: Any) -> set[int]:
    if isinstance(fact, Observation):
        return {pk for pk in (fact.indicator_id, fact.subject_id) if pk}
    return {link.page_id for link in fact.subjects.all()}


@receiver(post_save, sender=Source)
def follow_source(instance: Source, created: bool, raw: bool = False, **kwargs: Any) -> None:
    """A source's address changed, or came: the pages that show it lead there from now on."""
    if not created and not raw and (instance.url or instance_was_linked(instance)):
        collect_again(pages_of_source(instance))


def instance_was_linked(source: Source) -> bool:
    """Whether any page of the source leads anywhere: then its former address may be among that."""
    from cms.review.models import LinkUse

    return LinkUse.objects.filter(page__in=pages_of_source(source)).exists()


@receiver(published)
@receiver(unpublished)
def follow_fact(sender: Any, instance: Any, **kwargs: Any) -> None:
    if isinstance(instance, (Observation, Statement)) and instance.source.url:
        collect_again(pages_of_fact(instance))


def interpretations(year: Year) -> Section:
    """Articles that interpret a policy, by their form. Reads the bodies of that year's articles only."""
    articles = NewsPage.objects.visible().filter(year.within("first_published_at"), interprets__isnull=False)
    forms: Counter[str] = Counter()
    policies = articles.order_by().values("interprets").distinct().count()
    number = 0
    for article in articles.distinct().iterator(chunk_size=200):
        number += 1
        kinds = {block["type"] for block in article.body.raw_data}
        used = [form for form, blocks in FORMS.items() if kinds & blocks]
        forms.update(used or ["只有文字"])
    names = ("只有文字", *FORMS)
    return Section(
        "政策解读",
        "本年发布、选了“解读的政策”的动态。一篇里有几种形式的，每种都算。",
        ("篇数", "解读的政策", *names),
        ((number, policies, *(forms[name] for name in names)),),
    )


def facts(year: Year) -> Section:
    """Facts entered and put right in the year."""
    rows = []
    for model in FACTS:
        live = model.objects.filter(live=True)
        new = live.filter(year.within("created_at"))
        rows.append(
            (
                str(model._meta.verbose_name),
                new.count(),
                corrections(model, year),
                live.filter(status__in=DOUBTFUL).count(),
                live.count(),
            )
        )
    rows.append(("文章", "", NewsCorrection.objects.filter(year.on("made_on")).count(), "", ""))
    return Section(
        "事实与更正",
        "新增：本年登记、现在公开的。更正：更正日期在本年的公开更正说明；陈述没有更正说明一栏，直接修改。"
        "待核存疑、现有：现在的数。",
        ("种类", "新增", "更正", "待核存疑", "现有"),
        tuple(rows),
    )


def corrections(model: Any, year: Year) -> Any:
    if model is Observation:
        return ObservationCorrection.objects.filter(year.on("made_on")).count()
    return ""


def sections(year: Year) -> Iterable[Section]:
    return [interpretations(year), facts(year)]


def register() -> None:
    """For `ready()`."""
    if source_links not in more_links:
        more_links.append(source_links)
        more_sections.append(sections)
