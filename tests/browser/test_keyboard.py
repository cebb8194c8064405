"""All of it without a mouse: every control is reached by Tab, shows it, and lets go again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from browser.keys import faults
from browser.until import forward
from playwright.sync_api import Browser, Page, expect
from server.entering import enter
from server.running import Server

SEEN_BY_PRESCRIBER = (
    "/",
    "/people/new/",
    "/rooms/",
    "/courses/5/",
    "/courses/5/screening/",
    "/courses/5/consent/",
    "/courses/5/notes/",
    "/learn/?route=lozenge",
)
SEEN_BY_PERSON = ("/me/", "/me/journal/", "/me/messages/", "/me/data/")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def running_room(page: Page, server: Server) -> str:
    page.goto(f"{server.address}/rooms/")
    found = page.locator("main a[href*='/room/']").first.get_attribute("href")
    assert found
    return found


def test_the_demonstration_opens_by_keyboard(page: Page, demonstration: Server) -> None:
    page.goto(f"{demonstration.address}/accounts/login/")
    assert faults(page) == []
    page.reload()
    page.get_by_role("button", name="Nana Osei").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{demonstration.address}/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_tab_reaches_every_control_of_the_clinic(
    scheme: Literal["light", "dark"], page: Page, demonstration: Server
) -> None:
    page.emulate_media(color_scheme=scheme)
    enter(page, demonstration, "Nana Osei")
    found = {}
    for path in (*SEEN_BY_PRESCRIBER, running_room(page, demonstration)):
        page.goto(demonstration.address + path)
        # What follows the page takes the place of its link: Tab is tried when all is there.
        expect(page.locator("[hx-trigger=load]")).to_have_count(0)
        found[path] = faults(page)
    assert not any(found.values()), found


def test_tab_reaches_every_control_of_a_persons_pages(page: Page, demonstration: Server) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    enter(page, demonstration, "Helene Fischer")
    found = {}
    for path in SEEN_BY_PERSON:
        page.goto(demonstration.address + path)
        found[path] = faults(page)
    assert not any(found.values()), found


def test_the_first_tab_skips_to_the_page(page: Page, demonstration: Server) -> None:
    enter(page, demonstration, "Nana Osei")
    for path in ("/", "/courses/5/"):
        page.goto(demonstration.address + path)
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the page")).to_be_in_viewport()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("() => document.activeElement.closest('main') !== null"), path


def test_a_board_that_is_drawn_anew_leaves_the_focus_where_it_was(
    page: Page, demonstration: Server
) -> None:
    enter(page, demonstration, "Nana Osei")
    page.clock.install()
    path = running_room(page, demonstration)
    card = page.locator(f"main a[href='{path}']")
    card.focus()
    page.evaluate("() => { document.activeElement.dataset.old = '' }")
    with page.expect_response("**/rooms/?page=*"):
        forward(page, 31_000)
    expect(page.locator("[data-old]")).to_have_count(0)
    expect(card).to_be_focused()
