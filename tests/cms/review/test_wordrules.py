"""Which words are found, and which are not."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from cms.review.models import WordRule
from cms.review.wordrules import Matcher, Rule, matcher


def rule(wrong: str, right: str = "", level: str = "warn") -> Rule:
    return Rule(wrong, right, level, "", "")


def hits(text: str, *rules: Rule) -> list[str]:
    return [text[hit.start : hit.end] for hit in Matcher.of(rules).hits(text)]


def test_a_wrong_word_is_found_wherever_it_stands() -> None:
    assert hits("帐号登陆，新帐号", rule("帐号", "账号")) == ["帐号", "帐号"]


def test_the_longest_word_counts() -> None:
    text = "长光卫星技术有限公司成立"
    assert hits(text, rule("长光卫星技术有限公司"), rule("卫星技术"), rule("长光")) == [
        "长光卫星技术有限公司"
    ]


def test_a_heavier_word_counts_within_a_lighter_one() -> None:
    assert hits("旧称大众一汽公司", rule("称大众一汽公司"), rule("大众一汽", level="block")) == [
        "称大众一汽公司",
        "大众一汽",
    ]


def test_words_that_overlap_without_holding_each_other_both_count() -> None:
    assert hits("甲乙丙", rule("甲乙"), rule("乙丙", level="block")) == ["甲乙", "乙丙"]


def test_an_approved_longer_word_covers_a_watched_one() -> None:
    rules = (rule("大众一汽", "一汽-大众", "block"), rule("大众一汽平台", level="known"))
    assert hits("大众一汽平台零部件公司", *rules) == []
    assert hits("大众一汽公司", *rules) == ["大众一汽"]


def test_a_word_inside_its_own_correction_is_right() -> None:
    short = rule("长光卫星", "长光卫星技术股份有限公司")
    assert hits("长光卫星技术股份有限公司和长光卫星", short) == ["长光卫星"]
    assert hits("兴隆综保区", rule("综保区", "兴隆综保区")) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("用FAW标志", ["FAW"]),
        ("用faw标志", ["faw"]),
        ("用FAWDE发动机", []),
        ("见FAW2", []),
        ("FAW", ["FAW"]),
    ],
)
def test_latin_words_have_borders_and_no_case(text: str, found: list[str]) -> None:
    assert hits(text, rule("Faw", "中国一汽")) == found


def test_letters_that_change_length_in_small_keep_their_place() -> None:
    assert hits("İstanbul帐号", rule("帐号")) == ["帐号"]


def test_a_single_letter_at_the_very_end_is_found_once() -> None:
    assert hits("共两囗", rule("囗", "口")) == ["囗"]


def test_rules_hold_only_in_their_time_and_are_kept_between_texts(
    db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    today = timezone.localdate()
    WordRule.objects.create(wrong="旧称", valid_until=today - dt.timedelta(days=1))
    WordRule.objects.create(wrong="新称", valid_from=today + dt.timedelta(days=1))
    current = WordRule.objects.create(wrong="帐号", right="账号")
    assert [hit.rule.wrong for hit in matcher().hits("旧称新称帐号")] == ["帐号"]
    with django_assert_num_queries(1):
        matcher()
    current.right = "户头"
    current.save()
    assert matcher().hits("帐号")[0].rule.right == "户头"
    current.delete()
    assert matcher().hits("帐号") == []
