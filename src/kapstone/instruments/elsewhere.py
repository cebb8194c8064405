"""Questionnaires without a definition here: a practice brings its own, under its own licence."""

from __future__ import annotations

from functools import cache

from kapstone.knowledge import Knowledge, rows

FILE = "instruments/elsewhere.toml"


class Elsewhere(Knowledge):
    """A questionnaire by name only: why none is here, and whom to ask for it.

    `basis` DEFAULT is the project's own decision, where no paper was seen.
    """

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    why: str
    ask: str
    basis: str = ""
    sources: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        return f"{self.name}: bring your own licence and definition. {self.why} Ask: {self.ask}"


@cache
def elsewhere() -> tuple[Elsewhere, ...]:
    """Every questionnaire that a practice has to bring itself, in the order of the file."""
    return tuple(rows(FILE, "elsewhere", Elsewhere))
