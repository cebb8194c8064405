"""Deeds that keep the sheets of a course with its plan: ask, move, withdraw, choose the tracks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from kapstone import instruments
from kapstone.instruments.schedule import track_named
from kapstone.web.accounts.models import User
from kapstone.web.records import access, audit, definitions, schedule
from kapstone.web.records.models import Course, CourseTracks, Sheet, SheetAnswer, SheetWithdrawal
from kapstone.web.records.refusals import Refused


@transaction.atomic
def follow_plan(course: Course, *, at: datetime, by: User) -> None:
    """Move the sheets that nobody has begun to where the plan has them now, or withdraw them.

    What was begun or answered stays as it is.
    """
    course = Course.objects.locked(course.pk)
    put_in_place(changes_of(course, at), at=at, by=by)


def changes_of(course: Course, at: datetime) -> schedule.Changes:
    found = schedule.changes(Course.objects.filter(pk=course.pk), now=at)
    return found.get(course.pk, schedule.Changes())


def put_in_place(found: schedule.Changes, *, at: datetime, by: User) -> None:
    for pk, due in found.move:
        if sheet := untouched(pk):
            ask(sheet.course, due, at=at, by=by, moves=sheet)
    for pk, why in found.withdraw:
        if sheet := untouched(pk):
            withdraw(sheet, why, at=at, by=by)


def untouched(pk: int) -> Sheet | None:
    """The sheet, held fast; None when an answer came in meanwhile."""
    sheet: Sheet = Sheet.objects.locked(pk)
    return None if SheetAnswer.objects.filter(sheet=sheet).exists() else sheet


@transaction.atomic
def take_back(sheet: Sheet, *, at: datetime, by: User) -> SheetWithdrawal:
    """Withdraw what somebody asked for by hand and nobody has begun, such as a mistaken tap."""
    access.refuse_others(by, "give facts")
    free = untouched(sheet.pk)
    if free is None or hasattr(free, "withdrawal") or instruments.is_of_schedule(free.anchor):
        raise Refused("begun", "Only what was asked by hand and has no answer can be taken back.")
    return withdraw(free, "taken back: nobody had begun it", at=at, by=by)


def ask(
    course: Course, due: instruments.Due, *, at: datetime, by: User, moves: Sheet | None = None
) -> Sheet:
    """Put the questionnaire where it is due; `moves` names the sheet that it takes the place of."""
    alike = Sheet.objects.filter(course=course, instrument=due.instrument, anchor=due.anchor)
    sheet: Sheet = Sheet.objects.create(
        course=course,
        instrument=due.instrument,
        version=definitions.version_to_ask(course.person.practice, due.instrument, at),
        anchor=due.anchor,
        again=alike.count(),
        opens_at=due.opens_at,
        due_at=due.due_at,
        closes_at=due.closes_at,
        corrects=moves,
        at=at,
        by=by,
    )
    did = "move sheet" if moves else "assign sheet"
    audit.record(by, did, person=course.person, about=f"sheet:{sheet.pk}")
    return sheet


def withdraw(sheet: Sheet, why: str, *, at: datetime, by: User) -> SheetWithdrawal:
    row: SheetWithdrawal = SheetWithdrawal.objects.create(sheet=sheet, reason=why, at=at, by=by)
    audit.record(by, "withdraw sheet", person=sheet.course.person, about=f"sheet:{sheet.pk}")
    return row


@transaction.atomic
def choose_tracks(course: Course, tracks: Iterable[str], *, at: datetime, by: User) -> CourseTracks:
    """Say which tracks the course is on from now on; the same again gives the row that stands."""
    course = Course.objects.locked(course.pk)
    wanted = sorted(set(tracks))
    refuse_strange(wanted)
    last: CourseTracks | None = CourseTracks.objects.newest(course=course)
    if last and last.tracks == wanted:
        return last
    row: CourseTracks = CourseTracks.objects.create(
        course=course, tracks=wanted, corrects=last, at=at, by=by
    )
    follow_plan(course, at=at, by=by)
    audit.record(
        by, "choose tracks", person=course.person, about=f"course:{course.pk}", tracks=wanted
    )
    return row


def refuse_strange(tracks: Iterable[str]) -> None:
    for each in tracks:
        try:
            track_named(each)
        except LookupError as strange:
            raise Refused("no-such-track", f"{str(strange).capitalize()}.") from strange
