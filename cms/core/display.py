"""How a reader wants pages shown: the script that applies it before the first paint, and the simplified view.

Choices live in the reader's browser (static/js/first.js, portal.js), never on the server. Where no script
runs, `?view=simple` asks the server for the simplified view, and links keep it from page to page.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.utils.encoding import iri_to_uri
from django.utils.http import escape_leading_slashes

FIRST_SCRIPT = Path(__file__).resolve().parents[2] / "static" / "js" / "first.js"
PARAMETER, SIMPLE = "view", "simple"
# Links of the portal itself, from the address up to its fragment.
OWN_LINK = re.compile(r'(<a\b[^>]*?\shref=")(/(?!/)[^"#]*)')


@lru_cache(maxsize=1)
def first_script() -> str:
    """The script of static/js/first.js as it stands in every page, without its comment lines."""
    lines = (line.strip() for line in FIRST_SCRIPT.read_text().splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def first_script_hash() -> str:
    """The source that lets the content security policy run this one inline script."""
    digest = hashlib.sha256(first_script().encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def is_simple(request: HttpRequest) -> bool:
    return request.GET.get(PARAMETER) == SIMPLE


def simple_address(request: HttpRequest) -> str:
    """This page's address in the other view: simplified if it is not, standard if it is."""
    # As in an address, so that `//` at the start of a wrong one does not name another site.
    path = escape_leading_slashes(iri_to_uri(request.path))
    query = request.GET.copy()
    if is_simple(request):
        del query[PARAMETER]
    else:
        query[PARAMETER] = SIMPLE
    return f"{path}?{query.urlencode()}" if query else path


class SimpleViewMiddleware:
    """Keeps a reader without scripts in the simplified view: own links ask for it too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        html = response.get("Content-Type", "").startswith("text/html")
        if html and is_simple(request) and not response.streaming:
            response.content = OWN_LINK.sub(kept, response.content.decode()).encode()
            if "Content-Length" in response:
                response["Content-Length"] = str(len(response.content))
        return response


def kept(link: re.Match[str]) -> str:
    """A link with the parameter added; the link back to the standard view (marked so) stays as it is."""
    start, address = link.groups()
    if "data-view-link" in start or f"{PARAMETER}=" in address:
        return link[0]
    return f"{start}{address}{'&amp;' if '?' in address else '?'}{PARAMETER}={SIMPLE}"
