"""A life while it is being written: the person, their truth, their dates, and the deeds so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, TypeVar

import numpy as np

from kapstone.synthesis.cast import Concern, Story, concerns
from kapstone.synthesis.deeds import Event
from kapstone.synthesis.model import Latent
from kapstone.synthesis.vitals import Resting

T = TypeVar("T")
FRONT_DESK = "quill"
FIRST_REVIEW = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An invented person; the phone and the address reach nobody."""

    key: str
    given: str
    family: str
    pronouns: str
    birth_date: date
    weight_kg: float
    phone: str
    email: str
    concern: str
    partner: str | None


@dataclass(frozen=True, slots=True)
class Team:
    """The staff keys of those who care for one person."""

    prescriber: str
    session_monitor: str
    therapist: str


@dataclass(frozen=True, slots=True)
class Escort:
    """Who takes a person home; the phone reaches nobody."""

    name: str
    relation: str
    phone: str


@dataclass(slots=True, kw_only=True)
class Draft:
    """What the chapters of a life share; `starts` are the induction doses, then maintenance."""

    story: Story
    person: Person
    team: Team
    latent: Latent
    body: Resting
    escort: Escort
    starts: Sequence[datetime]
    extra_starts: Sequence[datetime]
    now: datetime
    zone: tzinfo
    rng: np.random.Generator
    events: list[Event] = field(default_factory=list)

    @property
    def words(self) -> Concern:
        """The words of people with this concern."""
        return concerns()[self.story.concern]

    @property
    def every_start(self) -> tuple[datetime, ...]:
        """The start of each session, induction and maintenance."""
        return (*self.starts, *self.extra_starts)

    @property
    def midway(self) -> int:
        """After which session the course is first looked at."""
        return min(FIRST_REVIEW, len(self.starts))

    def write(self, at: datetime, deed: str, by: str, /, **what: Any) -> None:
        """Add one deed."""
        self.events.append(Event(at, deed, by, what))

    def day(self, offset: int, hour: int, minute: int = 0) -> datetime:
        """A time of a working day, `offset` days from the first dose or the last Friday before."""
        return at(working_day(self.evening(offset).date()), hour, minute, self.zone)

    def evening(self, offset: int, hour: int = 19, minute: int = 30) -> datetime:
        """A time of any day, for what people do at home."""
        return at(self.starts[0].date() + timedelta(days=offset), hour, minute, self.zone)

    def recently(self, days_ago: int) -> datetime:
        """A time of a working day so many days ago, or a little while ago today."""
        if not days_ago:
            return self.now - timedelta(minutes=40)
        return at(working_day(self.now.date() - timedelta(days=days_ago)), 10, 0, self.zone)

    def one_of(self, choices: Sequence[T]) -> T:
        """One choice by chance."""
        return choices[int(self.rng.integers(len(choices)))]

    def session_key(self, number: int) -> str:
        """The key of the session with that number, from 1."""
        return f"{self.story.id}-{number}"


def at(day: date, hour: int, minute: int, zone: tzinfo) -> datetime:
    """That wall-clock time in the practice's zone."""
    return datetime.combine(day, time(hour, minute), tzinfo=zone)


def working_day(day: date) -> date:
    """The day itself, or the Friday before a weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def next_working_day(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta(days=(7 - day.weekday()) if day.weekday() > 4 else 0)
