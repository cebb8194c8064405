"""What speaks against taking what a device told, and when the medicine began."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kapstone import devices, monitoring
from kapstone.web.records.lengths import span
from kapstone.web.records.models import BedsideReading, Phase, Session


def doubts(
    row: BedsideReading, session: Session, *, started: datetime | None, now: datetime
) -> tuple[str, ...]:
    """What speaks against taking it with one tap, one sentence each; empty when nothing does."""
    found = [*whose(row, session), *(f"{each}." for each in monitoring.implausible(row.signs))]
    if not devices.is_fresh(row.at, now):
        found.append(f"It is {span(now - row.at)} old.")
    if started is not None and row.at < started:
        found.append("It was taken before the medicine started.")
    return tuple(found)


def whose(row: BedsideReading, session: Session) -> Sequence[str]:
    """What is to be said where the device does not plainly measure the person of the session."""
    person = session.course.person
    known = devices.Whose(
        number=person.number, family=person.family, given=person.given, born=person.birth_date
    )
    return not_plainly(row.told(), known)


def not_plainly(told: devices.PatientTold, known: devices.Whose) -> Sequence[str]:
    """That the device names somebody else, or may; nothing when it names nobody or this person."""
    match devices.compare(told, known):
        case "other":
            return (f"The device names somebody else: {told.words}.",)
        case "unsure":
            return (f"The device names {told.words}, which may be somebody else.",)
        case _:
            return ()


def started_at(session: Session) -> datetime | None:
    """When the medicine began; None before."""
    row = Phase.objects.standing().filter(session=session, phase="started").order_by("at").first()
    return row.at if row else None
