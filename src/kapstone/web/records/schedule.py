"""Which questionnaires courses should have been asked by now, and were not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from kapstone import instruments
from kapstone.web.records import session_facts
from kapstone.web.records.models import Consultation, Course, Phase, Session, Sheet
from kapstone.web.records.pathway import is_on_the_road

# For an instrument that asks since the last contact: two of them this close ask the same thing.
SAME_CONTACT = timedelta(hours=12)


@dataclass(slots=True)
class Asked:
    """What the schedule may know of one course."""

    started: datetime | None = None
    doses: list[datetime] = field(default_factory=list)
    ahead: datetime | None = None
    sheets: list[tuple[str, str, datetime]] = field(default_factory=list)


def followed() -> QuerySet[Course]:
    """Courses with a schedule: those on the road, and those that ended after a dose."""
    dosed = Phase.objects.standing().filter(session__course=OuterRef("pk"), phase="started")
    return Course.objects.filter(is_on_the_road()) | Course.objects.filter(Exists(dosed))


def unasked(courses: QuerySet[Course], *, now: datetime) -> dict[int, list[instruments.Due]]:
    """What is open now and was not asked for, by course; courses with nothing are left out.

    Three queries, however many courses. What closed before anybody asked is past and not asked.
    """
    found = {pk: open_now(each, now) for pk, each in known_of(courses).items()}
    return {pk: dues for pk, dues in found.items() if dues}


def known_of(courses: QuerySet[Course]) -> dict[int, Asked]:
    """Start, doses and sheets of each course."""
    found: dict[int, Asked] = defaultdict(Asked)
    fit = Consultation.objects.standing().filter(course__in=courses, fit=True)
    for course, at in fit.values_list("course", "at"):
        found[course].started = at
    sessions = session_facts.with_story(Session.objects.filter(course__in=courses))
    for row in sessions.order_by("number"):
        add_session(found[row.course_id], row.started_at, row.planned_for, row.cancelled)
    sheets = Sheet.objects.standing().filter(course__in=courses)
    for course, *sheet in sheets.values_list("course", "instrument", "anchor", "due_at"):
        found[course].sheets.append((sheet[0], sheet[1], sheet[2]))
    return dict(found)


def add_session(
    asked: Asked, started_at: datetime | None, planned_for: datetime | None, cancelled: bool | None
) -> None:
    """A dose that was given, or the next one that is planned."""
    if started_at is not None:
        asked.doses.append(started_at)
    elif planned_for is not None and not cancelled and asked.ahead is None:
        asked.ahead = planned_for


def open_now(asked: Asked, now: datetime) -> list[instruments.Due]:
    dues = [*of_the_past(asked, now), *before_the_next(asked, now)]
    return [each for each in dues if each.closes_at > now and not is_asked(each, asked.sheets)]


def of_the_past(asked: Asked, now: datetime) -> Sequence[instruments.Due]:
    """Counted from the first call that found a fit, and from the doses that were given."""
    start = asked.started or min(asked.doses, default=None)
    if start is None:
        return ()
    return instruments.due(course_started=start, doses=asked.doses, now=now)


def before_the_next(asked: Asked, now: datetime) -> list[instruments.Due]:
    """What opens ahead of a planned dose; what comes after it waits until it was given."""
    if asked.ahead is None:
        return []
    doses = [*asked.doses, asked.ahead]
    start = asked.started or min(doses)
    anchor = f"dose-{len(doses)}+0d"
    dues = instruments.due(course_started=start, doses=doses, now=now)
    return [each for each in dues if each.anchor == anchor]


def is_asked(due: instruments.Due, sheets: Sequence[tuple[str, str, datetime]]) -> bool:
    """Whether this was asked for, by its anchor or by a sheet too near it in time.

    A two-week scale is not asked again within a week of the last time (evidence on instruments,
    4.1), whoever asked.
    """
    recall = instruments.instrument(due.instrument).recall_days
    near = SAME_CONTACT if recall is None else timedelta(days=recall / 2)
    return any(
        name == due.instrument and (anchor == due.anchor or abs(at - due.due_at) < near)
        for name, anchor, at in sheets
    )
