"""Share cards: the picture 1200×630 that other sites show beside a link to a page.

Drawn when a page is published, or by `manage.py draw_share_cards`; never while a reader waits. The name of the
file tells what is on it, so a card that is up to date is recognised without being opened.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import astuple, dataclass
from functools import lru_cache, partial
from io import BytesIO
from math import exp, pi, sin
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from PIL import Image, ImageColor, ImageDraw, ImageFont
from wagtail.models import PageViewRestriction, Site
from wagtail.signals import page_published, page_unpublished, post_page_move

from cms.core.models import BasePage, SiteIdentity
from cms.core.words import words

WIDTH, HEIGHT, SCALE = 1200, 630, 2
MARGIN, TOP = 72, 72
FOLDER = "images/cards"
# Part of every file's name: raise it when the drawing changes.
DRAWING = 1
NIGHT, INK, INK_2 = "#0b1a19", "#eaf3f0", "#a9bfb9"
HUES = {"pine": "#5fd6c4", "amber": "#f4b860", "iris": "#b0b2ff"}
# Sizes of the title, the first that fits in its number of lines; the last one is cut with an ellipsis.
TITLES = ((92, 1), (74, 2), (60, 3), (50, 3))
COLOURS = 48
# The most cards drawn at once for a section that opens, while an editor waits: about two seconds.
AT_ONCE = 20
CLOSING = "，。、；：？！”’》）〉】…—～·%％)"

_postponed: ContextVar[bool] = ContextVar("cards_postponed", default=False)


@dataclass(frozen=True)
class Card:
    """What a card shows. Without `title` it carries lines only."""

    title: str
    label: str
    site: str
    hue: str
    seed: str

    def digest(self) -> str:
        drawn_with_type = font_path("serif") is not None
        told = "\n".join((str(DRAWING), str(drawn_with_type), *astuple(self)))
        return hashlib.sha256(told.encode()).hexdigest()[:12]

    def png(self) -> bytes:
        picture = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), NIGHT)
        draw_lines(ImageDraw.Draw(picture), self.seed, HUES.get(self.hue, HUES["pine"]))
        picture = picture.reduce(SCALE)
        if self.title and font_path("serif"):
            draw_text(ImageDraw.Draw(picture), self)
        file = BytesIO()
        drawn = picture.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        # A higher level saves a tenth of the size for eight times the time.
        drawn.save(file, "PNG", compress_level=6)
        return file.getvalue()


def card_of(page: BasePage, identity: SiteIdentity) -> Card:
    seed = hashlib.sha256(page.url_path.encode()).hexdigest()[:12]
    return Card(page.title, page.type_label, identity.short_name or identity.name, page.hue, seed)


# Drawing


@lru_cache
def font_path(style: str) -> Path | None:
    """File of a Chinese font, `serif` or `sans`, of the optional package; None without it."""
    try:
        import pylopdf_fonts_zh_cn as fonts
    except ImportError:
        return None
    path: Path = fonts.serif_path() if style == "serif" else fonts.sans_path()
    return path


@lru_cache
def font(style: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font_path(style)), size)


def mixed(colour: str, share: float) -> tuple[int, ...]:
    """`colour` over the night ground, `share` from 0 to 1."""
    above, below = ImageColor.getrgb(colour), ImageColor.getrgb(NIGHT)
    return tuple(round(a * share + b * (1 - share)) for a, b in zip(above, below, strict=True))


def draw_lines(canvas: ImageDraw.ImageDraw, seed: str, colour: str) -> None:
    """Parallel lines whose relief drifts from line to line, in the lower part; every fifth is stronger."""
    dice = random.Random(seed)  # noqa: S311 - a picture, not a secret
    hills = [
        (
            dice.uniform(0.05, 0.95),
            dice.uniform(-0.25, 0.25),
            dice.uniform(0.08, 0.17),
            dice.uniform(0.35, 1.0) * (1 if number < 4 else -0.6),
            dice.uniform(0.0, 0.9),
            dice.uniform(0.25, 0.5),
        )
        for number in range(6)
    ]
    phase = dice.uniform(0, 2 * pi)
    rows = 18
    for row in range(rows):
        depth = row / (rows - 1)
        points = []
        for x in range(0, WIDTH + 8, 8):
            at = x / WIDTH
            rise = 0.12 * sin(2.2 * pi * at + phase + 1.6 * depth)
            for centre, drift, width, height, best, spread in hills:
                near = (at - centre - drift * (depth - 0.5)) / width
                rise += height * exp(-near * near / 2 - ((depth - best) / spread) ** 2 / 2)
            y = 420 + 236 * depth - 88 * rise / (1 + 0.4 * abs(rise))
            points.append((x * SCALE, round(y * SCALE)))
        strong = row % 5 == 0
        canvas.line(
            points,
            fill=mixed(colour, 0.95 if strong else 0.3 + 0.4 * depth),
            width=5 if strong else 3,
            joint="curve",
        )


def draw_text(canvas: ImageDraw.ImageDraw, card: Card) -> None:
    small = font("sans", 30)
    canvas.text((MARGIN, TOP), card.label, font=small, fill=HUES.get(card.hue, HUES["pine"]), anchor="la")
    canvas.text((WIDTH - MARGIN, TOP), card.site, font=font("serif", 32), fill=INK_2, anchor="ra")
    size, lines = set_title(card.title)
    for number, line in enumerate(lines):
        at = (MARGIN, TOP + 66 + number * round(size * 1.3))
        canvas.text(
            at, line, font=font("serif", size), fill=INK, anchor="la", stroke_width=1, stroke_fill=INK
        )


def set_title(title: str) -> tuple[int, list[str]]:
    """Size of type and lines of the title: the largest size in which it fits."""
    for size, most in TITLES:
        lines = wrap(title, partial(font("serif", size).getlength), WIDTH - 2 * MARGIN)
        if len(lines) <= most:
            return size, lines
    lines = lines[:most]
    while font("serif", size).getlength(lines[-1] + "…") > WIDTH - 2 * MARGIN:
        lines[-1] = lines[-1][:-1]
    return size, [*lines[:-1], lines[-1] + "…"]


def wrap(text: str, width_of: Callable[[str], float], room: float) -> list[str]:
    """Lines broken between words, no line starting with a closing mark; a word too long is broken inside."""
    lines = [""]
    for word in words(text):
        for part in [word] if width_of(word) <= room else list(word):
            fits = width_of(lines[-1] + part) <= room
            if fits or part[0] in CLOSING or not lines[-1]:
                lines[-1] += part
            else:
                lines.append(part.lstrip())
    return lines


# Keeping


@contextmanager
def postponed() -> Iterator[None]:
    """Pages published in this block are left without a card: whoever publishes many has them drawn afterwards."""
    token = _postponed.set(True)
    try:
        yield
    finally:
        _postponed.reset(token)


def identity_of_default_site() -> SiteIdentity:
    site = Site.objects.filter(is_default_site=True).first()
    return SiteIdentity.for_site(site) if site else SiteIdentity()


def card_name(page: BasePage, card: Card) -> str:
    return f"{own_prefix(page)}{card.digest()}.png"


def own_prefix(page: BasePage) -> str:
    return f"{FOLDER}/{page.pk}-"


def draw_card(page: BasePage, identity: SiteIdentity | None = None) -> bool:
    """Brings the card of a visible page up to date; returns whether one was drawn. `page` is specific."""
    card = card_of(page, identity or identity_of_default_site())
    name = card_name(page, card)
    if page.share_card == name:
        return False
    if not default_storage.exists(name):
        name = default_storage.save(name, ContentFile(card.png()))
    replace_card(page, name)
    return True


def replace_card(page: BasePage, name: str) -> None:
    """Notes the new card (or none) on the page's row alone, without a revision, and removes the old file."""
    old = page.share_card
    BasePage.objects.filter(pk=page.pk).update(share_card=name)
    page.share_card = name
    # A card of another page, brought by a copy, is not ours to remove.
    if old != name and old.startswith(own_prefix(page)):
        default_storage.delete(old)


def remove_hidden_cards(path: str) -> None:
    """Takes away the cards of pages at or below a tree path that readers may not see."""
    within = BasePage.objects.filter(path__startswith=path).exclude(share_card="")
    for page in within.exclude(pk__in=BasePage.objects.visible().order_by().values("pk")):
        replace_card(page, "")


def pages_without_card() -> Any:
    return pages_with_cards().filter(share_card="")


def pages_with_cards() -> Any:
    """All pages that have a card or should have one, by primary key."""
    return BasePage.objects.visible().filter(depth__gt=1).order_by("pk")


def draw_missing(path: str) -> None:
    """Draws what is missing at or below a tree path; of a large section only the first, the command the rest."""
    identity = identity_of_default_site()
    for page in pages_without_card().filter(path__startswith=path)[:AT_ONCE].specific():
        draw_card(page, identity)


# What happens to pages


def when_saved(work: Callable[[], None]) -> None:
    """A card that cannot be drawn or stored must not undo what an editor did: the command draws it later."""
    transaction.on_commit(work, robust=True)


@receiver(page_published)
def draw_after_publication(instance: BasePage, **kwargs: Any) -> None:
    def draw() -> None:
        page = pages_with_cards().filter(pk=instance.pk).first()
        if page is not None:
            draw_card(page.specific)

    def forget() -> None:
        page = BasePage.objects.filter(pk=instance.pk).first()
        if page is not None and page.share_card:
            replace_card(page, "")

    when_saved(forget if _postponed.get() else draw)


@receiver(page_unpublished)
def remove_after_withdrawal(instance: BasePage, **kwargs: Any) -> None:
    when_saved(partial(remove_hidden_cards, instance.path))


@receiver(post_save, sender=PageViewRestriction)
def remove_where_private(instance: PageViewRestriction, **kwargs: Any) -> None:
    """Anywhere: an alias outside the section is private with its page."""
    when_saved(partial(remove_hidden_cards, ""))


@receiver(post_delete, sender=PageViewRestriction)
def draw_where_open_again(instance: PageViewRestriction, **kwargs: Any) -> None:
    path = BasePage.objects.filter(pk=instance.page_id).values_list("path", flat=True).first()
    if path:
        when_saved(partial(draw_missing, path))


@receiver(post_page_move)
def follow_move(instance: BasePage, **kwargs: Any) -> None:
    """Into a private section, or out of one."""
    path = BasePage.objects.values_list("path", flat=True).get(pk=instance.pk)
    when_saved(partial(remove_hidden_cards, path))
    when_saved(partial(draw_missing, path))


@receiver(post_delete, sender=BasePage)
def remove_with_page(instance: BasePage, **kwargs: Any) -> None:
    if instance.share_card.startswith(own_prefix(instance)):
        when_saved(partial(default_storage.delete, instance.share_card))
