"""What was entered on a tablet without a network comes in once, at its own time, in that order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from web.logging_in import Enter

from kapstone.web import clock
from kapstone.web.accounts import roles
from kapstone.web.accounts.models import User
from kapstone.web.clinician.entering import KINDS
from kapstone.web.records.actions import notices, readings, treatment
from kapstone.web.records.models import (
    DoseGiven,
    Judgement,
    Mark,
    Notice,
    Phase,
    Presence,
    PumpRate,
    Reading,
    Session,
)
from kapstone.web.records.models.audit import Entry
from kapstone.web.records.refusals import Refused

from .test_before import at

HIGH = {"systolic_bp": "186", "diastolic_bp": "112"}
NETWORK_BACK = 180


class Tablet:
    """A tablet whose clock may be wrong by some seconds, kept away from the network."""

    def __init__(self, client: Client, session: Session, *, wrong_s: float = 0) -> None:
        self.client, self.session, self.wrong_ms = client, session, wrong_s * 1000
        self.waiting: list[dict[str, Any]] = []
        self.device = str(uuid4())

    def ms(self, when: datetime) -> float:
        return when.timestamp() * 1000 + self.wrong_ms

    def enter(self, kind: str, when: datetime, /, **fields: str) -> str:
        entry = {"id": str(uuid4()), "kind": kind, "at_ms": self.ms(when), "fields": fields}
        self.waiting.append({**entry, "skew_ms": -self.wrong_ms})
        return str(entry["id"])

    def send(self) -> Any:
        body = {"now_ms": self.ms(clock.now()), "device": self.device, "entries": self.waiting}
        return self.client.post(
            at(self.session, "sent/"), json.dumps(body), content_type="application/json"
        )


@pytest.fixture
def tablet(started: Session, abara: User, enter: Enter) -> Tablet:
    return Tablet(enter(abara), started)


@pytest.fixture
def back(now: datetime) -> Iterator[datetime]:
    """The network has been gone for three hours, and returns."""
    later = now + timedelta(minutes=NETWORK_BACK)
    with clock.at(later):
        yield later


def minutes(now: datetime, count: float) -> datetime:
    return now + timedelta(minutes=count)


def kept() -> list[tuple[datetime, dict[str, float]]]:
    rows = Reading.objects.filter(resting=False).order_by("at", "pk")
    return [(row.at, row.signs) for row in rows]


# What goes on from another entry; each has tests of its own.
FOLLOWING = {"resume", "emergency_step", "emergency_words", "notice_answer"}
# A kind with the fields that its form sends, and what shows that it was done.
FIELDS = {
    "reading": {"heart_rate": "88"},
    "scale": {"tapped": "anxiety:4"},
    "state": {"mark": "still"},
    "side_effect": {"mark": "nausea", "severity": "mild", "words": "Sat up"},
    "quote": {"words": "It is warm"},
    "touch": {"mark": "touch_given", "area": "hand", "words": "Two minutes; Lind saw it"},
    "music": {"words": "Slow Rain"},
    "looked_in": {"mark": "looked_in"},
    "presence": {"here": "no"},
    "pause": {},
    "stop": {"confirm": "on", "words": "Pressure; half of it went in"},
    "dose": {"kind": "infusion", "mg": "34", "lot": "none"},
    "emergency": {"emergency": "EMG-07"},
    "pump_rate": {"rate": "40", "words": "Slower; she asked"},
}


def rows() -> list[int]:
    models = (Reading, Mark, Presence, Phase, Judgement, Notice, DoseGiven, PumpRate)
    return [model.objects.count() for model in models]


def test_every_kind_has_its_fields_here() -> None:
    assert set(FIELDS) | FOLLOWING == set(KINDS)


@pytest.mark.parametrize("kind", FIELDS)
def test_each_kind_is_kept_once_however_often_it_is_sent(
    kind: str, tablet: Tablet, now: datetime, back: datetime
) -> None:
    before = rows()
    mine = tablet.enter(kind, minutes(now, 7), **FIELDS[kind])
    assert tablet.send().json()["kept"] == [mine]
    after = rows()
    assert after != before
    with clock.at(back + timedelta(milliseconds=700)):
        assert tablet.send().json()["kept"] == [mine]
    assert rows() == after


def test_a_pause_and_going_on_come_in_their_own_order(
    tablet: Tablet, now: datetime, back: datetime
) -> None:
    """Sent the wrong way round, as two pages of one tablet may."""
    tablet.enter("resume", minutes(now, 12))
    tablet.enter("pause", minutes(now, 10))
    for _ in range(2):
        assert len(tablet.send().json()["kept"]) == 2
    moves = Phase.objects.filter(at__gt=now).order_by("at").values_list("phase", "at")
    assert list(moves) == [("paused", minutes(now, 10)), ("resumed", minutes(now, 12))]


def test_a_pause_before_the_end_may_arrive_after_it(
    tablet: Tablet, started: Session, osei: User, now: datetime, back: datetime
) -> None:
    treatment.stop_session(started, at=minutes(now, 40), by=osei)
    tablet.enter("pause", minutes(now, 10))
    late = tablet.enter("pause", minutes(now, 41))
    told = tablet.send().json()
    assert len(told["kept"]) == 1
    assert "already stopped" in told["refused"][late]


def test_who_was_there_is_kept_at_its_own_time(
    tablet: Tablet, abara: User, now: datetime, back: datetime
) -> None:
    tablet.enter("presence", minutes(now, 20), here="no")
    tablet.enter("presence", minutes(now, 25), here="yes")
    tablet.send()
    moves = Presence.objects.filter(who=abara).order_by("at").values_list("entered", flat=True)
    assert list(moves) == [True, False, True]


def test_two_tablets_arrive_once_and_in_order_of_their_own_time(
    tablet: Tablet, lind: User, enter: Enter, now: datetime, back: datetime
) -> None:
    other = Tablet(enter(lind), tablet.session, wrong_s=3600)
    for minute in (5, 15, 25):
        tablet.enter("reading", minutes(now, minute), heart_rate=str(60 + minute))
        other.enter("reading", minutes(now, minute + 5), heart_rate=str(65 + minute))
    for one in (tablet, other, tablet):
        assert one.send().status_code == 200
    expected = [(minutes(now, m), {"heart_rate": 60.0 + m}) for m in range(5, 31, 5)]
    assert kept() == expected


def test_the_timeline_says_what_arrived_late(tablet: Tablet, now: datetime, back: datetime) -> None:
    tablet.enter("reading", minutes(now, 10), heart_rate="88")
    tablet.enter("quote", back - timedelta(seconds=60), words="It is warm")
    tablet.enter("state", back - timedelta(seconds=61), mark="still")
    tablet.send()
    page = tablet.client.get(at(tablet.session, "room/")).content.decode()
    # New York, three hours on.
    assert page.count("entered offline, arrived 11:00") == 2
    assert Reading.objects.get(resting=False).at == minutes(now, 10)


@pytest.mark.parametrize(("wrong_s", "doubted"), [(0, False), (120, False), (121, True)])
def test_a_clock_that_was_set_meanwhile_is_said(
    wrong_s: int, doubted: bool, tablet: Tablet, now: datetime, back: datetime
) -> None:
    """When it was compared the clock was right; when it sends, it no longer is."""
    mine = tablet.enter("state", minutes(now, 10), mark="still")
    tablet.wrong_ms = wrong_s * 1000
    assert (mine in tablet.send().json()["doubtful"]) is doubted
    assert Mark.objects.get().at == minutes(now, 10)


def test_no_entry_lies_in_the_future_or_before_the_start(
    tablet: Tablet, now: datetime, back: datetime
) -> None:
    early = tablet.enter("reading", minutes(now, -500), heart_rate="60")
    ahead = tablet.enter("reading", minutes(now, 500), heart_rate="61")
    assert set(tablet.send().json()["doubtful"]) == {early, ahead}
    begun = Phase.objects.get(phase="started").at
    assert kept() == [(begun, {"heart_rate": 60.0}), (back, {"heart_rate": 61.0})]


def test_a_refused_entry_holds_up_no_other(tablet: Tablet, now: datetime, back: datetime) -> None:
    bad = tablet.enter("state", minutes(now, 5), mark="levitating")
    odd = tablet.enter("dance", minutes(now, 6))
    blank = tablet.enter("quote", minutes(now, 6), words=" ")
    tablet.waiting.append({"id": "no-such-shape", "kind": "state"})
    good = tablet.enter("state", minutes(now, 7), mark="still")
    told = tablet.send().json()
    assert told["kept"] == [good]
    assert set(told["refused"]) == {bad, odd, blank, "no-such-shape"}
    assert all(told["refused"].values())


def test_what_is_no_batch_at_all_is_refused(tablet: Tablet) -> None:
    answer = tablet.client.post(at(tablet.session, "sent/"), "[1]", content_type="application/json")
    assert answer.status_code == 422


def test_an_older_crossing_opens_its_own_notice_and_closes_none(
    tablet: Tablet, started: Session, osei: User, now: datetime, back: datetime
) -> None:
    readings.record_reading(started, {"systolic_bp": 181.0}, at=minutes(now, 30), by=osei)
    newer = Notice.objects.get(kind="ALM-SBP-H", level="red")
    tablet.enter("reading", minutes(now, 10), systolic_bp="196")
    tablet.enter("reading", minutes(now, 20), systolic_bp="130")
    tablet.send()
    red = Notice.objects.filter(kind="ALM-SBP-H", level="red").open()
    assert set(red.values_list("at", flat=True)) == {newer.at, minutes(now, 10)}
    late = red.exclude(pk=newer.pk).get()
    assert late.says.endswith("Taken at 08:10, arrived at 11:00")
    board = tablet.client.get(at(started, "board/")).content.decode()
    assert "limit 180" in board, "an older calm figure does not hide the newest"


def test_an_older_milder_crossing_opens_no_second_notice(
    tablet: Tablet, started: Session, osei: User, now: datetime, back: datetime
) -> None:
    readings.record_reading(started, {"systolic_bp": 196.0}, at=minutes(now, 30), by=osei)
    tablet.enter("reading", minutes(now, 10), systolic_bp="181")
    tablet.send()
    assert Notice.objects.filter(kind="ALM-SBP-H", level="red").count() == 1


def test_a_late_reading_brings_to_light_what_a_newer_one_crossed_with_it(
    tablet: Tablet, started: Session, osei: User, now: datetime, back: datetime
) -> None:
    """Dissociation counts with distress, and the distress was on the other tablet."""
    calm = {"anxiety": 1.0}
    readings.record_reading(started, calm, at=minutes(now, 5), by=osei)
    readings.record_reading(started, {"dissociation": 9.0}, at=minutes(now, 20), by=osei)
    assert not Notice.objects.filter(kind="ALM-DIS").exists()
    tablet.enter("scale", minutes(now, 15), tapped="anxiety:7")
    tablet.send()
    told = Notice.objects.get(kind="ALM-DIS")
    assert told.at == minutes(now, 20)
    form = {"words": "Sat with them; calm again.", "closes": True}
    notices.answer_notice(told, **form, at=back, by=osei)  # type: ignore[arg-type]
    tablet.send()
    assert Notice.objects.filter(kind="ALM-DIS").count() == 1, "what was answered is not told again"


def test_an_unlikely_value_and_the_one_taken_again_are_both_kept(
    tablet: Tablet, now: datetime, back: datetime
) -> None:
    slip = tablet.enter("reading", minutes(now, 10), oxygen_saturation="9", taken_again="on")
    tablet.enter("reading", minutes(now, 11), oxygen_saturation="97", instead_of=slip)
    for _ in range(2):
        assert len(tablet.send().json()["kept"]) == 2
    first, second = Reading.objects.filter(resting=False).order_by("at")
    assert (first.signs, second.signs) == ({"oxygen_saturation": 9}, {"oxygen_saturation": 97})
    assert second.corrects == first
    assert not Judgement.objects.filter(reading=first).exists()
    assert not Notice.objects.filter(kind="ALM-SPO2").exists()
    assert readings.judge_unjudged() == 0
    assert not Notice.objects.filter(kind="ALM-SPO2").exists()
    page = tablet.client.get(at(tablet.session, "room/")).content.decode()
    assert "not compared: taken again at once" in page


def test_an_unlikely_value_that_is_confirmed_is_judged(
    tablet: Tablet, now: datetime, back: datetime
) -> None:
    tablet.enter("reading", minutes(now, 10), oxygen_saturation="45", confirm="on")
    tablet.send()
    assert Notice.objects.filter(kind="ALM-SPO2", level="red").exists()


def test_a_slip_that_nothing_followed_is_judged_by_the_worker(
    tablet: Tablet, now: datetime, back: datetime
) -> None:
    tablet.enter("reading", minutes(now, 10), oxygen_saturation="45", taken_again="on")
    tablet.send()
    assert not Notice.objects.filter(kind="ALM-SPO2").exists()
    readings.judge_unjudged()
    assert Notice.objects.filter(kind="ALM-SPO2", level="red").exists()


def test_a_likely_value_is_not_passed_by_as_a_slip(
    tablet: Tablet, now: datetime, back: datetime
) -> None:
    low = tablet.enter("reading", minutes(now, 10), oxygen_saturation="85", taken_again="on")
    assert low in tablet.send().json()["refused"]


def test_a_logged_out_or_revoked_tablet_cannot_send(
    tablet: Tablet, abara: User, now: datetime, back: datetime
) -> None:
    tablet.enter("state", minutes(now, 10), mark="still")
    abara.roles = [roles.FRONT_DESK]
    abara.save()
    assert tablet.send().status_code == 403
    abara.roles, abara.is_active = [roles.SESSION_MONITOR], False
    abara.save()
    assert tablet.send()["Location"].startswith("/accounts/login/")
    abara.is_active = True
    abara.save()
    tablet.client.logout()
    assert tablet.send()["Location"].startswith("/accounts/login/")
    assert not Mark.objects.exists()


def test_another_practice_knows_of_no_such_room(
    tablet: Tablet, marsh: User, enter: Enter, now: datetime
) -> None:
    other = Tablet(enter(marsh), tablet.session)
    other.enter("state", minutes(now, 1), mark="still")
    assert other.send().status_code == 404
    assert not Mark.objects.exists()


def test_a_locked_screen_may_put_down_but_not_read(
    tablet: Tablet, now: datetime, back: datetime
) -> None:
    session = tablet.client.session
    session["locked"] = True
    session.save()
    mine = tablet.enter("state", minutes(now, 10), mark="still")
    assert tablet.send().json()["kept"] == [mine]
    assert "/lock/" in tablet.client.get(at(tablet.session, "room/"))["Location"]
    assert "/lock/" in tablet.client.get("/sessions/seal/")["Location"]


def test_each_person_has_a_key_of_their_own_that_no_cache_keeps(
    abara: User, lind: User, enter: Enter
) -> None:
    answers = [enter(who).get("/sessions/seal/") for who in (abara, lind, abara)]
    first, other, again = (answer.json()["key"] for answer in answers)
    assert first == again != other
    assert "no-store" in answers[0]["Cache-Control"]


def test_the_trail_says_which_device_sent_what_waited(
    tablet: Tablet, now: datetime, back: datetime
) -> None:
    tablet.enter("state", minutes(now, 10), mark="still")
    tablet.send()
    entry = Entry.objects.get(did="send what waited")
    assert (entry.detail["device"], entry.detail["entries"]) == (tablet.device, 1)


def test_a_reading_that_was_typed_wrong_is_put_right_at_its_own_time(
    tablet: Tablet, started: Session, abara: User, now: datetime, back: datetime
) -> None:
    """One that waited beside its correction, and one that the server had before the cut."""
    there = readings.record_reading(started, {"heart_rate": 188.0}, at=minutes(now, 3), by=abara)
    here = tablet.enter("reading", minutes(now, 5), heart_rate="84")
    mended = [
        tablet.enter("reading", minutes(now, 9), instead_of=wrong, mistyped="on", heart_rate=right)
        for wrong, right in ((str(there.client_id), "88"), (here, "48"))
    ]
    for _ in range(2):
        assert set(tablet.send().json()["kept"]) == {here, *mended}
    rows = Reading.objects.standing().filter(resting=False).order_by("at")
    assert [(row.at, row.signs) for row in rows] == [
        (minutes(now, 3), {"heart_rate": 88.0}),
        (minutes(now, 5), {"heart_rate": 48.0}),
    ]
    assert Reading.objects.filter(resting=False).count() == 4


@pytest.mark.usefixtures("back")
def test_a_correction_of_nothing_or_made_twice_is_refused(tablet: Tablet, now: datetime) -> None:
    wrong = tablet.enter("reading", minutes(now, 5), heart_rate="84")
    same = {"instead_of": wrong, "mistyped": "on"}
    tablet.enter("reading", minutes(now, 6), heart_rate="48", **same)
    twice = tablet.enter("reading", minutes(now, 7), heart_rate="49", **same)
    lost = tablet.enter(
        "reading", minutes(now, 8), instead_of=str(uuid4()), mistyped="on", heart_rate="50"
    )
    refused = tablet.send().json()["refused"]
    assert "already corrected" in refused[twice]
    assert "not on the server" in refused[lost]


def test_what_cannot_be_kept_is_refused_and_keeps_no_other_back(
    tablet: Tablet, started: Session, now: datetime
) -> None:
    bad = tablet.enter("pause", now, words="a\0b")
    tablet.enter("quote", now, words="Warm")
    said = tablet.send().json()
    assert "cannot be kept" in said["refused"][bad]
    assert list(Mark.objects.values_list("words", flat=True)) == ["Warm"]


def test_a_step_of_thousands_of_digits_is_refused_with_words(tablet: Tablet, now: datetime) -> None:
    tablet.enter("emergency", now, emergency="EMG-05")
    step = tablet.enter("emergency_step", now, emergency="EMG-05", step="9" * 5000)
    said = tablet.send()
    assert said.status_code == 200
    assert "not one of the steps" in said.json()["refused"][step]


@pytest.mark.parametrize("figure", [1e308, float("nan"), float("inf"), -1.0])
def test_no_way_in_keeps_what_no_person_can_have(
    figure: float, started: Session, abara: User, now: datetime
) -> None:
    kept = readings.record_reading(started, {"heart_rate": 78.0}, at=now, by=abara)
    for deed in (
        partial(readings.record_reading, started),
        partial(readings.correct_reading, kept),
        partial(readings.keep_as_typed, started, client_id=uuid4()),
    ):
        with pytest.raises(Refused) as refused:
            deed({"heart_rate": figure}, at=now, by=abara)
        assert refused.value.code == "impossible"
    assert list(Reading.objects.filter(session=started, resting=False)) == [kept]
