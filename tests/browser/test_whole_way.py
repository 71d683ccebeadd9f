"""The whole way of an article, as `docs/editors-guide.md` tells it: written, reviewed by three people, read,
a figure in it corrected, the article withdrawn.

Its name makes it the last in this folder: it corrects a figure that the others read.
On the way the guide's pictures are taken; `make guide` keeps them, other runs only see that they can be taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, Response, expect

from home.guide import GUIDE
from tests.browser import newsroom
from tests.browser.conftest import NewPage, Site, gathered
from tests.browser.example import PASSWORD

TITLE, SUMMARY = "长春零部件企业复工", "十一个月的产值已经公布。"
ADDRESS = "/news/changchun-lingbujian-qiye-fugong/"
FIGURES = [
    ("全市汽车工业产值为", "汽车工业产值：4047.7亿元"),
    ("，新能源汽车占比", "新能源汽车占比：31.5%以上"),
]
REVIEWERS = (("李默", "通过", True), ("张远", "通过", False), ("赵静", "通过并发布", False))
CORRECTION = "原为4047.7亿元，按统计公报改正。"
REASON = "来源已经撤稿。"

Picture = Callable[[Page, str], None]
Person = Callable[[str], Page]


@pytest.fixture
def picture(pytestconfig: pytest.Config, tmp_path: Path) -> Picture:
    """Takes the guide's picture of that name."""
    folder = GUIDE.parent / "guide" if pytestconfig.getoption("--guide") else tmp_path

    def take(page: Page, name: str) -> None:
        page.wait_for_timeout(600)  # what slides in has come to rest
        raw = tmp_path / f"{name}.png"
        page.screenshot(path=raw)
        Image.open(raw).convert("RGB").save(folder / f"{name}.webp", quality=70, method=6)
        assert f"(guide/{name}.webp)" in GUIDE.read_text()

    return take


@contextmanager
def people(site: Site, new_page: NewPage) -> Iterator[Person]:
    """Signs each in once, and fails for English on a screen, errors of scripts and failed requests."""
    signed_in: dict[str, Page] = {}
    with gathered() as failures:

        def person(name: str) -> Page:
            if name not in signed_in:
                page = signed_in[name] = new_page(height=1000)
                page.on("pageerror", lambda error: failures.append(f"{name}: {error}"))
                page.on(
                    "response",
                    lambda response: (
                        failures.append(f"{name}: {response.status} {response.url}")
                        if response.status >= 400 and not is_unfinished(response)
                        else None
                    ),
                )
                page.on("load", lambda loaded: failures.extend(newsroom.english_on(loaded)))
                newsroom.sign_in(page, site.url, name, PASSWORD)
            return signed_in[name]

        yield person


def is_unfinished(response: Response) -> bool:
    """The page wanted to save itself with a row half chosen; it says so, keeps the row and tries again."""
    return response.status == 400 and response.request.method == "POST" and response.url.endswith("/edit/")


def test_from_the_first_word_to_the_withdrawal(
    site: Site, new_page: NewPage, picture: Picture, tmp_path: Path
) -> None:
    reader = new_page()
    with people(site, new_page) as person:
        editor = person("王岚")
        picture(editor, "dashboard")
        write_article(site, editor, picture, tmp_path)
        review(site, person, picture)
        assert_readers_see_it(site, reader)
        picture(look_at_sheet(site, person("李默")), "sheet")

        correct(site, person, picture)
        for name in ("sector", "indicator"):
            reader.goto(site / name)
            expect(reader.locator("main")).to_contain_text("4100")
        reader.goto(site.url + ADDRESS)
        expect(reader.locator(".prose p").first).to_contain_text("4100亿元")
        reader.goto(site / "indicator")
        expect(reader.locator("main")).to_contain_text(CORRECTION)

        newsroom.withdraw(person("赵静"), site.url, TITLE, REASON)
        picture(person("赵静"), "withdrawal")
        person("赵静").get_by_role("button", name="是，撤下").click()
        expect(person("赵静").locator(".messages")).to_contain_text(TITLE)
    response = reader.goto(site.url + ADDRESS)
    assert response is not None
    assert response.status == 410
    expect(reader.locator("main")).to_contain_text(REASON)


def write_article(site: Site, page: Page, picture: Picture, folder: Path) -> None:
    """Two figures, a chart from pasted cells (first with a slip), a picture, three related pages."""
    newsroom.start_article(page, site.url, TITLE, SUMMARY)
    newsroom.add_block(page, "正文")
    newsroom.write_with_figures(page, 0, FIGURES)
    picture(page, "article")
    newsroom.add_block(page, "图表")
    newsroom.fill_chart(page, 1, title="产值回升", data="月份\t产值\n1月\t十", unit="亿元", source="市统计局")
    newsroom.add_block(page, "图片")
    file = folder / "workshop.png"
    Image.new("RGB", (800, 500), (40, 90, 80)).save(file)
    newsroom.upload_picture(page, 2, file, title="总装车间", alternative="工人安装车门", caption="总装车间")
    newsroom.choose_related(page, ["汽车", "光电信息", "长春汽车厂"])
    newsroom.do(page, "提交至三审")
    # Nothing typed is lost over the slip, and the message names the cell.
    expect(page.locator("[data-contentpath=body]")).to_contain_text("第2行第2格“十”不是数字")
    expect(page.locator("[name=body-2-value-caption]")).to_have_value("总装车间")
    page.get_by_role("tab", name="内容").click()
    newsroom.fill_chart(page, 1, data="月份\t产值\n1月\t10\n2月\t12.5")
    newsroom.open_checks(page)
    newsroom.wait_until_saved(page)
    picture(page, "checks")
    newsroom.do(page, "提交至三审")
    expect(page.locator(".messages")).to_contain_text("已提交审核")


def review(site: Site, person: Person, picture: Picture) -> None:
    """The author is offered no decision; the first reviewer sends it on only with the tick for secrecy."""
    for name, action, secrecy in REVIEWERS:
        page = person(name)
        newsroom.open_for_review(page, site.url, TITLE)
        dialog = newsroom.ask(page, action)
        if secrecy:
            picture(page, "review")
            dialog.get_by_role("button", name=action).click()
            expect(dialog).to_contain_text("初审通过前须作保密审查")
            dialog.get_by_label("已作保密审查").check()
        dialog.get_by_label("审核意见").fill("来源清楚。")
        dialog.get_by_role("button", name=action).click()
        expect(page.locator(".messages")).to_contain_text("已通过")


def assert_readers_see_it(site: Site, reader: Page) -> None:
    response = reader.goto(site.url + ADDRESS)
    assert response is not None
    assert response.status == 200
    assert reader.locator("h1").inner_text() == TITLE
    assert reader.locator(".page-head__lede").inner_text() == SUMMARY
    paragraph = reader.locator(".prose p").first
    assert (
        paragraph.inner_text().replace(" ", "")
        == "全市汽车工业产值为4047.7亿元源，新能源汽车占比31.5%以上源。"
    )
    paragraph.get_by_role("button", name="来源与核实状态：媒体").first.click()
    assert "《长春日报报道》" in reader.locator(".provenance:popover-open").inner_text()
    expect(reader.locator("main")).to_contain_text("产值回升")
    expect(reader.get_by_alt_text("工人安装车门")).to_be_attached()
    for name in ("光电信息", "长春汽车厂"):
        expect(reader.locator("main").get_by_role("link", name=name).first).to_be_attached()
    reader.goto(site.url + "/news/")
    assert reader.locator("main h3").first.inner_text() == TITLE


def look_at_sheet(site: Site, page: Page) -> Page:
    """The 审核单, from the page's own menu."""
    newsroom.open_sheet(page, site.url, TITLE)
    sheet = page.locator("main")
    for name, _, _ in REVIEWERS:
        expect(sheet).to_contain_text(name)
    expect(sheet).to_contain_text("来源清楚。")
    return page


def correct(site: Site, person: Person, picture: Picture) -> None:
    """A figure is corrected once, and goes the same way through three people."""
    editor = person("王岚")
    newsroom.correct_figure(editor, site.url, "汽车工业产值", "4047.7亿元", "4100", CORRECTION)
    picture(editor, "correction")
    newsroom.do(editor, "提交至三审")
    for name, action, secrecy in REVIEWERS:
        newsroom.open_for_review(person(name), site.url, "汽车工业产值：4100亿元")
        dialog = newsroom.ask(person(name), action)
        if secrecy:
            dialog.get_by_label("已作保密审查").check()
        dialog.get_by_role("button", name=action).click()
        expect(person(name).locator(".messages")).to_contain_text("已通过")
