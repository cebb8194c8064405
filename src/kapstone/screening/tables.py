"""A plain table of facts, as another system writes it; a slip in it is named, never passed over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, get_args

from rapidfuzz import process

from kapstone.screening.medicines import Recognised, recognise
from kapstone.screening.resting import without_overtaken
from kapstone.screening.vocabulary import (
    Fact,
    FactError,
    Facts,
    Given,
    Origin,
    expected,
    plausible,
    vocabulary,
)

ORIGINS: tuple[str, ...] = get_args(Origin)
ASIDE = ("medicines", "now")
PARTS = {"value", "at", "from", "words"}


@dataclass(frozen=True, slots=True)
class Table:
    """What a table says; `medicines` is None when nobody asked."""

    facts: Facts
    medicines: tuple[Recognised, ...] | None
    now: datetime


def read_table(table: Mapping[str, Any], now: datetime) -> Table:
    """Read `{"facts": {...}, "medicines": [...], "now": ...}`, or the facts beside the other two.

    A fact is a value, or a value with `at`, `from` and `words`; without `at` it is as of now, and
    null is unknown. `now` (aware) is used where the table has none. Raises FactError.
    """
    told = {name: each for name, each in table.items() if name not in ASIDE}
    if "facts" in told:
        if beside := [*{*told} - {"facts"}]:
            raise FactError(f"{beside[0]}: beside `facts` only {' and '.join(ASIDE)} may stand")
        told = told["facts"]
        if not isinstance(told, Mapping):
            raise FactError("facts: should be a table of facts")
    at = now if table.get("now") is None else moment("now", table["now"])
    facts = {name: given(name, each, at) for name, each in told.items() if each is not None}
    known = {name: each for name, each in facts.items() if each is not None}
    return Table(without_overtaken(known), medicines(table.get("medicines"), at), at)


def given(name: str, told: Any, now: datetime) -> Given | None:
    of = askable(name)
    parts = told if isinstance(told, Mapping) else {"value": told}
    if odd := sorted({*parts} - PARTS):
        raise FactError(f"{name}: {odd[0]!r} is none of {', '.join(sorted(PARTS))}")
    value, origin, words = parts.get("value"), parts.get("from", "import"), parts.get("words")
    if value is None:
        return None
    if not of.accepts(value):
        raise FactError(f"{name}: {value!r} is not {expected(of)}")
    if not plausible(of, value):
        low, high = of.plausible or (0, 0)
        raise FactError(f"{name}: {value} {of.unit} cannot be; from {low:g} to {high:g}")
    if origin not in ORIGINS:
        raise FactError(f"{name}: from {origin!r} is none of {', '.join(ORIGINS)}")
    if words is not None and not isinstance(words, str):
        raise FactError(f"{name}: words should be text")
    at = now if parts.get("at") is None else moment(f"{name}: at", parts["at"])
    return Given(value, at, origin, words)


def askable(name: str) -> Fact:
    found = vocabulary().get(name)
    if found is None:
        near = process.extract(name, [*vocabulary()], limit=3)
        raise FactError(f"{name}: no such fact; near it are {', '.join(one for one, _, _ in near)}")
    if not found.from_:
        of = ", ".join(found.derived_from) or "the medicines"
        raise FactError(f"{name}: worked out from other facts ({of}); give those")
    return found


def moment(name: str, told: Any) -> datetime:
    """An aware time; a zone is never guessed."""
    try:
        at = datetime.fromisoformat(told) if isinstance(told, str) else told
    except ValueError:
        at = None
    if not isinstance(at, datetime) or at.tzinfo is None:
        shown = told.isoformat() if isinstance(told, date) else repr(told)
        raise FactError(
            f"{name}: {shown} is not a time with its zone, such as 2026-03-02T09:00:00Z"
        )
    return at


def medicines(told: Any, now: datetime) -> tuple[Recognised, ...] | None:
    if told is None:
        return None
    if not isinstance(told, list):
        raise FactError("medicines: should be a list, or null where nobody asked")
    return tuple(medicine(each, now) for each in told)


def medicine(told: Any, now: datetime) -> Recognised:
    parts = told if isinstance(told, Mapping) else {"text": told}
    text, code = parts.get("text"), parts.get("rxnorm")
    if not isinstance(text, str) or not (code is None or isinstance(code, str)):
        raise FactError(f"medicines: {told!r} is neither a text nor a text with its rxnorm code")
    return replace(recognise(text, code), origin="import", at=now)
