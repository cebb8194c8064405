"""Readiness, and the treatments tried before: what informs a decision and decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from kapstone.screening.conditions import Value
from kapstone.screening.vocabulary import Facts, Given, fact, short, standing

Band = Literal["mild", "moderate", "severe"]

READINESS = (
    "readiness_purpose",
    "readiness_hope",
    "readiness_coping",
    "readiness_asks_help",
    "readiness_home_safe",
    "readiness_support",
    "readiness_feel",
    "readiness_time",
)
"""The eight items of the readiness form, 0-4 each [PRP-19]."""
EXPECTS = ("open_to_altered_states", "unrealistic_expectation")

PASSES_FROM = 2
MOST_OF_AN_ITEM = 4
STAGING = (
    "msm_duration_months",
    "msm_severity",
    "msm_failed_antidepressants",
    "msm_augmentation",
    "msm_ect",
)
"""The five items of the Maudsley Staging Method, in its order."""
STAGING_SOURCE = "S123"

SEVERITY = ("subsyndromal", "mild", "moderate", "severe", "severe_psychosis")
# The last months, and the last number of medicines, that still give the points of its place.
MONTHS_UP_TO = (12, 24)
FAILED_UP_TO = (2, 4, 6, 10)
BANDS: tuple[tuple[int, Band], ...] = ((6, "mild"), (10, "moderate"))


@dataclass(frozen=True, slots=True)
class Staging:
    """The points of the Maudsley Staging Method by item; None is unknown.

    `total` (3-15) and `band` are None while any item is unknown: missing is never zero.
    """

    parts: Mapping[str, int | None]

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(name for name, points in self.parts.items() if points is None)

    @property
    def total(self) -> int | None:
        known = [points for points in self.parts.values() if points is not None]
        return sum(known) if len(known) == len(self.parts) else None

    @property
    def band(self) -> Band | None:
        total = self.total
        if total is None:
            return None
        return next((name for most, name in BANDS if total <= most), "severe")


def staging(facts: Facts, now: datetime) -> Staging:
    """How resistant a depression has been to treatment, by its own course [S123].

    Without one failed antidepressant the method does not begin, so that item stays unknown.
    """
    known = {name: in_force(name, facts, now) for name in STAGING}
    return Staging({name: points(name, given) for name, given in known.items()})


def in_force(name: str, facts: Facts, now: datetime) -> Given | None:
    given = facts.get(name)
    return given if given and standing(fact(name), given, now) is None else None


def points(name: str, given: Given | None) -> int | None:
    if given is None:
        return None
    match name:
        case "msm_duration_months":
            return step(float(given.value), MONTHS_UP_TO)
        case "msm_failed_antidepressants":
            failed = float(given.value)
            return step(failed, FAILED_UP_TO) if failed >= 1 else None
        case "msm_severity":
            return SEVERITY.index(str(given.value)) + 1
        case _:
            return int(given.value is True)


def step(value: float, up_to: tuple[int, ...]) -> int:
    """One point, and one more for each limit that is passed."""
    return 1 + sum(value > most for most in up_to)


def readiness_score(facts: Facts, now: datetime) -> dict[str, Given]:
    """The lowest item and the total of the eight items; each is left out while it is unknown.

    One item that does not pass gives the lowest by itself, whatever the others will be.
    """
    given = items_given(facts, now)
    if not given:
        return {}
    low = min(given.values(), key=lambda one: float(one.value))
    lowest = named_items(given, float(low.value))
    if len(given) < len(READINESS):
        return {"readiness_lowest_item": scored(low.value, low, lowest)} if fails(low) else {}
    # Every item ages, so in force it has its time. The form is as old as its oldest item.
    oldest = min(given.values(), key=lambda one: one.at or now)
    total = sum(float(one.value) for one in given.values())
    return {
        "readiness_lowest_item": scored(low.value, low if fails(low) else oldest, lowest),
        "readiness_total": scored(total, oldest, "Readiness form"),
    }


def items_given(facts: Facts, now: datetime) -> dict[str, Given]:
    """The items of the form that are known and in force, by their fact."""
    found = {name: in_force(name, facts, now) for name in READINESS}
    return {name: one for name, one in found.items() if one is not None}


def named_items(given: Mapping[str, Given], value: float) -> str:
    """Every item that was rated so, by its name and with what it was given."""
    rated = [name for name, one in given.items() if float(one.value) == value]
    return f"{'; '.join(short(fact(name)) for name in rated)}: {value:g} of {MOST_OF_AN_ITEM}"


def fails(item: Given) -> bool:
    return float(item.value) < PASSES_FROM


def scored(value: Value, dated: Given, words: str) -> Given:
    return Given(float(value), dated.at, "instrument", words)


def readiness_words(facts: Facts, now: datetime) -> tuple[str, ...]:
    """What is known of openness, expectations and the form, in a few words; unknown is said."""
    is_open, cure = (in_force(name, facts, now) for name in EXPECTS)
    total = in_force("readiness_total", facts, now)
    return (
        worded(is_open, "openness: open", "not open to altered states", "openness not known"),
        worded(cure, "expects a cure, or is pushed", "expectations realistic", "hopes not known"),
        f"form {float(total.value):g} of 32" if total else form_open(facts, now),
    )


def form_open(facts: Facts, now: datetime) -> str:
    """How much of the form is there while it has no total."""
    count = len(items_given(facts, now))
    return f"form: {count} given, {len(READINESS) - count} open" if count else "form not known"


def worded(given: Given | None, yes: str, no: str, unknown: str) -> str:
    if given is None:
        return unknown
    return yes if given.value else no
