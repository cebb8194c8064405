"""Who owes which look of long-term safety: of one course, and of those who come next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kapstone.pathway import long_term
from kapstone.web.accounts.models import User
from kapstone.web.records import pathway as course_pathway
from kapstone.web.records.models import Course, SessionPlan

# Whose next session is so near that somebody can still look before it.
SOON, LATELY = timedelta(days=14), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Owing:
    """One person with a session ahead, and what they owe; what holds the dose stands first."""

    course: Course
    due: datetime
    rows: tuple[long_term.Owed, ...]

    @property
    def holds(self) -> bool:
        return any(each.holds for each in self.rows)


def of_course(
    course: Course, *, now: datetime
) -> tuple[long_term.LongTermFacts, tuple[long_term.Owed, ...]]:
    """The facts of one course, and how every row stands."""
    rows = Course.objects.filter(pk=course.pk)
    ((loaded, told),) = course_pathway.facts_of(rows, now=now).items()
    facts = told.long_term or long_term.LongTermFacts()
    return facts, long_term.owed(facts, now=course_pathway.here(loaded, now))


def before_next(user: User, *, now: datetime) -> list[Owing]:
    """Those with a session in the next two weeks who had one before, and owe a look; soonest first.

    Two queries, however many there are.
    """
    planned = Course.objects.visible_to(user).filter(
        course_pathway.is_on_the_road(),
        session__phase__phase="started",
        session__phase__corrected_by=None,
        pk__in=planned_soon(now),
    )
    found = []
    for course, told in course_pathway.facts_of(planned.distinct(), now=now).items():
        ahead = [each.planned_for for each in told.sessions if each.started_at is None]
        times = [at for at in ahead if at is not None and at >= now - LATELY]
        if times and told.long_term is not None:
            here = course_pathway.here(course, now)
            rows = [each for each in long_term.owed(told.long_term, now=here) if each.waits]
            late = [each for each in rows if each.state != "due"]
            if late:
                gravest = sorted(late, key=lambda each: not each.holds)
                found.append(Owing(course, min(times), tuple(gravest)))
    return sorted(found, key=lambda each: (not each.holds, each.due))


def planned_soon(now: datetime) -> Any:
    """The courses with a session that is planned for one of the next days."""
    plans = SessionPlan.objects.standing().filter(
        cancelled=False, planned_for__gte=now - LATELY, planned_for__lt=now + SOON
    )
    return plans.values("session__course")
