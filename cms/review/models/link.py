from __future__ import annotations

import hashlib

from django.db import models


class ExternalLink(models.Model):
    """An address outside the portal that pages lead to, and how it answered."""

    class State(models.TextChoices):
        UNCHECKED = "unchecked", "未检查"
        GOOD = "good", "正常"
        BROKEN = "broken", "打不开"
        # The site answers, but not to programs (401, 403, 429 …): a person has to look.
        UNSURE = "unsure", "须人工查看"

    # SHA-256 of the address: addresses are too long for a unique index of their own.
    digest = models.CharField(max_length=64, unique=True, editable=False)
    url = models.TextField("地址")
    state = models.CharField("状态", max_length=10, choices=State, default=State.UNCHECKED)
    status_code = models.PositiveSmallIntegerField("应答码", null=True, blank=True)
    problem = models.CharField("问题", max_length=200, blank=True)
    failures = models.PositiveSmallIntegerField("连续失败次数", default=0)
    checked_at = models.DateTimeField("检查时间", null=True, blank=True, db_index=True)
    failing_since = models.DateTimeField("开始失败", null=True, blank=True)

    class Meta:
        verbose_name = "外部链接"
        verbose_name_plural = "外部链接"
        ordering = ("url",)

    def __str__(self) -> str:
        return self.url

    def save(self, *args: object, **kwargs: object) -> None:
        self.digest = digest(self.url)
        super().save(*args, **kwargs)  # type: ignore[arg-type]


def digest(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()


class LinkUse(models.Model):
    """That a page leads to an address outside."""

    link = models.ForeignKey(ExternalLink, on_delete=models.CASCADE, related_name="uses")
    page = models.ForeignKey("core.BasePage", on_delete=models.CASCADE, related_name="external_links")

    class Meta:
        verbose_name = "外部链接的使用"
        verbose_name_plural = "外部链接的使用"
        constraints = [models.UniqueConstraint(fields=("link", "page"), name="link_once_a_page")]

    def __str__(self) -> str:
        return f"{self.page_id} → {self.link_id}"
