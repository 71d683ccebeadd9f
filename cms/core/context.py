"""What the frame around every public page needs: the site's identity and its main menu."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from wagtail.models import Site

from cms.core.models import BasePage, SiteIdentity


def site_furniture(request: HttpRequest) -> dict[str, Any]:
    """Lazy: templates that do not show the frame (the admin's) ask the database for nothing."""
    return {
        "identity": SimpleLazyObject(lambda: SiteIdentity.for_request(request)),
        "main_menu": SimpleLazyObject(lambda: main_menu(request)),
    }


def main_menu(request: HttpRequest) -> list[BasePage]:
    """Visible pages right below the home page that editors marked for menus, in tree order."""
    site = Site.find_for_request(request)
    if site is None:
        return []
    return list(
        BasePage.objects.child_of(site.root_page)
        .filter(show_in_menus=True)
        .visible()
        .only("id", "title", "url_path", "path", "depth", "slug")
        .order_by("path")
    )
