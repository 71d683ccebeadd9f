from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone


class EmergencyPublication(models.Model):
    """That something was published without the three reviews: by whom, why, and when it was reviewed after all.

    Its "add" permission is the right to do so. Rows are never changed but for the later review.
    """

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.CharField(max_length=255)
    content_object = GenericForeignKey("content_type", "object_id", for_concrete_model=False)
    title = models.CharField("内容", max_length=255)
    revision = models.ForeignKey(
        "wagtailcore.Revision", null=True, on_delete=models.SET_NULL, related_name="+", verbose_name="版本"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name="发布人",
    )
    user_name = models.CharField("发布人", max_length=80)
    reason = models.CharField("理由", max_length=300)
    published_at = models.DateTimeField("发布时间", default=timezone.now)
    # As in a reviewer's opinion: what was let pass.
    overridden: Any = models.JSONField("放行的问题", default=list, blank=True)
    reviewed_at = models.DateTimeField("补审时间", null=True, blank=True)

    class Meta:
        verbose_name = "紧急发布"
        verbose_name_plural = "紧急发布"
        ordering = ("-published_at",)
        indexes = [models.Index(fields=["content_type", "object_id"], name="emergency_by_object")]

    def __str__(self) -> str:
        return self.title
