"""What the recycle bin must know of facts."""

from __future__ import annotations

from django.db.models import Q

from cms.core.models import BasePage
from industries.models import Observation


def observations_in_the_way(page: BasePage) -> list[str]:
    """Figures about the page or of it, in words: facts must not vanish, nor suddenly be about the whole city."""
    inside = BasePage.objects.descendant_of(page, inclusive=True).order_by().values("pk")
    found = Observation.objects.filter(Q(subject__in=inside) | Q(indicator__in=inside))
    return [str(observation) for observation in found.select_related("indicator", "subject")]
