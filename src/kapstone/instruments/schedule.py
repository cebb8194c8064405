"""The schedule as it is written: which questionnaires hang on which moment of a course."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal, Self

from pydantic import ValidationError, model_validator

from kapstone.instruments.library import instrument, paths
from kapstone.knowledge import Knowledge, KnowledgeError, read

FILE = "instruments/schedule.toml"
# The first rank: asked whenever it is due, whatever the recall and the ceiling say.
RISK = "risk"

Anchor = Literal[
    "start",
    "first_dose",
    "dose",
    "course_dose",
    "maintenance_dose",
    "maintenance_check",
    "session_end",
    "integration",
    "second_dose",
    "mid_course",
    "course_end",
    "last_dose",
]
AFTER_A_DOSE = frozenset({"dose", "course_dose", "maintenance_dose", "session_end"})


class Ask(Knowledge):
    """One questionnaire of a row, and on what it depends.

    `keep` is its rank when more is due than fits. `otherwise` is asked in its place when it is too
    soon. Of those with the same `choose_one` the person answers one. Asked at visit `first_visit`
    and each `every_visit` after it. What is `optional` is only asked by hand.
    """

    instrument: str
    keep: str
    otherwise: str | None = None
    track: str | None = None
    needs_licence: bool = False
    choose_one: str | None = None
    optional: bool = False
    first_visit: int = 1
    every_visit: int = 1

    def at_visit(self, number: int) -> bool:
        past = number - self.first_visit
        return past >= 0 and past % self.every_visit == 0


class DueRow(Knowledge):
    """One line of the schedule; days count from the anchor, the window from when it is due.

    `weeks` asks again each week, while the course goes on and no other dose has come. What is asked
    in the `session` stands on the session's own pages and never becomes a sheet.
    """

    id: str
    title: str
    anchor: Anchor
    day: int = 0
    opens_days_before: int = 0
    opens_hours_before: int = 0
    closes_days_after: int = 0
    weeks: int = 1
    where: Literal["sheet", "session"] = "sheet"
    ask: tuple[Ask, ...] = ()
    also: str = ""
    basis: str
    sources: tuple[str, ...]


class KeepRow(Knowledge):
    """A rank: the one that stands first is kept first."""

    id: str
    words: str
    basis: str


class TrackRow(Knowledge):
    """A track that a course may be on; a positive screen of `suggested_by` suggests it.

    So does a word of `concerns`, in small letters, in the reason that the person comes for.
    """

    id: str
    title: str
    words: str
    suggested_by: tuple[str, ...] = ()
    concerns: tuple[str, ...] = ()
    basis: str


class Schedule(Knowledge):
    """The whole schedule; what its numbers mean stands beside them in the file."""

    again_after_days: int
    asked_weekly: tuple[str, ...]
    may_be_missing: tuple[str, ...]
    give_days: int
    same_contact_hours: int
    after_dose_hours: int
    after_dose_recall_days: int
    ceiling_min: float
    unknown_min: float
    session_hours: float
    check_after_days: int
    check_after_doses: int
    keep: tuple[KeepRow, ...]
    track: tuple[TrackRow, ...]
    due: tuple[DueRow, ...]

    @model_validator(mode="after")
    def names_what_there_is(self) -> Self:
        ranks, tracks = {row.id for row in self.keep}, {row.id for row in self.track}
        for row, ask in self.asks():
            if ask.keep not in ranks:
                raise ValueError(f"{row.id}: {ask.instrument}: no such rank: {ask.keep}")
            if ask.track is not None and ask.track not in tracks:
                raise ValueError(f"{row.id}: {ask.instrument}: no such track: {ask.track}")
        if twice := [name for name, n in Counter(row.id for row in self.due).items() if n > 1]:
            raise ValueError(f"{', '.join(twice)}: stands there twice")
        return self

    def asks(self) -> Iterator[tuple[DueRow, Ask]]:
        return ((row, ask) for row in self.due for ask in row.ask)

    @cached_property
    def ranks(self) -> dict[str, int]:
        """The place of each rank; what is kept first has the lowest."""
        return {row.id: place for place, row in enumerate(self.keep)}

    @cached_property
    def choices(self) -> dict[str, str]:
        """The choice that each questionnaire is a part of, of those that are."""
        return {ask.instrument: ask.choose_one for _, ask in self.asks() if ask.choose_one}

    def row(self, id: str) -> DueRow:
        """The row of that id; raises LookupError when there is none."""
        for each in self.due:
            if each.id == id:
                return each
        raise LookupError(f"no such row of the schedule: {id}")


@dataclass(frozen=True, slots=True)
class Asking:
    """What the schedule needs to know of a questionnaire; None is unknown.

    `recall_days` None looks back to the last contact, or at now. `of_person`: the person answers.
    """

    minutes: float | None
    recall_days: int | None
    has_text: bool = True
    of_person: bool = True


Known = Callable[[str], Asking]


@cache
def asking(name: str) -> Asking:
    """What the definition says; one that is not installed here has no text of its own."""
    if name not in paths():
        return Asking(minutes=None, recall_days=None, has_text=False)
    of = instrument(name)
    return Asking(
        minutes=of.minutes,
        recall_days=of.recall_days,
        has_text=of.has_text,
        of_person=of.respondent == "patient",
    )


def short_of(name: str) -> str:
    """What it is called on a page, also where its definition was left out."""
    return instrument(name).short if name in paths() else name


@cache
def schedule() -> Schedule:
    """The schedule of the knowledge files; raises KnowledgeError when it breaks its own rules."""
    return load(asking)


def load(known: Known) -> Schedule:
    try:
        found = Schedule.model_validate(read(FILE))
    except ValidationError as error:
        raise KnowledgeError(f"{FILE}: {error}") from error
    if problems := sorted([*trouble(found, known), *not_there(found)]):
        raise KnowledgeError(f"{FILE}: {'; '.join(problems)}")
    return found


def trouble(of: Schedule, known: Known) -> Iterator[str]:
    """Rows that ask what a questionnaire cannot answer then, or more risk than a visit holds."""
    for row in of.due:
        risk = [ask.instrument for ask in row.ask if ask.keep == RISK]
        if sum(minutes_of(name, of, known) for name in risk) > of.ceiling_min:
            yield f"{row.id}: its risk questions alone pass the ceiling"
        if row.where == "sheet":
            yield from too_near(row, of, known)
    for row, ask in of.asks():
        if ask.instrument in of.may_be_missing and not ask.needs_licence:
            yield f"{row.id}: {ask.instrument} may be missing, so it needs_licence"


def not_there(of: Schedule) -> Iterator[str]:
    """Names that no definition has, but for those that may be left out of an installation."""
    for row, ask in of.asks():
        for name in filter(None, (ask.instrument, ask.otherwise)):
            if name not in paths() and name not in of.may_be_missing:
                yield f"{row.id}: no such instrument: {name}"


def too_near(row: DueRow, of: Schedule, known: Known) -> Iterator[str]:
    """A scale that looks back over weeks, asked hours after a dose [evidence on instruments, 0.6].

    A week that the scale looks back to is not over then.
    """
    soon = row.anchor in AFTER_A_DOSE and (row.day > 0 or row.anchor == "session_end")
    if not soon or row.day * 24 > of.after_dose_hours:
        return
    for ask in row.ask:
        recall = known(ask.instrument).recall_days
        if recall is not None and recall > of.after_dose_recall_days:
            yield f"{row.id}: {ask.instrument} looks back {recall} days, too near to a dose"


def minutes_of(name: str, of: Schedule, known: Known) -> float:
    """How long it takes the person; what nobody has measured counts as `unknown_min`."""
    about = known(name)
    if not about.of_person:
        return 0
    return of.unknown_min if about.minutes is None else about.minutes


def track_named(id: str) -> TrackRow:
    """The track of that id; raises LookupError naming the tracks there are."""
    for each in schedule().track:
        if each.id == id:
            return each
    raise LookupError(f"no such track: {id}; there are {', '.join(t.id for t in schedule().track)}")
