"""Which pages a reader's words match, and where. Plain containment, until the search engine of issue 5.

Han text has no spaces, so a word is looked for anywhere in the title, the summary and the other names that
a page type declares as search fields. No word is split, stemmed or corrected.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from django.db import models
from django.db.models import Case, IntegerField, Q, Value, When
from django.db.models.functions import Length
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from wagtail.models import get_page_models
from wagtail.search.index import SearchField

from cms.core.models import BasePage


@cache
def name_fields() -> list[tuple[type[BasePage], str]]:
    """Text columns of each page type, beyond those of every page, that its author wants searched."""
    return [
        (model, field.field_name)
        for model in get_page_models()
        for field in model.get_search_fields()
        if isinstance(field, SearchField) and is_text_column(model, field.field_name)
    ]


def is_text_column(model: type[BasePage], name: str) -> bool:
    column = next((field for field in model._meta.local_fields if field.name == name), None)
    return model is not BasePage and type(column) in {models.CharField, models.TextField}


def matches(word: str) -> Q:
    """Pages in whose title, summary or other names `word` occurs, in capitals or small letters."""
    found = Q(title__icontains=word) | Q(summary__icontains=word)
    for model, name in name_fields():
        found |= Q(pk__in=model.objects.filter(**{f"{name}__icontains": word}).order_by().values("pk"))
    return found


def best_first(text: str) -> tuple[models.expressions.BaseExpression | str, ...]:
    """The order of results: titles that are, start with or contain the text, shorter ones first."""
    rank = Case(
        When(title__iexact=text, then=Value(0)),
        When(title__istartswith=text, then=Value(1)),
        When(title__icontains=text, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    return (rank, Length("title"), "path")


def marked(text: str, words: Iterable[str]) -> SafeString:
    """`text` as HTML with every occurrence of a word in `<mark>`; everything else is escaped."""
    wanted = sorted(filter(None, words), key=len, reverse=True)
    if not wanted:
        return escape(text)
    parts = re.split(f"({'|'.join(map(re.escape, wanted))})", text, flags=re.IGNORECASE)
    return mark_safe(  # noqa: S308 - every part is escaped
        "".join(f"<mark>{escape(part)}</mark>" if i % 2 else escape(part) for i, part in enumerate(parts))
    )
