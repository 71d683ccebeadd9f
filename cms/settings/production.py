"""Safe by default: HTTPS everywhere, unless `BASE_URL` says the portal is served over plain HTTP.

`make run` sets `BASE_URL` to a loopback address over HTTP; a deployment sets its own address.
"""

from cms.settings.base import *
from cms.settings.base import ORIGIN

DEBUG = False

HTTPS = not ORIGIN.startswith("http://")
SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
# The application server speaks plain HTTP: behind HTTPS there is a proxy, which says so in this header.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
# Health checks come from the load balancer, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz/"]
CSRF_TRUSTED_ORIGINS = [ORIGIN] if ORIGIN else []
