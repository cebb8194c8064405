"""The cases that both comparers are tried on: those written by hand, and the limits' own edges."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from kapstone.monitoring import Crossed, Reading, compare, limits, signs
from kapstone.monitoring.rows import Bounds, Limit

START = datetime(2026, 11, 3, 13, 0, tzinfo=UTC)
WRITTEN = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
SIDES: list[dict[str, Any]] = WRITTEN["side"]
LEVELS = ("yellow", "red", "red_at_home", "at_once")
# Which way a figure is crossed, and whether reaching it is crossing it.
CHANGES = {"rise": 1, "fall": -1}
STEPS = (-1, 0, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Readings by minutes since the start, what they are compared with, and what should be said."""

    claim: str
    readings: tuple[tuple[float, dict[str, float]], ...]
    resting: dict[str, float]
    route: str = "iv"
    says: tuple[tuple[str, str, bool], ...] | None = None

    def taken(self) -> list[Reading]:
        return [
            Reading(START + timedelta(minutes=minute), values) for minute, values in self.readings
        ]

    def crossed(self) -> tuple[Crossed, ...]:
        return compare(self.taken(), route=self.route, started=START, resting=self.resting)


def written() -> Iterator[Case]:
    for row in WRITTEN["case"]:
        says = [(each["limit"], each["level"], each["confirmed"]) for each in row["crossed"]]
        yield Case(
            claim=row["claim"],
            readings=tuple((each["min"], each["signs"]) for each in row["readings"]),
            resting=row.get("resting", {}),
            route=row.get("route", "iv"),
            says=tuple(says),
        )


def sides() -> Iterator[tuple[Case, str, str | None]]:
    """Each side with its limit and the level that it should have."""
    for row in SIDES:
        sign, value = row["sign"], row["value"]
        resting = {sign: row["rest"]} if "rest" in row else {}
        claim = f"{row['limit']} {value} {row.get('rest', '')}"
        case = Case(claim=claim, readings=((row.get("min", 10), {sign: value}),), resting=resting)
        yield case, row["limit"], row.get("level")


def figures(limit: Limit) -> Iterator[tuple[str, str, float]]:
    """Each figure of a limit: its level, its name in the row, and what it is."""
    for level in LEVELS:
        bounds: Bounds | None = getattr(limit, level)
        for name, figure in (bounds.model_dump() if bounds else {}).items():
            if figure is not None and name != "after_min":
                yield level, name, figure


def step(sign: str) -> float:
    return 10.0 ** -signs()[sign].decimals


def edges() -> Iterator[Case]:
    """At every figure of every limit and a step to either side, once and twice, early and late."""
    for limit in limits():
        for level, name, figure in figures(limit):
            for off in STEPS:
                value, resting = place(limit.sign, name, figure, off)
                for minute in (10, 119, 120):
                    yield from at_edge(limit, f"{level} {name} {off}", minute, value, resting)


def place(sign: str, name: str, figure: float, off: int) -> tuple[float, dict[str, float]]:
    """The value that lies `off` steps from a figure, with the resting value where it needs one."""
    if name not in CHANGES:
        return round(figure + off * step(sign), 1), {}
    rest = sum(signs()[sign].plausible) / 2
    return round(rest + CHANGES[name] * (figure + off * step(sign)), 1), {sign: rest}


def at_edge(
    limit: Limit, claim: str, minute: float, value: float, resting: dict[str, float]
) -> Iterator[Case]:
    once = (minute, {limit.sign: value})
    again = (minute + 2, {limit.sign: value})
    for route in ("iv", "lozenge_home"):
        for readings in ((once,), (once, again)):
            name = f"{limit.id} {claim} {route} {minute} {len(readings)}"
            yield Case(claim=name, readings=readings, resting=resting, route=route)


def every() -> list[Case]:
    return [*written(), *(case for case, _, _ in sides()), *edges()]
