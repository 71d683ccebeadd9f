"""Share cards: drawn on publication, kept only for pages that every reader may see."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.management import call_command
from django.test import Client
from PIL import Image
from wagtail.models import PageViewRestriction

from cms.core import sharecards
from cms.core.models import BasePage, SiteIdentity
from cms.core.sharecards import HEIGHT, WIDTH, Card, draw_card, set_title, wrap
from tests.factories import NewsPageFactory, Portal, StandardPageFactory, make_private

Commit = Callable[..., Any]


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    """A storage of its own for each test."""
    local = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(tmp_path), "base_url": "/media/"},
    }
    settings.STORAGES = {**settings.STORAGES, "default": local}
    settings.MEDIA_ROOT = tmp_path


def card(title: str = "一条供应链是怎样长出来的", hue: str = "pine", seed: str = "a") -> Card:
    return Card(title=title, label="动态", site="长春产业", hue=hue, seed=seed)


def publish(page: BasePage, commit: Commit) -> BasePage:
    with commit(execute=True):
        page.save_revision().publish()
    page.refresh_from_db()
    return page


def files() -> list[str]:
    folder = sharecards.FOLDER
    return default_storage.listdir(folder)[1] if default_storage.exists(folder) else []


# Drawing


@pytest.mark.parametrize("title", ["短", "一条供应链是怎样长出来的", "长题目" * 40, ""])
def test_card_is_a_small_png_of_the_size_that_other_sites_ask_for(title: str) -> None:
    png = card(title).png()
    picture = Image.open(BytesIO(png))
    assert (picture.format, picture.mode, picture.size) == ("PNG", "P", (WIDTH, HEIGHT))
    assert len(png) < 60_000


def test_card_shows_title_hue_and_the_pages_own_lines() -> None:
    assert card().png() == card().png()
    assert len({card().png(), card(title="另一题").png(), card(hue="amber").png(), card(seed="b").png()}) == 4


def test_without_chinese_type_the_card_carries_lines_only(monkeypatch: pytest.MonkeyPatch) -> None:
    with_type, digest = card().png(), card().digest()
    monkeypatch.setattr(sharecards, "font_path", lambda style: None)
    assert card().png() == card(title="别的").png() != with_type
    assert card().digest() != digest, "a card without type is out of date once there is type"


def test_title_breaks_between_words_and_no_line_starts_with_a_closing_mark() -> None:
    lines = wrap("长春光电信息产业，集群成形", lambda text: 10.0 * len(text), 60)
    assert "".join(lines) == "长春光电信息产业，集群成形"
    assert all(line[0] not in sharecards.CLOSING for line in lines)
    assert "长春" in lines[0]


def test_title_that_is_too_long_ends_in_an_ellipsis() -> None:
    size, lines = set_title("吉林奥来德光电材料股份有限公司" * 8)
    assert (size, len(lines)) == (50, 3)
    assert lines[-1].endswith("…")


# Keeping


def test_publication_draws_a_card_and_the_page_names_it(
    portal: Portal, client: Client, django_capture_on_commit_callbacks: Commit
) -> None:
    page = publish(NewsPageFactory(title="新车下线"), django_capture_on_commit_callbacks)
    assert page.share_card == f"images/cards/{page.pk}-{Path(page.share_card).stem.split('-')[1]}.png"
    assert files() == [Path(page.share_card).name]
    response = client.get(default_storage.url(page.share_card))
    assert Image.open(BytesIO(b"".join(response.streaming_content))).size == (WIDTH, HEIGHT)
    assert f'content="http://testserver/media/{page.share_card}"' in client.get(page.url).content.decode()


def test_reader_of_a_page_without_card_gets_the_sites_own_and_nothing_is_drawn(
    portal: Portal, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(self: Card) -> bytes:
        raise AssertionError("drawn while a reader waits")

    monkeypatch.setattr(Card, "png", forbidden)
    page = NewsPageFactory()
    assert 'content="http://testserver/static/img/share.png"' in client.get(page.url).content.decode()


def test_new_title_gets_a_new_card_in_place_of_the_old(
    portal: Portal, django_capture_on_commit_callbacks: Commit
) -> None:
    page = publish(NewsPageFactory(title="旧题"), django_capture_on_commit_callbacks)
    first = page.share_card
    page.title = "新题"
    publish(page, django_capture_on_commit_callbacks)
    assert page.share_card != first
    assert files() == [Path(page.share_card).name]


def test_publishing_an_old_revision_keeps_the_card_of_the_page(
    portal: Portal, django_capture_on_commit_callbacks: Commit
) -> None:
    page = NewsPageFactory(title="题目")
    before_any_card = page.save_revision()
    publish(page, django_capture_on_commit_callbacks)
    drawn = page.share_card
    with django_capture_on_commit_callbacks(execute=True):
        before_any_card.publish()
    page.refresh_from_db()
    assert (page.share_card, files()) == (drawn, [Path(drawn).name])


def test_card_makes_no_revision(portal: Portal, django_capture_on_commit_callbacks: Commit) -> None:
    page = publish(NewsPageFactory(), django_capture_on_commit_callbacks)
    assert page.revisions.count() == 1
    assert not page.has_unpublished_changes


def unpublish(page: BasePage) -> None:
    page.unpublish()


def hide_section(page: BasePage) -> None:
    make_private(page.get_parent())


def delete(page: BasePage) -> None:
    page.delete()


def delete_section(page: BasePage) -> None:
    page.get_parent().delete()


@pytest.mark.parametrize("hide", [unpublish, make_private, hide_section, delete, delete_section])
def test_card_goes_when_the_page_is_no_longer_public(
    portal: Portal, client: Client, django_capture_on_commit_callbacks: Commit, hide: Callable[[Any], None]
) -> None:
    parent = StandardPageFactory()
    page = publish(StandardPageFactory(parent=parent), django_capture_on_commit_callbacks)
    address = default_storage.url(page.share_card)
    assert client.get(address).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        hide(page)
    assert files() == []
    assert client.get(address).status_code == 404
    assert BasePage.objects.filter(pk=page.pk).exclude(share_card="").count() == 0


def test_card_of_an_alias_goes_when_its_page_becomes_private(
    portal: Portal, django_capture_on_commit_callbacks: Commit
) -> None:
    page = publish(StandardPageFactory(), django_capture_on_commit_callbacks)
    draw_card(page.create_alias(update_slug="copy"))
    assert len(files()) == 2
    with django_capture_on_commit_callbacks(execute=True):
        make_private(page)
    assert files() == []


def test_page_published_in_a_private_section_gets_none(
    portal: Portal, django_capture_on_commit_callbacks: Commit
) -> None:
    parent = StandardPageFactory()
    make_private(parent)
    page = publish(StandardPageFactory(parent=parent), django_capture_on_commit_callbacks)
    assert (page.share_card, files()) == ("", [])


def test_cards_follow_a_move_into_a_private_section_and_out_of_it(
    portal: Portal, django_capture_on_commit_callbacks: Commit
) -> None:
    private = StandardPageFactory()
    make_private(private)
    page = publish(StandardPageFactory(), django_capture_on_commit_callbacks)
    with django_capture_on_commit_callbacks(execute=True):
        BasePage.objects.get(pk=page.pk).specific.move(private, pos="last-child")
    assert files() == []
    with django_capture_on_commit_callbacks(execute=True):
        BasePage.objects.get(pk=page.pk).specific.move(portal.home, pos="last-child")
    assert len(files()) == 1


def test_section_that_is_opened_again_has_its_cards_again(
    portal: Portal, django_capture_on_commit_callbacks: Commit
) -> None:
    page = publish(StandardPageFactory(), django_capture_on_commit_callbacks)
    with django_capture_on_commit_callbacks(execute=True):
        make_private(page)
    with django_capture_on_commit_callbacks(execute=True):
        PageViewRestriction.objects.get().delete()
    page.refresh_from_db()
    assert files() == [Path(page.share_card).name]


def test_copy_has_a_card_of_its_own_and_leaves_the_originals_alone(
    portal: Portal, django_capture_on_commit_callbacks: Commit
) -> None:
    page = publish(StandardPageFactory(slug="one"), django_capture_on_commit_callbacks)
    with django_capture_on_commit_callbacks(execute=True):
        copy = page.copy(update_attrs={"slug": "two"}, keep_live=False)
    assert copy.share_card == ""
    with django_capture_on_commit_callbacks(execute=True):
        BasePage.objects.get(pk=copy.pk).specific.delete()
    assert files() == [Path(page.share_card).name]


def test_storage_that_fails_does_not_stop_a_publication(
    portal: Portal, django_capture_on_commit_callbacks: Commit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: FileSystemStorage, name: str, content: Any) -> str:
        raise OSError("disk full")

    monkeypatch.setattr(FileSystemStorage, "save", full)
    page = publish(NewsPageFactory(live=False), django_capture_on_commit_callbacks)
    assert page.live
    assert page.share_card == ""


# The command


def test_pages_published_in_bulk_get_their_cards_from_the_command(
    portal: Portal, django_capture_on_commit_callbacks: Commit
) -> None:
    page = publish(NewsPageFactory(title="旧题"), django_capture_on_commit_callbacks)
    page.title = "新题"
    with sharecards.postponed():
        publish(page, django_capture_on_commit_callbacks)
    assert (page.share_card, files()) == ("", []), "an old title must not stay on the card"
    call_command("draw_share_cards", verbosity=0)
    visible = BasePage.objects.visible().filter(depth__gt=1)
    assert len(files()) == visible.count()
    assert set(files()) == {Path(name).name for name in visible.values_list("share_card", flat=True)}


def test_command_goes_on_where_it_was_stopped(portal: Portal) -> None:
    call_command("draw_share_cards", limit=3, verbosity=0)
    assert len(files()) == 3
    call_command("draw_share_cards", verbosity=0)
    assert len(files()) == BasePage.objects.visible().filter(depth__gt=1).count()


def test_command_draws_outdated_cards_anew_when_asked(portal: Portal) -> None:
    call_command("draw_share_cards", verbosity=0)
    before = set(files())
    identity = SiteIdentity.for_site(portal.site)
    identity.short_name = "新简称"
    identity.save()
    call_command("draw_share_cards", verbosity=0)
    assert set(files()) == before
    call_command("draw_share_cards", outdated=True, verbosity=0)
    assert len(files()) == len(before)
    assert not set(files()) & before


def test_drafts_get_no_card(portal: Portal) -> None:
    page = NewsPageFactory(live=False)
    call_command("draw_share_cards", verbosity=0)
    page.refresh_from_db()
    assert page.share_card == ""
