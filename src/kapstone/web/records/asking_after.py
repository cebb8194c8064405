"""Which commitments of a course are asked after now, and when next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Prefetch

from kapstone.pathway import integration
from kapstone.web.records.models import CheckIn, Commitment, Course

# Nobody makes so many in half a year; without an end a page would grow with the years.
MOST_ASKED = 200
# What the board shows of each kind.
MOST_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Question:
    """A commitment, and where the asking after it stands."""

    commitment: Commitment
    asked: integration.Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """What waits for an answer, the longest wait first; and what comes next, the soonest first."""

    waiting: tuple[Question, ...]
    ahead: tuple[Question, ...]
    more: int
    unknown: int


def questions(course: Course, now: datetime) -> list[Question]:
    """The newest commitments of the course, each with where its asking stands; two queries."""
    rows = Commitment.objects.standing().filter(course=course).select_related("insight")
    said = Prefetch("check_ins", queryset=CheckIn.objects.standing().order_by("at"))
    newest = rows.prefetch_related(said).order_by("-at", "-pk")[:MOST_ASKED]
    zone = course.person.practice.zone
    return [Question(row, asked(row, zone, now)) for row in newest]


def asked(row: Commitment, zone: ZoneInfo, now: datetime) -> integration.Asked:
    """Where the asking stands; its standing check-ins are loaded already."""
    told = (integration.Answered(how=each.how, at=each.at) for each in row.check_ins.all())
    over = None if row.due_on is None else day_over(row.due_on, zone)
    made = integration.Made(at=row.at, own_day_over_at=over, answers=tuple(told))
    return integration.asked(made, now=now)


def day_over(day: date, zone: ZoneInfo) -> datetime:
    """Midnight after the day, by the practice's clock."""
    return datetime.combine(day + timedelta(days=1), time(), zone)


def board(course: Course, now: datetime) -> Board:
    """What the therapist sees of the asking."""
    found = questions(course, now)
    waiting = sorted((each for each in found if each.asked.now), key=waits_since)
    ahead = sorted((each for each in found if comes_next(each)), key=asked_next)
    return Board(
        waiting=tuple(waiting[:MOST_SHOWN]),
        ahead=tuple(ahead[:MOST_SHOWN]),
        more=max(0, len(waiting) - MOST_SHOWN) + max(0, len(ahead) - MOST_SHOWN),
        unknown=sum(each.asked.state == "unknown" for each in found),
    )


def comes_next(each: Question) -> bool:
    return each.asked.now is None and each.asked.next is not None


def waits_since(each: Question) -> datetime:
    return moment_of(each.asked.now)


def asked_next(each: Question) -> datetime:
    return moment_of(each.asked.next)


def moment_of(moment: integration.Moment | None) -> datetime:
    if moment is None:
        raise ValueError("there is no such moment")
    return moment.at


def first(found: Iterable[Question]) -> Question | None:
    """The one question to ask a person now: what has waited longest; None when nothing waits."""
    return min((each for each in found if each.asked.now), key=waits_since, default=None)


def question(course: Course, now: datetime) -> Question | None:
    return first(questions(course, now))
