"""The screen on the wall can be read at 3 m, and follows without being touched."""

from __future__ import annotations

import pytest
from browser.until import leave, run_for, until
from playwright.sync_api import Browser, expect
from server.entering import enter
from server.running import Server

# 24 inches across at 16:9 are 531 mm wide; a letter wants 1 cm for 3 m.
SCREEN_MM, LETTER_MM = 531.3, 10.0
# What is drawn of a capital in each of the fonts that stand on the page, in px.
CAPITALS = """() => {
  const pen = document.createElement("canvas").getContext("2d");
  return [...document.querySelectorAll(".wall *")]
    .filter((each) => [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
    .filter((each) => each.checkVisibility())
    .map((each) => {
      pen.font = getComputedStyle(each).font;
      return pen.measureText("H").actualBoundingBoxAscent;
    });
}"""

CAPITAL = """(each) => {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = getComputedStyle(each).font;
  return pen.measureText("H").actualBoundingBoxAscent;
}"""
BEYOND = "() => document.documentElement.scrollHeight - innerHeight"
GREEN = ":is(.wallroom, .roomcard) :is(.ok-text, .chip.ok)"
SEEN = """(green) => [...document.querySelectorAll(green)]
  .filter((each) => each.checkVisibility({ visibilityProperty: true })).length"""

LONG = """() => {
  for (const each of document.querySelectorAll(".wallroom p > span, .wallroom h2 > *")) {
    each.textContent += " and much more that does not fit on one line".repeat(4);
  }
}"""


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (3840, 2160), (1440, 900)])
def test_every_letter_on_a_wall_of_24_inches_is_a_centimetre(
    width: int, height: int, browser: Browser, demonstration: Server
) -> None:
    page = browser.new_context(viewport={"width": width, "height": height}).new_page()
    enter(page, demonstration, "Maja Lind")
    page.goto(f"{demonstration.address}/rooms/wall/")
    page.evaluate("() => document.fonts.ready")
    capitals = page.evaluate(CAPITALS)
    assert len(capitals) > 12, "two rooms with their clocks and figures"
    assert min(capitals) * SCREEN_MM / width >= LETTER_MM
    assert page.evaluate(BEYOND) <= 0, "nobody scrolls a screen on a wall"
    page.evaluate(LONG)
    assert page.evaluate(BEYOND) <= 0, "however much there is to say of a room"
    leave(page.context)


@pytest.mark.parametrize("address", ["/rooms/wall/", "/rooms/"])
def test_without_news_no_green_stands(
    address: str, browser: Browser, demonstration: Server
) -> None:
    page = browser.new_context(viewport={"width": 1920, "height": 1080}).new_page()
    enter(page, demonstration, "Maja Lind")
    page.clock.install()
    page.goto(f"{demonstration.address}{address}")
    page.evaluate("() => document.fonts.ready")
    assert page.locator(GREEN).count() > 0
    assert page.evaluate(SEEN, GREEN) > 0
    page.context.set_offline(True)
    run_for(page, 17_000)
    sign = page.locator("[data-stale-sign]")
    expect(sign).to_contain_text("what you see may be old")
    # Each part of the page has its own fifteen seconds.
    until(page, f"() => !({SEEN})('{GREEN}')")
    if address == "/rooms/wall/":
        assert min(page.evaluate(CAPITALS)) * SCREEN_MM / 1920 >= LETTER_MM
        assert sign.evaluate(CAPITAL) * SCREEN_MM / 1920 >= LETTER_MM
        expect(page.locator("[data-offline]")).to_be_hidden()
        assert page.evaluate(BEYOND) <= 0, "the rooms stay where they were"
    page.context.set_offline(False)
    run_for(page, 40_000)
    expect(sign).to_be_hidden()
    assert page.evaluate(SEEN, GREEN) > 0
    leave(page.context)
