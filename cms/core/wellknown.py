"""Small files that machines look for at fixed addresses: robots.txt, security.txt, the web app manifest."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import cache_control

from cms.core.metadata import absolute_url, site_identity

# RFC 9116: less than a year ahead. The file is made anew at every request, so it never runs out.
SECURITY_TXT_DAYS = 180
# The night band, on which the site's name stands.
NIGHT = "#0b1a19"
# Renderings of static/img/icon.svg; the maskable one has its ground to the edge and room around the lines.
ICONS = (
    ("img/icon.svg", "any", "image/svg+xml", "any"),
    ("img/icon-192.png", "192x192", "image/png", "any"),
    ("img/icon-512.png", "512x512", "image/png", "any"),
    ("img/icon-maskable-512.png", "512x512", "image/png", "maskable"),
)


def text_response(lines: list[str]) -> HttpResponse:
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


@cache_control(public=True, max_age=3600)
def robots(request: HttpRequest) -> HttpResponse:
    """Pages, their further pages and their data may be fetched; endless combinations of filters need not.

    The longer rule wins, so `?page=` and `?format=` right after the address are open.
    """
    root = reverse("wagtail_serve", args=("",))
    closed = [reverse("wagtailadmin_home"), f"{root}corrections/", f"{root}*?"]
    return text_response(
        [
            "User-agent: *",
            *(f"Disallow: {path}" for path in closed),
            f"Allow: {root}*?page=",
            f"Allow: {root}*?format=",
            "",
            f"Sitemap: {absolute_url(request, reverse('sitemap'))}",
        ]
    )


@cache_control(public=True, max_age=3600)
def security_txt(request: HttpRequest) -> HttpResponse:
    """Where to report a hole in the site (RFC 9116). Raises Http404 while the operator has named no contact."""
    contact = site_identity(request).security_contact
    if not contact:
        raise Http404
    expires = datetime.combine(datetime.now(UTC).date() + timedelta(days=SECURITY_TXT_DAYS), time(), UTC)
    return text_response(
        [
            f"Contact: {contact}",
            f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
            "Preferred-Languages: zh, en",
            f"Canonical: {absolute_url(request, request.path)}",
        ]
    )


@cache_control(public=True, max_age=3600)
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone shows when a reader puts the portal on its start screen."""
    identity = site_identity(request)
    root = reverse("wagtail_serve", args=("",))
    about = {
        "name": identity.name,
        "short_name": identity.short_name or identity.name,
        "description": identity.tagline,
        "lang": "zh-CN",
        "dir": "ltr",
        "start_url": root,
        "scope": root,
        "display": "minimal-ui",
        "theme_color": NIGHT,
        "background_color": NIGHT,
        "icons": [
            {"src": static(file), "sizes": sizes, "type": kind, "purpose": purpose}
            for file, sizes, kind, purpose in ICONS
        ],
    }
    return JsonResponse(
        {name: value for name, value in about.items() if value},
        content_type="application/manifest+json",
        json_dumps_params={"ensure_ascii": False},
    )
