"""The card that a person takes home: what holds until tomorrow, whom to call, what comes next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from kapstone import documents, monitoring
from kapstone.web.records import calling, helping, session_facts
from kapstone.web.records.models import Appointment, Discharge, Session

Fact = tuple[str, str]
NO_NUMBER = "no number of the practice is on file: ask us before you leave"
ELSEWHERE = "the emergency number where you are"
NOT_BOOKED = "not booked yet: ask us"


def of(session: Any) -> documents.HomeCard | None:
    """The card of a session (with its story); None until its discharge is signed."""
    signed = Discharge.objects.standing().filter(session=session).first()
    if signed is None:
        return None
    person = session.course.person
    route = session.order_route or session.route
    return documents.HomeCard(
        title="Going home",
        practice=str(person.practice),
        facts=[*facts(session, signed)],
        parts=[*parts(route, helping.at_hand(person.practice, person), tomorrow(signed.at))],
        written_at=timezone.localtime(signed.at).replace(microsecond=0),
    )


def facts(session: Any, signed: Discharge) -> Iterator[Fact]:
    """Whose card it is, who takes them home, whom to call and when, and what comes next."""
    person = session.course.person
    route = monitoring.route_named(session.order_route or session.route)
    at_hand = helping.at_hand(person.practice, person)
    yield "You", person.name
    yield "Today", f"{when(signed.at)}: ketamine {route.person}"
    yield "Takes you home", escort(signed)
    yield "Call us", whom_to_call(session, signed.at)
    yield "Emergency", at_hand.emergency or ELSEWHERE
    yield "Next visit", following(session, signed.at) or NOT_BOOKED


def whom_to_call(session: Session, at: datetime) -> str:
    """Whoever is on call for the session first, then the office line and its hours."""
    found = calling.lines(session, now=at)
    said = (f"{each.phone}, {each.when}" if each.when else each.phone for each in found)
    return "; ".join(said) or NO_NUMBER


def escort(signed: Discharge) -> str:
    said = ", ".join(filter(None, (signed.escort_name, signed.escort_phone)))
    return said or "nobody is on record"


def parts(route: str, at_hand: helping.Help, until: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """A heading and its lines; tomorrow has its date, since the card is read on other days too."""
    yield f"Until tomorrow, {until}", monitoring.advice(route, "rules")
    yield "What is normal", monitoring.advice(route, "normal")
    yield "Call us if", monitoring.advice(route, "call")
    number = at_hand.emergency or ELSEWHERE
    yield f"Call {number} at once if", monitoring.advice(route, "emergency")
    if at_hand.lines:
        yield "Thoughts of suicide, day or night", at_hand.lines


def following(session: Session, after: datetime) -> str:
    """The next thing that is agreed with the person, an appointment or a session; empty if none."""
    booked = Appointment.objects.standing().filter(
        course=session.course, cancelled=False, starts_at__gt=after
    )
    others = session_facts.with_story(Session.objects.standing().filter(course=session.course))
    planned = others.filter(planned_for__gt=after).exclude(cancelled=True).exclude(pk=session.pk)
    found = [(row.starts_at, row.kind.replace("_", " ")) for row in booked]
    found += [(row.planned_for, f"medicine session {row.number}") for row in planned]
    return f"{when(min(found)[0])}, {min(found)[1]}" if found else ""


def tomorrow(moment: datetime) -> str:
    local = timezone.localtime(moment) + timedelta(days=1)
    return f"{local:%A} {local.day} {local:%B}"


def when(moment: datetime) -> str:
    local = timezone.localtime(moment)
    return f"{local:%A} {local.day} {local:%B}, {local:%H:%M}"
