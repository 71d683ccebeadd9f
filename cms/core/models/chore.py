from __future__ import annotations

from django.db import models


class Chore(models.Model):
    """Work that the portal does by itself, now and then, on one node at a time."""

    name = models.SlugField(max_length=60, unique=True)
    # The node that is at it, and until when no other node takes it up.
    holder = models.CharField(max_length=80, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField("下次", null=True, blank=True)
    started_at = models.DateTimeField("上次开始", null=True, blank=True)
    finished_at = models.DateTimeField("上次完成", null=True, blank=True)
    outcome = models.CharField("结果", max_length=300, blank=True)
    failed = models.BooleanField("失败", default=False)

    class Meta:
        verbose_name = "后台任务"
        verbose_name_plural = "后台任务"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
