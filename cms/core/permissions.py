"""Who may do what with a page. Apps above (the review) may put a stricter tester in the place of Wagtail's."""

from __future__ import annotations

from typing import Any

from wagtail.models import PagePermissionTester

# The last one decides.
page_testers: list[type[PagePermissionTester]] = [PagePermissionTester]


def page_tester(user: Any, page: Any) -> PagePermissionTester:
    return page_testers[-1](user, page)
