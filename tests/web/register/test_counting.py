"""A count is blind, takes all lots at once, and a difference is answered for by name."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from kapstone.web.accounts.models import User
from kapstone.web.records import register as stock
from kapstone.web.records.actions import counting, dosing, register
from kapstone.web.records.actions.dosing import Given
from kapstone.web.records.models import (
    Discrepancy,
    Holding,
    Outgoing,
    RegisterSettings,
    Session,
)
from kapstone.web.records.refusals import Refused

D = Decimal


def refused(code: str) -> Any:
    return pytest.raises(Refused, check=lambda each: each.code == code)


def settled(osei: User, at: datetime, **told: Any) -> RegisterSettings:
    return register.settle(told, name="Osei", at=at, by=osei)


def test_a_count_that_agrees_opens_nothing(
    vials: Holding, lozenges: Holding, abara: User, lind: User, now: datetime
) -> None:
    counted = {vials.pk: (10, D(0)), lozenges.pk: (20, D(0))}
    count = counting.count_stock(counted, second=lind, at=now, by=abara)
    assert [line.counted_units for line in count.lines.order_by("pk")] == [10, 20]
    assert not Discrepancy.objects.exists()
    assert stock.balance_of(vials).mg == D(5000)


def test_a_difference_opens_a_discrepancy_and_moves_nothing(
    vials: Holding, osei: User, abara: User, lind: User, now: datetime
) -> None:
    settled(osei, now, answerer=osei)
    counting.count_stock({vials.pk: (9, D(0))}, second=lind, at=now, by=abara)
    found = Discrepancy.objects.get()
    assert found.says == "Counted 9 vials: 1 vial fewer than the register says."
    assert (found.answerer, stock.balance_of(vials).units) == (osei, 10)
    mail = Outgoing.objects.get()
    assert mail.to == osei.email
    assert "vial" not in mail.text, "the mail says that something waits, and no more"


def test_what_is_out_with_a_session_is_not_in_the_cabinet(
    injection: Session, singles: Holding, abara: User, lind: User, now: datetime
) -> None:
    told = Given(kind="injection", mg=D(50), holding=singles)
    dosing.give_dose(injection, told, at=now, by=abara)
    counting.count_stock({singles.pk: (3, D(0))}, second=lind, at=now, by=abara)
    assert not Discrepancy.objects.exists()


def test_two_people_count_unless_the_practice_has_settled_otherwise(
    vials: Holding, osei: User, abara: User, now: datetime
) -> None:
    counted = {vials.pk: (10, D(0))}
    with refused("one-person"):
        counting.count_stock(counted, at=now, by=abara)
    with refused("same-person"):
        counting.count_stock(counted, second=abara, at=now, by=abara)
    settled(osei, now, two_count=False)
    assert counting.count_stock(counted, at=now, by=abara).second is None


@pytest.mark.parametrize(("counted", "code"), [({}, "not-all"), ((-1, D(0)), "below-nothing")])
def test_every_lot_is_counted_and_none_below_nothing(
    *, vials: Holding, counted: Any, code: str, abara: User, lind: User, now: datetime
) -> None:
    with refused(code):
        told = {vials.pk: counted} if counted else {}
        counting.count_stock(told, second=lind, at=now, by=abara)
    with refused("no-such-count"):
        counting.count_stock({vials.pk: (10, D(0))}, purpose="whim", second=lind, at=now, by=abara)


def test_nothing_at_hand_is_a_count_of_nothing(abara: User, lind: User, now: datetime) -> None:
    count = counting.count_stock({}, purpose="inventory", second=lind, at=now, by=abara)
    assert not count.lines.exists()


def test_a_difference_is_closed_in_words_by_somebody_else(
    vials: Holding, osei: User, abara: User, lind: User, now: datetime
) -> None:
    counting.count_stock({vials.pk: (9, D(0))}, second=lind, at=now, by=abara)
    found = Discrepancy.objects.get()
    for by, words, code in (
        (osei, " ", "no-words"),
        (abara, "It was behind the box.", "same-person"),
        (lind, "It was behind the box.", "not-your-deed"),
    ):
        with refused(code):
            counting.answer_discrepancy(found, words=words, closes=True, at=now, by=by)
    counting.answer_discrepancy(found, words="Looking.", closes=False, at=now, by=abara)
    counting.answer_discrepancy(found, words="Behind the box.", closes=True, at=now, by=osei)
    assert not Discrepancy.objects.open().exists()
    with refused("closed"):
        counting.answer_discrepancy(found, words="Again.", closes=True, at=now, by=osei)


def test_a_lot_with_nothing_left_is_not_counted(
    vials: Holding, abara: User, lind: User, now: datetime
) -> None:
    told = {"units": 10, "party": "Reverse Ltd"}
    register.return_stock(vials, told, at=now - timedelta(hours=1), by=abara)
    count = counting.count_stock({}, second=lind, at=now, by=abara)
    assert not count.lines.exists()


def test_what_the_law_leaves_open_is_settled_in_ones_own_name(
    osei: User, abara: User, desk: User, now: datetime
) -> None:
    with refused("not-your-deed"):
        register.settle({}, name="Abara", at=now, by=abara)
    with refused("other-name"):
        register.settle({}, name="Somebody", at=now, by=osei)
    with refused("not-an-answerer"):
        settled(osei, now, answerer=desk)
    settled(osei, now, near_days=60)
    assert RegisterSettings.objects.now(osei.practice).near_days == 60
