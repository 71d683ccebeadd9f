"""Accounts in the admin: the real name stands on what a person approves, so it is asked for first."""

from __future__ import annotations

from typing import Any

from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import UserViewSet


class RealName:
    """Wagtail asks for two names; a Chinese one is not cut in two. (What older accounts have there stays.)"""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["first_name"], self.fields["last_name"]


class AccountCreationForm(RealName, UserCreationForm):
    class Meta(UserCreationForm.Meta):
        fields = UserCreationForm.Meta.fields | {"real_name"}


class AccountEditForm(RealName, UserEditForm):
    class Meta(UserEditForm.Meta):
        fields = UserEditForm.Meta.fields | {"real_name"}


class AccountViewSet(UserViewSet):
    def get_form_class(self, for_update: bool = False) -> Any:
        return AccountEditForm if for_update else AccountCreationForm
