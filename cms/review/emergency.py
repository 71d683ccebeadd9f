"""Publication without the three reviews: by few people, with a reason, on record, and reviewed afterwards."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.utils import get_latest_str
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.log_actions import log

from cms.review.access import can_publish_in_emergency, edit_address, reviewed_object, sheet_address
from cms.review.force import object_is_reviewed
from cms.review.models import EmergencyPublication, ReviewOpinion
from cms.review.rules import Refused, blocking, described

CONFIRM = "review.change_emergencypublication"
PUBLISHED, CONFIRMED = "review.emergency", "review.emergency_confirmed"


class EmergencyForm(forms.Form):
    reason = forms.CharField(
        label="紧急发布的理由",
        max_length=300,
        widget=AdminAutoHeightTextInput,
        help_text="为什么等不及三审。留在审核单和操作日志上。",
        error_messages={"required": "请写明紧急发布的理由。"},
    )


def of(instance: Any) -> Any:
    """Emergency publications of a page or fact, the latest first."""
    return EmergencyPublication.objects.filter(
        content_type=base_content_type(instance), object_id=str(instance.pk)
    )


def base_content_type(instance: Any) -> ContentType:
    found: ContentType = instance.get_base_content_type()
    return found


def problem(instance: Any) -> str:
    """Why the latest draft can't be published in an emergency; empty if it can."""
    if not object_is_reviewed(instance):
        return "这里没有三审流程，直接发布即可。"
    if instance.latest_revision_id is None or (instance.live and not instance.has_unpublished_changes):
        return "没有未发布的改动。"
    draft = instance.get_latest_revision_as_object()
    if draft.go_live_at and draft.go_live_at > timezone.now():
        return "草稿定了将来的发布时间。紧急发布是立即发布：请先清除定时，保存后再试。"
    return ""


@transaction.atomic
def publish_in_emergency(instance: Any, user: Any, reason: str) -> EmergencyPublication:
    """Publishes the latest draft of a page or fact at once; a running review ends.

    Raises Refused, and then nothing has changed.
    """
    # Two people at the same moment: the second finds nothing left to publish.
    instance = type(instance)._default_manager.select_for_update(of=("self",)).get(pk=instance.pk)
    if obstacle := problem(instance):
        raise Refused(obstacle)
    revision = instance.get_latest_revision()
    draft = revision.as_object()
    record = EmergencyPublication.objects.create(
        content_type=base_content_type(instance),
        object_id=str(instance.pk),
        title=str(draft)[:255],
        revision=revision,
        user=user,
        user_name=str(user),
        reason=reason,
        overridden=[finding.as_record() for finding in blocking(draft)],
    )
    revision.publish(user=user, skip_permission_checks=True)
    log(instance=draft, action=PUBLISHED, user=user, revision=revision, data={"reason": reason})
    return record


def emergency(request: HttpRequest, content_type_id: int, object_id: str) -> HttpResponse:
    instance = reviewed_object(content_type_id, object_id)
    if not can_publish_in_emergency(request.user, instance):
        raise PermissionDenied
    if reason := problem(instance):
        messages.error(request, reason)
        return redirect(sheet_address(instance))
    form = EmergencyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            publish_in_emergency(instance, request.user, form.cleaned_data["reason"])
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, "已紧急发布。请尽快补审。")
        return redirect(sheet_address(instance))
    draft = instance.get_latest_revision_as_object()
    context = {
        "form": form,
        "page_title": "紧急发布",
        "page_subtitle": get_latest_str(instance),
        "header_icon": "warning",
        "breadcrumbs_items": [],
        "problems": described(blocking(draft)),
        "in_review": instance.workflow_in_progress,
        "back": edit_address(instance, request.user) or sheet_address(instance),
    }
    return TemplateResponse(request, "review/emergency.html", context)


def may_confirm(user: Any, record: EmergencyPublication, instance: Any) -> str:
    """Why `user` may not confirm that the publication was right; empty if they may."""
    if not user.has_perm(CONFIRM):
        return "您没有补审的权限。"
    if record.reviewed_at:
        return "已经补审。"
    if user.pk == record.user_id:
        return "补审须由紧急发布者以外的人进行。"
    return ""


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody else has read what was published in an emergency, and lets it stand."""
    with transaction.atomic():
        record = get_object_or_404(EmergencyPublication.objects.select_for_update(), pk=pk)
        instance = reviewed_object(record.content_type_id, record.object_id)
        if not request.user.has_perm(CONFIRM):
            raise PermissionDenied
        if reason := may_confirm(request.user, record, instance):
            messages.error(request, reason)
        else:
            record.reviewed_at = timezone.now()
            record.save(update_fields=["reviewed_at"])
            log(
                instance=instance,
                action=CONFIRMED,
                user=request.user,
                revision=record.revision,
                data={"emergency": record.pk, "name": str(request.user)},
            )
            messages.success(request, "已记录补审。")
    return redirect(sheet_address(instance))


def settle(sender: Any, instance: Any, user: Any, **kwargs: Any) -> None:
    """A complete review of the same or a later revision makes up for earlier emergency publications."""
    last = instance.current_task_state and instance.current_task_state.specific
    if isinstance(last, ReviewOpinion):
        EmergencyPublication.objects.filter(
            content_type=instance.base_content_type,
            object_id=instance.object_id,
            reviewed_at=None,
            revision__lte=last.revision_id,
        ).update(reviewed_at=timezone.now())
