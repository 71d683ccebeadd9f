"""The admin's page menu opens at the home page: with one site, nothing that people edit lies above it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from wagtail.admin.ui.sidebar import PageExplorerMenuItem
from wagtail.admin.wagtail_hooks import ExplorerMenuItem
from wagtail.models import Site
from wagtail.permissions import policy_registry

from cms.core.models import BasePage


class HomeExplorerMenuItem(ExplorerMenuItem):
    """Wagtail's item, one step further down."""

    def __init__(self, item: Any, home: int) -> None:
        super().__init__(
            item.label,
            reverse("wagtailadmin_explore", args=[home]),
            name=item.name,
            icon_name=item.icon_name,
            order=item.order,
        )
        self.home = home

    def render_component(self, request: HttpRequest) -> Any:
        return PageExplorerMenuItem(
            self.name, self.label, self.url, self.home, icon_name=self.icon_name, classname=self.classname
        )


def start_at_home(request: HttpRequest, items: list[Any]) -> None:
    """For people who may see the whole tree; others already start at what is theirs."""
    for position, item in enumerate(items):
        if isinstance(item, ExplorerMenuItem):
            start = policy_registry.get_by_type(BasePage).explorable_root_instance(request.user)
            homes = list(Site.objects.values_list("root_page", "root_page__depth")[:2])
            if start and start.depth == 1 and len(homes) == 1 and homes[0][1] == 2:
                items[position] = HomeExplorerMenuItem(item, homes[0][0])
