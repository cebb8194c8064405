"""What a record from elsewhere tells the screening. One seam: `told`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kapstone import fhir, screening


@dataclass(frozen=True, slots=True)
class Told:
    """Facts and medicines; `medicines` None when the record names none, so that nobody knows.

    `not_weighed` is what the record says and no rule was asked about.
    """

    facts: screening.Facts
    medicines: tuple[screening.Recognised, ...] | None
    not_weighed: tuple[str, ...]


def told(record: fhir.Imported, *, now: datetime) -> Told:
    """Facts, medicines, and what was left, of one record."""
    found = fhir.told(record, now)
    raised = [one.words for one in found.suggested]
    unread = [f"{each.where}: {each.why}" for each in record.not_understood]
    left = [*raised, *(one.text for one in found.not_weighed), *unread]
    return Told(found.facts, found.medicines or None, tuple(dict.fromkeys(left)))
