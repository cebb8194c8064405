"""Whom a person in danger can call, by country, and how long a notice of risk may wait."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from kapstone.knowledge import Knowledge, rows


class Country(Knowledge):
    """The numbers of one country; `lines` answer day and night, and may be none on our list."""

    id: str
    name: str
    emergency: str
    lines: tuple[str, ...]
    sources: tuple[str, ...]


class AnswerTime(Knowledge):
    """Within how many minutes a notice of this level is answered, and what a practice may settle.

    Basis DEFAULT: the evidence fixes the target, the practice its own minutes.
    """

    id: str
    title: str
    target: str
    minutes: int
    least: int
    most: int
    basis: str
    evidence: tuple[str, ...]
    sources: tuple[str, ...]


class Pause(Knowledge):
    """After how many minutes without a further answer a form counts as broken off."""

    id: str
    title: str
    minutes: int
    basis: str
    evidence: tuple[str, ...]
    sources: tuple[str, ...]


@cache
def countries() -> Mapping[str, Country]:
    """The countries on the list, by their two letters; any other is not known."""
    return {row.id: row for row in rows("risk/helplines.toml", "country", Country)}


@cache
def answer_times() -> Mapping[str, AnswerTime]:
    """The times by the level of the notice, `si_urgent` and `si_positive`."""
    return {row.id: row for row in rows("risk/times.toml", "time", AnswerTime)}


@cache
def pauses() -> Mapping[str, Pause]:
    """The pauses by their ids."""
    return {row.id: row for row in rows("risk/times.toml", "pause", Pause)}
