"""What other records answer for screening, and what they only raise until a person confirms it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

from kapstone import fhir, screening
from kapstone.screening.telling import private_facts
from kapstone.web.records.models import Confirmation, Person, Statement

Named = tuple[str, screening.Given]

# What an import measures besides blood pressure, in the words of the vocabulary.
SIGNS = {
    "bmi": "bmi",
    "heart_rate": "heart_rate_bpm",
    "oxygen_saturation": "oxygen_saturation_percent",
}
FIGURES = {"systolic_bp": "systolic", "diastolic_bp": "diastolic"}
NOWHERE = fhir.Origin("Observation", None, None, 0)


def answers(person: Person, now: datetime) -> Iterator[Named]:
    """Every fact that another record settles.

    Not from a statement that the person denies, unless a stop or a review hangs on it: that stands
    until a prescriber settles it.
    """
    seen = [*measured(person)]
    yield from signs(seen)
    for part in (fhir.of_observations, fhir.of_item_nine):
        yield from (each for each in part(observed(seen)) if isinstance(each, tuple))
    no = denied(person)
    diagnosed = defaultdict[str, list[screening.Given]](list)
    for row in named(person):
        told = [each for each in says(row, now) if isinstance(each, tuple)]
        if row.pk in no and not any(is_grave(*each) for each in told):
            continue
        for name, given in told:
            if row.kind == "condition":
                diagnosed[name].append(given)
            else:
                yield name, given
    yield from gravest_of(diagnosed)


def is_grave(name: str, given: screening.Given) -> bool:
    of = screening.vocabulary().get(name)
    return of is not None and of.accepts(given.value) and screening.may_speak(of, given.value)


def gravest_of(diagnosed: Mapping[str, Sequence[screening.Given]]) -> Iterator[Named]:
    """All diagnoses hold beside each other, whenever each was imported: the gravest counts."""
    for name, given in diagnosed.items():
        if (one := screening.gravest(given, screening.fact(name))) is not None:
            yield name, one


def screeners(person: Person) -> Iterator[screening.Screener]:
    """The C-SSRS screeners of other records, also with answers that nobody can read."""
    yield from fhir.screeners(observed(measured(person)))


def denials(person: Person, now: datetime) -> Iterator[tuple[Named, Named]]:
    """What a record answers and the person denies, each with their own no beside it."""
    no = denied(person)
    for row in named(person):
        if row.pk in no:
            own = screening.Given(False, no[row.pk].at, "person", no[row.pk].words or row.text)
            for each in says(row, now):
                if isinstance(each, tuple) and each[1].value is True:
                    yield each, (each[0], own)


def suggested(row: Statement, now: datetime) -> list[screening.Suggestion]:
    """What a record may answer, once a person says so."""
    return [each for each in says(row, now) if isinstance(each, screening.Suggestion)]


def private(rows: Iterable[Statement]) -> list[int]:
    """The keys of those that no phone shows: somebody else may read it there."""
    return [row.pk for row in rows if not private_facts().isdisjoint(matters(row))]


def matters(row: Statement) -> set[str]:
    """The facts that a record speaks of, also where it is over, ruled out or denied."""
    if row.kind == "condition":
        plain = replace(recorded(row), status="active", verification=None, over=False)
        found = screening.said(plain, seen_at(row))
        return {name for name, _ in found.answers} | {each.fact for each in found.suggested}
    if row.kind == "observation":
        read = fhir.of_observations(observed([row]))
        return {each[0] for each in read if isinstance(each, tuple)}
    return {row.code} if row.kind == "answer" else set()


def named(person: Person) -> Iterable[Statement]:
    kinds = ("condition", "allergy", "no_allergy", "answer")
    rows = Statement.objects.standing().filter(person=person, kind__in=kinds)
    found: Iterable[Statement] = rows.select_related("source").order_by("pk")
    return found


def denied(person: Person) -> dict[int, Confirmation]:
    rows = Confirmation.objects.standing().filter(statement__person=person, answer=False)
    return {row.statement_id: row for row in rows}


def says(row: Statement, now: datetime) -> Iterator[Any]:
    if row.kind == "condition":
        found = screening.said(recorded(row), now)
        yield from (*found.answers, *found.suggested)
    elif row.kind == "answer":
        yield answered(row)
    else:
        yield from fhir.of_allergy(
            row.text,
            substance=row.detail.get("substance"),
            verification=row.detail.get("verification"),
            says_none=row.kind == "no_allergy",
            seen=seen_at(row),
        )


def answered(row: Statement) -> Named | screening.Suggestion:
    """An answer of a form; one without a date only asks where the answer ages."""
    of = screening.vocabulary().get(row.code)
    if of and row.own_date is None and of.fresh_days is not None:
        return screening.Suggestion(row.code, None, row.text, "the form has no date")
    return row.code, screening.Given(row.detail.get("value"), row.at, "import", row.text)


def recorded(row: Statement) -> screening.Recorded:
    codings = row.detail.get("codings") or [{"system": row.code_system, "code": row.code}]
    return screening.Recorded(
        text=row.text,
        codes=tuple((each.get("system"), each.get("code")) for each in codings),
        status=row.status or "unknown",
        verification=row.detail.get("verification"),
        onset=exact(row.own_date),
        over=row.detail.get("abated") is not None,
        seen=seen_at(row),
    )


def seen_at(row: Statement) -> datetime:
    """When the record was read here, which is as late as anybody can vouch for it."""
    return row.source.at if row.source else row.at


def exact(day: date | datetime | str | None) -> datetime | None:
    if isinstance(day, str) or day is None or isinstance(day, datetime):
        return day if isinstance(day, datetime) else None
    return datetime.combine(day, time(), UTC)


def measured(person: Person) -> Iterator[Statement]:
    """Measurements that say when they were taken."""
    kinds = ("vital_sign", "observation")
    rows = Statement.objects.standing().filter(person=person, kind__in=kinds)
    return (row for row in rows.order_by("at", "pk") if row.own_date is not None)


def signs(rows: Iterable[Statement]) -> Iterator[Named]:
    for row in rows:
        if row.kind == "vital_sign" and row.code in SIGNS and row.value is not None:
            yield SIGNS[row.code], screening.Given(row.value, row.at, "import", row.text)


def pressures(person: Person) -> Iterator[screening.Pressure]:
    """The two figures of one moment belong together; of two for the same moment the higher."""
    found: dict[datetime, dict[str, Statement]] = {}
    for row in sorted(measured(person), key=lambda row: row.value or 0):
        if row.kind == "vital_sign" and row.code in FIGURES and row.value is not None:
            found.setdefault(row.at, {})[FIGURES[row.code]] = row
    for at, of in found.items():
        yield screening.Pressure(
            at=at,
            origin="import",
            words="/".join(row.text for row in of.values()),
            exact=all(isinstance(row.own_date, datetime) for row in of.values()),
            **{name: row.value for name, row in of.items()},
        )


def observed(rows: Iterable[Statement]) -> Iterator[fhir.Observation]:
    """The observations as they were read, from what was kept of them."""
    for row in rows:
        value = row.detail.get("value")
        if row.kind == "observation" and isinstance(value, str | int | float):
            yield fhir.Observation(
                origin=NOWHERE,
                code=row.code,
                text=row.text,
                value=value if isinstance(value, str) else float(value),
                unit=row.detail.get("unit"),
                at=fhir.When(row.at, "second", row.at.isoformat()),
                status=row.status,
                ucum=row.detail.get("ucum"),
                high=row.detail.get("high"),
                high_unit=row.detail.get("high_unit"),
            )
