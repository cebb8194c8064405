"""Small registries of invented people, with the same scores as `kapstone.outcomes` takes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from outcomes import cohort_a

from kapstone.registry import cdm
from kapstone.registry.concepts import Vocabulary

SEEN = Vocabulary()
FIRST = date(2026, 3, 2)
Scores = Mapping[str, Mapping[float, float]]
TOY: Scores = cohort_a.SCORES


def many(people: int, seed: int = 1, most: int = 27) -> Scores:
    """People with gaps in their weeks, some without a baseline, some below a case."""
    rng = np.random.default_rng(seed)
    days = np.array([-20, -14, -3, 0, 2, 6, 7, 10, 21, 28, 56, 90, 120, 200, 400])
    return {
        str(person): {
            int(day): float(rng.integers(0, most + 1)) for day in days[rng.random(len(days)) < 0.6]
        }
        for person in range(1, people + 1)
    }


def dose(person: int, first: date = FIRST) -> dict[str, Any]:
    return {
        "drug_exposure_id": person,
        "person_id": person,
        "drug_concept_id": 785649,
        "drug_exposure_start_date": first,
        "drug_exposure_end_date": first,
        "drug_type_concept_id": 32818,
        "quantity": 40.0,
        "drug_source_value": "ketamine",
        "route_concept_id": 4171047,
        "route_source_value": "iv",
    }


def person(number: int) -> dict[str, Any]:
    return {
        "person_id": number,
        "gender_concept_id": 8532,
        "year_of_birth": 1930 if number == 1 else 1980,
        "race_concept_id": 0,
        "ethnicity_concept_id": 0,
        "person_source_value": f"K-{number:04d}",
    }


def observed(number: int, row: int, day: float, value: float, of: str = "phq9") -> dict[str, Any]:
    return {
        "observation_id": row,
        "person_id": number,
        "observation_concept_id": SEEN.of(of).concept,
        "observation_date": FIRST + timedelta(days=int(day)),
        "observation_type_concept_id": 32865,
        "value_as_number": value,
        "observation_source_value": of,
    }


def period(number: int) -> dict[str, Any]:
    return {
        "observation_period_id": number,
        "person_id": number,
        "observation_period_start_date": FIRST - timedelta(days=30),
        "observation_period_end_date": FIRST + timedelta(days=500),
        "period_type_concept_id": 32817,
    }


def columns(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in rows[0]}


def registry(folder: Path, scores: Scores, of: str = "phq9", **more: list[dict[str, Any]]) -> Path:
    """Write the scores as a registry; `more` are further rows of a table."""
    numbers = [int(name) for name in scores]
    told = [(int(name), day, value) for name, days in scores.items() for day, value in days.items()]
    rows: dict[str, list[dict[str, Any]]] = {
        "person": [person(number) for number in numbers],
        "observation_period": [period(number) for number in numbers],
        "drug_exposure": [dose(number) for number in numbers],
        "observation": [observed(*each[:1], at, *each[1:], of) for at, each in enumerate(told, 1)],
    }
    with cdm.Writer(folder) as writer:
        for name, found in (rows | more).items():
            if found:
                writer.write(name, columns(found))
    return folder
