"""A dose charted in the session writes the register; what is left of it is accounted for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from web.logging_in import Enter
from web.register.conftest import DEVICE, LOZENGE, VIAL, received, running

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import copies, doses
from kapstone.web.records import register as stock
from kapstone.web.records.actions import dosing, register
from kapstone.web.records.actions.dosing import Given
from kapstone.web.records.models import (
    Course,
    Discharge,
    Discrepancy,
    DoseGiven,
    Entry,
    Holding,
    Person,
    RegisterEntry,
    Session,
)
from kapstone.web.records.refusals import Refused

D = Decimal
REASON = "The tablet slipped: it was 34, not 43."


def refused(code: str) -> Any:
    return pytest.raises(Refused, check=lambda each: each.code == code)


def iv(holding: Holding | None, mg: str = "34", **also: Any) -> Given:
    return Given(kind="infusion", mg=D(mg), holding=holding, **also)


def test_a_dose_is_charted_and_leaves_the_balance(
    infusion: Session, vials: Holding, abara: User, ade: Person, now: datetime
) -> None:
    dose = dosing.give_dose(infusion, iv(vials), at=now, by=abara)
    line = RegisterEntry.objects.get(dose=dose)
    assert (line.kind, line.units, line.mg, line.after_mg) == ("use", -1, D(-34), D(4966))
    assert (line.session, line.by) == (infusion, abara)
    assert Entry.objects.get(did="give dose").person == ade
    assert stock.out_of(infusion) == {}, "the rest of the vial stays in the cabinet"


def test_the_same_dose_sent_twice_is_one(
    infusion: Session, vials: Holding, abara: User, now: datetime
) -> None:
    once = uuid4()
    first = dosing.give_dose(infusion, iv(vials), at=now, by=abara, client_id=once)
    assert dosing.give_dose(infusion, iv(vials), at=now, by=abara, client_id=once) == first
    assert RegisterEntry.objects.filter(kind="use").count() == 1


def test_a_second_injection_comes_from_the_vial_that_is_open(
    injection: Session, singles: Holding, abara: User, lind: User, now: datetime
) -> None:
    first = Given(kind="injection", mg=D(50), holding=singles, site="left deltoid")
    dosing.give_dose(injection, first, at=now - timedelta(minutes=12), by=abara)
    second = Given(kind="second_injection", mg=D(25), holding=singles, site="right deltoid")
    dosing.give_dose(injection, second, at=now, by=abara)
    assert stock.balance_of(singles).units == 3
    assert stock.out_of(injection) == {singles.pk: D(425)}
    dosing.waste_rest(injection, singles, mg=D(425), witness=lind, at=now, by=abara)
    assert stock.out_of(injection) == {}
    assert stock.balance_of(singles).mg == D(1500)


def test_a_lozenge_keeps_how_long_it_was_held_and_whether_it_was_spat_out(
    by_lozenge: Session, lozenges: Holding, abara: User, now: datetime
) -> None:
    told = Given(
        kind="lozenge", mg=D(100), holding=lozenges, hold_min=12, spat=True, taken_mg=D(200)
    )
    dose = dosing.give_dose(by_lozenge, told, at=now, by=abara)
    assert (dose.hold_min, dose.spat) == (12, True)
    line = dosing.put_back(by_lozenge, lozenges, mg=D(100), at=now, by=abara)
    assert (line.after_units, line.after_mg) == (19, D(1900)), "one was given, one went back"


def test_whether_a_lozenge_was_spat_out_can_be_unknown(
    by_lozenge: Session, lozenges: Holding, abara: User, now: datetime
) -> None:
    told = Given(kind="lozenge", mg=D(100), holding=lozenges)
    dose = dosing.give_dose(by_lozenge, told, at=now, by=abara)
    assert (dose.hold_min, dose.spat) == (None, None)


def test_a_device_is_given_whole_by_its_own_route(
    course: Course, osei: User, abara: User, now: datetime
) -> None:
    devices = received(DEVICE, 6, now - timedelta(days=1), abara)
    session = running(course, "esketamine", "56", by=osei, at=now)
    for _ in range(2):
        dosing.give_dose(session, Given(kind="spray", mg=D(28), holding=devices), at=now, by=abara)
    assert stock.balance_of(devices).units == 4
    assert stock.out_of(session) == {}


def test_a_capsule_is_swallowed_and_leaves_the_balance(
    course: Course, lozenges: Holding, osei: User, abara: User, now: datetime
) -> None:
    label = LOZENGE | {"form": "capsule", "product": "Ketamine capsule 50 mg", "unit_mg": D(50)}
    capsules = received(label | {"lot": "C1"}, 10, now - timedelta(days=1), abara)
    session = running(course, "oral", "150", by=osei, at=now)
    told = Given(kind="swallowed", mg=D(100), holding=capsules)
    dosing.give_dose(session, told, at=now, by=abara)
    assert stock.balance_of(capsules).units == 8
    with refused("other-product"):
        dosing.give_dose(session, replace(told, mg=D(50), holding=lozenges), at=now, by=abara)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"mg": D(0)}, "no-amount"),
        ({"holding": None}, "no-lot"),
        ({"kind": "lozenge"}, "other-kind"),
        ({"mg": D("34.01")}, "over-order"),
        ({"mg": D(100_000), "words": REASON}, "too-many-mg"),
        ({"mg": D(5001), "words": "A reason that is long enough."}, "not-possible"),
        ({"source": "own"}, "not-own"),
        ({"source": "none"}, "not-prescriber"),
        ({"source": "found"}, "no-such-source"),
        ({"taken_mg": D(33)}, "not-possible"),
    ],
)
def test_a_dose_that_cannot_be_is_refused_and_leaves_no_line(
    *,
    infusion: Session,
    vials: Holding,
    changed: dict[str, Any],
    code: str,
    abara: User,
    now: datetime,
) -> None:
    with refused(code):
        dosing.give_dose(infusion, replace(iv(vials), **changed), at=now, by=abara)
    assert not DoseGiven.objects.exists()
    assert RegisterEntry.objects.count() == 1


def test_a_lot_of_another_form_is_refused(
    infusion: Session, lozenges: Holding, abara: User, now: datetime
) -> None:
    with refused("other-product"):
        dosing.give_dose(infusion, iv(lozenges), at=now, by=abara)


@pytest.mark.parametrize(("day", "goes"), [(3, True), (2, False)])
def test_a_lot_is_given_on_its_last_day_and_not_after(
    *, course: Course, osei: User, abara: User, now: datetime, day: int, goes: bool
) -> None:
    ends = VIAL | {"expires_on": date(2026, 11, day)}
    lot = received(ends, 1, now - timedelta(days=9), abara)
    session = running(course, "iv", "34", by=osei, at=now)
    if goes:
        assert dosing.give_dose(session, iv(lot), at=now, by=abara).pk
    else:
        with refused("expired"):
            dosing.give_dose(session, iv(lot), at=now, by=abara)


def test_more_than_was_ordered_is_written_down_with_its_reason(
    infusion: Session, vials: Holding, abara: User, now: datetime
) -> None:
    dosing.give_dose(infusion, iv(vials), at=now, by=abara)
    more = Given(kind="booster", mg=D(10), holding=vials)
    with refused("over-order"):
        dosing.give_dose(infusion, more, at=now, by=abara)
    told = replace(more, words="Ordered by Dr. Osei in the room, to be signed.")
    assert dosing.give_dose(infusion, told, at=now, by=abara).words
    assert doses.given_mg(infusion) == D(44)


def test_only_a_prescriber_gives_what_is_not_in_the_register_and_says_why(
    infusion: Session, vials: Holding, osei: User, now: datetime
) -> None:
    with refused("no-reason"):
        dosing.give_dose(infusion, iv(None, source="none", words="stock"), at=now, by=osei)
    words = "From the emergency box of the ward next door."
    dose = dosing.give_dose(infusion, iv(None, source="none", words=words), at=now, by=osei)
    assert not dose.lines.exists()


def test_a_practice_without_a_register_charts_doses_all_the_same(
    infusion: Session, abara: User, now: datetime
) -> None:
    dose = dosing.give_dose(infusion, iv(None, source="none"), at=now, by=abara)
    assert (dose.amount_mg, dose.source) == (D(34), "none")


def test_a_person_may_bring_a_lozenge_of_their_own(
    by_lozenge: Session, lozenges: Holding, abara: User, now: datetime
) -> None:
    told = Given(kind="lozenge", mg=D(100), source="own", words="Pharmacy label seen")
    dosing.give_dose(by_lozenge, told, at=now, by=abara)
    assert stock.balance_of(lozenges).mg == D(2000)


@pytest.mark.parametrize(("minutes", "code"), [(11, "too-early"), (10, None)])
def test_a_dose_is_not_given_before_the_medicine_was_started(
    *, infusion: Session, vials: Holding, abara: User, now: datetime, minutes: int, code: str | None
) -> None:
    when = now - timedelta(minutes=minutes)
    if code:
        with refused(code):
            dosing.give_dose(infusion, iv(vials), at=when, by=abara)
    else:
        assert dosing.give_dose(infusion, iv(vials), at=when, by=abara).at == when


def test_neither_a_therapist_nor_a_strangers_lot(
    *, infusion: Session, vials: Holding, lind: User, marsh: User, abara: User, now: datetime
) -> None:
    with refused("not-your-deed"):
        dosing.give_dose(infusion, iv(vials), at=now, by=lind)
    theirs = received(VIAL, 1, now, marsh)
    with refused("elsewhere"):
        dosing.give_dose(infusion, iv(theirs), at=now, by=abara)


def test_a_dose_that_was_mistyped_is_corrected_in_both_places(
    infusion: Session, vials: Holding, abara: User, lind: User, now: datetime
) -> None:
    why = "As ordered over the telephone just now."
    dose = dosing.give_dose(infusion, iv(vials, "43", words=why), at=now, by=abara)
    row = dosing.correct_dose(dose, mg=D(34), words=REASON, at=now, by=abara)
    assert (row.amount_mg, row.corrects, row.at) == (D(34), dose, dose.at)
    assert stock.balance_of(vials).mg == D(4966)
    assert stock.out_of(infusion) == {vials.pk: D(9)}, "what was not given is to be accounted for"
    told: dict[str, Any] = {"words": REASON, "beyond_words": REASON}
    more = dosing.correct_dose(row, mg=D(36), **told, at=now, by=abara)
    assert stock.out_of(infusion) == {vials.pk: D(7)}
    with refused("corrected"):
        dosing.correct_dose(dose, mg=D(30), words=REASON, at=now, by=abara)
    gone = dosing.correct_dose(more, mg=D(0), words=REASON, at=now, by=abara)
    assert gone.amount_mg == 0
    assert stock.balance_of(vials).mg == D(5000)
    assert stock.out_of(infusion) == {vials.pk: D(43)}
    dosing.waste_rest(infusion, vials, mg=D(43), witness=lind, at=now, by=abara)
    assert stock.fault_of(vials) == ""


def test_a_correction_of_the_words_alone_moves_nothing(
    infusion: Session, vials: Holding, abara: User, now: datetime
) -> None:
    dose = dosing.give_dose(infusion, iv(vials), at=now, by=abara)
    row = dosing.correct_dose(
        dose, mg=dose.amount_mg, words=REASON, site="left arm", at=now, by=abara
    )
    assert (row.site, RegisterEntry.objects.filter(kind="use").count()) == ("left arm", 1)
    less = dosing.correct_dose(row, mg=D(30), words=REASON, at=now, by=abara)
    assert less.lines.get().mg == D(4)


@pytest.mark.parametrize(("mg", "code"), [(D(6), None), (D("6.01"), "not-possible")])
def test_no_more_is_wasted_than_was_drawn_up(
    *,
    infusion: Session,
    vials: Holding,
    abara: User,
    lind: User,
    now: datetime,
    mg: Decimal,
    code: str | None,
) -> None:
    dosing.give_dose(infusion, iv(vials, taken_mg=D(40)), at=now, by=abara)
    if code:
        with refused(code):
            dosing.waste_rest(infusion, vials, mg=mg, witness=lind, at=now, by=abara)
    else:
        dosing.waste_rest(infusion, vials, mg=mg, witness=lind, at=now, by=abara)
        assert stock.out_of(infusion) == {}


def test_waste_of_a_session_needs_somebody_else(
    infusion: Session, vials: Holding, abara: User, now: datetime
) -> None:
    dosing.give_dose(infusion, iv(vials, taken_mg=D(40)), at=now, by=abara)
    with refused("same-person"):
        dosing.waste_rest(infusion, vials, mg=D(6), witness=abara, at=now, by=abara)


def test_a_sessions_waste_is_corrected_up_to_what_it_had_out(
    infusion: Session, vials: Holding, abara: User, lind: User, now: datetime
) -> None:
    dosing.give_dose(infusion, iv(vials, taken_mg=D(40)), at=now, by=abara)
    line = dosing.waste_rest(infusion, vials, mg=D(4), witness=lind, at=now, by=abara)
    with refused("not-possible"):
        register.correct_line(line, units=0, mg=D(7), words=REASON, witness=lind, at=now, by=abara)
    register.correct_line(line, units=0, mg=D(6), words=REASON, witness=lind, at=now, by=abara)
    assert stock.out_of(infusion) == {}


def test_what_was_wasted_is_corrected_before_the_dose(
    infusion: Session, singles: Holding, abara: User, lind: User, now: datetime
) -> None:
    """30 and 470 are the whole vial: the four milligrams more were not wasted."""
    dose = dosing.give_dose(infusion, iv(singles, "30"), at=now, by=abara)
    waste = dosing.waste_rest(infusion, singles, mg=D(470), witness=lind, at=now, by=abara)
    with refused("not-possible"):
        dosing.correct_dose(dose, mg=D(34), words=REASON, at=now, by=abara)
    register.correct_line(waste, units=0, mg=D(466), words=REASON, at=now, by=abara)
    dosing.correct_dose(dose, mg=D(34), words=REASON, at=now, by=abara)
    assert stock.balance_of(singles).units == 3
    assert stock.out_of(infusion) == {}


def test_one_sessions_waste_takes_nothing_from_another(
    *,
    infusion: Session,
    course: Course,
    vials: Holding,
    abara: User,
    osei: User,
    lind: User,
    now: datetime,
) -> None:
    """The lot has enough out for it, with another session."""
    other = running(course, "iv", "34", by=osei, at=now - timedelta(minutes=5))
    for session in (infusion, other):
        dosing.give_dose(session, iv(vials, taken_mg=D(40)), at=now, by=abara)
    line = dosing.waste_rest(infusion, vials, mg=D(4), witness=lind, at=now, by=abara)
    with refused("not-possible"):
        register.correct_line(line, units=0, mg=D(8), words=REASON, witness=lind, at=now, by=abara)
    assert stock.out_of(other) == {vials.pk: D(6)}


def test_a_correction_after_the_way_home_opens_what_it_leaves_open(
    infusion: Session, vials: Holding, abara: User, osei: User, now: datetime
) -> None:
    dose = dosing.give_dose(infusion, iv(vials), at=now, by=abara)
    Discharge.objects.create(
        session=infusion, escort_name="Rio", criteria=[], signed_name="O", at=now, by=osei
    )
    with refused("home"):
        dosing.give_dose(infusion, iv(vials, "1"), at=now, by=abara)
    for mg in (D(30), D(29)):
        dose = dosing.correct_dose(dose, mg=mg, words=REASON, at=now, by=abara)
    assert Discrepancy.objects.get().session == infusion


def test_a_person_takes_their_doses_away_and_not_the_cabinet(
    infusion: Session, vials: Holding, abara: User, ade: Person, now: datetime
) -> None:
    with clock.at(now):
        dosing.give_dose(infusion, iv(vials), at=now, by=abara)
    taken = copies.full(ade)
    assert [row["amount_mg"] for row in taken["doses given"]] == [D(34)]
    assert not [name for name in taken if "register" in name or "holding" in name]


def test_a_dose_is_not_corrected_to_what_cannot_be_kept(
    infusion: Session, vials: Holding, abara: User, now: datetime
) -> None:
    dose = dosing.give_dose(infusion, iv(vials), at=now, by=abara)
    with refused("too-many-mg"):
        dosing.correct_dose(dose, mg=D(100_000), words=REASON, at=now, by=abara)
    assert doses.given_mg(infusion) == D(34)


def test_a_slip_that_an_older_version_kept_can_be_read_and_put_right(
    infusion: Session, abara: User, now: datetime, enter: Enter
) -> None:
    told = Given(kind="infusion", mg=D(34), source="none")
    dose = dosing.give_dose(infusion, told, at=now, by=abara)
    slip = DoseGiven.objects.create(
        **dose.but(amount_mg=D("343434.25"), client_id=uuid4()), at=now, by=abara
    )
    assert doses.given_mg(infusion) == D("343434.25")
    page = enter(abara).get(f"/sessions/{infusion.pk}/room/").content.decode()
    assert "343434.25 mg" in page
    dosing.correct_dose(slip, mg=D(34), words=REASON, at=now, by=abara)
    assert doses.given_mg(infusion) == D(34)
