"""合规体检, 外部链接 and 年度报表 in the menu 报告."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from cms.review.checkup.views import CheckupView, YearlyView, may_inspect
from cms.review.links.views import ExternalLinksView, decide


class InspectionItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_inspect(request.user)


@hooks.register("register_admin_urls")
def checkup_urls() -> list[URLPattern]:
    return [
        path("checkup/", CheckupView.as_view(), name="checkup"),
        path("checkup/yearly/", YearlyView.as_view(), name="yearly_report"),
        path("external-links/", ExternalLinksView.as_view(), name="external_links"),
        path(
            "external-links/results/",
            ExternalLinksView.as_view(results_only=True),
            name="external_links_results",
        ),
        path("external-links/<int:pk>/", decide, name="external_link_decide"),
    ]


@hooks.register("register_reports_menu_item")
def checkup_item() -> MenuItem:
    return InspectionItem(
        "合规体检", reverse("checkup"), name="checkup", icon_name="clipboard-list", order=10
    )


@hooks.register("register_reports_menu_item")
def external_links_item() -> MenuItem:
    return InspectionItem(
        "外部链接", reverse("external_links"), name="external-links", icon_name="link-external", order=20
    )


@hooks.register("register_reports_menu_item")
def yearly_item() -> MenuItem:
    return InspectionItem(
        "年度报表", reverse("yearly_report"), name="yearly-report", icon_name="calendar-alt", order=30
    )
