from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models


class FactImport(models.Model):
    """An uploaded table of facts: what its rows say, and what became of them.

    The rows are kept as they were read, so that the preview and its decisions survive an error or a break.
    """

    class Kind(models.TextChoices):
        OBSERVATIONS = "observations", "数值"
        STATEMENTS = "statements", "陈述"

    kind = models.CharField("类别", max_length=16, choices=Kind)
    file_name = models.CharField("文件名", max_length=200)
    # One mapping of column heading to text for each row of the file.
    rows: Any = models.JSONField("各行", default=list)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name="上传者",
    )
    created_at = models.DateTimeField("上传时间", auto_now_add=True)
    applied_at = models.DateTimeField("导入时间", null=True, blank=True)
    # After the import: numbers of new, changed, unchanged and refused rows.
    outcome: Any = models.JSONField("结果", default=dict, blank=True)

    class Meta:
        verbose_name = "批量导入"
        verbose_name_plural = "批量导入"
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return self.file_name
