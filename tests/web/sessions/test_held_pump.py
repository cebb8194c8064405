"""A crossed red limit holds the pump back too: going on and going faster want a reason."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal

import pytest
from web.logging_in import Enter

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records.actions import pump, readings, sessions
from kapstone.web.records.models import Notice, Phase, PumpRate, Session
from kapstone.web.records.refusals import Refused

from .conftest import CALM
from .test_before import at
from .test_sent import Tablet, back, minutes, tablet

__all__ = ["back", "tablet"]
WHY = "The prescriber is beside us and wants it to go on."
SLOW, AS_ORDERED, BETWEEN = Decimal(20), Decimal(51), Decimal(30)


def high(session: Session, when: datetime, by: User) -> None:
    readings.record_reading(session, CALM | {"systolic_bp": 190.0}, at=when, by=by)


def said(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.mark.parametrize("red", [True, False])
def test_going_on_under_a_red_limit_wants_a_reason(
    *, red: bool, started: Session, abara: User, now: datetime
) -> None:
    sessions.move_on(started, "paused", at=minutes(now, 1), by=abara)
    if red:
        high(started, minutes(now, 2), abara)
        with pytest.raises(Refused, match=r"Held back: .*190.* Say why") as refused:
            sessions.move_on(started, "resumed", at=minutes(now, 3), by=abara)
        assert refused.value.code == "red-held"
    words = WHY if red else ""
    row = sessions.move_on(started, "resumed", words=words, at=minutes(now, 3), by=abara)
    assert (row.phase, row.words) == ("resumed", words)


@pytest.mark.parametrize(
    ("mg_h", "asks"), [(AS_ORDERED, True), (BETWEEN, True), (SLOW, False), (Decimal(10), False)]
)
def test_a_faster_rate_under_a_red_limit_wants_a_reason(
    mg_h: Decimal, asks: bool, started: Session, abara: User, now: datetime
) -> None:
    """It runs at 20 mg/h; all of these are no more than was ordered."""
    pump.set_pump(started, SLOW, at=minutes(now, 1), by=abara)
    high(started, minutes(now, 2), abara)
    if asks:
        with pytest.raises(Refused, match=r"Held back: .*190.* Say why"):
            pump.set_pump(started, mg_h, at=minutes(now, 3), by=abara)
    words = WHY if asks else ""
    assert pump.set_pump(started, mg_h, words=words, at=minutes(now, 3), by=abara).pk


def test_a_rate_above_the_order_names_the_limit_too(
    started: Session, abara: User, now: datetime
) -> None:
    high(started, minutes(now, 1), abara)
    with pytest.raises(Refused, match=r"At most 51.0 mg/h was ordered\. Held back: .*190"):
        pump.set_pump(started, Decimal(60), at=minutes(now, 2), by=abara)


def test_what_a_tablet_sends_is_kept_and_a_notice_asks_for_the_reason(
    tablet: Tablet, now: datetime, back: datetime
) -> None:
    mine = [
        tablet.enter("pump_rate", minutes(now, 4), rate="20"),
        tablet.enter("pause", minutes(now, 5)),
        tablet.enter("reading", minutes(now, 6), systolic_bp="190", diastolic_bp="80"),
        tablet.enter("resume", minutes(now, 7)),
        tablet.enter("pump_rate", minutes(now, 8), rate="40"),
    ]
    for _ in range(2):
        assert sorted(tablet.send().json()["kept"]) == sorted(mine)
    assert Phase.objects.get(phase="resumed").at == minutes(now, 7)
    assert PumpRate.objects.count() == 2
    on, faster = Notice.objects.filter(kind="owed-by-tablet").order_by("pk")
    assert on.says.startswith("Pump went on at ")
    assert faster.says.startswith("Pump at 40 mg/h at ")
    assert all("Held back" in each.do and "190" in each.do for each in (on, faster))


def test_what_was_sent_at_once_is_refused_and_sent_again_with_its_reason(
    tablet: Tablet, abara: User, now: datetime
) -> None:
    sessions.move_on(tablet.session, "paused", at=minutes(now, 1), by=abara)
    high(tablet.session, minutes(now, 2), abara)
    with clock.at(minutes(now, 3)):
        mine = tablet.enter("resume", minutes(now, 3))
        assert "Held back" in tablet.send().json()["refused"][mine]
        tablet.waiting.clear()
        again = tablet.enter("resume", minutes(now, 3), words=WHY)
        assert tablet.send().json()["kept"] == [again]
    assert not Notice.objects.filter(kind="owed-by-tablet").exists()


def test_the_room_says_so_beside_the_pump_and_asks_for_the_reason(
    started: Session, abara: User, enter: Enter, now: datetime
) -> None:
    browser = enter(abara)
    with clock.at(minutes(now, 1)):
        assert "held back" not in browser.get(at(started, "board/")).content.decode()
    high(started, minutes(now, 2), abara)
    with clock.at(minutes(now, 3)):
        board = said(browser.get(at(started, "board/")).content.decode())
        assert "■ Going faster is held back until a prescriber has decided" in board
        browser.post(at(started, "pause/"))
    with clock.at(minutes(now, 4)):
        page = browser.get(at(started, "room/")).content.decode()
        assert "■ Going on is held back until a prescriber has decided" in said(page)
        assert 'href="#go-on"' in page
        short = browser.post(at(started, "resume/"), {"words": "Calm again."})
        assert short.status_code == 422
        shown = short.content.decode()
        assert "Held back: " in shown
        assert 'value="Calm again."' in shown, "what was typed stays"
        assert browser.post(at(started, "resume/"), {"words": WHY}).status_code == 302
        assert f"Went on: {WHY}" in browser.get(at(started, "room/")).content.decode()


def test_where_nothing_is_held_one_tap_goes_on(
    started: Session, abara: User, enter: Enter, now: datetime
) -> None:
    sessions.move_on(started, "paused", at=minutes(now, 1), by=abara)
    browser = enter(abara)
    with clock.at(minutes(now, 2)):
        page = browser.get(at(started, "room/")).content.decode()
        assert 'href="#go-on"' not in page
        assert 'id="go-on" hidden' in page
        assert browser.post(at(started, "resume/")).status_code == 302
    assert Phase.objects.filter(phase="resumed").exists()
