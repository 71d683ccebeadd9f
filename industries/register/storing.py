"""How the register changes a fact on somebody's behalf: a revision, a log entry, and no way around review."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from wagtail.log_actions import log
from wagtail.permissions import policy_registry


def may(user: Any, action: str, model: Any) -> bool:
    """Whether the model's permission policy allows it to the user at all."""
    return bool(policy_registry.get_by_type(model).user_has_permission(user, action))


def may_for(user: Any, action: str, fact: Any) -> bool:
    return bool(policy_registry.get_by_type(type(fact)).user_has_permission_for_instance(user, action, fact))


def editable(fact: Any) -> Any:
    """The fact as its editors left it, ready to be changed: its latest draft where it has one."""
    return fact.get_latest_revision_as_object() if fact.has_unpublished_changes else fact


@transaction.atomic
def store(fact: Any, user: Any) -> bool:
    """Keeps a changed fact (from `editable`) as a revision. Returns whether readers now see the change.

    It is published only where it was public, held no other unpublished change, and the user may publish it.
    Otherwise it is a draft, which goes the way of every draft. Raises ValidationError.
    """
    publish = fact.live and not fact.has_unpublished_changes and may_for(user, "publish", fact)
    revision = fact.save_revision(user=user, log_action=True)
    if publish:
        revision.publish(user=user)
    return bool(publish)


@transaction.atomic
def store_new(fact: Any, user: Any, *, publish: bool) -> bool:
    """Keeps a new fact as a draft, published at once where asked for and allowed. Returns whether it was.

    Raises ValidationError.
    """
    fact.full_clean()
    fact.live, fact.entered_by = False, user
    fact.has_unpublished_changes = True
    fact.save()
    log(instance=fact, action="wagtail.create", user=user, content_changed=True)
    revision = fact.save_revision(user=user, clean=False)
    publish = publish and may_for(user, "publish", fact)
    if publish:
        revision.publish(user=user)
    return bool(publish)
