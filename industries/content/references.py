"""Natural names for records: page addresses and fact keys instead of database ids."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any

from django.db.models import Model
from wagtail.models import Site

from cms.core.models import BasePage, PortalImage
from industries.content.files import ContentError
from industries.content.images import image_key
from industries.models import Observation, Source, Statement, Tier

TAG = re.compile(r"<(a|embed)\b([^>]*?)\s*(/?)>")
PORTABLE_TAG = re.compile(r"<(a|observation)\b([^>]*?)\s*(/?)>")
ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
BLOCK_KEY = re.compile(r' data-block-key="[^"]*"')


def home_page() -> BasePage | None:
    """The root page of the default site, once it is more than Wagtail's placeholder."""
    site = Site.objects.select_related("root_page").filter(is_default_site=True).first()
    if site is None or type(site.root_page.specific) is BasePage:
        return None
    return site.root_page


class References:
    """Both directions between database ids and natural names; everything is fetched once.

    `images_used` collects the ids of the images that were asked for by name.
    """

    def __init__(self) -> None:
        self.images_used: set[int] = set()

    @cached_property
    def pages(self) -> dict[int, str]:
        """Public address by page id, for all pages from the home page down, drafts included."""
        home = home_page()
        if home is None:
            return {}
        rows = BasePage.objects.descendant_of(home, inclusive=True).values_list("pk", "url_path")
        return {pk: url_path[len(home.url_path) - 1 :] for pk, url_path in rows}

    @cached_property
    def page_ids(self) -> dict[str, int]:
        return {path: pk for pk, path in self.pages.items()}

    @cached_property
    def keys(self) -> dict[type[Model], dict[int, str]]:
        keys: dict[type[Model], dict[int, str]] = {
            model: dict(model.objects.values_list("pk", "key"))
            for model in (Observation, Statement, Source, Tier)
        }
        keys[PortalImage] = {image.pk: image_key(image) for image in PortalImage.objects.all()}
        return keys

    @cached_property
    def key_ids(self) -> dict[type[Model], dict[str, int]]:
        return {model: {key: pk for pk, key in names.items()} for model, names in self.keys.items()}

    def forget(self) -> None:
        """Records were added: fetch afresh."""
        for name in ("pages", "page_ids", "keys", "key_ids"):
            self.__dict__.pop(name, None)

    def name(self, model: type[Model], pk: int | None) -> str | None:
        """Natural name of a record; None for none, and for a record that is gone."""
        if pk is None:
            return None
        if model is PortalImage:
            self.images_used.add(int(pk))
        names = self.pages if issubclass(model, BasePage) else self.keys[model]
        return names.get(int(pk))

    def id(self, model: type[Model], name: str) -> int:
        """Raises ContentError for a name that nothing bears."""
        ids = self.page_ids if issubclass(model, BasePage) else self.key_ids[model]
        try:
            return ids[name]
        except KeyError:
            raise ContentError(f"找不到{model._meta.verbose_name}“{name}”。") from None

    def rich_text_out(self, html: str) -> str:
        """Database rich text with natural names: `<a page="/x/">`, `<observation key="k"/>`."""

        def convert(match: re.Match[str]) -> str:
            attributes = dict(ATTRIBUTE.findall(match[2]))
            if match[1] == "a" and attributes.get("linktype") == "page":
                return f'<a page="{self.name(BasePage, int(attributes["id"])) or ""}">'
            if match[1] == "embed" and attributes.get("embedtype") == "observation":
                return f'<observation key="{self.name(Observation, int(attributes["id"])) or ""}"/>'
            return match[0]

        return TAG.sub(convert, BLOCK_KEY.sub("", html))

    def rich_text_in(self, html: str) -> str:
        """The way back. Raises ContentError for a name that nothing bears."""

        def convert(match: re.Match[str]) -> str:
            attributes = dict(ATTRIBUTE.findall(match[2]))
            if match[1] == "a" and "page" in attributes:
                return f'<a linktype="page" id="{self.id(BasePage, attributes["page"])}">'
            if match[1] == "observation":
                pk = self.id(Observation, attributes.get("key", ""))
                return f'<embed embedtype="observation" id="{pk}"/>'
            return match[0]

        return PORTABLE_TAG.sub(convert, html)

    def block_out(self, block: Any, raw: Any) -> Any:
        """A StreamField block's stored value with natural names."""
        return self._block(block, raw, out=True)

    def block_in(self, block: Any, data: Any) -> Any:
        return self._block(block, data, out=False)

    def _block(self, block: Any, value: Any, *, out: bool) -> Any:
        from wagtail import blocks

        if isinstance(block, blocks.StreamBlock):
            children = block.child_blocks
            if out:
                return [
                    {item["type"]: self._block(children[item["type"]], item["value"], out=True)}
                    for item in value
                    if item["type"] in children
                ]
            return [
                {"type": name, "value": self._block(named(children, name), child, out=False)}
                for item in value
                for name, child in item.items()
            ]
        if isinstance(block, blocks.StructBlock):
            converted = {
                name: self._block(named(block.child_blocks, name), child, out=out)
                for name, child in value.items()
            }
            return {k: v for k, v in converted.items() if v not in ("", None, [])} if out else converted
        if isinstance(block, blocks.ListBlock):
            if out:
                return [self._block(block.child_block, item.get("value"), out=True) for item in value]
            return [
                {"type": "item", "value": self._block(block.child_block, item, out=False)} for item in value
            ]
        if isinstance(block, blocks.ChooserBlock):
            model = block.target_model
            return self.name(model, value) if out else self.id(model, value)
        if isinstance(block, blocks.RichTextBlock):
            return self.rich_text_out(value) if out else self.rich_text_in(value)
        return value


def named(children: Any, name: str) -> Any:
    try:
        return children[name]
    except KeyError:
        raise ContentError(f"没有名为“{name}”的内容块。") from None
