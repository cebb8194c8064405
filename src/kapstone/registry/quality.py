"""Checks a registry by OHDSI's 27 types of check, and says it in the form of its dashboard."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from ibis.expr.types import Table

from kapstone.registry import questions
from kapstone.registry.checks import Check, checks
from kapstone.registry.concepts import NoVocabulary
from kapstone.registry.engines import Opened, opened
from kapstone.registry.questions import Question, Site

AT_ONCE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one check of one place came to; `not_applicable` says why it was not asked."""

    check: Check
    table: str
    field: str
    concept: int
    violated: int
    rows: int
    threshold: float
    not_applicable: str

    @property
    def percent(self) -> float:
        return 100 * self.violated / self.rows if self.rows else 0.0

    @property
    def failed(self) -> bool:
        """Over its threshold; a threshold of nothing is crossed by one row."""
        return not self.not_applicable and self.percent > self.threshold

    @property
    def words(self) -> str:
        what = self.check.words.format(table=self.table, field=self.field)
        of = f" of concept {self.concept}" if self.concept else ""
        return f"{self.check.id}: {what}{of}: {self.violated} of {self.rows}"


def checked(
    folder: Path,
    *,
    today: date,
    vocabulary: Path | None = None,
    only: Collection[str] | None = None,
) -> list[Result]:
    """Every check of the registry in `folder`, or `only` the types of these names.

    `vocabulary` is a folder with Athena's files.

    Raises NoRegistry, and NoVocabulary for a folder without CONCEPT.csv.
    """
    with opened(folder) as of:
        site = Site(of.tables, terms(of, vocabulary) if vocabulary else {}, today)
        asked = [each for ask in questions.QUESTIONS for each in ask(site)]
        asked = [each for each in asked if only is None or each.check in only]
        return [*answers(of, asked)]


def terms(of: Opened, folder: Path) -> dict[str, Any]:
    """Athena's CONCEPT.csv, and its CONCEPT_ANCESTOR.csv where that is there."""
    found = {}
    for name in ("concept", "concept_ancestor"):
        file = folder / f"{name.upper()}.csv"
        if file.is_file():
            found[name] = of.connection.read_csv(
                str(file), table_name=name, sep="\t", header=True, quote="", nullstr=""
            )
    if "concept" not in found:
        raise NoVocabulary(f"{folder}: no CONCEPT.csv is there")
    return found


def answers(of: Opened, asked: Sequence[Question]) -> Iterator[Result]:
    """The questions of the same rows are put in one query, so that these are read once."""
    for _, together in groupby(asked, lambda each: id(each.rows)):
        waiting = list(together)
        rows = waiting[0].rows
        while some := waiting[:AT_ONCE]:
            waiting = waiting[AT_ONCE:]
            yield from map(known, some) if rows is None else told(of, rows, some)


def told(of: Opened, rows: Table, asked: Sequence[Question]) -> Iterator[Result]:
    sums = {f"failing_{at}": each.failing for at, each in enumerate(asked)}
    sums |= {f"of_{at}": each.of for at, each in enumerate(asked)}
    (row,) = of.rows(rows.agg(**sums))
    for at, each in enumerate(asked):
        yield result(each, int(row[f"failing_{at}"] or 0), int(row[f"of_{at}"] or 0))


def known(asked: Question) -> Result:
    return result(asked, int(bool(asked.failing)), 0 if asked.missing else 1)


def result(of: Question, violated: int, rows: int) -> Result:
    check = checks()[of.check]
    return Result(
        check=check,
        table=of.table,
        field=of.field,
        concept=of.concept,
        violated=violated,
        rows=rows,
        threshold=check.threshold if of.threshold is None else of.threshold,
        not_applicable=of.missing or ("" if rows else "there is nothing to check"),
    )


def as_dashboard(found: Sequence[Result], *, at: datetime, source: str = "") -> dict[str, Any]:
    """The results as DataQualityDashboard writes them, for its viewer and for comparison."""
    moment = at.astimezone(UTC).isoformat(timespec="seconds")
    failed = sum(each.failed for each in found)
    skipped = sum(bool(each.not_applicable) for each in found)
    return {
        "startTimestamp": moment,
        "endTimestamp": moment,
        "CheckResults": [as_check(each) for each in found],
        "Metadata": [{"cdmSourceName": source, "cdmVersion": "5.4"}],
        "Overview": {
            "countTotal": len(found),
            "countThresholdFailed": failed,
            "countErrorFailed": 0,
            "countOverallFailed": failed,
            "countPassed": len(found) - failed - skipped,
            "countNotApplicable": skipped,
        },
    }


def as_check(of: Result) -> dict[str, Any]:
    level = "CONCEPT" if of.concept else of.check.level
    place = "_".join(part for part in (of.table, of.field) if part)
    concept = str(of.concept or "") or None
    return {
        "numViolatedRows": of.violated,
        "pctViolatedRows": of.percent / 100,
        "numDenominatorRows": of.rows,
        "checkName": of.check.id,
        "checkLevel": level,
        "checkDescription": of.check.words.format(table=of.table, field=of.field),
        "cdmTableName": of.table.upper(),
        "cdmFieldName": of.field.upper() or None,
        "conceptId": concept,
        "category": of.check.category,
        "subcategory": of.check.subcategory or None,
        "context": of.check.context,
        "severity": of.check.severity,
        "checkId": f"{level}_{of.check.id}_{place}_{of.concept or ''}".lower().rstrip("_"),
        "failed": int(of.failed),
        "passed": int(not of.failed and not of.not_applicable),
        "isError": 0,
        "notApplicable": int(bool(of.not_applicable)),
        "notApplicableReason": of.not_applicable or None,
        "thresholdValue": of.threshold,
    }
