"""Deeds of the waiting list: somebody waits, a free time is offered, and the first takes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from kapstone.web.accounts.models import User
from kapstone.web.records import audit, outbox, standby, taken
from kapstone.web.records.actions import appointments, booking
from kapstone.web.records.actions.places import FOR_TALK, hold_calendar
from kapstone.web.records.actions.whose import refuse_strangers_to_course
from kapstone.web.records.models import (
    CalendarSettings,
    Course,
    Outgoing,
    Place,
    Standby,
    TimeOffer,
    TimeTaken,
)
from kapstone.web.records.reaching import digest
from kapstone.web.records.refusals import Refused, is_blank, refuse_nul

LONGEST_REASON = 200
GONE = "This time is not free any more. You keep your place on the list."


@transaction.atomic
def put_on_list(course: Course, told: Mapping[str, Any], *, at: datetime, by: User) -> Standby:
    """The person waits for a time of this kind; once for each kind."""
    refuse_strangers_to_course(course, by)
    Course.objects.locked(course.pk)
    refuse_nul(told["reason"])
    if is_blank(told["reason"]):
        raise Refused("no-reason", "Say in a few words why they wait; the desk reads it.")
    if len(told["reason"]) > LONGEST_REASON:
        raise Refused("long-reason", f"Keep the reason to {LONGEST_REASON} characters.")
    if told["day_part"] not in standby.DAY_PARTS:
        raise Refused("no-day-part", "Choose the part of the day.")
    mine = Standby.objects.standing().filter(course=course, kind=told["kind"], ended=False)
    if mine.exists():
        raise Refused("waits", "They wait for this already; take them off the list first.")
    row: Standby = Standby.objects.create(course=course, **told, at=at, by=by)
    audit.record(by, "put on waiting list", person=course.person, about=f"standby:{row.pk}")
    return row


@transaction.atomic
def take_off_list(row: Standby, *, at: datetime, by: User) -> None:
    """They wait no longer; saying it twice changes nothing."""
    refuse_strangers_to_course(row.course, by)
    hold_calendar(row.course.person.practice_id)
    if Standby.objects.standing().filter(pk=row.pk, ended=False).exists():
        end(row, at=at, by=by)
        person = row.course.person
        audit.record(by, "take off waiting list", person=person, about=f"standby:{row.pk}")


def end(row: Standby, *, at: datetime, by: User) -> None:
    Standby.objects.create(**row.but(ended=True), at=at, by=by)


@transaction.atomic
def offer_time(
    row: Standby,
    *,
    starts_at: datetime,
    who: User | None,
    place: Place | None,
    secret: str,
    at: datetime,
    by: User,
) -> TimeOffer:
    """Write to somebody who waits that a time is free; whoever takes it first has it."""
    course = row.course
    refuse_strangers_to_course(course, by)
    practice = hold_calendar(course.person.practice_id)
    refuse_unofferable(row, starts_at, at)
    until = starts_at + timedelta(minutes=row.minutes)
    booking.refuse_unfit_place(course, place, FOR_TALK, until)
    wanted = taken.of_appointment(course, starts_at, row.minutes, who, place)
    booking.refuse_taken(course, wanted, at=at)
    hours = CalendarSettings.objects.now(practice).offer_hours
    expires_at = min(at + timedelta(hours=hours), starts_at)
    offer: TimeOffer = TimeOffer.objects.create(
        standby=row,
        starts_at=starts_at,
        place=place,
        who=who,
        token_hash=digest(secret),
        expires_at=expires_at,
        outgoing=put_mail(row, starts_at, expires_at, secret),
        at=at,
        by=by,
    )
    audit.record(by, "offer time", person=course.person, about=f"time_offer:{offer.pk}")
    return offer


def refuse_unofferable(row: Standby, starts_at: datetime, at: datetime) -> None:
    if not Standby.objects.standing().filter(pk=row.pk, ended=False).exists():
        raise Refused("off-the-list", "They are not on the waiting list any more.")
    if row.kind == standby.MEDICINE:
        raise Refused("medicine", "A medicine session is booked by the desk; call them.")
    if not row.course.person.email:
        raise Refused("no-email", "They have no e-mail address; call them.")
    if starts_at <= at:
        raise Refused("in-the-past", "This time has passed.")
    open_ones = TimeOffer.objects.filter(standby=row, starts_at=starts_at, expires_at__gt=at)
    if open_ones.filter(taken=None).exists():
        raise Refused("offered", "This time is offered to them already.")


def put_mail(row: Standby, starts_at: datetime, expires_at: datetime, secret: str) -> Outgoing:
    """The mail names no treatment and no reason for care."""
    person = row.course.person
    words = {
        "person": person,
        "practice": person.practice,
        "when": booking.said(starts_at, person.practice),
        "minutes": row.minutes,
        "until": booking.said(expires_at, person.practice),
        "address": settings.SITE_ADDRESS + reverse("offered_time", args=[secret]),
    }
    text = render_to_string("mail/offer.txt", words)
    return outbox.put(person.email, subject=f"A note from {person.practice}", text=text)


@transaction.atomic
def take_offer(offer: TimeOffer, *, at: datetime) -> TimeTaken:
    """The person takes the time, under their own name; the same again gives the first row."""
    row = offer.standby
    course = row.course
    hold_calendar(course.person.practice_id)
    done: TimeTaken | None = TimeTaken.objects.filter(offer=offer).first()
    if done:
        return done
    if at >= offer.expires_at:
        raise Refused("too-late", "This offer has run out. You keep your place on the list.")
    if not Standby.objects.standing().filter(pk=row.pk, ended=False).exists():
        raise Refused("off-the-list", "You are not on the waiting list any more.")
    if not standby.is_free(offer):
        raise Refused("gone", GONE)
    by = course.person.user or offer.by
    appointment = appointments.agree(
        course,
        kind=row.kind,
        starts_at=offer.starts_at,
        minutes=row.minutes,
        who=offer.who,
        place=offer.place,
        at=at,
        by=by,
    )
    end(row, at=at, by=by)
    made: TimeTaken = TimeTaken.objects.create(offer=offer, appointment=appointment, at=at, by=by)
    audit.record(by, "take offered time", person=course.person, about=f"time_offer:{offer.pk}")
    return made
