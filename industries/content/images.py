"""Images that pages use, as files beside the pages: named after their content, so nothing comes twice."""

from __future__ import annotations

from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.images import get_image_dimensions

from cms.core.models import PortalImage
from industries.content import files
from industries.content.files import ContentError, Data

FOLDER = "images"
REGISTER = "images.yaml"
FIELDS = ("title", "description", "credit", "licence", "is_decorative")


def image_key(image: PortalImage) -> str:
    """Name of the image's file in a content folder: the start of its hash, and its extension."""
    return f"{image.get_file_hash()[:12]}{Path(image.file.name).suffix.lower()}"


def export_images(folder: Path, used: list[PortalImage]) -> int:
    """Writes the used images and their register; returns how many files changed."""
    changed = 0
    register = []
    for image in sorted(used, key=lambda image: image.pk):
        key = image_key(image)
        target = folder / FOLDER / key
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            with image.file.open("rb") as source:
                target.write_bytes(source.read())
            changed += 1
        values = {name: getattr(image, name) for name in FIELDS}
        register.append({"key": key, **{name: value for name, value in values.items() if value}})
    if register or (folder / REGISTER).exists():
        changed += files.write(folder / REGISTER, register)
    return changed


def load_images(folder: Path) -> int:
    """Creates the registered images that the portal lacks; returns how many. Raises ContentError."""
    present = {image_key(image) for image in PortalImage.objects.all()}
    created = 0
    for data in files.read_list(folder / REGISTER):
        if data["key"] not in present:
            create_image(folder / FOLDER / data["key"], data)
            created += 1
    return created


def create_image(path: Path, data: Data) -> None:
    unknown = set(data) - {"key", *FIELDS}
    if unknown:
        raise ContentError(f"图片 {path.name}：不认识的字段：{'、'.join(sorted(unknown))}。")
    if not path.is_file():
        raise ContentError(f"找不到图片文件：{path}")
    with path.open("rb") as stream:
        width, height = get_image_dimensions(stream)
        if not width:
            raise ContentError(f"不是可识别的图片：{path}")
        stream.seek(0)
        image = PortalImage(
            file=File(stream, name=path.name),
            width=width,
            height=height,
            **{name: data[name] for name in FIELDS if name in data},
        )
        try:
            image.full_clean(exclude=["file"])
        except ValidationError as error:
            raise ContentError(f"图片 {path.name}：{'；'.join(error.messages)}") from error
        image.save()
