"""Reading without scripts, on paper and in private: the pages are complete and ask nobody else for anything."""

from __future__ import annotations

from playwright.sync_api import ConsoleMessage, Page, Request, Response

from tests.browser.conftest import ROOT, NewPage, Site, gathered

# Ids that occur twice, and references to ids that do not occur.
BROKEN_IDS = """() => {
  const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
  const targets = [...document.querySelectorAll("[popovertarget], [aria-labelledby], a[href^='#']")].flatMap(
    e => (e.getAttribute("popovertarget") ?? e.getAttribute("aria-labelledby") ?? e.hash.slice(1)).split(" "));
  return [...ids.filter((id, i) => ids.indexOf(id) !== i).map(id => `twice: ${id}`),
          ...targets.filter(id => !ids.includes(id)).map(id => `missing: ${id}`)];
}"""
LOAD_ALL_IMAGES = """async () => {
  const images = [...document.images];
  images.forEach(image => { image.loading = "eager" });
  await Promise.all(images.map(image => image.decode().catch(() => {})));
  return images.filter(image => !image.naturalWidth).map(image => image.src);
}"""


def test_pages_load_without_error_cookie_or_foreign_request(site: Site, page: Page) -> None:
    """A violation of the content security policy counts: Chromium reports it on the console."""
    failures: list[str] = []
    where = ""

    def on_console(message: ConsoleMessage) -> None:
        expected = where == "not-found" and "404" in message.text
        if message.type in {"error", "warning"} and not expected:
            failures.append(f"{where}: console: {message.text}")

    def on_request(request: Request) -> None:
        if not request.url.startswith((f"{site.url}/", "data:")):
            failures.append(f"{where}: asks {request.url}")

    def on_response(response: Response) -> None:
        if response.status not in ({404} if response.url == site / "not-found" else {200, 304}):
            failures.append(f"{where}: {response.status} {response.url}")
        if "set-cookie" in response.headers:
            failures.append(f"{where}: sets a cookie at {response.url}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: failures.append(f"{where}: {error}"))
    page.on("request", on_request)
    page.on("response", on_response)
    for where in site.pages:
        page.goto(site / where)
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


def test_paper_shows_sources_in_the_line_and_no_navigation(site: Site, page: Page) -> None:
    page.emulate_media(media="print")
    with gathered() as failures:
        for name in site.pages:
            page.goto(site / name)
            for hidden in (".main-nav", ".skip", ".mark", ".pager", ".site-foot nav"):
                if any(element.is_visible() for element in page.locator(hidden).all()):
                    failures.append(f"{name}: {hidden} is printed")
            for source in page.locator(".provenance").all():
                inline = source.evaluate("e => getComputedStyle(e).display") == "inline"
                if not (source.is_visible() and inline and "来源" in source.inner_text()):
                    failures.append(f"{name}: source not printed: {source.text_content()}")


def test_printed_news_names_the_source_and_the_doubt(site: Site, page: Page) -> None:
    page.emulate_media(media="print")
    page.goto(site / "news")
    text = page.locator(".prose").inner_text()
    assert "4047.7亿元" in text
    assert "《长春日报报道》" in text
    assert "两家媒体写的数值不同" in text


def test_pages_look_as_the_pictures_show(site: Site, page: Page) -> None:
    """For people to look at: var/screenshots/ holds every type of page on a phone and on a desk."""
    folder = ROOT / "var" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    for name in site.pages:
        page.goto(site / name)
        page.evaluate(LOAD_ALL_IMAGES)
        for width in (390, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            picture = page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
            assert len(picture) > 10_000
