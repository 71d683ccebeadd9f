"""Pictures with captions and credits, public documents, films elsewhere."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.documents import get_document_model
from wagtail.models import Collection, CollectionViewRestriction

from industries.blocks.media import https_address
from tests.factories import ImageFactory, Portal
from tests.industries.blocks.articles import article, items, problems, shown

VIDEO = {"title": "开工", "address": "https://example.org/v", "description": "门口到总装线。"}


def picture(image: Any, **parts: str) -> dict[str, Any]:
    chosen = {"image": image.pk, "decorative": False, "alt_text": "厂房外景"}
    return {"image": chosen, "caption": "", "credit": "", **parts}


def test_credit_is_the_pictures_own_unless_the_article_gives_another(portal: Portal, client: Client) -> None:
    image = ImageFactory(credit="图库登记")
    own = shown(client, article(("image", picture(image, caption="大门"))))
    assert "<figcaption>大门（图库登记）</figcaption>" in own
    other = shown(client, article(("image", picture(image, credit="张三摄"))))
    assert "<figcaption>（张三摄）</figcaption>" in other
    assert "图库登记" not in other


def test_a_gallery_shows_each_picture_with_its_caption_and_its_large_version(
    portal: Portal, client: Client
) -> None:
    pictures = [picture(ImageFactory(), caption=f"第{number}张") for number in (1, 2, 3)]
    html = shown(client, article(("gallery", {"title": "厂区", "pictures": items(*pictures)})))
    assert 'aria-label="厂区"' in html
    assert html.count("<figcaption>") == html.count("（看大图）") == html.count('alt="厂房外景"') == 3


def test_a_gallery_has_two_to_twelve_pictures_each_with_a_caption(portal: Portal) -> None:
    image = ImageFactory()
    captioned = picture(image, caption="大门")
    assert problems("gallery", {"pictures": items(captioned, captioned)}) == []
    assert problems("gallery", {"pictures": items(captioned)}) != []
    assert problems("gallery", {"pictures": items(*[captioned] * 13)}) != []
    assert problems("gallery", {"pictures": items(captioned, picture(image))}) != []
    assert problems("gallery", {"pictures": items(picture(image))}, draft=True) == []


def test_all_pictures_of_a_page_come_with_the_same_queries(portal: Portal, client: Client) -> None:
    def page(number: int) -> Any:
        pictures = [picture(ImageFactory(), caption="图") for _ in range(number)]
        gallery = ("gallery", {"pictures": items(*pictures)})
        return article(*(("image", each) for each in pictures), gallery)

    counts = []
    for each in (page(2), page(5)):
        client.get(each.url)  # makes the renditions
        with CaptureQueriesContext(connection) as captured:
            client.get(each.url)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def make_document(collection: Any) -> Any:
    file = ContentFile(b"x" * 2048, name="fangan.pdf")
    return get_document_model().objects.create(
        title="实施方案", file=file, file_size=2048, collection=collection
    )


def test_a_document_says_its_type_and_size_and_is_public_or_absent(portal: Portal, client: Client) -> None:
    folder = Collection.get_first_root_node().add_child(name="内部")
    document = make_document(folder)
    page = article(("document", {"document": document.pk, "title": "", "description": "三年安排。"}))
    html = shown(client, page)
    assert f'href="{document.url}">实施方案</a>' in html
    assert "PDF" in html
    assert "2.0\xa0KB" in html
    assert "三年安排。" in html
    below = folder.add_child(name="更内部")
    document.collection = below
    document.save()
    CollectionViewRestriction.objects.create(collection=folder, restriction_type="login")
    html = shown(client, page)
    assert "实施方案" not in html
    assert "三年安排。" not in html
    assert "fangan" not in html


def test_a_film_is_a_link_that_says_it_leaves(portal: Portal, client: Client) -> None:
    html = shown(client, article(("video", {**VIDEO, "duration": "3分20秒", "transcript": "解说全文"})))
    assert 'href="https://example.org/v" rel="external noopener">观看视频（离开本站）' in html
    for words in ("3分20秒", "example.org", "门口到总装线。", "<summary>文字稿</summary>", "解说全文"):
        assert words in html
    assert "<iframe" not in html


@pytest.mark.parametrize(
    "address", ["http://example.org/v", "javascript:alert(1)", "example.org", "https://", "data:text/html,x"]
)
def test_only_https_addresses(portal: Portal, client: Client, address: str) -> None:
    wrong = {**VIDEO, "address": address}
    assert problems("video", wrong) == ["应是 https:// 开头的完整网址。"]
    assert problems("video", wrong, draft=True) == []
    assert https_address(address) == ""
    assert address not in shown(client, article(("video", wrong)))
