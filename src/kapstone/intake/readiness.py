"""What preparation is to have covered before the first medicine: done, open, or not known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from kapstone.intake.preparation import Sourced
from kapstone.knowledge import read, rows

READINESS = "preparation/readiness.toml"

State = Literal["done", "open", "unknown"]
STATES: dict[bool | None, State] = {True: "done", False: "open", None: "unknown"}


class ReadyLine(Sourced):
    """One thing to cover; `known_from` names what tells it, None when somebody has to say so."""

    title: str
    known_from: str | None = None


@dataclass(frozen=True, slots=True)
class Ready:
    """A line as it stands."""

    line: ReadyLine
    state: State


@cache
def ready_lines() -> tuple[ReadyLine, ...]:
    """The checklist of preparation, in the order of the evidence."""
    return tuple(rows(READINESS, "line", ReadyLine))


@cache
def passes_from() -> int:
    """The total from which the readiness form passes, of 32 [PRP-19]."""
    return int(read(READINESS)["form_passes_from"])


def said_lines() -> tuple[ReadyLine, ...]:
    """The lines that nothing else tells: a member of the team says them."""
    return tuple(each for each in ready_lines() if each.known_from is None)


def readiness(
    told: Mapping[str, bool | None], said: Mapping[str, bool | None]
) -> tuple[Ready, ...]:
    """Each line with its state: `told` by what it is known from, `said` by the id of the line.

    What neither knows is unknown, never open and never done.
    """
    return tuple(
        Ready(line, STATES[said.get(line.id) if by is None else told.get(by)])
        for line in ready_lines()
        for by in (line.known_from,)
    )
