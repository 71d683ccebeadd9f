"""What is private, looked up once per request instead of once per list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context, ContextVar, copy_context
from typing import Any

from django.db.models import Q
from django.http import FileResponse, HttpRequest, HttpResponse
from wagtail.models import PageViewRestriction

_private_paths: ContextVar[list[list[str]] | None] = ContextVar("private_paths", default=None)


# Wagtail protects an alias like the page that it repeats; a chain of aliases longer than this it follows alone.
PROTECTED = ("page__path", "page__aliases__path", "page__aliases__aliases__path")


def private_paths() -> list[str]:
    """Tree paths at which a private section starts: a restricted page, or an alias of one."""
    remembered = _private_paths.get()
    if remembered:
        return remembered[0]
    rows = PageViewRestriction.objects.values_list(*PROTECTED)
    paths = list(dict.fromkeys(path for row in rows for path in row if path))
    if remembered is not None:
        remembered.append(paths)
    return paths


def in_private_section() -> Q:
    """Matches pages inside private sections; no page where there is none."""
    condition = Q(pk__in=[])
    for path in private_paths():
        condition |= Q(path__startswith=path)
    return condition


@contextmanager
def remembered() -> Iterator[None]:
    """Within this block, private sections are looked up at most once."""
    token = _private_paths.set([])
    try:
        yield
    finally:
        _private_paths.reset(token)


class VisibilityMiddleware:
    """Reading requests see one state of privacy from start to end; writing ones look afresh each time."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        with remembered():
            response = self.get_response(request)
            if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                response.render()
            if response.streaming and not isinstance(response, FileResponse):
                # Written after this block has ended, but still of one state.
                stream: Any = response
                stream.streaming_content = within(copy_context(), iter(stream.streaming_content))
            return response


def within(context: Context, parts: Iterator[bytes]) -> Iterator[bytes]:
    """The parts, each made in `context`."""
    while (part := context.run(next, parts, None)) is not None:
        yield part
