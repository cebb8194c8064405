"""An emergency without a network: its clock, steps and words come in once, at their own time."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from web.logging_in import Enter
from web.register.conftest import text_of

from kapstone.web.accounts.models import User
from kapstone.web.records import emergencies as shown
from kapstone.web.records.actions import emergencies
from kapstone.web.records.models import EmergencyEvent, EmergencyStep, Notice, Session

from .test_before import at
from .test_sent import Tablet, back, minutes, tablet

__all__ = ["back", "tablet"]
SEIZURE = "EMG-07"


def begin(tablet: Tablet, when: datetime) -> str:
    return tablet.enter("emergency", when, emergency=SEIZURE)


def step(tablet: Tablet, when: datetime, event: str, number: str) -> str:
    return tablet.enter("emergency_step", when, event=event, emergency=SEIZURE, step=number)


def say(tablet: Tablet, when: datetime, event: str, words: str, action: str) -> str:
    told = {"event": event, "emergency": SEIZURE, "words": words, "action": action}
    return tablet.enter("emergency_words", when, **told)


def test_it_arrives_once_with_the_time_of_each_step(
    tablet: Tablet, now: datetime, back: datetime
) -> None:
    event = begin(tablet, minutes(now, 7))
    for number, after in (("0", 7.5), ("1", 8)):
        step(tablet, minutes(now, after), event, number)
    say(tablet, minutes(now, 9), event, "Jerking of both arms", "note")
    say(tablet, minutes(now, 10), event, "Awake after 90 s", "end")
    for _ in range(2):
        assert len(tablet.send().json()["kept"]) == 5
    row = EmergencyEvent.objects.get()
    assert (row.at, row.recorded_at) == (minutes(now, 7), back)
    found = [(each.at, each.step, bool(each.end_of_id)) for each in shown.rows_of(row)]
    assert found == [
        (minutes(now, 7.5), 0, False),
        (minutes(now, 8), 1, False),
        (minutes(now, 9), None, False),
        (minutes(now, 10), None, True),
    ]
    notice = Notice.objects.get(kind=SEIZURE)
    assert ("Began at" in notice.says, "arrived at" in notice.says) == (True, True)
    page = text_of(tablet.client.get(at(tablet.session, "room/")))
    assert page.count("entered offline, arrived") >= 5


def test_what_another_tablet_had_begun_runs_once(
    tablet: Tablet, started: Session, lind: User, now: datetime, back: datetime
) -> None:
    """It ran already when this tablet, without a network, began its own: the steps go there."""
    first = emergencies.begin_emergency(started, SEIZURE, at=minutes(now, 5), by=lind)
    emergencies.end_emergency(first, "Awake", at=minutes(now, 9), by=lind)
    mine = begin(tablet, minutes(now, 6))
    step(tablet, minutes(now, 7), mine, "0")
    late = step(tablet, minutes(now, 9.5), mine, "1")
    say(tablet, minutes(now, 10), mine, "Breathing well", "end")
    told = tablet.send().json()
    assert (told["refused"], late in told["kept"]) == ({}, True)
    assert EmergencyEvent.objects.get() == first
    rows = shown.rows_of(first)
    assert [row.step for row in rows] == [0, None, None, None]
    assert rows[-1].words == "Breathing well"
    assert sum(row.end_of_id is not None for row in rows) == 1


def test_one_begun_earlier_without_a_network_keeps_its_own_clock(
    tablet: Tablet, started: Session, lind: User, now: datetime, back: datetime
) -> None:
    emergencies.begin_emergency(started, SEIZURE, at=minutes(now, 9), by=lind)
    begin(tablet, minutes(now, 6))
    tablet.send()
    begun = EmergencyEvent.objects.order_by("at").values_list("at", flat=True)
    assert list(begun) == [minutes(now, 6), minutes(now, 9)]
    assert Notice.objects.filter(kind=SEIZURE).count() == 1


@pytest.mark.usefixtures("back")
def test_what_names_no_emergency_is_refused(tablet: Tablet, now: datetime) -> None:
    lost = step(tablet, minutes(now, 7), str(uuid4()), "0")
    odd = tablet.enter("emergency", minutes(now, 7), emergency="EMG-99")
    assert set(tablet.send().json()["refused"]) == {lost, odd}
    mine = begin(tablet, minutes(now, 8))
    none, blank = (
        step(tablet, minutes(now, 9), mine, "99"),
        say(tablet, minutes(now, 9), mine, "", "note"),
    )
    assert {none, blank} <= set(tablet.send().json()["refused"])
    assert not EmergencyStep.objects.exists()


@pytest.mark.usefixtures("back")
def test_who_is_not_logged_in_or_not_of_the_practice_sends_none(
    started: Session, tablet: Tablet, marsh: User, enter: Enter, now: datetime
) -> None:
    theirs = Tablet(enter(marsh), started)
    begin(theirs, minutes(now, 7))
    assert theirs.send().status_code == 404
    begin(tablet, now + timedelta(minutes=7))
    tablet.client.logout()
    assert tablet.send().status_code in {302, 403}
    assert not EmergencyEvent.objects.exists()
