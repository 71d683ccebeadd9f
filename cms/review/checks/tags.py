"""What a public institution's page must say of itself (国办发〔2017〕47号), as far as an editor can fill it."""

from __future__ import annotations

from collections.abc import Iterator

from cms.core.models import BasePage
from cms.review.checks import Content, Finding, Level, Place, at_place, check

SUMMARY = Place("摘要", "summary")


@check
def missing_summary(content: Content) -> Iterator[Finding]:
    """A column's description is required; a page's own is what lists, search engines and shared links show."""
    page = content.instance
    if not isinstance(page, BasePage) or page.description.strip():
        return
    if page.meta_role == "column":
        message = "栏目没有摘要。政府网站规范要求每个栏目有“栏目描述”，请写一两句话。"
        yield at_place(SUMMARY, "summary", Level.BLOCK, message)
    else:
        message = "没有摘要。列表、搜索结果和分享卡片都用它，请用一两句话说明本页讲什么。"
        yield at_place(SUMMARY, "summary", Level.WARN, message)
