"""One figure of a device: which sign it is, in our unit, and which of several counts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kapstone import units
from kapstone.devices.rows import Code, codes, measured, unit_codes

# A remark in a UCUM unit: {beats}/min is /min.
REMARK = re.compile(r"\{[^{}]*\}")
NAMES = {
    "systolic_bp": "systolic pressure",
    "diastolic_bp": "diastolic pressure",
    "heart_rate": "heart rate",
    "oxygen_saturation": "oxygen saturation",
    "respiratory_rate": "breaths",
    "temperature_c": "temperature",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A value of a sign in our unit; of several of one sign the lowest `place` counts."""

    sign: str
    value: float
    place: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """A sign whose figure was not taken, and why."""

    note: str


def figure_of(
    named: Sequence[str], value: float | None, unit: str, *, note: str = "", said: str = ""
) -> Figure | Unread | None:
    """The figure by the first of its names that we know; None when it is no sign of ours.

    A figure without a number, in no unit or in another quantity's is not taken, and says so.
    """
    code = next((codes()[name] for name in named if name in codes()), None)
    if code is None:
        return None
    name = NAMES[code.sign]
    if value is None:
        return Unread(f"No {name}: the device tells {said[:20]!r}." if said else f"No {name}.")
    return in_our_unit(code, value, unit, note)


def in_our_unit(code: Code, value: float, unit: str, note: str) -> Figure | Unread:
    row, name = measured()[code.sign], NAMES[code.sign]
    have = known(unit)
    if have is None:
        what = f"in {unit[:20]!r}" if unit else "without a unit"
        return Unread(f"The {name} came {what} and was not taken.")
    try:
        ours = rounded(units.convert(value, have, row.unit), code.sign)
    except units.UnknownUnit:
        return Unread(f"The {name} came in {have} and was not taken.")
    if not row.least <= ours <= row.most:
        return Unread(f"The {name} came as {ours:g} {row.unit} and was not taken.")
    if have != row.unit:
        note = f"{note} The {name} was {value:g} {have} on the device.".strip()
    return Figure(code.sign, ours, code.place, note)


def known(unit: str) -> str | None:
    """Our name for a device's unit, by MDC code or UCUM; None when it is unknown or missing."""
    plain = REMARK.sub("", unit)
    plain = plain[1:] if plain.startswith("1/") else plain
    return unit_codes().get(unit) or units.known_unit(plain)


def rounded(value: float, sign: str) -> float:
    """As the room writes it down: a tenth of a degree, a whole of anything else."""
    return round(value, 1 if sign == "temperature_c" else 0)


def settled(found: Iterable[Figure | Unread]) -> tuple[dict[str, float], tuple[str, ...]]:
    """One figure for each sign, and what is to be said of them.

    Two figures of one sign that differ, from sources of one rank, are neither of them known.
    """
    figures: dict[str, list[Figure]] = {}
    notes: list[str] = []
    for each in found:
        if isinstance(each, Figure):
            figures.setdefault(each.sign, []).append(each)
        else:
            notes.append(each.note)
    signs: dict[str, float] = {}
    for sign, alike in figures.items():
        lowest = min(each.place for each in alike)
        best = [each for each in alike if each.place == lowest]
        if len({each.value for each in best}) == 1:
            signs[sign] = best[0].value
            notes.append(best[0].note)
        else:
            values = " and ".join(f"{each.value:g}" for each in best[:4])
            notes.append(f"The {NAMES[sign]} came twice, as {values}; neither was taken.")
    return signs, tuple(dict.fromkeys(note for note in notes if note))[:12]
