from __future__ import annotations

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone


class BinnedRecord(models.Model):
    """A page (with what is below it) or a fact that was deleted and can be brought back."""

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.CharField(max_length=255)
    content_object = GenericForeignKey("content_type", "object_id", for_concrete_model=False)
    title = models.CharField("名称", max_length=255)
    # Of pages: where they stood, what their address was, and which of them readers could see.
    parent = models.ForeignKey(
        "core.BasePage", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    address = models.CharField("原地址", max_length=500, blank=True)
    slug = models.CharField(max_length=255, blank=True)
    pages = models.PositiveIntegerField("页数", default=0)
    was_live = models.BooleanField("原来公开", default=False)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    deleted_at = models.DateTimeField("删除时间", default=timezone.now, db_index=True)

    class Meta:
        verbose_name = "已删除内容"
        verbose_name_plural = "已删除内容"
        ordering = ("-deleted_at", "-pk")
        constraints = [
            models.UniqueConstraint(fields=("content_type", "object_id"), name="record_in_bin_once")
        ]

    def __str__(self) -> str:
        return self.title
