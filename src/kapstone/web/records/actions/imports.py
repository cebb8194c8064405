"""The deed of taking in another system's record: all of it or nothing, and never twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any

import orjson
from django.db import transaction

from kapstone import fhir, instruments, screening
from kapstone.web.accounts.models import User
from kapstone.web.records import audit
from kapstone.web.records.actions.notices import open_notice
from kapstone.web.records.models import Person, RecordImport, Statement
from kapstone.web.records.models.notices import RISK_KIND
from kapstone.web.records.refusals import Refused


@transaction.atomic
def import_record(
    person: Person, read: fhir.Imported, *, file_name: str, same: bool, at: datetime, by: User
) -> RecordImport:
    """Append what was read to the person's chart; reading the same file again adds nothing.

    `same` is somebody's word that the file is about this person although its name or birth date
    says otherwise.
    """
    person = Person.objects.locked(person.pk)
    if known := RecordImport.objects.filter(person=person, digest=read.digest).first():
        kept: RecordImport = known
        return kept
    if not same:
        refuse_other_person(person, read.person)
    there = set(Statement.objects.filter(person=person).values_list("key", flat=True))
    new = {row["key"]: row for row in rows(read, at) if row["key"] not in there}
    record: RecordImport = RecordImport.objects.create(
        person=person,
        file_name=file_name,
        digest=read.digest,
        taken=dict(Counter(row["kind"] for row in new.values())),
        not_understood=plain([asdict(each) for each in read.not_understood]),
        warnings=plain([asdict(each) for each in read.warnings]),
        at=at,
        by=by,
    )
    Statement.objects.bulk_create(
        Statement(person=person, source=record, by=by, **row) for row in new.values()
    )
    audit.record(
        by, "import record", person=person, about=f"import:{record.pk}", taken=record.taken
    )
    raise_risk(person, [seen for seen in read.observations if seen.key in new], at=at, by=by)
    return record


def raise_risk(person: Person, seen: Iterable[fhir.Observation], *, at: datetime, by: User) -> None:
    """Open a notice for an imported answer about suicide that is not a clear no."""
    newest_first = sorted(seen, key=lambda each: each.at.as_written, reverse=True)
    for each in newest_first:
        if level := risk_of(each):
            open_notice(
                person,
                kind=RISK_KIND,
                level=level,
                says=f"Imported record: {each.text}, answered {plainly(each.value)} on "
                f"{each.at.as_written[:10]}. Ask about it.",
                at=at,
                by=by,
            )


@cache
def risk_items() -> dict[str, tuple[instruments.Instrument, instruments.Item]]:
    """The questions about suicide, by their LOINC code."""
    return {
        item.code: (questionnaire, item)
        for questionnaire in instruments.instruments()
        for item in questionnaire.item
        if item.code and item.risk
    }


def risk_of(seen: fhir.Observation) -> str | None:
    """What an answer points to; words that are not of the questionnaire count as no answer."""
    if seen.code not in risk_items():
        return None
    questionnaire, item = risk_items()[seen.code]
    value = number_of(seen.value, questionnaire.choices_of(item))
    if value is None:
        return "si_blank"
    return instruments.risk(questionnaire, item.id, value, {})


def number_of(value: float | str, choices: Iterable[instruments.Choice]) -> float | None:
    if not isinstance(value, str):
        return value
    same = (each.value for each in choices if each.text.casefold() == value.casefold())
    return next(same, None)


def plainly(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def refuse_other_person(person: Person, told: fhir.Person) -> None:
    """A file about somebody else must not slip into this chart; unknown is not the same."""
    if not same_person(person, told):
        born = told.birth_date.as_written if told.birth_date else "on an unknown day"
        raise Refused(
            "other-person",
            f"The file is about {name_in(told)}, born {born}; this chart is {person.name}, "
            f"born {person.birth_date or 'on an unknown day'}. "
            "If they are the same person, say so.",
        )


def same_person(person: Person, told: fhir.Person) -> bool:
    """Family name and birth date agree; without a birth date on both sides, the given name too."""
    if folded(told.family or told.full_name) not in {folded(person.family), folded(person.name)}:
        return False
    if told.birth_date is None or person.birth_date is None:
        first = told.given[0] if told.given else told.full_name
        return folded(first) in {folded(person.given), folded(person.name)}
    # As exact as it was written: a year alone is compared with the year.
    return person.birth_date.isoformat().startswith(told.birth_date.as_written[:10])


def folded(name: str | None) -> str:
    return " ".join((name or "").split()).casefold()


def name_in(told: fhir.Person) -> str:
    parts = [*told.given, told.family or ""]
    return " ".join(filter(None, parts)) or told.full_name or "somebody without a name"


def plain(value: Any) -> Any:
    return orjson.loads(orjson.dumps(value))


def rows(read: fhir.Imported, at: datetime) -> Iterator[dict[str, Any]]:
    """Each thing taken, as columns of a statement."""
    for condition in read.conditions:
        yield row(condition, "condition", condition.text, condition.onset, at) | {
            "code": fitting("code", condition.code),
            "code_system": fitting("code_system", condition.code_system),
            "status": condition.clinical_status,
        }
    for medicine in read.medicines:
        yield row(medicine, "medicine", medicine.text, medicine.authored, at) | {
            "code": fitting("code", medicine.rxnorm),
            "code_system": "RxNorm" if medicine.rxnorm else "",
            "status": fitting("status", medicine.status),
        }
    for allergy in read.allergies:
        kind = "no_allergy" if allergy.says_none else "allergy"
        yield row(allergy, kind, allergy.text, None, at) | {
            "code": fitting("code", allergy.code),
            "code_system": fitting("code_system", allergy.code_system),
            "status": allergy.status,
        }
    for sign in read.vital_signs:
        yield row(sign, "vital_sign", sign.as_written, sign.at, at) | {
            "code": sign.sign,
            "status": sign.status,
            "value": sign.value,
            "unit": sign.unit,
        }
    for seen in read.observations:
        number = seen.value if isinstance(seen.value, float) else None
        yield row(seen, "observation", seen.text, seen.at, at) | {
            "code": seen.code,
            "status": seen.status,
            "value": number,
            "unit": fitting("unit", seen.unit),
        }
    for told in read.answers:
        words = f"{screening.fact(told.fact).ask}: {plainly_told(told.value)}"
        yield row(told, "answer", words, told.at, at) | {"code": told.fact}


def plainly_told(value: bool | float | str) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else plainly(value)


def fitting(column: str, value: str | None) -> str:
    """The value, or nothing when the column cannot hold it: a code cut short is another code.

    `detail` keeps the whole of it.
    """
    most = getattr(Statement._meta.get_field(column), "max_length", 0)
    return value if value and len(value) <= most else ""


def row(item: Any, kind: str, text: str, when: fhir.When | None, at: datetime) -> dict[str, Any]:
    return {
        "kind": kind,
        "text": text[:400],
        "key": item.key,
        "at": moment(when) or at,
        "detail": plain(asdict(item)),
    }


def moment(when: fhir.When | None) -> datetime | None:
    """The time of something; a bare date is its midnight in UTC, `detail` keeps its precision."""
    if when is None:
        return None
    if isinstance(when.value, datetime):
        return when.value
    return datetime.combine(date.fromisoformat(str(when.value)), time(), UTC)
