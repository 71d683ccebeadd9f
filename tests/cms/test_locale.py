"""The admin speaks Chinese: every message of Wagtail has one, and the committed .mo files hold our .po files."""

from __future__ import annotations

import ast
import gettext
import json
import re
from pathlib import Path
from typing import NamedTuple

import django
import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.utils import translation
from wagtail.admin.views.i18n import localized_js_catalog

OURS = Path(settings.LOCALE_PATHS[0]) / "zh_Hans" / "LC_MESSAGES"
DOMAINS = ("django", "djangojs")
# The same in both languages.
NAMES = {"%(range_start)s - %(range_end)s", "ID", "Wagtail API v2", "Wagtail API v3"} | {
    *("AM", "PM", "a.m.", "p.m.", "%s KB", "%s MB", "%s GB", "%s TB", "%s PB"),
    *("IPv4", "IPv6", ":", ":?.!", "…"),
}
# Wagtail's own words for what this newsroom calls 审核流程, 文件夹, 网址片段, 撤下, 批注, 资料.
RETIRED = re.compile(r"工作流|集合|缩略名|取消发布|评论|(?<!网址)片段")
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sdr]|\{\w*\}|</?[a-z][^>]*>")


class Message(NamedTuple):
    id: str
    plural: str = ""
    context: str | None = None
    text: str = ""

    @property
    def key(self) -> tuple[str | None, str]:
        return self.context, self.id


def read_po(path: Path) -> list[Message]:
    """The messages of a catalogue, without its header and without obsolete or unfinished ones."""
    messages = []
    for block in re.split(r"\n\s*\n", path.read_text(encoding="utf-8")):
        fields: dict[str, str] = {}
        field = ""
        fuzzy = False
        for line in block.splitlines():
            fuzzy = fuzzy or (line.startswith("#,") and "fuzzy" in line)
            if line.startswith("#") or not line.strip():
                continue
            if not line.startswith('"'):
                field, line = line.split(" ", 1)
                fields[field] = ""
            fields[field] += ast.literal_eval(line)
        if fields.get("msgid") and not fuzzy:
            text = fields.get("msgstr") or fields.get("msgstr[0]", "")
            messages.append(
                Message(fields["msgid"], fields.get("msgid_plural", ""), fields.get("msgctxt"), text)
            )
    return messages


def english(domain: str) -> list[Message]:
    """What Django, Wagtail and its companions have to say; one message may come from several apps."""
    folders = [Path(django.__file__).parent / "conf"] if domain == "django" else []
    folders += [Path(app.path) for app in apps.get_app_configs()]
    found: dict[tuple[str | None, str], Message] = {}
    for folder in folders:
        path = folder / "locale" / "en" / "LC_MESSAGES" / f"{domain}.po"
        for message in read_po(path) if path.exists() else []:
            if not found.get(message.key, Message("")).plural:
                found[message.key] = message
    return list(found.values())


def served_to_browsers() -> dict[str, str | list[str]]:
    request = RequestFactory().get("/admin/jsi18n/")
    request.user = AnonymousUser()
    with translation.override("zh-hans"):
        script = localized_js_catalog(request).content.decode()
    _, found, rest = script.partition("const newcatalog = ")
    assert found, "the admin's JavaScript catalogue is empty"
    return json.JSONDecoder().raw_decode(rest)[0]


def chinese(domain: str) -> dict[tuple[str | None, str], str]:
    """Each English message in Chinese, or again in English, the way the admin shows it."""
    messages = english(domain)
    if domain == "djangojs":
        served = served_to_browsers()
        texts = {message.key: served.get(message.id, message.id) for message in messages}
        return {key: text if isinstance(text, str) else text[0] for key, text in texts.items()}
    with translation.override("zh-hans"):
        return {message.key: in_chinese(message) for message in messages}


def in_chinese(message: Message) -> str:
    if message.plural and message.context:
        return translation.npgettext(message.context, message.id, message.plural, 2)
    if message.plural:
        return translation.ngettext(message.id, message.plural, 2)
    if message.context:
        return translation.pgettext(message.context, message.id)
    return translation.gettext(message.id)


def listed(found: list[str]) -> str:
    return f"{len(found)} of them:\n" + "\n".join(found)


def test_reads_a_catalogue(tmp_path):
    catalogue = tmp_path / "django.po"
    catalogue.write_text(
        'msgid ""\nmsgstr ""\n"Language: zh\\n"\n\n'
        '#: a.py\n#, python-format\nmsgctxt "c"\nmsgid "one"\nmsgid_plural ""\n"%d "\n"ma\\"ny"\nmsgstr[0] "多"\n\n'
        '#, fuzzy\nmsgid "guess"\nmsgstr "猜"\n\n#~ msgid "old"\n#~ msgstr "旧"\n',
        encoding="utf-8",
    )
    assert read_po(catalogue) == [Message("one", '%d ma"ny', "c", "多")]


@pytest.mark.parametrize(("domain", "at_least"), [("django", 1900), ("djangojs", 80)])
def test_finds_the_english_messages(domain, at_least):
    assert len(english(domain)) >= at_least


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_message_has_chinese(domain):
    texts = chinese(domain)
    missing = [
        repr(message.id)
        for message in english(domain)
        if texts[message.key] in ("", message.id, message.plural) and message.id not in NAMES
    ]
    assert not missing, f"Without Chinese in cms/locale/zh_Hans/LC_MESSAGES/{domain}.po, {listed(missing)}"


@pytest.mark.parametrize("domain", DOMAINS)
def test_placeholders_survive_translation(domain):
    texts = chinese(domain)
    broken = []
    for message in english(domain):
        wanted = [set(PLACEHOLDER.findall(form)) for form in (message.id, message.plural) if form]
        if set(PLACEHOLDER.findall(texts[message.key])) not in wanted:
            broken.append(f"{message.id!r} → {texts[message.key]!r}")
    assert not broken, f"Placeholders differ in {listed(broken)}"


@pytest.mark.parametrize("domain", DOMAINS)
def test_one_word_for_one_thing(domain):
    texts = chinese(domain)
    mixed = [f"{id_!r} → {text!r}" for (_, id_), text in texts.items() if RETIRED.search(text)]
    assert not mixed, f"Other words than the newsroom's in {listed(mixed)}"


@pytest.mark.parametrize("domain", DOMAINS)
def test_no_message_is_left_behind(domain):
    """After an update of Wagtail, what it no longer says goes from our catalogue too."""
    known = {message.key for message in english(domain)}
    stale = [repr(message.id) for message in read_po(OURS / f"{domain}.po") if message.key not in known]
    assert not stale, f"No longer in Wagtail, {listed(stale)}"


@pytest.mark.parametrize("domain", DOMAINS)
def test_catalogue_is_sorted(domain):
    ids = [(message.id, message.context or "") for message in read_po(OURS / f"{domain}.po")]
    assert ids == sorted(set(ids))


@pytest.mark.parametrize("domain", DOMAINS)
def test_compiled_catalogue_is_current(domain):
    with (OURS / f"{domain}.mo").open("rb") as file:
        compiled = dict(gettext.GNUTranslations(file)._catalog)
    compiled.pop("")
    source = {}
    for message in read_po(OURS / f"{domain}.po"):
        id_ = f"{message.context}\x04{message.id}" if message.context else message.id
        source[(id_, 0) if message.plural else id_] = message.text
    differing = [repr(key) for key in source.keys() | compiled.keys() if source.get(key) != compiled.get(key)]
    assert not differing, (
        f"Run pybabel compile -d cms/locale -l zh_Hans -D {domain}; its .mo differs in {listed(differing)}"
    )


def test_browsers_get_one_plural_form():
    assert served_to_browsers()["%(num)s error"] == ["%(num)s 处错误"]
