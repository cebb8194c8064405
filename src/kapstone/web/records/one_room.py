"""Who else is planned in the same room at the same time: a couple, or a small group."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from kapstone.web.accounts.models import User
from kapstone.web.records import session_facts
from kapstone.web.records.models import Session

# Planned this close to each other in one room, people are there together.
TOGETHER = timedelta(minutes=15)


def with_session(session: Any, user: User) -> list[Any]:
    """The session (with its story) and those beside it that the user may know of, by name.

    A session without a room is with nobody; one that was called off is not there.
    """
    where = (session.room or "").strip()
    if not where:
        return [session]
    first, last = session.planned_for - TOGETHER, session.planned_for + TOGETHER
    rows = session_facts.with_story(Session.objects.visible_to(user).standing())
    beside = rows.filter(planned_for__gte=first, planned_for__lte=last, room__iexact=where)
    found = beside.exclude(cancelled=True).exclude(pk=session.pk)
    others = found.select_related("course__person__practice")
    same = session.course.person.practice_id
    here = [session, *(each for each in others if each.course.person.practice_id == same)]
    return sorted(here, key=lambda each: (each.course.person.name, each.pk))


def is_beside(session: Any, other: Any) -> bool:
    """Whether two sessions of a practice, with their stories, are planned together in one room."""
    where, there = ((each.room or "").strip().casefold() for each in (session, other))
    together = abs(session.planned_for - other.planned_for) <= TOGETHER
    return bool(where) and where == there and together


def over(sessions: Sequence[Any]) -> datetime | None:
    """When the last of them went home; None while anybody is here or has not begun."""
    homes = [each.discharged_at for each in sessions]
    return None if None in homes else max(homes, default=None)


def began(sessions: Sequence[Any]) -> datetime | None:
    """When the first of them began: the one clock of the room; None before that."""
    return min((each.started_at for each in sessions if each.started_at), default=None)
