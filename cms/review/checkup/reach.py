"""Do the home page, the search and the site map answer, and how fast? Asked within this process."""

from __future__ import annotations

import time
from functools import cache
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.urls import get_script_prefix, get_urlconf, reverse, set_urlconf
from wagtail.models import Site

from cms.review.checkup import NOTICE, OWN, Concern, Group, Level, Verdict, found, inspection, ok

# The rule counts a site as not reachable after this; we warn long before.
TOO_SLOW, SLOW = 15.0, 3.0


@cache
def handler() -> BaseHandler:
    ready = BaseHandler()
    ready.load_middleware()
    return ready


def ask(path: str, host: str) -> tuple[int, float]:
    """Status and seconds of a GET for `path` (with the sub-path prefix) as a reader without cookies."""
    prefix = get_script_prefix().rstrip("/")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": prefix,
        "PATH_INFO": urlsplit(path).path.removeprefix(prefix) or "/",
        "QUERY_STRING": "",
        "SERVER_NAME": host,
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": host,
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "https",
        "wsgi.input": BytesIO(),
    }
    # A production site behind a proxy sends everything else to HTTPS.
    if header := settings.SECURE_PROXY_SSL_HEADER:
        environ[header[0]] = header[1]
    urlconf, began = get_urlconf(), time.perf_counter()
    try:
        response = handler().get_response(WSGIRequest(environ))
        if response.streaming:
            for _ in response:
                pass
    finally:
        set_urlconf(urlconf)
    return response.status_code, time.perf_counter() - began


def host_of(site: Site) -> str:
    return urlsplit(settings.ORIGIN).hostname or str(site.hostname)


@inspection(
    "home-slow",
    title="首页打开时间",
    group=Group.REACH,
    rule="首页15秒之内打开；本站约定超过3秒提醒。这里量的是服务器生成首页的时间，不含网络传输。",
    basis=f"{NOTICE}；{OWN}",
)
def home_opens() -> Verdict:
    site = Site.objects.filter(is_default_site=True).first()
    if site is None:
        return Verdict(Level.FAIL, "没有默认站点，首页打不开。")
    status, seconds = ask(get_script_prefix(), host_of(site))
    if status != 200:
        return Verdict(Level.FAIL, f"首页没有正常打开（应答{status}）。")
    said = f"服务器用{seconds:.2f}秒生成首页。"
    if seconds >= SLOW:
        return Verdict(Level.FAIL if seconds >= TOO_SLOW else Level.WARN, said)
    return ok(said)


@inspection(
    "search-and-map",
    title="搜索和网站地图",
    group=Group.REACH,
    rule="有站内搜索、供读者看的网站地图和供搜索引擎用的sitemap.xml，都打得开。",
    basis="政府网站发展指引",
)
def search_and_map_answer() -> Verdict:
    site = Site.objects.filter(is_default_site=True).first()
    host = host_of(site) if site else "localhost"
    names = {"search": "站内搜索", "site-map": "网站地图", "sitemap": "sitemap.xml"}
    concerns = []
    for name, label in names.items():
        path = reverse(name)
        status, _ = ask(path, host)
        if status != 200:
            concerns.append(Concern(label, path, f"应答{status}"))
    if concerns:
        return found(Level.FAIL, "{n}个地址没有正常打开。", concerns)
    return ok("站内搜索、网站地图和sitemap.xml都打得开。")
