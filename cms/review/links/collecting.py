"""Which addresses outside the portal each public page leads to.

Kept up to date when a page is published or withdrawn; `manage.py check_links --collect` builds it anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from html import unescape
from typing import Any
from urllib.parse import urldefrag, urlsplit

from django.conf import settings
from django.db import models, transaction
from django.dispatch import receiver
from modelcluster.models import get_all_child_relations
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Site
from wagtail.rich_text.rewriters import FIND_A_TAG, extract_attrs
from wagtail.signals import page_published, page_unpublished

from cms.core.models import BasePage
from cms.review.models import ExternalLink, LinkUse
from cms.review.models.link import digest

LONGEST_ADDRESS = 2000
PAGES_AT_ONCE = 200

# The upper apps add what pages show beside their own fields: for ids of pages, pairs of page id and address.
MoreLinks = Callable[[list[int]], Iterable[tuple[int, str]]]
more_links: list[MoreLinks] = []


def addresses_in(value: Any) -> Iterator[str]:
    """Addresses in a stored value: text that is one, links in HTML, and both at any depth of a structure.

    Works on what is stored, whatever blocks it belongs to.
    """
    if isinstance(value, dict):
        for part in value.values():
            yield from addresses_in(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from addresses_in(part)
    elif isinstance(value, str):
        if "<a" in value:
            for attributes in FIND_A_TAG.findall(value):
                yield from cleaned(unescape(extract_attrs(attributes).get("href", "")))
        else:
            yield from cleaned(value)


def cleaned(text: str) -> Iterator[str]:
    """The address without its fragment, if the text is a whole http(s) address and nothing else."""
    address = text.strip()
    if not address.lower().startswith(("http://", "https://")) or len(address.split()) != 1:
        return
    try:
        host = urlsplit(address).hostname
    except ValueError:
        host = None
    if host and len(address) <= LONGEST_ADDRESS:
        yield urldefrag(address).url


def addresses_of(record: Any) -> Iterator[str]:
    """Addresses in a page's or a row's own fields."""
    for field in record._meta.concrete_fields:
        if isinstance(field, StreamField):
            yield from addresses_in(list(getattr(record, field.attname).raw_data))
        elif isinstance(field, (models.URLField, RichTextField)):
            yield from addresses_in(getattr(record, field.attname) or "")
    for relation in get_all_child_relations(type(record)) if isinstance(record, BasePage) else ():
        if any(isinstance(f, (models.URLField, RichTextField)) for f in relation.related_model._meta.fields):
            for row in getattr(record, relation.get_accessor_name()).all():
                yield from addresses_of(row)


def own_hosts() -> set[str]:
    """Names under which the portal itself answers."""
    hosts = {name.lower() for name in Site.objects.values_list("hostname", flat=True)}
    own = urlsplit(settings.ORIGIN).hostname
    return hosts | ({own} if own else set())


def collect(pages: Iterable[Any]) -> None:
    """Records where these pages lead (specific instances, public ones). A fixed number of queries."""
    found: dict[int, set[str]] = {page.pk: set(addresses_of(page)) for page in pages}
    for more in more_links:
        for pk, address in more(list(found)):
            found[pk].update(cleaned(address))
    own = own_hosts() if any(found.values()) else set()
    found = {pk: {url for url in urls if urlsplit(url).hostname not in own} for pk, urls in found.items()}
    record(found)


@transaction.atomic
def record(found: dict[int, set[str]]) -> None:
    """Makes the uses of these pages (by id) those addresses, and no others."""
    wanted = {(pk, digest(url)): url for pk, urls in found.items() for url in urls}
    uses = LinkUse.objects.filter(page__in=list(found)).values_list(
        "pk", "page_id", "link_id", "link__digest"
    )
    gone_uses, gone_links = [], set()
    for pk, page, link, key in uses:
        if wanted.pop((page, key), None) is None:
            gone_uses.append(pk)
            gone_links.add(link)
    if wanted:
        addresses = {key: url for (_, key), url in wanted.items()}
        ExternalLink.objects.bulk_create(
            (ExternalLink(url=url, digest=key) for key, url in addresses.items()), ignore_conflicts=True
        )
        ids = dict(ExternalLink.objects.filter(digest__in=addresses).values_list("digest", "pk"))
        LinkUse.objects.bulk_create(
            (LinkUse(link_id=ids[key], page_id=page) for page, key in wanted), ignore_conflicts=True
        )
    if gone_uses:
        LinkUse.objects.filter(pk__in=gone_uses).delete()
        forget_unused(ExternalLink.objects.filter(pk__in=gone_links))


def forget_unused(links: Any = None) -> int:
    """Deletes addresses that no page leads to any more; says how many."""
    among = ExternalLink.objects.all() if links is None else links
    _, by_model = among.filter(uses__isnull=True).delete()
    return int(by_model.get(ExternalLink._meta.label, 0))


def collect_all(advance: Callable[[int], Any] = lambda number: None) -> None:
    """Builds the whole record anew, some pages at a time; `advance` hears how many more are done."""
    visible = BasePage.objects.visible()
    keys = list(visible.order_by("content_type", "pk").values_list("pk", flat=True))
    for start in range(0, len(keys), PAGES_AT_ONCE):
        some = keys[start : start + PAGES_AT_ONCE]
        collect(BasePage.objects.filter(pk__in=some).specific())
        advance(len(some))
    LinkUse.objects.exclude(page__in=visible.order_by().values("pk")).delete()
    forget_unused()


def collect_again(pages: Iterable[int]) -> None:
    """The same for a few pages whose facts or sources have changed; hidden ones are left out."""
    by_type: dict[int, list[int]] = defaultdict(list)
    rows = BasePage.objects.visible().filter(pk__in=list(pages)).values_list("content_type", "pk")
    for content_type, pk in rows:
        by_type[content_type].append(pk)
    keys = [pk for pks in by_type.values() for pk in pks]
    for start in range(0, len(keys), PAGES_AT_ONCE):
        collect(BasePage.objects.filter(pk__in=keys[start : start + PAGES_AT_ONCE]).specific())


@receiver(page_published)
def collect_published(instance: Any, **kwargs: Any) -> None:
    collect([instance])


@receiver(page_unpublished)
def forget_withdrawn(instance: Any, **kwargs: Any) -> None:
    record({instance.pk: set()})
