"""What is private, looked up once per request instead of once per list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from wagtail.models import PageViewRestriction

_private_paths: ContextVar[list[list[str]] | None] = ContextVar("private_paths", default=None)


def private_paths() -> list[str]:
    """Tree paths at which a private section starts."""
    remembered = _private_paths.get()
    if remembered:
        return remembered[0]
    paths = list(PageViewRestriction.objects.values_list("page__path", flat=True))
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
            return response
