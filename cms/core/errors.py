"""What readers get instead of a page: not found with near addresses, refused, failed, or out of service."""

from __future__ import annotations

import base64
import hashlib
import re
import sys
from difflib import get_close_matches
from functools import cache
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from wagtail.models import Site

from cms.core.models import BasePage

CANDIDATES = 400
NEAR = 6
RETRY_AFTER = 120  # seconds
SLUG = re.compile(r"[-\w]{2,80}")
HAN = re.compile(r"[一-鿿]{1,20}")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 with a search form and up to `NEAR` visible pages whose address is like the one asked for."""
    slugs = [part for part in request.path_info.split("/") if part]
    words = HAN.search(slugs[-1]) if slugs else None
    context = {"near": near_pages(request, slugs), "words": words[0] if words else ""}
    return render(request, "404.html", context, status=404)


def near_pages(request: HttpRequest, slugs: list[str]) -> list[BasePage]:
    """Visible pages with the last part of the address for slug, or with a slug like it in the same column.

    Two queries, over at most `CANDIDATES` pages of the column.
    """
    site = Site.find_for_request(request)
    if site is None or not slugs or not SLUG.fullmatch(slugs[-1]):
        return []
    last = slugs[-1].lower()
    root: BasePage = site.root_page
    columns = BasePage.objects.visible().descendant_of(root)
    fields = ("id", "title", "slug", "url_path", "path", "depth", "content_type")
    same = list(columns.filter(slug=last).only(*fields).order_by("depth", "path")[:NEAR])
    near = Q(depth=root.depth + 1)
    if len(slugs) > 1 and SLUG.fullmatch(slugs[0]):
        near |= Q(url_path__startswith=f"{root.url_path}{slugs[0]}/")
    others = list(columns.filter(near).only(*fields).order_by("depth", "path")[:CANDIDATES])
    alike = set(get_close_matches(last, {page.slug for page in others}, n=NEAR, cutoff=0.6))
    known = {page.pk for page in same}
    found = same + [page for page in others if page.slug in alike and page.pk not in known]
    return found[:NEAR]


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 for what makes no sense as a request (too many parameters, a foreign host). Needs no database."""
    return plain_page("400.html", 400)


def failed(request: HttpRequest) -> HttpResponse:
    """500; or 503 with a time to come back where the database is what failed. Needs neither."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        response = plain_page("503.html", 503)
        response["Retry-After"] = str(RETRY_AFTER)
        return response
    return plain_page("500.html", 500)


def plain_page(name: str, status: int) -> HttpResponse:
    """A file from the templates, with the way home below the sub-path. Its own style sheet is allowed by its digest."""
    html, digests = plain_file(name)
    html = html.replace('href="/"', f'href="{settings.PREFIX}/"')
    response = HttpResponse(html, status=status)
    response["Cache-Control"] = "no-store"
    response._csp_update = {"style-src": digests}  # type: ignore[attr-defined]
    return response


@cache
def plain_file(name: str) -> tuple[str, list[Any]]:
    """The file's text, and the digests of its style sheets as a security policy names them."""
    html = (settings.ROOT / "cms" / "templates" / name).read_text(encoding="utf-8")
    styles = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() for style in styles]
    return html, [f"'sha256-{digest}'" for digest in digests]
