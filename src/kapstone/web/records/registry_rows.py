"""The rows of each OMOP table, from the chart: ids and codes, numbers and days, never words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from kapstone import instruments
from kapstone.instruments import Instrument
from kapstone.registry.concepts import Known
from kapstone.web.records.models import (
    Course,
    DoseGiven,
    GroupNote,
    IntegrationContact,
    Mark,
    Person,
    Phase,
    Preparation,
    Reading,
    SessionPlan,
    SheetScore,
    Statement,
)
from kapstone.web.records.registry import Export, Row

ROUTES = {
    "iv": "intravenous",
    "im": "intramuscular",
    "intranasal": "intranasal",
    "esketamine": "intranasal",
    "lozenge_clinic": "sublingual",
    "lozenge_home": "sublingual",
    "oral": "oral",
}
GIVING = {"iv": "procedure-iv-infusion", "im": "procedure-im-injection"}
UNITS = {
    "systolic_bp": ("unit-mmhg", "mm[Hg]"),
    "diastolic_bp": ("unit-mmhg", "mm[Hg]"),
    "heart_rate": ("unit-per-min", "/min"),
    "respiratory_rate": ("unit-per-min", "/min"),
    "oxygen_saturation": ("unit-percent", "%"),
}
SYSTEMS = {
    "http://snomed.info/sct": "SNOMED",
    "http://hl7.org/fhir/sid/icd-10-cm": "ICD10CM",
}
NOT_SO = {"refuted", "entered-in-error"}
OUTPATIENT = "visit-outpatient"


def tables(export: Export) -> Iterator[tuple[str, Iterable[Row]]]:
    """Each table with its rows; what others point to comes first."""
    yield "cdm_source", [source(export)]
    yield "care_site", [care_site(export)]
    yield "person", people(export)
    yield "episode", episodes(export)
    yield "visit_occurrence", [*visits(export)]
    yield "drug_exposure", doses(export)
    yield "procedure_occurrence", procedures(export)
    yield "measurement", readings(export)
    found = [*scores(export)]
    for name in ("observation", "measurement"):
        yield name, (row for table, row in found if table == name)
    yield "condition_occurrence", conditions(export)
    yield "observation_period", periods(export)
    yield "episode_event", episode_events(export)


def source(export: Export) -> Row:
    today = export.local(export.at).date()
    return {
        "cdm_source_name": export.practice.name[:255],
        "cdm_source_abbreviation": "Kapstone",
        "cdm_holder": export.practice.name[:255],
        "source_description": "Written by kapstone registry export; times in the practice's zone.",
        "source_release_date": today,
        "cdm_release_date": today,
        "cdm_version": "5.4",
        "cdm_version_concept_id": 0,
        "vocabulary_version": export.vocabulary.version[:20],
    }


def care_site(export: Export) -> Row:
    return {"care_site_id": export.practice.pk, "care_site_name": export.practice.name[:255]}


def people(export: Export) -> Iterator[Row]:
    """Who agreed and whose year of birth is known: OMOP has no person without one."""
    for person in Person.objects.filter(pk__in=export.people).order_by("pk").iterator():
        sex = person.sex_at_birth
        yield {
            "person_id": person.pk,
            "gender_concept_id": export.concept(f"sex-{sex}"),
            "year_of_birth": person.birth_date.year if person.birth_date else None,
            "race_concept_id": 0,
            "ethnicity_concept_id": 0,
            "care_site_id": export.practice.pk,
            "person_source_value": person.number,
            "gender_source_value": sex or None,
        }


def episodes(export: Export) -> Iterator[Row]:
    for course in Course.objects.standing().filter(person__in=export.people).order_by("pk"):
        export.episodes[course.pk] = row = next(export.ids)
        day = export.saw(course.person_id, export.local(course.at).date())
        yield {
            "episode_id": row,
            "person_id": course.person_id,
            "episode_concept_id": export.concept("episode-regimen"),
            "episode_start_date": day,
            "episode_start_datetime": export.local(course.at),
            "episode_number": course.number,
            "episode_object_concept_id": export.concept("ketamine"),
            "episode_type_concept_id": export.concept("type-ehr"),
            "episode_source_value": "ketamine-assisted psychotherapy",
        }


def visits(export: Export) -> Iterator[Row]:
    """The sessions that began; one at home has no visit concept that was seen."""
    plans = SessionPlan.objects.standing().filter(session__course__in=export.episodes)
    export.routes.update(plans.values_list("session", "route"))
    home = set(plans.filter(at_home=True).values_list("session", flat=True))
    for row in begun(export):
        session, course = row.session_id, row.session.course
        if session in export.visits:
            continue
        export.visits[session] = export.event(course.pk)
        told = export.at_once("visit_start", course.person_id, row.at)
        yield told | {
            "visit_occurrence_id": export.visits[session],
            "visit_concept_id": 0 if session in home else export.concept(OUTPATIENT),
            "visit_end_date": told["visit_start_date"],
            "visit_type_concept_id": export.concept("type-ehr"),
            "care_site_id": export.practice.pk,
            "visit_source_value": "session at home" if session in home else "session",
        }


def begun(export: Export) -> Iterable[Any]:
    rows = Phase.objects.standing().filter(phase="started", session__course__in=export.episodes)
    return rows.select_related("session__course").order_by("at", "pk")


def doses(export: Export) -> Iterator[Row]:
    """One row for each administration, a top-up too; quantity in mg."""
    rows = DoseGiven.objects.standing().filter(session__course__in=export.episodes, amount_mg__gt=0)
    for row in rows.select_related("session__course").order_by("pk").iterator():
        course, route = row.session.course, export.routes.get(row.session_id, "")
        drug = "esketamine" if route == "esketamine" else "ketamine"
        told = export.at_once("drug_exposure_start", course.person_id, row.at)
        yield told | {
            "drug_exposure_id": export.event(course.pk),
            "drug_concept_id": export.concept(drug),
            "drug_exposure_end_date": told["drug_exposure_start_date"],
            "drug_type_concept_id": export.concept("type-administration"),
            "quantity": float(row.amount_mg),
            "route_concept_id": export.concept(f"route-{ROUTES.get(route, '')}"),
            "visit_occurrence_id": export.visits.get(row.session_id),
            "drug_source_value": drug,
            "route_source_value": route or None,
            "dose_unit_source_value": "mg",
        }


def procedures(export: Export) -> Iterator[Row]:
    """Giving the medicine, and therapy: preparation, integration, and among others."""
    for row in begun(export):
        route = export.routes.get(row.session_id, "")
        if row.session_id in export.visits and route:
            visit = {"visit_occurrence_id": export.visits[row.session_id]}
            yield (
                procedure(export, row.session.course, row.at, GIVING.get(route, ""), route) | visit
            )
    of_course = {"course__in": export.episodes}
    for held in Preparation.objects.standing().filter(held=True, **of_course):
        yield procedure(export, held.course, held.at, "", "preparation")
    for contact in IntegrationContact.objects.standing().filter(**of_course):
        yield procedure(export, contact.course, contact.at, "", f"integration:{contact.how}")
    seats = {"seat__course__in": export.episodes, "seat__taken_out": False, "came": True}
    for note in GroupNote.objects.standing().filter(**seats).select_related("seat__course"):
        name = "procedure-group-psychotherapy"
        yield procedure(export, note.seat.course, note.at, name, "group")


def procedure(export: Export, course: Course, at: datetime, name: str, said: str) -> Row:
    return export.at_once("procedure", course.person_id, at) | {
        "procedure_occurrence_id": export.event(course.pk),
        "procedure_concept_id": export.concept(name),
        "procedure_type_concept_id": export.concept("type-ehr"),
        "procedure_source_value": said,
    }


def readings(export: Export) -> Iterator[Row]:
    """One row for each sign of a reading that has a unit of its own."""
    rows = Reading.objects.standing().filter(session__course__in=export.episodes)
    for row in rows.select_related("session__course").order_by("pk").iterator():
        for sign in UNITS.keys() & row.signs.keys():
            if isinstance(row.signs[sign], int | float):
                yield measured(export, row, sign)


def measured(export: Export, row: Any, sign: str) -> Row:
    name, unit = UNITS[sign]
    return export.at_once("measurement", row.session.course.person_id, row.at) | {
        "measurement_id": next(export.ids),
        "measurement_concept_id": export.concept(sign),
        "measurement_type_concept_id": export.concept("type-ehr"),
        "value_as_number": float(row.signs[sign]),
        "unit_concept_id": export.concept(name),
        "visit_occurrence_id": export.visits.get(row.session_id),
        "measurement_source_value": sign,
        "unit_source_value": unit,
    }


def scores(export: Export) -> Iterator[tuple[str, Row]]:
    """Each total and each coded answer with the table that its domain puts it in.

    A questionnaire that a person keeps from their therapist stays with them.
    """
    shipped = {of.id: of for of in instruments.instruments() if not of.private}
    rows = SheetScore.objects.standing().filter(sheet__course__in=export.episodes)
    for row in rows.select_related("sheet__course").order_by("pk").iterator():
        of = shipped.get(row.sheet.instrument)
        if of is None:
            export.left_out["kept private, or brought by the practice"] += 1
            continue
        yield from (score(export, row, *each) for each in numbers(export, of, row))


def numbers(export: Export, of: Instrument, row: Any) -> Iterator[tuple[str, Known, float]]:
    """The total under the instrument's id, and answers that have a code of their own."""
    if row.total is not None:
        known = export.vocabulary.of(of.id)
        coded = export.vocabulary.coded("LOINC", of.total_code) if of.total_code else known
        yield of.id, known if known.concept else coded, row.total
    for item in of.item:
        value = row.answers.get(item.id)
        if item.code and isinstance(value, int | float):
            yield f"{of.id}:{item.id}"[:50], export.vocabulary.coded("LOINC", item.code), value


def score(export: Export, row: Any, said: str, known: Known, value: float) -> tuple[str, Row]:
    name = "measurement" if known.domain == "Measurement" else "observation"
    return name, export.at_once(name, row.sheet.course.person_id, row.at) | {
        f"{name}_id": next(export.ids),
        f"{name}_concept_id": known.concept,
        f"{name}_type_concept_id": export.concept("type-self-report"),
        "value_as_number": float(value),
        "unit_concept_id": export.concept("unit-score"),
        f"{name}_source_value": said,
        "unit_source_value": "{score}",
    }


def conditions(export: Export) -> Iterator[Row]:
    """What other records say by a code, and side effects seen in a session."""
    rows = Statement.objects.standing().filter(person__in=export.people, kind="condition")
    for row in rows.exclude(status__in=NOT_SO).order_by("pk").iterator():
        day = day_of(row.own_date)
        if not row.code or day is None:
            export.left_out["conditions without a code or a day"] += 1
            continue
        known = export.vocabulary.coded(SYSTEMS.get(row.code_system, ""), row.code)
        yield condition(export, row.person_id, day, known.concept, row.code)
    effects = Mark.objects.standing().filter(
        session__course__in=export.episodes, kind="side_effect"
    )
    for mark in effects.select_related("session__course").order_by("pk").iterator():
        day = export.local(mark.at).date()
        concept = export.concept(f"effect-{mark.mark}")
        told = condition(export, mark.session.course.person_id, day, concept, mark.mark)
        yield told | {"visit_occurrence_id": export.visits.get(mark.session_id)}


def condition(export: Export, person: int, day: date, concept: int, said: str) -> Row:
    return {
        "condition_occurrence_id": next(export.ids),
        "person_id": person,
        "condition_concept_id": concept,
        "condition_start_date": export.saw(person, day),
        "condition_type_concept_id": export.concept("type-ehr"),
        "condition_source_value": said[:50],
    }


def day_of(when: date | datetime | str | None) -> date | None:
    """A whole day; None for a record's month or year, which is no day."""
    if isinstance(when, datetime):
        return when.date()
    return when if isinstance(when, date) else None


def periods(export: Export) -> Iterator[Row]:
    for person, since in sorted(export.since.items()):
        yield {
            "observation_period_id": next(export.ids),
            "person_id": person,
            "observation_period_start_date": since,
            "observation_period_end_date": export.until[person],
            "period_type_concept_id": export.concept("type-ehr"),
        }


def episode_events(export: Export) -> Iterator[Row]:
    """The field concept is 0: its ids were not seen, and an id is one row over all tables."""
    for episode, event in export.events:
        yield {"episode_id": episode, "event_id": event, "episode_event_field_concept_id": 0}
