"""May lozenges be released for one session at home; if not, what is missing and what refuses?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from kapstone.at_home.rows import ConditionRow, condition_rows, pressure_row

State = Literal["holds", "missing", "refused"]
Found = tuple[State, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """What screening says of a session at home: the stops that speak, and what is still open."""

    stops: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitter:
    """Who sits with the person; a consent that is None was not given yet."""

    name: str
    phone: str
    adult: bool | None = None
    person_agrees: bool | None = None
    sitter_agrees: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressure:
    """The last resting pressure of the session, judged; `within` None could not be judged."""

    at: datetime
    within: bool | None
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LastCount:
    """How the release before this one was counted.

    `agrees` is None while it was not counted to its end; `explained`: a person has written down
    why it differs.
    """

    agrees: bool | None
    explained: bool = False
    says: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseFacts:
    """What is known before a release; None is unknown.

    `released_before` says whether there was a release at all: only then is there a last count.
    `events` are emergencies of earlier sessions at home, by name.
    """

    criteria: Criteria | None = None
    sitter: Sitter | None = None
    pressure: Pressure | None = None
    released_before: bool | None = None
    last_count: LastCount | None = None
    events: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One thing that must hold, and whether it does."""

    id: str
    title: str
    state: State
    says: str
    who: tuple[str, ...]
    sources: tuple[str, ...]


def conditions(facts: ReleaseFacts, *, now: datetime) -> tuple[Condition, ...]:
    """Every condition of a release, in the order they are worked through."""
    found = {
        "criteria": _criteria(facts.criteria),
        "sitter": _sitter(facts.sitter),
        "pressure": _pressure(facts.pressure, now),
        "count": _count(facts),
        "events": _events(facts.events),
    }
    return judged(condition_rows(), found)


def judged(rows: Mapping[str, ConditionRow], found: Mapping[str, Found]) -> tuple[Condition, ...]:
    """Each row with what was found of it."""
    return tuple(
        Condition(
            id=row.id,
            title=row.title,
            state=found[row.id][0],
            says=found[row.id][1],
            who=row.who,
            sources=row.sources,
        )
        for row in rows.values()
    )


def all_hold(found: Iterable[Condition]) -> bool:
    """Whether every condition holds; no conditions at all is no permission."""
    states = [each.state for each in found]
    return bool(states) and all(state == "holds" for state in states)


def _criteria(criteria: Criteria | None) -> Found:
    if criteria is None:
        return "missing", "Not screened for a session at home"
    if criteria.stops:
        return "refused", _named(criteria.stops)
    if criteria.waiting:
        return "missing", f"Still to be answered: {_named(criteria.waiting)}"
    return "holds", "No rule for a session at home speaks against it"


def _named(titles: Sequence[str]) -> str:
    more = len(titles) - 3
    return "; ".join(titles[:3]) + (f"; and {more} more" if more > 0 else "")


def _sitter(sitter: Sitter | None) -> Found:
    if sitter is None or not sitter.name.strip():
        return "missing", "Nobody is named"
    name = sitter.name
    for answer, refused, missing in (
        (sitter.adult, "is not an adult", "not known whether an adult"),
        (sitter.person_agrees, "the person does not want it", "the person has not agreed yet"),
        (sitter.sitter_agrees, "does not agree", "has not agreed yet, on their own page"),
    ):
        if answer is False:
            return "refused", f"{name}: {refused}"
        if answer is None:
            return "missing", f"{name}: {missing}"
    if not sitter.phone.strip():
        return "missing", f"{name}: no phone number"
    return "holds", f"{name}, {sitter.phone}; both have agreed"


def _pressure(pressure: Pressure | None, now: datetime) -> Found:
    if pressure is None:
        return "missing", "No reading yet"
    valid = timedelta(days=pressure_row().valid_days)
    if pressure.at > now:
        return "missing", "Taken in the future; check the clock"
    if pressure.within is False:
        return "refused", pressure.says
    if now - pressure.at > valid:
        return "missing", f"Older than {valid.days} days; take it again"
    if pressure.within is None:
        return "missing", pressure.says
    return "holds", pressure.says


def _count(facts: ReleaseFacts) -> Found:
    last = facts.last_count
    if facts.released_before is False:
        return "holds", "Nothing was released before"
    if facts.released_before is None or last is None or last.agrees is None:
        return "missing", (last.says if last else "") or "Not known what is left of the last one"
    if last.agrees:
        return "holds", last.says or "It agrees"
    if last.explained:
        return "holds", f"{last.says} Somebody has explained it.".strip()
    return "refused", f"{last.says} Nobody has explained it.".strip()


def _events(events: tuple[str, ...] | None) -> Found:
    if events is None:
        return "missing", "Not known"
    if events:
        return "refused", f"{_named(events)}: the route at home is closed"
    return "holds", "None"
