from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class WordRuleQuerySet(models.QuerySet["WordRule"]):
    def in_force(self) -> WordRuleQuerySet:
        """Rules that hold today, Beijing time."""
        today = timezone.localdate()
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=today),
            Q(valid_until__isnull=True) | Q(valid_until__gte=today),
        )


class WordRule(models.Model):
    """A wording that editors watch (易错词), or an abbreviation that is known."""

    class Level(models.TextChoices):
        BLOCK = "block", "不得发布"
        WARN = "warn", "提醒"
        KNOWN = "known", "认可的写法"

    wrong = models.CharField(
        "词语", max_length=80, unique=True, help_text="易错的写法；认可的写法则写缩写本身。"
    )
    right = models.CharField("应写作", max_length=80, blank=True)
    level = models.CharField("级别", max_length=8, choices=Level, default=Level.WARN)
    note = models.CharField("说明", max_length=300, blank=True, help_text="为什么，编辑看到的提示。")
    source = models.CharField("依据", max_length=200, blank=True)
    valid_from = models.DateField("生效日期", null=True, blank=True)
    valid_until = models.DateField("失效日期", null=True, blank=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = WordRuleQuerySet.as_manager()

    class Meta:
        verbose_name = "易错词"
        verbose_name_plural = "易错词"
        ordering = ("wrong",)
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                name="word_rule_ends_after_start",
                violation_error_message="失效日期早于生效日期。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.wrong} → {self.right}" if self.right else self.wrong

    def clean(self) -> None:
        super().clean()
        self.wrong, self.right = self.wrong.strip(), self.right.strip()
        if not self.wrong:
            raise ValidationError({"wrong": "请填写词语。"})
        if self.wrong == self.right:
            raise ValidationError({"right": "与词语相同。"})
