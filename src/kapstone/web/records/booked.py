"""What the medicine sessions to come of a course have booked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kapstone.web.records.models import Course, Place, SessionPlan


def booked_sessions(course: Course, now: datetime) -> list[tuple[Any, str]]:
    """The sessions to come of a course with what each has booked."""
    ahead = SessionPlan.objects.standing().filter(
        session__course=course, cancelled=False, planned_for__gte=now
    )
    rows = ahead.select_related("session").order_by("planned_for")
    return [(row, booked_words(row)) for row in rows]


def booked_words(plan: SessionPlan) -> str:
    """The places and people of a plan in one line; empty when it has none."""
    parts = list(plan.parts.select_related("who").order_by("starts_at", "pk"))
    here = Place.objects.standing().filter(pk__in=[row.place_id for row in parts if row.place_id])
    names = dict(here.values_list("pk", "name"))
    said = [
        names.get(row.place_id, "") if row.place_id else row.who.signed_name
        for row in parts
        if row.part != "recovery"
    ]
    return ", ".join(said)
