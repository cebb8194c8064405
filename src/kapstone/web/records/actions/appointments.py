"""Deeds of the calendar: a time is agreed or called off, and the person is told by mail."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse

from kapstone.web.accounts.models import Practice, User
from kapstone.web.records import outbox
from kapstone.web.records.actions import courses, sessions
from kapstone.web.records.models import Appointment, Course, Person, Session, SessionPlan
from kapstone.web.records.refusals import Refused

LONGEST = timedelta(hours=8)


@transaction.atomic
def agree(
    course: Course, *, starts_at: datetime, at: datetime, by: User, **also: Any
) -> Appointment:
    """Book a time and write to the person; `anyway` lets it overlap with another one."""
    # The practice's row is the lock: two desks at once must not both find the hour free.
    Practice.objects.select_for_update(no_key=True).get(pk=course.person.practice_id)
    if not also.pop("anyway", False):
        refuse_overlap(course, starts_at, also["minutes"], also.get("who"))
    row = courses.book(course, starts_at=starts_at, at=at, by=by, **also)
    tell(course.person, "agreed", starts_at)
    return row


@transaction.atomic
def call_off(appointment: Appointment, *, at: datetime, by: User) -> Appointment:
    """Call a time off and write to the person, unless it is already over."""
    row = courses.cancel(appointment, at=at, by=by)
    if row.starts_at > at:
        tell(row.course.person, "called off", row.starts_at)
    return row


@transaction.atomic
def move_session(session: Session, *, at: datetime, by: User, **plan: Any) -> SessionPlan:
    """Move a medicine session or call it off, and write to the person when its time changed."""
    row = sessions.move_session(session, at=at, by=by, **plan)
    before = SessionPlan.objects.get(corrected_by=row).planned_for
    person = session.course.person
    if row.cancelled and before > at:
        tell(person, "called off", before)
    elif not row.cancelled and row.planned_for > at and row.planned_for != before:
        tell(person, "moved", row.planned_for, before)
    return row


def refuse_overlap(course: Course, starts_at: datetime, minutes: int, who: User | None) -> None:
    """Neither the person nor the member of staff is in two places at once, unless meant so."""
    ends_at = starts_at + timedelta(minutes=minutes)
    both = Q(course__person=course.person_id) | (Q(who=who) if who else Q(pk__in=[]))
    near = Appointment.objects.standing().filter(
        both, cancelled=False, starts_at__gt=starts_at - LONGEST, starts_at__lt=ends_at
    )
    for other in near.select_related("course__person", "who").order_by("starts_at"):
        if other.starts_at + timedelta(minutes=other.minutes) > starts_at:
            raise Refused("overlaps", overlap_words(course, other))


def overlap_words(course: Course, other: Appointment) -> str:
    mine = other.course.person_id == course.person_id
    busy = course.person.name if mine or other.who is None else other.who.signed_name
    local = other.starts_at.astimezone(course.person.practice.zone)
    hour = f"{local:%H:%M}, {other.minutes} min"
    return f"{busy} is already booked then ({hour}). Choose another time, or tick below."


def tell(person: Person, what: str, when: datetime, before: datetime | None = None) -> None:
    """Write the day and the hour; the mail names no treatment and no reason for care."""
    if not person.email:
        return
    words = {
        "person": person,
        "practice": person.practice,
        "what": what,
        "when": said(when, person),
        "before": said(before, person) if before else "",
        "address": settings.SITE_ADDRESS + reverse("enter"),
    }
    text = render_to_string("mail/appointment.txt", words)
    outbox.put(person.email, subject=f"A note from {person.practice}", text=text)


def said(moment: datetime, person: Person) -> str:
    """Day and hour on the practice's clock."""
    local = moment.astimezone(person.practice.zone)
    return f"{local:%A}, {local.day} {local:%B}, {local:%H:%M}"
