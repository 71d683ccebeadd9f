"""Tags of the public templates."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import Any

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from wagtail.rich_text import RichText, expand_db_html

from cms.core import display
from cms.core.artwork import EDITION
from cms.core.models import BasePage
from cms.core.words import words

register = template.Library()

# What may not start a line, and what may not end one (GB/T 15834).
CLOSING = re.compile(r"[，。、；：？！”’》）〉】…—～·%％)]")
OPENING = re.compile(r"[“‘《（〈【(]$")


@register.simple_tag
def artwork(page: BasePage, css_class: str = "", lazy: bool = True) -> SafeString:
    """The page's line drawing, as a decorative image."""
    seed = hashlib.sha256(f"{EDITION}{page.url_path}".encode()).hexdigest()[:12]
    return format_html(
        '<img class="art {}" src="{}" alt="" width="800" height="260"{}>',
        css_class,
        reverse("artwork", args=(page.hue, seed)),
        mark_safe(' loading="lazy"') if lazy else "",
    )


@register.simple_tag
def first_script() -> SafeString:
    """The script that every page runs before its first paint; the content security policy knows its hash."""
    return mark_safe(display.first_script())  # noqa: S308 - a file of this site


@register.simple_tag(takes_context=True)
def rich_text(context: Context, value: RichText | str) -> SafeString:
    """Rich text as HTML; texts of a page's body come from the one expansion made for all of them."""
    source = value.source if isinstance(value, RichText) else value
    prepared = (context.get("expanded_texts") or {}).get(source)
    return mark_safe(prepared.pop(0) if prepared else expand_db_html(source))  # noqa: S308


@register.simple_tag(takes_context=True)
def is_section(context: Context, menu_page: BasePage | None) -> bool:
    """Whether the page being shown is `menu_page` or stands below it; the home page is no section."""
    page = context.get("page")
    if not isinstance(page, BasePage) or menu_page is None:
        return False
    return page.pk == menu_page.pk if menu_page.depth == 2 else page.path.startswith(menu_page.path)


@register.filter
@lru_cache(maxsize=4096)
def headline(text: str) -> SafeString:
    """A headline that may break between words, never inside one (the style sheet forbids other breaks)."""
    lines = ""
    for word in words(str(text)):
        opens_line = lines and not CLOSING.match(word) and not OPENING.search(lines)
        lines += ("<wbr>" if opens_line else "") + escape(word)
    return mark_safe(lines)  # noqa: S308 - every word is escaped


@register.filter
def page_type(page: Any) -> str:
    """What readers call this kind of page."""
    return str(page.type_label)


@register.simple_tag(takes_context=True)
def provenance(context: Context, fact: Any) -> SafeString:
    """The source mark of a fact; its id is unique in the page, however often the fact is shown.

    Without the file's last line break, which would show as a space in a Chinese sentence.
    """
    request = context["request"]
    request.marks_shown = getattr(request, "marks_shown", 0) + 1
    mark = {"fact": fact, "mark_id": f"mark-{request.marks_shown}"}
    return mark_safe(render_to_string("components/provenance.html", mark).strip())  # noqa: S308


@register.simple_tag
def archived_mark(page: BasePage) -> str:
    """已归档 after the title of a page in a list; nothing where the list did not fetch whether it is."""
    is_archived = page.__dict__.get("archived_on") is not None
    return mark_safe('<span class="archived-mark">已归档</span>') if is_archived else ""
