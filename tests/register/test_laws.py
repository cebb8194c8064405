"""Laws of the running balance, over any order of what can happen to a lot."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from kapstone import register
from kapstone.register import Balance, Change, NotPossible, Step

UNIT = Decimal("500")
AMOUNTS = st.decimals(min_value="0.01", max_value="900", places=2)
UNITS = st.integers(min_value=0, max_value=4)
DEEDS = st.one_of(
    st.tuples(st.just("receipt"), UNITS, AMOUNTS),
    st.tuples(st.just("use"), UNITS, AMOUNTS),
    st.tuples(st.just("waste"), UNITS, AMOUNTS),
    st.tuples(st.just("return"), UNITS, AMOUNTS),
    st.tuples(st.sampled_from(["returned", "loss", "destruction"]), UNITS, AMOUNTS),
    st.tuples(st.just("correction"), UNITS, AMOUNTS),
)


def change(balance: Balance, deed: str, units: int, mg: Decimal, *, splits: bool) -> Change:
    """The change of a deed, with all that is out being one session's."""
    out = balance.out_mg
    if deed == "receipt":
        return register.take_in(balance, units=units)
    if deed == "use":
        return register.give(balance, dose_mg=mg, out_here_mg=out, splits=splits)
    if deed == "waste":
        return register.waste(balance, mg=mg, out_here_mg=out)
    if deed == "return":
        return register.put_back(balance, mg=mg, out_here_mg=out, splits=splits)
    if deed == "correction":
        return register.correct_dose(
            balance, was_mg=Decimal(0), is_mg=mg, out_here_mg=out, splits=splits
        )
    return register.remove(balance, units=units, open_mg=mg if splits else Decimal(0))


@given(st.lists(DEEDS, max_size=40), st.booleans())
def test_the_balance_is_what_came_less_what_went_and_never_below_nothing(
    deeds: list[tuple[str, int, Decimal]], splits: bool
) -> None:
    balance, sums = Balance(unit_mg=UNIT), dict.fromkeys(register.KINDS, Decimal(0))
    steps: list[Step] = []
    for deed, units, mg in [("receipt", 3, Decimal(1)), *deeds]:
        try:
            done = change(balance, deed, units, mg, splits=splits)
        except NotPossible:
            continue
        balance = balance.after(done)
        steps.append(Step(number=len(steps) + 1, change=done, after=balance))
        kind = "use" if deed == "correction" else deed
        sums[kind] += done.mg
        assert balance.fault == ""
    gone = -sum(sums[kind] for kind in ("use", "waste", "returned", "loss", "destruction"))
    assert balance.mg == sums["receipt"] - gone
    assert sums["return"] == sums["count"] == 0
    assert balance.mg == balance.units * UNIT + balance.open_mg + balance.out_mg
    assert register.walk(UNIT, steps) == ""


@given(AMOUNTS, AMOUNTS)
def test_a_dose_corrected_and_corrected_back_leaves_everything_as_it_was(
    was: Decimal, is_: Decimal
) -> None:
    start = Balance(unit_mg=UNIT).after(Change(units=9, mg=9 * UNIT))
    first = register.give(start, dose_mg=was, splits=True)
    given_ = start.after(first)
    there = given_.after(
        register.correct_dose(given_, was_mg=was, is_mg=is_, out_here_mg=given_.out_mg, splits=True)
    )
    back = there.after(
        register.correct_dose(there, was_mg=is_, is_mg=was, out_here_mg=there.out_mg, splits=True)
    )
    assert back.mg == given_.mg
    assert there.mg == start.mg - is_


@given(st.lists(UNITS, min_size=1, max_size=6))
def test_a_whole_change_is_the_sum_of_its_parts(units: list[int]) -> None:
    parts = [Change(units=each, mg=each * UNIT) for each in units]
    total = register.kept_together(parts)
    assert (total.units, total.mg) == (sum(units), sum(units) * UNIT)
    assert register.kept_together([total, -total]) == Change()


def test_a_line_that_does_not_follow_is_found() -> None:
    came = Change(units=2, mg=Decimal(1000))
    good = Step(number=1, change=came, after=Balance(unit_mg=UNIT, units=2, mg=Decimal(1000)))
    odd = Step(number=2, change=Change(mg=Decimal(-34)), after=good.after)
    gap = Step(number=3, change=Change(), after=good.after)
    below = Change(units=-3, mg=Decimal(-1500))
    under = Step(number=2, change=below, after=good.after.after(below))
    assert register.walk(UNIT, [good, odd]) == "line 2 does not follow from the one before it"
    assert register.walk(UNIT, [good, gap]) == "line 2 is missing"
    assert register.walk(UNIT, [good, under]) == "line 2: 1 sealed fewer than none"
