"""Each of OHDSI's 27 types of check passes on a good registry and fails on a bad one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from registry import made

from kapstone.registry import cdm, quality
from kapstone.registry.checks import checks
from kapstone.registry.concepts import NoVocabulary
from kapstone.registry.quality import Result

TODAY = date(2028, 1, 1)
NAMES = (
    *("concept_id", "concept_name", "domain_id", "vocabulary_id", "concept_class_id"),
    *("standard_concept", "concept_code", "valid_start_date", "valid_end_date", "invalid_reason"),
)
# concept, domain, class, standard, invalid.
CONCEPTS = [
    (8532, "Gender", "Gender", "S", ""),
    (8507, "Gender", "Gender", "S", ""),
    (785649, "Drug", "Ingredient", "S", ""),
    (32817, "Type Concept", "Type Concept", "S", ""),
    (32818, "Type Concept", "Type Concept", "S", ""),
    (32865, "Type Concept", "Type Concept", "S", ""),
    (4171047, "Route", "Qualifier Value", "S", ""),
    (3042932, "Observation", "Survey", "S", ""),
    (3004249, "Measurement", "Clinical Observation", "S", ""),
    (8876, "Unit", "Unit", "S", ""),
    (9202, "Visit", "Visit", "S", ""),
    (440383, "Condition", "Clinical Finding", "S", ""),
    (200962, "Condition", "Clinical Finding", "S", ""),
    (4163261, "Condition", "Clinical Finding", "S", ""),
    (555, "Condition", "Clinical Finding", "", "D"),
]
Spoils = Callable[[pa.Table], pa.Table]


def visit() -> dict[str, Any]:
    return {
        "visit_occurrence_id": 1,
        "person_id": 1,
        "visit_concept_id": 9202,
        "visit_start_date": made.FIRST,
        "visit_end_date": made.FIRST,
        "visit_type_concept_id": 32817,
    }


def pressure() -> dict[str, Any]:
    return {
        "measurement_id": 1,
        "person_id": 1,
        "measurement_concept_id": 3004249,
        "measurement_date": made.FIRST,
        "measurement_type_concept_id": 32817,
        "value_as_number": 121.0,
        "unit_concept_id": 8876,
        "visit_occurrence_id": 1,
        "measurement_source_value": "systolic_bp",
    }


def illness() -> dict[str, Any]:
    return {
        "condition_occurrence_id": 1,
        "person_id": 1,
        "condition_concept_id": 440383,
        "condition_start_date": made.FIRST,
        "condition_end_date": made.FIRST,
        "condition_type_concept_id": 32817,
        "condition_source_value": "35489007",
        "condition_source_concept_id": 440383,
        "visit_occurrence_id": 1,
    }


def death() -> dict[str, Any]:
    day = made.FIRST + timedelta(days=600)
    return {"person_id": 1, "death_date": day, "death_type_concept_id": 32817}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return made.registry(
        tmp_path / "registry",
        made.TOY,
        visit_occurrence=[visit()],
        measurement=[pressure()],
        condition_occurrence=[illness()],
        death=[death()],
    )


@pytest.fixture
def vocabulary(tmp_path: Path) -> Path:
    """Athena's files with the few concepts that the registry uses."""
    rows = [
        (concept, f'A "{concept}"', domain, "X", kind, standard, str(concept), "", "", invalid)
        for concept, domain, kind, standard, invalid in CONCEPTS
    ]
    lines = ["\t".join(str(part) for part in row) for row in [NAMES, *rows]]
    (tmp_path / "CONCEPT.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "CONCEPT_ANCESTOR.csv").write_text(
        "ancestor_concept_id\tdescendant_concept_id\n200962\t4163261\n", encoding="utf-8"
    )
    return tmp_path


def put(column: str, value: Any) -> Spoils:
    """Every row of a table says the same."""

    def spoilt(rows: pa.Table) -> pa.Table:
        kind = rows.schema.field(column).type
        made_anew = pa.array([value] * rows.num_rows, kind)
        return rows.set_column(rows.schema.names.index(column), column, made_anew)

    return spoilt


def twice(rows: pa.Table) -> pa.Table:
    return pa.concat_tables([rows, rows])


def as_text(column: str) -> Spoils:
    def spoilt(rows: pa.Table) -> pa.Table:
        at = rows.schema.names.index(column)
        return rows.set_column(at, column, pc.cast(rows.column(column), pa.string()))

    return spoilt


def spoil(folder: Path, name: str, how: Spoils | None) -> None:
    file = cdm.file_of(folder, name)
    if how is None:
        file.unlink()
    else:
        rows = pq.read_table(file)
        pq.write_table(how(rows), file)


FAR = made.FIRST + timedelta(days=400)
MALE = "gender_concept_id"
BAD: list[tuple[str, str, Spoils | None]] = [
    ("cdmTable", "location", None),
    ("cdmField", "person", lambda rows: rows.drop_columns(["race_concept_id"])),
    ("cdmDatatype", "person", as_text("year_of_birth")),
    ("isRequired", "observation", put("observation_date", None)),
    ("isPrimaryKey", "observation", twice),
    ("isForeignKey", "observation", put("person_id", 999)),
    ("fkDomain", "condition_occurrence", put("condition_concept_id", 8876)),
    ("fkClass", "drug_era", put("drug_concept_id", 440383)),
    ("isStandardValidConcept", "condition_occurrence", put("condition_concept_id", 555)),
    ("measureValueCompleteness", "person", put("person_id", None)),
    ("standardConceptRecordCompleteness", "measurement", put("measurement_concept_id", 0)),
    (
        "sourceConceptRecordCompleteness",
        "condition_occurrence",
        put("condition_source_concept_id", 0),
    ),
    ("sourceValueCompleteness", "observation", put("observation_concept_id", 0)),
    ("plausibleValueLow", "measurement", put("value_as_number", 3.0)),
    ("plausibleValueLow", "observation", put("observation_date", date(1920, 1, 1))),
    ("plausibleValueHigh", "observation", put("value_as_number", 28.0)),
    ("plausibleValueHigh", "observation", put("observation_date", date(2999, 1, 1))),
    ("plausibleTemporalAfter", "visit_occurrence", put("visit_end_date", date(2020, 1, 1))),
    ("plausibleStartBeforeEnd", "visit_occurrence", put("visit_start_date", FAR)),
    ("plausibleDuringLife", "death", put("death_date", made.FIRST - timedelta(days=1))),
    ("plausibleBeforeDeath", "death", put("death_date", made.FIRST - timedelta(days=61))),
    ("plausibleAfterBirth", "person", put("year_of_birth", 2027)),
    ("withinVisitDates", "measurement", put("measurement_date", FAR)),
    ("measurePersonCompleteness", "observation_period", lambda rows: rows.slice(1)),
    ("measureConditionEraCompleteness", "condition_era", lambda rows: rows.slice(1)),
    ("measureObservationPeriodOverlap", "observation_period", twice),
    ("plausibleUnitConceptIds", "measurement", put("unit_concept_id", 9529)),
    ("plausibleGender", "condition_occurrence", put("condition_concept_id", 200962)),
    ("plausibleGenderUseDescendants", "condition_occurrence", put("condition_concept_id", 4163261)),
]


def failed(folder: Path, vocabulary: Path | None) -> list[Result]:
    return [
        each for each in quality.checked(folder, today=TODAY, vocabulary=vocabulary) if each.failed
    ]


def test_there_are_27_types_and_each_is_tried() -> None:
    assert len(checks()) == 27
    assert {name for name, _, _ in BAD} == set(checks())


# What a good registry fails in, since nobody asked or nothing was filled.
GOOD = {"measurePersonCompleteness", "standardConceptRecordCompleteness"}


def test_a_good_registry_fails_only_in_what_nobody_knows(folder: Path, vocabulary: Path) -> None:
    """Race and ethnicity were not asked, nor every table filled."""
    told = {(each.check.id, each.table, each.field) for each in failed(folder, vocabulary)}
    assert told == {
        ("measurePersonCompleteness", "episode", ""),
        ("measurePersonCompleteness", "procedure_occurrence", ""),
        ("standardConceptRecordCompleteness", "person", "race_concept_id"),
        ("standardConceptRecordCompleteness", "person", "ethnicity_concept_id"),
    }


@pytest.mark.parametrize(("name", "table", "how"), BAD)
def test_bad_data_fails_its_check(
    folder: Path, vocabulary: Path, name: str, table: str, how: Spoils | None
) -> None:
    spoil(folder, table, how)
    found = quality.checked(folder, today=TODAY, vocabulary=vocabulary, only={name})
    assert any(each.failed for each in found)
    assert name not in GOOD or any(each.failed and each.table == table for each in found)


def test_without_a_vocabulary_its_checks_do_not_apply(folder: Path) -> None:
    found = quality.checked(folder, today=TODAY)
    asked = {each.check.id for each in found if each.not_applicable != "no vocabulary was given"}
    lacking = {"fkDomain", "fkClass", "isStandardValidConcept", "plausibleGenderUseDescendants"}
    assert set(checks()) - asked == lacking
    assert not any(each.failed for each in found if each.not_applicable)


def test_a_threshold_is_a_share_that_may_fail(folder: Path) -> None:
    of = next(
        each
        for each in quality.checked(folder, today=TODAY)
        if each.check.id == "measurePersonCompleteness" and each.table == "measurement"
    )
    assert (of.violated, of.rows, of.failed) == (7, 8, False)


def test_the_dashboard_can_read_it(folder: Path) -> None:
    found = quality.checked(folder, today=TODAY)
    told = quality.as_dashboard(found, at=datetime(2028, 1, 1, tzinfo=UTC))
    assert told["Overview"]["countTotal"] == len(told["CheckResults"]) == len(found)
    each = next(r for r in told["CheckResults"] if r["checkName"] == "isRequired")
    assert (each["cdmTableName"], each["cdmFieldName"]) == ("PERSON", "PERSON_ID")
    assert each["checkId"] == "field_isrequired_person_person_id"
    assert (each["failed"], each["passed"], each["notApplicable"]) == (0, 1, 0)


def test_a_folder_without_concepts_is_no_vocabulary(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(NoVocabulary):
        quality.checked(folder, today=TODAY, vocabulary=tmp_path / "registry")
