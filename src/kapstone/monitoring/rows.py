"""What is written down in a session, and the practice's limits for it, as rows."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Literal, Self

from pydantic import model_validator

from kapstone.knowledge import Knowledge, KnowledgeError, read, rows


class Sign(Knowledge):
    """Something measured or judged at a check; `plausible` is the range of a likely typing.

    Outside `possible` no value is taken at all.

    With `one_tap` each point of it is a button in the room; `typed` says whether it has a field.
    `choices` are the words of its points, the lowest first.
    """

    id: str
    label: str
    short: str
    unit: str
    plausible: tuple[float, float]
    possible: tuple[float, float]
    decimals: int
    optional: bool
    one_tap: bool = False
    typed: bool = True
    choices: tuple[str, ...] | None = None
    basis: str
    sources: tuple[str, ...]

    def points(self) -> tuple[tuple[int, str], ...]:
        """Each whole point of a scale with its words, from the least to the most."""
        least, most = self.plausible
        return tuple((point, self.means(point)) for point in range(int(least), int(most) + 1))

    def means(self, value: float) -> str:
        """The words of a point; empty when the scale has none or the value is no point of it."""
        place = int(value - self.plausible[0])
        return self.choices[place] if self.choices and 0 <= place < len(self.choices) else ""


class Bounds(Knowledge):
    """A side of a limit: figures of the value itself, or of its change from rest."""

    above: float | None = None
    at_least: float | None = None
    below: float | None = None
    at_most: float | None = None
    rise: float | None = None
    fall: float | None = None
    after_min: float | None = None

    @model_validator(mode="after")
    def says_something(self) -> Self:
        if not self.model_fields_set - {"after_min"}:
            raise ValueError("give at least one figure")
        return self


class OnlyWith(Knowledge):
    """Another sign that must be at least this high for the limit to count."""

    sign: str
    at_least: float


class Limit(Knowledge):
    """A limit for a recorded reading, with what to do; `readings` in a row confirm it.

    `lasting` is how long a crossing lasts before it counts; past `at_once` it counts at any time.
    """

    id: str
    sign: str
    yellow: Bounds
    red: Bounds | None = None
    red_at_home: Bounds | None = None
    at_once: Bounds | None = None
    only_with: OnlyWith | None = None
    readings: int
    lasting: str | None = None
    yellow_recheck_min: int
    red_recheck_min: int | None = None
    do_yellow: str
    do_red: str | None = None
    basis: str
    sources: tuple[str, ...]

    def is_worse(self, value: float, than: float) -> bool:
        """Whether a figure lies further beyond this limit than another one does."""
        low = (self.yellow.below, self.yellow.at_most, self.yellow.fall)
        return value < than if any(each is not None for each in low) else value > than


class AloneLimit(Knowledge):
    """How long nobody may be in the room, in seconds, and who counts."""

    id: str
    yellow_below_s: float
    roles: tuple[str, ...]
    do_yellow: str
    do_red: str
    basis: str
    sources: tuple[str, ...]


class Mark(Knowledge):
    """One tap: how the person is, or what was done; `key` is its key on the keyboard."""

    id: str
    label: str
    group: Literal["state", "body", "support", "touch", "music", "words"]
    key: str
    basis: str
    sources: tuple[str, ...]


class Effect(Knowledge):
    """A side effect, in the words of staff and of the person."""

    id: str
    label: str
    person: str
    basis: str
    sources: tuple[str, ...]


class Severity(Knowledge):
    """How bad a side effect was."""

    id: str
    label: str
    means: str
    basis: str
    sources: tuple[str, ...]


@cache
def signs() -> Mapping[str, Sign]:
    """The signs by id, in the order of the keypad."""
    return {sign.id: sign for sign in rows("monitoring/signs.toml", "sign", Sign)}


@cache
def limits() -> tuple[Limit, ...]:
    """The practice's limits; raises KnowledgeError for one on a sign that is not recorded."""
    found = tuple(rows("monitoring/limits.toml", "limit", Limit))
    for limit in found:
        named = {limit.sign} | ({limit.only_with.sign} if limit.only_with else set())
        if unknown := named - set(signs()):
            raise KnowledgeError(f"limits.toml: {limit.id}: no such sign: {unknown}")
    return found


@cache
def alone_limit() -> AloneLimit:
    return AloneLimit.model_validate(read("monitoring/limits.toml")["alone"])


@cache
def marks() -> tuple[Mark, ...]:
    """The one-tap marks, in the order of the screen."""
    return tuple(rows("monitoring/marks.toml", "mark", Mark))


@cache
def side_effects() -> tuple[Effect, ...]:
    """The side effects that can be recorded."""
    return tuple(rows("monitoring/side_effects.toml", "effect", Effect))


@cache
def severities() -> tuple[Severity, ...]:
    """From mild to severe."""
    return tuple(rows("monitoring/side_effects.toml", "severity", Severity))
