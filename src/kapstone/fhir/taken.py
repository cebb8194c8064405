"""The medicines of one file: those that may be taken now, and what nobody could read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kapstone import screening
from kapstone.fhir.codes import RXNORM
from kapstone.fhir.dates import moment
from kapstone.fhir.values import Imported, Medicine
from kapstone.screening import Recognised

MEDICATION = frozenset({"MedicationRequest", "MedicationStatement"})
# A medicine of these is not taken now; any other status is weighed as if it were.
NOT_TAKEN_NOW = frozenset({"stopped", "completed", "cancelled", "draft", "not-taken"})
NO_MEDICINE = frozenset({"entered-in-error", "not-to-be-given", "repeated"})


def of_medicines(read: Imported) -> tuple[Recognised, ...] | None:
    """Each medicine taken now, once; one that could not be read at all keeps the list open.

    None when the record names none: what it calls ended does not say that nothing is taken.
    """
    taken = [recognised(one) for one in read.medicines if one.status not in NOT_TAKEN_NOW]
    named = [*taken, *unread_medicines(read)]
    found: dict[tuple[str, tuple[str, ...]], Recognised] = {}
    for each in named:
        key = (each.text, each.ingredients)
        found[key] = max(found.get(key, each), each, key=lambda one: one.at or screening.EARLIEST)
    return tuple(found.values()) or None


def recognised(one: Medicine) -> Recognised:
    coded = [each.code for each in one.codings if each.system == RXNORM and each.code]
    known = next((code for code in coded if screening.recognise("", code).ingredients), one.rxnorm)
    named = screening.recognise(one.text, known)
    return replace(named, origin="import", at=moment(one.authored))


def unread_medicines(read: Imported) -> Iterator[Recognised]:
    """A medicine that could not be read, or stands on a page not sent, is one nobody recognised."""
    for one in read.not_understood:
        if one.resource_type in MEDICATION and one.code not in NO_MEDICINE:
            yield unknown_medicine(f"{one.where}: {one.why}")
    if any(one.code == "more-pages" for one in read.warnings):
        yield unknown_medicine("further pages of the record, which were not sent")


def unknown_medicine(text: str) -> Recognised:
    return Recognised(text=text, ingredients=(), classes=(), recognised=False, origin="import")
