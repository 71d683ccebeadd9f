"""Page artwork: the same address is the same picture for ever."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from django.template import Context, Template
from django.test import Client

from cms.core.artwork import HEIGHT, HUES, LINES, WIDTH, draw
from tests.factories import Portal, SectorPageFactory

SVG = "{http://www.w3.org/2000/svg}"
SEED = "0123456789ab"


@pytest.mark.parametrize("hue", HUES)
def test_picture_is_valid_xml_with_a_curve_for_every_line(client: Client, hue: str) -> None:
    response = client.get(f"/art/{hue}/{SEED}.svg")
    assert response["Content-Type"] == "image/svg+xml"
    picture = ElementTree.fromstring(response.content)
    assert picture.tag == f"{SVG}svg"
    assert picture.attrib["viewBox"] == f"0 0 {WIDTH} {HEIGHT}"
    paths = picture.findall(f"{SVG}g/{SVG}path")
    assert len(paths) == LINES
    assert len({path.attrib["d"] for path in paths}) == LINES


def test_same_seed_gives_the_same_picture_and_another_seed_another() -> None:
    assert draw(SEED, "#123456") == draw(SEED, "#123456")
    assert draw(SEED, "#123456") != draw("ba9876543210", "#123456")


def test_picture_never_changes() -> None:
    """Readers keep it for a year: a new way of drawing needs new addresses."""
    picture = draw(SEED, HUES["pine"])
    first = ElementTree.fromstring(picture).find(f"{SVG}g/{SVG}path")
    assert first is not None
    assert first.attrib["d"].startswith("M0 ")
    assert first.attrib["d"].count("C") == 25


def test_picture_may_be_kept_for_ever(client: Client) -> None:
    response = client.get(f"/art/pine/{SEED}.svg")
    kept = {part.strip() for part in response["Cache-Control"].split(",")}
    assert kept == {"public", "max-age=31536000", "immutable"}
    assert "Set-Cookie" not in response


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        f"/art/red/{SEED}.svg",
        "/art/pine/0123456789a.svg",
        "/art/pine/0123456789abc.svg",
        "/art/pine/0123456789AB.svg",
        "/art/pine/..%2f..%2fetcp.svg",
    ],
)
def test_other_addresses_are_not_found(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_page_shows_its_own_picture_as_decoration(client: Client, portal: Portal) -> None:
    first, second = SectorPageFactory(), SectorPageFactory()
    tags = [
        Template("{% load portal %}{% artwork page %}").render(Context({"page": page}))
        for page in (first, first, second)
    ]
    assert tags[0] == tags[1] != tags[2]
    image = ElementTree.fromstring(tags[0].replace(">", "/>"))
    assert image.attrib["alt"] == ""
    assert client.get(image.attrib["src"]).status_code == 200
