"""What was given beyond the order: more, a second dose too soon, under red, or after the end."""

from __future__ import annotations

import logging
from datetime import datetime
from decimal import Decimal

from kapstone import monitoring, register
from kapstone.web.accounts.models import User
from kapstone.web.accounts.roles import PRESCRIBER
from kapstone.web.records import at_home, doses, held_back, session_facts
from kapstone.web.records.actions import readings
from kapstone.web.records.models import DoseGiven, Order, Session
from kapstone.web.records.refusals import SHORTEST_REASON, Refused, refuse_short

logger = logging.getLogger(__name__)

# What a reason of its own answers.
ASKED = frozenset({"over-order", "booster-gate", "red-held", "after-end"})
# What is asked about: its code, and what it says.
Ask = tuple[str, str]


def refuse_beyond_order(
    session: Session,
    mg: Decimal,
    kind: str,
    *,
    words: str,
    at: datetime,
    by: User,
) -> None:
    """More than was ordered, a second dose before its time, or more under a red limit can happen.

    Each is written down with its reason.
    """
    refuse_asked(beyond(session, mg, kind, at=at, by=by), words)


def refuse_asked(asks: list[Ask], words: str) -> None:
    """Refuse what is asked about, all of it at once, unless there is a reason for it."""
    if not asks:
        return
    says = " ".join(each for _, each in asks)
    more = " more was given after that" if "after-end" in dict(asks) else ""
    why = f"Say why{more}, in at least {SHORTEST_REASON} letters."
    refuse_short(words, f"{says} {why}", code=asks[0][0])


def beyond(
    session: Session,
    mg: Decimal,
    kind: str,
    *,
    at: datetime,
    by: User,
    instead_of: DoseGiven | None = None,
) -> list[Ask]:
    """All that is asked about a dose; `instead_of` is the one that it corrects.

    What was given after the corrected one is no part of what had been given by then.
    """
    order = session.order_set.newest()
    if order is None:
        return []
    before, given = doses.given_beside(session, instead_of)
    by_then, total, ordered = before + mg, given + mg, doses.ordered_mg(order)
    asks: list[Ask] = []
    if before < order.dose_mg < by_then and kind not in doses.SECOND and order.booster_mg:
        asks.append(("over-order", above_first(order, by_then)))
    elif total > ordered:
        said = f"{register.said(total)} are given, and {register.said(ordered)} were ordered"
        asks += [*after_end(session, at=at, by=by), ("over-order", f"With this {said}.")]
    elif kind == "booster" or by_then > order.dose_mg:
        asks += after_end(session, at=at, by=by)
        asks += too_soon(session, order, at=at, but=instead_of)
    if before > 0 or kind in doses.SECOND:
        asks += held(session, at)
    return asks


def above_first(order: Order, total: Decimal) -> str:
    return (
        f"With this {register.said(total)} of the first dose are given: above the "
        f"{register.said(order.dose_mg)} that were ordered for it. The second, "
        f"{register.said(order.booster_mg or Decimal(0))}, is a dose of its own."
    )


def too_soon(session: Session, order: Order, *, at: datetime, but: DoseGiven | None) -> list[Ask]:
    """What a second dose still waits for by its order."""
    if at_home.is_at_home(session):
        says = "At home sitter and therapist confirm it first, on the page of that session."
        return [("booster-gate", says)]
    gate = doses.gate_of(session, order, now=at, but=but)
    return [] if gate.opens is True else [("booster-gate", f"{gate.says}.")]


def held(session: Session, at: datetime) -> list[Ask]:
    """What holds more medicine back at that moment: red limits and red notices."""
    found = held_back.by(session, crossed_at(session, at), at)
    if not found:
        return []
    says = "; ".join(each.rstrip(".") for each in found)
    hold = "Hold it until a prescriber has decided. What was given all the same is kept."
    return [("red-held", f"Held back: {says}. {hold}")]


def after_end(session: Session, *, at: datetime, by: User) -> list[Ask]:
    """More than the first dose once the medicine was stopped: a prescriber's, with a reason."""
    stopped = session_facts.giving(session).stopped_at
    if stopped is None or at < stopped:
        return []
    local = stopped.astimezone(session.course.person.practice.zone)
    says = f"The medicine ended at {local:%H:%M}.{crossed(session, at)}"
    if not by.has_role(PRESCRIBER):
        only = "Only a prescriber charts more after that, and why."
        raise Refused("not-prescriber", f"{says} {only}")
    return [("after-end", says)]


def crossed(session: Session, at: datetime) -> str:
    """The limits that the last readings have crossed, to stand beside the warning."""
    found = crossed_at(session, at)
    if found is None:
        return f" {held_back.NOT_COMPARED}"
    names = "; ".join(each.says for each in found)
    return f" Limits are crossed: {names}." if names else ""


def crossed_at(session: Session, at: datetime) -> tuple[monitoring.Crossed, ...] | None:
    """The limits that the readings until then have crossed; None where a fault hides it."""
    try:
        return readings.watch_at(session, at).crossed
    except readings.JUDGING_FAULTS:
        logger.exception("session %s could not be compared with the limits", session.pk)
        return None
