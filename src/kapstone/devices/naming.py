"""Whether a device measures whom the room is for: what somebody typed into it is never believed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from kapstone.devices.values import PatientTold

Match = Literal["nobody", "same", "unsure", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """The person of the room, as the chart knows them."""

    number: str
    family: str
    given: str
    born: date | None


def compare(told: PatientTold, whose: Whose) -> Match:
    """`same` by our own number, or by the whole name; `other` where a name or birth date differs.

    A number of another house's alone says nothing: `unsure`. Only `nobody` told and `same` may be
    accepted without looking.
    """
    if told == PatientTold():
        return "nobody"
    if differs(told.born, whose.born) or differs(folded(told.family), folded(whose.family)):
        return "other"
    if folded(whose.number) in map(folded, told.numbers):
        return "same"
    if differs(folded(told.given), folded(whose.given)):
        return "other"
    named = told.family is not None and told.given is not None
    return "same" if named else "unsure"


def differs(told: object, known: object) -> bool:
    return told is not None and known is not None and told != known


def folded(text: str | None) -> str | None:
    return " ".join(text.casefold().split()) if text is not None else None
