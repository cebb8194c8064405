"""What a file from another system becomes: plain values, each with where it came from."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from hashlib import sha256
from typing import Literal

import orjson

Precision = Literal["year", "month", "day", "minute", "second"]
ClinicalStatus = Literal["active", "resolved", "inactive", "unknown"]
Sex = Literal["male", "female", "other", "unknown"]
Sign = Literal[
    "systolic_bp",
    "diastolic_bp",
    "heart_rate",
    "oxygen_saturation",
    "respiratory_rate",
    "temperature_c",
    "weight_kg",
    "height_cm",
    "bmi",
]


class Unreadable(Exception):
    """The whole file is refused; `words` say what, where and what to do. Nothing was taken."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.words = words


@dataclass(frozen=True, slots=True)
class When:
    """A date or an aware time, no more exact than it was written.

    Trap: for a year or a month alone, `value` is its first day; look at `precision` before use.
    """

    value: date | datetime
    precision: Precision
    as_written: str


@dataclass(frozen=True, slots=True)
class Origin:
    """The resource a value was read from; `entry` counts from 0 within the file."""

    resource_type: str
    id: str | None
    full_url: str | None
    entry: int


@dataclass(frozen=True, slots=True)
class Coding:
    """One code, with the system it belongs to."""

    system: str | None
    code: str | None
    display: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Anything taken from a file."""

    origin: Origin

    @property
    def key(self) -> str:
        """Stable name of this content from this source, for one person's chart (sha256, hex).

        The same resource read again has the same key, wherever it stands in the file. A resource
        that has changed has a new key and the same `origin.id`.
        """
        source = self.origin.id or self.origin.full_url
        content = {field.name: getattr(self, field.name) for field in fields(self)}
        del content["origin"]
        # These came later; the names of what is in charts stay as they were.
        for later in ("high", "high_unit", "ucum", "recorded"):
            content.pop(later, None)
        named = [type(self).__name__, self.origin.resource_type, source, content]
        return sha256(orjson.dumps(named, option=orjson.OPT_SORT_KEYS)).hexdigest()


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number another system knows the person by; `kind` is its HL7 v2-0203 code, such as MR."""

    system: str | None
    value: str
    kind: str | None


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address, as far as it was given."""

    lines: tuple[str, ...]
    city: str | None
    state: str | None
    postal_code: str | None
    country: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(Item):
    """Whom the file is about. `full_name` is set when the name came as one text only."""

    family: str | None
    given: tuple[str, ...]
    full_name: str | None
    birth_date: When | None
    sex: Sex | None
    phone: str | None
    email: str | None
    address: Address | None
    deceased: bool | None
    died: When | None
    identifiers: tuple[Identifier, ...]
    language: str | None
    birth_sex: Sex | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition(Item):
    """A diagnosis or problem. A status that was not written is `unknown`, whatever the dates."""

    text: str
    code_system: str | None
    code: str | None
    codings: tuple[Coding, ...]
    clinical_status: ClinicalStatus
    verification: str | None
    onset: When | None
    abated: When | None
    recorded: When | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Medicine(Item):
    """A medicine ordered or reported; `rxnorm` is None when it came as text only.

    `status` is FHIR's own word (active, on-hold, stopped ...) or `unknown`.
    """

    text: str
    rxnorm: str | None
    codings: tuple[Coding, ...]
    status: str
    intent: str | None
    authored: When | None
    dosage: str | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Allergy(Item):
    """An allergy or intolerance.

    Trap: `says_none` marks a record such as "No known allergy", which is no allergy.
    """

    text: str
    code_system: str | None
    code: str | None
    substance: str | None
    criticality: str | None
    status: ClinicalStatus
    verification: str | None
    reaction: tuple[str, ...]
    says_none: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VitalSign(Item):
    """One measured sign, `value` in our `unit` (knowledge/fhir/signs.toml), not rounded."""

    sign: Sign
    value: float
    unit: str
    at: When
    as_written: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation(Item):
    """A score, a laboratory value or a habit; `unit` as written, never converted.

    `value` is text for a worded answer and for a bound such as "< 5"; `ucum` is the unit's code.
    `high` is the upper end of the one normal range written beside it, in `high_unit`.
    """

    code: str
    text: str
    value: float | str
    unit: str | None
    at: When
    status: str
    ucum: str | None = None
    high: float | None = None
    high_unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Item):
    """An answer of a QuestionnaireResponse to a question whose linkId is a fact of screening."""

    fact: str
    value: bool | float | str
    at: When | None


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """Something that was not taken, or a group of alike things, and why."""

    where: str
    resource_type: str
    id: str | None
    why: str
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Caution:
    """Something was taken, but not quite as it was written."""

    where: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """All that was understood of one file, and a list of all that was not.

    Every entry of the file is the origin of an item, or stands in `not_understood`, or both
    (when a part of it was left). `counts` has each resource type with how many the file holds.
    """

    digest: str
    person: Person
    conditions: tuple[Condition, ...]
    medicines: tuple[Medicine, ...]
    allergies: tuple[Allergy, ...]
    vital_signs: tuple[VitalSign, ...]
    observations: tuple[Observation, ...]
    answers: tuple[Answer, ...]
    not_understood: tuple[NotUnderstood, ...]
    warnings: tuple[Caution, ...]
    counts: tuple[tuple[str, int], ...]
    entries: int
