"""Reading without scripts, on paper and in private: the pages are complete and ask nobody else for anything."""

from __future__ import annotations

from playwright.sync_api import ConsoleMessage, Page, Request, Response

from tests.browser.conftest import LOAD_ALL_IMAGES, NewPage, Site, gathered

# Ids that occur twice, and references to ids that do not occur.
BROKEN_IDS = """() => {
  const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
  const targets = [...document.querySelectorAll("[popovertarget], [aria-labelledby], a[href^='#']")].flatMap(
    e => (e.getAttribute("popovertarget") ?? e.getAttribute("aria-labelledby") ?? e.hash.slice(1)).split(" "));
  return [...ids.filter((id, i) => ids.indexOf(id) !== i).map(id => `twice: ${id}`),
          ...targets.filter(id => !ids.includes(id)).map(id => `missing: ${id}`)];
}"""

# HTML, styles and scripts with gzip; readers whose browser takes Brotli get less.
MOST_BYTES, MOST_SCRIPT = 60_000, 8_000
SIZES = """() => {
  const found = {page: performance.getEntriesByType("navigation")[0].encodedBodySize, css: 0, js: 0};
  for (const entry of performance.getEntriesByType("resource")) {
    const kind = /\\.(css|js)$/.exec(new URL(entry.name).pathname);
    if (kind) found[kind[1]] += entry.encodedBodySize;
  }
  return found;
}"""


def test_pages_load_lightly_without_error_cookie_or_foreign_request(site: Site, page: Page) -> None:
    """A violation of the content security policy counts: Chromium reports it on the console."""
    failures: list[str] = []
    where = ""

    def on_console(message: ConsoleMessage) -> None:
        expected = str(site.status(where)) in message.text and site.status(where) >= 400
        if message.type in {"error", "warning"} and not expected:
            failures.append(f"{where}: console: {message.text}")

    def on_request(request: Request) -> None:
        if not request.url.startswith((f"{site.url}/", "data:")):
            failures.append(f"{where}: asks {request.url}")

    def on_response(response: Response) -> None:
        itself = response.request.is_navigation_request()
        if response.status != site.status(where if itself else "") and response.status != 304:
            failures.append(f"{where}: {response.status} {response.url}")
        if "set-cookie" in response.headers:
            failures.append(f"{where}: sets a cookie at {response.url}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: failures.append(f"{where}: {error}"))
    page.on("request", on_request)
    page.on("response", on_response)
    for where in site.pages:
        page.goto(site / where)
        sizes = page.evaluate(SIZES)
        if not all(sizes[kind] for kind in ("page", "css", "js") if where != "embed"):
            failures.append(f"{where}: not measured: {sizes}")
        if sum(sizes.values()) >= MOST_BYTES or sizes["js"] >= MOST_SCRIPT:
            failures.append(f"{where}: too heavy: {sizes}")
        if page.title() == "" or page.locator("h1").count() != 1:
            failures.append(f"{where}: no title, or not one headline")
        failures += [f"{where}: no picture at {address}" for address in page.evaluate(LOAD_ALL_IMAGES)]
        failures += [f"{where}: id {problem}" for problem in page.evaluate(BROKEN_IDS)]
    with gathered() as gathering:
        gathering += failures
    assert page.context.cookies() == []
    assert page.evaluate("() => localStorage.length + sessionStorage.length") == 0


# Only what needs a script may be missing without one.
TEXT = """() => {
  const body = document.body.cloneNode(true);
  body.querySelectorAll("script, .settings, .tools__scripted").forEach(e => e.remove());
  return body.textContent.replace(/\\s+/g, " ");
}"""


def test_pages_are_complete_without_scripts(site: Site, page: Page, new_page: NewPage) -> None:
    without = new_page(java_script_enabled=False)
    with gathered() as failures:
        for name in site.pages:
            texts = []
            for reader in (page, without):
                reader.goto(site / name)
                texts.append(reader.evaluate(TEXT))
            if texts[0] != texts[1] or len(texts[1]) < 100:
                failures.append(f"{name}: {len(texts[0])} characters with scripts, {len(texts[1])} without")


def test_source_opens_without_scripts(site: Site, new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(site / "news")
    page.locator(".prose .mark").first.click()
    assert "来源" in page.locator(".provenance:popover-open").inner_text()


# What paper must not show, and sources that it shows badly.
BADLY_PRINTED = """() => {
  const idle = ".main-nav, .skip, .mark, .pager, .site-foot nav, .tools, .settings, .find, .filters, .band .art";
  const shown = [...document.querySelectorAll(idle)].filter(e => e.checkVisibility());
  const bad = [...document.querySelectorAll(".provenance")].filter(e =>
    !e.checkVisibility() || getComputedStyle(e).display !== "inline" || !e.innerText.includes("来源"));
  return [...shown, ...bad].map(e => e.outerHTML.slice(0, 100));
}"""


def test_paper_shows_sources_in_the_line_and_nothing_to_click(site: Site, page: Page) -> None:
    page.emulate_media(media="print")
    with gathered() as failures:
        for name in site.pages:
            page.goto(site / name)
            failures += [f"{name}: {problem}" for problem in page.evaluate(BADLY_PRINTED)]


def test_printed_news_names_the_source_and_the_doubt(site: Site, page: Page) -> None:
    page.emulate_media(media="print")
    page.goto(site / "news")
    text = page.locator(".prose").inner_text()
    assert "4047.7亿元" in text
    assert "《长春日报报道》" in text
    assert "两家媒体写的数值不同" in text
