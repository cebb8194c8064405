"""The library on a phone: found, read, looked at by day and by night, and printed on paper."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, Literal

import pytest
from browser.phone import SIZE
from browser.test_pages import violations
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader
from server.entering import enter
from server.running import Server

from kapstone import library

DRAWN = [(each.id, name) for each in library.articles().values() for name in each.pictures]
# Of paper, in points, as a PDF says it.
PAPER = {"A4": (595, 842), "Letter": (612, 792)}
CLIPPED = """() => [...document.querySelectorAll('.drawing text')].filter(each => {
  const inner = each.getBoundingClientRect();
  const outer = each.ownerSVGElement.getBoundingClientRect();
  return inner.left < outer.left - 1 || inner.right > outer.right + 1
    || inner.top < outer.top - 1 || inner.bottom > outer.bottom + 1;
}).map(each => each.textContent)"""
CROSSED = """() => {
  const all = [...document.querySelectorAll('.drawing text')].map(each => [each.textContent,
    each.getBoundingClientRect()]);
  return all.flatMap(([one, a], n) => all.slice(n + 1).filter(([, b]) =>
    a.left < b.right - 1 && b.left < a.right - 1 && a.top + 3 < b.bottom && b.top + 3 < a.bottom
  ).map(([other]) => `${one} / ${other}`));
}"""


@pytest.fixture(params=["light", "dark"])
def phone(
    request: pytest.FixtureRequest, browser: Browser, demonstration: Server
) -> Iterator[Page]:
    scheme: Literal["light", "dark"] = request.param
    context = browser.new_context(viewport=SIZE, has_touch=True, color_scheme=scheme)
    page = context.new_page()
    enter(page, demonstration, "Helene Fischer")
    yield page
    context.close()


def at(page: Page, server: Server, name: str) -> Page:
    page.goto(f"{server.address}/me/library/{name}/")
    return page


def wider_than_the_screen(page: Page) -> bool:
    found: bool = page.evaluate("() => document.documentElement.scrollWidth > innerWidth")
    return found


def test_somebody_finds_a_page_by_part_of_a_word_and_reads_it(phone: Page) -> None:
    phone.get_by_role("navigation", name="My pages").get_by_role("link", name="Library").tap()
    phone.get_by_label("Find in the library").fill("bladd")
    phone.get_by_role("button", name="Find", exact=True).tap()
    phone.get_by_role("link", name="Bladder, liver, memory and craving").first.tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Bladder, liver, memory and craving")
    expect(phone.get_by_role("img", name="Signs of the bladder")).to_be_visible()
    expect(phone.get_by_text("Tell us early if")).to_be_visible()
    phone.get_by_text("Where this comes from").tap()
    expect(phone.get_by_role("link", name="Read it there").first).to_be_visible()
    numbered = phone.locator(".cited").evaluate("each => getComputedStyle(each).listStyleType")
    assert numbered == "decimal"
    assert not wider_than_the_screen(phone)
    assert violations(phone) == []


def test_a_search_for_nothing_says_what_to_do(phone: Page, demonstration: Server) -> None:
    phone.goto(f"{demonstration.address}/me/library/?q=zebra")
    expect(phone.get_by_text("Try one word, or the beginning of one")).to_be_visible()
    assert not wider_than_the_screen(phone)


def test_every_drawing_fits_and_no_words_in_it_cross(phone: Page, demonstration: Server) -> None:
    found: dict[str, Any] = {}
    for article, name in DRAWN:
        at(phone, demonstration, article)
        drawing = phone.locator("svg.drawing").first
        expect(drawing).to_be_visible()
        assert (drawing.evaluate("each => each.querySelector('desc').textContent.length")) > 60
        bad = [*phone.evaluate(CLIPPED), *phone.evaluate(CROSSED)]
        if bad or wider_than_the_screen(phone):
            found[name] = bad
    assert found == {}


@pytest.mark.parametrize("paper", sorted(PAPER))
def test_it_prints_whole_with_its_sources_and_without_the_page_around(
    paper: str, browser: Browser, demonstration: Server
) -> None:
    context = browser.new_context(viewport=SIZE, color_scheme="dark")
    page = context.new_page()
    enter(page, demonstration, "Helene Fischer")
    at(page, demonstration, "bladder-liver-craving")
    printed = PdfReader(io.BytesIO(page.pdf(format=paper, print_background=True)))
    context.close()
    wide, high = printed.pages[0].mediabox.width, printed.pages[0].mediabox.height
    assert (round(wide), round(high)) == pytest.approx(PAPER[paper], abs=1)
    text = " ".join("\n".join(each.extract_text() for each in printed.pages).split())
    assert 1 <= len(printed.pages) <= 5
    # A long address goes over the end of a line.
    unbroken = text.replace(" ", "")
    article = library.article("bladder-liver-craving")
    for source in library.sources_of(article.sources):
        assert source.citation[:30].replace(" ", "") in unbroken
        assert source.address in unbroken
    assert "doi.org/10.1186/s12888-023-05468-3" in unbroken
    assert "Last looked at 22 November 2026" in text
    assert "What is not known" in text
    for never in ("I have read this", "Ask my team", "My pages", "Journal", "Read it there"):
        assert never not in text
