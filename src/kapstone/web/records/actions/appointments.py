"""Deeds of the calendar: a time is agreed or called off, and the person is told by mail."""

from __future__ import annotations

from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from kapstone.web.accounts.models import User
from kapstone.web.records import outbox, taken
from kapstone.web.records.actions import booking, courses, session_booking, sessions
from kapstone.web.records.actions.booking import said
from kapstone.web.records.actions.places import FOR_TALK, hold_calendar
from kapstone.web.records.actions.session_booking import SessionBooking, carried
from kapstone.web.records.models import (
    Appointment,
    Course,
    Person,
    Place,
    Session,
    SessionPlan,
    TimeLink,
)
from kapstone.web.records.reaching import digest
from kapstone.web.records.refusals import Refused

SECRET_BYTES = 24


@transaction.atomic
def agree(
    course: Course, *, starts_at: datetime, at: datetime, by: User, **also: Any
) -> Appointment:
    """Book a time and write to the person.

    `place` is a room to meet in; it is never double. `anyway` lets people overlap.
    """
    row = book_free(course, starts_at=starts_at, at=at, by=by, **also)
    tell(course.person, "agreed", starts_at, link=new_link(row, at=at, by=by))
    return row


@transaction.atomic
def move(
    appointment: Appointment, *, starts_at: datetime, at: datetime, by: User, anyway: bool = False
) -> Appointment:
    """The same meeting at another time, with the same person of staff in the same room."""
    hold_calendar(appointment.course.person.practice_id)
    refuse_gone(appointment)
    refuse_no_move(appointment, starts_at, at)
    same = {name: getattr(appointment, name) for name in ("kind", "minutes", "room", "who")}
    row = book_free(
        appointment.course,
        starts_at=starts_at,
        place=place_of(appointment),
        anyway=anyway,
        corrects=appointment,
        at=at,
        by=by,
        **same,
    )
    link = new_link(row, at=at, by=by)
    tell(row.course.person, "moved", row.starts_at, appointment.starts_at, link=link)
    return row


def refuse_gone(appointment: Appointment) -> None:
    if not Appointment.objects.standing().filter(pk=appointment.pk, cancelled=False).exists():
        raise Refused("not-standing", "This appointment was already called off or moved.")


def refuse_no_move(appointment: Appointment, starts_at: datetime, at: datetime) -> None:
    if appointment.starts_at <= at:
        raise Refused("over", "This time has begun or is over; book a new one instead.")
    if starts_at == appointment.starts_at:
        raise Refused("same-time", "This is the time that it has now; choose another one.")


def place_of(appointment: Appointment) -> Place | None:
    part = appointment.parts.select_related("place").first()
    return part.place if part else None


def book_free(
    course: Course, *, starts_at: datetime, at: datetime, by: User, **also: Any
) -> Appointment:
    """Write the appointment and its room, under the practice's lock, once all of it is free."""
    practice = hold_calendar(course.person.practice_id)
    place, anyway = also.pop("place", None), also.pop("anyway", False)
    minutes, moved = also["minutes"], also.get("corrects")
    ends_at = starts_at + timedelta(minutes=minutes)
    booking.refuse_unfit_place(course, place, FOR_TALK, ends_at)
    wanted = taken.of_appointment(course, starts_at, minutes, also.get("who"), place)
    booking.refuse_taken(course, wanted, at=at, but=moved, anyway=anyway)
    if place and not also.get("room"):
        also["room"] = Place.objects.standing().get(pk=place.pk, practice=practice).name
    row = courses.book(course, starts_at=starts_at, at=at, by=by, **also)
    booking.write_parts(row, course.person, wanted, at=at, by=by)
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
    """Move a medicine session or call it off, and write to the person when its time changed.

    The places and people that it has booked move with it, or it is not moved.
    """
    hold_calendar(session.course.person.practice_id)
    wanted = carried(session, plan, at=at)
    row = sessions.move_session(session, at=at, by=by, **plan)
    booking.write_parts(row, session.course.person, wanted, at=at, by=by)
    tell_of_session(row, at=at, by=by)
    return row


@transaction.atomic
def book_session(
    course: Course, asked: SessionBooking, *, at: datetime, by: User, anyway: bool = False
) -> Session:
    """Book a medicine session with all it takes, and write to the person."""
    session = session_booking.book_session(course, asked, at=at, by=by, anyway=anyway)
    link = new_link(sessions.plan_of(session), at=at, by=by)
    tell(course.person, "agreed", asked.starts_at, link=link)
    return session


@transaction.atomic
def rebook_session(
    session: Session, asked: SessionBooking, *, at: datetime, by: User, anyway: bool = False
) -> SessionPlan:
    """Book other places, people or another time for it, and write when its time changed."""
    row = session_booking.rebook_session(session, asked, at=at, by=by, anyway=anyway)
    tell_of_session(row, at=at, by=by)
    return row


def tell_of_session(row: SessionPlan, *, at: datetime, by: User) -> None:
    """Write to the person of a move or of what was called off, unless it is over."""
    person = row.session.course.person
    before = SessionPlan.objects.get(corrected_by=row).planned_for
    if row.cancelled and before > at:
        tell(person, "called off", before)
    elif not row.cancelled and row.planned_for > at and row.planned_for != before:
        tell(person, "moved", row.planned_for, before, link=new_link(row, at=at, by=by))


def new_link(row: Appointment | SessionPlan, *, at: datetime, by: User) -> str:
    """A secret address by which the person asks for another time; only its hash is kept."""
    head = {"appointment": row} if isinstance(row, Appointment) else {"plan": row}
    starts_at = row.starts_at if isinstance(row, Appointment) else row.planned_for
    course = row.course if isinstance(row, Appointment) else row.session.course
    if not course.person.email or starts_at <= at:
        return ""
    secret = token_urlsafe(SECRET_BYTES)
    TimeLink.objects.create(
        **head,
        person=course.person,
        token_hash=digest(secret),
        expires_at=starts_at,
        at=at,
        by=by,
    )
    return settings.SITE_ADDRESS + reverse("another_time", args=[secret])


def tell(
    person: Person, what: str, when: datetime, before: datetime | None = None, link: str = ""
) -> None:
    """Write the day and the hour; the mail names no treatment and no reason for care."""
    if not person.email:
        return
    words = {
        "person": person,
        "practice": person.practice,
        "what": what,
        "when": said(when, person.practice),
        "before": said(before, person.practice) if before else "",
        "address": settings.SITE_ADDRESS + reverse("enter"),
        "link": link,
    }
    text = render_to_string("mail/appointment.txt", words)
    outbox.put(person.email, subject=f"A note from {person.practice}", text=text)
