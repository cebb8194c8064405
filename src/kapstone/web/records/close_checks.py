"""Whether somebody is checked more often while the medicine runs [MON-IV-04]."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from kapstone import monitoring
from kapstone.pathway.resting import layer
from kapstone.web.records import facts
from kapstone.web.records.models import Session


def asked_for(session: Session, route: str, resting: Mapping[str, float], *, now: datetime) -> bool:
    """Whether anything known of the person asks for it; what is not known does not."""
    if not monitoring.has_closer(route):
        return False
    course, person = session.course, session.course.person
    age = person.age(now.astimezone(person.practice.zone).date())
    known = facts.collect(course, now=now).get("hypertension_diagnosed")
    taken = facts.medicines(course) or []
    return monitoring.needs_closer(
        age=age,
        hypertension=bool(known.value) if known else None,
        green_at_rest=green(resting, age),
        medicine_classes={name for each in taken for name in each.classes},
    )


def green(resting: Mapping[str, float], age: int | None) -> bool | None:
    """Whether the pressure at rest is inside its limit; None when it lacks a figure."""
    systolic, diastolic = resting.get("systolic_bp"), resting.get("diastolic_bp")
    if systolic is None or diastolic is None:
        return None
    return layer(systolic, diastolic, age) == "green"
