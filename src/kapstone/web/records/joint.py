"""Sessions of two who are a couple, planned for one time and one room: is each asked alone first?

What comes out of here for others is one word, settled or not, the same for both and whatever the
reason: an answer that is missing looks like one that somebody has to read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from kapstone.intake import alone
from kapstone.web.records import one_room, session_facts
from kapstone.web.records.models import AskedAlone, AskedAloneReview, Couple, Session


@dataclass(frozen=True, slots=True)
class Said:
    """What one of the two has answered alone: when last, and whether all of it is settled."""

    last: datetime | None
    settled: bool


def sessions_of(people: Iterable[int]) -> dict[int, list[Any]]:
    """The sessions of each of these people that were not called off, with their stories."""
    rows: Any = session_facts.with_story(
        Session.objects.standing().filter(course__person__in=people)
    )
    found: dict[int, list[Any]] = {}
    for row in rows.select_related("course").order_by("pk"):
        if not row.cancelled and row.planned_for:
            found.setdefault(row.course.person_id, []).append(row)
    return found


def is_joint(session: Any, others: Iterable[Any]) -> bool:
    """Whether one of the other's sessions is at this time, and not plainly in another room."""
    return any(is_with(session, each) for each in others)


def is_with(session: Any, other: Any) -> bool:
    where, there = ((each.room or "").strip().casefold() for each in (session, other))
    apart = bool(where and there) and where != there
    return not apart and abs(session.planned_for - other.planned_for) <= one_room.TOGETHER


Pair = tuple[int, int, int]


def said_by(pairs: Iterable[Pair]) -> dict[tuple[int, int], Said]:
    """What each person of each couple has said, by couple and person; two queries.

    When they answered last counts by couple; what nobody has read counts in every one.
    """
    known = list(pairs)
    rows = list(AskedAlone.objects.filter(person__in={pk for _, *two in known for pk in two}))
    newest = {
        each.asked_id: each for each in AskedAloneReview.objects.standing().filter(asked__in=rows)
    }
    by_person: dict[int, list[AskedAlone]] = {}
    for row in rows:
        by_person.setdefault(row.person_id, []).append(row)
    found: dict[tuple[int, int], Said] = {}
    for couple, *two in known:
        for pk in two:
            mine = by_person.get(pk, [])
            last = max((each.at for each in mine if each.couple_id == couple), default=None)
            found[couple, pk] = Said(last, is_settled(mine, newest))
    return found


def is_settled(rows: Iterable[AskedAlone], reviews: dict[int, AskedAloneReview]) -> bool:
    """Whether each answer that was not clear was read, and the last word on them lets them.

    A clear no afterwards takes nothing back: it may have been somebody else's.
    """
    unclear = [each for each in rows if not alone.is_clear(each.answers)]
    if any(each.pk not in reviews for each in unclear):
        return False
    words = [reviews[each.pk] for each in unclear]
    return not words or max(words, key=lambda each: each.pk).together


def settled_sessions(people: Iterable[int]) -> dict[int, bool]:
    """Each session that two of a couple have together, and whether each was asked and all is well.

    Where one of the two has ended the couple, a session of both in one room is not settled: they
    are planned apart first. Four queries for any number of people.
    """
    pairs = pairs_of(people)
    sessions = sessions_of({pk for (_, *two), _ in pairs for pk in two})
    said = said_by(pair for pair, _ in pairs)
    found: dict[int, bool] = {}
    for (couple, one, other), stands in pairs:
        two = [said[couple, pk] for pk in (one, other)]
        for mine, theirs in ((one, other), (other, one)):
            for each in sessions.get(mine, ()):
                if is_joint(each, sessions.get(theirs, ())):
                    ready = stands and is_ready(two, each.planned_for)
                    found[each.pk] = found.get(each.pk, True) and ready
    return found


def is_ready(two: Iterable[Said], planned: datetime) -> bool:
    return all(each.settled and alone.is_fresh(each.last, planned) for each in two)


def pairs_of(people: Iterable[int]) -> list[tuple[Pair, bool]]:
    """The couples, with one of these people in them, and whether each stands; the last of each."""
    wanted = list(people)
    of_them = Q(person__in=wanted) | Q(partner__in=wanted)
    rows = Couple.objects.standing().filter(of_them).order_by("pk")
    found: dict[frozenset[int], tuple[Pair, bool]] = {}
    for pk, one, other, ended in rows.values_list("pk", "person", "partner", "ended"):
        found[frozenset((one, other))] = (pk, one, other), not ended
    return list(found.values())


def is_time(person: int, couple: Couple, now: datetime) -> bool:
    """Whether it is time for this person to be asked alone."""
    other = couple.partner_id if couple.person_id == person else couple.person_id
    said = said_by([(couple.pk, person, other)])[couple.pk, person]
    if said.last is None:
        return True
    sessions = sessions_of([person, other])
    theirs = sessions.get(other, [])
    together = [each for each in sessions.get(person, []) if is_joint(each, theirs)]
    planned = [each.planned_for for each in together if each.started_at is None]
    over = [each.discharged_at for each in together if each.discharged_at]
    return alone.is_time(said.last, planned=planned, over=over, now=now)
