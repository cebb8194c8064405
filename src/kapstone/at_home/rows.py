"""What a session at home asks for, as rows."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Literal

from kapstone.knowledge import Knowledge, KnowledgeError, read, rows

RELEASE, WATCH = "at_home/release.toml", "at_home/watch.toml"
BOOSTER, CHECK_IN = "at_home/booster.toml", "at_home/check_in.toml"


class ConditionRow(Knowledge):
    """One thing that must hold before a release or a second dose, and who can settle it."""

    id: str
    title: str
    who: tuple[str, ...]
    evidence: tuple[str, ...]
    basis: str
    sources: tuple[str, ...]


class PressureRow(Knowledge):
    """How many days a resting pressure counts for a release."""

    id: str
    valid_days: int
    basis: str
    sources: tuple[str, ...]


class Watch(Knowledge):
    """How often a sitter looks, when a look is missed, and what is done then; minutes, hours."""

    id: str
    evidence: tuple[str, ...]
    every_min: int
    grace_min: int
    pass_on_min: int
    least_min: int
    link_hours: int
    stays: str
    do_missed: str
    do_help: str
    do_ended: str
    do_count: str
    basis: str
    sources: tuple[str, ...]


class Booster(Knowledge):
    """A second dose at home: what is true of it always, and how fresh what allows it must be."""

    id: str
    fresh_min: int
    says: str
    basis: str
    sources: tuple[str, ...]


class CheckInRow(Knowledge):
    """One check-in after the session; `on_hour` by the practice's clock, `asked` whose word counts.

    `do` is what whoever is on call does when it was missed.
    """

    id: str
    title: str
    after_min: int
    on_hour: int | None = None
    grace_min: int
    asked: tuple[Literal["person", "sitter"], ...]
    do: str
    evidence: tuple[str, ...]
    basis: str
    sources: tuple[str, ...]


class Answer(Knowledge):
    """What can be said at a check-in."""

    id: str
    label: str
    well: bool
    evidence: tuple[str, ...]
    basis: str
    sources: tuple[str, ...]


class Line(Knowledge):
    """One sentence for the sitter; `booster` None: with a second dose ordered and without."""

    id: str
    says: str
    booster: bool | None = None
    evidence: tuple[str, ...]
    basis: str
    sources: tuple[str, ...]


class Sight(Knowledge):
    """What a sitter can say with one tap; None is not known, which is never well."""

    id: str
    label: str
    awake: bool | None = None
    breathing: bool | None = None
    help: bool
    evidence: tuple[str, ...]
    basis: str
    sources: tuple[str, ...]

    @property
    def is_well(self) -> bool:
        return self.breathing is True and not self.help


@cache
def condition_rows() -> Mapping[str, ConditionRow]:
    """The conditions of a release by id, in the order they are worked through."""
    return {row.id: row for row in rows(RELEASE, "condition", ConditionRow)}


@cache
def pressure_row() -> PressureRow:
    return PressureRow.model_validate(read(RELEASE)["pressure"])


@cache
def watch() -> Watch:
    return Watch.model_validate(read(WATCH)["watch"])


@cache
def duties() -> tuple[Line, ...]:
    """What a sitter agrees to."""
    return tuple(rows(WATCH, "duty", Line))


@cache
def advice(*, booster: bool) -> tuple[Line, ...]:
    """What a sitter is told to do, with or without a second dose that was ordered in advance."""
    found = rows(WATCH, "advice", Line)
    return tuple(line for line in found if line.booster in {None, booster})


@cache
def if_outside() -> tuple[Line, ...]:
    """What a sitter does while a reading is outside the limits."""
    return tuple(rows(WATCH, "outside", Line))


@cache
def booster() -> Booster:
    return Booster.model_validate(read(BOOSTER)["booster"])


@cache
def booster_rows() -> Mapping[str, ConditionRow]:
    """The conditions of a second dose by id, in the order they are worked through."""
    return {row.id: row for row in rows(BOOSTER, "condition", ConditionRow)}


@cache
def check_in_rows() -> Mapping[str, CheckInRow]:
    """The check-ins after a session by id, in the order of the file."""
    return {row.id: row for row in rows(CHECK_IN, "check_in", CheckInRow)}


@cache
def answers() -> Mapping[str, Answer]:
    return {row.id: row for row in rows(CHECK_IN, "answer", Answer)}


@cache
def sights() -> Mapping[str, Sight]:
    return {row.id: row for row in rows(WATCH, "sight", Sight)}


def sight_named(name: str) -> Sight:
    """The sight of that id; raises KnowledgeError."""
    if name not in sights():
        raise KnowledgeError(f"no such sight: {name}; there are {', '.join(sights())}")
    return sights()[name]
