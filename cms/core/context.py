"""What the frame around every public page needs: the site's identity and its top pages."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from wagtail.models import Site

from cms.core.display import is_simple, simple_address
from cms.core.furniture import menus, shown_notices
from cms.core.models import BasePage, SiteIdentity


def site_furniture(request: HttpRequest) -> dict[str, Any]:
    """Lazy: templates that do not show the frame (the admin's) ask the database for nothing."""
    return {
        "identity": SimpleLazyObject(lambda: SiteIdentity.for_request(request)),
        "menus": SimpleLazyObject(lambda: menus(SiteIdentity.for_request(request), request)),
        "notices": SimpleLazyObject(lambda: shown_notices(SiteIdentity.for_request(request), request)),
        "draft_preview": getattr(request, "draft_preview", None),
        "top_pages": SimpleLazyObject(lambda: top_pages(request)),
        "simple_view": is_simple(request),
        "other_view": simple_address(request),
    }


def top_pages(request: HttpRequest) -> dict[str, Any]:
    """The home page, the columns (marked for menus) and the other visible pages right below it."""
    site = Site.find_for_request(request)
    if site is None:
        return {"home": None, "columns": [], "others": []}
    pages = list(
        BasePage.objects.child_of(site.root_page)
        .visible()
        .only("id", "title", "url_path", "path", "depth", "slug", "show_in_menus", "content_type")
        .order_by("path")
    )
    return {
        "home": site.root_page,
        "columns": [page for page in pages if page.show_in_menus],
        "others": [page for page in pages if not page.show_in_menus],
        "by_type": {page.cached_content_type.model: page for page in pages},
    }
