"""Invented scores of very many people as a registry, made without a seed of the moment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from kapstone.registry import cdm
from kapstone.registry.concepts import Vocabulary

ROWS_OF_A_PERSON = 50
PEOPLE_AT_ONCE = 20_000
DAYS = np.array([-5, 0, 4, 7, 11, 14, 21, 28, 35, 42, 49, 56, 70, 84, 98, 112, 140, 168, 224, 336])
FIRST = np.datetime64("2019-01-01")
# Of each person's rows so many are PHQ-9; the others are GAD-7 and vital signs, as in a practice.
SCORES = 12
Whole = NDArray[np.int64]


def write_many(folder: Path, rows: int) -> None:
    """About `rows` rows of scores and vital signs with one dose each, in bounded memory."""
    rng = np.random.default_rng(2026)
    people = rows // ROWS_OF_A_PERSON
    with cdm.Writer(folder) as writer:
        for first in range(1, people + 1, PEOPLE_AT_ONCE):
            some = np.arange(first, min(first + PEOPLE_AT_ONCE, people + 1))
            start = FIRST + rng.integers(0, 1_800, len(some)).astype("timedelta64[D]")
            writer.write("drug_exposure", doses(some, start))
            for table, columns in rows_of(some, start, rng):
                writer.write(table, columns)


def doses(people: Whole, start: NDArray[np.datetime64]) -> dict[str, object]:
    many = len(people)
    return {
        "drug_exposure_id": people,
        "person_id": people,
        "drug_concept_id": np.full(many, 785649, np.int32),
        "drug_exposure_start_date": pa.array(start),
        "drug_exposure_end_date": pa.array(start),
        "drug_type_concept_id": np.full(many, 32818, np.int32),
        "drug_source_value": pa.array(["ketamine"] * many),
    }


def rows_of(
    people: Whole, start: NDArray[np.datetime64], rng: np.random.Generator
) -> Iterator[tuple[str, dict[str, object]]]:
    """PHQ-9 and GAD-7 as observations, two vital signs as measurements."""
    kinds = (
        ("observation", "phq9", SCORES, 17.0, 27.0),
        ("observation", "gad7", 8, 13.0, 21.0),
        ("measurement", "systolic_bp", 15, 125.0, 250.0),
        ("measurement", "heart_rate", 15, 75.0, 200.0),
    )
    for table, name, each, middle, most in kinds:
        days = np.sort(rng.random((len(people), len(DAYS))).argsort(axis=1)[:, :each], axis=1)
        day = DAYS[days]
        better = rng.beta(2, 2, (len(people), 1)) * (1 - np.exp(-np.maximum(day, 0) / 20))
        back = 1 / (1 + np.exp((day - rng.integers(60, 500, (len(people), 1))) / 10))
        value = middle * (1 - better * back) + rng.normal(0, 2.5, day.shape)
        who = np.repeat(people, each)
        at = np.repeat(start, each) + day.ravel().astype("timedelta64[D]")
        yield table, columns(table, name, who, at, np.clip(np.round(value.ravel()), 0, most))


def columns(
    table: str, name: str, who: Whole, at: NDArray[np.datetime64], value: NDArray[np.float64]
) -> dict[str, object]:
    many = len(who)
    # Of one day the later row counts: ids only have to be apart within a person and questionnaire.
    row = who * 100 + np.arange(many) % 100 + sum(name.encode()) * 10**10
    return {
        f"{table}_id": row,
        "person_id": who,
        f"{table}_concept_id": np.full(many, Vocabulary().of(name).concept, np.int32),
        f"{table}_date": pa.array(at.astype("datetime64[D]")),
        f"{table}_type_concept_id": np.full(many, 32817, np.int32),
        "value_as_number": value,
        f"{table}_source_value": pa.array([name] * many),
    }
