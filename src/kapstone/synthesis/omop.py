"""Synthetic people as the rows of OMOP's tables, a dictionary of columns for each write.

A column is an array, or the one value that all its rows have.

An id is made of the person's number and what the row is of them, so that it is the same whatever
is written at once. Only what the practice would know is here; the truth is `truth`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kapstone.registry.concepts import SEEN_IN, Vocabulary
from kapstone.synthesis import vitals
from kapstone.synthesis.model import Counts, Flags, Reals
from kapstone.synthesis.population import (
    BASELINE_WITHIN_DAYS,
    FIRST_DAY,
    SPREAD_DAYS,
    Dates,
    People,
    Plan,
)
from kapstone.synthesis.practices import effects

Columns = dict[str, Any]
Rows = tuple[str, Columns]

# A person's rows of one table are numbered below this.
ROOM = 1_000
GAD7_FROM, ITEM_NINE_FROM, INTEGRATION_FROM, EFFECT_FROM = 100, 200, 100, 1
# An integration meeting three days after the last dose, and then one a week.
FIRST_MEETING_DAYS, NEXT_MEETING_DAYS = 3, 7
# Doses come in steps that can be measured off, mg.
UNITS = {
    "weight_kg": ("unit-kg", "kg"),
    "systolic_bp": ("unit-mmhg", "mm[Hg]"),
    "diastolic_bp": ("unit-mmhg", "mm[Hg]"),
}
WORDS = {
    "phq9-item-9": "phq9:self_harm",
    "procedure-integration": "integration:visit",
    "route-intravenous": "iv",
    "route-intramuscular": "im",
    "route-sublingual": "sl",
    "condition-mdd": "major depressive disorder",
    "visit-outpatient": "session",
    "visit-home": "session at home",
    "episode-regimen": "ketamine-assisted psychotherapy",
}
ROUTES = {"iv": "route-intravenous", "im": "route-intramuscular", "sl": "route-sublingual"}
STEP_MG = {"iv": 5.0, "im": 5.0, "sl": 50.0}
KNOWN_BEFORE_DAYS = 30
FOLLOWED_DAYS = 400
NOT_SEEN = 0
# When the medicine is given, since midnight.
BEGIN = np.timedelta64(10, "h")


def of_practice(plan: Plan, name: str) -> Iterator[Rows]:
    """The rows that are there once: the clinics, and what this set is."""
    numbers = np.arange(1, plan.habits.clinics + 1)
    titles = [f"Clinic {number}" for number in numbers]
    yield "care_site", {"care_site_id": numbers, "care_site_name": titles}
    released = np.array([FIRST_DAY + SPREAD_DAYS + FOLLOWED_DAYS])
    yield (
        "cdm_source",
        {
            "cdm_source_name": [f"Synthetic practice {name}"],
            "cdm_source_abbreviation": ["synthetic"],
            "cdm_holder": ["nobody: invented people"],
            "source_description": [f"{plan.preset.title}; seed {plan.seed}; no real person"],
            "source_release_date": released,
            "cdm_release_date": released,
            "cdm_version": ["5.4"],
            "cdm_version_concept_id": [NOT_SEEN],
            "vocabulary_version": [SEEN_IN],
        },
    )


def of_people(plan: Plan, blocks: Sequence[People]) -> Iterator[Rows]:
    """The rows of some blocks of people, table by table, in the order of people."""
    of = whole(blocks)
    yield from persons(plan, of)
    yield from treated(plan, of)
    yield from met(plan, of)
    yield from scored(plan, of)
    yield from measured(plan, of)
    yield from harmed(plan, of)


def whole(blocks: Sequence[People]) -> People:
    """Some blocks as one, part by part."""
    found: People = joined(list(blocks))
    return found


def joined(parts: list[Any]) -> Any:
    """Arrays end to end, and whatever holds them likewise; what is no array is the first one's."""
    one = parts[0]
    if isinstance(one, np.ndarray):
        return np.concatenate(parts)
    if isinstance(one, tuple):
        return tuple(joined(list(each)) for each in zip(*parts, strict=True))
    if names := getattr(one, "__dataclass_fields__", None):
        return type(one)(**{name: joined([getattr(p, name) for p in parts]) for name in names})
    return one


def persons(plan: Plan, of: People) -> Iterator[Rows]:
    female = of.body.female
    yield (
        "person",
        {
            "person_id": of.number,
            "gender_concept_id": np.where(female, number("sex-female"), number("sex-male")),
            "year_of_birth": of.body.birth_year,
            "gender_source_value": np.where(female, "female", "male"),
            "race_concept_id": NOT_SEEN,
            "ethnicity_concept_id": NOT_SEEN,
            "care_site_id": of.clinic + 1,
        },
    )
    yield (
        "observation_period",
        {
            "observation_period_id": of.number,
            "person_id": of.number,
            "observation_period_start_date": of.first_dose - KNOWN_BEFORE_DAYS,
            "observation_period_end_date": of.first_dose + last_day(plan, of),
            "period_type_concept_id": number("type-ehr"),
        },
    )
    begun = of.first_dose - BASELINE_WITHIN_DAYS
    yield "condition_occurrence", condition(of.number * ROOM, of.number, "condition-mdd", begun)


def last_day(plan: Plan, of: People) -> Counts:
    """The last day anything is known of each person, since the first dose."""
    seen = np.where(of.missing == 0, plan.score_days[None, :], 0.0).max(axis=1)
    met_on = np.where(of.integration_kept > 0, meeting_days(plan, of)[:, -1], 0.0)
    dosed = np.array(plan.preset.dose_days)[of.doses_taken - 1]
    last = np.maximum(np.maximum(seen, met_on), dosed)
    return np.asarray(np.floor(last), dtype=np.int64)


def treated(plan: Plan, of: People) -> Iterator[Rows]:
    """Each dose taken, and the course that holds them."""
    person, dose = np.nonzero(taken(of))
    who, on = of.number[person], dates(of, np.array(plan.preset.dose_days)[dose], person)
    step, mg = STEP_MG[plan.habits.route], of.body.weight_kg * plan.habits.dose_mg_per_kg
    amount, visit = np.maximum(np.rint(mg / step), 1) * step, who * ROOM + dose
    yield (
        "drug_exposure",
        {
            "drug_exposure_id": visit,
            "person_id": who,
            **coded("drug", "ketamine"),
            **between("drug_exposure", on),
            **typed("drug", "administration"),
            "quantity": amount[person],
            "route_concept_id": number(ROUTES[plan.habits.route]),
            "route_source_value": text(ROUTES[plan.habits.route]),
            "dose_unit_source_value": "mg",
            "visit_occurrence_id": visit,
        },
    )
    last = np.floor(np.array(plan.preset.dose_days)[of.doses_taken - 1]).astype(np.int64)
    yield "drug_era", era(of, last)
    yield "episode", course(of, of.first_dose + last)
    events = {"episode_id": who, "event_id": visit}
    yield "episode_event", events | {"episode_event_field_concept_id": NOT_SEEN}


def era(of: People, last: Counts) -> Columns:
    """All doses as one era: no two of them lie thirty days apart."""
    return {
        "drug_era_id": of.number,
        "person_id": of.number,
        "drug_concept_id": number("ketamine"),
        "drug_era_start_date": of.first_dose,
        "drug_era_end_date": of.first_dose + last,
        "drug_exposure_count": of.doses_taken,
        "gap_days": last + 1 - of.doses_taken,
    }


def course(of: People, ended: Dates) -> Columns:
    return {
        "episode_id": of.number,
        "person_id": of.number,
        "episode_concept_id": number("episode-regimen"),
        "episode_start_date": of.first_dose,
        "episode_end_date": ended,
        "episode_object_concept_id": number("ketamine"),
        **typed("episode", "ehr"),
        "episode_source_value": text("episode-regimen"),
    }


def met(plan: Plan, of: People) -> Iterator[Rows]:
    """Each visit: doses taken, and the integration meetings kept, those also as procedures."""
    meetings = np.arange(plan.habits.integration_planned)[None, :] < of.integration_kept[:, None]
    person, meeting = np.nonzero(meetings)
    on = dates(of, meeting_days(plan, of)[person, meeting], person)
    ids = of.number[person] * ROOM + INTEGRATION_FROM + meeting
    yield (
        "procedure_occurrence",
        {
            "procedure_occurrence_id": ids,
            "person_id": of.number[person],
            **coded("procedure", "procedure-integration"),
            "procedure_date": on,
            **typed("procedure", "ehr"),
            "visit_occurrence_id": ids,
        },
    )
    dosed = np.broadcast_to(np.array(plan.preset.dose_days), (len(of), len(of.sessions)))
    if plan.habits.route == "sl":
        yield visits(of, taken(of), dosed, np.arange(len(of.sessions)), "visit-home")
        later = INTEGRATION_FROM + np.arange(meetings.shape[1])
        yield visits(of, meetings, meeting_days(plan, of), later, "visit-outpatient")
        return
    both = np.concatenate([taken(of), meetings], axis=1)
    days = np.concatenate([dosed, meeting_days(plan, of)], axis=1)
    numbers = np.r_[np.arange(len(of.sessions)), INTEGRATION_FROM + np.arange(meetings.shape[1])]
    yield visits(of, both, days, numbers, "visit-outpatient")


def visits(of: People, there: Flags, days: Reals, numbers: Counts, place: str) -> Rows:
    person, visit = np.nonzero(there)
    return (
        "visit_occurrence",
        {
            "visit_occurrence_id": of.number[person] * ROOM + numbers[visit],
            "person_id": of.number[person],
            **coded("visit", place),
            **between("visit", dates(of, days[person, visit], person)),
            **typed("visit", "ehr"),
            "care_site_id": of.clinic[person] + 1,
        },
    )


def meeting_days(plan: Plan, of: People) -> Reals:
    """The days of the meetings planned, since the first dose, (n, meetings)."""
    last = np.array(plan.preset.dose_days)[of.doses_taken - 1]
    after = FIRST_MEETING_DAYS + NEXT_MEETING_DAYS * np.arange(plan.habits.integration_planned)
    return np.asarray(last[:, None] + after[None, :])


def scored(plan: Plan, of: People) -> Iterator[Rows]:
    """The questionnaires of those who were measured: totals, and the ninth answer of PHQ-9."""
    seen, days = of.missing == 0, plan.score_days
    asked, gad7_days = seen[:, np.isin(days, plan.gad7_days)], plan.gad7_days
    nine = of.first_item_nine, of.item_nine
    for what, from_, at, there, (first, later) in (
        ("phq9", 0, days, seen, (of.latent.baseline, of.phq9)),
        ("gad7", GAD7_FROM, gad7_days, asked, (of.latent.gad_baseline, of.gad7)),
        ("phq9-item-9", ITEM_NINE_FROM, days, seen, nine),
    ):
        every = np.concatenate([np.ones((len(of), 1), bool), there], axis=1)
        person, visit = np.nonzero(every)
        begun = visit == 0
        day = np.where(begun, -of.baseline_before_days[person], np.floor(np.r_[0.0, at])[visit])
        value = np.concatenate([first[:, None], later], axis=1)[person, visit]
        who = of.number[person]
        ids, on = who * ROOM + from_ + visit, of.first_dose[person] + day.astype(np.int64)
        yield "observation", answer(ids, who, on, value, what)


def answer(ids: Counts, who: Counts, on: Dates, value: Counts, what: str) -> Columns:
    return {
        "observation_id": ids,
        "person_id": who,
        **coded("observation", what),
        "observation_date": on,
        **typed("observation", "self-report"),
        "value_as_number": value.astype(np.float64),
        "unit_concept_id": number("unit-score"),
        "unit_source_value": "{score}",
    }


def measured(plan: Plan, of: People) -> Iterator[Rows]:
    """Weight before the first dose; pressures at rest and at the peak of each dose taken."""
    first = of.first_dose - of.baseline_before_days
    ids = of.number * ROOM
    yield "measurement", reading(ids, of.number, first, of.body.weight_kg, "weight_kg")
    person, dose = np.nonzero(taken(of))
    who, days = of.number[person], np.array(plan.preset.dose_days)
    on, visit = dates(of, days[dose], person), who * ROOM + dose
    peak = np.timedelta64(round(vitals.PEAK_MIN[plan.habits.route]), "m")
    times = np.array([BEGIN, BEGIN + peak])
    for place, sign in enumerate(("systolic", "diastolic")):
        both = [
            np.stack([getattr(each, f"{when}_{sign}") for each in of.sessions], axis=1)
            for when in ("rest", "peak")
        ]
        values = np.stack([each[person, dose] for each in both], axis=1).ravel()
        ids = np.stack([who * ROOM + 1 + dose * 4 + 2 * place + n for n in (0, 1)], axis=1).ravel()
        told = reading(ids, np.repeat(who, 2), np.repeat(on, 2), values, f"{sign}_bp")
        at = on.astype("datetime64[us]")[:, None] + times[None, :]
        own = {"visit_occurrence_id": np.repeat(visit, 2), "measurement_datetime": at.ravel()}
        yield "measurement", told | own


def reading(ids: Counts, who: Counts, on: Dates, value: Counts | Reals, what: str) -> Columns:
    return {
        "measurement_id": ids,
        "person_id": who,
        **coded("measurement", what),
        "measurement_date": on,
        **typed("measurement", "ehr"),
        "value_as_number": value.astype(np.float64),
        "unit_concept_id": number(UNITS[what][0]),
        "unit_source_value": UNITS[what][1],
    }


def harmed(plan: Plan, of: People) -> Iterator[Rows]:
    """What was charted as a side effect, on the day of its dose."""
    charted = np.where(taken(of), np.stack([s.charted for s in of.sessions], axis=1), -1)
    for which, effect in enumerate(effects()):
        person, dose = np.nonzero(charted == which)
        ids = of.number[person] * ROOM + EFFECT_FROM + dose
        on = dates(of, np.array(plan.preset.dose_days)[dose], person)
        visit = of.number[person] * ROOM + dose
        told = condition(ids, of.number[person], f"effect-{effect.id}", on)
        yield "condition_occurrence", told | {"visit_occurrence_id": visit}


def condition(ids: Counts, person: Counts, what: str, on: Dates) -> Columns:
    return {
        "condition_occurrence_id": ids,
        "person_id": person,
        **coded("condition", what),
        "condition_start_date": on,
        **typed("condition", "ehr"),
    }


def taken(of: People) -> Flags:
    return np.asarray(np.arange(len(of.sessions))[None, :] < of.doses_taken[:, None])


def dates(of: People, days: Reals, person: NDArray[np.intp]) -> Dates:
    return np.asarray(of.first_dose[person] + np.floor(days).astype(np.int64))


def between(table: str, on: Dates) -> Columns:
    return {f"{table}_start_date": on, f"{table}_end_date": on}


def coded(table: str, what: str) -> Columns:
    """The concept of a row, and the word of the practice that it stands for."""
    return {f"{table}_concept_id": number(what), f"{table}_source_value": text(what)}


def typed(table: str, what: str) -> Columns:
    return {f"{table}_type_concept_id": number(f"type-{what}")}


@cache
def number(what: str) -> int:
    """The concept id of a thing of ours; 0 where none was seen, and its word says what it is."""
    return Vocabulary().of(what).concept


def text(what: str) -> str:
    """The word that a real practice's export has: `nausea` for `effect-nausea`."""
    return WORDS.get(what) or what.partition("-")[2] or what
