"""What is taken in a practice and what is free: places, staff and the person, by the minute."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef

from kapstone.web.accounts.models import Practice, User
from kapstone.web.records.models import (
    Appointment,
    BookedPart,
    CalendarSettings,
    Course,
    Place,
    Session,
    SessionPlan,
)

# Longer than any appointment or part of one: whatever is on now began less than this ago.
LONGEST = timedelta(hours=12)
STEP = timedelta(minutes=15)
# Nobody knows how long a session takes that was planned without booking a chair.
NOT_KNOWN = timedelta(hours=1)
LOOKS_AHEAD = timedelta(days=21)
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One thing that is wanted, or taken, for a time: a place, somebody of the staff, a person."""

    starts_at: datetime
    ends_at: datetime
    part: str = ""
    place: int | None = None
    who: int | None = None
    person: int | None = None

    @property
    def of(self) -> tuple[int | None, int | None, int | None]:
        """Which place, member of staff or person it is."""
        return (self.place, self.who, self.person)

    def overlaps(self, other: Span) -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def later(self, by: timedelta) -> Span:
        return replace(self, starts_at=self.starts_at + by, ends_at=self.ends_at + by)


@dataclass(frozen=True, slots=True)
class Clash:
    """Something that is wanted and is not free, and what stands in its way, in order of time."""

    wanted: Span
    by: tuple[Span, ...]


def of_appointment(
    course: Course, starts_at: datetime, minutes: int, who: User | None, place: Place | None
) -> list[Span]:
    """What an appointment takes: the person, whoever meets them, and a room if it has one."""
    times: dict[str, Any] = {
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=minutes),
    }
    wanted = [Span(**times, person=course.person_id)]
    if who:
        wanted.append(Span(**times, who=who.pk))
    if place:
        wanted.append(Span(**times, part="room", place=place.pk))
    return wanted


def clashes(
    wanted: Iterable[Span], taken: Iterable[Span], at_once: Mapping[int, int]
) -> list[Clash]:
    """What of it is not free. A place is full at the moment when as many are in it as it takes."""
    rows = list(taken)
    found = []
    for each in wanted:
        near = [row for row in rows if row.of == each.of and row.overlaps(each)]
        room = at_once.get(each.place, 1) if each.place else 1
        if near and most_at_once(near, each) >= room:
            found.append(Clash(each, tuple(sorted(near, key=lambda row: row.starts_at))))
    return found


def most_at_once(rows: Sequence[Span], within: Span) -> int:
    """How many of the rows are on together at the fullest moment within a time."""
    moments = [max(row.starts_at, within.starts_at) for row in rows]
    return max(sum(row.starts_at <= each < row.ends_at for row in rows) for each in moments)


def spans(
    practice: Practice,
    start: datetime,
    end: datetime,
    *,
    but: Appointment | Session | None = None,
) -> list[Span]:
    """Everything that is taken within this time, without one booking that is to be moved."""
    return [
        *parts(practice, start, end, but),
        *appointments(practice, start, end, but),
        *planned(practice, start, end, but),
    ]


def parts(practice: Practice, start: datetime, end: datetime, but: Any) -> Iterator[Span]:
    """What bookings take of places and staff; a session takes its person as well."""
    rows = BookedPart.objects.taken().within(start, end).filter(person__practice=practice)
    if isinstance(but, Appointment):
        rows = rows.exclude(appointment=but)
    elif isinstance(but, Session):
        rows = rows.exclude(plan__session=but)
    names = ("starts_at", "ends_at", "part", "place", "who", "person", "plan")
    for starts_at, ends_at, part, place, who, person, plan in rows.values_list(*names):
        yield Span(starts_at=starts_at, ends_at=ends_at, part=part, place=place, who=who)
        if plan is not None:
            yield Span(starts_at=starts_at, ends_at=ends_at, person=person)


def appointments(practice: Practice, start: datetime, end: datetime, but: Any) -> Iterator[Span]:
    """The time of the person, and of whoever meets them."""
    rows = Appointment.objects.standing().filter(
        course__person__practice=practice,
        cancelled=False,
        starts_at__lt=end,
        starts_at__gt=start - LONGEST,
    )
    if isinstance(but, Appointment):
        rows = rows.exclude(pk=but.pk)
    for starts_at, minutes, who, person in rows.values_list(
        "starts_at", "minutes", "who", "course__person"
    ):
        until = starts_at + timedelta(minutes=minutes)
        yield Span(starts_at=starts_at, ends_at=until, person=person)
        if who is not None:
            yield Span(starts_at=starts_at, ends_at=until, who=who)


def planned(practice: Practice, start: datetime, end: datetime, but: Any) -> Iterator[Span]:
    """What a session takes that was planned and booked nothing: its person, and its chair if told.

    A clinician plans with the name of a room; where that is a chair, it is not free.
    """
    rows = SessionPlan.objects.standing().filter(
        ~Exists(BookedPart.objects.filter(plan=OuterRef("pk"))),
        cancelled=False,
        session__course__person__practice=practice,
        planned_for__lt=end,
        planned_for__gt=start - NOT_KNOWN,
    )
    chairs, own = chairs_by_name(practice), but.pk if isinstance(but, Session) else None
    names = ("planned_for", "room", "session__course__person", "session")
    found = [(at, chairs.get(plainly(room)), *of) for at, room, *of in rows.values_list(*names)]
    mine = {chair: at for at, chair, _, session in found if session == own}
    for at, chair, person, session in found:
        if session == own:
            continue
        times: dict[str, Any] = {"starts_at": at, "ends_at": at + NOT_KNOWN}
        yield Span(**times, person=person)
        # Whoever is planned in that chair beside them already books no more than is so.
        if chair and not (chair in mine and abs(at - mine[chair]) < NOT_KNOWN):
            yield Span(**times, part="chair", place=chair)


def chairs_by_name(practice: Practice) -> dict[str, int]:
    """The chairs of a practice by their name as somebody may type it."""
    rows = Place.objects.standing().filter(practice=practice, purpose="chair")
    return {plainly(name): pk for name, pk in rows.values_list("name", "pk")}


def plainly(name: str) -> str:
    return " ".join(name.split()).casefold()


def at_once_of(places: Iterable[int | None]) -> dict[int, int]:
    """How many each place takes at once."""
    wanted = {each for each in places if each is not None}
    rows = Place.objects.standing().filter(pk__in=wanted)
    return dict(rows.values_list("pk", "at_once"))


def not_free(
    practice: Practice, wanted: Sequence[Span], *, but: Appointment | Session | None = None
) -> list[Clash]:
    """What of it is taken, as it stands now; ask it under the practice's lock to rely on it."""
    start, end = bounds(wanted)
    taken = spans(practice, start, end, but=but)
    return clashes(wanted, taken, at_once_of(each.place for each in wanted))


def bounds(wanted: Sequence[Span]) -> tuple[datetime, datetime]:
    return min(each.starts_at for each in wanted), max(each.ends_at for each in wanted)


def free_times(
    practice: Practice,
    wanted: Sequence[Span],
    *,
    after: datetime,
    most: int = 3,
    apart: timedelta = STEP,
    but: Appointment | Session | None = None,
) -> list[datetime]:
    """The next beginnings within the practice's hours at which all of it is free, `apart`."""
    start, end = bounds(wanted)
    everything = spans(practice, after - LONGEST, after + LOOKS_AHEAD + LONGEST, but=but)
    ours = {each.of for each in wanted}
    taken = [each for each in everything if each.of in ours]
    at_once = at_once_of(each.place for each in wanted)
    closed = out_of_use(wanted)
    found: list[datetime] = []
    for moment in beginnings(practice, after, end - start):
        moved = [each.later(moment - start) for each in wanted]
        if found and moment - found[-1] < apart:
            continue
        shut = any(closed.get(each.place or 0, date.max) <= moment.date() for each in moved)
        if not shut and not clashes(moved, taken, at_once):
            found.append(moment)
            if len(found) == most:
                break
    return found


def out_of_use(wanted: Iterable[Span]) -> dict[int, date]:
    """From which day places are out of use, of those that are to be or are."""
    rows = Place.objects.standing().filter(pk__in={each.place for each in wanted if each.place})
    return dict(rows.exclude(out_from=None).values_list("pk", "out_from"))


def beginnings(practice: Practice, after: datetime, length: timedelta) -> Iterator[datetime]:
    """Every quarter of an hour from which something of this length ends before the doors close.

    On the practice's clock: 09:00 is 09:00 on both sides of a change of the hour.
    """
    settled, zone = CalendarSettings.objects.now(practice), practice.zone
    first = after.astimezone(zone).date()
    for days in range(LOOKS_AHEAD.days):
        on = first + days * A_DAY
        if on.weekday() in settled.days:
            opens, closes = hours_of(settled, on, zone)
            moment = opens
            while moment + length <= closes:
                if moment >= after:
                    yield moment
                moment += STEP


def hours_of(settled: CalendarSettings, on: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From when to when the practice is open on a day."""
    opens = datetime.combine(on, settled.opens, tzinfo=zone)
    return opens, datetime.combine(on, settled.closes, tzinfo=zone)
