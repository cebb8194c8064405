"""Accepting with one tap, and when one tap is not enough."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from web.devices.conftest import TOLD, Tell, heard, went_home

from kapstone import devices
from kapstone.web.accounts.models import User
from kapstone.web.records import bedside_shown, session_facts
from kapstone.web.records.actions import bedside, sessions, treatment
from kapstone.web.records.models import (
    AcceptedReading,
    BedsideReading,
    Device,
    Entry,
    Notice,
    Reading,
    Session,
    SetAside,
)
from kapstone.web.records.models.devices import BedsideReadingQuerySet
from kapstone.web.records.refusals import Refused

MINUTE = timedelta(minutes=1)
BO = devices.PatientTold(family="Tran", given="Bo")
ADE = devices.PatientTold(family="Bello", given="Ade")


def refused(deed: object, *args: object, **named: object) -> str:
    with pytest.raises(Refused) as why:
        deed(*args, **named)  # type: ignore[operator]
    return why.value.code


def offered(session: Session, now: datetime) -> list[str]:
    told = session_facts.told(Session.objects.get(pk=session.pk))
    return [each.words for each in bedside_shown.offers(told, now=now)]


def test_one_tap_makes_it_a_reading_and_says_where_it_is_from(
    placed: Device, started: Session, tell: Tell, abara: User, now: datetime
) -> None:
    told = tell(MINUTE)
    reading = bedside.accept_reading(told, started, at=now, by=abara)
    assert reading.signs == TOLD
    assert (reading.at, reading.by, reading.resting) == (told.at, abara, False)
    assert reading.judgement is not None
    link = AcceptedReading.objects.get(reading=reading)
    assert (link.bedside.device, link.by) == (placed, abara)
    assert Entry.objects.order_by("-number")[0].did == "accept reading"


def test_a_local_time_of_the_hour_that_comes_twice_wants_a_reason(
    placed: Device, started: Session, abara: User
) -> None:
    """01:30 without a zone, half past one for the second time in New York."""
    at = datetime(2026, 11, 1, 6, 31, tzinfo=UTC)
    raw = heard(at).raw.replace(b"20261101063100+0000", b"20261101013000")
    assert b"+0000" not in raw
    message = bedside.Heard(message=devices.read_message(raw), raw=raw, session=started)
    assert bedside.take_device_readings([message], at=at) == [None]
    told = BedsideReading.objects.get()
    assert told.at == at - MINUTE
    (offer,) = bedside_shown.offers(session_facts.told(started), now=at)
    assert any("comes twice" in each for each in offer.doubts)
    assert not any("comes twice" in each for each in offer.notes), "once is enough"
    assert refused(bedside.accept_reading, told, started, at=at, by=abara) == "doubtful"
    despite = "The monitor shows the same figures now."
    row = bedside.accept_reading(told, started, at=at, by=abara, despite=despite)
    assert row.at == told.at


def test_a_second_tap_by_anybody_gives_the_first_reading(
    *, placed: Device, started: Session, tell: Tell, abara: User, lind: User, now: datetime
) -> None:
    told = tell()
    first = bedside.accept_reading(told, started, at=now, by=abara)
    assert bedside.accept_reading(told, started, at=now + MINUTE, by=lind) == first
    assert Reading.objects.filter(session=started, resting=False).count() == 1


def test_an_accepted_reading_beyond_a_limit_opens_its_notice(
    placed: Device, started: Session, tell: Tell, abara: User, now: datetime
) -> None:
    told = tell(signs={"oxygen_saturation": 84.0})
    bedside.accept_reading(told, started, at=now, by=abara)
    assert Notice.objects.filter(session=started).open().exists()


def test_before_the_medicine_it_is_a_reading_at_rest(
    monitor: Device, ready: Session, tell: Tell, abara: User, now: datetime
) -> None:
    assert bedside.accept_reading(tell(), ready, at=now, by=abara).resting


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"patient": BO}, "doubtful"),
        ({"patient": devices.PatientTold(numbers=("771",))}, "doubtful"),
        ({"signs": {"systolic_bp": 91.0, "diastolic_bp": 142.0}}, "doubtful"),
        ({"signs": {"heart_rate": 260.0}}, "doubtful"),
        ({"ago": timedelta(minutes=16)}, "doubtful"),
        ({"ago": timedelta(minutes=3)}, "doubtful"),  # the medicine began two minutes ago
    ],
)
def test_what_is_doubtful_is_not_one_tap_away_but_can_be_answered_for(
    *,
    told: dict[str, object],
    code: str,
    monitor: Device,
    started: Session,
    tell: Tell,
    abara: User,
    now: datetime,
) -> None:
    row = tell(**told)
    assert refused(bedside.accept_reading, row, started, at=now, by=abara) == code
    why = "Measured by hand as well."
    bedside.accept_reading(row, started, at=now, by=abara, despite=why)
    assert AcceptedReading.objects.get().despite == why


def test_what_was_told_after_going_home_is_not_one_tap_away(
    *, placed: Device, started: Session, tell: Tell, abara: User, osei: User, now: datetime
) -> None:
    told = tell()
    went_home(started, at=now - MINUTE, by=osei)
    assert refused(bedside.accept_reading, told, started, at=now, by=abara) == "doubtful"


def test_a_device_that_names_the_person_of_the_room_is_one_tap_away(
    placed: Device, started: Session, tell: Tell, abara: User, now: datetime
) -> None:
    bedside.accept_reading(tell(patient=ADE), started, at=now, by=abara)


def test_a_reading_of_nobody_can_be_given_to_a_session(
    monitor: Device, started: Session, tell: Tell, abara: User, now: datetime
) -> None:
    told = tell()
    assert told.session is None
    assert bedside.accept_reading(told, started, at=now, by=abara).session == started


def test_a_reading_of_one_session_is_never_anothers(
    *, placed: Device, started: Session, planned: Session, tell: Tell, abara: User, now: datetime
) -> None:
    other = sessions.plan_session(
        started.course, route="iv", planned_for=now + timedelta(days=7), at=now, by=abara
    )
    told = tell()
    assert told.session == planned
    assert refused(bedside.accept_reading, told, other, at=now, by=abara, despite="x") == (
        "other-session"
    )


def test_nobody_elsewhere_and_nobody_of_another_role_accepts(
    *,
    placed: Device,
    started: Session,
    tell: Tell,
    marsh: User,
    desk: User,
    now: datetime,
) -> None:
    told = tell()
    assert refused(bedside.accept_reading, told, started, at=now, by=marsh) == "elsewhere"
    assert refused(bedside.accept_reading, told, started, at=now, by=desk) == "not-your-deed"
    assert refused(bedside.set_aside, told, "moved", at=now, by=marsh) == "elsewhere"
    assert refused(bedside.set_aside, told, "moved", at=now, by=desk) == "not-your-deed"


def test_what_was_set_aside_is_not_accepted_and_the_other_way_round(
    placed: Device, started: Session, tell: Tell, abara: User, now: datetime
) -> None:
    moved, held = tell(control_id="1"), tell(control_id="2")
    bedside.set_aside(moved, "The cuff had moved.", at=now, by=abara)
    assert refused(bedside.accept_reading, moved, started, at=now, by=abara) == "set-aside"
    bedside.accept_reading(held, started, at=now, by=abara)
    assert refused(bedside.set_aside, held, "moved", at=now, by=abara) == "accepted"
    assert refused(bedside.set_aside, moved, " ", at=now, by=abara) == "no-reason"
    assert SetAside.objects.get().bedside == moved


def test_what_is_one_persons_reading_is_not_taken_for_another(
    *, monitor: Device, started: Session, tell: Tell, abara: User, marsh: User, now: datetime
) -> None:
    other = sessions.plan_session(
        started.course, route="iv", planned_for=now + timedelta(days=7), at=now, by=abara
    )
    told = tell()
    bedside.accept_reading(told, started, at=now, by=abara)
    again = {"at": now, "despite": "It is theirs."}
    assert refused(bedside.accept_reading, told, other, **again, by=abara) == "other-session"
    assert refused(bedside.accept_reading, told, started, **again, by=marsh) == "elsewhere"
    assert not Reading.objects.filter(session=other).exists()


def test_what_is_set_aside_twice_is_set_aside_once(
    placed: Device, started: Session, tell: Tell, abara: User, now: datetime
) -> None:
    told = tell()
    first = bedside.set_aside(told, "The cuff had moved.", at=now, by=abara)
    entries = Entry.objects.count()
    assert bedside.set_aside(told, "Another reason.", at=now + MINUTE, by=abara) == first
    assert (SetAside.objects.get().why, Entry.objects.count()) == (first.why, entries)


def test_both_answers_hold_what_was_told(
    *,
    placed: Device,
    started: Session,
    tell: Tell,
    abara: User,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held: list[int] = []
    locked = BedsideReadingQuerySet.locked

    def watched(rows: BedsideReadingQuerySet, pk: int) -> BedsideReading:
        held.append(pk)
        return locked(rows, pk)

    monkeypatch.setattr(BedsideReadingQuerySet, "locked", watched)
    first, second = tell(control_id="1"), tell(control_id="2")
    bedside.accept_reading(first, started, at=now, by=abara)
    bedside.set_aside(second, "The cuff had moved.", at=now, by=abara)
    assert held == [first.pk, second.pk]


def test_the_newest_of_each_kind_is_offered(
    placed: Device, started: Session, tell: Tell, abara: User, now: datetime
) -> None:
    tell(MINUTE, control_id="1", signs={"heart_rate": 70.0})
    tell(control_id="2", signs={"heart_rate": 78.0})
    cuff = tell(MINUTE / 2, control_id="3", signs={"systolic_bp": 142.0, "diastolic_bp": 91.0})
    assert offered(started, now) == ["Heart 78", "142/91"]
    bedside.accept_reading(cuff, started, at=now, by=abara)
    assert offered(started, now) == ["Heart 78"]


@pytest.mark.parametrize(("minutes", "shown"), [(14, True), (16, False)])
def test_a_room_offers_what_is_fresh(
    *, minutes: int, shown: bool, placed: Device, started: Session, tell: Tell, now: datetime
) -> None:
    tell()
    assert bool(offered(started, now + minutes * MINUTE)) is shown


def test_a_session_that_ended_keeps_its_offers_until_the_person_goes_home(
    placed: Device, started: Session, tell: Tell, abara: User, now: datetime
) -> None:
    treatment.stop_session(started, words="Enough, 20 mg.", at=now, by=abara)
    assert bedside.accept_reading(tell(), started, at=now, by=abara).session == started
