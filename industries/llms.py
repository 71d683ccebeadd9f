"""`llms.txt`: what the site is and where its texts and data are, for language models (llmstxt.org)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from cms.core.context import top_pages
from cms.core.metadata import absolute_url
from cms.core.models import BasePage, SiteIdentity
from industries.addresses import page_address
from industries.tables import TABLES

ABOUT = """\
每个数字和每条有日期的陈述都有来源、时间和核实状态（官方、媒体、企业、待核、存疑），并有永久地址。
每个公开页面在其地址后加上`index.md`就是同一内容的Markdown文本，来源写成脚注。
引用时请写明数字的时间、限定词（约、近、超等）和状态；待核、存疑的内容请连同说明一起引用。
"""


@require_safe
def llms(request: HttpRequest) -> HttpResponse:
    identity = SiteIdentity.for_request(request)
    pages = top_pages(request)
    summaries = dict(
        BasePage.objects.filter(
            pk__in=[page.pk for page in (*pages["columns"], *pages["others"])]
        ).values_list("pk", "summary")
    )

    def address(name: str, *args: str) -> str:
        return absolute_url(request, reverse(name, args=args))

    def twins(listed: Iterable[Any]) -> list[str]:
        return [
            entry(page.title, f"{page_address(request, page)}index.md", summaries.get(page.pk, ""))
            for page in listed
        ]

    home = pages["home"]
    sections = {
        "栏目": [
            *([entry("首页", f"{page_address(request, home)}index.md", "全貌")] if home else []),
            *twins(pages["columns"]),
        ],
        "数据": [
            entry("数据包", address("data-package"), "Frictionless描述，含全部表的列、主键和外键"),
            *(entry(t.title, address("table", t.name, "csv"), t.description) for t in TABLES),
        ],
        "接口": [
            entry("只读接口", address("api-root"), "JSON，不需要密钥"),
            entry("OpenAPI", address("openapi"), "接口的机器可读说明"),
        ],
        "订阅": [
            entry("Atom", address("feed", "atom"), "新发布的内容，全文"),
            entry("RSS", address("feed", "rss"), "同上"),
            entry("网站地图", address("sitemap"), "全部公开页面"),
        ],
        "Optional": twins(pages["others"]),
    }
    text = (
        f"# {identity.name}\n\n> {identity.tagline or '长春产业的文章与数字，处处可以追溯出处。'}\n\n{ABOUT}"
    )
    text += "".join(f"\n## {title}\n\n{''.join(lines)}" for title, lines in sections.items() if lines)
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    patch_cache_control(response, public=True, max_age=300)
    return response


def entry(title: str, address: str, note: str) -> str:
    return f"- [{title}]({address})" + (f": {note}" if note else "") + "\n"
