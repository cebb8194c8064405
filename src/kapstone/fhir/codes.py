"""The codes this room knows, from knowledge/fhir/."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Literal

from kapstone.fhir.values import Sign
from kapstone.knowledge import Knowledge, rows

SNOMED = "http://snomed.info/sct"
ICD_10_CM = "http://hl7.org/fhir/sid/icd-10-cm"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
LOINC = "http://loinc.org"


class SignRow(Knowledge):
    """A vital sign: its codes, our unit, and the range beyond which it is a slip of the pen."""

    id: Sign
    loinc: tuple[str, ...]
    unit: str
    least: float
    most: float
    basis: Literal["DEFAULT"]
    sources: tuple[str, ...]


class ObservationRow(Knowledge):
    """A measurement taken besides the vital signs, and what it tells screening."""

    id: str
    loinc: tuple[str, ...]
    text: str
    fact: str | None = None
    units: tuple[str, ...] = ()
    times_uln: bool = False
    says: Mapping[str, bool | float] = {}
    also_yes: str | None = None
    item: str | None = None
    why: str | None = None
    sources: tuple[str, ...]


class LeftOutRow(Knowledge):
    """Something in a file that is not read, and why."""

    id: str
    why: str
    sources: tuple[str, ...]


class VersionRow(Knowledge):
    """A field by which another version of FHIR gives itself away."""

    id: str
    resource: str
    field: str
    shape: Literal["text", "object", "list"]
    version: str
    sources: tuple[str, ...]


@cache
def signs() -> Mapping[str, SignRow]:
    """Each LOINC code that means a vital sign."""
    return {code: row for row in rows("fhir/signs.toml", "sign", SignRow) for code in row.loinc}


@cache
def observations_read() -> Mapping[str, str]:
    """Each LOINC code taken besides the vital signs, with its name."""
    return {code: row.text for code, row in observation_rows().items()}


@cache
def observation_rows() -> Mapping[str, ObservationRow]:
    """Each LOINC code taken besides the vital signs, with its row."""
    found = rows("fhir/observations.toml", "observation", ObservationRow)
    return {code: row for row in found for code in row.loinc}


@cache
def resources_left_out() -> Mapping[str, str]:
    """Why a resource type is not read."""
    return _reasons("resource")


@cache
def identifiers_left_out() -> Mapping[str, str]:
    """What an identifier is that is not taken, by HL7 type code or by system."""
    return _reasons("identifier")


@cache
def no_known_allergy() -> Mapping[str, str]:
    """The SNOMED CT codes that say there is no allergy."""
    return _reasons("no_allergy")


@cache
def version_marks() -> tuple[VersionRow, ...]:
    """The fields that tell other versions of FHIR from R4."""
    return tuple(rows("fhir/versions.toml", "mark", VersionRow))


def _reasons(key: str) -> Mapping[str, str]:
    return {row.id: row.why for row in rows("fhir/left_out.toml", key, LeftOutRow)}
