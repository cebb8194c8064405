"""The stories, the staff and the words of the demonstration practice, as read from its files."""

from __future__ import annotations

from functools import cache
from typing import Literal

from kapstone.knowledge import Knowledge, read, rows


class Coded(Knowledge):
    """One line of another record: its code and its words."""

    code: str
    text: str


class News(Knowledge):
    """A fact told `days_ago`, after the first visit; 0 is today."""

    fact: str
    value: bool | float | str
    days_ago: int
    words: str = ""


class Health(Knowledge):
    """What makes a person's screening their own; all else is found to be well.

    `answers` are those of the intake by question, `found` are facts of the first visit, and
    `unknown` those that nobody can give yet. `conditions` (SNOMED CT) and `prescriptions` (RxNorm)
    come in the record of another practice.
    """

    history: str | None = None
    takes: tuple[str, ...] = ()
    answers: dict[str, str] = {}
    found: dict[str, bool | float | str] = {}
    unknown: tuple[str, ...] = ()
    news: tuple[News, ...] = ()
    conditions: tuple[Coded, ...] = ()
    prescriptions: tuple[Coded, ...] = ()


class Story(Knowledge):
    """One invented person and where they stand on the road; days count from today.

    `skips_integration` leaves out the meeting after the last dose. Exactly one of the first three
    dose dates is given.
    """

    id: str
    title: str
    given: str
    family: str
    pronouns: str
    age: int
    weight_kg: float
    concern: str
    route: Literal["iv", "im", "sl"]
    first_dose_in: int | None = None
    last_dose_ago: int | None = None
    dose_today: int | None = None
    minutes_ago: int = 0
    minutes_ahead: int = 0
    doses: int = 4
    room: str = "Maple"
    until: str | None = None
    intake_stops_at: str | None = None
    decision: Literal["suitable", "extra_oversight", "not_yet", "another_path"] = "suitable"
    decision_words: str | None = None
    resting_bp: tuple[int, int] | None = None
    health: Health = Health()
    klass: Literal["rapid", "delayed", "none"] | None = None
    holds_days: int | None = None
    lost_by_days: int | None = None
    worse: bool = False
    maintained: bool = False
    suicidal: bool = False
    withdraws: bool = False
    skips_integration: bool = False
    skips_review: bool = False
    answers_until: int | None = None
    decision_review: (
        Literal["go_on", "more_sessions", "space_out", "maintenance", "another_path", "good_ending"]
        | None
    ) = None
    review_at_days: int = 14
    partner: str | None = None
    message: int | None = None


class Staff(Knowledge):
    """Someone who works in the practice."""

    key: str
    name: str
    role: Literal["prescriber", "session_monitor", "therapist", "front_desk", "owner"]


class Insight(Knowledge):
    """What someone saw, what they mean to do about it, and what came of it."""

    insight: str
    commitment: str
    check_in: str


class Concern(Knowledge):
    """What brings a person, and the words of people with that concern."""

    id: str
    name: str
    brings: tuple[str, ...]
    hopes: tuple[str, ...]
    tried: tuple[str, ...]
    goals: tuple[str, ...]
    intentions: tuple[str, ...]
    worries: tuple[str, ...]
    expectations: tuple[str, ...]
    journal: tuple[str, ...]
    insight: tuple[Insight, ...]


class Shared(Knowledge):
    """Words that fit anyone."""

    questions: tuple[str, ...]
    fit: tuple[str, ...]
    notes: tuple[str, ...]
    integration_notes: tuple[str, ...]
    music: tuple[str, ...]
    touch: tuple[str, ...]
    marks: tuple[str, ...]
    messages: tuple[str, ...]


@cache
def stories() -> tuple[Story, ...]:
    """Every story, in the order of the file: the most telling ones first."""
    return tuple(rows("synthesis/stories.toml", "story", Story))


@cache
def staff() -> tuple[Staff, ...]:
    """The people who work in the practice."""
    return tuple(rows("synthesis/stories.toml", "staff", Staff))


@cache
def concerns() -> dict[str, Concern]:
    """The words of each concern, by its id."""
    return {row.id: row for row in rows("synthesis/words.toml", "concern", Concern)}


@cache
def shared() -> Shared:
    """The words that fit anyone."""
    return Shared.model_validate(read("synthesis/words.toml")["shared"])


@cache
def safety_words() -> dict[str, tuple[str, ...]]:
    """The fields of a Stanley-Brown safety plan, with an example's answers."""
    return {field: tuple(words) for field, words in read("synthesis/words.toml")["safety"].items()}
