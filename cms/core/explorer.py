"""The admin's lists of pages: titles in the order of their pinyin, as a Chinese reader looks names up.

And what is typed into their search is taken as it is.
"""

from __future__ import annotations

from typing import Any

from django.db import connection
from wagtail.admin.views.pages.listing import PageListingMixin


def order_titles_by_pinyin() -> None:
    """A click on the heading 标题 sorts by `BasePage.sort_key`; by code point, 长春 would stand after 重庆."""
    for column in PageListingMixin.base_columns:
        if column.name == "title":
            column.sort_key = "sort_key"


def search_for_quotation_marks() -> None:
    """On SQLite, a quotation mark in a search would end the string that Wagtail's query puts it in: an error."""
    if connection.vendor != "sqlite":
        return
    from modelsearch.backends.database.sqlite.query import Lexeme

    wagtails = Lexeme.as_sql

    def as_sql(self: Any, *args: Any) -> tuple[str, list[str]]:
        template, params = wagtails(self, *args)
        return template, [param.replace('"', '""') for param in params]

    Lexeme.as_sql = as_sql
