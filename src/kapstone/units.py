"""Conversions between the units a clinic uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


class UnknownUnit(ValueError):
    """A unit that is not known, or that measures something else than the one wanted."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What a unit measures, and the line to that quantity's base: base = value * scale + shift."""

    measures: str
    scale: float
    shift: float = 0.0


# The pound and the inch are exact by the 1959 agreement; 1 mmHg = 133.322387415 Pa (NIST SP 811).
UNITS: Mapping[str, Unit] = {
    "kg": Unit("mass", 1.0),
    "g": Unit("mass", 0.001),
    "lb": Unit("mass", 0.45359237),
    "oz": Unit("mass", 0.45359237 / 16),
    "cm": Unit("length", 1.0),
    "m": Unit("length", 100.0),
    "mm": Unit("length", 0.1),
    "in": Unit("length", 2.54),
    "ft": Unit("length", 30.48),
    "C": Unit("temperature", 1.0),
    "F": Unit("temperature", 5 / 9, -160 / 9),
    "mmHg": Unit("pressure", 1.0),
    "kPa": Unit("pressure", 1000 / 133.322387415),
    "/min": Unit("rate", 1.0),
    "%": Unit("fraction", 1.0),
    "kg/m2": Unit("mass per area", 1.0),
}

# Other spellings: UCUM codes first, then what people and devices write.
SPELLINGS: Mapping[str, str] = {
    "[lb_av]": "lb",
    "lbs": "lb",
    "[oz_av]": "oz",
    "[in_i]": "in",
    "[in_us]": "in",
    "inches": "in",
    "[ft_i]": "ft",
    "Cel": "C",
    "°C": "C",
    "degC": "C",
    "[degF]": "F",
    "°F": "F",
    "degF": "F",
    "mm[Hg]": "mmHg",
    "mm Hg": "mmHg",
    "{beats}/min": "/min",
    "{breaths}/min": "/min",
    "beats/min": "/min",
    "beats/minute": "/min",
    "breaths/min": "/min",
    "breaths/minute": "/min",
    "bpm": "/min",
    "kg/m^2": "kg/m2",
    "kg/m²": "kg/m2",
}


def known_unit(written: str) -> str | None:
    """Our name for a unit as another system writes it (UCUM or plain); None when unknown.

    Upper and lower case differ in UCUM (`G` is gauss), so they are never folded here.
    """
    name = SPELLINGS.get(written.strip(), written.strip())
    return name if name in UNITS else None


def convert(value: float, have: str, want: str) -> float:
    """Give `value`, written in `have`, in the unit `want`; not rounded.

    Raises UnknownUnit when either is unknown or the two measure different things.
    """
    from_name, to_name = known_unit(have), known_unit(want)
    if from_name is None or to_name is None:
        raise UnknownUnit(f"unit {have if from_name is None else want!r} is not known here")
    from_unit, to_unit = UNITS[from_name], UNITS[to_name]
    if from_unit.measures != to_unit.measures:
        raise UnknownUnit(f"{have} measures {from_unit.measures}, {want} {to_unit.measures}")
    if from_name == to_name:
        return value
    return (value * from_unit.scale + from_unit.shift - to_unit.shift) / to_unit.scale
