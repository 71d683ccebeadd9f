from django.db import models
from wagtail.admin.panels import FieldPanel


class Hue(models.TextChoices):
    PINE = "pine", "松绿"
    AMBER = "amber", "琥珀"
    IRIS = "iris", "鸢尾"


class Tier(models.Model):
    """A group of sectors in the city's plan. Data, not an enum: the next plan changes it."""

    key = models.SlugField("标识", max_length=40, unique=True)
    name = models.CharField("简称", max_length=20, help_text="例：3转。")
    title = models.CharField("名称", max_length=60, help_text="例：传统产业转型。")
    strategy = models.CharField("思路", max_length=200, blank=True)
    size = models.PositiveSmallIntegerField(
        "规划的产业数", null=True, blank=True, help_text="规划中这一层级有几个产业，可能多于本站已列出的。"
    )
    hue = models.CharField("颜色", max_length=8, choices=Hue, default=Hue.PINE)
    order = models.PositiveSmallIntegerField("顺序", default=0)
    note = models.CharField("说明", max_length=300, blank=True, help_text="对读者公开。")

    content_fields = ("key", "name", "title", "strategy", "size", "hue", "order", "note")
    panels = [
        FieldPanel(name) for name in ("name", "title", "strategy", "size", "hue", "order", "note", "key")
    ]

    class Meta:
        verbose_name = "产业层级"
        verbose_name_plural = "产业层级"
        ordering = ("order",)

    def __str__(self) -> str:
        return f"{self.name}（{self.title}）"
