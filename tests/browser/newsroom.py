"""What people of the newsroom do in the admin, step by step, as the editors' guide tells it."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

BODY = "[data-contentpath=body]"
# Names of products and forms of files, as Chinese writes them too.
NAMES = {"Wagtail", "WEBP", "AVIF", "JPEG", "XLSX", "Markdown", "Atom", "https", "http"}


def sign_in(page: Page, url: str, name: str, password: str) -> None:
    page.goto(f"{url}/admin/login/")
    page.fill("[name=username]", name)
    page.fill("[name=password]", password)
    page.click("button[type=submit]")
    expect(page).to_have_url(f"{url}/admin/")


def start_article(page: Page, url: str, title: str, summary: str) -> None:
    page.goto(f"{url}/admin/pages/")
    page.get_by_label("浏览“动态”的子页面").click()
    page.get_by_role("link", name="添加子页面").first.click()
    page.fill("#id_title", title)
    page.fill("#id_summary", summary)


def add_block(page: Page, kind: str) -> None:
    """At the end of the body."""
    page.locator(BODY).locator(".c-sf-add-button").last.click()
    page.get_by_role("option", name=kind, exact=True).click()


def write_with_figures(page: Page, number: int, parts: list[tuple[str, str]]) -> None:
    """Block `number`, a paragraph of parts: words, and the figure after them as the register lists it."""
    paragraph = page.locator(BODY).locator(".public-DraftEditor-content").last
    paragraph.click()
    shown = ""
    for words, figure in parts:
        title, quantity = figure.split("：")
        page.keyboard.type(f"{words}/")
        page.get_by_role("option", name="引用数值").click()
        chooser = page.locator(".modal-body")
        chooser.locator("input[name=q]").fill(title)
        chooser.get_by_role("link", name=figure).first.click()
        expect(chooser).to_have_count(0)
        shown += words + quantity
        expect(paragraph).to_contain_text(shown)
        paragraph.press("Control+End")
    page.keyboard.type("。")
    # Draftail hands over what was typed a quarter of a second later: before that, nobody has left the keys.
    expect(page.locator(f"[name=body-{number}-value]")).to_have_value(re.compile("FIGURE"))
    expect(page.locator(f"[name=body-{number}-value]")).to_have_value(re.compile("。"))


def fill_chart(page: Page, number: int, **values: str) -> None:
    for name, value in values.items():
        page.fill(f"[name=body-{number}-value-{name}]", value)


def upload_picture(
    page: Page, number: int, file: Path, *, title: str, alternative: str, caption: str
) -> None:
    page.get_by_role("button", name="选择图片").last.click()
    modal = page.locator(".modal-body")
    modal.get_by_role("tab", name="上传").click()
    modal.locator("input[type=file]").set_input_files(file)
    modal.locator("[name$=-title]").fill(title)
    modal.locator("[name$=-description]").fill(alternative)
    modal.get_by_role("button", name="上传").click()
    expect(modal).to_have_count(0)
    page.fill(f"[name=body-{number}-value-image-alt_text]", alternative)
    page.fill(f"[name=body-{number}-value-caption]", caption)


def choose_related(page: Page, titles: list[str]) -> None:
    """Under 关系与来源; leaves that tab open."""
    page.get_by_role("tab", name="关系与来源").click()
    for title in titles:
        page.get_by_role("button", name="添加页面").click()
        modal = page.locator(".modal-body")
        modal.locator("input[name=q]").fill(title)
        modal.get_by_role("row").filter(has_text=title).first.get_by_role("checkbox").check()
        modal.get_by_role("button", name="确认选择").click()
        expect(modal).to_have_count(0)


def do(page: Page, name: str) -> None:
    """What stands beside “save draft”, at the foot of the editor."""
    page.locator("footer").get_by_role("button", name="更多操作").click()
    page.locator("footer").get_by_role("button", name=name, exact=True).click()


def open_for_review(page: Page, url: str, title: str) -> None:
    """From the reviewer's own dashboard."""
    page.goto(f"{url}/admin/")
    page.locator("main").get_by_role("link", name=title).first.click()
    expect(page.locator("footer").get_by_role("button", name="更多操作")).to_be_visible()


def ask(page: Page, action: str) -> Locator:
    """The dialog in which a reviewer decides."""
    page.locator("footer").get_by_role("button", name=action, exact=True).first.click()
    dialog = page.locator(".modal-content")
    expect(dialog.get_by_label("审核意见")).to_be_visible()
    return dialog


def wait_until_saved(page: Page) -> None:
    """Until the page has saved itself as a draft."""
    expect(
        page.locator("[data-controller~=w-autosave], header").filter(has_text="已保存").first
    ).to_be_visible(timeout=30_000)


def open_checks(page: Page) -> None:
    page.get_by_role("button", name="显示或隐藏检查").click()
    expect(page.locator("[data-findings-result]")).to_contain_text("处")


def open_sheet(page: Page, url: str, title: str) -> None:
    choose_in_list(page, url, title, "审核单")


def choose_in_list(page: Page, url: str, title: str, name: str) -> None:
    """What the menu of an article offers in the list of its column."""
    page.goto(f"{url}/admin/pages/")
    page.get_by_label("浏览“动态”的子页面").click()
    button = page.get_by_role("button", name=f"“{title}”的更多选项")
    expect(button).to_be_visible()
    page.wait_for_load_state("networkidle")  # the menu listens by then
    button.click()
    page.get_by_role("link", name=name, exact=True).click()


def english_on(page: Page) -> list[str]:
    """Words of four Latin letters or more that a person reads on the screen, but names, with the address."""
    text = page.locator("body").inner_text()
    words = set(re.findall(r"(?<![\w./@-])[A-Za-z]{4,}(?![\w./@-])", text)) - NAMES
    return [f"{page.url}: {word}" for word in sorted(words)]


def correct_figure(page: Page, url: str, indicator: str, shown: str, value: str, why: str) -> None:
    """In the register: the figure that shows as `shown` gets a new value and a note for readers."""
    page.goto(f"{url}/admin/snippets/industries/observation/")
    row = page.get_by_role("row").filter(has_text=shown)
    row.get_by_role("link", name=indicator, exact=True).first.click()
    page.fill("[name=value]", value)
    page.get_by_role("button", name="添加更正").click()
    page.fill("[name=corrections-0-made_on]", "2026-01-05")
    page.press("[name=corrections-0-made_on]", "Tab")  # away with the calendar
    page.fill("[name=corrections-0-text]", why)


def withdraw(page: Page, url: str, title: str, reason: str) -> None:
    choose_in_list(page, url, title, "撤下")
    page.fill("[name=reason]", reason)
