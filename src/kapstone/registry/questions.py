"""The questions of each type of check, as Ibis expressions over whichever tables are there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import ibis
from ibis.expr.types import BooleanValue, Table

from kapstone.registry.checks import completeness, genders, ranges, units
from kapstone.registry.tables import Column, tables
from kapstone.registry.tables import Table as OfModel

EARLIEST = date(1950, 1, 1)
AFTER_DEATH_DAYS, OFF_VISIT_DAYS = 60, 7
CONCEPT = "concept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """How many rows (`of`) are asked of and how many fail; both are sums over `rows`.

    `rows` None is a question whose answer is known already: whether it fails, of one. `missing`
    says why it cannot be asked here. `threshold` is None where the check's own holds.
    """

    check: str
    table: str
    field: str = ""
    concept: int = 0
    rows: Table | None = None
    failing: Any = None
    of: Any = None
    missing: str = ""
    threshold: float | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """The tables of a registry, those of a vocabulary if one was given, and the day of asking."""

    tables: Mapping[str, Table]
    vocabulary: Mapping[str, Table]
    today: date

    def has(self, table: str, *fields: str) -> bool:
        """Whether the columns are here and of their kind; those that are not fail already."""
        kinds = {part.name: part.kind for part in tables()[table].parts}
        types = self.tables[table].schema() if table in self.tables else {}
        return table in self.tables and all(
            name in types and fits(types[name], kinds[name]) for name in fields
        )

    def fields(self) -> Iterator[tuple[OfModel, Column]]:
        """The columns of the model that are here."""
        for of in tables().values():
            for column in of.parts:
                if self.has(of.id, column.name):
                    yield of, column


def fits(found: Any, kind: str) -> bool:
    """Whether a column can be reckoned with as its kind in the model."""
    kinds = {"integer": found.is_integer(), "date": found.is_date(), "numeric": found.is_numeric()}
    return bool(kinds.get(kind, True))


def counted(
    check: str,
    table: str,
    rows: Table,
    fails: BooleanValue,
    among: BooleanValue | None = None,
    **more: Any,
) -> Question:
    """Of the rows `among`, or of all, those that fail; unknown is no failure."""
    inside = fails if among is None else fails & among
    failing = inside.fill_null(False).cast("int64").sum()
    of = rows.count() if among is None else among.fill_null(False).cast("int64").sum()
    return Question(check=check, table=table, rows=rows, failing=failing, of=of, **more)


def structure(site: Site) -> Iterator[Question]:
    for of in tables().values():
        yield Question(check="cdmTable", table=of.id, failing=of.id not in site.tables)
        if of.id in site.tables:
            types = site.tables[of.id].schema()
            for each in of.parts:
                gone = each.name not in types
                at: dict[str, Any] = {"table": of.id, "field": each.name}
                yield Question(check="cdmField", failing=gone, **at)
                if not gone and each.kind == "integer":
                    other = not types[each.name].is_integer()
                    yield Question(check="cdmDatatype", failing=other, **at)


def empty_fields(site: Site) -> Iterator[Question]:
    for of, column in site.fields():
        rows = site.tables[of.id]
        value = rows[column.name]
        if column.required:
            yield counted("isRequired", of.id, rows, value.isnull(), field=column.name)
        yield counted(
            "measureValueCompleteness",
            of.id,
            rows,
            value.isnull(),
            field=column.name,
            threshold=0 if column.required else None,
        )


def keys(site: Site) -> Iterator[Question]:
    for of in tables().values():
        if of.key and site.has(of.id, of.key):
            each = site.tables[of.id].group_by(of.key).agg(n=ibis._.count())
            failing, all_of = each.n.sum(where=each.n > 1), each.n.sum()
            at: dict[str, Any] = {"table": of.id, "field": of.key}
            yield Question(check="isPrimaryKey", rows=each, failing=failing, of=all_of, **at)


def pointers(site: Site) -> Iterator[Question]:
    for of, column in site.fields():
        if column.target and column.target != CONCEPT:
            key = tables()[column.target].key
            if site.has(column.target, key):
                yield points(site, of.id, column.name, site.tables[column.target], key)
        elif column.target:
            yield from of_concept(site, of.id, column)


def points(site: Site, table: str, field: str, target: Table, key: str) -> Question:
    there = target.select(there=target[key]).distinct()
    rows = site.tables[table].select(at=site.tables[table][field])
    joined = rows.left_join(there, rows["at"] == there.there)
    lost = joined.there.isnull()
    return counted("isForeignKey", table, joined, lost, joined["at"].notnull(), field=field)


def of_concept(site: Site, table: str, column: Column) -> Iterator[Question]:
    asked = ["isForeignKey"]
    asked += ["fkDomain", "isStandardValidConcept"] if column.domain else []
    asked += ["fkClass"] if column.group else []
    if CONCEPT not in site.vocabulary:
        for name in asked:
            missing = "no vocabulary was given"
            yield Question(check=name, table=table, field=column.name, missing=missing)
        return
    concepts = site.vocabulary[CONCEPT]
    rows = site.tables[table].select(at=site.tables[table][column.name])
    joined = rows.left_join(concepts, rows["at"] == concepts.concept_id)
    standard = (joined.standard_concept == "S") & joined.invalid_reason.isnull()
    fails = {
        "isForeignKey": joined.concept_id.isnull(),
        "fkDomain": joined.domain_id != column.domain,
        "fkClass": joined.concept_class_id != column.group,
        "isStandardValidConcept": ~standard.fill_null(False),
    }
    for name in asked:
        among = joined["at"].notnull() & (joined["at"] != 0)
        yield counted(name, table, joined, fails[name], among, field=column.name)


def mapped(site: Site) -> Iterator[Question]:
    """How much has a concept: by row, and by source value."""
    for of, column in site.fields():
        rows = site.tables[of.id]
        kind = column.name.removesuffix("_concept_id")
        at = {"field": column.name}
        among = rows[column.name].notnull()
        if column.name.endswith("_source_concept_id"):
            unknown = rows[column.name] == 0
            yield counted("sourceConceptRecordCompleteness", of.id, rows, unknown, among, **at)
        elif column.domain:
            unknown = rows[column.name] == 0
            yield counted("standardConceptRecordCompleteness", of.id, rows, unknown, among, **at)
        said = f"{kind}_source_value"
        if column.name.endswith("_concept_id") and site.has(of.id, said):
            values = (
                rows.filter(rows[said].notnull())
                .group_by(said)
                .agg(lost=(rows[column.name] == 0).any())
            )
            yield counted("sourceValueCompleteness", of.id, values, values.lost, field=said)


def within(site: Site) -> Iterator[Question]:
    for of, column in site.fields():
        if column.kind == "date":
            rows = site.tables[of.id]
            value = rows[column.name]
            yield from ends(of.id, rows, column.name, value < EARLIEST, value > tomorrow(site))
    for each in ranges():
        wanted = [each.field, *([f"{each.table}_concept_id"] if each.concept else [])]
        if site.has(each.table, *wanted):
            rows = site.tables[each.table]
            value = rows[each.field]
            ours = rows[wanted[-1]] == each.concept if each.concept else None
            low = value < each.low if each.low is not None else None
            high = value > (each.high if each.high is not None else site.today.year + 1)
            yield from ends(
                each.table, rows, each.field, low, high, ours=ours, concept=each.concept
            )


def tomorrow(site: Site) -> date:
    return site.today + timedelta(days=1)


def ends(
    table: str,
    rows: Table,
    field: str,
    low: BooleanValue | None,
    high: BooleanValue | None,
    *,
    ours: BooleanValue | None = None,
    concept: int = 0,
) -> Iterator[Question]:
    known = rows[field].notnull()
    among = known if ours is None else known & ours
    for name, fails in (("plausibleValueLow", low), ("plausibleValueHigh", high)):
        if fails is not None:
            yield counted(name, table, rows, fails, among, field=field, concept=concept)


def order_of_dates(site: Site) -> Iterator[Question]:
    for of in tables().values():
        for start in (name for name in of.names if name.endswith("_start_date")):
            end = start.replace("_start_", "_end_")
            if site.has(of.id, start, end):
                rows = site.tables[of.id]
                wrong, among = rows[end] < rows[start], rows[end].notnull()
                yield counted("plausibleTemporalAfter", of.id, rows, wrong, among, field=end)
                yield counted("plausibleStartBeforeEnd", of.id, rows, wrong, among, field=start)


def dated(site: Site) -> Iterator[tuple[str, str]]:
    """The dates of what happened to a person."""
    for of, column in site.fields():
        known = column.kind == "date" and of.id != "death"
        if known and column.name.endswith("_date") and site.has(of.id, "person_id"):
            yield of.id, column.name


def of_a_life(site: Site) -> Iterator[Question]:
    for table, field in dated(site):
        rows = site.tables[table].select("person_id", at=site.tables[table][field])
        if site.has("person", "person_id", "year_of_birth"):
            people = site.tables["person"].select("person_id", "year_of_birth")
            joined = rows.join(people, "person_id")
            early = joined["at"].year() < joined.year_of_birth
            among = joined["at"].notnull()
            yield counted("plausibleAfterBirth", table, joined, early, among, field=field)
        if site.has("death", "person_id", "death_date"):
            joined = rows.join(site.tables["death"].select("person_id", "death_date"), "person_id")
            over = joined["at"].delta(joined.death_date, unit="day")
            among = joined["at"].notnull()
            late = {
                "plausibleDuringLife": over > 0,
                "plausibleBeforeDeath": over > AFTER_DEATH_DAYS,
            }
            for name, fails in late.items():
                yield counted(name, table, joined, fails, among, field=field)


def near_visits(site: Site) -> Iterator[Question]:
    if not site.has("visit_occurrence", "visit_start_date", "visit_end_date"):
        return
    ends_of = ("visit_occurrence_id", "visit_start_date", "visit_end_date")
    visits = site.tables["visit_occurrence"].select(*ends_of)
    for table, field in dated(site):
        if table == "visit_occurrence" or not site.has(table, "visit_occurrence_id"):
            continue
        rows = site.tables[table].select("visit_occurrence_id", at=site.tables[table][field])
        joined = rows.join(visits, "visit_occurrence_id")
        before = joined.visit_start_date.delta(joined["at"], unit="day") > OFF_VISIT_DAYS
        after = joined["at"].delta(joined.visit_end_date, unit="day") > OFF_VISIT_DAYS
        among = joined["at"].notnull()
        yield counted("withinVisitDates", table, joined, before | after, among, field=field)


def complete(site: Site) -> Iterator[Question]:
    """Who has no row of a table, no era of a condition, or periods that overlap."""
    if not site.has("person", "person_id"):
        return
    people = site.tables["person"].select("person_id")
    for of in tables().values():
        if of.id != "person" and site.has(of.id, "person_id"):
            name, most = "measurePersonCompleteness", completeness().get(of.id)
            yield lacking(name, of.id, people, site.tables[of.id], most)
    if site.has("condition_occurrence", "person_id") and site.has("condition_era", "person_id"):
        ill = site.tables["condition_occurrence"].select("person_id").distinct()
        eras = site.tables["condition_era"]
        yield lacking("measureConditionEraCompleteness", "condition_era", ill, eras, None)


def lacking(
    check: str, table: str, people: Table, rows: Table, threshold: float | None
) -> Question:
    there = rows.select(there=rows.person_id).distinct()
    joined = people.left_join(there, people.person_id == there.there)
    return counted(check, table, joined, joined.there.isnull(), threshold=threshold)


def overlaps(site: Site) -> Iterator[Question]:
    fields = ("person_id", "observation_period_start_date", "observation_period_end_date")
    if site.has("observation_period", *fields):
        rows = site.tables["observation_period"].select(*fields)
        order = ibis.window(group_by="person_id", order_by="observation_period_start_date")
        before = rows.mutate(before=rows.observation_period_end_date.lag().over(order))
        # A period that begins the day after another is the same period.
        apart = before.observation_period_start_date.delta(before.before, unit="day")
        each = before.mutate(bad=(apart <= 1).fill_null(False)).group_by("person_id")
        people = each.agg(bad=ibis._.bad.any())
        name = "measureObservationPeriodOverlap"
        yield counted(name, "observation_period", people, people.bad)


def in_units(site: Site) -> Iterator[Question]:
    rows = site.tables.get("measurement")
    if rows is None or not site.has("measurement", "measurement_concept_id", "unit_concept_id"):
        return
    for each in units():
        ours = rows.measurement_concept_id == each.concept
        other = ~rows.unit_concept_id.isin(each.units) | rows.unit_concept_id.isnull()
        name, at = "plausibleUnitConceptIds", {"field": "unit_concept_id"}
        yield counted(name, "measurement", rows, other, ours, concept=each.concept, **at)


def of_gender(site: Site) -> Iterator[Question]:
    field, table = "condition_concept_id", "condition_occurrence"
    if not (site.has(table, field, "person_id") and site.has("person", "gender_concept_id")):
        return
    people = site.tables["person"].select("person_id", "gender_concept_id")
    rows = site.tables[table].select("person_id", field).join(people, "person_id")
    below = site.vocabulary.get("concept_ancestor")
    for each in genders():
        at: dict[str, Any] = {"field": field, "concept": each.concept}
        other = rows.gender_concept_id != each.gender
        ours = rows[field] == each.concept
        yield counted("plausibleGender", table, rows, other, ours, **at)
        name = "plausibleGenderUseDescendants"
        if below is None:
            yield Question(check=name, table=table, missing="no vocabulary was given", **at)
        else:
            under = below.filter(below.ancestor_concept_id == each.concept)
            joined = rows.join(under, rows[field] == under.descendant_concept_id)
            other = joined.gender_concept_id != each.gender
            yield counted(name, table, joined, other, **at)


QUESTIONS: tuple[Callable[[Site], Iterator[Question]], ...] = (
    *(structure, empty_fields, keys, pointers, mapped, within, order_of_dates),
    *(of_a_life, near_visits, complete, overlaps, in_units, of_gender),
)
