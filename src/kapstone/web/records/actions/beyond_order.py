"""What was given beyond the order: more of it, a second dose too soon, or one after the end."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from kapstone import register
from kapstone.web.accounts.models import User
from kapstone.web.accounts.roles import PRESCRIBER
from kapstone.web.records import at_home, doses, session_facts
from kapstone.web.records.actions import readings
from kapstone.web.records.models import Session
from kapstone.web.records.refusals import SHORTEST_REASON, Refused, refuse_short


def refuse_beyond_order(
    session: Session, mg: Decimal, kind: str, *, words: str, at: datetime, by: User
) -> None:
    """More than was ordered, or a second dose before its time, can have happened.

    Either is written down with its reason.
    """
    order = session.order_set.newest()
    if order is None:
        return
    given = doses.given_mg(session)
    total, ordered = given + mg, doses.ordered_mg(order)
    why = f"Say why, in at least {SHORTEST_REASON} letters."
    if given < order.dose_mg < total and kind not in doses.SECOND and order.booster_mg:
        refuse_short(
            words,
            f"With this {register.said(total)} of the first dose are given: above the "
            f"{register.said(order.dose_mg)} that were ordered for it. The second, "
            f"{register.said(order.booster_mg)}, is a dose of its own. {why}",
            code="over-order",
        )
    elif total > ordered:
        refuse_after_end(session, words=words, at=at, by=by)
        refuse_short(
            words,
            f"With this {register.said(total)} are given, and {register.said(ordered)} were "
            f"ordered. {why}",
            code="over-order",
        )
    elif kind == "booster" or total > order.dose_mg:
        refuse_after_end(session, words=words, at=at, by=by)
        gate = doses.gate_of(session, order, now=at)
        if at_home.is_at_home(session):
            says = "At home sitter and therapist confirm it first, on the page of that session"
            refuse_short(words, f"{says}. {why}", code="booster-gate")
        elif gate.opens is not True:
            refuse_short(words, f"{gate.says}. {why}", code="booster-gate")


def refuse_after_end(session: Session, *, words: str, at: datetime, by: User) -> None:
    """More than the first dose once the medicine was stopped: a prescriber's, with a reason."""
    stopped = session_facts.giving(session).stopped_at
    if stopped is None or at < stopped:
        return
    local = stopped.astimezone(session.course.person.practice.zone)
    says = f"The medicine ended at {local:%H:%M}.{crossed(session, at)}"
    if not by.has_role(PRESCRIBER):
        raise Refused("after-end", f"{says} Only a prescriber charts more after that, and why.")
    refuse_short(
        words,
        f"{says} Say why more was given after that, in at least {SHORTEST_REASON} letters.",
        code="after-end",
    )


def crossed(session: Session, at: datetime) -> str:
    """The limits that the last readings have crossed, to stand beside the warning."""
    try:
        found = readings.watch_at(session, at).crossed
    except readings.JUDGING_FAULTS:
        return " The readings could not be compared with the limits."
    names = "; ".join(each.says for each in found)
    return f" Limits are crossed: {names}." if names else ""
