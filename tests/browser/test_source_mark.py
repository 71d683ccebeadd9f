"""The mark beside every figure and claim: it opens by keyboard and by touch, and says where that comes from."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.conftest import NewPage, Site, gathered
from tests.browser.example import DOUBT
from tests.browser.test_accessibility import axe


def tab_to(page: Page, target: Locator) -> None:
    """Goes on with the Tab key until `target` has the focus."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if target.evaluate("e => e === document.activeElement"):
            return
    raise AssertionError("the keyboard does not get there")


def opened(page: Page) -> Locator:
    return page.locator(".provenance:popover-open")


def test_mark_opens_and_closes_by_keyboard(site: Site, page: Page) -> None:
    page.goto(site / "news")
    mark = page.locator(".prose .mark").first
    tab_to(page, mark)
    assert opened(page).count() == 0
    page.keyboard.press("Enter")
    text = opened(page).inner_text()
    for part in (
        "汽车工业产值：4047.7亿元",
        "《长春日报报道》，长春日报",
        "第2段",
        "2025年1—11月",
        "媒体，2025年",
    ):
        assert part in text
    page.keyboard.press("Escape")
    assert opened(page).count() == 0
    assert mark.evaluate("e => e === document.activeElement")
    page.keyboard.press("Space")
    assert opened(page).count() == 1


def test_open_card_comes_next_for_the_keyboard(site: Site, page: Page) -> None:
    page.goto(site / "news")
    tab_to(page, page.locator(".prose .mark").first)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("href") == "https://example.org/baodao"
    assert opened(page).locator(":focus").count() == 1


def test_doubtful_figure_says_so_and_says_why(site: Site, page: Page) -> None:
    page.goto(site / "news")
    mark = page.locator(".prose p .mark", has_text="存疑")
    assert mark.get_attribute("aria-label") == "来源与核实状态：存疑"
    mark.click()
    text = opened(page).inner_text()
    assert DOUBT in text
    assert "状态存疑" in text.replace("\n", "").replace(" ", "")


def test_mark_leaves_no_gap_in_the_sentence(site: Site, page: Page) -> None:
    page.goto(site / "news")
    sentence = page.locator(".prose p", has_text="比重").first.inner_text()
    assert sentence == "全市汽车工业产值为4047.7亿元源，比重31.5%以上源。"


def test_touch_elsewhere_closes_the_card(site: Site, new_page: NewPage) -> None:
    page = new_page(width=390, has_touch=True)
    page.goto(site / "news")
    page.locator(".prose .mark").first.tap()
    assert opened(page).is_visible()
    page.locator(".prose h2").first.tap()
    assert opened(page).count() == 0


@pytest.mark.parametrize("width", [390, 1440])
def test_each_mark_opens_its_own_card_inside_the_window(site: Site, new_page: NewPage, width: int) -> None:
    page = new_page(width=width)
    with gathered() as failures:
        for name in ("news", "project", "indicator"):
            page.goto(site / name)
            for mark in page.locator(".mark").all():
                mark.click()
                card = opened(page)
                claim = card.inner_text().split("\n")[0]
                if card.get_attribute("id") != mark.get_attribute("popovertarget"):
                    failures.append(f"{name}: a mark opens another card: {claim}")
                box = card.bounding_box()
                assert box is not None
                if box["x"] < 0 or box["x"] + box["width"] > width or box["y"] < 0:
                    failures.append(f"{name}: the card leaves the window: {claim}, {box}")
                page.keyboard.press("Escape")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_an_open_card(site: Site, new_page: NewPage, scheme: str) -> None:
    page = new_page(color_scheme=scheme)
    page.goto(site / "news")
    page.locator(".prose p .mark", has_text="存疑").click()
    assert axe(page) == []
