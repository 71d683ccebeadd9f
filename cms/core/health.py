"""Health checks for load balancers: is the process alive, is it ready to serve."""

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache


@never_cache
def live(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """200 when database and cache answer, else 503 with the name of what does not."""
    failed = [name for name, probe in (("database", probe_database), ("cache", probe_cache)) if not probe()]
    return HttpResponse(
        f"failed: {', '.join(failed)}" if failed else "ok",
        content_type="text/plain",
        status=503 if failed else 200,
    )


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
