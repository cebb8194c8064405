"""The review of a screening: decided by keyboard alone, and printed on one sheet."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.keys import faults
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader
from server.entering import enter
from server.running import Server

GIVE_MANY = str(Path(__file__).parents[1] / "server/give_many.py")
# Those of the demonstration for whom somebody has decided.
DECIDED = range(1, 35)
SMALLEST_PT = 8.0
SHEETS = ("A4", "Letter")


@pytest.fixture
def page(browser: Browser, demonstration: Server) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    enter(page, demonstration, "Nana Osei")
    yield page
    context.close()


def review(server: Server, course: int) -> str:
    return f"{server.address}/courses/{course}/screening/"


def sheets(page: Page, sheet: str) -> list[str]:
    """The words of each page that comes out of the printer."""
    printed = PdfReader(io.BytesIO(page.pdf(format=sheet)))
    return [one.extract_text() for one in printed.pages]


def findings(page: Page, server: Server, course: int) -> int:
    return page.request.get(review(server, course)).text().count('href="/rules/')


def test_a_prescriber_signs_a_decision_by_keyboard_alone(page: Page, demonstration: Server) -> None:
    page.goto(review(demonstration, 38))
    page.get_by_role("link", name="Decide").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("radio", name="Suitable", exact=True)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name=re.compile("^Not yet"))).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("Nothing is known yet; the intake comes first.")
    for _ in ("words for the person", "that they were told", "what they will read", "sign"):
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Sign as")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="not yet").first).to_be_visible()


def test_the_rules_page_is_reached_by_keyboard(page: Page, demonstration: Server) -> None:
    page.goto(f"{demonstration.address}/rules/MED-BZD/")
    assert faults(page) == []


def test_what_is_folded_opens_by_keyboard(page: Page, demonstration: Server) -> None:
    page.goto(review(demonstration, 5))
    first = page.get_by_text("By domain").first
    first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Cardiac")).to_be_visible()


def test_the_person_with_the_most_findings_prints_on_one_sheet(
    page: Page, demonstration: Server
) -> None:
    most = max(DECIDED, key=lambda course: findings(page, demonstration, course))
    page.goto(review(demonstration, most))
    for sheet in SHEETS:
        (printed,) = sheets(page, sheet)
        for part in ("What was found", "What is missing", "The decision", "Signed by", "Rules "):
            assert part in printed
        assert "printed by Dr. Nana Osei" in printed
        assert "Sign as" not in printed


@pytest.mark.parametrize(("course", "answers", "found"), [(36, 25, 12), (39, 60, 30)])
def test_more_than_a_sheet_holds_is_counted_on_one_sheet(
    course: int, answers: int, found: int, page: Page, demonstration: Server
) -> None:
    """Many findings and many missing facts: the gravest are whole, the rest named or counted."""
    demonstration.run(GIVE_MANY, str(course), str(answers))
    page.goto(review(demonstration, course))
    titles = page.locator("#found .finding b").all_inner_texts()
    assert len(titles) > found
    for sheet in SHEETS:
        (printed,) = sheets(page, sheet)
        words = " ".join(printed.split())
        assert [one for one in titles if " ".join(one.split()) not in words] == []
        assert re.search(r"and \d+ more", words)


def test_nothing_on_paper_is_smaller_than_eight_points(page: Page, demonstration: Server) -> None:
    page.goto(review(demonstration, 15))
    page.emulate_media(media="print")
    sizes = page.evaluate(
        """() => [...document.querySelectorAll('main *')]
          .filter((one) => one.checkVisibility() && one.textContent.trim())
          .map((one) => parseFloat(getComputedStyle(one).fontSize) * 0.75)"""
    )
    assert min(sizes) >= SMALLEST_PT - 0.01
