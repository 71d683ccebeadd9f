"""What the correction form says of a fact that a reader wants put right."""

from __future__ import annotations

from industries.models import Observation, Statement


def fact_words(key: str) -> str | None:
    """The visible fact with this key in a few words; None where there is none."""
    if observation := Observation.objects.visible().for_display().filter(key=key).first():
        return str(observation)
    statement = Statement.objects.visible().filter(key=key).first()
    return statement.text if statement else None
