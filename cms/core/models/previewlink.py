from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class PreviewLink(models.Model):
    """An address at which a person without an account reads a page's draft for some time."""

    page = models.ForeignKey("core.BasePage", on_delete=models.CASCADE, related_name="preview_links")
    purpose = models.CharField("给谁看", max_length=80)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name="创建人",
    )
    created_at = models.DateTimeField("创建时间", default=timezone.now)
    expires_at = models.DateTimeField("有效期至")
    revoked_at = models.DateTimeField("撤销时间", null=True, blank=True)

    class Meta:
        verbose_name = "预览链接"
        verbose_name_plural = "预览链接"
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return self.purpose

    @property
    def is_open(self) -> bool:
        return self.revoked_at is None and timezone.now() < self.expires_at


class PreviewVisit(models.Model):
    """That a draft was read by such a link. When, and nothing about the person."""

    link = models.ForeignKey(PreviewLink, on_delete=models.CASCADE, related_name="visits")
    at = models.DateTimeField("时间", default=timezone.now, db_index=True)

    class Meta:
        verbose_name = "预览记录"
        verbose_name_plural = "预览记录"
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
