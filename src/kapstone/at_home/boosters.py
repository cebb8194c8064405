"""May a second dose be taken at home now; if not, what is missing and what refuses?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from kapstone.at_home.looks import Look
from kapstone.at_home.release import Condition, Found, Pressure, judged
from kapstone.at_home.rows import booster, booster_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """What a sitter or a therapist said of the second dose, and when."""

    at: datetime
    agrees: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BoosterFacts:
    """What is known before a second dose at home; None is unknown.

    `units` is how many lozenges it is, None when it does not come in whole ones; `left` how many of
    the released ones are not taken yet. `open_notices` are what somebody must still answer for.
    """

    ordered: bool | None = None
    taken_already: bool | None = None
    opens: bool | None = None
    opens_says: str = ""
    units: int | None = None
    left: int | None = None
    look: Look | None = None
    reading: Pressure | None = None
    open_notices: tuple[str, ...] | None = None
    sitter: Confirmed | None = None
    therapist: Confirmed | None = None


def booster_conditions(facts: BoosterFacts, *, now: datetime) -> tuple[Condition, ...]:
    """Every condition of a second dose, in the order they are worked through."""
    found = {
        "ordered": _ordered(facts),
        "time": _time(facts),
        "released": _released(facts),
        "look": _look(facts.look, now),
        "reading": _reading(facts.reading, now),
        "quiet": _quiet(facts.open_notices),
        "sitter": _confirmed(facts.sitter, "The sitter", now),
        "therapist": _confirmed(facts.therapist, "The therapist", now),
    }
    return judged(booster_rows(), found)


def _fresh(at: datetime, now: datetime) -> bool:
    return timedelta() <= now - at <= timedelta(minutes=booster().fresh_min)


def _old(at: datetime, now: datetime) -> str:
    return f"{int((now - at).total_seconds() // 60)} min old; at most {booster().fresh_min}"


def _ordered(facts: BoosterFacts) -> Found:
    if facts.ordered is None or facts.taken_already is None:
        return "missing", "Not known"
    if not facts.ordered:
        return "refused", "None was ordered in advance: there is no second dose"
    if facts.taken_already:
        return "refused", "It was taken already; there is no third dose"
    return "holds", "Ordered in advance"


def _time(facts: BoosterFacts) -> Found:
    if facts.opens is None:
        return "missing", facts.opens_says or "Not known when its time comes"
    return ("holds" if facts.opens else "refused"), facts.opens_says


def _released(facts: BoosterFacts) -> Found:
    if facts.left is None:
        return "missing", "Not known how many lozenges are left"
    if facts.units is None:
        return "refused", "What was ordered does not come in whole lozenges"
    if facts.units > facts.left:
        return "refused", f"It needs {facts.units}, and {facts.left} of the released ones are left"
    return "holds", f"{facts.units} of the {facts.left} that are left"


def _look(look: Look | None, now: datetime) -> Found:
    if look is None:
        return "missing", "Nobody has looked in yet"
    if look.sight.help or look.sight.awake is False:
        return "refused", look.sight.label
    if not look.sight.is_well or look.sight.awake is None:
        return "missing", look.sight.label
    if not _fresh(look.at, now):
        return "missing", f"The last look is {_old(look.at, now)}"
    return "holds", look.sight.label


def _reading(reading: Pressure | None, now: datetime) -> Found:
    if reading is None:
        return "missing", "No reading since the first dose"
    if reading.within is False:
        return "refused", reading.says
    if reading.within is None:
        return "missing", reading.says
    if not _fresh(reading.at, now):
        return "missing", f"The last reading is {_old(reading.at, now)}"
    return "holds", reading.says


def _quiet(notices: tuple[str, ...] | None) -> Found:
    if notices is None:
        return "missing", "Not known"
    return ("refused", "; ".join(notices)) if notices else ("holds", "Nothing is open")


def _confirmed(said: Confirmed | None, who: str, now: datetime) -> Found:
    if said is None:
        return "missing", f"{who} has not confirmed it yet"
    if not said.agrees:
        return "refused", f"{who} said no"
    if not _fresh(said.at, now):
        return "missing", f"{who}'s word is {_old(said.at, now)}"
    return "holds", f"{who} has confirmed it"
