"""Whether the first contact after a medicine session is agreed before the dose, and with whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kapstone.pathway import integration
from kapstone.web.accounts.models import User
from kapstone.web.records.models import Appointment, CareTeam, Course

KIND = "integration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """The first time that was agreed after a session; `state` says whether it is in the window."""

    state: integration.BookedState
    appointment: Appointment | None
    closes_at: datetime | None

    @property
    def is_missing(self) -> bool:
        return self.state != "booked"


def of_sessions(sessions: Iterable[Any]) -> dict[int, Agreed]:
    """By session, which has its story; one query for all."""
    found = list(sessions)
    rows = Appointment.objects.standing().filter(
        course__in={each.course_id for each in found}, kind=KIND, cancelled=False
    )
    by_course: dict[int, list[Appointment]] = {}
    for row in rows.select_related("who").order_by("starts_at", "pk"):
        by_course.setdefault(row.course_id, []).append(row)
    return {each.pk: of_session(each, by_course.get(each.course_id, [])) for each in found}


def of_session(session: Any, booked: Iterable[Appointment]) -> Agreed:
    """The earliest after the planned hour; `booked` is in the order of time."""
    planned, rows = session.planned_for, list(booked)
    after = (row for row in rows if planned is not None and row.starts_at > planned)
    return Agreed(
        state=integration.contact_booked(planned, [row.starts_at for row in rows]),
        appointment=next(after, None),
        closes_at=None if planned is None else planned + integration.contact_window().closes,
    )


def offered(session: Any) -> datetime | None:
    """A time to offer, on the practice's clock; None while no hour is planned."""
    if session.planned_for is None:
        return None
    zone = session.course.person.practice.zone
    return integration.offered_contact(session.planned_for.astimezone(zone))


def therapist_of(course: Course) -> User | None:
    team = CareTeam.objects.newest(course=course)
    return team.therapist if team else None
