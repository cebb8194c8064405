"""One tap, one answer: a double tap answers no question that has only just come."""

from __future__ import annotations

import pytest
from browser.phone import Phone, heading
from browser.until import run_for
from playwright.sync_api import expect

from kapstone import instruments

PHQ9 = instruments.instrument("phq9").item
A_SECOND_MS = 1_000


@pytest.mark.parametrize("apart_ms", [0, 120, 300])
@pytest.mark.parametrize("words", ["Several days", "Leave it blank"])
def test_a_double_tap_answers_one_question(apart_ms: int, words: str, phone: Phone) -> None:
    # The page's time stands still but for what is let pass: a machine under load adds nothing.
    phone.page.clock.install()
    page = phone.open()
    page.clock.pause_at(page.evaluate("Date.now()") + 10_000)
    place = page.locator(".asking:not([data-quiet])").get_by_text(words, exact=True)
    place = place.and_(page.locator(":visible"))
    box = place.bounding_box()
    assert box
    at = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.touchscreen.tap(*at)
    expect(page.locator("[data-quiet]")).to_have_count(1)
    run_for(page, apart_ms)
    page.touchscreen.tap(*at)
    run_for(page, A_SECOND_MS)
    expect(page.locator("[data-quiet]")).to_have_count(0)
    expect(heading(page)).to_have_text(PHQ9[1].text)
    assert phone.stored() == ({PHQ9[0].id: [1.0]} if words == "Several days" else {})


def test_a_double_tap_on_a_risk_answer_presses_nothing_of_the_help(phone: Phone) -> None:
    page = phone.open("cssrs-since")
    yes = page.locator(".asking:not([data-quiet])").get_by_role("button", name="Yes")
    box = yes.bounding_box()
    assert box
    at = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.touchscreen.tap(*at)
    page.touchscreen.tap(*at)
    expect(page.locator("[data-quiet]")).to_have_count(0)
    expect(page.get_by_role("heading", name="You do not have to carry this alone")).to_be_visible()
    assert list(phone.stored().values()) == [[1.0]]


def test_a_key_held_down_answers_one_question(phone: Phone) -> None:
    page = phone.open()
    for _ in range(4):
        page.keyboard.down("2")
    page.keyboard.up("2")
    expect(heading(page)).to_have_text(PHQ9[1].text)
    page.keyboard.press("2")
    expect(heading(page)).to_have_text(PHQ9[2].text)
