"""Joins what is at most thirty days apart into eras, as OMOP derives them."""

from __future__ import annotations

from pathlib import Path

import duckdb

from kapstone.registry.concepts import concepts
from kapstone.registry.settings import bounds, quoted

# Which table each kind of era is derived from.
ERAS = {"condition_era": "condition_occurrence", "drug_era": "drug_exposure"}
GAP_DAYS = 30
JOINED = """
WITH each AS (
  SELECT person_id, {kind}_concept_id AS concept, {of}_start_date AS since,
         coalesce({of}_end_date, {of}_start_date) AS until
  FROM read_parquet('{source}') WHERE {only}),
apart AS (
  SELECT *, since > max(until) OVER (
    PARTITION BY person_id, concept ORDER BY since, until
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) + {gap} AS begins FROM each),
numbered AS (
  SELECT *, count(*) FILTER (begins) OVER (
    PARTITION BY person_id, concept ORDER BY since, until ROWS UNBOUNDED PRECEDING) AS era
  FROM apart)
SELECT row_number() OVER () AS {kind}_era_id, person_id, concept AS {kind}_concept_id,
  min(since) AS {kind}_era_start_date, max(until) AS {kind}_era_end_date,
  count(*)::INTEGER AS {count}{more}
FROM numbered GROUP BY person_id, concept, era"""


def join_eras(source: Path, name: str, into: Path, memory_mb: int) -> None:
    """Write the eras of a table of occurrences or exposures as `INTO/<name>.parquet`.

    Drugs only where the exposure names an ingredient, as ours do; what has no concept has no era.
    """
    kind = name.removesuffix("_era")
    ours = ", ".join(str(row.concept) for row in concepts().values() if row.domain == "Drug")
    drug = kind == "drug"
    asked = JOINED.format(
        kind=kind,
        of="drug_exposure" if drug else "condition",
        source=quoted(source),
        only=f"{kind}_concept_id " + (f"IN ({ours})" if drug else "<> 0"),
        gap=GAP_DAYS,
        count="drug_exposure_count" if drug else "condition_occurrence_count",
        more=", (max(until) - min(since) + 1 - sum(until - since + 1))::INTEGER AS gap_days"
        if drug
        else "",
    )
    with duckdb.connect(config=bounds(memory_mb, into / "spill")) as connection:
        connection.execute(
            f"COPY ({asked}) TO '{quoted(into / f'{name}.parquet')}' (FORMAT parquet)"
        )
