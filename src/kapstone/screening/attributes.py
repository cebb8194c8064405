"""What a rule or an interaction rests on, so that a clinician can judge its basis themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from kapstone.knowledge import Knowledge, KnowledgeError, rows
from kapstone.knowledge.citations import Citation, cited
from kapstone.screening.board import Row, needs
from kapstone.screening.conditions import Answer, Choice, Limit, Line
from kapstone.screening.medicines import medicines
from kapstone.screening.rules import Rule
from kapstone.screening.vocabulary import Fact, Origin, fact, number, short, unit_after, vocabulary

ABOUT = "screening/about.toml"
SIGNS = {">=": "from", "<=": "up to", ">": "above", "<": "below"}
READ = {
    "seen": "the text itself was read",
    "known": "well known but not read again",
    "n/a": "no text was needed: the practice's own setting",
}
BASIS = {
    "LABEL": "a product's label",
    "GUIDELINE": "a guideline",
    "STUDY": "studies",
    "CLINIC": "a named clinic",
    "LAW": "the law",
    "DEFAULT": "the practice's own setting",
}
OWN = "The practice's own setting; the evidence raises the matter here."


class Release(Knowledge):
    """Who made the rules, with whose money, and when they came out."""

    id: str
    developer: str
    funding: str
    licence: str
    released: date


class Attribute(Knowledge):
    """One kind of data about a person that the law wants named where a rule uses it."""

    id: str
    title: str
    facts: tuple[str, ...] = ()
    origin: Origin | None = None

    def has(self, of: Fact) -> bool:
        return of.id in self.facts or self.origin in of.from_


class Strength(Knowledge):
    """How strong a kind of basis is, in plain words."""

    id: str
    words: str


@dataclass(frozen=True, slots=True)
class Attributes:
    """The source attributes of one row [CFR-DSI].

    `revised` is None for a row that has not changed since its release. `uses` has every attribute
    that the law names, with the facts of that kind which the row may read; an empty tuple is a no.
    """

    citations: tuple[Citation, ...]
    release: Release
    revised: date | None
    uses: Mapping[str, tuple[str, ...]]


def attributes_of(row: Row) -> Attributes:
    """The source attributes of a rule or an interaction, worked out from what it reads."""
    read = inputs_of(row)
    return Attributes(
        citations=tuple(map(citation, row.sources)),
        release=release(),
        revised=getattr(row, "revised", None),
        uses={one.title: tuple(of.id for of in read if one.has(of)) for one in attributes()},
    )


def citation(name: str) -> Citation:
    """The work of that id; a row of the practice's own names only where the matter is raised."""
    try:
        return cited(name)
    except KnowledgeError:
        return Citation(id=name, citation=OWN, access="n/a")


def inputs_of(row: Row) -> tuple[Fact, ...]:
    """Every fact that the row may read, through what is worked out from others, in file order."""
    read = needs(row.id)
    return tuple(of for name, of in vocabulary().items() if name in read)


def medicines_of(row: Row) -> tuple[str, ...]:
    """The names of the medicines that the row looks for."""
    wanted = {*getattr(row, "classes", ())}
    wanted |= {name for of in inputs_of(row) for name in of.classes}
    return tuple(sorted(one.name for one in medicines().values() if wanted & {*one.classes}))


def conditions_of(row: Row) -> tuple[str, ...]:
    """The lines of the row in words; for an interaction the medicine is the one."""
    if isinstance(row, Rule):
        return tuple(map(in_words, row.lines()))
    taken = f"A medicine of class {', '.join(row.classes)} is taken"
    return (taken,)


def in_words(line: Line) -> str:
    """A line as a clinician reads it: the whole question, and the answer that is looked for."""
    of = fact(line.fact)
    match line:
        case Limit(sign=sign, limit=limit):
            value = number(limit)
            return f"{of.ask}: {SIGNS[sign]} {value} {unit_after(of, value)}"
        case Choice(word=word):
            return f"{of.ask}: {of.choices[word]}"
        case Answer(wanted=wanted):
            return f"{of.ask}: {'yes' if wanted else 'no'}"


def applies_when(one: Fact | Row) -> str | None:
    """When a fact or a row applies at all, in words; None when it always does."""
    gate = one.gate()
    return None if gate is None else in_words(gate)


def strengths_of(row: Row) -> tuple[Strength, ...]:
    """What the row's basis names, strongest first."""
    named = {*re.findall(r"[A-Z]+", row.basis)}
    return tuple(one for one in strengths() if one.id in named)


def how_read(row: Row) -> str:
    """How far the row's evidence was read, in plain words."""
    return re.sub(r"\b(?:seen|known|n/a)\b", lambda found: READ[found[0]], row.confidence)


def basis_words(row: Row) -> str:
    """What the row rests on, in plain words."""
    return re.sub(
        r"\b[A-Z]+\b",
        lambda found: BASIS.get(found[0], found[0]),
        "; ".join(part.strip() for part in row.basis.split(";")),
    )


def limits_of(row: Row) -> Iterator[str]:
    """What the row cannot say, each as a sentence."""
    if "DEFAULT" in row.basis:
        yield f"No source fixes every part of it. Its basis: {basis_words(row)}."
    if row.confidence != "seen":
        yield f"How far its evidence was read: {how_read(row)}."
    if part := [one.id for one in map(citation, row.sources) if "abstract" in one.access]:
        yield f"Only the abstract was read of {', '.join(part)}."
    if aging := [short(of) for of in inputs_of(row) if of.fresh_days is not None]:
        yield f"It stays open when one of these is too old: {', '.join(aging)}."
    if (until := getattr(row, "valid_to", None)) is not None:
        yield f"After {until.isoformat()} nobody knows whether it still holds, and it stays open."
    yield "It informs; what is not known keeps it open, and a clinician decides."


@cache
def release() -> Release:
    (found,) = rows(ABOUT, "release", Release)
    return found


@cache
def attributes() -> tuple[Attribute, ...]:
    """Every attribute that the law names; raises KnowledgeError when one lists no fact of ours."""
    found = tuple(rows(ABOUT, "attribute", Attribute))
    for one in found:
        if unknown := {*one.facts} - {*vocabulary()}:
            wrong = ", ".join(sorted(unknown))
            raise KnowledgeError(f"{ABOUT}: attribute {one.id}: no such fact: {wrong}")
    return found


@cache
def strengths() -> tuple[Strength, ...]:
    return tuple(rows(ABOUT, "strength", Strength))
