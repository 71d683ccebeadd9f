"""The Markdown twin of every public page: what its <main> says, for programs that read text.

Made from the page as readers get it, so it says the same. Source marks become footnotes.
"""

from __future__ import annotations

import copy
import re
from typing import Any
from urllib.parse import urljoin

import yaml
from bs4 import BeautifulSoup, NavigableString, Tag
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe
from markdownify import ATX, MarkdownConverter
from wagtail.models import Site

from cms.core.metadata import absolute_url, site_identity
from cms.core.models import BasePage

# What helps to read or to move about on a screen, and says nothing of the matter.
FURNITURE = (
    "nav, form, details:has(form), dialog, button:not([popovertarget]), input, select, "
    "script, style, template, svg, wbr, img.art, .art-band, figure:has(> img.art), .tools, "
    "p:has(> a[href*='/corrections/new/']), [hidden], [aria-hidden=true]"
)
HAN = "\u3000-\u303f\u3400-\u9fff\uff00-\uffef—…“”‘’·"
SPACE_IN_CHINESE = re.compile(
    rf"(?<=[{HAN}]) +(?=[{HAN}])|(?<=\S) +(?=[，。；：、！？）》”])|(?<=[，。；：、！？（《“]) +(?=[^| ])"
)
EDGE_IN_CHINESE = re.compile(rf"^ (?=[{HAN}])|(?<=[{HAN}]) $")
BLOCKS = {"p", "div", "section", "header", "article", "aside", "ul", "ol", "dl", "table", "figure", "main"}
MAX_AGE = 300  # seconds


@require_safe
def twin(request: HttpRequest, path: str) -> HttpResponse:
    """The page at `path` (with a slash at its end, empty for the home page). Raises Http404 where none is public."""
    page = visible_page(request, path)
    address = absolute_url(request, page.get_url(request))
    text = front_matter(request, page, address) + markdown(rendered(request, page), address)
    response = HttpResponse(text, content_type="text/markdown; charset=utf-8")
    response["Link"] = f'<{address}>; rel="canonical"'
    patch_cache_control(response, public=True, max_age=MAX_AGE)
    return response


def visible_page(request: HttpRequest, path: str) -> Any:
    site = Site.find_for_request(request)
    if site is None:
        raise Http404
    found = BasePage.objects.visible().filter(url_path=f"{site.root_page.url_path}{path}").first()
    if found is None:
        raise Http404
    return found.specific


def rendered(request: HttpRequest, page: Any) -> str:
    """The page's HTML as an anonymous reader gets it; only the part of a long list can be chosen."""
    reading = copy.copy(request)
    reading.path = page.get_url(request)
    query = request.GET.copy()
    for name in [name for name in query if name != "page"]:
        del query[name]
    reading.GET = query  # type: ignore[assignment]
    reading.META = {**request.META, "QUERY_STRING": query.urlencode()}
    response = page.serve(reading)
    if hasattr(response, "render"):
        response.render()
    if response.status_code != 200:
        raise Http404
    return str(response.content.decode())


def front_matter(request: HttpRequest, page: Any, address: str) -> str:
    """What the page is, as YAML; what is not known is left out."""
    known = {
        "title": page.title,
        "address": address,
        "type": page.type_label,
        "published": local_day(page.first_published_at),
        "updated": local_day(page.last_published_at),
        "source": str(getattr(page, "source", None) or ""),
        "site": site_identity(request).name,
    }
    text = yaml.safe_dump(
        {k: v for k, v in known.items() if v}, allow_unicode=True, sort_keys=False, width=10_000
    )
    return f"---\n{text}---\n\n"


def local_day(moment: Any) -> Any:
    return timezone.localtime(moment).date() if moment else None


def markdown(html: str, address: str) -> str:
    """The <main> of `html` as Markdown with absolute addresses; relative ones are taken from `address`."""
    main = BeautifulSoup(html, "html.parser").find("main")
    if not isinstance(main, Tag):
        return ""
    notes = footnotes(main, address)
    for element in main.select(FURNITURE):
        element.decompose()
    make_absolute(main, address)
    for heading in main.select("li h2, li h3, li h4, li h5, li h6"):
        heading.wrap(BeautifulSoup("", "html.parser").new_tag("p"))
        heading.name = "b"
    for terms in main.select("dl"):
        as_list(terms)
    set_apart(main)
    close_up(main)
    body = tidy(Converter().convert_soup(main))
    listed = "\n".join(f"[^{number}]: {text}" for number, text in enumerate(notes, 1))
    return f"{body}\n\n{listed}\n" if listed else f"{body}\n"


class Converter(MarkdownConverter):
    class Options:
        heading_style = ATX
        bullets = "-"
        escape_underscores = False
        table_infer_header = True

    def escape(self, text: str, parent_tags: Any) -> str:
        """What stands on the page as `<…>` must not become a tag again."""
        escaped = super().escape(text, parent_tags)  # type: ignore[misc]
        return str(escaped).replace("<", "\\<")

    def convert_data(self, el: Any, text: str, parent_tags: Any) -> str:
        return text.strip()

    def convert_sup(self, el: Any, text: str, parent_tags: Any) -> str:
        return text

    def convert_caption(self, el: Any, text: str, parent_tags: Any) -> str:
        return f"{text.strip()}\n\n" if text.strip() else ""

    def convert_img(self, el: Any, text: str, parent_tags: Any) -> str:
        """A picture without words for it says nothing here."""
        words = " ".join(str(el.get("alt") or "").split())
        return f"![{words}]({el.get('src')})" if words else ""


def footnotes(main: Tag, address: str) -> list[str]:
    """Puts a reference in the place of each source mark; gives the notes, each once, in order."""
    notes: list[str] = []
    for mark in main.select("button[popovertarget]"):
        card = main.find(id=str(mark["popovertarget"]))
        if not isinstance(card, Tag):
            continue
        text = note(card, address)
        if text not in notes:
            notes.append(text)
        before = mark.previous_sibling
        if isinstance(before, NavigableString):
            before.replace_with(before.rstrip())
        mark.replace_with(f"[^{notes.index(text) + 1}]")
    for card in main.select("[popover]"):
        card.decompose()
    return notes


def note(card: Tag, address: str) -> str:
    """What a source mark's card says, on one line."""
    parts = []
    for row in card.find_all(True, recursive=False):
        label = row.find(class_="provenance__label")
        title = ""
        if isinstance(label, Tag):
            title = f"{label.get_text().strip()}："
            label.extract()
        for link in row.find_all("a"):
            words = link.get_text().strip()
            link.replace_with(f"[{words}]({urljoin(address, str(link.get('href') or ''))})")
        words = SPACE_IN_CHINESE.sub("", " ".join(row.get_text().split()))
        if words:
            parts.append(title + words.rstrip("。；"))
    return "；".join(parts) + "。"


def make_absolute(main: Tag, address: str) -> None:
    """Links and pictures by their full address; links within the page are just their words."""
    for paragraph in main.select("p:has(> a[href^='#'])"):
        if all(str(child.get("href", "")).startswith("#") for child in paragraph.find_all(True)):
            paragraph.decompose()  # a row of jumps about the page
    for link in main.select("a"):
        target = str(link.get("href") or "")
        if not target or target.startswith("#"):
            link.unwrap()
        else:
            link["href"] = urljoin(address, target)
            link.attrs.pop("title", None)
    for picture in main.select("img"):
        picture["src"] = urljoin(address, str(picture.get("src") or ""))


def as_list(terms: Tag) -> None:
    """Definition lists, which Markdown does not have, as `- **term**：what is said of it`."""
    soup = BeautifulSoup("", "html.parser")
    listed = soup.new_tag("ul")
    item: Tag | None = None
    for paragraph in terms.select("p, div"):
        paragraph.unwrap()
    for element in terms.find_all(["dt", "dd"]):
        if element.name == "dt" or item is None:
            item = soup.new_tag("li")
            listed.append(item)
        if element.name == "dt":
            element.name = "b"
            item.append(element.extract())
            item.append("：")
        else:
            if item.find("span", class_="said"):
                item.append("，")
            element.name = "span"
            element["class"] = "said"
            item.append(element.extract())
    terms.replace_with(listed)


def set_apart(main: Tag) -> None:
    """White space between two inline elements is a gap on the screen: here a full-width space.

    In running text it is only how the template is written, and vanishes in `tidy`.
    """
    for label in main.select(".event__when, .status"):
        label.insert_after("\u3000")
    for second in main.select("span + span"):
        if isinstance(second.previous_sibling, Tag) and second.get_text(strip=True):
            second.insert_before("\u3000")
    for text in list(main.find_all(string=re.compile(r"^\s+$"))):
        before, after = text.previous_sibling, text.next_sibling
        if isinstance(before, Tag) and isinstance(after, Tag):
            inline = before.name not in BLOCKS and after.name not in BLOCKS
            said = before.get_text(strip=True) and after.get_text(strip=True)
            cell = before.name in {
                "li",
                "tr",
                "td",
                "th",
                "thead",
                "tbody",
                "h1",
                "h2",
                "h3",
                "h4",
                "picture",
            }
            if inline and said and not cell:
                text.replace_with("\u3000")


def close_up(main: Tag) -> None:
    """Line breaks of the template within running text become nothing beside Chinese, a space elsewhere."""
    main.smooth()
    for text in list(main.find_all(string=True)):
        if text.find_parent("pre") is None:
            text.replace_with(EDGE_IN_CHINESE.sub("", re.sub(r"[ \t\r\n]+", " ", str(text))))


def tidy(text: str) -> str:
    """No space between Chinese characters, none at the end of a line, one empty line between paragraphs."""
    text = re.sub(r"[ \u3000]*\u3000[ \u3000]*(?=\[\^)", "", text)
    text = re.sub(r"[ \u3000]*\u3000[ \u3000]*", "\u3000", text)
    text = re.sub(r"(?<=[，。；：、])\u3000", "", text)
    lines = [SPACE_IN_CHINESE.sub("", line.rstrip(" \t\u3000")) for line in text.strip().split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
