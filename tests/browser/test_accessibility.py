"""Every type of page, for readers with small screens, large text, screen readers or colours of their own."""

from __future__ import annotations

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser.conftest import NewPage, Site, gathered

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN_AXE = """async rules => {
  const found = await axe.run(document, {runOnly: rules, resultTypes: ["violations"]});
  return found.violations.flatMap(v => v.nodes.map(n => `${v.id} (${v.impact}): ${n.target.join(" ")}`));
}"""
# What sticks out at the right, but not what scrolls in a frame of its own.
STICKS_OUT = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const framed = e => e.closest(".scroll") && !e.matches(".scroll");
  const name = e => e.tagName.toLowerCase() + (e.className.baseVal ?? e.className).replace(/^(?=.)| +/g, ".");
  const out = [...document.body.querySelectorAll("*")].filter(
    e => e.getBoundingClientRect().right > width + 1 && !framed(e));
  return [`${document.documentElement.scrollWidth} px`, ...out.slice(0, 3).map(name)];
}"""
# WCAG 1.4.12. A sheet made by script passes the site's own policy, a <style> would not.
TEXT_SPACING = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
    word-spacing: .16em !important } p { margin-bottom: 2em !important }`);
  document.adoptedStyleSheets = [sheet];
}"""
# Text whose colour is its background's, among the lines a reader needs most.
UNREADABLE = """() => {
  const opaque = e => {
    for (; e; e = e.parentElement) {
      const colour = getComputedStyle(e).backgroundColor;
      if (!colour.endsWith(", 0)") && colour !== "transparent") return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const lines = [...document.querySelectorAll("main h1, main p, main a, .masthead a, .mark")];
  return lines.filter(e => e.checkVisibility() && getComputedStyle(e).color === opaque(e))
    .map(e => e.outerHTML.slice(0, 80));
}"""


def axe(page: Page) -> list[str]:
    """What axe-core objects to on the page as it now stands."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(RUN_AXE, RULES)
    return found


MAIN = ("home", "sector", "indicator", "news-list", "news", "fact", "search")


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1440, "dark")])
def test_axe_finds_nothing_on_any_page(site: Site, new_page: NewPage, width: int, scheme: str) -> None:
    page = new_page(width=width, color_scheme=scheme)
    with gathered() as failures:
        for name in site.pages:
            page.goto(site / name)
            failures += [f"{name}: {problem}" for problem in axe(page)]


@pytest.mark.parametrize(
    ("width", "scheme", "theme"), [(390, "dark", ""), (1440, "light", ""), (390, "light", "contrast")]
)
def test_axe_finds_nothing_on_main_pages_in_other_themes(
    site: Site, new_page: NewPage, width: int, scheme: str, theme: str
) -> None:
    page = new_page(width=width, color_scheme=scheme)
    if theme:
        page.add_init_script(f"localStorage.setItem('display', JSON.stringify({{theme: '{theme}'}}))")
    with gathered() as failures:
        for name in MAIN:
            page.goto(site / name)
            assert page.evaluate("() => document.documentElement.dataset.theme ?? ''") == theme
            failures += [f"{name}: {problem}" for problem in axe(page)]


def test_no_page_scrolls_sideways_even_with_large_or_spaced_text(site: Site, page: Page) -> None:
    with gathered() as failures:

        def look(name: str, case: str, *widths: int) -> None:
            for width in widths:
                page.set_viewport_size({"width": width, "height": 800})
                if out := page.evaluate(STICKS_OUT):
                    failures.append(f"{name}, {case}, {width} px: {out}")

        for name in site.pages:
            page.goto(site / name)
            look(name, "as it is", 320, 390, 768, 1440)
            page.evaluate("() => { document.documentElement.style.fontSize = '200%' }")
            look(name, "text at 200 %", 640, 1280)
            page.evaluate("() => { document.documentElement.style.fontSize = '' }")
            page.evaluate(TEXT_SPACING)
            look(name, "spaced text", 320, 1280)


def test_text_stays_readable_in_forced_colours(site: Site, new_page: NewPage) -> None:
    page = new_page(forced_colors="active")
    with gathered() as failures:
        for name in site.pages:
            page.goto(site / name)
            if not page.locator("main h1").is_visible():
                failures.append(f"{name}: no headline")
            failures += [f"{name}: {line}" for line in page.evaluate(UNREADABLE)]


def test_skip_link_leads_past_the_navigation(site: Site, page: Page) -> None:
    page.goto(site / "news")
    page.keyboard.press("Tab")
    link = page.locator(":focus")
    assert link.inner_text() == "跳到正文"
    box = link.bounding_box()
    assert box is not None
    assert box["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.closest('main') !== null")


def test_focus_is_seen_wherever_the_keyboard_goes(site: Site, page: Page) -> None:
    """Along the whole of a long page: each stop lies in view, with a ring around it or around its card."""
    page.goto(site / "project")
    stops = page.evaluate(
        "() => [...document.querySelectorAll('a, button')].filter(e => e.checkVisibility()).length"
    )
    with gathered() as failures:
        for _ in range(stops):
            page.keyboard.press("Tab")
            seen = page.evaluate("""() => {
              const ringed = e => e && getComputedStyle(e).outlineStyle !== "none";
              const frames = e => [e, e.closest(".card, .find"), e.nextElementSibling];
              const e = document.activeElement, box = e.getBoundingClientRect();
              const inView = box.bottom > 0 && box.top < innerHeight && box.width > 0;
              return [inView && frames(e).some(ringed), e.outerHTML.slice(0, 80)];
            }""")
            if not seen[0]:
                failures.append(seen[1])


def test_keyboard_goes_through_the_filters_in_the_order_they_are_read(site: Site, page: Page) -> None:
    page.goto(site / "projects")
    form = page.locator("main form[method=get], main form:not([method])").first
    expected = form.evaluate("""f => [...f.querySelectorAll("input:not([type=hidden]), button, summary, a[href]")]
      .filter(e => e.checkVisibility()).map(e => (e.name || e.tagName) + "=" + (e.value || ""))""")
    assert len(expected) > 3
    reached: list[str] = []
    for _ in range(200):
        page.keyboard.press("Tab")
        stop = form.evaluate("""f => f.contains(document.activeElement)
          ? (document.activeElement.name || document.activeElement.tagName) + "=" + (document.activeElement.value || "")
          : null""")
        if stop:
            reached.append(stop)
        elif reached:
            break
    assert reached == expected
