"""Pictures, documents, and films on other sites."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from wagtail import blocks
from wagtail.images.blocks import ImageBlock

from industries.blocks import samples
from industries.blocks.base import MEDIA, CheckedBlock, Sampled
from industries.blocks.choosers import DocumentReference
from industries.blocks.found import found_for, ready

FEWEST_PICTURES, MOST_PICTURES = 2, 12
CREDIT_HELP = "留空时用图库里登记的作者或提供者。"
is_web_address = URLValidator(schemes=["https"], message="应是 https:// 开头的完整网址。")


def https_address(text: str | None) -> str:
    """The address if it is a proper https one, else nothing: no draft may put another scheme into a link."""
    try:
        is_web_address(text or "")
    except ValidationError:
        return ""
    return text or ""


class PictureBlock(ImageBlock):
    """Wagtail's, whose choice of the picture itself has no Chinese label."""

    def __init__(self, required: bool = True, **kwargs: Any) -> None:
        super().__init__(required=required, **kwargs)
        self.child_blocks["image"].label = "图片文件"


def public_images(number: int) -> list[dict[str, Any]]:
    from cms.core.models import PortalImage

    return [
        {"image": {"image": image.pk, "decorative": image.is_decorative, "alt_text": image.description}}
        for image in PortalImage.objects.order_by("-created_at")[:number]
    ]


class FigureImageBlock(Sampled, blocks.StructBlock):
    image = PictureBlock(label="图片")
    caption = blocks.CharBlock(label="图片说明", required=False)
    credit = blocks.CharBlock(label="作者或提供者", required=False, max_length=120, help_text=CREDIT_HELP)

    def sample(self) -> Any:
        return next((picture | {"caption": ""} for picture in public_images(1)), None)

    class Meta:
        icon = "image"
        label = "图片"
        group = MEDIA
        description = "一张图片，带说明和作者；图片里有信息时要写替代文字。"
        template = "industries/blocks/image.html"


class GalleryBlock(Sampled, blocks.StructBlock):
    title = blocks.CharBlock(label="标题", required=False, max_length=80)
    pictures = blocks.ListBlock(
        blocks.StructBlock(
            [
                ("image", PictureBlock(label="图片")),
                ("caption", blocks.CharBlock(label="图片说明", max_length=120)),
                (
                    "credit",
                    blocks.CharBlock(
                        label="作者或提供者", required=False, max_length=120, help_text=CREDIT_HELP
                    ),
                ),
            ],
            label="图片",
            icon="image",
        ),
        label="图片",
        min_num=FEWEST_PICTURES,
        max_num=MOST_PICTURES,
        help_text=f"{FEWEST_PICTURES}到{MOST_PICTURES}张，每张写一句说明。",
    )

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context)
        context["pictures"] = [picture for picture in value["pictures"] if picture["image"]]
        if "body_found" not in (parent_context or {}):
            ready(picture["image"] for picture in context["pictures"])
        return context

    def sample(self) -> Any:
        found = [picture | {"caption": picture["image"]["alt_text"]} for picture in public_images(6)]
        return {"title": "", "pictures": samples.items(found)} if len(found) >= FEWEST_PICTURES else None

    class Meta:
        icon = "grid"
        label = "组图"
        group = MEDIA
        description = "一组图片排成格子，每张有自己的说明；点开看大图。"
        template = "industries/blocks/gallery.html"


class DocumentBlock(Sampled, blocks.StructBlock):
    document = DocumentReference(label="文件")
    title = blocks.CharBlock(
        label="名称", required=False, max_length=120, help_text="留空时用文件库里的名称。"
    )
    description = blocks.TextBlock(
        label="说明", required=False, rows=2, help_text="文件里有什么，读者凭它决定要不要下载。"
    )

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """`document`, if anyone may fetch it."""
        context: dict[str, Any] = super().get_context(value, parent_context)
        found = found_for(self, value, parent_context).documents
        context["document"] = found.get(value["document"].pk) if value["document"] else None
        return context

    def sample(self) -> Any:
        from wagtail.documents import get_document_model

        from industries.blocks.found import public_documents

        newest = get_document_model().objects.order_by("-created_at").values_list("pk", flat=True)[:20]
        found = public_documents(list(newest))
        return next(({"document": pk, "title": "", "description": ""} for pk in newest if pk in found), None)

    class Meta:
        icon = "doc-full"
        label = "文件"
        group = MEDIA
        description = "给读者下载的文件，写明类型和大小；放在不公开的文件夹里的文件不会显示。"
        template = "industries/blocks/document.html"


class VideoBlock(CheckedBlock):
    """A film stays where it is: readers are told what it shows, and that the link leaves this site."""

    example = {
        "title": "视频标题写在这里",
        "address": "https://example.org/video",
        "duration": "时长",
        "description": "这里写视频里看得到什么、说了什么。",
        "transcript": "解说和对白的全文写在这里，读者展开后阅读。",
    }

    title = blocks.CharBlock(label="视频标题", max_length=80)
    address = blocks.CharBlock(
        label="网址",
        max_length=500,
        help_text="视频所在网页的 https 网址。本站不嵌入别处的播放器，读者点开后离开本站。",
    )
    duration = blocks.CharBlock(
        label="时长", required=False, max_length=20, help_text="例：3分20秒。读者凭它决定要不要点开。"
    )
    description = blocks.TextBlock(
        label="内容说明", rows=3, help_text="视频里看得到什么、说了什么：给看不到、听不到的人。"
    )
    transcript = blocks.TextBlock(
        label="文字稿", required=False, rows=6, help_text="解说和对白的全文；有它，聋人也读得到。"
    )

    def problems(self, value: Any) -> dict[str, Any]:
        return {} if https_address(value["address"]) else {"address": str(is_web_address.message)}

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context)
        context["address"] = https_address(value["address"])
        context["host"] = urlsplit(context["address"]).hostname or ""
        return context

    class Meta:
        icon = "media"
        label = "视频"
        group = MEDIA
        description = "介绍别处的一段视频并链接过去；写清内容，附文字稿。"
        template = "industries/blocks/video.html"
