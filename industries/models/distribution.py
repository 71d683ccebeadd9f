from __future__ import annotations

from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField

from cms.core.models import BasePage


class DistributionPage(BasePage):
    """分布: which places carry which sectors, and where they stand in the value chain. No map."""

    intro = RichTextField("导语", blank=True, features=["bold", "link"])

    template = "industries/distribution.html"
    max_count = 1
    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []
    content_type_key = "distribution"
    content_ordered = True
    content_fields = (*BasePage.content_fields, "intro")
    content_panels = [*BasePage.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = "分布页"
        verbose_name_plural = "分布页"
