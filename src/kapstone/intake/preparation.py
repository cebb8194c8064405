"""Preparation: what makes the room easier, what to expect, an intention, a safety plan."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Literal, Self

from pydantic import model_validator

from kapstone.intake.questions import Option
from kapstone.knowledge import Knowledge, read, rows

COMFORTS = "preparation/comforts.toml"
EXPECT = "preparation/what_to_expect.toml"
SAFETY_PLAN = "preparation/safety_plan.toml"
INTENTIONS = "preparation/intentions.toml"

Minutes = tuple[int, int]


class Sourced(Knowledge):
    """A row with its sources; `basis` DEFAULT marks the practice's own setting."""

    id: str
    sources: tuple[str, ...]
    basis: Literal["DEFAULT"] | None = None


class Prompt(Sourced):
    """Something asked, answered in the person's own words or with yes and no."""

    ask: str


class Words(Sourced):
    """Something told."""

    words: str


class Comfort(Sourced):
    """A choice about the room; nothing is chosen beforehand. Without options it is free text."""

    component: str
    title: str
    ask: str
    note: str | None = None
    options: tuple[Option, ...] = ()


class Piece(Sourced):
    """One thing to expect."""

    part: Literal["before", "body", "mind", "after"]
    title: str
    words: str


class Clock(Sourced):
    """How time usually goes on the route `id`, in minutes from the dose or start of the infusion.

    `starts_min` is None where the sources give no number.
    """

    starts_min: Minutes | None = None
    strongest_min: Minutes
    mostly_gone_min: Minutes
    words: str

    @model_validator(mode="after")
    def runs_forward(self) -> Self:
        spans = [self.starts_min or (0, 0), self.strongest_min, self.mostly_gone_min]
        lows, highs = [span[0] for span in spans], [span[1] for span in spans]
        if lows != sorted(lows) or highs != sorted(highs) or any(a > b for a, b in spans):
            raise ValueError("it starts, is strongest, and goes, in that order")
        return self


class Field(Knowledge):
    """One line of the safety plan; `extra` alone does not make a step begun."""

    id: str
    ask: str
    kind: Literal["text", "phone", "date", "yes_no"] = "text"
    extra: bool = False


class Step(Sourced):
    """A step of the safety plan; `always` is printed on every plan."""

    title: str
    ask: str
    fields: tuple[Field, ...]
    always: tuple[str, ...] = ()


class SafetyPlan(Knowledge):
    """The empty plan: its steps, in order, and under which licence its words stand."""

    title: str
    licence: str
    note: str
    step: tuple[Step, ...]


@cache
def touch_areas() -> tuple[Prompt, ...]:
    """The kinds of touch a person can agree to, each yes or no."""
    return tuple(rows(COMFORTS, "touch", Prompt))


@cache
def touch_rules() -> tuple[Words, ...]:
    """What holds for touch whatever was agreed (TCH-01 to TCH-05)."""
    return tuple(rows(COMFORTS, "touch_rule", Words))


@cache
def voice_rules() -> tuple[Words, ...]:
    """What holds for speaking to somebody whatever was agreed."""
    return tuple(rows(COMFORTS, "voice_rule", Words))


@cache
def comforts() -> tuple[Comfort, ...]:
    """Music, eye shades, light, and the rest of the room, in the order they are asked."""
    return tuple(rows(COMFORTS, "comfort", Comfort))


@cache
def what_to_expect() -> tuple[Piece, ...]:
    """What a person may feel before, during and after, on any route."""
    return tuple(rows(EXPECT, "piece", Piece))


@cache
def clocks() -> dict[str, Clock]:
    return {clock.id: clock for clock in rows(EXPECT, "clock", Clock)}


def clock(route: str) -> Clock:
    """How time usually goes on this route; raises LookupError naming the routes there are."""
    if route not in clocks():
        raise LookupError(f"no clock for route {route}; there are {', '.join(clocks())}")
    return clocks()[route]


@cache
def intention_prompts() -> tuple[Prompt, ...]:
    """Questions that help to find an intention."""
    return tuple(rows(INTENTIONS, "prompt", Prompt))


@cache
def intention_note() -> Words:
    """The words that keep an intention from becoming a demand."""
    return Words.model_validate(read(INTENTIONS)["hold_lightly"])


@cache
def intentions_at_most() -> int:
    return int(read(INTENTIONS)["at_most"])


@cache
def safety_plan() -> SafetyPlan:
    """The safety plan to fill in."""
    return SafetyPlan.model_validate(read(SAFETY_PLAN))


def steps_not_begun(filled: Mapping[str, str | None]) -> tuple[Step, ...]:
    """The steps of the safety plan with nothing written in them yet.

    Raises ValueError for a line that the plan does not have.
    """
    lines = {field.id for step in safety_plan().step for field in step.fields}
    if strange := sorted(set(filled) - lines):
        raise ValueError(f"safety plan: no such line: {', '.join(strange)}")
    return tuple(step for step in safety_plan().step if not begun(step, filled))


def begun(step: Step, filled: Mapping[str, str | None]) -> bool:
    return any((filled.get(field.id) or "").strip() for field in step.fields if not field.extra)
