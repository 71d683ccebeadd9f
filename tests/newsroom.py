"""A portal with its roles set up, one person for each, and what they do through the admin's own screens."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import Group
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data, querydict_from_html, streamfield

from cms.core.models import BasePage, User
from cms.review import roles
from tests.factories import UserFactory

EDITOR, FIRST, SECOND, FINAL, AUDITOR, ADMIN = (role.name for role in roles.ROLES)
SUPERUSER, BOTH, ANONYMOUS = "超级管理员", "编辑兼审核", "没有登录"
GROUPS = {
    EDITOR: [EDITOR],
    FIRST: [FIRST],
    SECOND: [SECOND],
    FINAL: [FINAL],
    AUDITOR: [AUDITOR],
    ADMIN: [ADMIN],
    BOTH: [EDITOR, SECOND],
    SUPERUSER: [],
}
STEPS = (FIRST, SECOND, FINAL)


@dataclass
class Newsroom:
    people: dict[str, User]
    clients: dict[str, Client] = field(default_factory=dict)

    def client(self, who: str) -> Client:
        if who not in self.clients:
            self.clients[who] = Client()
            if who != ANONYMOUS:
                self.clients[who].force_login(self.people[who])
        return self.clients[who]

    def edit(self, who: str, page: BasePage, **fields: Any) -> HttpResponse:
        """Posts the page's editor, changed by `fields`; a name with an underscore stands for one with a hyphen."""
        client = self.client(who)
        address = reverse("wagtailadmin_pages:edit", args=[page.pk])
        shown = client.get(address)
        data: dict[str, Any] = {}
        if shown.status_code == 200:
            data = dict(querydict_from_html(shown.content.decode(), form_id="page-edit-form").items())
            data |= nested_form_data({"body": streamfield([])})
        return client.post(address, data | fields)  # type: ignore[return-value]

    def submit(self, who: str, page: BasePage, **fields: Any) -> HttpResponse:
        return self.edit(who, page, **{"action-submit": "1"}, **fields)

    def decide(self, who: str, instance: Any, action: str, **data: Any) -> HttpResponse:
        """Answers the dialog of a reviewer, as the editor and the dashboard open it."""
        state = instance.workflow_states.order_by("pk").last().current_task_state
        if isinstance(instance, BasePage):
            name = "wagtailadmin_pages:workflow_action"
        else:
            name = instance.snippet_viewset.get_url_name("workflow_action")
        address = reverse(name, args=[instance.pk, action, state.pk])
        ajax = {"x-requested-with": "XMLHttpRequest"}
        return self.client(who).post(address, data, headers=ajax)  # type: ignore[return-value]

    def approve(self, who: str, instance: Any, **data: Any) -> HttpResponse:
        if who == FIRST or instance.current_workflow_task.name == FIRST:
            data = {"secrecy_checked": "on"} | data
        return self.decide(who, instance, "approve", **data)

    def approve_all(self, instance: Any) -> None:
        for step in STEPS:
            self.approve(step, instance)
            instance.refresh_from_db()


def succeeded(answer: HttpResponse) -> bool:
    """Whether a reviewer's dialog closed."""
    return answer.status_code == 200 and json.loads(answer.content).get("step") == "success"


def open_newsroom() -> Newsroom:
    """Sets the roles up and makes one person for each, without passwords."""
    roles.set_up()
    groups = {group.name: group for group in Group.objects.all()}
    people = {}
    for who, names in GROUPS.items():
        person = UserFactory(username=who, real_name=f"{who}甲", is_superuser=who == SUPERUSER)
        person.groups.set([groups[name] for name in names])
        people[who] = person
    return Newsroom(people)
