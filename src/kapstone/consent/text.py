"""The consent text as it stands in the knowledge files, before anyone's route is known."""

from __future__ import annotations

from functools import cache
from typing import Literal, Self

from pydantic import model_validator

from kapstone.knowledge import Knowledge, KnowledgeError, read, rows

TREATMENT = "consent/treatment.toml"


class Sourced(Knowledge):
    """A row that says where it comes from: a source, or the practice's own setting."""

    id: str
    sources: tuple[str, ...]
    basis: Literal["DEFAULT"] | None = None

    @model_validator(mode="after")
    def says_where_it_comes_from(self) -> Self:
        if not self.sources and self.basis is None:
            raise ValueError("give a source, or basis DEFAULT")
        return self


class ElementRow(Sourced):
    """One thing a person must be told; `choice` when it is asked and not only told."""

    group: str
    title: str
    words: str
    applies_to: tuple[str, ...] = ()
    track: str | None = None
    choice: bool = False

    def concerns(self, route: str | None, tracks: frozenset[str]) -> bool:
        """Whether a person on this route must read it; an open route (None) hides nothing."""
        if not self.applies_to and self.track is None:
            return True
        by_route = bool(self.applies_to) and (route is None or route in self.applies_to)
        return by_route or self.track in tracks


class SectionRow(Knowledge):
    """Elements that are read together."""

    id: str
    title: str
    intro: str | None = None
    element: tuple[ElementRow, ...]


class MeaningRow(Sourced):
    """What one kind of signature says."""

    words: str


class RenewalRow(Sourced):
    """When consent is asked for again (CON-43)."""

    months: int
    triggers: tuple[str, ...]


@cache
def sections() -> tuple[SectionRow, ...]:
    found = tuple(rows(TREATMENT, "section", SectionRow))
    for element in (element for section in found for element in section.element):
        if problem := trouble(element):
            raise KnowledgeError(f"{TREATMENT}: {element.id}: {problem}")
    return found


def trouble(element: ElementRow) -> str | None:
    if strange := set(element.applies_to) - routes():
        return f"no such route: {', '.join(sorted(strange))}"
    if element.track is not None and element.track not in tracks():
        return f"no such track: {element.track}"
    return None


@cache
def meanings() -> dict[str, MeaningRow]:
    return {row.id: row for row in rows(TREATMENT, "meaning", MeaningRow)}


@cache
def renewal_row() -> RenewalRow:
    return RenewalRow.model_validate(read(TREATMENT)["renewal"])


@cache
def version() -> str:
    """The version of the words that are current."""
    return str(read(TREATMENT)["version"])


@cache
def title() -> str:
    return str(read(TREATMENT)["title"])


@cache
def routes() -> frozenset[str]:
    return frozenset(read(TREATMENT)["routes"])


@cache
def tracks() -> frozenset[str]:
    return frozenset(read(TREATMENT)["tracks"])


def known_route(route: str | None) -> str | None:
    """The route back; raises ValueError naming the routes there are."""
    if route is not None and route not in routes():
        raise ValueError(f"no such route: {route}; there are {', '.join(sorted(routes()))}")
    return route
