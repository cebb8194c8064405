"""A second dose that was ordered in advance: charted from its minute on, up to its milligrams."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from web.logging_in import Enter

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import doses
from kapstone.web.records.actions import dosing, leaving, readings, treatment
from kapstone.web.records.actions.dosing import Given
from kapstone.web.records.models import Course, Holding, Order, Session
from kapstone.web.records.refusals import Refused

from .conftest import running

D = Decimal
WHY = "The prescriber is in the room and asks for it now."


@pytest.fixture
def two(course: Course, osei: User, now: datetime) -> Session:
    """An injection of 50 mg, and 20 mg more at the earliest 12 minutes after it."""
    session = running(course, "im", "50", by=osei, at=now)
    first = session.order_set.get()
    both = first.but(booster_mg=D(20), booster_after_min=12)
    Order.objects.create(**both, at=now, by=osei)
    return session


def injection(holding: Holding, mg: str = "50", kind: str = "injection", **also: Any) -> Given:
    return Given(kind=kind, mg=D(mg), holding=holding, **also)


def first_given(session: Session, holding: Holding, by: User) -> datetime:
    """The first injection, at the start of the session; gives when that was."""
    at: datetime = session.phase_set.get(phase="started").at
    dosing.give_dose(session, injection(holding), at=at, by=by)
    return at


@pytest.mark.parametrize(("seconds", "asks"), [(12 * 60 - 1, True), (12 * 60, False)])
def test_both_sides_of_its_minute(
    seconds: int, asks: bool, two: Session, singles: Holding, abara: User
) -> None:
    now = first_given(two, singles, abara)
    then, second = now + timedelta(seconds=seconds), injection(singles, "20", "second_injection")
    if asks:
        with pytest.raises(Refused, match="Not yet: 1 min to go"):
            dosing.give_dose(two, second, at=then, by=abara)
        second = injection(singles, "20", "second_injection", words=WHY)
    assert dosing.give_dose(two, second, at=then, by=abara).pk


@pytest.mark.parametrize(("mg", "asks"), [("20", False), ("20.01", True)])
def test_both_sides_of_its_milligrams(
    mg: str, asks: bool, two: Session, singles: Holding, abara: User
) -> None:
    now = first_given(two, singles, abara)
    then, second = now + timedelta(minutes=12), injection(singles, mg, "second_injection")
    if asks:
        with pytest.raises(Refused, match="70 mg were ordered"):
            dosing.give_dose(two, second, at=then, by=abara)
    else:
        assert dosing.give_dose(two, second, at=then, by=abara).pk


def test_a_first_dose_is_compared_with_its_own_part(
    two: Session, singles: Holding, abara: User, now: datetime, enter: Enter
) -> None:
    """70 mg at once are above the 50 of the first dose, though 70 are ordered in all."""
    browser = enter(abara)
    page = browser.get(f"/sessions/{two.pk}/room/").content.decode()
    assert "first dose 0 mg of 50 mg ordered; a second: 0 mg of at most 20 mg" in page
    with pytest.raises(Refused, match="above the 50 mg that were ordered for it") as refused:
        dosing.give_dose(two, injection(singles, "70"), at=now, by=abara)
    assert refused.value.code == "over-order"
    dosing.give_dose(two, injection(singles, "70", words=WHY), at=now, by=abara)
    page = browser.get(f"/sessions/{two.pk}/room/").content.decode()
    assert "! first dose 70 mg of 50 mg ordered" in page


def test_a_first_dose_in_two_parts_is_no_second_dose(
    two: Session, singles: Holding, abara: User, now: datetime
) -> None:
    for kind in ("injection", "second_injection"):
        assert dosing.give_dose(two, injection(singles, "25", kind), at=now, by=abara).pk
    assert doses.gate_of(two, two.order_set.newest(), now=now).left_mg == 20


def test_a_booster_that_nobody_ordered_needs_its_reason(
    injection_only: Session, singles: Holding, abara: User, now: datetime
) -> None:
    booster = injection(singles, "10", "booster")
    with pytest.raises(Refused, match="No second dose was ordered"):
        dosing.give_dose(injection_only, booster, at=now, by=abara)


@pytest.fixture
def injection_only(course: Course, osei: User, now: datetime) -> Session:
    return running(course, "im", "50", by=osei, at=now)


def test_the_room_says_when_its_time_has_come(
    two: Session, singles: Holding, abara: User, now: datetime, enter: Enter
) -> None:
    dosing.give_dose(two, injection(singles), at=now, by=abara)
    browser = enter(abara)
    for minutes, words in ((11, "! Not yet: 1 min to go"), (12, "✓ Its time has come")):
        with clock.at(now + timedelta(minutes=minutes)):
            page = browser.get(f"/sessions/{two.pk}/board/").content.decode()
        assert "Second injection</b> 20 mg left" in page
        assert words in page


@pytest.fixture
def ended(two: Session, singles: Holding, abara: User, now: datetime) -> datetime:
    """The first injection was given, and half an hour later somebody ended it; gives when."""
    dosing.give_dose(two, injection(singles), at=now, by=abara)
    at = now + timedelta(minutes=30)
    treatment.stop_session(two, at=at, by=abara)
    return at


def test_after_the_end_no_second_dose_is_offered(
    two: Session, ended: datetime, abara: User, enter: Enter
) -> None:
    browser = enter(abara)
    with clock.at(ended + timedelta(minutes=5)):
        board = browser.get(f"/sessions/{two.pk}/board/").content.decode()
        room = browser.get(f"/sessions/{two.pk}/room/").content.decode()
    assert "20 mg left" not in board
    assert '<option value="second_injection" selected' not in room


def test_a_second_dose_after_the_end_is_a_prescribers(
    two: Session, singles: Holding, abara: User, osei: User, ended: datetime
) -> None:
    at = ended + timedelta(minutes=5)
    low = {"oxygen_saturation": 84.0, "systolic_bp": 120.0, "diastolic_bp": 80.0}
    readings.record_reading(two, low, client_id=uuid4(), at=at, by=abara)
    second = injection(singles, "20", "second_injection")
    with pytest.raises(Refused, match=r"ended at .* Limits are crossed: .*Only a prescriber"):
        dosing.give_dose(two, replace(second, words=WHY), at=at, by=abara)
    with pytest.raises(Refused, match="Say why more was given after that"):
        dosing.give_dose(two, second, at=at, by=osei)
    before = ended - timedelta(minutes=10)
    assert dosing.give_dose(two, second, at=before, by=abara).pk, "given before the end"


def test_a_prescriber_with_a_reason_charts_it_after_the_end(
    two: Session, singles: Holding, osei: User, ended: datetime
) -> None:
    second = injection(singles, "20", "second_injection", words=WHY)
    assert dosing.give_dose(two, second, at=ended + timedelta(minutes=5), by=osei).words == WHY


def test_the_stay_counts_from_the_last_injection(
    two: Session, singles: Holding, abara: User, osei: User, now: datetime
) -> None:
    dosing.give_dose(two, injection(singles), at=now, by=abara)
    treatment.stop_session(two, at=now + timedelta(minutes=1), by=abara)
    later = now + timedelta(minutes=14)
    second = injection(singles, "20", "second_injection", words=WHY)
    dosing.give_dose(two, second, at=later, by=osei)
    assert leaving.leaving_of(two).last_dose_at == later


@pytest.fixture
def sprayed(course: Course, osei: User, now: datetime) -> Session:
    return running(course, "esketamine", "56", by=osei, at=now)


@pytest.mark.parametrize(("minutes", "long_enough"), [(123, False), (124, True)])
def test_two_hours_from_the_first_device(
    minutes: int, long_enough: bool, sprayed: Session, abara: User, now: datetime
) -> None:
    """The medicine was started at once, and the first device used four minutes later."""
    session, first = sprayed, now + timedelta(minutes=4)
    dosing.give_dose(session, Given(kind="spray", mg=D(28), source="none"), at=first, by=abara)
    treatment.stop_session(session, at=now + timedelta(minutes=10), by=abara)
    told = {"escort_name": "Rio Bello"}
    with pytest.raises(Refused) as refused:
        leaving.discharge(session, told, at=now + timedelta(minutes=minutes), by=abara)
    assert ("Long enough since the medicine" in refused.value.words) is not long_enough
