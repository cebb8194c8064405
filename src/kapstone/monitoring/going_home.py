"""What the card says that a person takes home after a medicine session."""

from __future__ import annotations

from functools import cache
from typing import Literal

from kapstone.knowledge import Knowledge, rows
from kapstone.knowledge.dose_day import routes

Part = Literal["rules", "normal", "call", "emergency"]


class Advice(Knowledge):
    """One line of the card in plain words; `routes` empty where it holds for all of them.

    `evidence` names the rows of the evidence that it comes from.
    """

    id: str
    part: Part
    words: str
    routes: tuple[str, ...] = ()
    evidence: tuple[str, ...]
    basis: str
    sources: tuple[str, ...]


@cache
def all_advice() -> tuple[Advice, ...]:
    """Every line, in the order of the card."""
    return tuple(rows("monitoring/going_home.toml", "advice", Advice))


def advice(route: str, part: Part) -> tuple[str, ...]:
    """The words of one part of the card for a route; LookupError for a route that is not known."""
    if route not in routes():
        raise LookupError(f"no such route: {route}")
    return tuple(
        row.words
        for row in all_advice()
        if row.part == part and (not row.routes or route in row.routes)
    )
