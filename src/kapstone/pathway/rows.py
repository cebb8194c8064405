"""The pathway's own knowledge: the steps of the road and the gates, as rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Literal

from kapstone.knowledge import Knowledge, read, rows
from kapstone.pathway.answers import Movement, Role


class StepRow(Knowledge):
    """A step of the road: who does it and what must be done before."""

    id: str
    title: str
    title_person: str
    movement: Movement
    who: tuple[Role, ...]
    waits_for: tuple[str, ...]
    on_road: bool
    basis: str | None = None
    evidence: tuple[str, ...]
    sources: tuple[str, ...]


class Timing(Knowledge):
    """When reviews and the first contact after a session are due, unless the roadmap differs."""

    id: str
    review_after: tuple[int, ...]
    contact_within_h: int
    basis: str
    evidence: tuple[str, ...]
    sources: tuple[str, ...]

    @property
    def contact_within(self) -> timedelta:
        return timedelta(hours=self.contact_within_h)


class GateRow(Knowledge):
    """A gate that is not a plain tick on the checklist."""

    id: str
    title: str
    who: tuple[Role, ...]
    overridable_by: Literal["prescriber"] | None = None
    basis: str
    evidence: tuple[str, ...] = ()
    sources: tuple[str, ...]


class Pressure(Knowledge):
    """A pair of blood pressure figures, mmHg."""

    systolic_bp: float
    diastolic_bp: float

    def __str__(self) -> str:
        return f"{self.systolic_bp:.0f}/{self.diastolic_bp:.0f}"


class RestingLimits(Knowledge):
    """The practice's limits at rest: mmHg, beats/min, %, breaths/min."""

    id: str
    pair_apart_min: int
    pair_within_min: int
    older_from_years: int
    green: Pressure
    green_older: Pressure
    red: Pressure
    black: Pressure
    low_systolic_bp: float
    heart_rate: tuple[float, float]
    oxygen_saturation_least: float
    respiratory_rate: tuple[float, float]
    basis: str
    evidence: tuple[str, ...]
    sources: tuple[str, ...]


class Validity(Knowledge):
    """How long a screening decision and a consent stay in date, in days."""

    id: str
    screening_days: int
    consent_days: int
    basis: str
    sources: tuple[str, ...]


@cache
def step_rows() -> tuple[StepRow, ...]:
    return tuple(rows("pathway/steps.toml", "step", StepRow))


@cache
def timing() -> Timing:
    return Timing.model_validate(read("pathway/steps.toml")["timing"])


@cache
def gate_rows() -> Mapping[str, GateRow]:
    return {row.id: row for row in rows("pathway/gates.toml", "gate", GateRow)}


@cache
def resting_limits() -> RestingLimits:
    return RestingLimits.model_validate(read("pathway/gates.toml")["resting"])


@cache
def validity() -> Validity:
    return Validity.model_validate(read("pathway/gates.toml")["validity"])


def screening_valid_until(signed_at: datetime) -> datetime:
    """The last moment a screening decision signed then is in date [ENG-06, DEFAULT]."""
    return signed_at + timedelta(days=validity().screening_days)


def consent_expires_at(signed_at: datetime) -> datetime:
    """The moment a consent signed then must be renewed [ENG-06, DEFAULT]."""
    return signed_at + timedelta(days=validity().consent_days)
