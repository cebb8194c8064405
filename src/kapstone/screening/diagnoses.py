"""What a diagnosis on another record answers, raises, or leaves unsaid.

A diagnosis can say yes. None ever says no, and one that is not known here is not weighed at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Literal, Self

from pydantic import model_validator

from kapstone.knowledge import Knowledge, KnowledgeError, rows
from kapstone.screening.conditions import Value
from kapstone.screening.medicines import words
from kapstone.screening.merging import Named, newest
from kapstone.screening.vocabulary import Given, fact

DIAGNOSES = "screening/diagnoses.toml"

SNOMED = "http://snomed.info/sct"
ICD_10_CM = "http://hl7.org/fhir/sid/icd-10-cm"
# The same systems by their object identifiers.
SNOMED_TOO = (SNOMED, "urn:oid:2.16.840.1.113883.6.96")
ICD_10_CM_TOO = (ICD_10_CM, "urn:oid:2.16.840.1.113883.6.90")
# Most codes of ICD-10 mean the same there, but not all: a person has to say so.
LIKE_ICD_10_CM = (None, "http://hl7.org/fhir/sid/icd-10", "urn:oid:2.16.840.1.113883.6.3")

Code = tuple[str | None, str | None]
Holds = Literal["yes", "maybe", "long ago", "over"]

NOT_SO = frozenset({"refuted", "entered-in-error"})
IN_DOUBT = frozenset({"provisional", "differential", "unconfirmed"})
OVER = frozenset({"resolved", "inactive", "remission"})
# Beside one of these a phrase of a text is somebody else's, or none at all.
TURNED = ("no", "not", "denies", "without", "negative", "family history", "rule out", "ruled out")
TURNED_TOO = ("screening for", "risk of", "fear of", "father", "mother", "brother", "sister")


class Diagnosis(Knowledge):
    """One row: the codes and phrases of a diagnosis, and what it says of facts.

    `answers` are settled by the code, `suggests` need a person's word, `asks` stay open; `past`
    is what it answers once it is over.
    """

    id: str
    answers: Mapping[str, bool | str] = {}
    suggests: Mapping[str, bool | str] = {}
    past: Mapping[str, bool | str] = {}
    asks: tuple[str, ...] = ()
    when: Literal["ever", "active", "event"] = "ever"
    within_days: int | None = None
    since: str | None = None
    since_days: int = 180
    suspected: bool = False
    snomed: tuple[str, ...] = ()
    icd10cm: tuple[str, ...] = ()
    but_not: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    but_phrases: tuple[str, ...] = ()
    sources: tuple[str, ...]

    @model_validator(mode="after")
    def says_something(self) -> Self:
        if not (self.answers or self.suggests or self.asks):
            raise ValueError("give answers, suggests or asks")
        if not (self.snomed or self.icd10cm or self.phrases):
            raise ValueError("give snomed, icd10cm or phrases")
        if self.when == "event" and self.within_days is None:
            raise ValueError("an event needs within_days")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A condition as another record has it. `seen` is when that record was read.

    `onset` is an exact day or time, else None; `recorded` is when it was written down, by which
    day it had begun; `over` says that an end of it is written.
    """

    text: str
    codes: tuple[Code, ...] = ()
    status: str = "unknown"
    verification: str | None = None
    onset: datetime | None = None
    recorded: datetime | None = None
    over: bool = False
    seen: datetime


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a record may answer, for a person to confirm; without a value it only asks."""

    fact: str
    value: Value | None
    words: str
    why: str


@dataclass(frozen=True, slots=True)
class Said:
    """What one condition says: facts answered, and suggestions. Neither means not weighed."""

    answers: tuple[tuple[str, Given], ...] = ()
    suggested: tuple[Suggestion, ...] = ()

    @property
    def weighed(self) -> bool:
        return bool(self.answers or self.suggested)


def said(condition: Recorded, now: datetime) -> Said:
    """What a condition says at `now`; one refuted or entered in error says nothing.

    A code answers; words alone, and a code in doubt, only suggest.
    """
    if condition.verification in NOT_SO:
        return Said()
    coded = by_codes(condition.codes)
    if not coded:
        return Said(suggested=(*of_other_systems(condition), *in_words(condition).suggested))
    found: list[Named] = []
    suggested: list[Suggestion] = []
    for row in coded:
        holds = how_it_holds(row, condition, now)
        found += settled(row, holds, condition, now).items()
        suggested += raised(row, holds, condition)
    answers = newest(found)
    likely = {one.fact for one in suggested if one.value is not None}
    kept = (one for one in suggested if one.value is not None or one.fact not in likely)
    return Said(tuple(answers.items()), tuple(one for one in kept if one.fact not in answers))


def how_it_holds(row: Diagnosis, condition: Recorded, now: datetime) -> Holds:
    if condition.verification in IN_DOUBT and not row.suspected:
        return "maybe"
    if row.when == "ever":
        return "yes"
    ended = condition.over or condition.status in OVER
    if row.when == "active" and ended:
        return "over"
    if row.within_days is not None:
        began = condition.onset or condition.recorded
        # A bare date is its midnight: whole days count, not the hours since.
        if began is not None and (now - began).days > row.within_days:
            return "long ago"
        if row.when == "event":
            return "maybe" if condition.onset is None else "yes"
    # Without any date, what the record calls active is taken at its word: silence would be worse.
    return "yes" if condition.status == "active" else "maybe"


def settled(row: Diagnosis, holds: Holds, condition: Recorded, now: datetime) -> dict[str, Given]:
    """The facts answered, as of when the record was read, and since when in the words."""
    if holds == "maybe":
        return {}
    told = row.answers if holds == "yes" else row.past
    # As of the record: the person's or a clinician's later word may differ, an earlier one may not.
    at, onset = condition.seen, condition.onset
    words = f"{condition.text} (from {onset:%Y-%m-%d})" if onset else condition.text
    found = {name: Given(value, at, "import", words) for name, value in told.items()}
    if holds == "yes" and row.since and condition.onset is not None:
        days = (now - condition.onset).days
        if 0 <= days <= row.since_days:
            found[row.since] = Given(float(days), at, "import", words)
    return found


def raised(row: Diagnosis, holds: Holds, condition: Recorded) -> Iterator[Suggestion]:
    if holds == "over":
        return
    likely = dict(row.suggests) if holds != "long ago" else {}
    if holds == "maybe":
        likely |= row.answers
    why = ENDED_LONG_AGO if holds == "long ago" and condition.over else WHY[holds]
    for name, value in likely.items():
        yield Suggestion(name, value, condition.text, why)
    open_facts = [*row.asks, *(row.answers if holds == "long ago" and not row.past else ())]
    for name in dict.fromkeys(open_facts):
        if name not in likely:
            yield Suggestion(name, None, condition.text, why)
    if holds == "yes" and row.since and condition.onset is None:
        yield Suggestion(row.since, None, condition.text, UNDATED_EVENT)


WHY: Mapping[Holds, str] = {
    "yes": "the code does not say it by itself",
    "maybe": "the record is not sure, or does not say whether and since when it holds",
    "long ago": "it was recorded long ago, and no end is written",
}
ENDED_LONG_AGO = "it was recorded long ago, and its end is written"
UNDATED_EVENT = "the record does not say on which day it was"
OTHER_SYSTEM = "its code is of another system than the one known here"
WORDS_ONLY = "it came in words, without a code that is known here"
TURNED_WORDS = "its words may be about somebody else, or say that it is not so"


def of_other_systems(condition: Recorded) -> Iterator[Suggestion]:
    """What the same code would say in ICD-10-CM, for one of ICD-10 or without its system."""
    for system, code in condition.codes:
        if system in LIKE_ICD_10_CM and code:
            for row in of_icd(dotted(code.upper())):
                for name in (*row.answers, *row.suggests, *row.asks):
                    value = {**row.suggests, **row.answers}.get(name)
                    yield Suggestion(name, value, condition.text, OTHER_SYSTEM)


def in_words(condition: Recorded) -> Said:
    """Suggestions from the words of a condition; they never answer by themselves."""
    spoken = plain(condition.text)
    turned = any(f" {word} " in spoken for word in (*TURNED, *TURNED_TOO))
    found: dict[str, Suggestion] = {}
    for row in diagnoses():
        if not named(row, spoken):
            continue
        values: dict[str, Value | None] = {**dict.fromkeys(row.asks), **row.suggests, **row.answers}
        for name, value in values.items():
            why = TURNED_WORDS if turned else WORDS_ONLY
            kept = None if turned else value
            found.setdefault(name, Suggestion(name, kept, condition.text, why))
    return Said(suggested=tuple(found.values()))


def named(row: Diagnosis, spoken: str) -> bool:
    if any(f" {phrase}" in spoken for phrase in row.but_phrases):
        return False
    return any(f" {one} " in spoken or f" {one}s " in spoken for one in row.phrases)


def plain(text: str) -> str:
    """Lower-case words with one space between and around them."""
    return f" {' '.join(words(text))} "


def by_codes(codes: Iterable[Code]) -> tuple[Diagnosis, ...]:
    """The rows that any of the codes names, each once, in the order of the file."""
    found: dict[str, Diagnosis] = {}
    for system, code in codes:
        if system in SNOMED_TOO and code:
            found |= {row.id: row for row in by_snomed().get(code, ())}
        if system in ICD_10_CM_TOO and code:
            found |= {row.id: row for row in of_icd(dotted(code.upper()))}
    return tuple(row for row in diagnoses() if row.id in found) if found else ()


def dotted(code: str) -> str:
    """An ICD-10-CM code with the dot after its category, which some systems leave out."""
    return code if "." in code or len(code) <= 3 else f"{code[:3]}.{code[3:]}"


def of_icd(code: str) -> Iterator[Diagnosis]:
    for length in range(3, len(code) + 1):
        for row in by_icd().get(code[:length], ()):
            if not code.startswith(row.but_not or ("-",)):
                yield row


@cache
def diagnoses() -> tuple[Diagnosis, ...]:
    """Every row, in file order; raises KnowledgeError for a fact or value that does not exist."""
    found = tuple(rows(DIAGNOSES, "diagnosis", Diagnosis))
    for row in found:
        for name, value in (*row.answers.items(), *row.past.items(), *row.suggests.items()):
            if not fact(name).accepts(value):
                raise KnowledgeError(f"{DIAGNOSES}: diagnosis {row.id}: {name} is not {value!r}")
        for name in (*row.answers, *row.past, *filter(None, [row.since])):
            if "import" not in fact(name).from_:
                raise KnowledgeError(f"{DIAGNOSES}: diagnosis {row.id}: {name} takes no import")
        for name in row.asks:
            fact(name)
    return found


@cache
def by_snomed() -> Mapping[str, tuple[Diagnosis, ...]]:
    return index((code, row) for row in diagnoses() for code in row.snomed)


@cache
def by_icd() -> Mapping[str, tuple[Diagnosis, ...]]:
    return index((code, row) for row in diagnoses() for code in row.icd10cm)


def index(pairs: Iterable[tuple[str, Diagnosis]]) -> Mapping[str, tuple[Diagnosis, ...]]:
    found: dict[str, tuple[Diagnosis, ...]] = {}
    for code, row in pairs:
        found[code] = (*found.get(code, ()), row)
    return found
