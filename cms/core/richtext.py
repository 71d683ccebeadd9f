"""Links in rich text that never lead where a reader may not go."""

from __future__ import annotations

from django.utils.html import escape
from wagtail.rich_text import LinkHandler
from wagtail.rich_text.pages import PageLinkHandler

from cms.core.models import BasePage


class VisiblePageLinkHandler(PageLinkHandler):
    """Links to visible pages; the text of a link to any other page stays, without the link."""

    @classmethod
    def get_many(cls, attrs_list: list[dict[str, str]]) -> list[BasePage | None]:
        """One query for all links of a text, on the base table only."""
        ids = {attrs["id"] for attrs in attrs_list if str(attrs.get("id", "")).isdigit()}
        pages = BasePage.objects.visible().filter(pk__in=ids).only("id", "url_path", "depth", "path")
        found = {str(page.pk): page for page in pages}
        return [found.get(str(attrs.get("id"))) for attrs in attrs_list]

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict[str, str]]) -> list[str]:
        return [f'<a href="{escape(page.url)}">' if page else "<a>" for page in cls.get_many(attrs_list)]


class ExternalLinkHandler(LinkHandler):
    """Links to other sites say so: the style sheet marks them, and a reader knows before leaving."""

    identifier = "external"

    @classmethod
    def expand_db_attributes(cls, attrs: dict[str, str]) -> str:
        return f'<a href="{escape(attrs["href"])}" rel="external">'
