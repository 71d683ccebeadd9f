"""What people of the newsroom do in the admin, step by step, as the editors' guide tells it."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

BODY = "[data-contentpath=body]"


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
