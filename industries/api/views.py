"""The addresses of the API, its table of contents and its OpenAPI document."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.urls import path, reverse
from django.views.decorators.http import require_safe
from wagtail.api.v2.router import WagtailAPIRouter

from cms.core.api.openapi import document
from cms.core.api.views import EndpointView, open_to_all, unknown_address
from cms.core.metadata import absolute_url
from cms.core.models import SiteIdentity
from industries.api.facts import ENDPOINTS as FACT_ENDPOINTS
from industries.api.pages import PAGES

ENDPOINTS = (PAGES, *FACT_ENDPOINTS)

router = WagtailAPIRouter("api")
for endpoint in ENDPOINTS:
    view = type(f"{endpoint.name.title()}View", (EndpointView,), {"endpoint": endpoint})
    router.register_endpoint(endpoint.name, view)


def json(data: Any) -> Any:
    return open_to_all(JsonResponse(data, json_dumps_params={"ensure_ascii": False}))


@require_safe
def contents(request: HttpRequest) -> Any:
    """What the API offers, with addresses."""
    root = absolute_url(request, reverse("api-root"))
    return json(
        {
            "openapi": absolute_url(request, reverse("openapi")),
            "endpoints": [
                {"title": e.title, "description": e.description, "address": f"{root}{e.name}/"}
                for e in ENDPOINTS
            ],
        }
    )


@require_safe
def openapi(request: HttpRequest) -> Any:
    name = SiteIdentity.for_request(request).name
    return json(
        document(
            ENDPOINTS,
            title=f"{name}数据接口",
            description="只读，不需要登录或密钥。只给出公开的内容，与网站页面一致。",
            server=absolute_url(request, reverse("api-root")),
        )
    )


endpoint_urls, _, _ = router.urls
urlpatterns = [
    path("", contents, name="api-root"),
    path("openapi.json", openapi, name="openapi"),
    *endpoint_urls,
    path("<path:rest>/", unknown_address),
]
