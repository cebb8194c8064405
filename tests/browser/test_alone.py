"""The questions that each of a couple is asked alone leave nothing in the browser's history."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browser.test_pages import violations
from browser.until import leave
from playwright.sync_api import Browser, Page, expect
from server.entering import enter
from server.running import Server

ASKED = "A few questions for you alone"


@pytest.fixture
def tess(browser: Browser, demonstration: Server) -> Iterator[Page]:
    """Her phone, on the space that she shares with Jonah."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, bypass_csp=True)
    page = context.new_page()
    enter(page, demonstration, "Tess Morgan")
    page.goto(f"{demonstration.address}/me/together/")
    yield page
    leave(context)


def open_questions(page: Page) -> int:
    """Opens them inside the space; gives how long the history was before."""
    before = int(page.evaluate("() => history.length"))
    page.get_by_role("link", name=ASKED).click()
    expect(page.get_by_role("heading", name=ASKED)).to_be_visible()
    assert page.url.endswith("/me/together/")
    return before


@pytest.mark.parametrize("how", ["link", "Escape"])
def test_leaving_is_one_touch_and_going_back_does_not_show_them(tess: Page, how: str) -> None:
    before = open_questions(tess)
    if how == "link":
        tess.get_by_role("link", name="Leave this page").first.click()
    else:
        tess.keyboard.press("Escape")
    tess.wait_for_url("**/me/library/")
    assert tess.evaluate("() => history.length") == before
    tess.go_back()
    expect(tess.locator("main")).to_be_visible()
    assert ASKED not in tess.locator("h1").all_inner_texts()


def test_what_is_kept_is_not_shown_again(tess: Page) -> None:
    before = open_questions(tess)
    tess.get_by_label("Yes", exact=True).first.check()
    tess.get_by_label("When, and what to mind").fill("Mondays")
    tess.get_by_role("button", name="Keep this").click()
    expect(tess.get_by_text("Thank you. It is kept.")).to_be_visible()
    assert tess.evaluate("() => history.length") == before
    tess.reload()
    open_questions(tess)
    assert tess.locator("input:checked").count() == 0
    expect(tess.get_by_label("When, and what to mind")).to_have_value("")


@pytest.mark.parametrize("place", ["/me/together/", "/me/together/?kind=journal", "/me/questions/"])
def test_the_pages_are_accessible_on_a_phone(tess: Page, demonstration: Server, place: str) -> None:
    tess.goto(demonstration.address + place)
    assert violations(tess) == []
    assert tess.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
