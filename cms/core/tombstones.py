"""Pages that were public and are gone: their address says so, with status 410, instead of “not found”."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import get_script_prefix
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.signals import page_published, page_unpublished

from cms.core.models import BasePage, Tombstone
from cms.core.visibility import in_private_section, private_paths
from cms.core.withdrawal import EXPIRED, LOG_ACTION, current_withdrawal

LONGEST_PATH = 500


def address_of(page: BasePage) -> str:
    """The page's path below the portal's prefix, with both slashes; empty for a page outside every site."""
    parts = page.get_url_parts()
    path = "/" + parts[2].removeprefix(get_script_prefix()) if parts and parts[2] else ""
    return path if len(path) <= LONGEST_PATH else ""


@receiver(page_unpublished)
def set_tombstone(instance: BasePage, **kwargs: Any) -> None:
    """Wagtail sends this for each page that leaves the public: unpublished, expired or deleted.

    Readers are told what the editor gave for a reason; nothing is told of a page in a private section.
    """
    given = current_withdrawal()
    reason = given.reason if given else EXPIRED if instance.expired else ""
    replacement = given.replacement if given else None
    if given:
        about = {"reason": reason, "replacement": replacement.title if replacement else ""}
        log(instance=instance, action=LOG_ACTION, user=given.user, data=about)
    path = address_of(instance)
    if path and BasePage.objects.filter(pk=instance.pk).exclude(in_private_section()).exists():
        told = {"title": instance.title, "reason": reason, "withdrawn_at": timezone.now()}
        kept = replacement if replacement and replacement.pk != instance.pk else None
        Tombstone.objects.update_or_create(path=path, defaults=told | {"replacement": kept})


@receiver(page_published)
def remove_tombstone(instance: BasePage, **kwargs: Any) -> None:
    if path := address_of(instance):
        Tombstone.objects.filter(path=path).delete()


class TombstoneMiddleware:
    """Turns “not found” into “gone” at the address of a tombstone. Redirects have been tried by then."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 404 or request.method not in {"GET", "HEAD"}:
            return response
        tombstone = find(request.path_info)
        return gone(request, tombstone) if tombstone else response


def find(path: str) -> Tombstone | None:
    """The tombstone at `path`, with or without the slash at its end; none where a private section is by now."""
    path = path if path.endswith("/") else f"{path}/"
    if len(path) > LONGEST_PATH or "\0" in path:
        return None
    tombstone = Tombstone.objects.filter(path=path).first()
    if tombstone is None:
        return None
    # A private page outside every site has no address; it may be the root of all, so then nothing is told.
    private = BasePage.objects.filter(path__in=private_paths())
    return None if any(path.startswith(address_of(page) or path) for page in private) else tombstone


def gone(request: HttpRequest, tombstone: Tombstone) -> HttpResponse:
    replacement = (
        BasePage.objects.visible().filter(pk=tombstone.replacement_id).first()
        if tombstone.replacement_id
        else None
    )
    context = {"tombstone": tombstone, "replacement": replacement}
    return render(request, "410.html", context, status=410)
