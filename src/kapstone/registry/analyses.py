"""What many people's scores come to, written once in Ibis for whichever engine holds the rows.

The rules are those of `kapstone.outcomes`, as expressions: a baseline is the last score in the two
weeks up to the first dose, it has to be a case, and thresholds are the instrument's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_

import ibis
from ibis.expr.types import BooleanValue, NumericValue, Table

from kapstone.instruments import ChangeRule, Cut, Instrument
from kapstone.outcomes.cohort import BASELINE_DAYS
from kapstone.registry.concepts import Vocabulary
from kapstone.registry.engines import Opened

WEEKS = 52
MEDICINES = ("ketamine", "esketamine")
# Orders two scores of one day by their ids, which stay far below it.
A_DAY = 2**40


class NoThresholds(LookupError):
    """An instrument without published thresholds of change, which cannot be followed so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """The expressions of a cohort, unasked.

    `baselines`: (person, base) of everybody with a baseline; `eligible` those of whom it is a case;
    `later`: their scores since (person, key, day, week, value, base, responds).
    """

    first_doses: Table
    baselines: Table
    eligible: Table
    later: Table
    rule: ChangeRule


def first_doses(of: Opened, vocabulary: Vocabulary) -> Table:
    """The day of each person's first dose of ketamine or esketamine: (person_id, first)."""
    doses = of.tables["drug_exposure"]
    known = [found for name in MEDICINES if (found := vocabulary.of(name).concept)]
    ours = doses.drug_concept_id.isin(known) | doses.drug_source_value.isin(MEDICINES)
    return doses.filter(ours).group_by("person_id").agg(first=doses.drug_exposure_start_date.min())


def scores(of: Opened, instrument: Instrument, vocabulary: Vocabulary) -> Table:
    """Every total of the instrument: (person_id, row, at, value), wherever its domain put it.

    The domain of PHQ-9 moved between releases of the vocabulary, so both tables are asked. What no
    vocabulary has a concept for is found by its source value.
    """
    concept = vocabulary.of(instrument.id).concept
    return ibis.union(
        *(scores_in(of.tables[name], name, instrument, concept) for name in HOLDS_SCORES)
    )


HOLDS_SCORES = ("observation", "measurement")
ASKED = ("drug_exposure", *HOLDS_SCORES)


def scores_in(rows: Table, name: str, instrument: Instrument, concept: int) -> Table:
    ours = rows[f"{name}_concept_id"] == concept
    if not concept:
        ours &= rows[f"{name}_source_value"] == instrument.id
    return rows.filter(ours, rows.value_as_number.notnull()).select(
        person_id=rows.person_id,
        row=rows[f"{name}_id"],
        at=rows[f"{name}_date"],
        value=rows.value_as_number,
    )


def followed(of: Opened, instrument: Instrument, vocabulary: Vocabulary) -> Followed:
    """The cohort of an instrument; raises NoThresholds where nobody has published any."""
    rule = instrument.change
    if rule is None:
        raise NoThresholds(f"{instrument.short} has no published thresholds of change")
    firsts = first_doses(of, vocabulary)
    all_scores = scores(of, instrument, vocabulary).join(firsts, "person_id")
    day = all_scores.at.delta(all_scores.first, unit="day").cast("int32")
    dated = all_scores.select("person_id", "row", "value", day=day).mutate(
        key=ibis._.day.cast("int64") * A_DAY + ibis._.row
    )
    before = dated.filter(dated.day <= 0, dated.day >= -BASELINE_DAYS)
    baselines = before.group_by("person_id").agg(base=before.value.argmax(before.key))
    eligible = baselines.filter(met(rule.caseness, baselines.base))
    after = dated.filter(dated.day > 0).join(eligible, "person_id")
    seen = after.select("person_id", "key", "day", "value", "base")
    later = seen.mutate(
        week=(seen.day / 7.0).floor().cast("int32"), responds=responds(rule, seen.base, seen.value)
    )
    return Followed(
        first_doses=firsts, baselines=baselines, eligible=eligible, later=later, rule=rule
    )


def met(cut: Cut | None, value: NumericValue) -> BooleanValue:
    """Whether a cut holds, as an expression; without one everybody is in."""
    if cut is None:
        return value.notnull()
    parts: Sequence[BooleanValue] = [
        *([value >= cut.from_] if cut.from_ is not None else []),
        *([value > cut.above] if cut.above is not None else []),
        *([value <= cut.to] if cut.to is not None else []),
        *([value < cut.below] if cut.below is not None else []),
    ]
    return reduce(and_, parts)


def gained(rule: ChangeRule, before: NumericValue, after: NumericValue) -> NumericValue:
    return before - after if rule.better == "lower" else after - before


def responds(rule: ChangeRule, before: NumericValue, after: NumericValue) -> BooleanValue:
    """A response by the published points or share, inclusive; null where none was published."""
    gain = gained(rule, before, after)
    if rule.response_points is not None:
        return gain >= rule.response_points
    if rule.response_share is None:
        return ibis.null("boolean")
    return (before != 0) & (gain >= rule.response_share * before)


def baselines_counted(of: Followed) -> Table:
    """One row: how many had a baseline, and of how many it was a case."""
    case = met(of.rule.caseness, of.baselines.base)
    return of.baselines.agg(people=of.baselines.count(), eligible=case.cast("int64").sum())


def by_week(of: Followed) -> Table:
    """Each week's last score of each person, summed up; weeks count from the first dose.

    (week, n, mean, sd, total, squares, response, remission): the last four are sums and counts.
    """
    later = of.later.filter(of.later.week <= WEEKS)
    last = later.group_by("person_id", "week").agg(
        value=later.value.argmax(later.key), base=later.base.max()
    )
    remitted = met(of.rule.remission, last.value) if of.rule.remission else ibis.null("boolean")
    marked = last.mutate(responds=responds(of.rule, last.base, last.value), remits=remitted)
    return (
        marked.group_by("week")
        .agg(
            n=marked.count(),
            mean=marked.value.mean(),
            sd=marked.value.std(how="sample"),
            total=marked.value.sum(),
            squares=(marked.value * marked.value).sum(),
            response=marked.responds.cast("int64").sum(),
            remission=marked.remits.cast("int64").sum(),
        )
        .order_by("week")
    )


def responses(of: Followed) -> Table:
    """When each person first responded and was last seen: (person_id, responded, best, seen).

    `responded` is null for who never did; `best` is the score then.
    """
    later = of.later
    return later.group_by("person_id").agg(
        responded=later.day.min(where=later.responds),
        best=later.value.argmin(later.key, where=later.responds),
        seen=later.day.max(),
    )


def to_response(people: Table) -> Table:
    """Days from the first dose to the first response or the last score: (days, had, people)."""
    told = people.select(
        days=ibis.coalesce(people.responded, people.seen), had=people.responded.notnull()
    )
    return told.group_by("days", "had").agg(people=told.count()).order_by("days", "had")


def worse(rule: ChangeRule, joined: Table) -> BooleanValue:
    if rule.mcid is None:
        return ibis.literal(False)
    return gained(rule, joined.best, joined.value) <= -rule.mcid


def to_loss(of: Followed, people: Table) -> Table:
    """Days from the first response to its reliable loss or the last score: (days, had, people).

    A loss is a score that is no response any more and worse by the MCID than that of the first
    response; who was not seen again is left out. Source: the rule of `outcomes.cohort`.
    """
    held = people.filter(people.seen > people.responded)
    joined = of.later.join(held, "person_id")
    gone = (joined.day > joined.responded) & ~joined.responds & worse(of.rule, joined)
    each = joined.group_by("person_id").agg(
        responded=joined.responded.max(), seen=joined.seen.max(), lost=joined.day.min(where=gone)
    )
    told = each.select(
        days=ibis.coalesce(each.lost, each.seen) - each.responded, had=each.lost.notnull()
    )
    return told.group_by("days", "had").agg(people=told.count()).order_by("days", "had")
