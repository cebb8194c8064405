"""Short things to practise before the medicine: a breath, a way back to the room."""

from __future__ import annotations

from functools import cache
from typing import Literal

from kapstone.intake.preparation import Sourced
from kapstone.knowledge import read, rows

EXERCISES = "preparation/exercises.toml"


class Exercise(Sourced):
    """One card: what to do, step by step, and about how long it takes, in minutes."""

    component: str
    kind: Literal["breath", "grounding"]
    title: str
    minutes: int
    helps_when: str
    steps: tuple[str, ...]


@cache
def exercises() -> tuple[Exercise, ...]:
    """The cards in the order they are shown."""
    return tuple(rows(EXERCISES, "exercise", Exercise))


@cache
def when_to_stop() -> str:
    """What holds for every exercise."""
    return str(read(EXERCISES)["stop"])
