"""The figures of a session's screen: which signs stand together, and how they are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kapstone import monitoring

PRESSURE = ("systolic_bp", "diastolic_bp")
ALWAYS = (
    PRESSURE,
    ("heart_rate",),
    ("oxygen_saturation",),
    ("respiratory_rate",),
    ("sedation_moaas",),
)
WHEN_TAKEN = (("rass",), ("dissociation",), ("anxiety",), ("nausea",), ("temperature_c",))
SHORT = {"systolic_bp": "Blood pressure", "sedation_moaas": "Sedation (MOAA/S)"}
MARKS = {"": "", "red": "\u25a0 limit crossed"}
WATCH = "! watch"
NOT_YET = "\u2026 being compared"

Group = tuple[str, ...]


def groups(known: set[str]) -> tuple[Group, ...]:
    """The tiles of a session of which these signs were taken."""
    return (*ALWAYS, *(group for group in WHEN_TAKEN if known & set(group)))


def figure(group: Group, signs: Mapping[str, Any]) -> str:
    """`152/94` for a pressure, `?/94` for half of one, `88` for a sign; empty when not taken."""
    if not any(name in signs for name in group):
        return ""
    return "/".join(f"{signs[name]:.4g}" if name in signs else "?" for name in group)


def mark(level: str) -> str:
    """The words beside a figure that crossed a limit; a level is never shown by colour alone."""
    return MARKS.get(level, WATCH)


def means(group: Group, signs: Mapping[str, Any]) -> str:
    """The words of a point on a scale, such as "answers readily"."""
    return monitoring.signs()[group[0]].means(signs[group[0]]) if group[0] in signs else ""


def said(signs: Mapping[str, Any]) -> str:
    """`152/94, Heart 88, SpO2 97 %`: a reading in one line."""
    pressure = figure(PRESSURE, signs)
    parts = [pressure] if pressure else []
    for name, sign in monitoring.signs().items():
        if name in signs and name not in PRESSURE:
            unit = f" {sign.unit}" if sign.unit in ("%", "\u00b0C") else ""
            parts.append(f"{sign.short} {signs[name]:g}{unit}")
    return ", ".join(parts)
