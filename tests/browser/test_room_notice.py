"""A notice answered without a network: it stands here, and arrives once, after its reading."""

from __future__ import annotations

import json
import re
from typing import Any

from browser.keys import faults
from browser.test_pages import violations
from browser.test_room import (
    BEGUN_MIN,
    RETRY_MS,
    REVOKE,
    MakeTablet,
    Tablet,
    come_back_later,
    lose_an_answer,
    server,
    tablet,
    tablets,
    written,
)
from browser.until import forward
from playwright.sync_api import Locator, Route, expect
from server.running import Server

__all__ = ["server", "tablet", "tablets", "written"]
HAPPENED = """
import json, django; django.setup()
from kapstone.web.records.models import Notice, NoticeAnswer, Reading
from kapstone.web.records.models.audit import Entry
rows = [["reading", r.at.timestamp(), r.signs] for r in Reading.objects.filter(resting=False)]
rows += [["notice", r.at.timestamp(), r.says] for r in Notice.objects.all()]
rows += [["closed" if r.closes else "answered", r.at.timestamp(), [r.by.name, r.notice.says,
          r.words]] for r in NoticeAnswer.objects.select_related("notice", "by")]
rows += [["trail", r.at.timestamp(), r.did] for r in Entry.objects.filter(
    did__in=["answer notice", "close notice"])]
print(json.dumps(rows))
"""


def happened(tablet: Tablet, *kinds: str) -> list[tuple[str, float, Any]]:
    """What the server has of these kinds, each with the minutes since the start, in order."""
    rows = json.loads(tablet.server.run("-c", HAPPENED))
    begun = tablet.ids["begun"]
    found = [(kind, (at - begun) / 60, told) for kind, at, told in rows if kind in kinds]
    return sorted(found, key=lambda row: row[1])


def known(tablet: Tablet) -> Locator:
    """The cards of the notices that the server had."""
    return tablet.page.locator("#notices [data-notice]")


def crossed(tablet: Tablet) -> Locator:
    """The cards of what this tablet found by itself."""
    return tablet.page.locator("#notices-here [data-reading]")


def answer(card: Locator, words: str, button: str = "Answer") -> None:
    form = card.locator("[data-answer]")
    if not form.is_visible():
        card.locator("summary").click()
    form.locator("[name=words]").fill(words)
    form.get_by_role("button", name=button, exact=True).click()


def test_a_notice_that_the_server_had_is_answered_and_closed(
    tablet: Tablet, server: Server
) -> None:
    page = tablet.page
    page.clock.install()
    tablet.open()
    tablet.read(systolic_bp="186")
    tablet.saved()
    expect(known(tablet)).to_have_count(1, timeout=RETRY_MS)
    tablet.cut()
    forward(page, 60_000)
    answer(known(tablet), "Pump slower")
    expect(known(tablet)).to_contain_text("Answered: Pump slower")
    expect(known(tablet)).to_contain_text("saved here")
    page.reload()
    expect(known(tablet)).to_contain_text("Answered: Pump slower")
    answer(known(tablet), "", "Answer and close")
    expect(tablet.status).to_contain_text("1 entry waits")
    forward(page, 4 * 60_000)
    answer(known(tablet), "146 again, calm", "Answer and close")
    expect(known(tablet)).to_contain_text("Answered and closed: 146 again, calm")
    expect(known(tablet).locator("[data-answer]")).to_be_hidden()
    tablet.restart()
    expect(known(tablet)).to_contain_text("Answered and closed: 146 again, calm")
    come_back_later(server, 30)
    lose_an_answer(tablet)
    tablet.saved()
    expect(known(tablet)).to_have_count(0, timeout=RETRY_MS)
    (first, at_first, said), (last, at_last, also) = happened(tablet, "answered", "closed")
    assert (first, last) == ("answered", "closed")
    assert (said[2], also[2]) == ("Pump slower", "146 again, calm")
    assert BEGUN_MIN + 1 <= at_first < BEGUN_MIN + 5
    assert abs(at_last - at_first - 4) < 0.4
    assert len(happened(tablet, "trail")) == 2
    expect(tablet.page.locator("#story")).to_contain_text("Notice answered: 146 again, calm")
    expect(tablet.page.locator("#story")).to_contain_text("entered offline, arrived")


def test_a_crossing_that_only_the_tablet_knows_is_answered(tablet: Tablet, server: Server) -> None:
    page = tablet.page
    page.clock.install()
    tablet.open()
    tablet.cut()
    tablet.read(systolic_bp="186")
    expect(crossed(tablet)).to_have_count(1)
    expect(crossed(tablet)).to_contain_text("Systolic blood pressure 186 mmHg")
    forward(page, 60_000)
    answer(crossed(tablet), "Pump slower")
    expect(crossed(tablet)).to_contain_text("Answered: Pump slower")
    expect(crossed(tablet)).to_contain_text("saved here")
    page.reload()
    expect(crossed(tablet)).to_contain_text("Answered: Pump slower")
    forward(page, 60_000)
    answer(crossed(tablet), "Labetalol by order", "Answer and close")
    expect(crossed(tablet).locator("[data-answer]")).to_be_hidden()
    forward(page, 10 * 60_000)
    tablet.read(systolic_bp="184")
    expect(crossed(tablet)).to_have_count(2)
    come_back_later(server, 30)
    lose_an_answer(tablet)
    tablet.saved()
    expect(crossed(tablet)).to_have_count(0, timeout=RETRY_MS)
    expect(known(tablet)).to_have_count(1, timeout=RETRY_MS)
    expect(known(tablet)).to_contain_text("184 mmHg")
    found = happened(tablet, "reading", "notice", "answered", "closed")
    kinds = [kind for kind, _, _ in found]
    assert sorted(kinds[:2]) == ["notice", "reading"]
    assert kinds[2:4] == ["answered", "closed"]
    assert sorted(kinds[4:]) == ["notice", "reading"]
    said = [told[1] for kind, _, told in found if kind in {"answered", "closed"}]
    assert all("186 mmHg" in each for each in said)


# Readings a minute apart, and the limit whose newest card is closed after one of them.
COURSE: tuple[tuple[dict[str, str], str], ...] = (
    ({"systolic_bp": "165"}, ""),
    ({"systolic_bp": "182"}, ""),
    ({"systolic_bp": "181", "heart_rate": "80"}, ""),
    ({"systolic_bp": "190"}, ""),
    ({"oxygen_saturation": "91"}, "ALM-SBP-H"),
    ({"heart_rate": "84"}, "ALM-SPO2"),
    ({"systolic_bp": "142", "oxygen_saturation": "97"}, ""),
    ({"oxygen_saturation": "88"}, ""),
    ({"oxygen_saturation": "86"}, "ALM-SPO2"),
    ({"systolic_bp": "84"}, ""),
)
CARDS = """() => [...document.querySelectorAll("#notices-here [data-reading]")].map((card) => {
  const { limit, level } = card.dataset;
  const told = (part) => card.querySelector(`[data-${part}]`).textContent;
  return [limit, level, told("says").slice(2), told("since-hour")];
})"""
OPENED = """
import json, django; django.setup()
from kapstone.web.records.models import Notice
rows = Notice.objects.select_related("person__practice")
print(json.dumps([[n.kind, n.level, n.says.partition(". Taken at")[0],
                   f"{n.at.astimezone(n.person.practice.zone):%H:%M}"] for n in rows]))
"""


def test_the_cards_here_are_the_notices_that_the_server_opens(
    tablet: Tablet, server: Server
) -> None:
    """Worse beyond red is a new one, milder is none, closed and crossed again is one."""
    tablet.page.clock.install()
    tablet.open()
    tablet.cut()
    for taken, closed in COURSE:
        forward(tablet.page, 60_000)
        tablet.read(**taken)
        expect(tablet.strip).to_contain_text("saved here")
        if closed:
            forward(tablet.page, 30_000)
            card = tablet.page.locator(f"#notices-here [data-limit={closed}]").last
            answer(card, "Seen to", "Answer and close")
            expect(card).to_contain_text("Answered and closed: Seen to")
    cards = tablet.page.evaluate(CARDS)
    assert len(cards) > len(COURSE) // 2
    come_back_later(server, 30)
    tablet.back()
    tablet.saved()
    assert sorted(cards) == sorted(json.loads(tablet.server.run("-c", OPENED)))
    assert len(happened(tablet, "closed")) == sum(bool(closed) for _, closed in COURSE)


def told_beside(tablet: Tablet) -> Locator:
    return tablet.strip.locator("[data-state=sent]", has_text="Lind had closed this")


def test_two_tablets_answer_the_same_notice_and_both_stand(tablets: MakeTablet) -> None:
    one, other = tablets("nurse"), tablets("other")
    one.read(systolic_bp="186")
    one.saved()
    for each in (one, other):
        expect(known(each)).to_have_count(1, timeout=RETRY_MS)
        each.cut()
    answer(other_card := known(other), "Called the prescriber", "Answer and close")
    expect(other_card).to_contain_text("saved here")
    answer(known(one), "Pump slower", "Answer and close")
    expect(known(one)).to_contain_text("saved here")
    for each in (other, one):
        each.back()
        each.saved()
    found = [(kind, told[0], told[2]) for kind, _, told in happened(one, "answered", "closed")]
    assert found == [
        ("closed", "Lind", "Called the prescriber"),
        ("answered", "Abara", "Pump slower"),
    ]
    # The one that came second is told, and it stays until it was read.
    expect(told_beside(one)).to_contain_text("Your words stand beside it.")
    one.restart()
    told_beside(one).get_by_role("button", name="Seen").click()
    expect(told_beside(one)).to_have_count(0)
    expect(one.page.locator("#story")).to_contain_text("closed before by Lind")


def test_a_log_in_that_ran_out_loses_no_answer_and_a_revoked_one_sends_none(
    tablet: Tablet, server: Server
) -> None:
    tablet.cut()
    tablet.read(systolic_bp="186")
    answer(crossed(tablet), "Pump slower")
    expect(tablet.status).to_contain_text("2 entries wait")
    tablet.context.clear_cookies()
    tablet.back()
    expect(tablet.status).to_contain_text("log in again")
    assert happened(tablet, "answered") == []
    tablet.enter("nurse")
    tablet.open()
    tablet.saved()
    assert [told[2] for _, _, told in happened(tablet, "answered")] == ["Pump slower"]
    tablet.cut()
    answer(known(tablet), "Nobody may send this")
    server.run("-c", REVOKE)
    tablet.back()
    expect(tablet.status).to_contain_text("log in again")
    assert len(happened(tablet, "answered")) == 1


def test_what_is_half_typed_when_the_network_returns_is_not_lost(tablet: Tablet) -> None:
    tablet.cut()
    tablet.read(systolic_bp="186")
    words = crossed(tablet).locator("[name=words]")
    words.fill("Pump slo")
    tablet.back()
    tablet.saved()
    expect(known(tablet)).to_have_count(1, timeout=RETRY_MS)
    expect(words).to_have_value("Pump slo")
    words.press_sequentially("wer")
    crossed(tablet).get_by_role("button", name="Answer", exact=True).click()
    expect(known(tablet)).to_contain_text("Pump slower", timeout=RETRY_MS)
    expect(crossed(tablet)).to_have_count(0)
    assert [told[2] for _, _, told in happened(tablet, "answered")] == ["Pump slower"]


def test_with_a_network_an_answer_goes_the_same_way(tablet: Tablet) -> None:
    tablet.read(systolic_bp="186")
    tablet.saved()
    expect(known(tablet)).to_have_count(1, timeout=RETRY_MS)
    expect(crossed(tablet)).to_have_count(0)
    answer(known(tablet), "Pump slower")
    expect(known(tablet)).to_contain_text(re.compile(r"answered \d\d:\d\d Abara: Pump slower"))
    assert tablet.page.url == tablet.room
    answer(known(tablet), "Calm", "Answer and close")
    expect(known(tablet)).to_have_count(0, timeout=RETRY_MS)
    assert [kind for kind, _, _ in happened(tablet, "answered", "closed")] == ["answered", "closed"]


def test_an_answer_waits_for_a_reading_that_the_server_stumbles_over(tablet: Tablet) -> None:
    """Without its reading it would be refused; what belongs to neither goes on."""
    page = tablet.page
    tablet.cut()
    tablet.read(systolic_bp="186")
    answer(crossed(tablet), "Pump slower")
    tablet.tap("Tears, soft")

    def stumble(route: Route) -> None:
        stumbles = '"kind":"reading"' in (route.request.post_data or "")
        route.fulfill(status=500) if stumbles else route.continue_()

    page.route("**/sent/", stumble)
    tablet.back()
    expect(tablet.status).to_contain_text("2 entries wait", timeout=RETRY_MS)
    expect(tablet.strip).not_to_contain_text("refused")
    assert [told for _, told in tablet.stored("mark")] == ["soft_tears"]
    page.unroute("**/sent/", stumble)
    tablet.saved()
    assert [told[2] for _, _, told in happened(tablet, "answered")] == ["Pump slower"]


def test_enter_answers_and_starts_no_emergency(tablet: Tablet) -> None:
    tablet.read(systolic_bp="186")
    tablet.saved()
    expect(known(tablet)).to_contain_text("Start the emergency steps", timeout=RETRY_MS)
    tablet.cut()
    known(tablet).locator("[name=words]").fill("Pump slower")
    tablet.page.keyboard.press("Enter")
    expect(known(tablet)).to_contain_text("Answered: Pump slower")
    expect(tablet.page.locator(".card.emergency")).to_have_count(0)
    tablet.page.locator("#notices").get_by_role("button", name="Start the emergency").click()
    expect(tablet.page.locator(".card.emergency")).to_have_count(1)


def test_answers_that_wait_are_accessible(tablet: Tablet) -> None:
    tablet.cut()
    tablet.read(systolic_bp="186", oxygen_saturation="88")
    expect(crossed(tablet)).to_have_count(2)
    answer(crossed(tablet).first, "Pump slower")
    assert violations(tablet.page) == []
    assert faults(tablet.page) == []
