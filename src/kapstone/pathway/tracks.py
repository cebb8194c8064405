"""Session notes of the therapy tracks: what is asked, what is still open, what an answer asks for.

A track is rows; nothing here knows one by its name. None, or a question that is not there, is not
known, and never a no.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal

from pydantic import ConfigDict, Field

from kapstone.knowledge import Knowledge, rows

FILE = "pathway/tracks.toml"
RED, YELLOW, SAY = "red", "yellow", "say"
LONGEST_LIST = 40
LONGEST_TEXT = 4_000
Kind = Literal["scale", "number", "choice", "text", "list"]
Answers = Mapping[str, Any]


class Row(Knowledge):
    """A row with what it rests on."""

    id: str
    basis: str
    evidence: tuple[str, ...] = ()
    sources: tuple[str, ...]


class TrackRow(Row):
    """A kind of work; `suits` are the tracks of a course that it belongs to.

    `near_dose` says beside the note how long ago the last dose was. `title_person` is what its
    short page is called for the person: words that tell nobody else what it is about.
    """

    title: str
    words: str
    title_person: str = ""
    words_person: str = ""
    suits: tuple[str, ...] = ()
    near_dose: bool = False


class ChoiceRow(Knowledge):
    """One of the answers that a question has."""

    id: str
    text: str


class QuestionRow(Row):
    """What a note of a track asks.

    `asked` each session or once a course. A `screen` that nobody answered stays open. `own`: only
    by the team, by the person on their own page as well, or by the person only. `trend` is shown
    over the sessions. A scale has whole numbers, a number may be a fraction of its `unit`.
    """

    track: str
    title: str
    ask: str
    ask_person: str = ""
    why: str = ""
    kind: Kind
    asked: Literal["each", "once"] = "each"
    screen: bool = False
    own: Literal["never", "both", "only"] = "never"
    trend: bool = False
    least: int | None = None
    most: int | None = None
    low: str = ""
    high: str = ""
    unit: str = ""
    choices: tuple[ChoiceRow, ...] = ()

    @property
    def of_team(self) -> bool:
        return self.own != "only"

    @property
    def of_person(self) -> bool:
        return self.own != "never"


class OwedRow(Row):
    """What an answer to one of `questions` asks for: one of `among`, or a number of `at_least`.

    Not where `unless` was last answered with one of `unless_among`; not known is no such answer.
    `on_dose_day` holds only on the day of a dose.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    questions: tuple[str, ...]
    among: tuple[str, ...] = Field(default=(), alias="is")
    at_least: float | None = None
    on_dose_day: bool = False
    unless: str | None = None
    unless_among: tuple[str, ...] = Field(default=(), alias="unless_is")
    level: Literal["red", "yellow", "say"]
    says: str
    do: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one note says; `own`: written by the person on their own page."""

    at: datetime
    answers: Answers
    own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """One question over the notes, oldest first; None: it was not asked then."""

    question: QuestionRow
    points: tuple[tuple[datetime, float | None], ...]

    @property
    def n(self) -> int:
        """How many of the notes have a number."""
        return sum(value is not None for _, value in self.points)


@cache
def tracks() -> Mapping[str, TrackRow]:
    """The tracks in their order, by their ids."""
    return {row.id: row for row in rows(FILE, "track", TrackRow)}


@cache
def all_questions() -> Mapping[str, QuestionRow]:
    return {row.id: row for row in rows(FILE, "question", QuestionRow)}


@cache
def all_owed() -> tuple[OwedRow, ...]:
    return tuple(rows(FILE, "owed", OwedRow))


def questions(track: str) -> tuple[QuestionRow, ...]:
    """What a note of the track asks the team, in order."""
    return tuple(each for each in all_questions().values() if each.track == track and each.of_team)


def own_questions(track: str) -> tuple[QuestionRow, ...]:
    """What the person may write down of it themselves."""
    found = all_questions().values()
    return tuple(each for each in found if each.track == track and each.of_person)


def is_known(value: Any) -> bool:
    """Whether this is an answer at all: nothing, blanks and an empty list are none."""
    if isinstance(value, str):
        return bool(value.strip())
    return value is not None and value not in ([], ())


def known(answers: Answers) -> dict[str, Any]:
    """The answers that say something."""
    return {name: value for name, value in answers.items() if is_known(value)}


def wrong(question: QuestionRow, value: Any) -> str:
    """What is wrong with an answer, in words; empty where it is one that the question has."""
    if question.kind in {"scale", "number"}:
        return wrong_number(question, value)
    if question.kind == "choice":
        has = value in {each.id for each in question.choices}
        return "" if has else f"{question.title}: choose one of its answers."
    if question.kind == "list":
        return wrong_list(question, value)
    fits = isinstance(value, str) and len(value) <= LONGEST_TEXT
    return "" if fits else f"{question.title}: at most {LONGEST_TEXT} letters."


def wrong_number(question: QuestionRow, value: Any) -> str:
    whole = question.kind == "scale"
    least, most = question.least or 0, question.most or 0
    is_one = isinstance(value, int if whole else (int, float)) and not isinstance(value, bool)
    if is_one and least <= value <= most:
        return ""
    kind = "a whole number" if whole else "a number"
    return f"{question.title} is {kind} from {least} to {most}."


def wrong_list(question: QuestionRow, value: Any) -> str:
    lines = value if isinstance(value, list | tuple) else ()
    fits = len(lines) <= LONGEST_LIST and all(isinstance(each, str) for each in lines)
    short = all(len(each) <= LONGEST_TEXT for each in lines)
    return "" if lines and fits and short else f"{question.title}: at most {LONGEST_LIST} lines."


def latest(notes: Iterable[Told]) -> dict[str, Any]:
    """The newest known answer of each question, of notes oldest first."""
    found: dict[str, Any] = {}
    for note in notes:
        found |= known(note.answers)
    return found


def still_open(track: str, notes: Sequence[Told]) -> tuple[QuestionRow, ...]:
    """The questions of its screen that are not known: in the last session, or in the course.

    What the person writes themselves is no session.
    """
    held = [note for note in notes if not note.own]
    ever, last = latest(held), known(held[-1].answers) if held else {}
    return tuple(
        each
        for each in questions(track)
        if each.screen and each.id not in (ever if each.asked == "once" else last)
    )


def owed(
    track: str, answers: Answers, *, before: Sequence[Told] = (), dose_day: bool
) -> tuple[OwedRow, ...]:
    """What the answers of one note ask for, in the order of the rows.

    `before` are the notes up to this one, oldest first; `dose_day` whether a dose was given on the
    day of it.
    """
    standing = latest(before) | known(answers)
    mine = {each.id for each in all_questions().values() if each.track == track}
    return tuple(
        row
        for row in all_owed()
        if any(name in mine and holds(row, answers.get(name)) for name in row.questions)
        and (dose_day or not row.on_dose_day)
        and not (row.unless and standing.get(row.unless) in row.unless_among)
    )


def holds(row: OwedRow, value: Any) -> bool:
    """Whether an answer is one that the row speaks of; what is not known is none."""
    if not is_known(value):
        return False
    if row.at_least is not None:
        return isinstance(value, int | float) and value >= row.at_least
    return value in row.among


def trends(track: str, notes: Sequence[Told]) -> tuple[Trend, ...]:
    """Each question of the track that is followed over time and has a number, with its gaps.

    What only the person answers has their notes, the others have those of the sessions.
    """
    asked = (each for each in all_questions().values() if each.track == track and each.trend)
    found = (trend(each, notes) for each in asked)
    return tuple(each for each in found if each.n)


def trend(question: QuestionRow, notes: Sequence[Told]) -> Trend:
    own = question.own == "only"
    return Trend(
        question=question,
        points=tuple(
            (note.at, known(note.answers).get(question.id)) for note in notes if note.own == own
        ),
    )


def in_words(question: QuestionRow, value: Any) -> str:
    """An answer as it is read; what is not known says so."""
    if not is_known(value):
        return "not known"
    if question.kind == "choice":
        return next((each.text for each in question.choices if each.id == value), str(value))
    if question.kind == "list":
        return "; ".join(value)
    if question.kind == "scale":
        return f"{value} of {question.most}"
    return f"{value:g} {question.unit}" if question.kind == "number" else str(value)
