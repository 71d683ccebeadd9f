"""The empty portal, made once in a test process and put in place as rows for every test after that.

Ten pages made one by one take a quarter of a second, and most tests start from them.
"""

from __future__ import annotations

from typing import Any, get_type_hints

from django.db import connection
from wagtail.models import ReferenceIndex, Site

from cms.core.models import BasePage
from tests.factories import Portal, make_portal

Rows = tuple[list[str], list[tuple[Any, ...]]]
_rows: dict[str, Rows] = {}


def portal_in_place() -> Portal:
    """A home page as the default site's root, and a column of every type below it."""
    if not _rows:
        portal = make_portal()
        models = [BasePage, *(type(page) for page in pages_of(portal)), ReferenceIndex, Site]
        _rows.update({model._meta.db_table: dump(model._meta.db_table) for model in models})
        return portal
    with connection.cursor() as cursor:
        for table, (columns, rows) in _rows.items():
            cursor.execute(f'DELETE FROM "{table}"')
            names = ", ".join(f'"{column}"' for column in columns)
            places = ", ".join(["%s"] * len(columns))
            if rows:
                cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({places})', rows)
    return found_portal()


def dump(table: str) -> Rows:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        return [column[0] for column in cursor.description], cursor.fetchall()


def pages_of(portal: Portal) -> list[BasePage]:
    return [page for page in vars(portal).values() if isinstance(page, BasePage)]


def found_portal() -> Portal:
    """The portal that stands in the database: of each type of column there is one."""
    hints = get_type_hints(Portal)
    site = Site.objects.get(is_default_site=True)
    pages = {name: model.objects.get() for name, model in hints.items() if model is not Site}
    return Portal(site=site, **pages)
