"""Whom a person can reach at once: by their country, and by what their practice settled."""

from __future__ import annotations

from dataclasses import dataclass

from kapstone.knowledge.helplines import Country, countries
from kapstone.web.accounts.models import Practice
from kapstone.web.records.models import Person, RiskSettings

# A country that is not on our list: nothing is guessed for it.
ELSEWHERE = "ZZ"
Numbers = tuple[str, tuple[str, ...]]
# What every practice begins with, before it has written anything itself.
BEGINS_WITH = Practice()


@dataclass(frozen=True, slots=True)
class Help:
    """Numbers to call: `emergency` and `lines` are empty where none is known for the country.

    `hours` is when the practice looks, in its own words; empty when it has not said.
    """

    emergency: str
    lines: tuple[str, ...]
    phone: str
    hours: str


def at_hand(practice: Practice | None, person: Person | None = None) -> Help:
    """Whom this person can call; the practice's own numbers count where the practice is."""
    if practice is None:
        return Help(emergency="", lines=(), phone="", hours="")
    settled = RiskSettings.objects.now(practice)
    where = (person.country if person else "") or settled.country
    emergency, lines = numbers(practice, where, here=where == settled.country)
    return Help(emergency=emergency, lines=lines, phone=practice.phone, hours=settled.hours)


def numbers(practice: Practice, where: str, *, here: bool) -> Numbers:
    """The numbers for a country; none that is guessed where it is not on our list."""
    if not where:
        return practice.emergency_number, (practice.crisis_line,)
    row = countries().get(where)
    if row is None:
        return "", ()
    return of_practice(practice, row) if here else (row.emergency, row.lines)


def of_practice(practice: Practice, row: Country) -> Numbers:
    """The country's numbers, and before them what the practice itself has written."""
    own_line, own_number = own(practice, "crisis_line"), own(practice, "emergency_number")
    return own_number or row.emergency, (*filter(None, (own_line,)), *row.lines)


def own(practice: Practice, name: str) -> str:
    """What the practice wrote itself; empty where it left what every practice begins with."""
    written = str(getattr(practice, name))
    return "" if written == getattr(BEGINS_WITH, name) else written
