"""The one place that builds what a page says of itself to machines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest

if TYPE_CHECKING:
    from cms.core.models import BasePage


@dataclass(frozen=True, kw_only=True)
class Metadata:
    title: str
    description: str
    canonical: str
    og_type: str = "website"


def absolute_url(request: HttpRequest, path: str) -> str:
    """`path` (with the sub-path prefix) under `BASE_URL`, or under the host the reader used."""
    return f"{settings.ORIGIN}{path}" if settings.ORIGIN else request.build_absolute_uri(path)


def page_metadata(page: BasePage, request: HttpRequest) -> Metadata:
    return Metadata(
        title=page.seo_title or page.title,
        description=page.description,
        canonical=absolute_url(request, page.get_url(request) or request.path),
        og_type=page.og_type,
    )
