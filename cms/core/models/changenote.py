from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class ChangeKind(models.TextChoices):
    MINOR = "minor", "小改：错字、格式、补充链接"
    MAJOR = "major", "大改：内容有变，向读者说明"


class ChangeNote(models.Model):
    """What an editor said of a change when it was published. Readers see those of major ones."""

    page = models.ForeignKey("core.BasePage", on_delete=models.CASCADE, related_name="change_notes")
    kind = models.CharField("改动", max_length=8, choices=ChangeKind)
    text = models.CharField("说明", max_length=200, blank=True)
    published_at = models.DateTimeField("发布时间", default=timezone.now)
    revision = models.ForeignKey(
        "wagtailcore.Revision", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = "改动说明"
        verbose_name_plural = "改动说明"
        ordering = ("-published_at", "-pk")

    def __str__(self) -> str:
        return self.text or self.get_kind_display()
