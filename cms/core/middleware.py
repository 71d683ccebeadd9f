"""Response headers that no page can forget."""

from csp.constants import SELF
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """django-csp's policy for public pages, a wider one for Wagtail's admin, which needs inline styles."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponse, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only and request.path.startswith(reverse("wagtailadmin_home")):
            parts.config = settings.ADMIN_CONTENT_SECURITY_POLICY
        elif not report_only and getattr(request, "is_preview", False):
            # Wagtail shows it in a frame beside the form.
            parts.replace = {**(parts.replace or {}), "frame-ancestors": [SELF]}
        return parts
