"""A day of the practice as columns: what is in each place by the quarter of an hour, and gaps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records.models import (
    Appointment,
    BookedPart,
    CalendarSettings,
    Place,
    SessionPlan,
)
from kapstone.web.records.taken import (
    A_DAY,
    LONGEST,
    NOT_KNOWN,
    STEP,
    chairs_by_name,
    hours_of,
    plainly,
)

# More than any practice books in a day; the list of two weeks has them all.
MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One booking within a place; `course` leads to it, `session` when it is of medicine.

    `appointment` is the one that a move takes to another time; None for medicine.
    `chair` is the one that a session was planned in by name, without booking it.
    """

    starts_at: datetime
    ends_at: datetime
    name: str
    words: str
    course: int
    session: int | None = None
    appointment: int | None = None
    chair: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A stretch of one column in whole quarters of an hour: its bookings, or free when none."""

    starts_at: datetime
    ends_at: datetime
    lines: tuple[Line, ...] = ()

    @property
    def quarters(self) -> int:
        return (self.ends_at - self.starts_at) // STEP

    @property
    def is_free(self) -> bool:
        return not self.lines

    @property
    def is_medicine(self) -> bool:
        """Whether anything in it is of a medicine session."""
        return any(line.session for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One place on one day; `place` None is what was booked without one."""

    place: Any
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPlan:
    """The day from `opens` to `closes`, wider where something is booked outside of the hours."""

    opens: datetime
    closes: datetime
    columns: tuple[Column, ...]
    more: bool = False

    def rows(self) -> list[tuple[datetime, list[tuple[Column, Block]]]]:
        """Quarter by quarter: its beginning, and the blocks that begin in it."""
        found = []
        moment = self.opens
        while moment < self.closes:
            begins = [
                (column, block)
                for column in self.columns
                for block in column.blocks
                if block.starts_at == moment
            ]
            found.append((moment, begins))
            moment += STEP
        return found


def of_day(user: User, on: date) -> DayPlan:
    """The day of the user's practice, as those may see it who book."""
    practice: Any = user.practice
    opens, closes = hours_of(CalendarSettings.objects.now(practice), on, practice.zone)
    start = datetime.combine(on, datetime.min.time(), tzinfo=practice.zone)
    placed = list(parts_of(user, start, start + A_DAY)[: MOST + 1])
    without = [*loose(user, start, start + A_DAY)]
    lines = [(part.place_id, line_of(part)) for part in placed[:MOST]]
    lines += [(each.chair, each) for each in without[:MOST]]
    opens = min([opens, *(floor(each.starts_at, start) for _, each in lines)])
    closes = max([closes, *(ceiling(each.ends_at, start) for _, each in lines)])
    shown = places(user, on, {key for key, _ in lines})
    columns = [
        column(place, [each for key, each in lines if key == place.pk], opens, closes)
        for place in shown
    ]
    if mine := [each for key, each in lines if key is None]:
        columns.append(Column(place=None, blocks=tuple(merged(mine, opens))))
    more = len(placed) > MOST or len(without) > MOST
    return DayPlan(opens=opens, closes=closes, columns=tuple(columns), more=more)


def places(user: User, on: date, booked: set[int | None]) -> list[Any]:
    """The places in use, and those that something is booked in all the same; chairs first."""
    rows = Place.objects.visible_to(user)
    found = {each.pk: each for each in (*rows.in_use(on), *rows.standing().filter(pk__in=booked))}
    order = {"chair": 0, "recovery": 1, "talk": 2}
    return sorted(found.values(), key=lambda row: (order.get(row.purpose, 3), row.name))


def parts_of(user: User, start: datetime, end: datetime) -> QuerySet[Any]:
    """What takes a place within this time, in order of time."""
    rows = BookedPart.objects.visible_to(user).taken().within(start, end).exclude(place=None)
    related = ("person", "appointment__who", "plan__session")
    ordered: QuerySet[Any] = rows.select_related(*related).order_by("starts_at", "pk")
    return ordered


def line_of(part: Any) -> Line:
    times = {"starts_at": part.starts_at, "ends_at": part.ends_at, "name": part.person.name}
    if part.plan is None:
        row = part.appointment
        return Line(**times, words=words_of(row), course=row.course_id, appointment=row.pk)
    session = part.plan.session
    what = "resting" if part.part == "recovery" else f"medicine {session.number}"
    return Line(**times, words=what, course=session.course_id, session=session.pk)


def words_of(row: Appointment) -> str:
    kind = row.kind.replace("_", " ")
    return f"{kind} · {row.who.signed_name}" if row.who else kind


def loose(user: User, start: datetime, end: datetime) -> Iterable[Line]:
    """What booked no place: appointments without one, and medicine sessions planned without."""
    part = BookedPart.objects.exclude(place=None)
    booked = (
        Appointment.objects.visible_to(user)
        .standing()
        .filter(
            ~Exists(part.filter(appointment=OuterRef("pk"))),
            cancelled=False,
            starts_at__lt=end,
            starts_at__gt=start - LONGEST,
        )
    )
    for row in booked.select_related("course__person", "who").order_by("starts_at")[: MOST + 1]:
        until = row.starts_at + timedelta(minutes=row.minutes)
        if until > start:
            yield Line(
                starts_at=row.starts_at,
                ends_at=until,
                name=row.course.person.name,
                words=words_of(row),
                course=row.course_id,
                appointment=row.pk,
            )
    yield from unplaced_sessions(user, start, end, part)


def unplaced_sessions(user: User, start: datetime, end: datetime, part: Any) -> Iterable[Line]:
    plans = (
        SessionPlan.objects.visible_to(user)
        .standing()
        .filter(
            ~Exists(part.filter(plan=OuterRef("pk"))),
            cancelled=False,
            planned_for__gte=start,
            planned_for__lt=end,
        )
    )
    rows = plans.select_related("session__course__person").order_by("planned_for")
    chairs, now = chairs_by_name(user.practice) if user.practice else {}, clock.now()
    for row in rows[: MOST + 1]:
        chair = chairs.get(plainly(row.room))
        where = f" · {row.room}" if row.room else ""
        if chair:
            where = " · no chair booked" if row.planned_for > now else ""
        yield Line(
            starts_at=row.planned_for,
            ends_at=row.planned_for + NOT_KNOWN,
            name=row.session.course.person.name,
            words=f"medicine {row.session.number}{where}",
            course=row.session.course_id,
            session=row.session_id,
            chair=chair,
        )


def column(place: Any, lines: Sequence[Line], opens: datetime, closes: datetime) -> Column:
    """The bookings of a place with the gaps between them; what overlaps stands in one block."""
    blocks: list[Block] = []
    free_from = opens
    for block in merged(lines, opens):
        if block.starts_at > free_from:
            blocks.append(Block(starts_at=free_from, ends_at=block.starts_at))
        blocks.append(block)
        free_from = block.ends_at
    if closes > free_from:
        blocks.append(Block(starts_at=free_from, ends_at=closes))
    return Column(place=place, blocks=tuple(blocks))


def merged(lines: Sequence[Line], opens: datetime) -> Iterable[Block]:
    """Blocks of whole quarters; two that share a quarter are one."""
    together: list[Line] = []
    start = end = opens
    for each in sorted(lines, key=lambda line: line.starts_at):
        begins, stops = floor(each.starts_at, opens), ceiling(each.ends_at, opens)
        if together and begins < end:
            together.append(each)
            end = max(end, stops)
            continue
        if together:
            yield Block(starts_at=start, ends_at=end, lines=tuple(together))
        together, start, end = [each], begins, stops
    if together:
        yield Block(starts_at=start, ends_at=end, lines=tuple(together))


def floor(moment: datetime, since: datetime) -> datetime:
    """The quarter of an hour in which it lies, counted on the clock of `since`."""
    local = moment.astimezone(since.tzinfo)
    return since + ((local - since) // STEP) * STEP


def ceiling(moment: datetime, since: datetime) -> datetime:
    local = moment.astimezone(since.tzinfo)
    return since - ((since - local) // STEP) * STEP
