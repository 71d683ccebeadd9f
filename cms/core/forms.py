"""The admin form of every page."""

from __future__ import annotations

from itertools import count
from typing import Any

from wagtail.admin.forms import WagtailAdminPageForm

from cms.core.words import pinyin_slug


class BasePageForm(WagtailAdminPageForm):
    """Editors need not think of an address: an empty one is filled from the title, in pinyin."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = "页面地址的最后一段。留空时按标题的拼音自动生成。"

    def clean(self) -> dict[str, Any]:
        title = self.cleaned_data.get("title")
        if title and "slug" in self.fields and not self.cleaned_data.get("slug"):
            self.cleaned_data["slug"] = self.free_slug(pinyin_slug(title) or "page")
        cleaned: dict[str, Any] = super().clean()
        if not self.is_deferred_validation:
            self.require_description()
        return cleaned

    def require_description(self) -> None:
        """Listings, search engines and the tags for public institutions' sites need one; drafts do not."""
        names = [name for name in ("summary", "search_description") if name in self.fields]
        if names and not any(self.cleaned_data.get(name) for name in names):
            self.add_error(names[0], "发布前请写摘要：一两句话说明本页讲什么。")

    def free_slug(self, base: str) -> str:
        """`base`, or the first of base-2, base-3 … that no sibling has."""
        candidates = (base if number == 1 else f"{base}-{number}" for number in count(1))
        page = self.instance
        return next(c for c in candidates if type(page)._slug_is_available(c, self.parent_page, page))
