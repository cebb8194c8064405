"""What a person sees and touches: nothing hidden, nothing too small to read or to press."""

from __future__ import annotations

import pytest
from browser.until import leave
from playwright.sync_api import Browser, Page, expect
from server.entering import enter
from server.running import Server

THUMB_PX = 44
READABLE_PX = 10
LINE_PX = 25

DRAWN = """() => [...document.querySelectorAll(".lane svg")]
  .filter((each) => each.checkVisibility())
  .map((each) => 11 * each.getScreenCTM().a)"""
HEIGHTS = "(found) => found.filter((e) => e.checkVisibility()).map((e) => e.offsetHeight)"
WIDER = """() => [...document.querySelectorAll(".scroll")]
  .filter((each) => each.scrollWidth > each.clientWidth).map((each) => each.innerText)"""


def opened(browser: Browser, server: Server, name: str, path: str, width: int) -> Page:
    """The page, as this person finds it on a touch screen of this width."""
    page = browser.new_context(viewport={"width": width, "height": 844}, has_touch=True).new_page()
    enter(page, server, name)
    page.goto(server.address + path)
    return page


def room_of(page: Page, name: str) -> None:
    page.get_by_role("link", name=name).first.click()
    page.wait_for_url("**/room/")


@pytest.mark.parametrize("path", ["/me/help/", "/me/safety-plan/", "/me/what-we-found/"])
def test_whom_to_call_is_as_high_as_a_thumb(
    path: str, browser: Browser, demonstration: Server
) -> None:
    page = opened(browser, demonstration, "Helene Fischer", path, 390)
    heights = page.locator("main :is([href^='tel:'], [href^='sms:'])").evaluate_all(HEIGHTS)
    assert heights
    assert min(heights) >= THUMB_PX
    leave(page.context)


@pytest.mark.parametrize("path", ["/me/messages/", "/me/journal/"])
def test_a_box_for_many_words_shows_several_lines(
    path: str, browser: Browser, demonstration: Server
) -> None:
    page = opened(browser, demonstration, "Helene Fischer", path, 390)
    heights = page.locator("main textarea").evaluate_all(HEIGHTS)
    assert min(heights) >= 4 * LINE_PX
    leave(page.context)


@pytest.mark.parametrize("width", [1440, 1024, 820, 390])
def test_the_words_in_the_lanes_of_a_room_can_be_read(
    width: int, browser: Browser, demonstration: Server
) -> None:
    page = opened(browser, demonstration, "Maja Lind", "/rooms/", width)
    room_of(page, "Amina Castellanos")
    sizes = page.evaluate(DRAWN)
    assert len(sizes) == 5, "four signs, and what is expected"
    assert min(sizes) >= READABLE_PX
    leave(page.context)


def test_a_written_safety_plan_stands_on_its_page(browser: Browser, demonstration: Server) -> None:
    page = opened(browser, demonstration, "Nana Osei", "/courses/13/safety-plan/", 1440)
    expect(page.get_by_text("The playlist for bad days").first).to_be_in_viewport()
    leave(page.context)


@pytest.mark.parametrize("path", ["/audit/", "/forms/", "/people/", "/practice/"])
def test_a_wide_table_folds_on_a_phone(path: str, browser: Browser, demonstration: Server) -> None:
    page = opened(browser, demonstration, "Elise Frost", path, 390)
    assert page.locator("table").count()
    assert page.evaluate(WIDER) == []
    leave(page.context)


@pytest.mark.parametrize("path", ["/", "/notices/", "/courses/5/", "/rules/"])
def test_on_a_tablet_buttons_are_as_high_as_a_finger(
    path: str, browser: Browser, demonstration: Server
) -> None:
    page = opened(browser, demonstration, "Nana Osei", path, 1024)
    heights = page.locator(".btn, a.chip, .place").evaluate_all(HEIGHTS)
    assert heights
    assert min(heights) >= THUMB_PX
    leave(page.context)
