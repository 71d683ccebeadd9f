"""All public tables: each as CSV and JSON, and the Frictionless data package that describes them."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.views.decorators.http import require_safe

from cms.core.api.views import open_to_all
from cms.core.metadata import absolute_url
from cms.core.models import SiteIdentity
from cms.core.tables import csv_response, json_stream
from industries.api.views import json
from industries.rows import all_rows
from industries.tables import TABLES


@require_safe
def table(request: HttpRequest, name: str, format: str) -> Any:
    """Every public row of one table as csv or json. Raises Http404 for another name or format."""
    found = next((table for table in TABLES if table.name == name), None)
    if found is None or format not in {"csv", "json"}:
        raise Http404
    rows = all_rows(request, name)
    if format == "csv":
        return open_to_all(csv_response(found, rows, name))
    address = absolute_url(request, request.path)
    return open_to_all(json_stream(found, rows, title=found.title, address=address))


@require_safe
def data_package(request: HttpRequest) -> Any:
    """`datapackage.json`: what tables there are, their columns, keys and what refers to what."""
    name = SiteIdentity.for_request(request).name
    return json(
        {
            "profile": "tabular-data-package",
            "name": "changchun-industry",
            "title": f"{name}开放数据",
            "description": "网站上公开的数值、陈述、来源和页面，与网站同时更新。",
            "homepage": absolute_url(request, reverse("wagtail_serve", args=("",))),
            "resources": [resource(item) for item in TABLES],
        }
    )


def resource(item: Any) -> dict[str, Any]:
    """Its path is relative to the package, so that a downloaded copy of all files is a package too."""
    described = {"description": item.description} if item.description else {}
    return {
        "profile": "tabular-data-resource",
        "name": item.name,
        "title": item.title,
        **described,
        "path": f"tables/{item.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": item.schema(TABLES),
    }
