"""Links in rich text that never lead where a reader may not go."""

from __future__ import annotations

from django.utils.html import escape
from wagtail.rich_text import LinkHandler
from wagtail.rich_text.pages import PageLinkHandler

from cms.core.inhand import record_id, taken
from cms.core.models import BasePage


class VisiblePageLinkHandler(PageLinkHandler):
    """Links to visible pages; the text of a link to any other page stays, without the link."""

    @classmethod
    def get_many(cls, attrs_list: list[dict[str, str]]) -> list[BasePage | None]:
        """One query for all links of a text, on the base table only."""
        ids = [record_id(attrs) for attrs in attrs_list]
        pages = taken(BasePage)
        if pages is None:
            pages = BasePage.objects.visible().only("id", "url_path", "depth", "path").in_bulk(ids)
        return [pages.get(pk) for pk in ids]

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict[str, str]]) -> list[str]:
        return [f'<a href="{escape(page.url)}">' if page else "<a>" for page in cls.get_many(attrs_list)]


class ExternalLinkHandler(LinkHandler):
    """Links to other sites say so: the style sheet marks them, and a reader knows before leaving."""

    identifier = "external"

    @classmethod
    def expand_db_attributes(cls, attrs: dict[str, str]) -> str:
        return f'<a href="{escape(attrs["href"])}" rel="external">'
