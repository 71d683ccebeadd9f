"""A picture says what it shows, or says that it shows nothing."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from wagtail.images.forms import get_image_form

from cms.core.models import PortalImage
from tests.factories import ImageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path, "base_url": "/media/"},
        },
    }


def test_picture_needs_an_alternative_text() -> None:
    image = ImageFactory.build(description="")
    with pytest.raises(ValidationError) as error:
        image.clean()
    assert error.value.message_dict == {
        "description": ["请写替代文字：图片说了什么。不含信息的图片请勾选“装饰图”。"]
    }


@pytest.mark.parametrize(("text", "decorative"), [("总装车间", False), ("", True), ("总装车间", True)])
def test_picture_with_text_or_without_information_is_fine(text: str, decorative: bool) -> None:
    ImageFactory.build(description=text, is_decorative=decorative).clean()


def test_decorative_picture_is_passed_over_by_screen_readers() -> None:
    assert PortalImage(description="总装车间").default_alt_text == "总装车间"
    assert PortalImage(description="总装车间", is_decorative=True).default_alt_text == ""


def test_rendition_carries_the_alternative_text() -> None:
    assert ImageFactory(description="总装车间").get_rendition("width-10").alt == "总装车间"
    assert ImageFactory(is_decorative=True).get_rendition("width-10").alt == ""


def test_editors_are_asked_for_credit_licence_and_alternative_text() -> None:
    form = get_image_form(PortalImage)
    assert {"credit", "licence", "is_decorative", "description"} <= set(form.base_fields)


def test_form_asks_for_the_alternative_text_where_it_is_missing() -> None:
    image = ImageFactory()
    answers = {"title": "厂房", "description": "", "collection": image.collection_id, "tags": ""}
    form = get_image_form(PortalImage)(answers, instance=image)
    assert not form.is_valid()
    assert set(form.errors) == {"description"}
    form = get_image_form(PortalImage)({**answers, "is_decorative": "on"}, instance=ImageFactory())
    assert form.is_valid(), form.errors
