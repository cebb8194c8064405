"""An emergency without a network: one tap starts its clock, and each step keeps its time."""

from __future__ import annotations

import json
import re
from typing import Any

from browser.keys import faults
from browser.test_pages import violations
from browser.test_room import (
    BEGUN_MIN,
    RETRY_MS,
    Tablet,
    come_back_later,
    lose_an_answer,
    server,
    tablet,
    tablets,
    written,
)
from browser.until import forward
from playwright.sync_api import Locator, Page, expect
from server.running import Server

__all__ = ["server", "tablet", "tablets", "written"]
HAPPENED = """
import json, django; django.setup()
from kapstone.web.records.models import EmergencyEvent, EmergencyStep
rows = [["began", r.at.timestamp(), r.emergency] for r in EmergencyEvent.objects.all()]
rows += [["ended" if r.end_of_id else "step" if r.step is not None else "note",
          r.at.timestamp(), r.words] for r in EmergencyStep.objects.all()]
print(json.dumps(sorted(rows, key=lambda row: row[1])))
"""


def happened(tablet: Tablet) -> list[tuple[str, float, Any]]:
    rows = json.loads(tablet.server.run("-c", HAPPENED))
    return [(kind, round((at - tablet.ids["begun"]) / 60, 1), told) for kind, at, told in rows]


def told_by(page: Page) -> float:
    """What the clock of the page says, in minutes: the library may leave a page out of its turn."""
    return float(page.evaluate("Date.now()")) / 60_000


def card(tablet: Tablet) -> Locator:
    return tablet.page.locator(".card.emergency")


def test_one_tap_starts_the_clock_and_the_times_arrive_once(tablet: Tablet, server: Server) -> None:
    page = tablet.page
    page.clock.install()
    tablet.open()
    tablet.cut()
    tablet.tap("Breathing, airway")
    expect(card(tablet)).to_contain_text("No breathing, blocked airway")
    tapped = [told_by(page)]
    expect(card(tablet)).to_contain_text("Who to call")
    expect(card(tablet).locator("[data-since]")).to_have_text(re.compile(r"^00:0\d$"))
    steps = card(tablet).locator("[name=step]")
    for number in (0, 1):
        forward(page, 30_000)
        steps.nth(number).click()
        expect(steps.nth(number)).to_contain_text(re.compile(r"✓ \d\d:\d\d:\d\d"))
        tapped.append(told_by(page))
    tablet.tap("Breathing, airway")
    expect(card(tablet)).to_have_count(1)
    page = tablet.restart()
    steps = card(tablet).locator("[name=step]")
    expect(steps.nth(1)).to_contain_text("✓")
    card(tablet).get_by_label("What happened").fill("Breathes by herself")
    forward(page, 60_000)
    tablet.tap("It is over")
    expect(card(tablet)).to_contain_text("Breathes by herself")
    expect(steps.first).to_be_hidden()
    tapped.append(told_by(page))
    forward(page, 30 * 60_000)
    come_back_later(server, 32)
    lose_an_answer(tablet)
    tablet.saved()
    expect(card(tablet)).to_have_count(0, timeout=RETRY_MS)
    kinds, times, told = zip(*happened(tablet), strict=True)
    assert kinds == ("began", "step", "step", "ended")
    assert told[-1] == "Breathes by herself"
    assert BEGUN_MIN <= times[0] < BEGUN_MIN + 5
    gaps = [(at - times[0]) - (due - tapped[0]) for at, due in zip(times, tapped, strict=True)]
    assert all(abs(gap) < 0.4 for gap in gaps), (times, tapped)
    assert times[-1] - times[0] > 1.6
    expect(page.locator("#story")).to_contain_text("entered offline, arrived")


def test_one_that_the_server_knows_goes_on_without_a_network(tablet: Tablet) -> None:
    tablet.tap("Breathing, airway")
    tablet.saved()
    expect(card(tablet)).to_have_attribute("data-holds", re.compile("."), timeout=RETRY_MS)
    expect(card(tablet)).to_have_count(1)
    tablet.cut()
    step = card(tablet).locator("[name=step]").first
    step.click()
    expect(step).to_contain_text("✓")
    tablet.page.reload()
    expect(card(tablet).locator("[name=step]").first).to_contain_text("✓")
    tablet.back()
    tablet.saved()
    expect(card(tablet).locator("[data-here-at]")).to_have_count(0, timeout=RETRY_MS)
    expect(card(tablet).locator("[name=step]").first).to_contain_text("✓")
    assert [kind for kind, _, _ in happened(tablet)] == ["began", "step"]


def test_an_emergency_that_waits_is_accessible(tablet: Tablet) -> None:
    tablet.cut()
    tablet.tap("Breathing, airway")
    card(tablet).locator("[name=step]").first.click()
    assert violations(tablet.page) == []
    assert faults(tablet.page) == []
