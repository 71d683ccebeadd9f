"""Under review nobody publishes by themselves; and who may read all pages without changing any."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import PagePermissionTester, Site
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permission_policies.collections import CollectionOwnershipPermissionPolicy
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.permissions import register_permission_policy

from cms.core.forms import ReviewedModelForm
from cms.core.models import BasePage
from cms.review.force import model_is_reviewed, page_is_reviewed

READ_PAGES = "core.view_basepage"
EMERGENCY = "review.add_emergencypublication"
# Right to take a fact off the site; publishing takes the reviews.
WITHDRAW = "withdraw"
# Models that are no pages and are reviewed as pages are, in the order of `put_under_review`.
reviewed_models: list[Any] = []


class ReviewedPageTester(PagePermissionTester):
    """Wagtail's rules for a page, and the reviews on top."""

    def has(self, permission: str) -> bool:
        """Whether a group gives the permission here; superusers have all."""
        user = self.user
        return user.is_active and (user.is_superuser or permission in self.permissions)

    def can_read(self) -> bool:
        """See drafts, history and the 审核单 of the page."""
        if not self.user.is_active or self.page_is_root:
            return False
        return self.user.has_perm(READ_PAGES) or self.has("publish") or bool(self.can_edit())

    def can_publish(self) -> bool:
        return bool(super().can_publish()) and not page_is_reviewed(self.page, self.user)

    def can_publish_subpage(self) -> bool:
        return bool(super().can_publish_subpage()) and not page_is_reviewed(self.page, self.user)

    def can_publish_in_emergency(self) -> bool:
        return self.user.has_perm(EMERGENCY) and self.can_read()

    def can_unschedule(self) -> bool:
        return not self.page_is_root and self.has("publish")

    def can_set_view_restrictions(self) -> bool:
        return not self.page_is_root and self.has("publish") and self.has("change")

    def can_reorder_children(self) -> bool:
        return self.has("publish") and self.has("change")


class ReadablePagePolicy(PagePermissionPolicy):
    """Who may read all pages finds them in the explorer, search and reports. No right to change comes with it."""

    def reads_all(self, user: Any) -> bool:
        return bool(user.is_active and not user.is_superuser and user.has_perm(READ_PAGES))

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        """Views that only show ask for any of several rights; one that changes asks for its own."""
        wanted = set(actions)
        return bool(super().user_has_any_permission(user, wanted)) or (
            len(wanted) > 1 and self.reads_all(user)
        )

    def instances_with_direct_explore_permission(self, user: Any) -> Any:
        found = super().instances_with_direct_explore_permission(user)
        if not self.reads_all(user):
            return found
        homes = Site.objects.values("root_page")
        return [*found, *BasePage.objects.filter(pk__in=homes)]

    def explorable_instances(self, user: Any) -> Any:
        if not self.reads_all(user):
            return super().explorable_instances(user)
        root = self.explorable_root_instance(user)
        pages = self.model._default_manager
        return pages.descendant_of(root, inclusive=True) if root else pages.none()


class ReadableFilePolicy(CollectionOwnershipPermissionPolicy):
    """Who may read all pages may see the lists of images and documents too."""

    def sees_all(self, user: Any, actions: Iterable[str]) -> bool:
        """As with pages: a list asks for any of several rights, a change for its own."""
        return len(set(actions)) > 1 and bool(user.is_active and user.has_perm(READ_PAGES))

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        return bool(super().user_has_any_permission(user, actions)) or self.sees_all(user, actions)

    def instances_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> Any:
        if self.sees_all(user, actions):
            return self.model._default_manager.all()
        return super().instances_user_has_any_permission_for(user, actions)


class ReviewedModelPolicy(ModelPermissionPolicy):
    """Rights over facts: publishing takes the reviews while they are in force, taking off the site doesn't."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        if action == WITHDRAW:
            return bool(super().user_has_permission(user, "publish"))
        allowed = bool(super().user_has_permission(user, action))
        return allowed and not (action == "publish" and model_is_reviewed(self.model))


def put_under_review(model: Any) -> None:
    """For a model with drafts and a workflow; call it in `ready()`."""
    model.base_form_class = ReviewedModelForm
    reviewed_models.append(model)
    register_permission_policy(model, ReviewedModelPolicy(model))


def let_readers_see_files() -> None:
    """In the place of Wagtail's policies for images and documents, which know no right to read."""
    for model, auth_model in (
        (get_image_model(), "wagtailimages.Image"),
        (get_document_model(), "wagtaildocs.Document"),
    ):
        policy = ReadableFilePolicy(model, auth_model=auth_model, owner_field_name="uploaded_by_user")
        register_permission_policy(model, policy)
