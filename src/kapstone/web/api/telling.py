"""What a record from elsewhere tells the screening. One seam: `told`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from kapstone import fhir, screening

SIGNS = {"systolic_bp": "systolic_bp_mmhg", "diastolic_bp": "diastolic_bp_mmhg", "bmi": "bmi"}
NO_MORE = ("stopped", "completed", "cancelled", "draft", "not-taken")
MEDICATION = ("MedicationRequest", "MedicationStatement")
# An entry left for one of these reasons names no medicine that is taken.
SAYS_NOTHING_NEW = ("marked entered-in-error", "it asks for", "the same as", "says the same")


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
    medicines = (*taken(record), *unreadable(record), *further_pages(record))
    return Told(
        facts=dict(facts(record, now)), medicines=medicines or None, not_weighed=left(record)
    )


def facts(record: fhir.Imported, now: datetime) -> Iterator[tuple[str, screening.Given]]:
    person = record.person
    # Taken as female, pregnancy is asked about; taken as male, it would not be.
    if person.sex == "female":
        yield "sex_at_birth", screening.Given(person.sex, now, "import", None)
    born = person.birth_date
    if born is not None and born.precision == "day":
        yield "age_years", screening.Given(years(born.value, now.date()), now, "import", None)
    for sign in sorted(record.vital_signs, key=lambda each: moment(each.at)):
        if sign.sign in SIGNS and sign.at.precision in {"day", "minute", "second"}:
            given = screening.Given(sign.value, moment(sign.at), "import", sign.as_written)
            yield SIGNS[sign.sign], given


def years(born: date, today: date) -> float:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def moment(when: fhir.When) -> datetime:
    """The time, or the start of the day: what is aged by it is rather too old than too fresh."""
    if isinstance(when.value, datetime):
        return when.value
    return datetime.combine(when.value, time(), UTC)


def taken(record: fhir.Imported) -> Iterator[screening.Recognised]:
    for medicine in record.medicines:
        if medicine.status not in NO_MORE:
            yield recognised(medicine)


def recognised(medicine: fhir.Medicine) -> screening.Recognised:
    at = moment(medicine.authored) if medicine.authored else None
    return replace(screening.recognise(medicine.text, medicine.rxnorm), origin="import", at=at)


def unreadable(record: fhir.Imported) -> Iterator[screening.Recognised]:
    """A medicine that could not be read is still a medicine, and nobody could recognise it."""
    for each in record.not_understood:
        if each.resource_type in MEDICATION and not each.why.startswith(SAYS_NOTHING_NEW):
            yield unknown(f"{each.where}: {each.why}")


def further_pages(record: fhir.Imported) -> Iterator[screening.Recognised]:
    if any("one page of several" in each.words for each in record.warnings):
        yield unknown("further pages of the record, which were not sent")


def unknown(text: str) -> screening.Recognised:
    return screening.Recognised(text=text, ingredients=(), classes=(), recognised=False)


def left(record: fhir.Imported) -> tuple[str, ...]:
    allergies = [f"allergy: {each.text}" for each in record.allergies if not each.says_none]
    named = [each.text for each in record.conditions]
    named += [each.text for each in record.observations]
    unread = [f"{each.where}: {each.why}" for each in record.not_understood]
    return tuple(dict.fromkeys([*allergies, *named, *unread]))
