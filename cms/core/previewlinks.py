"""Links by which people without an account read a page's draft: signed, for a time, revocable, on record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin import messages

from cms.core.chores import Beat, Task
from cms.core.models import BasePage, PreviewLink, PreviewVisit

KEPT_DAYS = 183  # of visits, as of other logs (网络安全法)
VALIDITY = {1: "1天", 3: "3天", 7: "7天", 30: "30天"}
LONGEST_TOKEN = 80
_signer = signing.Signer(salt="cms.core.previewlinks", sep=".")


def token_of(link: PreviewLink) -> str:
    return _signer.sign(str(link.pk))


def address_of(request: HttpRequest, link: PreviewLink) -> str:
    return request.build_absolute_uri(reverse("draft-preview", args=[token_of(link)]))


def link_of(token: str) -> PreviewLink | None:
    """The link that was given out as `token`, open or not; None for one that never was."""
    try:
        pk = int(_signer.unsign(token)) if len(token) <= LONGEST_TOKEN else 0
    except (signing.BadSignature, ValueError):
        return None
    return PreviewLink.objects.filter(pk=pk).first()


@require_safe
def draft_preview(request: HttpRequest, token: str) -> HttpResponse:
    """The latest draft as readers would see it, around it only what is public.

    404 for a false address, 410 for one that has run out or was revoked; neither tells of the page.
    """
    link = link_of(token)
    page = BasePage.objects.filter(pk=link.page_id).first() if link else None
    if link is None or page is None:
        response = render(request, "preview/closed.html", {"is_false": True}, status=404)
    elif not link.is_open:
        response = render(request, "preview/closed.html", status=410)
    else:
        if request.method == "GET":
            PreviewVisit.objects.create(link=link)
        response = drawn(request, link, page.specific.get_latest_revision_as_object())
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"  # the address is the key
    return response


def drawn(request: HttpRequest, link: PreviewLink, draft: Any) -> HttpResponse:
    """Whoever opens the link sees what the public would see, signed in or not."""
    request.user = AnonymousUser()
    request.draft_preview = link  # type: ignore[attr-defined]
    draft.expire_at = None
    response: Any = draft.serve_preview(request, draft.default_preview_mode)
    if hasattr(response, "render") and not response.is_rendered:
        response.render()
    return response


def prune_preview_visits(beat: Beat) -> str:
    """Forgets visits after `KEPT_DAYS`."""
    old = PreviewVisit.objects.filter(at__lt=timezone.now() - timedelta(days=KEPT_DAYS))
    forgotten = old.delete()[0]
    return f"清理预览记录{forgotten}条" if forgotten else ""


PRUNING = Task(
    name="prune-preview-visits", label="清理预览记录", every=timedelta(days=1), work=prune_preview_visits
)


# In the admin


class LinkForm(forms.ModelForm):
    days = forms.TypedChoiceField(label="有效期", choices=list(VALIDITY.items()), coerce=int, initial=3)

    class Meta:
        model = PreviewLink
        fields = ("purpose",)
        help_texts = {"purpose": "例：请李工核对参数。只有编辑部看得到。"}
        error_messages = {"purpose": {"required": "请写明给谁看、为什么。"}}


@require_http_methods(["GET", "HEAD", "POST"])
def preview_links(request: HttpRequest, page_id: int) -> HttpResponse:
    """The links of a page, and a form for another one; for those who may edit the page."""
    page = editable_page(request, page_id)
    form = LinkForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        link: PreviewLink = form.save(commit=False)
        link.page, link.created_by = page, request.user  # type: ignore[assignment]
        link.expires_at = timezone.now() + timedelta(days=form.cleaned_data["days"])
        link.save()
        messages.success(request, "已创建预览链接，可以复制给对方。")
        return redirect("preview-links", page.pk)
    links = page.preview_links.select_related("created_by").annotate(
        visit_count=Count("visits"), last_visit=Max("visits__at")
    )
    rows = [{"link": link, "address": address_of(request, link)} for link in links[:50]]
    context = {"page": page, "form": form, "rows": rows}
    return TemplateResponse(request, "preview/links.html", context)


@require_POST
def revoke_preview_link(request: HttpRequest, page_id: int, pk: int) -> HttpResponse:
    page = editable_page(request, page_id)
    link = get_object_or_404(page.preview_links, pk=pk)
    if link.revoked_at is None:
        link.revoked_at = timezone.now()
        link.save(update_fields=["revoked_at"])
    messages.success(request, f"已撤销“{link.purpose}”的预览链接，它不能再打开。")
    return redirect("preview-links", page.pk)


def editable_page(request: HttpRequest, page_id: int) -> Any:
    """Raises Http404, and PermissionDenied for who may not edit the page."""
    page = get_object_or_404(BasePage.objects.filter(depth__gt=1), pk=page_id)
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    return page
