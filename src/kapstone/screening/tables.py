"""A plain table of facts, as another system writes it; a slip in it is named, never passed over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, get_args

from rapidfuzz import fuzz, process

from kapstone.screening.diagnoses import diagnoses, named, plain
from kapstone.screening.medicines import Recognised, recognise
from kapstone.screening.merging import without_overtaken
from kapstone.screening.resting import upside_down
from kapstone.screening.vocabulary import (
    Fact,
    FactError,
    Facts,
    Given,
    Origin,
    expected,
    fact,
    plausible,
    vocabulary,
    who_may_say,
)
from kapstone.units import UnknownUnit, convert

ORIGINS: tuple[str, ...] = get_args(Origin)
ASIDE = ("medicines", "now")
PARTS = frozenset({"value", "unit", "at", "from", "words"})
OF_MEDICINE = frozenset({"text", "rxnorm"})
# Words of a name that say nothing of what it is about.
FILLING = frozenset({"of", "or", "to", "is", "has", "the", "in", "and", "any", "history", "days"})
SURE = 86
"""Out of 100; from here on it is the same name, spelled or ended otherwise."""


@dataclass(frozen=True, slots=True)
class Table:
    """What a table says; `medicines` is None when nobody asked."""

    facts: Facts
    medicines: tuple[Recognised, ...] | None
    now: datetime


def read_table(table: Mapping[str, Any], now: datetime) -> Table:
    """Read `{"facts": {...}, "medicines": [...], "now": ...}`, or the facts beside the other two.

    A fact is a value, or a value with `unit`, `at`, `from` and `words`; without `at` it is as of
    now, without `from` a clinician's, and null is unknown. `now` (aware) is used where the table
    has none. Raises FactError.
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
    if fault := upside_down({name: each.value for name, each in known.items()}):
        raise FactError(f"blood pressure: {fault}")
    if ahead := [name for name, each in known.items() if each.at and each.at > at]:
        raise FactError(f"{ahead[0]}: at lies later than now, {at.isoformat()}")
    return Table(without_overtaken(known), medicines(table.get("medicines"), at), at)


def given(name: str, told: Any, now: datetime) -> Given | None:
    of = askable(name)
    parts = told if isinstance(told, Mapping) else {"value": told}
    refuse_odd(name, parts, PARTS)
    value, origin, words = parts.get("value"), parts.get("from", giver(of)), parts.get("words")
    if value is None:
        return None
    if not of.accepts(value):
        raise FactError(f"{name}: {value!r} is not {expected(of)}")
    if parts.get("unit") is not None:
        value = in_unit(of, value, parts["unit"])
    refuse_impossible(of, value)
    if origin not in ORIGINS:
        raise FactError(f"{name}: from {origin!r} is none of {', '.join(ORIGINS)}")
    if origin not in of.from_:
        raise FactError(f"{name}: from {origin!r}; it is taken {who_may_say(of)}")
    if words is not None and not isinstance(words, str):
        raise FactError(f"{name}: words should be text")
    at = now if parts.get("at") is None else moment(f"{name}: at", parts["at"])
    return Given(value, at, origin, words)


def giver(of: Fact) -> str:
    """Who gave what does not say: a clinician, or the first who may where a clinician may not."""
    return "clinician" if "clinician" in of.from_ else of.from_[0]


def refuse_odd(name: str, parts: Mapping[str, Any], known: frozenset[str]) -> None:
    if odd := sorted({*parts} - known):
        raise FactError(f"{name}: {odd[0]!r} is none of {', '.join(sorted(known))}")


def refuse_impossible(of: Fact, value: Any) -> None:
    if not plausible(of, value):
        low, high = of.plausible or (0, 0)
        raise FactError(f"{of.id}: {value} {of.unit} cannot be; from {low:g} to {high:g}")
    if of.is_part(value):
        raise FactError(f"{of.id}: {value} is not {expected(of)}")


def in_unit(of: Fact, value: Any, unit: Any) -> Any:
    """The number in the fact's own unit; raises FactError for one that does not become it."""
    if of.unit is None or unit == of.unit:
        return value
    try:
        return convert(value, str(unit), of.unit)
    except UnknownUnit as fault:
        raise FactError(f"{of.id}: in {unit!r}; should be in {of.unit}") from fault


def askable(name: str) -> Fact:
    found = vocabulary().get(name)
    if found is None:
        raise FactError(f"{name}: no such fact; near it are {', '.join(near(name))}")
    if not found.from_:
        of = ", ".join(found.derived_from) or "the medicines"
        raise FactError(f"{name}: worked out from other facts ({of}); give those")
    return found


def near(name: str) -> tuple[str, ...]:
    """Three that a name may mean: by spelling, by a diagnosis, or by the words of a question."""
    spoken, spelled = plain(name), {one: plain(one) for one in (*asked_for(), *ASIDE)}
    by_name = process.extract(spoken, spelled, scorer=fuzz.WRatio, limit=3)
    sure = [one for _, score, one in by_name if score >= SURE]
    rest = [one for _, _, one in by_name]
    return tuple(dict.fromkeys([*diagnosed(spoken), *sure, *worded(spoken), *rest]))[:3]


def asked_for() -> list[str]:
    return [one.id for one in vocabulary().values() if one.from_]


def diagnosed(spoken: str) -> Iterator[str]:
    for row in diagnoses():
        if named(row, spoken):
            yield from (*row.answers, *row.suggests, *row.asks)


def worded(spoken: str) -> list[str]:
    """Facts whose question has words of the name, those with the most first."""
    wanted = {word for word in spoken.split() if word not in FILLING and not word.isdecimal()}
    shared = {one: len(wanted & {*plain(f"{one} {fact(one).ask}").split()}) for one in asked_for()}
    return sorted((one for one in shared if shared[one]), key=lambda one: -shared[one])


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
    refuse_odd("medicines", parts, OF_MEDICINE)
    code = parts.get("rxnorm")
    text = parts.get("text", code)
    if not isinstance(text, str) or not (code is None or isinstance(code, str)):
        raise FactError(f"medicines: {told!r} is neither a text nor a text with its rxnorm code")
    return replace(recognise(text, code), origin="import", at=now)
