from django.db import models
from django.utils import timezone
from wagtail.admin.panels import FieldPanel, PageChooserPanel


class Tombstone(models.Model):
    """That a page stood at an address, and why it is gone. Readers get it with status 410."""

    path = models.CharField("原地址", max_length=500, unique=True, help_text="以“/”开头，不含域名。")
    title = models.CharField("原标题", max_length=255)
    reason = models.CharField("撤下原因", max_length=300, blank=True, help_text="对读者公开。")
    withdrawn_at = models.DateTimeField("撤下时间", default=timezone.now)
    replacement = models.ForeignKey(
        "core.BasePage",
        verbose_name="可改看的页面",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    panels = [
        FieldPanel("title"),
        FieldPanel("path"),
        FieldPanel("reason"),
        FieldPanel("withdrawn_at"),
        PageChooserPanel("replacement"),
    ]

    class Meta:
        verbose_name = "已撤下页面"
        verbose_name_plural = "已撤下页面"
        ordering = ("-withdrawn_at",)

    def __str__(self) -> str:
        return self.title
