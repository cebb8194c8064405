"""What prescribers have settled: their own finding, and the graver answers kept beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kapstone import screening
from kapstone.web.records import facts
from kapstone.web.records.models import FAVOURABLE, Course, GivenFact, ScreeningDecision

Key = tuple[str, datetime, str, Any]


@dataclass(frozen=True, slots=True)
class Aside:
    """An answer that counts for nothing any more; `by` is whoever on staff wrote it."""

    words: str
    given: screening.Given
    by: str | None


@dataclass(frozen=True, slots=True)
class Settled:
    """The finding that stands, in whose words, and what it sets aside."""

    fact: str
    words: str
    reason: str
    by: str
    at: datetime
    aside: tuple[Aside, ...]


def rows_of(course: Course) -> Any:
    rows = GivenFact.objects.standing().filter(person=course.person).exclude(settles=[])
    return rows.select_related("by").order_by("-at", "-pk")


def settled(course: Course, *, now: datetime) -> list[Settled]:
    """Everything that was settled about the person, the newest first."""
    rows = [row for row in rows_of(course) if can_be_read(row.fact, row.value)]
    if not rows:
        return []
    told, names = words_told(course, now), facts.givers(course)
    return [
        Settled(
            fact=row.fact,
            words=screening.describe(
                row.fact, screening.Given(row.value, row.at, row.origin, row.words)
            ),
            reason=row.words,
            by=row.by.signed_name,
            at=row.recorded_at,
            aside=tuple(set_aside(row, told, names)),
        )
        for row in rows
    ]


def can_be_read(name: str, value: Any) -> bool:
    """Whether the vocabulary of today still has the fact and the answer."""
    of = screening.vocabulary().get(name)
    return of is not None and of.accepts(value)


def set_aside(
    row: GivenFact, told: Mapping[Key, str | None], names: Mapping[tuple[str, datetime], str]
) -> Iterator[Aside]:
    for given in facts.settled_by(row):
        if not can_be_read(row.fact, given.value):
            continue
        at = facts.when_of(given)
        said = told.get((row.fact, at, given.origin, given.value))
        whole = screening.Given(given.value, at, given.origin, said)
        yield Aside(screening.describe(row.fact, whole), whole, names.get((row.fact, at)))


def words_told(course: Course, now: datetime) -> dict[Key, str | None]:
    """The words of every answer: the row that settles names its value, its time and its origin."""
    told = facts.readable(facts.sources(course, facts.here(course, now)))
    return {
        (name, facts.when_of(given), given.origin, given.value): given.words for name, given in told
    }


def settled_since(decision: ScreeningDecision) -> tuple[str, ...]:
    """The grave answers that came after a decision that goes on, and were settled since.

    No rule speaks of them any more; whether the decision still stands is for its prescriber.
    """
    if decision.decision not in FAVOURABLE:
        return ()
    rows = rows_of(decision.course).filter(recorded_at__gt=decision.at)
    return tuple(
        dict.fromkeys(
            screening.describe(row.fact, given)
            for row in rows
            for given in facts.settled_by(row)
            if is_new(decision, row.fact, given)
        )
    )


def is_new(decision: ScreeningDecision, name: str, given: screening.Given) -> bool:
    """Whether a stop or a review hangs on the answer, and the decision did not weigh it."""
    if not can_be_read(name, given.value):
        return False
    if not screening.may_speak(screening.fact(name), given.value):
        return False
    weighed = decision.facts.get(name)
    return weighed is None or weighed["value"] != given.value
