"""Real content for the previews of blocks: first what public pages hold, then public records."""

from __future__ import annotations

from typing import Any

LATEST = 12  # pages of each type that are looked through


def stored_sample(block_type: str) -> Any:
    """The stored value of the first such block in the newest public pages; None where none has one."""
    from industries.models import EnterprisePage, IndicatorPage, NewsPage, ProjectPage, SectorPage

    for model in (NewsPage, SectorPage, ProjectPage, IndicatorPage, EnterprisePage):
        newest = model.objects.visible().order_by("-first_published_at", "-pk")
        for page in newest.only("body")[:LATEST]:
            for item in page.body.raw_data:
                if item["type"] == block_type and item["value"]:
                    return item["value"]
    return None


def figures(number: int) -> list[Any]:
    """Public figures whose source is known, the latest first, each of another indicator."""
    from industries.models import Observation

    found: dict[int, Any] = {}
    latest = Observation.objects.visible().for_display().filter(ends__isnull=False)
    for figure in latest.order_by("-ends", "key")[: 20 * number]:
        found.setdefault(figure.indicator_id, figure)
    return list(found.values())[:number]


def figures_alike() -> list[Any]:
    """Public figures of one unit from one source, largest first: those that are most; none for fewer than two."""
    found: dict[Any, list[Any]] = {}
    for figure in figures(40):
        if figure.indicator.unit and not figure.is_doubtful:
            found.setdefault((figure.indicator.unit, figure.source_id), []).append(figure)
    most = max(found.values(), key=len, default=[])[:6]
    return sorted(most, key=lambda figure: -figure.value) if len(most) > 1 else []


def statements(number: int) -> list[Any]:
    """Public dated statements, the latest first."""
    from industries.models import Statement

    dated = Statement.objects.visible().for_display().filter(ends__isnull=False)
    return list(dated.order_by("-ends", "key")[:number])


def charted_indicator() -> Any:
    """The public indicator with most dated public figures; None where none has two."""
    from django.db.models import Count

    from industries.models import Observation

    dated = Observation.objects.visible().filter(ends__isnull=False, subject__isnull=True)
    counted = dated.order_by().values("indicator").annotate(number=Count("pk")).filter(number__gte=2)
    most = counted.order_by("-number", "indicator").first()
    return most["indicator"] if most else None


def pages(model: Any, number: int) -> list[Any]:
    """Public pages of a type, the newest first."""
    return list(model.objects.visible().order_by("-first_published_at", "-pk")[:number])


def items(values: list[Any]) -> list[Any]:
    """The stored form of a list block of records or of values."""
    return [getattr(value, "pk", value) for value in values]
