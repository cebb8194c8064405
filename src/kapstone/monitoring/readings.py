"""Readings as they were written down, and the latest figure of each sign."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean

from kapstone.monitoring.rows import Sign, signs


@dataclass(frozen=True, slots=True)
class Reading:
    """Signs taken together at one moment, by sign id; a sign not taken is absent."""

    at: datetime
    signs: Mapping[str, float]
    by: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One value of one sign, and when it was taken."""

    at: datetime
    value: float


def figures(readings: Iterable[Reading], sign: str) -> list[Figure]:
    """Every figure of a sign in order of time, whatever order the readings came in."""
    found = [Figure(each.at, each.signs[sign]) for each in readings if sign in each.signs]
    return sorted(found, key=lambda figure: figure.at)


def latest(readings: Iterable[Reading], sign: str) -> Figure | None:
    found = figures(readings, sign)
    return found[-1] if found else None


def resting_values(readings: Sequence[Reading]) -> dict[str, float]:
    """The resting value of each sign: the mean of its last two figures at rest.

    A sign with one figure keeps that one; a sign never taken is absent, not zero.
    """
    named = {sign for each in readings for sign in each.signs}
    return {sign: fmean(f.value for f in figures(readings, sign)[-2:]) for sign in named}


def implausible(values: Mapping[str, float]) -> tuple[str, ...]:
    """What looks like a slip of the typing, one sentence each; empty when all is likely.

    Raises KeyError for a sign that is not in knowledge/monitoring/signs.toml.
    """
    found = [_outside(each, value, each.plausible) for each, value in _named(values)]
    systolic, diastolic = values.get("systolic_bp"), values.get("diastolic_bp")
    if systolic is not None and diastolic is not None and diastolic >= systolic:
        found.append(f"Diastolic {diastolic:g} is not below systolic {systolic:g}. Swapped?")
    return tuple(sentence for sentence in found if sentence)


def impossible(values: Mapping[str, float]) -> tuple[str, ...]:
    """What no person can have, one sentence each: nobody can confirm it, and it is not taken."""
    found = [_outside(each, value, each.possible) for each, value in _named(values)]
    return tuple(sentence for sentence in found if sentence)


def _named(values: Mapping[str, float]) -> list[tuple[Sign, float]]:
    return [(signs()[name], value) for name, value in values.items()]


def _outside(sign: Sign, value: float, span: tuple[float, float]) -> str:
    least, most = span
    if least <= value <= most:
        return ""
    return f"{sign.label}: {value:g} {sign.unit} is not between {least:g} and {most:g}"
