"""What is seen: nothing moves while a page loads, and pictures of every page for people to look at."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import LOAD_ALL_IMAGES, ROOT, NewPage, Site, gathered
from tests.browser.test_accessibility import MAIN

# Chromium tells of every shift, also of those before this is asked.
SHIFTS = """() => new Promise(resolve => {
  let sum = 0;
  new PerformanceObserver(list => list.getEntries().forEach(entry => { sum += entry.value; }))
    .observe({type: "layout-shift", buffered: true});
  requestAnimationFrame(() => setTimeout(() => resolve(sum), 50));
})"""


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_moves_while_a_page_loads(site: Site, new_page: NewPage, width: int) -> None:
    with gathered() as failures:
        for name in ("home", "news", "news-list", "indicator", "sector"):
            page = new_page(width=width)  # a first visit: nothing is in the browser's cache
            page.goto(site / name)
            page.evaluate(LOAD_ALL_IMAGES)
            if shifted := page.evaluate(SHIFTS):
                failures.append(f"{name}: layout shift {shifted}")


def test_pages_look_as_the_pictures_show(site: Site, page: Page) -> None:
    """var/screenshots/: every type of page on a phone and on a desk, the main ones in dark too."""
    folder = ROOT / "var" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    for name in site.pages:
        page.goto(site / name)
        page.evaluate(LOAD_ALL_IMAGES)
        for width in (390, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            for scheme in ("light", "dark") if name in MAIN else ("light",):
                page.emulate_media(color_scheme=scheme)
                path = folder / f"{name}-{width}-{scheme}.jpg"
                picture = page.screenshot(path=path, full_page=True, type="jpeg", quality=70)
                assert len(picture) > 5_000
