"""Absolute addresses of what readers may cite."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from cms.core.metadata import absolute_url
from cms.core.models import BasePage


def page_address(request: HttpRequest, page: BasePage) -> str:
    return absolute_url(request, page.get_url(request) or "/")


def fact_address(request: HttpRequest, key: str) -> str:
    return absolute_url(request, reverse("fact", args=[key]))
