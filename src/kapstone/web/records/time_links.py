"""The link in the mail about a time: what its person may ask by it, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from kapstone.web.accounts.models import User
from kapstone.web.records import taken
from kapstone.web.records.models import (
    Appointment,
    CalendarSettings,
    SessionPlan,
    TimeAsked,
    TimeLink,
)
from kapstone.web.records.reaching import digest

MOST_OFFERED = 6
NOON = 12
# More than there are quarters of an hour in the weeks that are looked at.
EVERY = 5_000
# Nobody moves their times more often than this without a word with the desk.
MOST_ASKED, IN_DAYS = 6, 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What a link stands for now.

    `state` is open, late (only to say that they cannot come), asked (the desk has not answered)
    or over. `minutes` None is not said: how long a medicine session takes tells what it is.
    """

    link: TimeLink
    state: str
    starts_at: datetime
    minutes: int | None
    asked: TimeAsked | None


def link_of(token: str) -> TimeLink | None:
    rows = TimeLink.objects.filter(token_hash=digest(token))
    related = ("person__practice", "person__user", "appointment", "plan__session", "by")
    found: TimeLink | None = rows.select_related(*related).first()
    return found


def asking(link: TimeLink, *, now: datetime) -> Asking:
    """How it stands with the time that the link is about."""
    asked = TimeAsked.objects.filter(link=link).open().order_by("-pk").first()
    return Asking(
        link=link,
        state=state_of(link, asked, now),
        starts_at=starts_at_of(link),
        minutes=link.appointment.minutes if link.appointment else None,
        asked=asked,
    )


def state_of(link: TimeLink, asked: TimeAsked | None, now: datetime) -> str:
    if not stands(link) or now >= link.expires_at:
        return "over"
    if asked:
        return "asked"
    hours = CalendarSettings.objects.now(link.person.practice).ask_hours
    if now + timedelta(hours=hours) > starts_at_of(link) or asked_often(link, now):
        return "late"
    return "open"


def stands(link: TimeLink) -> bool:
    """Whether its time was neither called off nor moved."""
    table, pk = (
        (Appointment, link.appointment_id) if link.appointment_id else (SessionPlan, link.plan_id)
    )
    return bool(table.objects.standing().filter(pk=pk, cancelled=False).exists())


def starts_at_of(link: TimeLink) -> datetime:
    if link.appointment:
        return link.appointment.starts_at
    planned: datetime = link.plan.planned_for  # type: ignore[union-attr]  # one of the two
    return planned


def asked_often(link: TimeLink, now: datetime) -> bool:
    since = now - timedelta(days=IN_DAYS)
    rows = TimeAsked.objects.filter(link__person=link.person, at__gt=since)
    return rows.count() >= MOST_ASKED


def offered(link: TimeLink, *, now: datetime) -> list[datetime]:
    """A few of the free times, the next ones first: one of each morning and each afternoon."""
    zone = link.person.practice.zone
    found: dict[tuple[date, bool], datetime] = {}
    for each in free_for(link, now=now):
        local = each.astimezone(zone)
        found.setdefault((local.date(), local.hour < NOON), each)
    return list(found.values())[:MOST_OFFERED]


def free_for(link: TimeLink, *, now: datetime) -> list[datetime]:
    """Every other time in reach at which all that is booked for it is free, the same length."""
    practice = link.person.practice
    hours = CalendarSettings.objects.now(practice).ask_hours
    wanted, but = wanted_of(link)
    after = now + timedelta(hours=hours)
    found = taken.free_times(practice, wanted, after=after, most=EVERY, but=but)
    return [each for each in found if each != starts_at_of(link)]


def wanted_of(link: TimeLink) -> tuple[list[taken.Span], Any]:
    """What the booking takes now, the person included."""
    if row := link.appointment:
        part = row.parts.select_related("place").first()
        place = part.place if part else None
        course, who = row.course, row.who
        return taken.of_appointment(course, row.starts_at, row.minutes, who, place), row
    plan: Any = link.plan
    return of_plan(plan, link), plan.session


def of_plan(plan: SessionPlan, link: TimeLink) -> list[taken.Span]:
    parts = list(plan.parts.all())
    ends_at = max((row.ends_at for row in parts), default=plan.planned_for + timedelta(hours=1))
    person = taken.Span(starts_at=plan.planned_for, ends_at=ends_at, person=link.person_id)
    return [
        person,
        *(
            taken.Span(
                starts_at=row.starts_at,
                ends_at=row.ends_at,
                part=row.part,
                place=row.place_id,
                who=row.who_id,
            )
            for row in parts
        ),
    ]


def open_requests(user: User) -> Any:
    """What people asked of sessions by their link and the desk has not answered, in order."""
    rows = TimeAsked.objects.visible_to(user).open()
    standing = rows.filter(link__plan__corrected_by=None, link__plan__cancelled=False)
    related = standing.select_related("link__person", "link__plan__session")
    return related.exclude(link__plan=None).order_by("at", "pk")
