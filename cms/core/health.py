"""Health checks for load balancers: is the process alive, is it ready to serve."""

from collections.abc import Callable

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse


class HealthMiddleware:
    """Answers before anything looks at host, scheme or prefix: probes come by address, without TLS."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        match request.path_info:
            case "/healthz/live":
                return plain("ok")
            case "/healthz/ready":
                return ready()
        return self.get_response(request)


def ready() -> HttpResponse:
    """200 when database and cache answer, else 503 with the names of what does not."""
    probes = {"database": probe_database, "cache": probe_cache}
    failed = [name for name, probe in probes.items() if not probe()]
    return plain(f"failed: {', '.join(failed)}", 503) if failed else plain("ok")


def plain(text: str, status: int = 200) -> HttpResponse:
    headers = {"Cache-Control": "no-store"}
    return HttpResponse(text, status=status, content_type="text/plain", headers=headers)


def probe_database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:
        return False
    return True


def probe_cache() -> bool:
    try:
        cache.get("healthz")
    except Exception:
        return False
    return True
