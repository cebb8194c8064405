"""The codes, units and limits of devices, from knowledge/devices/."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from kapstone.knowledge import Knowledge, rows


class Code(Knowledge):
    """What a device calls a sign; where several are told at one time the lowest `place` counts."""

    id: str
    name: str
    sign: str
    place: int
    sources: tuple[str, ...]


class UnitCode(Knowledge):
    """What a device calls a unit, and what it is here."""

    id: str
    name: str
    unit: str
    sources: tuple[str, ...]


class Characteristic(Knowledge):
    """A Bluetooth characteristic that is read, by its assigned number in hexadecimal."""

    id: str
    name: str
    service: str
    sources: tuple[str, ...]


class Measured(Knowledge):
    """A sign as knowledge/fhir/signs.toml has it: LOINC codes, unit, and what is a slip."""

    id: str
    loinc: tuple[str, ...]
    unit: str
    least: float
    most: float
    basis: str
    sources: tuple[str, ...]


class Listening(Knowledge):
    """How much a device may ask of us, and when a clock or a reading is too far off."""

    id: str
    message_bytes: int
    segments: int
    fields: int
    readings: int
    dropped_bytes: int
    refused_in_a_row: int
    connections: int
    connections_each: int
    frame_s: float
    idle_s: float
    answer_s: float
    together: int
    skew_s: float
    fresh_min: float
    basis: str
    sources: tuple[str, ...]


@cache
def mdc_codes() -> Mapping[str, Code]:
    return {row.id: row for row in rows("devices/codes.toml", "code", Code)}


@cache
def measured() -> Mapping[str, Measured]:
    """The signs that devices tell, by id."""
    told = {row.sign for row in mdc_codes().values()}
    every = rows("fhir/signs.toml", "sign", Measured)
    return {row.id: row for row in every if row.id in told}


@cache
def codes() -> Mapping[str, Code]:
    """Every code that means a sign: MDC, and the LOINC codes after it."""
    loinc = {
        code: Code(id=code, name=code, sign=row.id, place=9, sources=row.sources)
        for row in measured().values()
        for code in row.loinc
    }
    return {**mdc_codes(), **loinc}


@cache
def unit_codes() -> Mapping[str, str]:
    """Our unit by the device's code or name of it."""
    found = tuple(rows("devices/units.toml", "unit", UnitCode))
    return {key: row.unit for row in found for key in (row.id, row.name)}


@cache
def characteristics() -> Mapping[str, Characteristic]:
    path = "devices/characteristics.toml"
    return {row.id: row for row in rows(path, "characteristic", Characteristic)}


@cache
def listening() -> Listening:
    (row,) = rows("devices/listening.toml", "limit", Listening)
    return row
