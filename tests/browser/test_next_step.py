"""The next step in a browser: accepted in two clicks, overruled with a reason, or wished for."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from browser.keys import faults
from playwright.sync_api import Browser, Page, expect
from server.entering import enter
from server.running import Server

MOST_SECONDS = 15
ACCEPT = re.compile("^Accept and sign")


@pytest.fixture
def page(browser: Browser, demonstration: Server) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    enter(page, demonstration, "Nana Osei")
    yield page
    context.close()


def waiting(page: Page, server: Server) -> list[str]:
    """The addresses of the cards that wait, with a step proposed."""
    page.goto(f"{server.address}/waiting/next-step/")
    links = page.locator('main a[href^="/courses/"]')
    found = [links.nth(n).get_attribute("href") or "" for n in range(links.count())]
    there = [f"{server.address}{each}" for each in dict.fromkeys(found)]
    return [each for each in there if "Accept and sign" in page.request.get(each).text()]


def test_a_step_is_accepted_in_two_clicks(page: Page, demonstration: Server) -> None:
    first = waiting(page, demonstration)[0]
    begun = time.monotonic()
    page.goto(first)
    assert faults(page) == []
    page.get_by_role("button", name=ACCEPT).click()
    expect(page.get_by_role("status").filter(has_text="Signed:")).to_be_visible()
    assert time.monotonic() - begun < MOST_SECONDS
    expect(page.locator("#before")).to_contain_text("Nana Osei")


def test_another_step_takes_a_tap_on_the_step_and_one_on_the_reason(
    page: Page, demonstration: Server
) -> None:
    page.goto(waiting(page, demonstration)[-1])
    begun = time.monotonic()
    page.get_by_text("Choose another step").click()
    page.get_by_role("radio", name="Another path").check()
    page.get_by_role("button", name=re.compile("^Sign as")).click()
    expect(page.get_by_role("alert")).to_contain_text("tap a reason")
    page.get_by_role("checkbox", name="The person wants otherwise").check()
    page.get_by_role("button", name=re.compile("^Sign as")).click()
    expect(page.locator("#before")).to_contain_text("The person wants otherwise")
    assert time.monotonic() - begun < MOST_SECONDS


def test_a_person_says_their_wish_in_one_tap(browser: Browser, demonstration: Server) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    enter(page, demonstration, "Helene Fischer")
    page.goto(f"{demonstration.address}/me/next-step/")
    assert faults(page) == []
    page.get_by_role("button", name="I want more time between sessions").click()
    expect(page.get_by_role("button", name="I want more time between sessions")).to_have_attribute(
        "aria-pressed", "true"
    )
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= page.evaluate("window.innerWidth")
    assert "mg" not in page.locator("main").inner_text().split()
    context.close()


def test_a_look_is_written_down_from_the_list(page: Page, demonstration: Server) -> None:
    page.goto(waiting(page, demonstration)[0].replace("next-step", "long-term"))
    assert faults(page) == []
    first = page.locator("#waiting .gate").first
    title = first.locator("b").inner_text()
    first.get_by_role("link", name="Write down").click()
    page.get_by_role("radio", name="Nothing found").check()
    page.get_by_role("button", name="Sign and save").click()
    expect(page.locator("#written")).to_contain_text(title)


def test_the_list_of_calls_keeps_what_came_of_one(page: Page, demonstration: Server) -> None:
    page.goto(f"{demonstration.address}/slipping/")
    assert faults(page) == []
    cards = page.locator('section[id^="p-"]')
    before = cards.count()
    cards.first.get_by_role("button", name="Spoke with them", exact=True).click()
    expect(cards).to_have_count(before - 1)
