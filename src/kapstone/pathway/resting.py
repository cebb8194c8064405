"""Readings at rest before the medicine: which layer they fall in, and the sentence for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean
from typing import Literal

from kapstone.pathway.answers import GateState
from kapstone.pathway.facts import Resting
from kapstone.pathway.rows import Pressure, resting_limits
from kapstone.pathway.words import clock, on_day, same_day

Layer = Literal["green", "amber", "red", "black", "low"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a gate found; `may_override` says whether this very finding is a prescriber's call."""

    state: GateState
    says: str
    may_override: bool = False


def pressure_limit(age: int | None) -> Pressure:
    """The green figure for an age in years; an unknown age gets the stricter one [BPC-02]."""
    limits = resting_limits()
    older = age is not None and age >= limits.older_from_years
    return limits.green_older if older else limits.green


def layer(systolic_bp: float, diastolic_bp: float, age: int | None) -> Layer:
    """The layer of a resting blood pressure, mmHg [evidence 1a].

    Either figure alone is enough to leave green and to reach red or black.
    """
    limits, green = resting_limits(), pressure_limit(age)

    def reaches(line: Pressure) -> bool:
        return systolic_bp >= line.systolic_bp or diastolic_bp >= line.diastolic_bp

    if reaches(limits.black):
        return "black"
    if reaches(limits.red):
        return "red"
    if systolic_bp < limits.low_systolic_bp:
        return "low"
    inside = systolic_bp <= green.systolic_bp and diastolic_bp <= green.diastolic_bp
    return "green" if inside else "amber"


def today(readings: Sequence[Resting], now: datetime) -> list[Resting]:
    """The readings of the day of `now`, in order of time; none from the future."""
    found = [each for each in readings if each.at <= now and same_day(each.at, now)]
    return sorted(found, key=lambda each: each.at)


def judge_pressure(
    readings: Sequence[Resting], *, age: int | None, at_home: bool | None, now: datetime
) -> Finding:
    """Judge the mean of today's last two readings, when they were taken far enough apart.

    The last two count even when one lacks a figure: skipping a broken reading to an older,
    better one would let a missing figure open the gate.
    """
    must = f"must be \u2264 {pressure_limit(age)}"
    pair = today(readings, now)[-2:]
    limits, last = resting_limits(), _last_pressure(readings, now)
    if len(pair) < 2 or pair[1].at - pair[0].at > timedelta(minutes=limits.pair_within_min):
        return Finding("unknown", f"{must}; {last}; two readings needed")
    if pair[1].at - pair[0].at < timedelta(minutes=limits.pair_apart_min):
        apart = f"less than {limits.pair_apart_min} min apart; take another"
        return Finding("unknown", f"{must}; {last}; the last two are {apart}")
    systolic, diastolic = [each.systolic_bp for each in pair], [each.diastolic_bp for each in pair]
    if None in systolic or None in diastolic:
        return Finding("unknown", f"{must}; a reading at {clock(pair[1].at, now)} lacks a figure")
    mean_systolic = fmean(figure for figure in systolic if figure is not None)
    mean_diastolic = fmean(figure for figure in diastolic if figure is not None)
    found = layer(mean_systolic, mean_diastolic, age)
    says = f"{must}; mean {mean_systolic:g}/{mean_diastolic:g} at {clock(pair[1].at, now)}"
    return _in_layer(found, says, at_home)


def _last_pressure(readings: Sequence[Resting], now: datetime) -> str:
    known = [
        each
        for each in sorted(readings, key=lambda each: each.at)
        if each.systolic_bp is not None and each.diastolic_bp is not None and each.at <= now
    ]
    if not known:
        return "no reading yet"
    last = known[-1]
    return f"last {last.systolic_bp:g}/{last.diastolic_bp:g} {on_day(last.at, now)}"


def _in_layer(found: Layer, says: str, at_home: bool | None) -> Finding:
    """Amber is the prescriber's call in the practice and a stop anywhere else."""
    in_practice = at_home is False
    if found == "green":
        return Finding("ok", says)
    if found == "amber" and in_practice:
        return Finding("open", f"{says}. Rest 15 min, take two more, prescriber decides", True)
    ends = {
        "amber": "Not at home today; tell the prescriber",
        "red": "No medicine today; refer",
        "black": "No medicine today; follow the emergency steps for high blood pressure",
        "low": "Too low; no medicine today, tell the prescriber",
        "green": "",
    }
    return Finding("stop", f"{says}. {ends[found]}")


def judge_heart(readings: Sequence[Resting], now: datetime) -> Finding:
    """Judge the heart rate of today's last reading; outside the limit is a stop [PRE-18]."""
    least, most = resting_limits().heart_rate
    must = f"must be {least:.0f} to {most:.0f} a minute"
    rate = _latest(readings, now, lambda each: each.heart_rate)
    if rate is None:
        return Finding("unknown", f"{must}; not in today's last reading")
    inside = least <= rate <= most
    return Finding("ok" if inside else "stop", f"{must}; last {rate:g}")


def judge_breathing(readings: Sequence[Resting], now: datetime) -> Finding:
    """Judge oxygen saturation and breaths of today's last reading [PRE-19].

    Outside is the prescriber's call: known lung disease has its own baseline.
    """
    limits = resting_limits()
    least, most = limits.respiratory_rate
    enough = limits.oxygen_saturation_least
    must = f"SpO\u2082 must be \u2265 {enough:.0f} % and breaths {least:.0f} to {most:.0f} a minute"
    oxygen = _latest(readings, now, lambda each: each.oxygen_saturation)
    breaths = _latest(readings, now, lambda each: each.respiratory_rate)
    if oxygen is None or breaths is None:
        return Finding("unknown", f"{must}; not both in today's last reading")
    inside = oxygen >= enough and least <= breaths <= most
    says = f"{must}; last {oxygen:g} % and {breaths:g}"
    return Finding("ok", says) if inside else Finding("open", says, True)


def _latest(
    readings: Sequence[Resting], now: datetime, sign: Callable[[Resting], float | None]
) -> float | None:
    found = today(readings, now)
    return sign(found[-1]) if found else None
