"""What the check-up and the yearly report say of facts, articles and indicators."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from cms.review import checkup
from cms.review.checkup import Level, Verdict
from cms.review.yearly import Year
from industries import checkup as industries_checkup
from industries.models import NewsPage, Observation
from industries.models.fact import ObservationCorrection
from tests.factories import (
    IndicatorPageFactory,
    NewsPageFactory,
    ObservationFactory,
    PolicyPageFactory,
    Portal,
    StatementFactory,
    make_private,
)


def verdict(key: str) -> Verdict:
    return checkup.registered[key].run()


def named(result: Verdict) -> list[str]:
    return [concern.label for concern in result.concerns]


def test_reposts_say_where_they_are_from(portal: Portal) -> None:
    NewsPageFactory(title="全", original_published="2025-12-16", editor="王编")
    NewsPageFactory(title="原创", source=None, editor="王编")
    assert verdict("reposts").level is Level.OK
    assert verdict("news-unsourced").level is Level.OK
    NewsPageFactory(title="缺", original_published="2025-12-16")
    result = verdict("reposts")
    assert (result.level, named(result)) == (Level.FAIL, ["缺"])
    assert result.concerns[0].note == "没有：责任编辑"
    NewsPageFactory(title="草稿", live=False)
    assert verdict("reposts").total == 1
    NewsPageFactory(title="无主", source=None)
    assert named(verdict("news-unsourced")) == ["无主"]


def test_doubtful_facts_by_their_share(portal: Portal) -> None:
    assert verdict("facts-doubtful").level is Level.NONE
    page = IndicatorPageFactory()
    for _ in range(9):
        ObservationFactory(indicator=page, subject=NewsPageFactory())
    StatementFactory(text="有疑的话。", subjects=[page], status="pending", note="待查")
    result = verdict("facts-doubtful")
    assert (result.level, result.total, named(result)) == (Level.OK, 1, ["有疑的话。"])
    assert result.concerns[0].url
    Observation.objects.filter(subject__in=NewsPage.objects.all()[:1]).update(status="disputed", note="不一")
    assert verdict("facts-doubtful").level is Level.WARN
    make_private(page)
    assert verdict("facts-doubtful").level is Level.NONE


def test_facts_rest_on_words_of_their_source(portal: Portal) -> None:
    page = IndicatorPageFactory()
    ObservationFactory(indicator=page, quote="产值4047.7亿元。")
    assert verdict("facts-unquoted").level is Level.OK
    StatementFactory(subjects=[page])
    assert (verdict("facts-unquoted").level, verdict("facts-unquoted").total) == (Level.WARN, 1)
    StatementFactory(text="无凭。", subjects=[page], locator="")
    result = verdict("facts-unquoted")
    assert (result.level, named(result)[0]) == (Level.FAIL, "无凭。")


def test_figures_past_their_next_update(portal: Portal) -> None:
    today = timezone.localdate()
    IndicatorPageFactory(title="今天到期", next_update=today)
    IndicatorPageFactory(title="过期", next_update=today - timedelta(days=3))
    result = verdict("figures-overdue")
    assert (result.level, named(result)) == (Level.WARN, ["过期"])
    assert "已过3天" in result.concerns[0].note


def test_sources_in_use_have_addresses(portal: Portal) -> None:
    news = NewsPageFactory(source__url="https://paper.example/")
    assert verdict("sources-addressless").level is Level.OK
    figure = ObservationFactory()
    assert named(verdict("sources-addressless")) == [str(figure.source)]
    figure.unpublish()
    assert verdict("sources-addressless").level is Level.OK
    assert news.source


def test_interpretations_of_policies_by_their_form(portal: Portal) -> None:
    year = Year(timezone.localdate().year)
    policy, other = PolicyPageFactory(), PolicyPageFactory()
    words, drawn = NewsPageFactory(), NewsPageFactory(body=[("key_figures", {"observations": []})])
    words.interprets.set([policy, other])
    drawn.interprets.set([policy])
    for page in (words, drawn):
        page.save()
    NewsPageFactory()
    section = industries_checkup.interpretations(year)
    told = dict(zip(section.heads, section.rows[0], strict=True))
    assert told == {"篇数": 2, "解读的政策": 2, "只有文字": 1, "图片": 0, "图表": 1, "视频": 0}
    assert industries_checkup.interpretations(Year(year.number - 1)).rows[0][0] == 0


def test_facts_entered_and_put_right(portal: Portal) -> None:
    year = timezone.localdate().year
    figure = ObservationFactory()
    ObservationFactory(live=False)
    ObservationCorrection.objects.create(observation=figure, made_on=date(year, 1, 2), text="原为1。")
    ObservationCorrection.objects.create(observation=figure, made_on=date(year - 1, 1, 2), text="原为2。")
    section = industries_checkup.facts(Year(year))
    assert section.rows[0] == ("数值", 1, 1, 0, 1)
    assert industries_checkup.facts(Year(year - 1)).rows[0] == ("数值", 0, 1, 0, 1)
