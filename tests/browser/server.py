"""Serves the example portal from a database of its own, until its standard input closes.

`python -m tests.browser.server` prints its address and its pages as one line of JSON. A process of its own,
because a browser asks for several things at once: threads that share one connection to a SQLite database in
memory also share its transactions, and trip over each other as soon as an editor's page saves itself.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import django


def as_it_is(application: Any) -> Any:
    """Instead of Django's handler for static files: whitenoise serves them, as it does for readers."""
    return application


def main() -> None:
    django.setup()
    from django.core.management import call_command
    from django.test.testcases import LiveServerThread

    from tests.browser.example import make_example

    call_command("collectstatic", verbosity=0, interactive=False)
    call_command("migrate", verbosity=0)
    pages = make_example()
    server = LiveServerThread("127.0.0.1", as_it_is)
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    print(json.dumps({"url": f"http://127.0.0.1:{server.port}", "pages": pages}), flush=True)
    sys.stdin.buffer.read()
    server.terminate()


if __name__ == "__main__":
    main()
