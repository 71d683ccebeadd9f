"""Where Wagtail deletes and unpublishes, the portal asks for a reason and keeps things in the recycle bin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import ProtectedError, RestrictedError
from django.db.models.deletion import Collector
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from rest_framework import fields
from rest_framework.exceptions import ValidationError as APIValidationError
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from wagtail import hooks
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.admin import messages
from wagtail.admin.api.actions.delete import DeletePageAPIAction
from wagtail.admin.api.actions.unpublish import UnpublishPageAPIAction
from wagtail.admin.api.views import PagesAdminAPIViewSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.pages.bulk_actions import DeleteBulkAction, UnpublishBulkAction
from wagtail.admin.views.pages.unpublish import UnpublishView
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import LogFormatter
from wagtail.permissions import policy_registry

from cms.core import bin as recycling
from cms.core.binrule import bin_open
from cms.core.binviews import BinView, purge_view, restore_view, sees_bin
from cms.core.models import BasePage
from cms.core.previewlinks import preview_links, revoke_preview_link
from cms.core.withdrawal import LOG_ACTION, Withdrawal, WithdrawalForm, live_below, withdrawing


class BinMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return sees_bin(request.user)


@hooks.register("register_admin_urls")
def newsroom_urls() -> list[URLPattern]:
    return [
        path("bin/", BinView.as_view(), name="bin"),
        path("bin/<int:pk>/restore/", restore_view, name="bin-restore"),
        path("bin/<int:pk>/purge/", purge_view, name="bin-purge"),
        path("pages/<int:page_id>/preview-links/", preview_links, name="preview-links"),
        path(
            "pages/<int:page_id>/preview-links/<int:pk>/revoke/",
            revoke_preview_link,
            name="preview-link-revoke",
        ),
    ]


@hooks.register("register_admin_menu_item")
def bin_item() -> MenuItem:
    return BinMenuItem(recycling.TITLE, reverse("bin"), name="bin", icon_name="bin", order=8500)


@hooks.register("register_permissions")
def bin_permission() -> Any:
    return Permission.objects.filter(content_type__app_label="core", codename="delete_binnedrecord")


@hooks.register("register_log_actions")
def log_actions(actions: Any) -> None:
    actions.register_action(recycling.BIN_ACTION, "放进回收站", "放进回收站")
    actions.register_action(recycling.RESTORE_ACTION, "从回收站还原", "从回收站还原为草稿")

    @actions.register_action(LOG_ACTION)
    class WithdrawFormatter(LogFormatter):
        label = "撤下"

        def format_message(self, log_entry: Any) -> str:
            reason = log_entry.data.get("reason") or "没有写明"
            replacement = log_entry.data.get("replacement")
            return f"撤下，原因：{reason}" + (f"（可改看：{replacement}）" if replacement else "")


@hooks.register("register_page_header_buttons")
def preview_links_button(
    page: Any, user: Any, view_name: str, next_url: str | None = None
) -> Iterator[Button]:
    if view_name == "edit" and page.permissions_for_user(user).can_edit():
        address = reverse("preview-links", args=[page.pk])
        yield Button("预览链接", address, icon_name="view", priority=70)


# Withdrawal


@hooks.register("before_unpublish_page")
def withdraw_page(request: HttpRequest, page: BasePage) -> HttpResponse:
    """In the place of Wagtail's own: nothing leaves the public without a reason. Permission was checked."""
    form = WithdrawalForm(request.POST, leaving=[page], below=live_below([page]))
    if not form.is_valid():
        return unpublish_page_again(request, page, form)
    with withdrawing(form.withdrawal(request.user)):
        UnpublishPageAction(
            page, user=request.user, include_descendants=form.cleaned_data.get("include_descendants", False)
        ).execute(skip_permission_checks=True)
    for after in hooks.get_hooks("after_unpublish_page"):
        result = after(request, page)
        if hasattr(result, "status_code"):
            return result
    messages.success(request, f"已撤下“{page.get_admin_display_title()}”。")
    return redirect(next_url(request, reverse("wagtailadmin_explore", args=[page.get_parent().pk])))


def unpublish_page_again(request: HttpRequest, page: BasePage, form: WithdrawalForm) -> HttpResponse:
    """Wagtail's confirmation with what was typed and what is wrong with it."""
    request.withdrawal_form = form  # type: ignore[attr-defined]
    view = UnpublishView()
    view.setup(request, page_id=page.pk)
    view.objects_to_unpublish = [page]
    return view.render_to_response(view.get_context_data())


def next_url(request: HttpRequest, otherwise: str) -> str:
    return get_valid_next_url_from_request(request) or otherwise


# The recycle bin


@hooks.register("before_delete_page")
def bin_instead_of_deleting(request: HttpRequest, page: BasePage) -> HttpResponse:
    """In the place of Wagtail's deletion, which asks the permission before."""
    parent = reverse("wagtailadmin_explore", args=[page.get_parent().pk])
    if problem := recycling.reason_not_to_bin(page):
        messages.error(request, problem)
        return redirect(parent)
    return deletion(request, [page], back=next_url(request, parent))


@hooks.register("before_delete_snippet")
def bin_facts(request: HttpRequest, instances: list[Any]) -> HttpResponse | None:
    """Facts go to the bin; of other records, those that something in the bin rests on stay."""
    for instance in instances:
        policy = policy_registry.get(instance)
        if not policy.user_has_permission_for_instance(request.user, "delete", instance):
            raise PermissionDenied
    if not instances:
        return None
    listing = reverse(type(instances[0]).snippet_viewset.get_url_name("list"))
    back = next_url(request, listing)
    if all(recycling.keeps_in_bin(type(instance)) for instance in instances):
        return deletion(request, instances, back=back)
    if found := [words for instance in instances for words in rests_on(instance)]:
        messages.error(request, f"不能删除：下列内容依据它或提到它（可能在回收站里）。{'；'.join(found[:5])}")
        return redirect(back)
    return None


def rests_on(instance: Any) -> list[str]:
    """What in the database keeps the record from being deleted, seen or binned."""
    try:
        with bin_open():
            Collector(using="default").collect([instance])
    except (ProtectedError, RestrictedError) as error:
        return [str(found) for found in recycling.blocking(error)]
    return []


def deletion(request: HttpRequest, items: list[Any], *, back: str) -> HttpResponse:
    """Asks, with a reason where readers lose a page; then puts all of them into the bin, or none."""
    pages = [item for item in items if isinstance(item, BasePage)]
    public = live_below(pages) + sum(page.live for page in pages)
    form = None
    if public:
        data = request.POST if request.method == "POST" else None
        form = WithdrawalForm(data, leaving=pages, whole=True)
    problem = ""
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            put_into_bin(items, request.user, form)
        except recycling.BinError as error:
            problem = str(error)
        else:
            words = f"“{items[0]}”" if len(items) == 1 else f"{len(items)}项内容"
            button = messages.button(reverse("bin"), "打开回收站")
            messages.success(request, f"已把{words}放进回收站。", buttons=[button])
            return redirect(back)
    context = {
        "title": "删除",
        "subtitle": str(items[0]) if len(items) == 1 else "",
        "items": items,
        "below": sum(page.get_descendant_count() for page in pages),
        "is_public": public or any(getattr(item, "live", False) for item in items),
        "form": form,
        "problem": problem,
        "next": get_valid_next_url_from_request(request),
        "back": back,
    }
    return TemplateResponse(request, "bin/delete.html", context)


def put_into_bin(items: list[Any], user: Any, form: WithdrawalForm | None) -> None:
    """Raises BinError. A page below another of them goes with that one."""
    withdrawal = form.withdrawal(user) if form else None
    with transaction.atomic():
        for item in items:
            if not isinstance(item, BasePage):
                recycling.bin_fact(item, user)
            elif BasePage.objects.filter(pk=item.pk).exists():
                recycling.bin_page(item, user, withdrawal)


# The same for several at once, and through the admin's API


class BinBulkAction(DeleteBulkAction):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        pages, others = self.get_actionable_objects()
        refused = [page.title for page in others["items_with_no_access"]]
        refused += [page.title for page in pages if recycling.reason_not_to_bin(page)]
        allowed = [page for page in pages if not recycling.reason_not_to_bin(page)]
        if refused and request.method == "GET":
            messages.warning(request, f"这些页面您不能删除，已略过：{'、'.join(refused)}。")
        if not allowed:
            return redirect(self.next_url)
        return deletion(request, allowed, back=self.next_url)


class WithdrawBulkAction(UnpublishBulkAction):
    form_class = WithdrawalForm

    def get_form_kwargs(self) -> dict[str, Any]:
        pages = self.get_actionable_objects()[0]
        return {**super().get_form_kwargs(), "leaving": pages, "below": live_below(pages)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Wagtail shows the form's fields only where there are pages below; ours asks for a reason always."""
        return {**super().get_context_data(**kwargs), "has_live_descendants": True}

    def get_execution_context(self) -> dict[str, Any]:
        context: dict[str, Any] = super(UnpublishBulkAction, self).get_execution_context()
        below = self.cleaned_form.cleaned_data.get("include_descendants", False)
        return {
            **context,
            "permission_checker": self.check_perm,
            "include_descendants": below,
            "withdrawal": self.cleaned_form.withdrawal(self.request.user),
        }

    @classmethod
    def execute_action(cls, objects: list[Any], **kwargs: Any) -> tuple[int, int]:
        with withdrawing(kwargs.pop("withdrawal")):
            counts: tuple[int, int] = super().execute_action(objects, **kwargs)
        return counts

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        return f"已撤下{num_parent_objects + num_child_objects}个页面。"


# After Wagtail's own, which they replace.
hooks.register("register_bulk_action", BinBulkAction, order=100)
hooks.register("register_bulk_action", WithdrawBulkAction, order=100)


class ReasonSerializer(Serializer):
    reason = fields.CharField(max_length=300, required=False, allow_blank=True, default="")
    recursive = fields.BooleanField(default=False, required=False)


def api_withdrawal(data: dict[str, Any], user: Any) -> Withdrawal:
    reason = data.get("reason", "").strip()
    if not reason:
        raise APIValidationError({"reason": ["请写明撤下原因，读者会看到。"]})
    return Withdrawal(reason=reason, user=user)


class BinAPIAction(DeletePageAPIAction):
    serializer = ReasonSerializer

    def execute(self, instance: BasePage, data: dict[str, Any]) -> Response:
        if not instance.permissions_for_user(self.request.user).can_delete():
            raise PermissionDenied
        public = instance.live or live_below([instance])
        withdrawal = api_withdrawal(data, self.request.user) if public else None
        try:
            recycling.bin_page(instance, self.request.user, withdrawal)
        except recycling.BinError as error:
            raise APIValidationError({"detail": str(error)}) from error
        return Response(status=204)


class WithdrawAPIAction(UnpublishPageAPIAction):
    serializer = ReasonSerializer

    def execute(self, instance: BasePage, data: dict[str, Any]) -> Response:
        with withdrawing(api_withdrawal(data, self.request.user)):
            return super().execute(instance, data)


@hooks.register("construct_admin_api")
def actions_of_the_portal(router: Any) -> None:
    actions = {"delete": BinAPIAction, "unpublish": WithdrawAPIAction}
    PagesAdminAPIViewSet.actions = {**PagesAdminAPIViewSet.actions, **actions}
