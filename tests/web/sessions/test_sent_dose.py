"""A dose or a pump rate that waited on a tablet was given: it is kept, and says what it lacks."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from web.logging_in import Enter
from web.register.conftest import VIAL, received, text_of

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import register as stock
from kapstone.web.records.actions import leaving
from kapstone.web.records.models import (
    Discrepancy,
    DoseGiven,
    Holding,
    Notice,
    PumpRate,
    RegisterEntry,
    Session,
)

from .conftest import SEEN_BY_ME
from .test_before import at
from .test_sent import Tablet, back, minutes, tablet

__all__ = ["back", "tablet"]
WHY = "The first one went beside the vein, seen by Lind."
ASKED = {"escort_name": "Rio Bello", **SEEN_BY_ME}


@pytest.fixture
def vials(abara: User, now: datetime) -> Holding:
    return received(VIAL, 10, now - timedelta(days=2), abara)


def given(tablet: Tablet, when: datetime, lot: Holding | str, **also: str) -> str:
    named = lot if isinstance(lot, str) else str(lot.pk)
    return tablet.enter("dose", when, **{"kind": "infusion", "mg": "34", "lot": named, **also})


def test_a_dose_of_a_lot_arrives_with_its_line(
    tablet: Tablet, vials: Holding, now: datetime, back: datetime
) -> None:
    mine = given(tablet, minutes(now, 7), vials, minutes_ago="2", taken_mg="40")
    assert tablet.send().json()["kept"] == [mine]
    row = DoseGiven.objects.get()
    assert (row.at, row.recorded_at) == (minutes(now, 5), back)
    line = RegisterEntry.objects.get(dose=row)
    assert (line.mg, line.out_mg) == (Decimal(-34), Decimal(6))
    assert not Notice.objects.filter(kind="owed-by-tablet").exists()


def test_the_room_says_when_it_came(
    tablet: Tablet, vials: Holding, now: datetime, back: datetime
) -> None:
    given(tablet, minutes(now, 7), vials)
    tablet.enter("pump_rate", minutes(now, 9), rate="40")
    tablet.send()
    page = text_of(tablet.client.get(at(tablet.session, "room/")))
    assert (
        f"in the record since {back.astimezone(tablet.session.course.person.practice.zone):%H:%M}"
        in page
    )
    assert "entered offline, arrived" in page


@pytest.mark.usefixtures("back")
@pytest.mark.parametrize(
    ("also", "asks"),
    [
        ({"mg": "60"}, "34 mg were ordered. Say why"),
        ({"kind": "booster", "mg": "5"}, "Say why"),
    ],
)
def test_what_the_page_would_have_asked_is_asked_by_a_notice(
    also: dict[str, str], asks: str, tablet: Tablet, vials: Holding, now: datetime
) -> None:
    given(tablet, minutes(now, 7), vials)
    mine = given(tablet, minutes(now, 12), vials, **also)
    for _ in range(2):
        assert mine in tablet.send().json()["kept"]
    notice = Notice.objects.get(kind="owed-by-tablet")
    assert "entered without a network" in notice.says
    assert asks in notice.do
    assert RegisterEntry.objects.filter(kind="use").count() == 2


def test_a_dose_under_a_red_limit_is_kept_and_asked_about(
    tablet: Tablet, vials: Holding, now: datetime, back: datetime
) -> None:
    """Everything waited on the tablet: the first dose, the pressure, then more of the medicine."""
    mine = [
        given(tablet, minutes(now, 5), vials, mg="14"),
        tablet.enter("reading", minutes(now, 7), systolic_bp="190", diastolic_bp="80"),
        given(tablet, minutes(now, 8), vials, mg="20"),
    ]
    assert sorted(tablet.send().json()["kept"]) == sorted(mine)
    assert [row.amount_mg for row in DoseGiven.objects.order_by("at")] == [Decimal(14), Decimal(20)]
    notice = Notice.objects.get(kind="owed-by-tablet")
    assert "Infusion 20 mg" in notice.says
    assert "Held back" in notice.do
    assert "190" in notice.do


def test_with_its_reason_there_is_nothing_to_ask(
    tablet: Tablet, vials: Holding, now: datetime, back: datetime
) -> None:
    given(tablet, minutes(now, 7), vials, mg="60", words=WHY)
    assert tablet.send().json()["refused"] == {}
    assert not Notice.objects.filter(kind="owed-by-tablet").exists()


def test_what_came_at_once_is_refused_and_can_be_put_right(
    tablet: Tablet, vials: Holding, now: datetime
) -> None:
    with clock.at(minutes(now, 7)):
        mine = given(tablet, minutes(now, 7), vials, mg="60")
        assert "Say why" in tablet.send().json()["refused"][mine]
    assert not DoseGiven.objects.exists()


def test_a_lot_that_is_over_loses_no_dose(
    tablet: Tablet, abara: User, now: datetime, back: datetime
) -> None:
    until = (now - timedelta(days=1)).date()
    label = VIAL | {"lot": "X9", "expires_on": until}
    over = received(label, 1, now - timedelta(days=5), abara)
    mine = given(tablet, minutes(now, 7), over)
    assert tablet.send().json()["kept"] == [mine]
    row = DoseGiven.objects.get()
    assert (row.source, row.amount_mg, row.at) == ("later", Decimal(34), minutes(now, 7))
    assert "Chosen on the tablet: lot X9." in row.words
    assert not RegisterEntry.objects.filter(kind="use").exists()
    assert "last day of lot X9 is over" in Notice.objects.get(kind="owed-by-tablet").do
    page = text_of(tablet.client.get(at(tablet.session, "room/")))
    assert "lot still to be written" in page
    assert "Write the lot" in page


def test_the_lot_is_written_afterwards_and_the_register_gets_its_line(
    tablet: Tablet, vials: Holding, now: datetime, back: datetime
) -> None:
    given(tablet, minutes(now, 7), "none")
    tablet.send()
    row = DoseGiven.objects.get()
    assert row.source == "later", "only a prescriber gives what is not in the register"
    address = f"/doses/{row.pk}/correct/"
    assert "lot A1" in text_of(tablet.client.get(address))
    tablet.client.post(address, {"mg": "34", "lot": str(vials.pk)})
    corrected = DoseGiven.objects.standing().get()
    assert (corrected.source, corrected.at) == ("register", minutes(now, 7))
    assert RegisterEntry.objects.get(kind="use").dose == corrected
    assert stock.balance_of(vials).mg == Decimal(5000 - 34)


def test_a_dose_arrives_after_the_person_went_home(
    fit: tuple[Session, datetime],
    tablet: Tablet,
    vials: Holding,
    osei: User,
    now: datetime,
) -> None:
    session, leaves = fit
    leaving.discharge(session, ASKED, at=leaves, by=osei)
    with clock.at(leaves + timedelta(minutes=20)):
        mine = given(tablet, minutes(now, 7), vials, taken_mg="40")
        late = given(tablet, leaves + timedelta(minutes=5), vials)
        told = tablet.send().json()
    assert told["kept"] == [mine]
    assert "gone home" in told["refused"][late]
    assert Discrepancy.objects.get().holding == vials


@pytest.mark.usefixtures("back")
def test_who_may_not_give_medicine_charts_none(
    started: Session, vials: Holding, lind: User, enter: Enter, now: datetime
) -> None:
    theirs = Tablet(enter(lind), started)
    mine = given(theirs, minutes(now, 7), vials)
    rate = theirs.enter("pump_rate", minutes(now, 7), rate="40")
    assert set(theirs.send().json()["refused"]) == {mine, rate}
    assert not DoseGiven.objects.exists()


def test_a_fast_rate_without_its_reason_is_kept_and_asked_about(
    tablet: Tablet, now: datetime, back: datetime
) -> None:
    mine = tablet.enter("pump_rate", minutes(now, 7), rate="300")
    for _ in range(2):
        assert tablet.send().json()["kept"] == [mine]
    assert PumpRate.objects.get().at == minutes(now, 7)
    assert "Pump at 300 mg/h" in Notice.objects.get(kind="owed-by-tablet").says


def test_a_rate_of_a_pump_that_stood_is_refused(
    tablet: Tablet, now: datetime, back: datetime
) -> None:
    tablet.enter("pause", minutes(now, 5))
    mine = tablet.enter("pump_rate", minutes(now, 7), rate="40")
    assert "paused" in tablet.send().json()["refused"][mine]


@pytest.mark.usefixtures("back")
def test_a_dose_that_cannot_be_kept_goes_back_to_the_tablet(
    tablet: Tablet, vials: Holding, now: datetime
) -> None:
    given(tablet, minutes(now, 7), vials, mg="343434")
    answer = tablet.send().json()
    assert not answer["kept"]
    assert "99999.99" in str(answer)
    assert not DoseGiven.objects.exists()
