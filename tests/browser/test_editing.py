"""An editor's day: sign in, write an article with a figure from the register, publish it; readers see it."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, Site
from tests.browser.example import EDITOR, PASSWORD

TITLE, SUMMARY = "长春零部件企业复工", "十一个月的产值已经公布。"


def test_editor_publishes_news_with_a_figure(site: Site, page: Page, new_page: NewPage) -> None:
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    sign_in(site, page)
    start_news_page(site, page)
    write_with_figure(page, "全市汽车工业产值为", "汽车工业产值：4047.7亿元")
    address = publish(page)
    assert errors == []

    reader = new_page()
    response = reader.goto(site.url + address)
    assert response is not None
    assert response.status == 200
    assert address == "/news/changchun-lingbujian-qiye-fugong/"
    assert reader.locator("h1").inner_text() == TITLE
    assert reader.locator(".page-head__lede").inner_text() == SUMMARY
    paragraph = reader.locator(".prose p").first
    assert paragraph.inner_text().replace(" ", "") == "全市汽车工业产值为4047.7亿元源。"
    paragraph.get_by_role("button", name="来源与核实状态：媒体").click()
    assert "《长春日报报道》" in reader.locator(".provenance:popover-open").inner_text()
    reader.goto(site.url + "/news/")
    assert reader.locator("main h3").first.inner_text() == TITLE


def sign_in(site: Site, page: Page) -> None:
    page.goto(f"{site.url}/admin/")
    page.fill("[name=username]", EDITOR)
    page.fill("[name=password]", PASSWORD)
    page.click("button[type=submit]")
    expect(page).to_have_url(f"{site.url}/admin/")


def start_news_page(site: Site, page: Page) -> None:
    page.goto(f"{site.url}/admin/pages/")
    for column in ("长春产业门户", "动态"):
        page.get_by_label(f"浏览“{column}”的子页面").click()
    page.get_by_role("link", name="添加子页面").first.click()
    page.fill("#id_title", TITLE)
    page.fill("#id_summary", SUMMARY)


def write_with_figure(page: Page, words: str, figure: str) -> None:
    """A paragraph of `words`, the figure that the register shows as `figure`, and a full stop."""
    page.locator(".c-sf-add-button").first.click()
    page.get_by_role("option", name="正文").click()
    paragraph = page.locator(".public-DraftEditor-content").first
    paragraph.click()
    page.keyboard.type(f"{words}/")
    page.get_by_role("option", name="引用数值").click()
    chooser = page.locator(".modal-body")
    chooser.locator("input[name=q]").fill("汽车工业产值")
    expect(chooser.get_by_role("link", name="投资额")).to_have_count(0)  # the search has answered
    chooser.get_by_role("link", name=figure).click()
    expect(chooser).to_have_count(0)
    expect(paragraph).to_contain_text(figure.split("：")[1])
    expect(paragraph).to_be_focused()
    page.keyboard.type("。")
    expect(paragraph).to_have_text(f"{words}{figure.split('：')[1]}。")
    # Draftail hands over what was typed a quarter of a second later: before that, nobody has left the keys.
    expect(page.locator("[name=body-0-value]")).to_have_value(re.compile(f"{words}.*。.*FIGURE"))


def publish(page: Page) -> str:
    """The public address that the admin then offers."""
    page.locator("footer").get_by_role("button", name="更多操作").click()
    page.locator("button[name=action-publish]").click()
    done = page.locator(".messages")
    # "已创建并发布", unless the page had saved itself as a draft by then.
    expect(done).to_contain_text(re.compile(f"页面“{TITLE}”已(创建并)?发布"))
    address = done.get_by_role("link", name="查看已发布页面").get_attribute("href")
    assert address is not None
    return address
