"""Pictures that a blind reader would not know of."""

from __future__ import annotations

from collections.abc import Iterator

from wagtail.images import get_image_model
from wagtail.images.blocks import ImageBlock, ImageChooserBlock

from cms.review.checks import Content, Finding, Level, Place, at_place, check

PICTURES = (ImageBlock, ImageChooserBlock)


@check
def pictures_without_description(content: Content) -> Iterator[Finding]:
    """Picture blocks whose alternative text is empty; for bare choosers, that of the picture. One query."""
    bare: list[tuple[Place, int]] = []
    within: set[str] = set()
    for part in content.parts:
        holder = part.place.path.rpartition(".")[0]
        if isinstance(part.block, ImageBlock) and isinstance(part.raw, dict):
            within.add(part.place.path)
            chosen, told = part.raw.get("image"), (part.raw.get("alt_text") or "").strip()
            if chosen and not told and not part.raw.get("decorative"):
                yield without_text(part.place)
        elif isinstance(part.raw, int) and isinstance(part.block, PICTURES) and holder not in within:
            bare.append((part.place, part.raw))
    if bare:
        silent = set(
            get_image_model()
            .objects.filter(pk__in={pk for _, pk in bare}, is_decorative=False, description="")
            .values_list("pk", flat=True)
        )
        for place, pk in bare:
            if pk in silent:
                yield without_text(place)


def without_text(place: Place) -> Finding:
    return at_place(
        place,
        "image-alt",
        Level.BLOCK,
        "图片没有替代文字。请写明图片说了什么；不含信息的图片请勾选“装饰图”。",
    )
