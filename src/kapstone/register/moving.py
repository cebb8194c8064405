"""What each deed changes: in, given, wasted, put back, out of stock, corrected.

Each takes the balance as it stands and gives the change, or raises NotPossible in plain words.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal

from kapstone.register.balance import NONE, Balance, Change, said

# Every kind of line, with what it is called. A count changes nothing.
KINDS = {
    "receipt": "Received",
    "use": "Given",
    "release": "Released for home",
    "waste": "Wasted",
    "return": "Put back",
    "returned": "Returned to supplier",
    "loss": "Lost",
    "destruction": "Destroyed",
    "count": "Counted",
}


class NotPossible(Exception):
    """There is not so much, or it cannot be taken like this; the words say which."""


def whole(mg: Decimal, unit_mg: Decimal) -> int:
    """How many units hold so many milligrams, the last one perhaps in part."""
    return int((mg / unit_mg).to_integral_value(rounding=ROUND_CEILING))


def possible(balance: Balance, change: Change) -> Change:
    """The same change, when the lot can bear it."""
    if fault := balance.after(change).fault:
        raise NotPossible(f"Not enough of this lot: {fault}.")
    return change


def take_in(balance: Balance, *, units: int) -> Change:
    """A delivery of sealed units."""
    if units < 1:
        raise NotPossible("Give the number of units that came, at least one.")
    return Change(units=units, mg=units * balance.unit_mg)


def give(
    balance: Balance,
    *,
    dose_mg: Decimal,
    out_here_mg: Decimal = NONE,
    taken_mg: Decimal | None = None,
    splits: bool,
) -> Change:
    """A dose: first from what this session has out of the lot, the rest from the cabinet.

    `taken_mg` is what was taken from the cabinet for it, when more than was needed; the surplus
    stays out until it is wasted or put back. What does not split comes in whole units.
    """
    if dose_mg <= 0:
        raise NotPossible("Give the milligrams, more than none.")
    need = max(NONE, dose_mg - out_here_mg)
    if taken_mg is None:
        taken_mg = need if splits else whole(need, balance.unit_mg) * balance.unit_mg
    if taken_mg < need:
        raise NotPossible(f"{said(taken_mg)} taken out is less than the {said(need)} it needs.")
    if not splits and taken_mg % balance.unit_mg:
        raise NotPossible(f"It comes in whole units of {said(balance.unit_mg)}.")
    from_sealed = taken_mg - balance.open_mg if splits else taken_mg
    opened = whole(max(NONE, from_sealed), balance.unit_mg)
    return possible(balance, Change(units=-opened, mg=-dose_mg, out_mg=taken_mg - dose_mg))


def waste(balance: Balance, *, mg: Decimal, out_here_mg: Decimal) -> Change:
    """Part of what the session has out is made unusable."""
    refuse_beyond(mg, out_here_mg)
    return possible(balance, Change(mg=-mg, out_mg=-mg))


def put_back(balance: Balance, *, mg: Decimal, out_here_mg: Decimal, splits: bool) -> Change:
    """What the session has out and did not use goes back into the cabinet.

    From an opened unit only where it splits; else in whole units that were not opened.
    """
    refuse_beyond(mg, out_here_mg)
    if splits:
        return possible(balance, Change(out_mg=-mg))
    if mg % balance.unit_mg:
        raise NotPossible(
            f"Part of a unit of {said(balance.unit_mg)} cannot be kept for somebody else: waste it."
        )
    return possible(balance, Change(units=int(mg / balance.unit_mg), out_mg=-mg))


def refuse_beyond(mg: Decimal, out_here_mg: Decimal) -> None:
    if mg <= 0:
        raise NotPossible("Give the milligrams, more than none.")
    if mg > out_here_mg:
        raise NotPossible(f"Only {said(out_here_mg)} of this lot is out with the session.")


def remove(balance: Balance, *, units: int, open_mg: Decimal = NONE) -> Change:
    """Stock leaves the cabinet: so many sealed units, and so much of what is opened."""
    if units < 0 or open_mg < 0 or not (units or open_mg):
        raise NotPossible("Say how much: sealed units, opened milligrams, or both.")
    if open_mg > balance.open_mg:
        raise NotPossible(f"Only {said(balance.open_mg)} of this lot lies there opened.")
    return possible(balance, Change(units=-units, mg=-(units * balance.unit_mg + open_mg)))


def release(balance: Balance, *, units: int) -> Change:
    """Whole units go home with a person; what is not taken there does not come back [CSL-12]."""
    if units < 1:
        raise NotPossible("Give the number of units that are released, at least one.")
    return remove(balance, units=units)


def correct_dose(
    balance: Balance,
    *,
    was_mg: Decimal,
    is_mg: Decimal,
    out_here_mg: Decimal = NONE,
    wasted_here_mg: Decimal = NONE,
    splits: bool,
) -> Change:
    """The difference when a dose was mistyped; too much written down is out again.

    Of a unit that does not split, what was given more cannot have been wasted as well: no other
    unit is opened for it.
    """
    if is_mg < 0:
        raise NotPossible("A dose cannot be less than none.")
    if is_mg <= was_mg:
        back = was_mg - is_mg
        return possible(balance, Change(mg=back, out_mg=back))
    beyond = max(NONE, is_mg - was_mg - out_here_mg)
    if wasted_here_mg and not splits and beyond % balance.unit_mg:
        raise NotPossible(
            f"{said(wasted_here_mg)} of this lot are written down as wasted, and {said(beyond)} of "
            "them would have been given: correct that waste first, then the dose."
        )
    return give(balance, dose_mg=is_mg - was_mg, out_here_mg=out_here_mg, splits=splits)
