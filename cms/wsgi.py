"""The WSGI application that granian (or any other server) runs."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.production")


def under_prefix(app: Callable[..., Iterable[bytes]], prefix: str) -> Callable[..., Iterable[bytes]]:
    """Serve `app` below `prefix` (`/chanye`), whether or not the proxy in front strips it."""

    def wrapped(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == prefix or path.startswith(prefix + "/"):
            environ["PATH_INFO"] = path[len(prefix) :] or "/"
        environ["SCRIPT_NAME"] = prefix
        return app(environ, start_response)

    return wrapped if prefix else app


django_application = get_wsgi_application()

from django.conf import settings  # noqa: E402

application = under_prefix(django_application, settings.PREFIX)

# Set by `manage.py serve`; other servers run `manage.py run_chores` every minute instead.
if os.environ.get("PORTAL_CLOCK"):
    from cms.core.chores import start_clock

    start_clock()
