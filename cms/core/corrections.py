"""纠错: readers say what is wrong. A form without cookies, so that anonymous readers stay anonymous.

In the place of a CSRF token stands the browser's own word for where a request comes from; in the place of a
captcha a field that people never see, and a limit by client address.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cms.core.metadata import optional_url, view_metadata
from cms.core.models import BasePage, CorrectionRequest

SHORTEST, LONGEST = 5, 2000
AN_HOUR = 3600
REQUESTS_AN_HOUR = 5
PAGE_ID_DIGITS = 9

# What a fact says in a few words, by its key; None for one that is not there or that readers may not see.
FactWords = Callable[[str], str | None]
fact_words: list[FactWords] = []


class CorrectionForm(forms.Form):
    text = forms.CharField(
        label="哪里不对",
        min_length=SHORTEST,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text="写明原文怎样、您认为应当怎样；有依据的请附上出处。",
        error_messages={
            "required": "请写明哪里不对。",
            "min_length": f"请至少写{SHORTEST}个字，让编辑看得懂指的是什么。",
            "max_length": f"最多{LONGEST}个字，请删短一些。",
            "null_characters_not_allowed": "内容里有无法保存的控制字符，请删去后再提交。",
        },
    )
    contact = forms.CharField(
        label="联系方式（可不填）",
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "email"}),
        help_text="电话或邮箱，只用于就这条意见答复您，不公开，不作其他用途。",
        error_messages={
            "max_length": "联系方式最多120个字。",
            "null_characters_not_allowed": "内容里有无法保存的控制字符，请删去后再提交。",
        },
    )


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def correction_request(request: HttpRequest) -> HttpResponse:
    """The form, about the page `?page=` and the fact `?fact=` where these are visible.

    Answers 400 for what the form does not accept, 403 for a request from another site, 429 over the limit:
    always with the form and the reader's words in it.
    """
    asked = request.POST if request.method == "POST" else request.GET
    page = asked_page(asked.get("page", ""))
    fact = asked_fact(asked.get("fact", ""))
    if request.method != "POST":
        return form_page(request, CorrectionForm(), page, fact)

    form = CorrectionForm(request.POST)
    if not from_this_site(request):
        problem = "没有提交：浏览器没有说明这次提交来自本站页面。您写的内容还在，请直接在本页再提交一次。"
        return form_page(request, form, page, fact, problem, status=403)
    if not form.is_valid():
        return form_page(request, form, page, fact, "还没有提交，请先改正下面的内容。", status=400)
    if request.POST.get("website"):  # only programs see this field
        return thanks_redirect(page)
    if not within_limit(request):
        problem = f"没有提交：同一网络每小时最多提交{REQUESTS_AN_HOUR}条。您写的内容还在，请过一会儿再试。"
        return form_page(request, form, page, fact, problem, status=429)
    CorrectionRequest.objects.create(
        page=page,
        address=address_of(page, fact)[:500],
        fact_key=fact[0] if fact else "",
        text=form.cleaned_data["text"],
        contact=form.cleaned_data["contact"],
    )
    return thanks_redirect(page)


def correction_thanks(request: HttpRequest) -> HttpResponse:
    """What a reader sees after sending the form, with the way back to the page it was about."""
    title = "收到了，谢谢"
    metadata = view_metadata(request, title=title, description="纠错意见已经收到。", robots="noindex")
    context = {"metadata": metadata, "about": asked_page(request.GET.get("page", ""))}
    return render(request, "corrections/thanks.html", context)


def form_page(
    request: HttpRequest,
    form: CorrectionForm,
    page: BasePage | None,
    fact: tuple[str, str] | None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    metadata = view_metadata(request, title="纠错", description="告诉编辑页面上哪里不对。", robots="noindex")
    context: dict[str, Any] = {
        "metadata": metadata,
        "form": form,
        "about": page,
        "fact_key": fact[0] if fact else "",
        "fact_text": fact[1] if fact else "",
        "fact_url": optional_url("fact", fact[0]) if fact else "",
        "problem": problem,
    }
    return render(request, "corrections/new.html", context, status=status)


def thanks_redirect(page: BasePage | None) -> HttpResponse:
    query = f"?page={page.pk}" if page else ""
    return redirect(reverse("correction-thanks") + query)


def asked_page(text: str) -> BasePage | None:
    """The visible page with this id; None for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) <= PAGE_ID_DIGITS):
        return None
    found: BasePage | None = BasePage.objects.visible().filter(pk=int(text), depth__gt=1).first()
    return found


def asked_fact(key: str) -> tuple[str, str] | None:
    """Key and words of the visible fact; None for anything else."""
    if not key or "\0" in key:
        return None
    words = next(filter(None, (find(key) for find in fact_words)), None)
    return (key, words) if words else None


def address_of(page: BasePage | None, fact: tuple[str, str] | None) -> str:
    """Where the reader was: the page, or the fact's own address."""
    if page:
        return page.url or ""
    return optional_url("fact", fact[0]) if fact else ""


def from_this_site(request: HttpRequest) -> bool:
    """Whether the browser says that a page of this site sent the request.

    Both headers are set by the browser itself; one that sends neither is refused.
    """
    told = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if told is None and origin is None:
        return False
    own = {f"{request.scheme}://{request.get_host()}", settings.ORIGIN}
    return told in {None, "same-origin"} and (origin is None or origin in own)


def within_limit(request: HttpRequest) -> bool:
    """Counts this request; False from the sixth in an hour. Only a hash of the address is kept, for the hour.

    With the cache in each process's memory (the default on one machine) the limit holds per process.
    """
    digest = hashlib.sha256(f"{settings.SECRET_KEY}\0{client_network(request)}".encode()).hexdigest()
    key = f"correction:{digest}"
    cache.add(key, 0, AN_HOUR)
    try:
        return bool(cache.incr(key) <= REQUESTS_AN_HOUR)
    except ValueError:  # ran out between the two calls
        return True


def client_network(request: HttpRequest) -> str:
    """The client's address; of IPv6 the /64 that one household has.

    A proxy on this machine or in its private network names the client it forwards for as the last entry of
    X-Forwarded-For. From anywhere else that header is the client's own word, and is not believed: behind a
    proxy with a public address all readers count as one.
    """
    peer = request.META.get("REMOTE_ADDR", "")
    forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    try:
        address = parsed_address(peer)
        if address.is_private and forwarded:
            address = parsed_address(forwarded)
    except ValueError:
        return peer
    if address.version == 6:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def parsed_address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """An address; one of IPv4 also where a dual-stack socket writes it as ::ffff:192.0.2.1. Raises ValueError."""
    address = ipaddress.ip_address(text)
    return getattr(address, "ipv4_mapped", None) or address
