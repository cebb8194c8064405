"""The times of somebody, or of a room, as a calendar that other programs read [RFC 5545].

No name and no treatment stands in it, unless the owner has switched the names on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils.crypto import salted_hmac
from icalendar import Calendar, Event

from kapstone.web.records.models import (
    Appointment,
    BookedPart,
    CalendarFeed,
    CalendarSettings,
    SessionPlan,
)
from kapstone.web.records.reaching import digest

# What lies further back or ahead is in nobody's way.
BACK, AHEAD = timedelta(days=30), timedelta(days=400)
PRODUCT = "-//Kapstone//Calendar//EN"
OWN_TITLE, TITLE = "Appointment", "Kapstone"
ASK_AGAIN = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One time of a feed; `key` is the same for as long as it is the same meeting.

    `ends_at` None is not known. `version` counts how often it was moved or changed.
    """

    key: str
    starts_at: datetime
    ends_at: datetime | None
    name: str
    version: int
    cancelled: bool
    changed_at: datetime


def feed_of(secret: str) -> CalendarFeed | None:
    """The feed of an address, while it stands and whose it is still may log in."""
    rows = CalendarFeed.objects.standing().filter(
        Q(user=None) | Q(user__is_active=True), token_hash=digest(secret)
    )
    found: CalendarFeed | None = rows.select_related("practice", "user", "place").first()
    return found


def as_file(feed: CalendarFeed, *, now: datetime) -> bytes:
    """The feed as a file of type text/calendar, in the practice's zone."""
    practice = feed.practice
    own = feed.user is not None and not feed.user.is_staff_member
    names = CalendarSettings.objects.now(practice).names_in_feeds and not own
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", OWN_TITLE + "s" if own else TITLE)
    made.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    for each in entries(feed, now=now):
        made.add_component(event(each, title_of(each, own=own, named=names), practice.zone))
    made.add_missing_timezones()
    file: bytes = made.to_ical()
    return file


def title_of(entry: Entry, *, own: bool, named: bool) -> str:
    """How long, and by default nothing else; a person's own calendar may lie open on a table."""
    length = "" if entry.ends_at is None else minutes(entry.ends_at - entry.starts_at)
    if own:
        return f"{OWN_TITLE}, {length}" if length else OWN_TITLE
    who = entry.name if named else TITLE
    return f"{who}: {length}" if length else who


def minutes(length: timedelta) -> str:
    return f"{length // timedelta(minutes=1)} min"


def event(entry: Entry, title: str, zone: Any) -> Event:
    made = Event()
    made.add("uid", f"{salted_hmac('calendar', entry.key).hexdigest()[:32]}@kapstone")
    made.add("dtstamp", entry.changed_at)
    made.add("last-modified", entry.changed_at)
    made.add("sequence", entry.version)
    made.add("dtstart", entry.starts_at.astimezone(zone))
    if entry.ends_at:
        made.add("dtend", entry.ends_at.astimezone(zone))
    made.add("summary", title)
    made.add("class", "PRIVATE")
    made.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    made.add("transp", "TRANSPARENT" if entry.cancelled else "OPAQUE")
    return made


def entries(feed: CalendarFeed, *, now: datetime) -> list[Entry]:
    """Everything in reach, in order of time, with what was called off."""
    found = [*of_appointments(feed, now), *of_sessions(feed, now)]
    return sorted(found, key=lambda each: (each.starts_at, each.key))


def of_appointments(feed: CalendarFeed, now: datetime) -> Iterator[Entry]:
    rows = Appointment.objects.standing().filter(
        course__person__practice=feed.practice,
        starts_at__gt=now - BACK,
        starts_at__lt=now + AHEAD,
    )
    mine = list(rows.filter(wanted(feed, "who")).distinct().select_related("course__person"))
    first = beginnings(Appointment, mine)
    for row in mine:
        root, version = first[row.pk]
        yield Entry(
            key=f"appointment:{root}",
            starts_at=row.starts_at,
            ends_at=row.starts_at + timedelta(minutes=row.minutes),
            name=row.course.person.name,
            version=version,
            cancelled=row.cancelled,
            changed_at=row.recorded_at,
        )


def wanted(feed: CalendarFeed, who: str) -> Q:
    """Which bookings are of this feed; what was called off is found by what it had taken."""
    if feed.place_id:
        return had("place", feed.place_id)
    if feed.user is not None and feed.user.is_staff_member:
        named = had("who", feed.user_id)
        return named | Q(**{who: feed.user_id}) if who else named
    own = "course__person__user" if who else "session__course__person__user"
    return Q(**{own: feed.user_id})


def had(name: str, value: int | None) -> Q:
    before = Q(cancelled=True, **{f"corrects__parts__{name}": value})
    return Q(**{f"parts__{name}": value}) | before


def beginnings(table: Any, rows: Iterable[Any]) -> dict[int, tuple[int, int]]:
    """Of each row the first one that it goes back to, and how many corrections lie between."""
    found = {row.pk: (row.pk, 0) for row in rows}
    above = {row.pk: row.corrects_id for row in rows if row.corrects_id}
    while above:
        found |= {pk: (parent, found[pk][1] + 1) for pk, parent in above.items()}
        parents = dict(table.objects.filter(pk__in=above.values()).values_list("pk", "corrects"))
        above = {pk: parents[parent] for pk, parent in above.items() if parents[parent]}
    return found


def of_sessions(feed: CalendarFeed, now: datetime) -> Iterator[Entry]:
    rows = SessionPlan.objects.standing().filter(
        session__course__person__practice=feed.practice,
        planned_for__gt=now - BACK,
        planned_for__lt=now + AHEAD,
    )
    mine = rows.filter(wanted(feed, "")).distinct().select_related("session__course__person")
    plans = list(mine)
    counted = SessionPlan.objects.filter(session__in=[row.session_id for row in plans])
    versions = dict(counted.values_list("session").annotate(rows=Count("pk")).order_by())
    parts = parts_of(plans)
    for row in plans:
        had_parts = parts.get(row.corrects_id if row.cancelled else row.pk, [])
        told = {
            "name": row.session.course.person.name,
            "version": versions[row.session_id] - 1,
            "cancelled": row.cancelled,
            "changed_at": row.recorded_at,
        }
        for key, starts_at, ends_at in times_of(feed, row, had_parts):
            times: dict[str, Any] = {"starts_at": starts_at, "ends_at": ends_at}
            yield Entry(key=f"session:{row.session_id}{key}", **times, **told)


def parts_of(plans: Iterable[SessionPlan]) -> dict[int | None, list[BookedPart]]:
    ids = {pk for row in plans for pk in (row.pk, row.corrects_id) if pk}
    found: dict[int | None, list[BookedPart]] = defaultdict(list)
    for part in BookedPart.objects.filter(plan__in=ids).order_by("starts_at", "pk"):
        found[part.plan_id].append(part)
    return found


def times_of(
    feed: CalendarFeed, plan: SessionPlan, parts: list[BookedPart]
) -> Iterator[tuple[str, datetime, datetime | None]]:
    """The times of a session in this feed: each part of a place or of staff, or the whole stay."""
    if feed.user is not None and not feed.user.is_staff_member:
        yield "", plan.planned_for, max((each.ends_at for each in parts), default=None)
        return
    for part in parts:
        mine = part.place_id == feed.place_id if feed.place_id else part.who_id == feed.user_id
        if mine:
            yield f":{part.part}", part.starts_at, part.ends_at
