"""Facts in the sitemap: each has a page of its own."""

from django.urls import reverse

from cms.core.sitemap import Addresses, register
from industries.models import Observation, Statement


def fact_path(key: str) -> str:
    return reverse("fact", args=(key,))


register("figures", Addresses(lambda: Observation.objects.visible(), "key", "updated_at", fact_path))
register("statements", Addresses(lambda: Statement.objects.visible(), "key", "updated_at", fact_path))
