"""The one place that builds what a page says of itself in its `<head>`.

The tags of 国办发〔2017〕47号 come as `named`, in order; Open Graph and the links to other forms of the page
come from the same values, so that no two of them disagree. A value that is not known gives no tag.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

if TYPE_CHECKING:
    from cms.core.models import BasePage, SiteIdentity

DEFAULT_CARD = "img/share.png"
SEPARATORS = re.compile(r"\s*[,，、;；\n]\s*")


@dataclass(frozen=True, kw_only=True)
class Alternate:
    """Another form of the same content: its media type, title and address (a path)."""

    type: str
    title: str
    href: str


@dataclass(frozen=True, kw_only=True)
class Metadata:
    """What a document says of itself. Addresses are absolute, times are aware; empty means unknown."""

    title: str
    description: str
    canonical: str
    site_name: str = ""
    is_home: bool = False
    # One description a document: where the rules want it in their list, it has their spelling.
    description_name: str = "description"
    og_type: str = "website"
    robots: str = ""
    image: str = ""
    # (name, content) of the tags for public institutions' sites, none of them empty.
    named: tuple[tuple[str, str], ...] = ()
    published: datetime | None = None
    modified: datetime | None = None
    section: str = ""
    alternates: tuple[Alternate, ...] = field(default=())

    @property
    def window_title(self) -> str:
        return self.title if self.is_home or not self.site_name else f"{self.title}_{self.site_name}"


def absolute_url(request: HttpRequest, path: str) -> str:
    """`path` (with the sub-path prefix) under `BASE_URL`, or under the host the reader used.

    What is absolute already, such as a picture in a bucket, stays as it is.
    """
    if urlsplit(path).netloc:
        return path
    return f"{settings.ORIGIN}{path}" if settings.ORIGIN else request.build_absolute_uri(path)


def page_url(request: HttpRequest, page: BasePage) -> str:
    """The page's canonical address. In the preview of a new page: the preview's own."""
    return absolute_url(request, page.get_url(request) or request.path)


def optional_url(name: str, *args: Any) -> str:
    """Address of a part of the portal; empty where that part is not installed."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def site_identity(request: HttpRequest) -> SiteIdentity:
    from cms.core.models import SiteIdentity

    identity: SiteIdentity = SiteIdentity.for_request(request)
    return identity


def beijing_time(moment: datetime | None) -> str:
    """`YYYY-MM-DD HH:MM` on the clock of the site (Asia/Shanghai); empty for None."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""


def comma_list(terms: list[str]) -> str:
    """Terms joined by half-width commas, each once, in order; a comma within a term becomes 、."""
    single = (re.sub("[,，]", "、", term.strip()) for term in terms)
    return ",".join(dict.fromkeys(filter(None, single)))


def keyword_list(keywords: str) -> list[str]:
    """What an editor typed, parted at any kind of comma."""
    return SEPARATORS.split(keywords.strip()) if keywords else []


def page_metadata(page: BasePage, request: HttpRequest) -> Metadata:
    identity = site_identity(request)
    role = page.meta_role
    canonical = page_url(request, page)
    image = share_image(page, request)
    column = column_of(page)
    tags = site_tags(request, identity)
    if role != "home":
        tags += column_tags(column, identity)
    if role == "article":
        tags += [*article_tags(page, identity), ("Image", image), ("Url", canonical)]
    return Metadata(
        title=page.seo_title or page.title,
        description=page.description,
        canonical=canonical,
        site_name=identity.name,
        is_home=role == "home",
        description_name="Description" if role == "article" else "description",
        og_type=page.og_type,
        image=image,
        named=tuple((name, content) for name, content in tags if content),
        published=page.first_published_at if page.og_type == "article" else None,
        modified=page.last_published_at if page.og_type == "article" else None,
        section=column.title if page.og_type == "article" else "",
        alternates=tuple(alternates(page, request, identity)),
    )


def view_metadata(request: HttpRequest, *, title: str, description: str, robots: str = "") -> Metadata:
    """For a public document that is no page: a fact, search, the site map. Canonical without the query."""
    identity = site_identity(request)
    return Metadata(
        title=title,
        description=description,
        canonical=absolute_url(request, request.path),
        site_name=identity.name,
        robots=robots,
        image=absolute_url(request, static(DEFAULT_CARD)),
        named=tuple((name, content) for name, content in site_tags(request, identity) if content),
        alternates=tuple(site_feed(identity)),
    )


def share_image(page: BasePage, request: HttpRequest) -> str:
    """Absolute address of the page's share card, or of the site's own until it is drawn."""
    path = default_storage.url(page.share_card) if page.share_card else static(DEFAULT_CARD)
    return absolute_url(request, path)


def site_tags(request: HttpRequest, identity: SiteIdentity) -> list[tuple[str, str]]:
    host = urlsplit(absolute_url(request, "/")).hostname or ""
    return [("SiteName", identity.name), ("SiteDomain", host), ("SiteIDCode", identity.site_code)]


def column_of(page: BasePage) -> BasePage:
    """The column a page belongs to: the nearest one above it, else itself, else the home page.

    Only visible pages above it count: a reader is never told the name of a draft.
    """
    ancestors = page.ancestors_shown()
    columns = [ancestor for ancestor in ancestors if ancestor.depth > 2 and ancestor.column_kind]
    if columns:
        return columns[-1]
    return page if page.column_type or not ancestors else ancestors[0]


def column_tags(column: BasePage, identity: SiteIdentity) -> list[tuple[str, str]]:
    keywords = keyword_list(column.keywords) or [column.title, identity.short_name]
    return [
        ("ColumnName", column.title),
        ("ColumnDescription", column.description),
        ("ColumnKeywords", comma_list(keywords)),
        ("ColumnType", column.column_kind),
    ]


def article_tags(page: BasePage, identity: SiteIdentity) -> list[tuple[str, str]]:
    return [
        ("ArticleTitle", page.title),
        ("PubDate", beijing_time(page.first_published_at)),
        ("ContentSource", page.content_source or identity.organiser or identity.name),
        ("Keywords", comma_list(keyword_list(page.keywords) or page.keyword_terms())),
        ("Author", page.responsible_editor),
    ]


def site_feed(identity: SiteIdentity) -> list[Alternate]:
    href = optional_url("feed", "atom")
    return [Alternate(type="application/atom+xml", title=identity.name, href=href)] if href else []


def alternates(page: BasePage, request: HttpRequest, identity: SiteIdentity) -> list[Alternate]:
    """Feeds that carry the page's news, and the page as Markdown."""
    found = site_feed(identity)
    path = page.get_url(request)
    if not path:
        return found
    if feed := page.feed_path(path):
        title = f"{page.title}_{identity.name}"
        found.append(Alternate(type="application/atom+xml", title=title, href=feed))
    found.append(Alternate(type="text/markdown", title=f"{page.title}（Markdown）", href=f"{path}index.md"))
    return found
