"""What one screen writes stands on the others, which say so when they no longer hear."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browser.until import leave, run_for
from playwright.sync_api import Browser, Page, Route, expect
from server.entering import enter
from server.running import Server

POLLS = ("**/board/*", "**/rooms/?page=*")
HEART = "[data-tile=heart_rate] [data-figure]"
# A poll comes after five seconds, on a busy machine later.
POLLED_MS = 25_000
SIGN = "[data-stale-sign]"


@pytest.fixture
def screens(browser: Browser, demonstration: Server) -> Iterator[tuple[Page, Page]]:
    """Two tablets: one in the room, the other not opened yet."""
    contexts = [browser.new_context(viewport={"width": 1024, "height": 900}) for _ in range(2)]
    pages = [context.new_page() for context in contexts]
    for page in pages:
        enter(page, demonstration, "Maja Lind")
    pages[0].goto(f"{demonstration.address}/rooms/")
    pages[0].locator("main a[href*='/room/']").first.click()
    pages[0].wait_for_url("**/room/")
    yield pages[0], pages[1]
    for context in contexts:
        leave(context)


def no_answer(route: Route) -> None:
    route.abort()


def without_polls(page: Page) -> None:
    for address in POLLS:
        page.route(address, no_answer)


def reading(page: Page, heart_rate: str) -> None:
    page.fill("[name=heart_rate]", heart_rate)
    with page.expect_response("**/sent/"):
        page.get_by_role("button", name="Keep this reading").click()


def test_a_reading_stands_on_another_screen_that_did_not_ask(
    screens: tuple[Page, Page],
) -> None:
    writes, listens = screens
    without_polls(listens)
    with listens.expect_response("**/live/sessions/**"):
        listens.goto(writes.url)
    for heart_rate, level, words in (
        ("93", "", ""),
        ("139", "red", "\u25a0 limit crossed"),
    ):
        reading(writes, heart_rate)
        expect(listens.locator(HEART)).to_have_text(heart_rate)
        tile = listens.locator("[data-tile=heart_rate]")
        expect(tile).to_have_attribute("data-level", level)
        expect(tile.locator("[data-mark]")).to_have_text(words)


def test_a_reading_stands_on_the_floor(screens: tuple[Page, Page]) -> None:
    writes, listens = screens
    session = writes.url.rstrip("/").split("/")[-2]
    without_polls(listens)
    with listens.expect_response("**/live/rooms/**"):
        listens.goto(writes.url.split("/sessions/")[0] + "/rooms/")
    reading(writes, "91")
    expect(listens.locator(f"[data-session='{session}'] {HEART}")).to_have_text("91")


def test_the_rest_of_a_screen_follows_what_was_told(screens: tuple[Page, Page]) -> None:
    """The timeline is asked for soon after, without waiting for the next slow poll."""
    writes, listens = screens
    listens.goto(writes.url)
    before = listens.locator("#story .ev").count()
    writes.get_by_role("button", name="Tears, soft").click()
    expect(listens.locator("#story .ev")).to_have_count(before + 1, timeout=POLLED_MS)


def test_a_browser_without_streams_asks_as_before(screens: tuple[Page, Page]) -> None:
    writes, listens = screens
    listens.add_init_script("delete globalThis.EventSource")
    listens.goto(writes.url)
    reading(writes, "97")
    expect(listens.locator(HEART)).to_have_text("97", timeout=POLLED_MS)


def test_a_screen_that_hears_nothing_for_15_s_says_so(screens: tuple[Page, Page]) -> None:
    writes, listens = screens
    listens.clock.install()
    without_polls(listens)
    listens.route("**/live/**", no_answer)
    listens.goto(writes.url)
    expect(listens.locator(SIGN)).to_be_hidden()
    run_for(listens, 17_000)
    expect(listens.locator(SIGN)).to_contain_text("what you see may be old")
    for address in POLLS:
        listens.unroute(address)
    run_for(listens, 6_000)
    expect(listens.locator(SIGN)).to_be_hidden()
