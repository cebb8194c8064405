"""Taking in what devices tell: kept once, at the right session, or refused with a reason."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from web.devices.conftest import IDENTITY, TOLD, Tell, heard, went_home

from kapstone import devices
from kapstone.web.accounts.models import User
from kapstone.web.records.actions import bedside, sessions
from kapstone.web.records.actions import devices as deeds
from kapstone.web.records.models import (
    BedsideReading,
    Course,
    Device,
    Entry,
    Reading,
    Session,
)
from kapstone.web.records.refusals import Refused

MINUTE = timedelta(minutes=1)


def test_what_a_device_tells_waits_at_the_session_of_its_room(
    placed: Device, started: Session, tell: Tell, now: datetime
) -> None:
    row = tell(MINUTE)
    assert row.signs == TOLD
    assert (row.session, row.device) == (started, placed)
    assert row.at == now - MINUTE
    assert row.skew_s == 0
    assert bytes(row.raw).startswith(b"MSH|")
    assert not Reading.objects.filter(session=started, resting=False).exists()


def test_a_device_that_stands_nowhere_tells_of_nobody(monitor: Device, tell: Tell) -> None:
    assert tell().session is None


def test_a_device_released_tells_of_nobody_from_then_on(
    placed: Device, started: Session, tell: Tell, abara: User, now: datetime
) -> None:
    assert tell(control_id="1").session == started
    deeds.release_device(placed, at=now, by=abara)
    assert tell(control_id="2").session is None
    assert BedsideReading.objects.filter(session=started).count() == 1


def test_a_device_placed_at_one_session_tells_of_that_one(
    monitor: Device, started: Session, tell: Tell, abara: User, now: datetime
) -> None:
    deeds.place_device(monitor, session=started, at=now, by=abara)
    assert tell().session == started


def test_a_device_left_at_a_session_that_is_over_tells_of_nobody(
    *, monitor: Device, started: Session, tell: Tell, abara: User, osei: User, now: datetime
) -> None:
    deeds.place_device(monitor, session=started, at=now, by=abara)
    home = now - 10 * MINUTE
    went_home(started, at=home, by=osei)
    assert tell(control_id="1").session is None
    assert tell(ago=11 * MINUTE, control_id="2").session == started


def test_a_device_left_at_a_session_that_was_called_off_tells_of_nobody(
    *, monitor: Device, planned: Session, tell: Tell, abara: User, osei: User, now: datetime
) -> None:
    deeds.place_device(monitor, session=planned, at=now, by=abara)
    assert tell(MINUTE, control_id="1").session == planned
    at = now - MINUTE / 2
    sessions.move_session(planned, route="iv", planned_for=now, cancelled=True, at=at, by=osei)
    assert tell(control_id="2").session is None


def test_two_sessions_in_one_room_are_nobodys(
    placed: Device, course: Course, tell: Tell, abara: User, now: datetime
) -> None:
    other = sessions.plan_session(
        course, route="iv", planned_for=now + 3 * MINUTE, room="Room 2", at=now, by=abara
    )
    assert tell(control_id="1").session is not None
    sessions.move_on(other, "arrived", at=now, by=abara)
    assert tell(control_id="2").session is None


def test_a_room_where_nobody_has_arrived_is_nobodys(
    monitor: Device, planned: Session, tell: Tell, abara: User, now: datetime
) -> None:
    deeds.place_device(monitor, room="Room 2", at=now, by=abara)
    assert tell(control_id="1").session is None
    sessions.move_on(planned, "arrived", at=now, by=abara)
    assert tell(control_id="2").session == planned


def test_a_message_sent_again_is_kept_once_and_answered_yes_again(
    placed: Device, now: datetime
) -> None:
    for _ in range(2):
        assert bedside.take_device_readings([heard(now)], at=now) == [None]
    assert bedside.take_device_readings([heard(now), heard(now)], at=now) == [None, None]
    assert BedsideReading.objects.count() == 1


def test_a_control_id_that_is_used_again_for_something_else_is_kept(
    placed: Device, now: datetime
) -> None:
    later = heard(now + MINUTE)
    bedside.take_device_readings([heard(now)], at=now)
    bedside.take_device_readings([later], at=now + MINUTE)
    assert BedsideReading.objects.count() == 2


def test_a_stranger_is_refused_and_holds_up_no_other(placed: Device, now: datetime) -> None:
    first, second = bedside.take_device_readings(
        [heard(now, identity="SOMETHING-ELSE"), heard(now)], at=now
    )
    assert first is not None
    assert first.code == "unknown-device"
    assert second is None
    assert BedsideReading.objects.count() == 1


def test_a_revoked_device_is_refused_until_it_has_a_new_key(
    placed: Device, abara: User, now: datetime
) -> None:
    deeds.revoke_device(placed, at=now, by=abara)
    (why,) = bedside.take_device_readings([heard(now)], at=now)
    assert why is not None
    assert why.code == "revoked"
    deeds.give_key(placed, at=now, by=abara)
    assert bedside.take_device_readings([heard(now)], at=now) == [None]


def test_a_message_without_a_figure_is_taken_and_keeps_nothing(
    placed: Device, now: datetime
) -> None:
    assert bedside.take_device_readings([heard(now, signs={})], at=now) == [None]
    assert BedsideReading.objects.count() == 0


def test_whom_the_device_names_is_kept_as_it_was_told(placed: Device, tell: Tell) -> None:
    named = devices.PatientTold(numbers=("771",), family="Tran", given="Bo")
    assert tell(patient=named).told() == named


def test_what_a_device_told_cannot_be_changed(placed: Device, tell: Tell) -> None:
    tell()
    with (
        pytest.raises(IntegrityError, match="never edited"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE records_bedsidereading SET signs = '{}'")


def test_taking_many_costs_as_many_queries_as_taking_one(placed: Device, now: datetime) -> None:
    def queries(number: int) -> int:
        many = [heard(now, control_id=f"{number}-{n}") for n in range(number)]
        with CaptureQueriesContext(
            connection,
        ) as made:
            bedside.take_device_readings(many, at=now)
        return len(made)

    # Two of them tell the screens.
    assert queries(1) == queries(50) <= 8


def test_taking_in_leaves_the_trail_to_people(placed: Device, tell: Tell) -> None:
    before = Entry.objects.count()
    tell()
    assert Entry.objects.count() == before


def test_the_identity_stands_for_one_device_on_the_server(
    monitor: Device, marsh: User, now: datetime
) -> None:
    with pytest.raises(Refused) as refused:
        deeds.register_device("Theirs", kind="cuff", identity=IDENTITY, at=now, by=marsh)
    assert refused.value.code == "known"
