"""Content that is made once in a test process and put in place as rows for every test after that.

Ten pages made one by one take a quarter of a second, a portal full of references a whole one, and most tests
start from one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar, get_type_hints

from django.db import connection
from wagtail.models import Site

from tests.factories import Portal, make_portal

Made = TypeVar("Made")
Rows = tuple[list[str], list[tuple[Any, ...]]]
MOST_VALUES = 30_000  # of one statement: SQLite takes some more, PostgreSQL far more


@dataclass(frozen=True)
class Snapshot:
    """What was made, and the tables that differ since: what was in them before and after."""

    before: dict[str, Rows]
    after: dict[str, Rows]
    made: Any


_taken: dict[Hashable, Snapshot] = {}


def in_place(name: Hashable, make: Callable[[], Made]) -> Made:
    """What `make` makes in the database, and what it returned the first time: numbers, not model instances.

    Put in place as rows only over the very rows that it was made over; over others, `make` makes it anew.
    """
    known = _taken.get(name)
    if known is None:
        before = all_rows()
        made = make()
        after = all_rows()
        changed = [table for table in after if differ(before[table], after[table])]
        _taken[name] = Snapshot({t: before[t] for t in changed}, {t: after[t] for t in changed}, made)
        return made
    if any(differ(rows, dump(table)) for table, rows in known.before.items()):
        return make()
    with connection.cursor() as cursor:
        for table, rows in known.after.items():
            fill(cursor, table, rows)
    return known.made


def is_in_place(name: Hashable) -> bool:
    """Whether nothing of what `in_place` made has been changed since."""
    return name in _taken and not any(differ(rows, dump(t)) for t, rows in _taken[name].after.items())


def all_rows() -> dict[str, Rows]:
    return {table: dump(table) for table in connection.introspection.table_names()}


def dump(table: str) -> Rows:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        return [column[0] for column in cursor.description], cursor.fetchall()


def differ(one: Rows, other: Rows) -> bool:
    """A database gives the rows of a table in any order."""
    return one != other and sorted(map(repr, one[1])) != sorted(map(repr, other[1]))


def fill(cursor: Any, table: str, rows: Rows) -> None:
    """`rows` instead of those that are there. Keys are checked when the test ends."""
    columns, values = rows
    cursor.execute(f'DELETE FROM "{table}"')
    names = ", ".join(f'"{column}"' for column in columns)
    row = f"({', '.join(['%s'] * len(columns))})"
    most = MOST_VALUES // len(columns)
    for start in range(0, len(values), most):
        part = values[start : start + most]
        places = ", ".join([row] * len(part))
        cursor.execute(
            f'INSERT INTO "{table}" ({names}) VALUES {places}', [value for one in part for value in one]
        )


def portal_in_place() -> Portal:
    """A home page as the default site's root, and a column of every type below it."""
    in_place("portal", lambda: bool(make_portal()))
    return found_portal()


def found_portal() -> Portal:
    """The portal that stands in the database: of each type of column there is one."""
    hints = get_type_hints(Portal)
    site = Site.objects.get(is_default_site=True)
    pages = {name: model.objects.get() for name, model in hints.items() if model is not Site}
    return Portal(site=site, **pages)
