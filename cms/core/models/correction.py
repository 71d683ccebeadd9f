from django.db import models
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from cms.core.models.orderable import Orderable


class CorrectionRequest(models.Model):
    """What a reader holds to be wrong on a page (纠错), and what came of it."""

    class State(models.TextChoices):
        NEW = "new", "未处理"
        ACCEPTED = "accepted", "已更正"
        DECLINED = "declined", "不采纳"

    page = models.ForeignKey(
        "core.BasePage",
        verbose_name="页面",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="correction_requests",
    )
    address = models.CharField("页面地址", max_length=500, blank=True)
    fact_key = models.CharField("事实标识", max_length=80, blank=True)
    text = models.TextField("哪里不对", max_length=2000)
    contact = models.CharField("联系方式", max_length=120, blank=True)
    created_at = models.DateTimeField("提交时间", auto_now_add=True)
    state = models.CharField("处理状态", max_length=10, choices=State, default=State.NEW)
    answer = models.TextField("处理说明", blank=True, max_length=2000)
    answered_at = models.DateTimeField("处理时间", null=True, blank=True)

    panels = [
        MultiFieldPanel(
            [FieldPanel(name, read_only=True) for name in ("address", "fact_key", "text", "contact")],
            "读者的话",
        ),
        MultiFieldPanel([FieldPanel("state"), FieldPanel("answer")], "处理"),
    ]

    class Meta:
        verbose_name = "读者纠错"
        verbose_name_plural = "读者纠错"
        ordering = ("-created_at",)
        indexes = [models.Index(fields=["state", "created_at"], name="correction_by_state")]

    def __str__(self) -> str:
        return self.text[:60]


class Correction(Orderable):
    """A mistake that was put right, told to readers. Subclasses say of what (a ParentalKey)."""

    made_on = models.DateField("更正日期")
    text = models.CharField("更正说明", max_length=300, help_text="原来怎样，现在怎样，为什么。对读者公开。")

    content_fields = ("made_on", "text")
    panels = [FieldPanel("made_on"), FieldPanel("text")]

    class Meta(Orderable.Meta):
        abstract = True
        verbose_name = "更正"
        verbose_name_plural = "更正"
