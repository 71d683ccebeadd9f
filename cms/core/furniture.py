"""Menus and notices around every page, as editors set them with the site's identity."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.core.cache import cache
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.http import HttpRequest

from cms.core.models import MenuItem, Notice, SiteIdentity
from cms.core.models.furniture import Leading

MORE = "看详情"
REMEMBERED = 60  # seconds


def menus(identity: SiteIdentity, request: HttpRequest) -> dict[str, list[dict[str, Any]]]:
    """Entries by menu, in the editors' order; a menu that readers would see empty is left out.

    One query, none for a site without menus of its own.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for item in rows(identity, "menu_items", request):
        if entry := leading(item, request):
            found.setdefault(item.menu, []).append({**entry, "label": item.label or item.page.title})
    return found


def shown_notices(identity: SiteIdentity, request: HttpRequest) -> list[dict[str, Any]]:
    """Notices of this hour, urgent ones first; one that leads to a hidden page stays, without the link.

    One query, none for a site without notices.
    """
    shown = [notice for notice in rows(identity, "notices", request) if notice.is_shown()]
    shown.sort(key=lambda notice: notice.level != notice.Level.URGENT)
    return [
        {
            "text": notice.text,
            "level": notice.level,
            **({**entry, "label": entry["page"].title if entry["page"] else MORE} if entry else {}),
        }
        for notice, entry in ((notice, leading(notice, request)) for notice in shown)
    ]


def rows(identity: SiteIdentity, name: str, request: HttpRequest) -> list[Any]:
    """The rows `name` of the identity with their pages, those of an unsaved form in its preview."""
    if getattr(request, "is_preview", False):
        return list(getattr(identity, name).select_related("page"))
    key = cache_key(identity.pk)
    filled = cache.get(key)
    if filled is None:
        filled = [each for each in ("menu_items", "notices") if getattr(identity, each).exists()]
        cache.set(key, filled, REMEMBERED)
    return list(getattr(identity, name).select_related("page")) if name in filled else []


def cache_key(identity_id: int) -> str:
    """Of the names of the rows that an identity has any of."""
    return f"furniture:{identity_id}"


@receiver(post_save, sender=SiteIdentity)
@receiver(post_save, sender=MenuItem)
@receiver(post_delete, sender=MenuItem)
@receiver(post_save, sender=Notice)
@receiver(post_delete, sender=Notice)
def forget(instance: Any, **kwargs: Any) -> None:
    cache.delete(cache_key(getattr(instance, "identity_id", None) or instance.pk))


def leading(row: Leading, request: HttpRequest) -> dict[str, Any] | None:
    """Where the row leads; None for a page that readers may not see, and for a row that leads nowhere."""
    if row.page:
        href = row.page.get_url(request) if row.page.is_visible() else None
        return {"page": row.page, "href": href, "is_external": False} if href else None
    if row.url:
        return {"page": None, "href": row.url, "is_external": is_external(row.url, request)}
    return None


def is_external(url: str, request: HttpRequest) -> bool:
    return urlsplit(url).netloc != request.get_host()
