"""The doses of a session in words: what was given, where it came from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from kapstone import monitoring, register
from kapstone.register import said
from kapstone.web.records import beyond, cut_short, session_facts
from kapstone.web.records.models import DoseGiven, Order, Session

SECOND = ("booster", "second_injection")


def of(session: Session) -> list[dict[str, Any]]:
    """The doses that stand, in the order they were given; one taken back is not shown."""
    rows: Any = DoseGiven.objects.standing().filter(session=session, amount_mg__gt=0)
    found = rows.select_related("by", "corrects").order_by("at", "pk")
    short, marks = cut_short.of(session), beyond.marks_of(session)
    return [
        {
            "row": each,
            "says": says_beside(each, short),
            "lot": lot_of(each),
            "short": short,
            "beyond": beyond.mark_of(each, marks),
        }
        for each in found
    ]


def line_of(told: dict[str, Any]) -> str:
    """One of the doses as the session's log says it, with the words that were written of it."""
    words = f"; written beside it: {told['row'].words}" if told["row"].words else ""
    return f"{told['says']}; {told['lot']}{words}"


def says_beside(dose: DoseGiven, short: cut_short.CutShort | None) -> str:
    """The dose, and beside an infusion that was stopped early what its pump says went in."""
    beside = short if dose.kind == "infusion" else None
    return f"{says(dose)} charted; {beside.says}" if beside else says(dose)


def given_mg(session: Session) -> Decimal:
    """The milligrams of all doses of the session that stand."""
    rows = DoseGiven.objects.standing().filter(session=session)
    return sum((row.amount_mg for row in rows), start=Decimal(0))


def given_beside(session: Session, dose: DoseGiven | None) -> tuple[Decimal, Decimal]:
    """The milligrams beside a dose that is corrected: those given until then, and all of them.

    Without such a dose both are everything that was given.
    """
    rows = DoseGiven.objects.standing().filter(session=session)
    if dose is None:
        given = given_mg(session)
        return given, given
    others = rows.exclude(pk=dose.pk).values_list("at", "amount_mg")
    before = sum((mg for at, mg in others if at <= dose.at), start=Decimal(0))
    return before, sum((mg for _, mg in others), start=Decimal(0))


def given_in(sessions: Iterable[int]) -> dict[int, Decimal]:
    """The same of several, by session; one in which no dose was charted is left out."""
    found: dict[int, Decimal] = {}
    for row in DoseGiven.objects.standing().filter(session__in=sessions):
        found[row.session_id] = found.get(row.session_id, Decimal(0)) + row.amount_mg
    return found


def first_and_last(session: Session) -> tuple[datetime | None, datetime | None]:
    """When the first and the last charted dose of the session were given."""
    rows = DoseGiven.objects.standing().filter(session=session, amount_mg__gt=0)
    times = [*rows.order_by("at").values_list("at", flat=True)]
    return (times[0], times[-1]) if times else (None, None)


def ordered_mg(order: Order) -> Decimal:
    """The first dose, and what was ordered on top of it."""
    return order.dose_mg + (order.booster_mg or Decimal(0))


def parts_given(session: Session, order: Order) -> tuple[Decimal, Decimal]:
    """What was given of the first dose, and of the second that was ordered in advance.

    A dose charted while the first is not all given belongs to it, above its milligrams too; one
    that is called a second dose only up to them.
    """
    rows = DoseGiven.objects.standing().filter(session=session, amount_mg__gt=0)
    first = second = Decimal(0)
    for kind, mg in rows.order_by("at", "pk").values_list("kind", "amount_mg"):
        open_mg = max(Decimal(0), order.dose_mg - first)
        own = mg if open_mg and kind not in SECOND else min(mg, open_mg)
        first, second = first + own, second + mg - own
    return first, second


def runs_still(session: Session, now: datetime) -> str:
    """That an infusion is charted whole while its pump still runs; empty when none does."""
    giving = session_facts.giving(session)
    end, infusion = giving.infusion_end, giving.infusion
    rows = DoseGiven.objects.standing().filter(session=session, kind="infusion", amount_mg__gt=0)
    if infusion is None or end is None or now >= end or not rows.exists():
        return ""
    gone = f"{float(monitoring.went_in(infusion, now)):.1f}".removesuffix(".0")
    return f", charted; the infusion still runs: about {gone} mg of it are in"


def beside_order(session: Session, order: Order | None, *, now: datetime) -> tuple[str, bool]:
    """Each part of the order with what was given of it, in words; and whether one is above it."""
    if order is None:
        return "", False
    short = cut_short.of(session)
    if short:
        return beside_cut_short(session, order, short), True
    first, second = parts_given(session, order)
    going = runs_still(session, now)
    over = first > order.dose_mg or second > (order.booster_mg or 0)
    if not order.booster_mg:
        return f"{said(first + second)} of {said(order.dose_mg)} ordered{going}", over
    one = f"first dose {said(first)} of {said(order.dose_mg)} ordered"
    return f"{one}; a second: {said(second)} of at most {said(order.booster_mg)}{going}", over


def beside_cut_short(session: Session, order: Order, short: cut_short.CutShort) -> str:
    """What went in of an infusion that was stopped early, and what was given besides it."""
    charted, ordered = said(short.charted_mg), said(order.dose_mg)
    says = f"{short.says}; {charted} charted, {ordered} ordered"
    rest = given_mg(session) - short.charted_mg
    second = f" of at most {said(order.booster_mg)}" if order.booster_mg else ""
    if not rest and not second:
        return says
    total = f"; about {said(short.in_mg + rest)} in all" if rest else ""
    return f"{says}; besides it: {said(rest)}{second}{total}"


def gate_of(
    session: Session, order: Order, *, now: datetime, but: DoseGiven | None = None
) -> monitoring.BoosterGate:
    """Where the second dose of an order stands: what is beyond the first dose counts as of it.

    `but` is a dose that is left out: the one that is being corrected.
    """
    rows = DoseGiven.objects.standing().filter(session=session, amount_mg__gt=0)
    given = [each for each in rows.order_by("at", "pk") if but is None or each.pk != but.pk]
    beyond = sum((row.amount_mg for row in given), start=Decimal(0)) - order.dose_mg
    named = sum((row.amount_mg for row in given if row.kind == "booster"), start=Decimal(0))
    return monitoring.booster_gate(
        booster_mg=order.booster_mg,
        after_min=order.booster_after_min,
        first_at=given[0].at if given else None,
        given_mg=max(Decimal(0), beyond, named),
        now=now,
    )


def says(dose: DoseGiven) -> str:
    """`First injection 50 mg, left deltoid`; a lozenge with how long it was held."""
    parts = [f"{register.dose_kinds()[dose.kind].label} {register.said(dose.amount_mg)}", dose.site]
    if dose.hold_min is not None:
        parts.append(f"held {dose.hold_min} min")
    if dose.spat is not None:
        parts.append("spat out" if dose.spat else "swallowed")
    return ", ".join(part for part in parts if part)


def lot_of(dose: DoseGiven) -> str:
    """Where it came from, in words."""
    if dose.source == "own":
        return "their own prescription"
    if dose.source == "later":
        return "lot still to be written"
    if dose.source == "release":
        return "released for home"
    row: Any = dose
    while row is not None:
        if line := row.lines.select_related("holding").first():
            return f"lot {line.holding.lot}"
        row = row.corrects
    return "not from the register"
