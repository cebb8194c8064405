"""A dose that was given beyond its order, with its reason: the prescriber is told of it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from kapstone.web.accounts.models import User
from kapstone.web.records import beyond, doses
from kapstone.web.records.actions.beyond_order import refuse_beyond_order
from kapstone.web.records.actions.notices import new_notice
from kapstone.web.records.models import DoseGiven, Session
from kapstone.web.records.refusals import Refused


def asked_of(session: Session, mg: Decimal, kind: str, *, at: datetime, by: User) -> Refused | None:
    """What a dose beyond its order is asked a reason for; None for one within it."""
    try:
        refuse_beyond_order(session, mg, kind, words="", at=at, by=by)
    except Refused as why:
        return why if beyond.marks_in(why) else None
    return None


def tell_beyond(dose: DoseGiven, asked: Refused, *, at: datetime) -> None:
    """Tell the prescriber of a dose beyond its order, with the reason; call it inside the deed."""
    person = dose.session.course.person
    clock = dose.at.astimezone(person.practice.zone)
    new_notice(
        person,
        kind=beyond.kind_of(dose),
        level="yellow",
        says=f"{doses.says(dose)} at {clock:%H:%M}: {beyond.marks_in(asked)}",
        do=f"The reason given by {dose.by.signed_name}: {dose.words}",
        session=dose.session,
        at=at,
        by=dose.by,
    )
