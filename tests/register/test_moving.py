"""A dose, its waste, and what goes back: the arithmetic of vials, lozenges and devices."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from kapstone import register
from kapstone.register import Balance, Change, NotPossible

D = Decimal
TEN_VIALS = Balance(unit_mg=D(500), units=10, mg=D(5000))
TEN_LOZENGES = Balance(unit_mg=D(100), units=10, mg=D(1000))


def test_the_first_dose_of_a_vial_opens_it_and_the_rest_stays_in_the_cabinet() -> None:
    after = TEN_VIALS.after(register.give(TEN_VIALS, dose_mg=D(34), splits=True))
    assert (after.units, after.mg, after.open_mg, after.out_mg) == (9, D(4966), D(466), D(0))


@pytest.mark.parametrize(("dose", "opened"), [(D(466), 0), (D("466.01"), 1)])
def test_the_next_vial_is_opened_only_when_the_open_one_is_not_enough(
    dose: Decimal, opened: int
) -> None:
    begun = Balance(unit_mg=D(500), units=9, mg=D(4966))
    assert register.give(begun, dose_mg=dose, splits=True).units == -opened


def test_a_single_dose_vial_is_out_until_all_of_it_is_accounted_for() -> None:
    after = TEN_VIALS.after(register.give(TEN_VIALS, dose_mg=D(50), splits=False))
    assert (after.units, after.out_mg, after.open_mg) == (9, D(450), D(0))
    second = after.after(register.give(after, dose_mg=D(25), out_here_mg=D(450), splits=False))
    assert (second.units, second.out_mg) == (9, D(425)), "the second dose is from the same vial"
    wasted = second.after(register.waste(second, mg=D(425), out_here_mg=D(425)))
    assert (wasted.out_mg, wasted.mg) == (D(0), D(4500))


def test_part_of_a_single_dose_vial_cannot_be_kept_for_somebody_else() -> None:
    after = TEN_VIALS.after(register.give(TEN_VIALS, dose_mg=D(50), splits=False))
    with pytest.raises(NotPossible, match="waste it"):
        register.put_back(after, mg=D(450), out_here_mg=D(450), splits=False)


def test_a_lozenge_that_was_not_needed_goes_back_whole() -> None:
    given = register.give(TEN_LOZENGES, dose_mg=D(100), taken_mg=D(200), splits=False)
    after = TEN_LOZENGES.after(given)
    assert (after.units, after.out_mg) == (8, D(100))
    back = after.after(register.put_back(after, mg=D(100), out_here_mg=D(100), splits=False))
    assert (back.units, back.out_mg, back.mg) == (9, D(0), D(900))


def test_what_was_drawn_up_beyond_the_dose_goes_back_into_a_vial_that_splits() -> None:
    after = TEN_VIALS.after(register.give(TEN_VIALS, dose_mg=D(34), taken_mg=D(40), splits=True))
    assert after.out_mg == D(6)
    back = after.after(register.put_back(after, mg=D(6), out_here_mg=D(6), splits=True))
    assert (back.open_mg, back.out_mg, back.mg) == (D(466), D(0), D(4966))


@pytest.mark.parametrize(("dose", "fits"), [(D(5000), True), (D("5000.01"), False)])
def test_no_more_is_given_than_there_is(dose: Decimal, fits: bool) -> None:
    if fits:
        change = register.give(TEN_VIALS, dose_mg=dose, splits=True)
        assert TEN_VIALS.after(change).mg == 0
    else:
        with pytest.raises(NotPossible, match="Not enough of this lot: 1 sealed fewer than none"):
            register.give(TEN_VIALS, dose_mg=dose, splits=True)


@pytest.mark.parametrize(
    ("taken", "words"), [(D(150), "whole units of 100 mg"), (D(100), "less than the 200 mg")]
)
def test_lozenges_are_taken_out_whole_and_enough_of_them(taken: Decimal, words: str) -> None:
    with pytest.raises(NotPossible, match=words):
        register.give(
            TEN_LOZENGES, dose_mg=D(100 if taken > 100 else 200), taken_mg=taken, splits=False
        )


@pytest.mark.parametrize("mg", [D(0), D(-1)])
def test_nothing_is_no_dose_no_waste_and_no_return(mg: Decimal) -> None:
    with pytest.raises(NotPossible, match="more than none"):
        register.give(TEN_VIALS, dose_mg=mg, splits=True)
    with pytest.raises(NotPossible, match="more than none"):
        register.waste(TEN_VIALS, mg=mg, out_here_mg=D(5))
    with pytest.raises(NotPossible, match="more than none"):
        register.put_back(TEN_VIALS, mg=mg, out_here_mg=D(5), splits=True)


@pytest.mark.parametrize(("mg", "fits"), [(D(6), True), (D("6.01"), False)])
def test_no_more_is_wasted_than_is_out_with_the_session(mg: Decimal, fits: bool) -> None:
    out = Balance(unit_mg=D(500), units=9, mg=D(4966), out_mg=D(6))
    if fits:
        assert register.waste(out, mg=mg, out_here_mg=D(6)) == Change(mg=-mg, out_mg=-mg)
    else:
        with pytest.raises(NotPossible, match="Only 6 mg"):
            register.waste(out, mg=mg, out_here_mg=D(6))


def test_sealed_units_and_opened_milligrams_leave_the_cabinet_together() -> None:
    begun = Balance(unit_mg=D(500), units=9, mg=D(4966))
    assert register.remove(begun, units=1, open_mg=D(466)) == Change(units=-1, mg=D(-966))
    with pytest.raises(NotPossible, match="Only 466 mg"):
        register.remove(begun, units=0, open_mg=D(467))
    with pytest.raises(NotPossible, match="Say how much"):
        register.remove(begun, units=0)
    with pytest.raises(NotPossible, match="1 sealed fewer"):
        register.remove(begun, units=10)


def test_too_much_written_down_is_out_again_until_it_is_accounted_for() -> None:
    given = TEN_VIALS.after(register.give(TEN_VIALS, dose_mg=D(43), splits=True))
    less = register.correct_dose(given, was_mg=D(43), is_mg=D(34), splits=True)
    assert (given.after(less).mg, given.after(less).out_mg) == (D(4966), D(9))
    more = register.correct_dose(given, was_mg=D(43), is_mg=D(50), splits=True)
    assert given.after(more).mg == D(4950)
    with pytest.raises(NotPossible, match="less than none"):
        register.correct_dose(given, was_mg=D(43), is_mg=D(-1), splits=True)


@pytest.mark.parametrize("units", [0, -1])
def test_a_delivery_has_at_least_one_unit(units: int) -> None:
    with pytest.raises(NotPossible):
        register.take_in(TEN_VIALS, units=units)


def test_a_balance_says_why_it_cannot_be() -> None:
    assert Balance(unit_mg=D(500), units=1, mg=D(400)).fault == "100 mg more than there is"
    assert Balance(unit_mg=D(500), out_mg=D("-0.5")).fault == "0.5 mg more than was out"


def test_what_goes_home_leaves_the_balance_in_whole_units() -> None:
    lot = register.Balance(unit_mg=Decimal(100), units=3, mg=Decimal(300))
    gone = register.release(lot, units=2)
    assert lot.after(gone) == register.Balance(unit_mg=Decimal(100), units=1, mg=Decimal(100))
    with pytest.raises(register.NotPossible, match="at least one"):
        register.release(lot, units=0)
    with pytest.raises(register.NotPossible, match="Not enough"):
        register.release(lot, units=4)


@pytest.mark.parametrize(
    ("is_", "wasted", "opened"), [("600", "0", 1), ("530", "470", 1), ("34", "470", None)]
)
def test_no_other_unit_is_opened_for_what_was_wasted(
    is_: str, wasted: str, opened: int | None
) -> None:
    """A whole unit more was another unit; a part of one more was wasted by mistake."""
    was = D(500) - D(wasted)
    told: dict[str, Any] = {
        "was_mg": was,
        "is_mg": D(is_),
        "wasted_here_mg": D(wasted),
        "splits": False,
    }
    if opened is None:
        with pytest.raises(register.NotPossible, match="correct that waste first"):
            register.correct_dose(TEN_VIALS, **told)
    else:
        assert register.correct_dose(TEN_VIALS, **told).units == -opened
