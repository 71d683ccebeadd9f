"""What stands around every page of a site, edited with its identity: menus and notices."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, PageChooserPanel

from cms.core.models.orderable import Orderable


class Leading(Orderable):
    """A row that leads to a page of the portal or to an address."""

    page = models.ForeignKey(
        "core.BasePage",
        verbose_name="页面",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    url = models.URLField("或网址", blank=True, help_text="以http或https开头；站外地址会提示读者将离开本站。")

    class Meta(Orderable.Meta):
        abstract = True


class MenuItem(Leading):
    """An entry of a menu. A menu without entries fills itself with the site's columns."""

    class Menu(models.TextChoices):
        MAIN = "main", "主菜单"
        FOOTER = "footer", "页脚"

    identity = ParentalKey("core.SiteIdentity", on_delete=models.CASCADE, related_name="menu_items")
    menu = models.CharField("位置", max_length=8, choices=Menu, default=Menu.MAIN)
    label = models.CharField("文字", max_length=20, blank=True, help_text="留空时用页面的标题。")

    panels = [
        FieldRowPanel([FieldPanel("menu"), FieldPanel("label")]),
        PageChooserPanel("page"),
        FieldPanel("url"),
    ]

    class Meta(Leading.Meta):
        verbose_name = "菜单项"
        verbose_name_plural = "菜单项"

    def __str__(self) -> str:
        return self.label or (self.page.title if self.page else self.url)

    def clean(self) -> None:
        super().clean()
        if bool(self.page) == bool(self.url):
            raise ValidationError({"url": "请选一个页面，或填一个网址；二者选一。"})
        if self.url and not self.label:
            raise ValidationError({"label": "网址没有标题，请填写文字。"})


class Notice(Leading):
    """A line above every page, for a time (例：维护通知)."""

    class Level(models.TextChoices):
        INFO = "info", "一般"
        URGENT = "urgent", "紧急"

    identity = ParentalKey("core.SiteIdentity", on_delete=models.CASCADE, related_name="notices")
    text = models.CharField("内容", max_length=120)
    level = models.CharField("级别", max_length=8, choices=Level, default=Level.INFO)
    starts_at = models.DateTimeField("开始显示", null=True, blank=True)
    ends_at = models.DateTimeField("停止显示", null=True, blank=True)

    panels = [
        FieldPanel("text"),
        FieldPanel("level"),
        FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
        PageChooserPanel("page"),
        FieldPanel("url"),
    ]

    class Meta(Leading.Meta):
        verbose_name = "公告"
        verbose_name_plural = "公告"
        constraints: list[Any] = [
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True) | Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="notice_ends_after_start",
                violation_error_message="停止显示早于开始显示。",
            )
        ]

    def __str__(self) -> str:
        return self.text

    def clean(self) -> None:
        super().clean()
        if self.page and self.url:
            raise ValidationError({"url": "页面和网址只填一个。"})

    def is_shown(self) -> bool:
        now = timezone.now()
        started = self.starts_at is None or self.starts_at <= now
        return started and (self.ends_at is None or now < self.ends_at)
