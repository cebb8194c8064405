"""What the chart tells of a course for a summary without names: counts, days, scores, by rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from kapstone import monitoring, outcomes, stories
from kapstone.knowledge import dose_day
from kapstone.web.records import definitions, happened, sharing
from kapstone.web.records.models import (
    Course,
    DoseGiven,
    EmergencyEvent,
    Mark,
    SessionPlan,
)

# What is talked about in person alone.
OF_SUICIDE = "suicide risk"


def of_course(course: Course, *, now: datetime) -> stories.Draft:
    """The summary of a course as its chart stands; nothing written freely is read for it."""
    zone = course.person.practice.zone
    with timezone.override(zone):
        return stories.draft(case(course, timezone.localtime(now)))


def case(course: Course, now: datetime) -> stories.Case:
    doses = first_doses(course)
    days = {session: timezone.localdate(at) for session, at in doses.items()}
    first = min(days.values(), default=None)
    return stories.Case(
        age=course.person.age(first or now.date()),
        sessions=taken(days, first),
        scores=[*scores(course, first, now)] if first else [],
        effects=effects(course, days),
        emergencies=emergencies(days),
    )


def first_doses(course: Course) -> dict[int, datetime]:
    """When the first dose of each session was given; one without a dose is left out."""
    rows = DoseGiven.objects.standing().filter(session__course=course, amount_mg__gt=0)
    found: dict[int, datetime] = {}
    for session, at in rows.order_by("at", "pk").values_list("session", "at"):
        found.setdefault(session, at)
    return found


def taken(days: dict[int, date], first: date | None) -> list[stories.Taken]:
    plans = SessionPlan.objects.standing().filter(session__in=days)
    routes = dict(plans.values_list("session", "route"))
    known = dose_day.routes()
    return [
        stories.Taken((day - first).days, known[name].person if name in known else None)
        for session, day in days.items()
        if first is not None
        for name in [routes.get(session, "")]
    ]


def scores(course: Course, first: date, now: datetime) -> Iterator[stories.Scores]:
    """The questionnaires with a total whose change can be judged, none that is kept private."""
    beside = happened.of(course, now=now)
    private = set(sharing.private_ones(course.person))
    versions = {row.instrument: row.version for row in beside.scores}
    for name, version in versions.items():
        of = definitions.named(name, version)
        if name in private or is_left_out(of):
            continue
        points = [(row.at, row.total) for row in beside.scores if row.instrument == name]
        gaps = [(row.due_at, None) for row in beside.missed if row.instrument == name]
        low, high = of.score.range or (0.0, 0.0)
        yield stories.Scores(
            instrument=of.id,
            short=of.short,
            title=of.title,
            low=low,
            high=high,
            better=outcomes.direction(of),
            days=in_days([*points, *gaps], first),
        )


def is_left_out(of: Any) -> bool:
    return of.neutral or of.change is None or of.score.range is None or of.domain == OF_SUICIDE


def in_days(
    points: Sequence[tuple[datetime, float | None]], first: date
) -> list[tuple[int, float | None]]:
    ordered = sorted(points, key=lambda each: each[0])
    return [((timezone.localdate(at) - first).days, total) for at, total in ordered]


def effects(course: Course, days: dict[int, date]) -> dict[str, int]:
    """In how many sessions with a dose each side effect was marked, the most often marked first."""
    rows = Mark.objects.standing().filter(session__in=days, kind="side_effect")
    marked = set(rows.values_list("session", "mark"))
    names = {each.id: each.label.lower() for each in monitoring.side_effects()}
    counts = Counter(names.get(mark, "another one") for _, mark in sorted(marked))
    return dict(counts.most_common())


def emergencies(days: dict[int, date]) -> int:
    """In how many of the sessions an emergency was written down; of what kind is left out."""
    rows = EmergencyEvent.objects.standing().filter(session__in=days)
    return len(set(rows.values_list("session", flat=True)))
