"""Whether what has come to be known since a screening decision still agrees with it [ENG-05]."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from kapstone import pathway
from kapstone.web.records import decisions
from kapstone.web.records import pathway as course_pathway
from kapstone.web.records.models import Course, ScreeningDecision
from kapstone.web.records.settled import settled_since
from kapstone.web.records.story import moment


def looked_at_again(
    course: Course, facts: pathway.CourseFacts, *, now: datetime
) -> pathway.CourseFacts:
    """The same facts, with the screening gate shut when the rules now find something graver.

    Also when an answer as grave came after the decision and was settled since: the decision does
    not come back into force in silence.

    It asks the database about everything that screening knows of one course: deeds always do,
    pages by `gates_ahead`.
    """
    row = None if facts.screening.decision is None else ScreeningDecision.objects.of_now(course)
    if row is None:
        return facts
    new = decisions.difference(row, now=now).new
    found = [each for each in new if decisions.is_grave(each)]
    weighed = replace(
        facts.screening,
        knowledge_changed=bool(found),
        stops_since=tuple(each.title for each in found if each.action == "stop"),
        settled_since=settled_since(row),
    )
    return replace(facts, screening=weighed)


def gates_ahead(
    course: Any, facts: pathway.CourseFacts, number: int, *, now: datetime
) -> tuple[pathway.Gate, ...]:
    """The gates of a session that has not begun, for a page; the course carries its story.

    Everything is looked at again where something was told or the rules have changed since the
    decision, and where the session would be called ready.
    """
    gates = course_pathway.gates(course, facts, number, now=now)
    if is_as_signed(course, facts) and any(not gate.lets_through for gate in gates):
        return gates
    return course_pathway.gates(course, looked_at_again(course, facts, now=now), number, now=now)


def is_as_signed(course: Any, facts: pathway.CourseFacts) -> bool:
    """Whether nothing was told and no rule has changed since; the course carries its story."""
    return facts.screening.knowledge_changed is False and not told_since(course)


def told_since(course: Any) -> bool:
    """Whether somebody has told or taken in anything since the decision, by the course's story."""
    decision, told = course.story.newest("decision"), course.story.all("told")
    if decision is None:
        return False
    return any(later(row["recorded_at"], decision["at"]) for row in told)


def later(written: str, at: datetime) -> bool:
    found = moment(written)
    return found is not None and found > at
