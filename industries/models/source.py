from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.search import index

from industries.period import PeriodField, label


class SourceKind(models.TextChoices):
    OFFICIAL = "official", "官方"
    MEDIA = "media", "媒体"
    ENTERPRISE = "enterprise", "企业"


class Source(index.Indexed, models.Model):
    """A publication that facts rest on. What is not known of it stays empty and is shown as unknown."""

    key = models.SlugField("标识", max_length=80, unique=True, help_text="内容文件中引用它的名字。")
    title = models.CharField("标题", max_length=200)
    publisher = models.CharField("发布者", max_length=120, blank=True)
    kind = models.CharField("类别", max_length=12, choices=SourceKind)
    published = PeriodField("发表时间")
    url = models.URLField("地址", blank=True, max_length=500)
    note = models.CharField("说明", max_length=300, blank=True, help_text="对读者公开。")

    content_fields = ("key", "title", "publisher", "kind", "published", "url", "note")
    search_fields = [index.SearchField("title"), index.AutocompleteField("title")]
    panels = [FieldPanel(name) for name in ("title", "publisher", "kind", "published", "url", "note", "key")]

    class Meta:
        verbose_name = "来源"
        verbose_name_plural = "来源"
        ordering = ("key",)

    def __str__(self) -> str:
        return f"《{self.title}》" if not self.title.endswith("）") else self.title

    @property
    def published_label(self) -> str:
        return label(self.published)
