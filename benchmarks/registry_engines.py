"""One engine asks one registry once, cold, and prints its seconds, its memory and its answer."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

PHQ9, KETAMINE, KNOWN_DAYS = 3042932, 785649, (28, 56, 90, 180)
Answer = dict[str, list[float | None]]
BASE = """
CREATE TEMP TABLE later AS
WITH firsts AS (
  SELECT person_id, min(drug_exposure_start_date) AS first FROM '{0}/drug_exposure.parquet'
  WHERE drug_concept_id = 785649 GROUP BY person_id),
dated AS (
  SELECT o.person_id, observation_id AS row, date_diff('day', first, observation_date) AS day,
         value_as_number AS value
  FROM '{0}/observation.parquet' o JOIN firsts USING (person_id)
  WHERE observation_concept_id = 3042932 AND value_as_number IS NOT NULL),
base AS (
  SELECT person_id, arg_max(value, (day, row)) AS base FROM dated
  WHERE day BETWEEN -14 AND 0 GROUP BY person_id HAVING base >= 10)
SELECT person_id, row, day, day // 7 AS week, value, base, base - value >= 0.5 * base AS responds
FROM dated JOIN base USING (person_id) WHERE day > 0"""
WEEKS = """
WITH last AS (
  SELECT week, arg_max(value, (day, row)) AS value, max(base) AS base FROM later
  WHERE week <= 52 GROUP BY person_id, week)
SELECT week, count(*), avg(value), stddev_samp(value),
       count(*) FILTER (base - value >= 0.5 * base), count(*) FILTER (value < 5)
FROM last GROUP BY week ORDER BY week"""
LASTING = """
WITH people AS (
  SELECT person_id, min(day) FILTER (responds) AS responded, max(day) AS seen,
         arg_min(value, (day, row)) FILTER (responds) AS best
  FROM later GROUP BY person_id HAVING seen > responded),
each AS (
  SELECT person_id, any_value(responded) AS responded, any_value(seen) AS seen,
         min(day) FILTER (day > responded AND NOT responds AND value - best >= 5) AS lost
  FROM later JOIN people USING (person_id) GROUP BY person_id)
SELECT coalesce(lost, seen) - responded AS days, lost IS NOT NULL AS had, count(*)
FROM each GROUP BY days, had ORDER BY days, had"""


def in_sql(folder: Path) -> Answer:
    import duckdb  # noqa: PLC0415

    connection = duckdb.connect(
        config={"memory_limit": "1500MB", "preserve_insertion_order": False}
    )
    connection.execute(BASE.format(folder))
    found = weeks(connection.execute(WEEKS).fetchall())
    return found | lasting(connection.execute(LASTING).fetchall())


def weeks(rows: list[tuple[Any, ...]]) -> Answer:
    return {f"week {int(row[0])}": [float(each) for each in row[1:]] for row in rows}


def lasting(rows: list[tuple[Any, ...]]) -> Answer:
    """Kaplan and Meier's shares at the marks."""
    days, had, people = (np.array(part, float) for part in zip(*rows, strict=True))
    times = np.unique(days)
    ended = np.array([people[days == at].sum() for at in times])
    events = np.array([people[(days == at) & (had > 0)].sum() for at in times])
    share = np.cumprod(1 - events / ended[::-1].cumsum()[::-1])
    place = np.searchsorted(times, KNOWN_DAYS, side="right")
    return {"lasting": [float(np.concatenate([[1.0], share])[at]) for at in place]}


def in_pandas(folder: Path) -> Answer:
    import pandas as pd  # noqa: PLC0415

    wanted = ["person_id", "observation_id", "observation_date", "value_as_number"]
    only = [("observation_concept_id", "==", PHQ9)]
    rows = pd.read_parquet(folder / "observation.parquet", columns=wanted, filters=only)
    rows.columns = ["person_id", "row", "at", "value"]
    doses = pd.read_parquet(
        folder / "drug_exposure.parquet",
        columns=["person_id", "drug_exposure_start_date"],
        filters=[("drug_concept_id", "==", KETAMINE)],
    )
    first = pd.to_datetime(doses.drug_exposure_start_date).groupby(doses.person_id).min()
    rows = rows.dropna().join(first.rename("first"), on="person_id", how="inner")
    rows["day"] = (pd.to_datetime(rows["at"]) - rows["first"]).dt.days
    rows = rows.sort_values(["person_id", "day", "row"])
    before = rows[(rows.day <= 0) & (rows.day >= -14)].groupby("person_id").value.last()
    later = rows[rows.day > 0].join(
        before[before >= 10].rename("base"), on="person_id", how="inner"
    )
    later = later.assign(week=later.day // 7, responds=later.base - later.value >= 0.5 * later.base)
    return weeks_in_pandas(later) | lasting_in_pandas(later)


def weeks_in_pandas(later: Any) -> Answer:
    last = later.drop_duplicates(["person_id", "week"], keep="last")
    last = last[last.week <= 52].assign(remits=last.value < 5)
    found = last.groupby("week").agg(
        n=("value", "size"),
        mean=("value", "mean"),
        sd=("value", "std"),
        response=("responds", "sum"),
        remission=("remits", "sum"),
    )
    return weeks(list(found.reset_index().itertuples(index=False)))


def lasting_in_pandas(later: Any) -> Answer:
    seen = later.groupby("person_id").day.max().rename("seen")
    held = later[later.responds].drop_duplicates("person_id").set_index("person_id")
    people = held[["day", "value"]].set_axis(["responded", "best"], axis=1).join(seen)
    people = people[people.seen > people.responded]
    rows = later.join(people, on="person_id", how="inner")
    gone = (rows.day > rows.responded) & ~rows.responds & (rows.value - rows.best >= 5)
    lost = rows[gone].groupby("person_id").day.min().rename("lost")
    each = people.join(lost)
    each = each.assign(days=each.lost.fillna(each.seen) - each.responded, had=each.lost.notna())
    found = each.groupby(["days", "had"]).size().reset_index()
    return lasting(list(found.itertuples(index=False)))


def in_ibis(folder: Path, engine: Any = "duckdb") -> Answer:
    from kapstone.instruments import instrument  # noqa: PLC0415
    from kapstone.registry.concepts import Vocabulary  # noqa: PLC0415
    from kapstone.registry.engines import opened  # noqa: PLC0415
    from kapstone.registry.report import counted  # noqa: PLC0415

    with opened(folder, engine) as of:
        found = counted(of, instrument("phq9"), Vocabulary())
    said = [
        (each.week, each.n, each.mean, each.sd, each.response, each.remission)
        for each in found.weeks
    ]
    curve = found.durability
    if curve is None:
        return weeks(said)
    return weeks(said) | {"lasting": [float(each) for each in curve.at(KNOWN_DAYS)]}


ENGINES: dict[str, Callable[[Path], Answer]] = {
    "ibis": in_ibis,
    "sql": in_sql,
    "pandas": in_pandas,
    "spark": lambda folder: in_ibis(folder, "spark"),
}


OURS = ("kapstone.registry.report", "duckdb", "ibis.backends.duckdb")
# What is loaded before the clock starts: the question is measured, not the opening of libraries.
NEEDS = {"ibis": OURS, "sql": ("duckdb",), "pandas": ("pandas", "pyarrow.parquet"), "spark": OURS}


def most_memory_kb() -> int:
    """Of this process alone: what `getrusage` says is never less than what its maker had."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def main(engine: str, folder: Path) -> None:
    for name in NEEDS[engine]:
        import_module(name)
    begun, used = time.perf_counter(), time.process_time()
    answer = ENGINES[engine](folder)
    seconds, used = time.perf_counter() - begun, time.process_time() - used
    megabytes = most_memory_kb() / 1024
    said = {"engine": engine, "seconds": seconds, "cpu_seconds": used}
    said |= {"megabytes": megabytes, "answer": answer}
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()
    # Spark's machine may take long to end, which nobody asked about.
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
