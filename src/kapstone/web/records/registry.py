"""A practice's own rows as the tables of OMOP: what happened and what was measured, no free text.

Only of people who agreed that the practice learns from their results [CON-27] and have not taken it
back. No note, no journal, no words of anybody, nothing that a person keeps from their therapist.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count, islice
from typing import Any, Protocol

from kapstone.registry.concepts import Vocabulary
from kapstone.web.accounts.models import Practice
from kapstone.web.records.models import Consent

LEARNING = "CON-27"
CHUNK = 10_000
Row = dict[str, Any]


class Takes(Protocol):
    """Where rows go: `kapstone.registry.cdm.Writer`."""

    def write(self, name: str, columns: dict[str, list[Any]]) -> None: ...


@dataclass(kw_only=True)
class Export:
    """One writing of a practice's rows.

    Ids count on over all tables, so that an event of an episode is one row wherever it stands.
    `since` and `until` are the days that something is known of each person; `left_out` says how
    many rows were not taken, by why.
    """

    practice: Practice
    vocabulary: Vocabulary
    at: datetime
    people: frozenset[int]
    ids: Iterator[int] = field(default_factory=lambda: count(1))
    since: dict[int, date] = field(default_factory=dict)
    until: dict[int, date] = field(default_factory=dict)
    episodes: dict[int, int] = field(default_factory=dict)
    visits: dict[int, int] = field(default_factory=dict)
    routes: dict[int, str] = field(default_factory=dict)
    events: list[tuple[int, int]] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def concept(self, name: str) -> int:
        return self.vocabulary.of(name).concept

    def local(self, moment: datetime) -> datetime:
        """The practice's own wall clock, as OMOP's times have no zone."""
        return moment.astimezone(self.practice.zone).replace(tzinfo=None)

    def saw(self, person: int, day: date) -> date:
        self.since[person] = min(day, self.since.get(person, day))
        self.until[person] = max(day, self.until.get(person, day))
        return day

    def event(self, course: int) -> int:
        """A new id of a row that belongs to a course."""
        row = next(self.ids)
        self.events.append((self.episodes[course], row))
        return row

    def at_once(self, prefix: str, person: int, moment: datetime) -> Row:
        """When something took place: its person, date and time."""
        local = self.local(moment)
        day = self.saw(person, local.date())
        return {"person_id": person, f"{prefix}_date": day, f"{prefix}_datetime": local}


def agreed(practice: Practice) -> frozenset[int]:
    """Who lets the practice learn from their results: the newest consent says yes, and stands."""
    newest: dict[int, bool] = {}
    rows = Consent.objects.standing().filter(course__person__practice=practice)
    told = rows.order_by("at", "pk").values_list("course__person", "choices", "withdrawal")
    for person, choices, withdrawn in told:
        newest[person] = choices.get(LEARNING) is True and withdrawn is None
    return frozenset(person for person, yes in newest.items() if yes)


def put(to: Takes, name: str, rows: Iterable[Row]) -> int:
    """Hand over the rows of a table, some at a time; gives how many there were."""
    waiting, written = iter(rows), 0
    while chunk := list(islice(waiting, CHUNK)):
        names = dict.fromkeys(key for row in chunk for key in row)
        to.write(name, {key: [row.get(key) for row in chunk] for key in names})
        written += len(chunk)
    return written
