"""Deeds by the link in the mail about a time: another one, or that its person cannot come."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from kapstone.web.accounts.models import User
from kapstone.web.records import audit, time_links
from kapstone.web.records.actions import appointments
from kapstone.web.records.actions.places import hold_calendar
from kapstone.web.records.actions.whose import refuse_strangers_to_course
from kapstone.web.records.models import Course, TimeAsked, TimeLink, TimeSettled
from kapstone.web.records.refusals import Refused

MOVED, CALLED_OFF, STAYS = "moved", "called_off", "stays"
ELSE = "Please call us."
NOT_FREE = "This time is not free any more. Choose another one."


@transaction.atomic
def ask_other(link: TimeLink, starts_at: datetime, *, at: datetime) -> TimeAsked:
    """Another of the free times: a talk is moved at once, a medicine session is only asked for."""
    hold_calendar(link.person.practice_id)
    refuse_unless(link, {"open"}, at)
    if starts_at not in time_links.free_for(link, now=at):
        raise Refused("not-free", NOT_FREE)
    row = note(link, starts_at, at=at)
    if link.appointment:
        appointments.move(link.appointment, starts_at=starts_at, at=at, by=row.by)
        settle(row, MOVED, at=at, by=row.by)
    return row


@transaction.atomic
def cannot_come(link: TimeLink, *, at: datetime) -> TimeAsked:
    """A talk is called off at once and its time is free; of a medicine session the desk hears."""
    hold_calendar(link.person.practice_id)
    refuse_unless(link, {"open", "late"}, at)
    row = note(link, None, at=at)
    if link.appointment:
        appointments.call_off(link.appointment, at=at, by=row.by)
        settle(row, CALLED_OFF, at=at, by=row.by)
    return row


def refuse_unless(link: TimeLink, states: set[str], at: datetime) -> None:
    state = time_links.asking(link, now=at).state
    if state in states:
        return
    words = {
        "over": f"This time was moved or called off, or it is over. {ELSE}",
        "asked": "We have your message and will answer it.",
        "late": f"It is too late to choose another time here. {ELSE}",
    }
    raise Refused(state, words[state])


def note(link: TimeLink, starts_at: datetime | None, *, at: datetime) -> TimeAsked:
    """It stands under the name of the person, whose mail the link was in."""
    by = link.person.user or link.by
    row: TimeAsked = TimeAsked.objects.create(link=link, starts_at=starts_at, at=at, by=by)
    audit.record(by, "ask for another time", person=link.person, about=f"time_asked:{row.pk}")
    return row


def settle(row: TimeAsked, verdict: str, *, at: datetime, by: User) -> TimeSettled:
    made: TimeSettled = TimeSettled.objects.create(asked=row, verdict=verdict, at=at, by=by)
    return made


@transaction.atomic
def answer_asked(row: TimeAsked, *, agrees: bool, at: datetime, by: User) -> TimeSettled:
    """The desk does what was asked of a medicine session, or lets it stay; once."""
    course = course_of(row)
    refuse_strangers_to_course(course, by)
    hold_calendar(course.person.practice_id)
    if TimeSettled.objects.filter(asked=row).exists():
        raise Refused("answered", "Somebody has answered this already.")
    if not agrees:
        return settled(row, STAYS, at=at, by=by)
    if not time_links.stands(row.link):
        raise Refused("over", "This time was moved or called off meanwhile.")
    plan = row.link.plan
    if plan is None:
        raise Refused("over", "This time was moved or called off meanwhile.")
    told: dict[str, Any] = {"route": plan.route, "room": plan.room, "at": at, "by": by}
    if row.starts_at is None:
        told |= {"planned_for": plan.planned_for, "cancelled": True}
        appointments.move_session(plan.session, **told)
        return settled(row, CALLED_OFF, at=at, by=by)
    appointments.move_session(plan.session, planned_for=row.starts_at, **told)
    return settled(row, MOVED, at=at, by=by)


def settled(row: TimeAsked, verdict: str, *, at: datetime, by: User) -> TimeSettled:
    made = settle(row, verdict, at=at, by=by)
    about = f"time_asked:{row.pk}"
    audit.record(by, "answer about a time", person=row.link.person, about=about, verdict=verdict)
    return made


def course_of(row: TimeAsked) -> Course:
    link = row.link
    found: Course = link.appointment.course if link.appointment else link.plan.session.course  # type: ignore[union-attr]  # one of the two
    return found
