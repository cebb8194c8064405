"""What speaks against taking what a device told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kapstone import devices, monitoring
from kapstone.web.records.lengths import span
from kapstone.web.records.models import BedsideReading, Session


def doubts(
    row: BedsideReading,
    session: Session,
    *,
    started: datetime | None,
    home: datetime | None,
    now: datetime,
) -> tuple[str, ...]:
    """What speaks against taking it with one tap, one sentence each; empty when nothing does.

    `started` is when the medicine began, `home` when the person went home; None is not yet.
    """
    found = [*whose(row, session), *(f"{each}." for each in monitoring.implausible(row.signs))]
    found += [note for note in row.notes if note in devices.UNPLACED]
    if not devices.is_fresh(row.at, now):
        found.append(f"It is {span(now - row.at)} old.")
    if started is not None and row.at < started:
        found.append("It was taken before the medicine started.")
    if home is not None and row.at > home:
        found.append("It was taken after the person went home.")
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
