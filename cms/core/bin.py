"""The recycle bin (回收站): deleted pages and facts wait there, unseen by all, until restored or purged."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model, ProtectedError, RestrictedError
from wagtail.actions.move_page import MovePageAction
from wagtail.actions.unpublish import UnpublishAction
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.log_actions import log
from wagtail.models import ReferenceIndex, Site

from cms.core.binrule import BIN_PATH, bin_open
from cms.core.models import BasePage, BinnedRecord
from cms.core.tombstones import address_of
from cms.core.withdrawal import Withdrawal, withdrawing

TITLE = "回收站"
BIN_ACTION, RESTORE_ACTION = "portal.bin", "portal.restore"

# Models without a place in the tree whose records go to the bin; the upper apps name theirs.
fact_models: list[type[Model]] = []
# What stands in the way of deleting a page for good, in words; one function for each upper app.
purge_obstacles: list[Callable[[BasePage], list[str]]] = []


class BinError(Exception):
    """Why something cannot be put in, taken out or purged, in the editor's language.

    `field` names the field of the restore form that can mend it: parent, slug, or empty.
    """

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def keeps_in_bin(model: Any) -> bool:
    return issubclass(model, BasePage) or model in fact_models


def bin_node() -> BasePage:
    """The page below which deleted pages stand; made when first needed. Ask within `bin_open`."""
    root = BasePage.get_first_root_node()
    node, _ = BasePage.objects.get_or_create(
        path=BIN_PATH,
        defaults={
            "depth": 2,
            "title": TITLE,
            "slug": "recycle-bin",
            "url_path": "/recycle-bin/",
            "live": False,
            "locale": root.locale,
            "content_type": ContentType.objects.get_for_model(BasePage),
        },
    )
    return node


def reason_not_to_bin(page: BasePage) -> str:
    """Empty where the page may go to the bin."""
    if page.depth < 3 or Site.objects.filter(root_page__path__startswith=page.path).exists():
        return f"“{page.title}”是网站首页，不能删除。"
    return ""


def bin_page(page: BasePage, user: Any, withdrawal: Withdrawal | None = None) -> BinnedRecord:
    """Takes the page and all below it from the public and from the tree; its address is free again.

    Raises BinError for a site's home page.
    """
    if problem := reason_not_to_bin(page):
        raise BinError(problem)
    withdrawal = withdrawal or Withdrawal(reason="", user=user)
    with transaction.atomic(), bin_open():
        page = BasePage.objects.get(pk=page.pk).specific
        parent, address, slug = page.get_parent(), address_of(page), page.slug
        inside = page.get_descendants(inclusive=True)
        live = list(inside.live().specific())
        with withdrawing(withdrawal):
            for leaving in live:
                UnpublishPageAction(leaving, user=user).execute(skip_permission_checks=True)
        for draft in inside.specific():
            stop_what_is_pending(draft, user)
        record = BinnedRecord.objects.create(
            **key_of(page),
            title=page.draft_title or page.title,
            parent=BasePage.objects.get(pk=parent.pk),
            address=address,
            slug=slug,
            pages=inside.count(),
            was_live=bool(live),
            deleted_by=user,
        )
        BasePage.objects.filter(pk=page.pk).update(slug=f"bin-{page.pk}")
        moved = BasePage.objects.get(pk=page.pk).specific
        MovePageAction(moved, bin_node(), pos="last-child", user=user).execute(skip_permission_checks=True)
        log(instance=moved, action=BIN_ACTION, user=user, data={"address": address})
        for hidden in BasePage.objects.get(pk=page.pk).get_descendants(inclusive=True).specific():
            ReferenceIndex.remove_for_object(hidden)
    return record


def bin_fact(fact: Any, user: Any) -> BinnedRecord:
    """Takes a fact from the public and from every list; its row stays where it is."""
    with transaction.atomic(), bin_open():
        was_live = fact.live
        title = str(fact)[:255]
        if was_live:
            UnpublishAction(fact, user=user).execute(skip_permission_checks=True)
        stop_what_is_pending(fact, user)
        record = BinnedRecord.objects.create(**key_of(fact), title=title, was_live=was_live, deleted_by=user)
        log(instance=fact, action=BIN_ACTION, user=user)
        ReferenceIndex.remove_for_object(fact)
    return record


def key_of(instance: Any) -> dict[str, Any]:
    content_type = ContentType.objects.get_for_model(instance, for_concrete_model=False)
    return {"content_type": content_type, "object_id": str(instance.pk)}


def stop_what_is_pending(instance: Any, user: Any) -> None:
    """Nothing in the bin is under review, or waits for its hour of publication."""
    state = instance.current_workflow_state
    if state:
        state.cancel(user=user)
    instance.revisions.filter(approved_go_live_at__isnull=False).update(approved_go_live_at=None)


def restore(record: BinnedRecord, user: Any, *, parent: BasePage | None = None, slug: str = "") -> Any:
    """Puts a record back as a draft, a page below `parent` (where it was) at the address `slug` (its old one).

    Returns the page or fact. Raises BinError where the place or the address is not to be had.
    """
    with transaction.atomic():
        with bin_open():
            record = locked(record)
            instance = find(record)
            if isinstance(instance, BasePage):
                restore_page(record, instance, user, parent or old_parent(record), slug or record.slug)
            record.delete()
            index_again(instance)
        log(instance=instance, action=RESTORE_ACTION, user=user)
        return type(instance).objects.get(pk=instance.pk)


def locked(record: BinnedRecord) -> BinnedRecord:
    """Of two people who restore or purge the same, the second is told that it is done."""
    found: BinnedRecord | None = BinnedRecord.objects.select_for_update().filter(pk=record.pk).first()
    if found is None:
        raise BinError("它已经不在回收站里：别人刚还原或彻底删除了它。")
    return found


def find(record: BinnedRecord) -> Any:
    instance = record.content_object
    if instance is None:
        raise BinError("它的内容已经不在数据库中，无法还原。")
    return instance


def old_parent(record: BinnedRecord) -> BasePage | None:
    """Where the page stood; None where that place is gone or in the bin itself."""
    parent = record.parent
    return None if parent is None or parent.path.startswith(BIN_PATH) else parent


def restore_page(record: BinnedRecord, page: Any, user: Any, parent: BasePage | None, slug: str) -> None:
    if parent is None:
        raise BinError("原来的上级页面已经不在，请选择放到哪里。", "parent")
    parent = BasePage.objects.get(pk=parent.pk)
    if parent.path.startswith(BIN_PATH) or not page.can_move_to(parent.specific):
        raise BinError(f"“{parent.title}”下面不能放“{page.type_label}”类型的页面。", "parent")
    if only_one_allowed(page):
        raise BinError(f"网站里已经有“{page.type_label}”，只能有一个，不能再还原。")
    if parent.get_children().filter(slug=slug).exists():
        raise BinError(f"“{parent.title}”下已有地址为“{slug}”的页面，请换一个地址。", "slug")
    BasePage.objects.filter(pk=page.pk).update(slug=slug)
    page = BasePage.objects.get(pk=page.pk).specific
    MovePageAction(page, parent, pos="last-child", user=user).execute(skip_permission_checks=True)
    draft = BasePage.objects.get(pk=page.pk).specific.get_latest_revision_as_object()
    if draft.slug != slug:  # its drafts still have the old address
        draft.slug = slug
        draft.save_revision(user=user, changed=False)


def only_one_allowed(page: Any) -> bool:
    outside = type(page).objects.exclude(path__startswith=BIN_PATH)
    return page.max_count is not None and outside.count() >= page.max_count


def index_again(instance: Any) -> None:
    inside: Iterable[Any] = [instance]
    if isinstance(instance, BasePage):
        inside = BasePage.objects.get(pk=instance.pk).get_descendants(inclusive=True).specific()
    for found in inside:
        ReferenceIndex.create_or_update_for_object(found)


def purge(record: BinnedRecord, user: Any = None) -> None:
    """Deletes for good. Raises BinError, naming what stands in the way, where something rests on it."""
    with transaction.atomic(), bin_open():
        record = locked(record)
        instance = record.content_object
        if isinstance(instance, BasePage):
            found = [words for obstacles in purge_obstacles for words in obstacles(instance)]
            if found:
                raise BinError(obstacle_words(record, found))
        if instance is not None:
            delete(record, instance, user)
        record.delete()


def delete(record: BinnedRecord, instance: Any, user: Any) -> None:
    try:
        if isinstance(instance, BasePage):
            instance.delete(user=user)
        else:
            log(instance=instance, action="wagtail.delete", user=user, deleted=True)
            instance.delete()
    except (ProtectedError, RestrictedError) as error:
        raise BinError(obstacle_words(record, [str(found) for found in blocking(error)])) from error


def blocking(error: Any) -> list[Any]:
    """The records that keep another from being deleted."""
    found: Any = getattr(error, "protected_objects", None) or getattr(error, "restricted_objects", ())
    return sorted(found, key=str)


def obstacle_words(record: BinnedRecord, found: list[str]) -> str:
    more = f"等{len(found)}条" if len(found) > 5 else ""
    return (
        f"不能彻底删除“{record.title}”：下列内容{more}与它有关（可能也在回收站里），"
        f"请先处理它们。{'；'.join(found[:5])}"
    )
