from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from home.dashboard import with_dashboard
from home.explorer import start_at_home
from home.guide import editors_guide
from home.styleguide import style_guide


@hooks.register("register_admin_urls")
def style_guide_url() -> list[URLPattern]:
    return [path("style-guide/", style_guide, name="style-guide")]


@hooks.register("register_admin_urls")
def editors_guide_url() -> list[URLPattern]:
    return [path("guide/", editors_guide, name="editors-guide")]


@hooks.register("register_help_menu_item")
def editors_guide_item() -> MenuItem:
    return MenuItem("编辑指南", reverse("editors-guide"), icon_name="help", order=10)


@hooks.register("construct_help_menu")
def only_help_in_chinese(request: HttpRequest, items: list[Any]) -> None:
    """Wagtail's guide and its news are in English, on its own site."""
    items[:] = [item for item in items if not item.url.startswith("https://guide.wagtail.org/")]


@hooks.register("register_settings_menu_item")
def style_guide_item() -> MenuItem:
    return MenuItem("样式指南", reverse("style-guide"), icon_name="view", order=900)


@hooks.register("construct_homepage_panels")
def dashboard(request: HttpRequest, panels: list[Any]) -> None:
    panels[:] = with_dashboard(request.user, panels)


hooks.register("construct_main_menu", start_at_home)
