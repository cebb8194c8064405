"""The preparation sessions of a plan, one by one: held, agreed for a time, or still to come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kapstone.web.records.models import Appointment, Course, Preparation, Roadmap


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """One preparation session; neither `held` nor `booked` is still to come."""

    number: int
    held: Preparation | None = None
    booked: Appointment | None = None
    planned: bool = True


def of(course: Course, *, now: datetime) -> tuple[Meeting, ...]:
    """As many as the plan says, and those beyond it; without a plan those that are known."""
    plan = Roadmap.objects.newest(course=course)
    planned = plan.preparation if plan else 0
    known: list[Preparation | Appointment] = [*held(course), *booked(course, now)]
    places = max(len(known), planned)
    rows = [*known, *[None] * (places - len(known))]
    return tuple(
        Meeting(
            number=number,
            held=row if isinstance(row, Preparation) else None,
            booked=row if isinstance(row, Appointment) else None,
            planned=number <= planned,
        )
        for number, row in enumerate(rows, start=1)
    )


def held(course: Course) -> list[Preparation]:
    rows = Preparation.objects.standing().filter(course=course, held=True)
    return list(rows.select_related("by").order_by("at", "pk"))


def booked(course: Course, now: datetime) -> list[Appointment]:
    """The times agreed that are still to come."""
    rows = Appointment.objects.standing().filter(course=course, kind="preparation")
    ahead = rows.filter(cancelled=False, starts_at__gt=now).select_related("who")
    return list(ahead.order_by("starts_at", "pk"))
