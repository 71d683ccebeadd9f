"""The mark beside every figure and claim: it opens by keyboard and by touch, and says where that comes from."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.conftest import NewPage, Site, gathered
from tests.browser.example import DOUBT
from tests.browser.test_accessibility import axe

# Opens each visible mark in turn as a click does; gives those whose card is another's or leaves the window.
OPEN_EACH = """() => [...document.querySelectorAll(".mark")].filter(e => e.checkVisibility()).flatMap(mark => {
  mark.scrollIntoView({block: "center"});
  mark.click();
  const card = document.querySelector(".provenance:popover-open");
  if (card?.id !== mark.getAttribute("popovertarget")) return [`another card: ${card?.id}`];
  const box = card.getBoundingClientRect();
  card.hidePopover();
  const inside = box.left >= 0 && box.right <= innerWidth && box.top >= 0 && box.bottom <= innerHeight;
  return inside && box.width > 100 ? [] : [`${card.id} at ${JSON.stringify(box)}`];
})"""


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_an_open_card(site: Site, new_page: NewPage, scheme: str) -> None:
    page = new_page(color_scheme=scheme)
    page.goto(site / "news")
    page.locator(".prose p .mark", has_text="存疑").click()
    assert axe(page) == []


NARROWEST, PHONE, DESK = 320, 390, 1440


@pytest.mark.parametrize("width", [NARROWEST, DESK])
def test_each_mark_opens_its_own_card_inside_the_window(site: Site, new_page: NewPage, width: int) -> None:
    """In a low window too, where a long card must scroll."""
    page = new_page(width=width, height=560)
    with gathered() as failures:
        for name in ("news", "project", "indicator", "fact", "timeline"):
            page.goto(site / name)
            failures += [f"{name}: {problem}" for problem in page.evaluate(OPEN_EACH)]


def test_card_leads_to_the_page_of_the_fact(site: Site, page: Page) -> None:
    page.goto(site / "news")
    page.locator(".prose p .mark", has_text="存疑").first.click()
    opened(page).get_by_role("link", name="这条事实的页面").click()
    page.wait_for_url(f"**{site.pages['fact']}")
    assert page.locator("h1").inner_text() == "汽车工业产值"
    assert DOUBT in page.locator(".fact__status").inner_text()


def test_marks_are_large_enough_to_hit(site: Site, new_page: NewPage) -> None:
    page = new_page(width=PHONE)
    page.goto(site / "indicator")
    boxes = [mark.bounding_box() for mark in page.locator(".mark:visible").all()]
    assert len(boxes) >= 5
    assert min(min(box["width"], box["height"]) for box in boxes if box) >= 24


def test_mark_can_be_seen_in_forced_colours(site: Site, new_page: NewPage) -> None:
    page = new_page(forced_colors="active")
    page.goto(site / "news")
    mark = page.locator(".prose .mark").first
    border, ground = mark.evaluate(
        "e => [getComputedStyle(e).borderTopColor, getComputedStyle(e).backgroundColor]"
    )
    assert border != ground
    mark.click()
    assert opened(page).is_visible()


def test_on_paper_the_source_stands_in_the_line(site: Site, page: Page) -> None:
    page.goto(site / "news")
    page.emulate_media(media="print")
    paragraph = page.locator(".prose p", has_text="比重").first
    assert not paragraph.locator(".mark").first.is_visible()
    printed = paragraph.inner_text()
    assert "《长春日报报道》" in printed
    assert "这条事实的页面" not in printed


# Charts


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_one_variant_of_a_line_chart_shows_with_legible_type(
    site: Site, new_page: NewPage, width: int
) -> None:
    page = new_page(width=width)
    for name in ("indicator", "news"):
        page.goto(site / name)
        chart = page.locator(".chart:has(svg.chart__drawing)").first
        shown = chart.locator("svg.chart__drawing:visible")
        assert shown.count() == 1
        scale = shown.evaluate("e => e.getBoundingClientRect().width / e.viewBox.baseVal.width")
        assert 14 * scale >= 12, f"{name}: labels of {14 * scale:.1f} px"


def test_chart_has_a_name_and_a_description_for_those_who_listen(site: Site, page: Page) -> None:
    page.goto(site / "indicator")
    snapshot = page.locator(".chart").first.aria_snapshot()
    assert "汽车工业产值：从2022年的120亿元到2024年的约3800亿元" in snapshot
    page.get_by_text("查看数据表").first.click()
    table = page.locator(".chart__data table")
    assert table.locator("tbody tr").count() == 4
    assert "2025年1—11月" in table.inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_with_data_tables_open(site: Site, new_page: NewPage, scheme: str) -> None:
    page = new_page(width=PHONE, color_scheme=scheme)
    page.goto(site / "news")
    for summary in page.locator(".chart__data summary").all():
        summary.click()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
