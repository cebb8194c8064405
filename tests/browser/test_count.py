"""A shift count on a tablet: every lot, by taps alone, in under a minute."""

from __future__ import annotations

import re
import time

from playwright.sync_api import Browser, Locator, Page, ViewportSize
from server.entering import enter
from server.running import Server

TABLET: ViewportSize = {"width": 1024, "height": 768}
# A tap of somebody who looks from the box to the screen between two lots, generously.
TAP_S = 1.2
# The second person types a password of twelve letters and a code of six digits.
WITNESS_S = 18 * 0.5
MOST_S = 60


class Hand:
    """A finger that counts what it taps."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps = page, 0

    def tap(self, what: Locator) -> None:
        box = what.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44, what
        what.tap()
        self.taps += 1

    def key(self, name: str) -> None:
        keys = self.page.get_by_role("group", name="Digits")
        self.tap(keys.get_by_role("button", name=name, exact=True))

    def write(self, number: str) -> None:
        for digit in number:
            self.key(digit)
        self.key("Next")


def test_a_shift_is_counted_in_under_a_minute(browser: Browser, demonstration: Server) -> None:
    context = browser.new_context(viewport=TABLET, has_touch=True)
    page = context.new_page()
    enter(page, demonstration, "Maja Lind")
    page.goto(f"{demonstration.address}/register/")
    hand, began = Hand(page), time.monotonic()
    page.get_by_role("link", name="Count", exact=True).tap()
    hand.taps += 1
    page.wait_for_url("**/register/count/")
    cells = page.locator("[data-keypad] input[data-most]")
    hand.tap(cells.first)
    names = [str(each.get_attribute("name")) for each in cells.all()]
    lots = [name for name in names if name.startswith("units")]
    for name in names:
        hand.write("2" if name in lots else "130")
    page.locator("[name=witness-witness]").select_option(label="June Park")
    hand.taps += 2
    hand.tap(page.get_by_role("button", name=re.compile("Keep this count")))
    page.wait_for_url(re.compile(r"/register/counts/\d+/$"))
    took = time.monotonic() - began
    said = page.inner_text("main")
    context.close()
    assert len(lots) >= 3, "two of vials and one of lozenges"
    assert "and June Park" in said
    assert said.count("agrees") + said.count("than the register says") == len(lots)
    assert took < MOST_S
    assert hand.taps * TAP_S + WITNESS_S < MOST_S, hand.taps
