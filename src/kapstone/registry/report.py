"""The report of a registry: by week and over time, with its loss, and small cells hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np

from kapstone.instruments import Instrument
from kapstone.outcomes.suppression import hide
from kapstone.outcomes.survival import Survival, kaplan_meier
from kapstone.registry import analyses
from kapstone.registry.concepts import Vocabulary
from kapstone.registry.engines import NoRegistry, Opened

# Cells below it could be somebody. Source: CMS cell size suppression policy.
FEWEST = 11
MARKS_DAYS = (28, 56, 90, 180)


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """What a week's last scores come to; counts of people."""

    week: int
    n: int
    mean: float
    sd: float | None
    total: float
    squares: float
    response: int | None
    remission: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Every figure of a registry as it is, before anything is hidden.

    `eligible` are those whose baseline was a case. `first_response` runs from the first dose,
    `durability` from the first response; None without anybody to follow.
    """

    instrument: str
    treated: int
    with_baseline: int
    eligible: int
    weeks: tuple[Week, ...]
    first_response: Survival | None
    durability: Survival | None


def counted(of: Opened, instrument: Instrument, vocabulary: Vocabulary) -> Counted:
    """Ask a registry everything; its rows stay in the engine, only sums come back.

    Raises NoRegistry where a table that is asked is not there, NoThresholds for an instrument.
    """
    if lacking := [name for name in analyses.ASKED if name not in of.tables]:
        raise NoRegistry(f"the registry lacks {', '.join(lacking)}")
    asked = analyses.followed(of, instrument, vocabulary)
    kept = replace(asked, later=of.keep("later", asked.later))
    people = of.keep("people", analyses.responses(kept))
    (of_all,) = of.rows(analyses.baselines_counted(kept))
    (everybody,) = of.rows(asked.first_doses.agg(treated=asked.first_doses.count()))
    return Counted(
        instrument=instrument.id,
        treated=int(everybody["treated"]),
        with_baseline=int(of_all["people"]),
        eligible=int(of_all["eligible"] or 0),
        weeks=tuple(week(row) for row in of.rows(analyses.by_week(kept))),
        first_response=curve(of.rows(analyses.to_response(people))),
        durability=curve(of.rows(analyses.to_loss(kept, people))),
    )


def week(row: dict[str, Any]) -> Week:
    counts = {"week", "n", "response", "remission"}
    said = {name: int(v) if name in counts and v is not None else v for name, v in row.items()}
    if said["n"] < 2:
        # An engine says null or NaN for the spread of one score; nobody knows it.
        said["sd"] = None
    return Week(**said)


def curve(found: Sequence[dict[str, Any]]) -> Survival | None:
    """Kaplan-Meier from counts of people by day and by whether it happened."""
    if not found:
        return None
    people = [int(row["people"]) for row in found]
    days = np.repeat([float(row["days"]) for row in found], people)
    had = np.repeat([bool(row["had"]) for row in found], people)
    return kaplan_meier(days, had)


def told(of: Counted, *, fewest: int = FEWEST) -> dict[str, Any]:
    """The report that may be shown: no count of 1 to `fewest` - 1, and none that gives one back."""
    treated, with_baseline, eligible, no_baseline, no_case = hide(
        [
            *(of.treated, of.with_baseline, of.eligible),
            *(of.treated - of.with_baseline, of.with_baseline - of.eligible),
        ],
        [((1, 3), 0), ((2, 4), 1)],
        fewest=fewest,
    )
    return {
        "instrument": of.instrument,
        "fewest": fewest,
        "treated": treated,
        "with_baseline": with_baseline,
        "no_baseline": no_baseline,
        "below_caseness": no_case,
        "eligible": eligible,
        "weeks": [told_week(each, of.eligible, fewest) for each in of.weeks] if eligible else [],
        "first_response": told_curve(of.first_response, fewest),
        "durability": told_curve(of.durability, fewest),
    }


def told_week(of: Week, eligible: int, fewest: int) -> dict[str, Any]:
    """A week with its loss; `as_missing` counts everybody who was not measured as no."""
    counts, sums = [eligible, of.n, eligible - of.n], [((1, 2), 0)]
    asked = {"response": of.response, "remission": of.remission}
    for known in (each for each in asked.values() if each is not None):
        counts += [known, of.n - known]
        sums.append(((len(counts) - 2, len(counts) - 1), 1))
    shown = iter(hide(counts, sums, fewest=fewest))
    whole, n, missing = islice(shown, 3)
    if whole is None:
        # The whole is told above: nothing of this week can be.
        return {"week": of.week, "n": None, "missing": None}
    found: dict[str, Any] = {"week": of.week, "n": n, "missing": missing}
    found |= {"mean": of.mean, "sd": of.sd} if n else {"mean": None, "sd": None}
    for name, yes in asked.items():
        told_too = yes is not None and None not in (next(shown), next(shown), n)
        found[name] = share(yes, of.n, eligible) if told_too and yes is not None else None
    return found


def share(yes: int, n: int, eligible: int) -> dict[str, float]:
    return {"yes": yes, "observed": yes / n, "as_missing": yes / eligible}


def told_curve(of: Survival | None, fewest: int) -> dict[str, Any] | None:
    """The curve at the marks that enough people were followed to, with its 95 % interval."""
    if of is None:
        return None
    people, had = int(of.at_risk[0]), int(of.events.sum())
    went, stayed, all_of = hide([had, people - had, people], [((0, 1), 2)], fewest=fewest)
    at = [each for day in MARKS_DAYS if (each := told_mark(of, day, fewest))]
    return {"people": all_of, "happened": went, "censored": stayed, "at": at if went else []}


def told_mark(of: Survival, day: int, fewest: int) -> dict[str, float | None] | None:
    left = of.at_risk[np.searchsorted(of.times, day)] if day <= of.times[-1] else 0
    if left < fewest:
        return None
    low, high = (float(each[0]) for each in of.interval([day]))
    return {
        "day": day,
        "at_risk": int(left),
        "share": float(of.at([day])[0]),
        "lower": None if np.isnan(low) else low,
        "upper": None if np.isnan(high) else high,
    }
