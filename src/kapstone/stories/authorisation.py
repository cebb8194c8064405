"""What somebody agrees to when they let a story be told, element by element [CFR-164.508]."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from kapstone.knowledge import Knowledge, rows

FILE = "stories/authorisation.toml"
# How a reader sees what is a placeholder of a row.
RECIPIENT = "{recipient}"


class Kind(Knowledge):
    """A story in somebody's own words, or a summary from their chart; `what` is what is told."""

    id: str
    title: str
    what: str
    sources: tuple[str, ...]


class Audience(Knowledge):
    """To whom it is told."""

    id: str
    title: str
    whom: str
    sources: tuple[str, ...]


class Purpose(Knowledge):
    """What it is told for."""

    id: str
    title: str
    sources: tuple[str, ...]


class Right(Knowledge):
    """What whoever signs may always do, and what they have to know."""

    id: str
    title: str
    words: str
    sources: tuple[str, ...]


class Longest(Knowledge):
    """For how many days it may run, usually does, and from how many it is said to end soon."""

    id: str
    days: int
    usual: int
    soon: int
    basis: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is chosen: `recipient` empty unless one is named; `paid` None where nobody said."""

    audience: str
    purpose: str
    expires_on: date
    recipient: str = ""
    paid: bool | None = None
    paid_words: str = ""


@dataclass(frozen=True, slots=True)
class Agreed:
    """The words that are signed, heading by heading, and their SHA-256."""

    lines: tuple[tuple[str, str], ...]

    @property
    def digest(self) -> str:
        text = "\0".join(part for line in self.lines for part in line)
        return hashlib.sha256(text.encode()).hexdigest()


@cache
def kinds() -> Mapping[str, Kind]:
    return {row.id: row for row in rows(FILE, "kind", Kind)}


@cache
def audiences() -> Mapping[str, Audience]:
    return {row.id: row for row in rows(FILE, "audience", Audience)}


@cache
def purposes() -> Mapping[str, Purpose]:
    return {row.id: row for row in rows(FILE, "purpose", Purpose)}


@cache
def rights() -> tuple[Right, ...]:
    """What is said to everybody who signs, in the order of the page."""
    return tuple(rows(FILE, "right", Right))


@cache
def longest() -> Longest:
    (row,) = rows(FILE, "longest", Longest)
    return row


def document(kind: str, terms: Terms, *, teller: str, of_partner: bool = False) -> Agreed:
    """The words of an authorisation: what, who tells, to whom, what for, until when, for what pay.

    `of_partner` is for one who is spoken of in another's story. Raises KeyError for a kind,
    audience or purpose that there is none of.
    """
    what = "What my partner's story says of me, in exactly the version that I read."
    whom = audiences()[terms.audience].whom.replace(RECIPIENT, terms.recipient.strip())
    return Agreed(
        (
            ("What is told", what if of_partner else kinds()[kind].what),
            ("Who tells it", teller),
            ("To whom", whom),
            ("What for", f"{purposes()[terms.purpose].title}."),
            ("Until", f"The end of {terms.expires_on.day} {terms.expires_on:%B %Y}."),
            ("Is anything paid", paid_in_words(terms)),
            *((right.title, right.words) for right in rights()),
        )
    )


def paid_in_words(terms: Terms) -> str:
    if terms.paid is None:
        return "Nobody said."
    if not terms.paid:
        return "Nobody gets anything for it."
    return f"Yes: {terms.paid_words.strip()}"
