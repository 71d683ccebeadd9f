"""Display settings and reading tools: applied at once, kept in the browser alone, absent without a script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewPage, Site, gathered
from tests.browser.example import NEWS_TITLE
from tests.browser.test_accessibility import STICKS_OUT, axe
from tests.browser.test_source_mark import tab_to

# Notes what <html> carries while the document is still being read, before anything is painted.
AT_FIRST = """
new MutationObserver((_, observer) => {
  if (!document.body) return;
  window.atFirst = {...document.documentElement.dataset};
  observer.disconnect();
}).observe(document, {childList: true, subtree: true});
"""
# A voice that reads each sentence as soon as the test lets it.
VOICE = """
window.said = [];
const voice = {
  getVoices: () => [{lang: "en-US"}, {lang: "zh-CN", name: "普通话"}],
  speak: part => { said.push(part.text); window.voiceUsed = part.voice && part.voice.lang; window.part = part; },
  cancel: () => { window.cancelled = (window.cancelled || 0) + 1; },
};
Object.defineProperty(window, "speechSynthesis", {value: voice, configurable: true});
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
"""
NO_VOICE = """
delete Window.prototype.speechSynthesis;
delete window.speechSynthesis;
"""


def settings(page: Page) -> Locator:
    panel = page.locator(".settings")
    if panel.get_attribute("open") is None:
        panel.locator("summary").click()
    return panel


def choose(page: Page, label: str) -> None:
    """Clicks an option as a reader does: on its words."""
    settings(page).locator("label", has_text=re.compile(f"^{label}$")).click()


def shown(page: Page) -> dict[str, str]:
    """The choices that <html> carries."""
    found: dict[str, str] = page.evaluate("() => ({...document.documentElement.dataset})")
    return {name: found[name] for name in ("size", "theme", "view") if name in found}


def test_choices_hold_on_every_page_before_the_first_paint(site: Site, page: Page) -> None:
    page.goto(site / "news")
    assert shown(page) == {}
    for label in ("特大", "高对比", "简洁"):
        choose(page, label)
    chosen = {"size": "4", "theme": "contrast", "view": "simple"}
    assert shown(page) == chosen
    page.add_init_script(AT_FIRST)
    for name in ("news", "home", "project", "not-found"):
        page.goto(site / name)
        at_first = page.evaluate("() => window.atFirst")
        assert {key: at_first.get(key) for key in chosen} == chosen, name
        checked = settings(page).locator("input:checked").evaluate_all("all => all.map(e => e.value)")
        assert checked == ["4", "contrast", "simple"]
    assert page.context.cookies() == []


def test_default_settings_leave_nothing_behind(site: Site, page: Page) -> None:
    page.goto(site / "news")
    choose(page, "大")
    choose(page, "深色")
    assert page.evaluate("() => localStorage.length") == 1
    settings(page).get_by_role("button", name="恢复默认").click()
    assert shown(page) == {}
    assert page.evaluate("() => localStorage.length") == 0
    expect(settings(page).locator("input:checked")).to_have_count(3)
    page.reload()
    assert shown(page) == {}


def test_another_tab_follows(site: Site, page: Page) -> None:
    page.goto(site / "news")
    other = page.context.new_page()
    other.goto(site / "home")
    choose(page, "深色")
    other.wait_for_function("() => document.documentElement.dataset.theme === 'dark'")
    settings(page).get_by_role("button", name="恢复默认").click()
    other.wait_for_function("() => !document.documentElement.dataset.theme")


@pytest.mark.parametrize("kept", ["{", "[]", "null", '{"size":"9","theme":"<x>","view":"y"}', '"simple"'])
def test_spoilt_storage_is_ignored(site: Site, page: Page, kept: str) -> None:
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(site / "news")
    page.evaluate("kept => localStorage.setItem('display', kept)", kept)
    page.reload()
    assert shown(page) == {}
    choose(page, "浅色")
    assert shown(page) == {"theme": "light"}
    assert problems == []


def test_storage_that_throws_still_lets_a_reader_choose(site: Site, page: Page) -> None:
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('denied') }})"
    )
    page.goto(site / "news")
    choose(page, "大")
    assert shown(page) == {"size": "3"}


def test_layout_holds_at_every_text_size(site: Site, new_page: NewPage) -> None:
    page = new_page(width=320)
    page.goto(site / "news")
    paragraph = page.locator(".prose p").first
    sizes = []
    for label in ("小", "中", "大", "特大"):
        page.locator(".tools label", has_text=re.compile(f"^{label}$")).click()
        sizes.append(float(paragraph.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")))
        assert page.evaluate(STICKS_OUT) == []
    assert sizes == sorted(set(sizes))
    assert sizes[-1] / sizes[1] > 1.4
    with gathered() as failures:
        for name in site.pages:
            page.goto(site / name)
            for width in (320, 1440):
                page.set_viewport_size({"width": width, "height": 800})
                failures += [f"{name}, {width}: {out}" for out in page.evaluate(STICKS_OUT)]


def test_theme_wins_over_the_system(site: Site, new_page: NewPage) -> None:
    page = new_page(color_scheme="dark")
    page.goto(site / "news")
    ground = "() => getComputedStyle(document.body).backgroundColor"
    found = {"自动": page.evaluate(ground)}
    for label in ("浅色", "深色", "高对比"):
        choose(page, label)
        found[label] = page.evaluate(ground)
    white, dark = "rgb(255, 255, 255)", "rgb(14, 21, 20)"
    assert found == {"自动": dark, "浅色": white, "深色": dark, "高对比": white}
    assert page.evaluate("() => getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    link = page.locator(".mentions a, .contents a").first
    assert "underline" in link.evaluate("e => getComputedStyle(e).textDecorationLine")


def test_paper_is_white_whatever_was_chosen(site: Site, page: Page) -> None:
    page.goto(site / "news")
    choose(page, "深色")
    page.emulate_media(media="print")
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("() => getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    for hidden in (".tools", ".settings", ".find"):
        assert not page.locator(hidden).is_visible()


def test_simplified_view_is_large_plain_and_free_of_what_axe_objects_to(
    site: Site, new_page: NewPage
) -> None:
    small = """() => [...document.querySelectorAll("main p, main li, main dd, main a, nav a")]
      .filter(e => e.checkVisibility() && !e.closest(".visually-hidden")
        && parseFloat(getComputedStyle(e).fontSize) < 19.9)
      .map(e => e.outerHTML.slice(0, 80))"""
    low = """() => [...document.querySelectorAll("nav a, button, summary, input:not([type=hidden])")]
      .filter(e => e.checkVisibility() && !e.closest(".visually-hidden, .form__trap")
        && !/^(radio|checkbox)$/.test(e.type) && e.getBoundingClientRect().height < 43.5)
      .map(e => e.outerHTML.slice(0, 80))"""
    sticky = """() => [...document.body.querySelectorAll("*")].filter(
      e => e.checkVisibility() && /sticky|fixed/.test(getComputedStyle(e).position)).map(e => e.className)"""
    page = new_page()
    with gathered() as failures:
        for name in site.pages.keys() - {"embed"}:  # a frame in other sites' pages, without tools
            page.goto(site.simple(name))
            for width in (320, 1440):
                page.set_viewport_size({"width": width, "height": 800})
                problems = [*page.evaluate(small), *page.evaluate(low), *page.evaluate(sticky)]
                problems += page.evaluate(STICKS_OUT)
                problems += ["artwork"] * page.locator("img.art:visible").count()
                problems += axe(page) if width == 320 else []
                failures += [f"{name}, {width}: {problem}" for problem in problems]


def test_simplified_view_without_scripts_goes_from_page_to_page(site: Site, new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(site / "news")
    page.get_by_role("link", name="简洁版").click()
    expect(page).to_have_url(re.compile(r"\?view=simple$"))
    page.locator(".main-nav a").first.click()
    expect(page).to_have_url(re.compile(r"\?view=simple$"))
    assert page.locator("html").get_attribute("data-view") == "simple"
    page.get_by_role("link", name="回到标准版").click()
    assert "view" not in page.url
    assert page.locator("html").get_attribute("data-view") is None


def test_simplified_view_by_script_needs_no_address_of_its_own(site: Site, page: Page) -> None:
    page.goto(site / "news")
    page.get_by_role("link", name="简洁版").click()
    assert shown(page) == {"view": "simple"}
    assert page.url == site / "news"
    page.goto(f"{site / 'news'}?view=simple")
    choose(page, "标准")
    assert shown(page) == {}
    assert page.url == site / "news"


def test_settings_by_keyboard(site: Site, page: Page) -> None:
    page.goto(site / "news")
    summary = page.locator(".settings summary")
    tab_to(page, summary)
    page.keyboard.press("Enter")
    stops = []
    for _ in range(4):
        page.keyboard.press("Tab")
        stops.append(page.evaluate("() => document.activeElement.name || document.activeElement.textContent"))
    assert stops == ["display-size", "display-theme", "display-view", "恢复默认"]
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowRight")
    assert shown(page) == {"view": "simple"}
    page.keyboard.press("Escape")
    expect(page.locator(".settings__panel")).to_be_hidden()
    expect(summary).to_be_focused()


def test_header_is_reached_in_the_order_it_is_seen(site: Site, page: Page) -> None:
    page.goto(site / "news")
    columns = page.locator(".main-nav a").all_inner_texts()
    expected = ["跳到正文", "长春产业", *columns, "搜索本站", "搜索", "显示"]
    found = []
    for _ in expected:
        page.keyboard.press("Tab")
        found.append(
            page.evaluate(
                "() => (document.activeElement.ariaLabel || document.activeElement.textContent).trim()"
            )
        )
    assert found == expected


def test_panel_closes_when_a_reader_turns_away(site: Site, page: Page) -> None:
    page.goto(site / "news")
    settings(page)
    page.locator("h1").click()
    expect(page.locator(".settings__panel")).to_be_hidden()


def test_link_is_copied_and_said_to_be(site: Site, page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{site / 'news'}?view=standard")
    page.get_by_role("button", name="复制链接").click()
    expect(page.get_by_role("status")).to_have_text("链接已复制。")
    assert page.evaluate("() => navigator.clipboard.readText()") == site / "news"


def test_print_button_prints(site: Site, page: Page) -> None:
    page.add_init_script("window.print = () => { window.printed = true }")
    page.goto(site / "news")
    page.get_by_role("button", name="打印").click()
    assert page.evaluate("() => window.printed")


def test_article_is_read_aloud_without_its_source_marks(site: Site, page: Page) -> None:
    page.add_init_script(VOICE)
    page.goto(site / "news")
    page.get_by_role("button", name="朗读", exact=True).click()
    expect(page.get_by_role("status")).to_have_text("正在朗读。")
    assert page.evaluate("() => window.said") == [NEWS_TITLE]
    assert page.evaluate("() => window.voiceUsed") == "zh-CN"
    page.evaluate("() => window.part.onend()")

    page.get_by_role("button", name="暂停朗读").click()
    expect(page.get_by_role("status")).to_have_text("朗读已暂停。")
    second = page.evaluate("() => window.said.length")
    page.get_by_role("button", name="继续朗读").click()
    said = page.evaluate("() => window.said")
    assert said[second] == said[second - 1], "what was cut off is read again"

    for _ in range(200):
        if page.get_by_role("status").inner_text() != "正在朗读。":
            break
        page.evaluate("() => window.part.onend()")
    expect(page.get_by_role("status")).to_have_text("朗读完毕。")
    text = "".join(page.evaluate("() => window.said"))
    assert "全市汽车工业产值为4047.7亿元，比重31.5%以上。" in text
    assert "注释与来源" not in text
    assert text.count("整车") == 1
    expect(page.get_by_role("button", name="停止朗读")).to_be_hidden()


def test_reading_can_be_stopped_and_its_failure_is_told(site: Site, page: Page) -> None:
    page.add_init_script(VOICE)
    page.goto(site / "news")
    read = page.get_by_role("button", name="朗读", exact=True)
    read.click()
    page.get_by_role("button", name="停止朗读").click()
    expect(page.get_by_role("status")).to_have_text("朗读已停止。")
    expect(read).to_be_focused()
    said = page.evaluate("() => window.said.length")
    page.evaluate("() => window.part.onend()")  # browsers report the end of what was cancelled, late
    assert page.evaluate("() => window.said.length") == said
    read.click()
    page.evaluate("() => window.part.onerror()")
    expect(page.get_by_role("status")).to_contain_text("没有成功")


def test_no_voice_no_button(site: Site, page: Page) -> None:
    page.add_init_script(NO_VOICE)
    page.goto(site / "news")
    assert not page.get_by_role("button", name="朗读", exact=True).is_visible()
    assert page.get_by_role("button", name="打印").is_visible()


def test_without_scripts_nothing_is_offered_that_would_not_work(site: Site, new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(site / "news")
    assert not page.locator(".settings").is_visible()
    visible = [e for e in page.locator(".tools > *").all() if e.is_visible()]
    assert [e.inner_text() for e in visible] == ["纠错"]
    assert page.locator(".find input[name=q]").is_visible()
    page.goto(site / "indicator")
    assert not page.get_by_role("button", name="复制").first.is_visible()


def test_correction_form_keeps_the_words_and_says_what_is_wrong(site: Site, new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(site / "news")
    page.get_by_role("link", name="纠错").first.click()
    assert NEWS_TITLE in page.locator("main").inner_text()
    field = page.get_by_label("哪里不对")
    field.fill("错了")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(field).to_have_value("错了")
    assert "至少写5个字" in page.locator(".form__error").inner_text()
    field.fill("第二段的产值写错了。")
    page.get_by_role("button", name="提交").click()
    expect(page.locator("h1")).to_have_text("收到了，谢谢")
    page.get_by_role("link", name=f"返回《{NEWS_TITLE}》").click()
    assert page.url == site / "news"
    assert page.context.cookies() == []


@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing_in_open_settings_and_a_refused_form(
    site: Site, new_page: NewPage, width: int
) -> None:
    page = new_page(width=width)
    page.goto(site / "news")
    with gathered() as failures:
        for label in ("浅色", "深色", "高对比", "简洁", "特大"):
            choose(page, label)
            failures += [f"{label}: {problem}" for problem in axe(page)]
        settings(page).get_by_role("button", name="恢复默认").click()
        page.goto(site / "correction")
        page.get_by_role("button", name="提交").click()
        expect(page.get_by_role("alert")).to_be_visible()
        failures += [f"form with errors: {problem}" for problem in axe(page)]


def test_citation_and_code_are_copied_and_said_to_be(site: Site, page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(site / "indicator")
    for part in page.locator(".copy-text").all():
        text = part.locator(".copy-text__text").inner_text()
        part.get_by_role("button", name="复制").click()
        expect(part.get_by_role("status")).to_have_text("已复制。")
        assert page.evaluate("() => navigator.clipboard.readText()") == text
    assert page.locator(".copy-text").count() == 2
    page.goto(site / "fact")
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('denied')) }")
    page.get_by_role("button", name="复制", exact=True).first.click()
    expect(page.locator(".copy-text").first.get_by_role("status")).to_contain_text("没能复制")
