"""Stock comes in, leaves, and is put right; each line keeps the balance after it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from web.register.conftest import LOZENGE, VIAL, received

from kapstone.web.accounts.models import User
from kapstone.web.records import register as stock
from kapstone.web.records.actions import register
from kapstone.web.records.models import Delivery, Entry, Holding, RegisterEntry
from kapstone.web.records.refusals import Refused

D = Decimal
SPILT: dict[str, Any] = {"units": 1, "open_mg": D(0), "words": "Fell from the tray and broke."}
REASON = "Counted the box again: nine came."


def refused(code: str) -> Any:
    return pytest.raises(Refused, check=lambda each: each.code == code)


def test_a_delivery_begins_a_lot_and_keeps_who_sent_it(vials: Holding) -> None:
    balance = stock.balance_of(vials)
    assert (balance.units, balance.mg, balance.open_mg) == (10, D(5000), D(0))
    came = Delivery.objects.get()
    assert (came.party, came.dea_number, came.invoice) == ("North Supply", "RN0000000", "I-1")
    assert Entry.objects.filter(did="receive medicine").count() == 1


def test_the_same_lot_again_is_a_further_line_of_it(
    vials: Holding, abara: User, now: datetime
) -> None:
    line = register.receive(VIAL, units=5, at=now, by=abara)
    assert (line.holding, line.number, line.after_mg) == (vials, 2, D(7500))


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"form": "patch"}, "no-such-form"),
        ({"unit_mg": D(0)}, "no-strength"),
        ({"unit_mg": D("0.0001")}, "no-strength"),
        ({"lot": " "}, "no-label"),
        ({"party": ""}, "no-party"),
        ({"expires_on": date(2026, 11, 2)}, "expired"),
        ({"expires_on": date(2027, 7, 31)}, "other-expiry"),
    ],
)
def test_a_delivery_that_cannot_be_is_refused(
    vials: Holding, changed: dict[str, Any], code: str, abara: User, now: datetime
) -> None:
    with refused(code):
        register.receive(VIAL | changed, units=5, at=now, by=abara)
    assert RegisterEntry.objects.count() == 1


def test_a_lot_may_be_taken_in_on_its_last_day(abara: User, now: datetime) -> None:
    today = VIAL | {"expires_on": date(2026, 11, 3)}
    assert register.receive(today, units=1, at=now, by=abara).after_units == 1


def test_a_delivery_of_nothing_is_refused(abara: User, now: datetime) -> None:
    with refused("not-possible"):
        register.receive(VIAL, units=0, at=now, by=abara)
    assert not Holding.objects.exists()


def test_a_therapist_keeps_no_register(lind: User, now: datetime) -> None:
    with refused("not-your-deed"):
        register.receive(VIAL, units=1, at=now, by=lind)


def test_what_broke_is_wasted_before_a_witness(
    vials: Holding, abara: User, lind: User, now: datetime
) -> None:
    line = register.waste_stock(vials, SPILT, witness=lind, at=now, by=abara)
    assert (line.after_units, line.after_mg, line.witness) == (9, D(4500), lind)


@pytest.mark.parametrize(
    ("witness", "code"),
    [("abara", "same-person"), ("desk", "not-a-witness"), ("marsh", "not-on-staff")],
)
def test_a_witness_is_another_clinician_of_the_practice(
    *,
    vials: Holding,
    witness: str,
    code: str,
    abara: User,
    now: datetime,
    request: pytest.FixtureRequest,
) -> None:
    with refused(code):
        seen_by = request.getfixturevalue(witness)
        register.waste_stock(vials, SPILT, witness=seen_by, at=now, by=abara)


def test_more_than_there_is_cannot_leave(
    vials: Holding, abara: User, lind: User, now: datetime
) -> None:
    with refused("not-possible"):
        register.waste_stock(vials, SPILT | {"units": 11}, witness=lind, at=now, by=abara)
    assert stock.balance_of(vials).units == 10


def test_what_goes_back_names_to_whom(vials: Holding, abara: User, now: datetime) -> None:
    told = {"units": 10, "party": "Reverse Ltd", "dea_number": "RR0000000"}
    with refused("no-party"):
        register.return_stock(vials, told | {"party": ""}, at=now, by=abara)
    line = register.return_stock(vials, told, at=now, by=abara)
    assert (line.kind, line.after_mg, line.delivery.party) == ("returned", D(0), "Reverse Ltd")


def test_two_employees_watch_a_destruction(
    vials: Holding, abara: User, lind: User, now: datetime
) -> None:
    told = {"units": 2, "method": "Chemical digestion", "place": "Here"}
    row = register.destroy(vials, told, witness=lind, at=now, by=abara)
    assert (row.entry.by, row.entry.witness, row.entry.after_units) == (abara, lind, 8)
    with refused("same-person"):
        register.destroy(vials, told, witness=abara, at=now, by=abara)
    with refused("no-method"):
        register.destroy(vials, told | {"method": " "}, witness=lind, at=now, by=abara)


def test_a_loss_leaves_the_balance_with_what_is_known_of_it(
    vials: Holding, abara: User, now: datetime
) -> None:
    told = {
        "units": 1,
        "kind": "other",
        "found_on": date(2026, 11, 3),
        "police_told": None,
        "happened": "One vial fewer at the evening count; looked everywhere.",
    }
    row = register.report_loss(vials, told, at=now, by=abara)
    assert (row.entry.after_units, row.police_told) == (9, None)
    for changed, code in (
        ({"kind": "mice"}, "no-such-loss"),
        ({"happened": "gone"}, "short-reason"),
        ({"found_on": date(2026, 11, 4)}, "not-yet"),
    ):
        with refused(code):
            register.report_loss(vials, told | changed, at=now, by=abara)


def test_a_receipt_is_put_right_by_a_further_line(
    vials: Holding, abara: User, now: datetime
) -> None:
    first = RegisterEntry.objects.get()
    line = register.correct_line(first, units=9, mg=D(0), words=REASON, at=now, by=abara)
    assert (line.units, line.mg, line.after_units, line.corrects) == (-1, D(-500), 9, first)
    again = register.correct_line(line, units=10, mg=D(0), words=REASON, at=now, by=abara)
    assert (again.units, again.after_mg) == (1, D(5000))
    with refused("corrected"):
        register.correct_line(first, units=8, mg=D(0), words=REASON, at=now, by=abara)


def test_a_correction_says_why_and_leaves_no_less_than_nothing(
    vials: Holding, abara: User, osei: User, lind: User, now: datetime
) -> None:
    first = RegisterEntry.objects.get()
    register.waste_stock(vials, SPILT | {"units": 6}, witness=lind, at=now, by=abara)
    for units, words, code in ((9, "oops", "short-reason"), (5, REASON, "not-possible")):
        with refused(code):
            register.correct_line(first, units=units, mg=D(0), words=words, at=now, by=osei)
    line = register.correct_line(first, units=6, mg=D(0), words=REASON, at=now, by=osei)
    assert line.after_mg == 0


def test_more_that_was_wasted_is_seen_by_somebody_else(
    vials: Holding, abara: User, osei: User, lind: User, now: datetime
) -> None:
    """Who saw one vial broken vouched for that one."""
    first = register.waste_stock(vials, SPILT | {"units": 1}, witness=lind, at=now, by=abara)
    more: dict[str, Any] = {"units": 9, "mg": D(0), "words": REASON, "at": now, "by": abara}
    for witness, code in ((None, "no-witness"), (abara, "same-person")):
        with refused(code):
            register.correct_line(first, **more, witness=witness)
    line = register.correct_line(first, **more, witness=osei)
    assert (line.witness, line.after_units) == (osei, 1)
    less = register.correct_line(line, **more | {"units": 2})
    assert (less.witness, less.after_units) == (None, 8)


def test_more_that_was_destroyed_is_watched_again(
    vials: Holding, abara: User, lind: User, now: datetime
) -> None:
    told = {"units": 2, "method": "Chemical digestion", "place": "Here"}
    line = register.destroy(vials, told, witness=lind, at=now, by=abara).entry
    with refused("no-witness"):
        register.correct_line(line, units=3, mg=D(0), words=REASON, at=now, by=abara)


def test_who_has_left_the_practice_is_no_witness(
    vials: Holding, abara: User, lind: User, now: datetime
) -> None:
    lind.is_active = False
    lind.save()
    with refused("not-on-staff"):
        register.waste_stock(vials, SPILT, witness=lind, at=now, by=abara)


def test_a_delivery_sent_twice_is_one(abara: User, now: datetime) -> None:
    told = VIAL | {"client_id": uuid4()}
    first = register.receive(told, units=10, at=now, by=abara)
    assert register.receive(told, units=10, at=now, by=abara) == first
    assert stock.balance_of(first.holding).units == 10
    for changed, units in (({}, 9), ({"lot": "A2"}, 10)):
        with refused("sent-before"):
            register.receive(told | changed, units=units, at=now, by=abara)
    again = register.receive(VIAL | {"client_id": uuid4()}, units=10, at=now, by=abara)
    assert again.after_units == 20, "another delivery of the same lot"


def test_what_leaves_the_cabinet_leaves_it_once(
    vials: Holding, abara: User, lind: User, now: datetime
) -> None:
    what = {"units": 1, "words": REASON, "party": "Reverse Ltd", "method": "Fire", "place": "Here"}
    what |= {"kind": "other", "found_on": date(2026, 11, 3), "happened": REASON}
    once: dict[str, Any] = {"at": now, "by": abara}
    for deed, also in (
        (register.return_stock, once),
        (register.report_loss, once),
        (register.waste_stock, once | {"witness": lind}),
        (register.destroy, once | {"witness": lind}),
    ):
        told = what | {"client_id": uuid4()}
        assert deed(vials, told, **also) == deed(vials, told, **also)
    assert stock.balance_of(vials).units == 6
    assert stock.fault_of(vials) == ""


def test_the_register_of_another_practice_is_out_of_reach(
    vials: Holding, marsh: User, now: datetime
) -> None:
    with refused("elsewhere"):
        register.return_stock(vials, {"units": 1, "party": "Me"}, at=now, by=marsh)
    assert not Holding.objects.visible_to(marsh).exists()
    assert Holding.objects.visible_to(vials.by).count() == 1


def test_the_database_refuses_a_lot_below_nothing(vials: Holding, abara: User) -> None:
    first = RegisterEntry.objects.get()
    below = {"after_units": -1, "after_mg": D(-500), "after_out_mg": D(0)}
    with pytest.raises(IntegrityError), transaction.atomic():
        RegisterEntry.objects.create(
            **first.but(number=2, **below) | {"corrects": None}, at=first.at, by=abara
        )


def test_the_database_refuses_two_lines_in_one_place(vials: Holding, abara: User) -> None:
    first = RegisterEntry.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        RegisterEntry.objects.create(**first.but() | {"corrects": None}, at=first.at, by=abara)


def test_amounts_are_exact_to_the_microgram(abara: User, now: datetime) -> None:
    thirds = LOZENGE | {"unit_mg": D("33.333")}
    lot = received(thirds, 3, now - timedelta(days=1), abara)
    assert stock.balance_of(lot).mg == D("99.999")
    assert stock.fault_of(lot) == ""
