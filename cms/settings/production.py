"""Safe by default: HTTPS everywhere, unless `BASE_URL` says the portal is served over plain HTTP.

`make run` sets `BASE_URL` to a loopback address over HTTP; a deployment sets its own address.
"""

from cms.settings.base import *
from cms.settings.base import ORIGIN, PREFIX

DEBUG = False

HTTPS = not ORIGIN.startswith("http://")
SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
# HSTS binds a whole host: not ours to decide where the portal is a column under somebody else's address.
# Subdomains and preloading likewise stay the host owner's choice (W005, W021).
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS and not PREFIX else 0
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"] + (["security.W004"] if PREFIX else [])
# The application server speaks plain HTTP: behind HTTPS there is a proxy, which says so in this header.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
CSRF_TRUSTED_ORIGINS = [ORIGIN] if ORIGIN else []
