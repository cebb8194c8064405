"""The methods against invented people whose truth is known: what they cover, and what misleads.

The first six hundred practices of 400 people each, and the first two hundred of 600 for the
comparison; the truth is that of 200,000. With 400 people an interval is about ten points wide, as
in a practice of some years. Two hundred are too few to tell: a method that covers 95 % falls below
93 % of them by chance in one run of ten, and Kaplan and Meier's at 28 days does in the first two
hundred (91.5 %; 94.0 % of the six hundred). All of it takes about a minute on one core.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import numpy as np
import pytest

from kapstone import outcomes
from kapstone.instruments import instrument
from kapstone.outcomes.cohort import Cohort
from kapstone.outcomes.proportions import Estimate, exact
from kapstone.synthesis import draw, harms, population, preset, truth
from kapstone.synthesis.model import Counts, Flags, Latent, Reals, phq9
from kapstone.synthesis.population import FOLLOW_UP_DAYS, Loss, People, Plan
from kapstone.synthesis.presets import without_integration_effect

PHQ9 = instrument("phq9")
PEOPLE, COMPARED = 400, 600
FIRST, FEWER = range(600), range(200)
ENOUGH = 0.93
MONTH, QUARTER = FOLLOW_UP_DAYS.index(28), FOLLOW_UP_DAYS.index(90)
MARKS = (28, 56)


@cache
def truths(id: str, loss: Loss = "chance") -> truth.Tally:
    """Of 200,000 people of other seeds."""
    plan = population.plan(id, seed=999, loss=loss)
    tally = truth.Tally(plan)
    for each in population.blocks(plan, 200_000):
        tally.add(each)
    return tally


def practices(
    id: str, people: int = PEOPLE, *, seeds: range = FEWER, **wishes: object
) -> Iterator[tuple[Plan, People]]:
    for seed in seeds:
        plan = population.plan(id, seed=seed, **wishes)  # type: ignore[arg-type]
        yield plan, population.cut(population.block(plan, 0), people)


def as_cohort(plan: Plan, of: People) -> Cohort:
    """What a practice would have of them: scores by day, of those who were measured."""
    days = plan.score_days
    scores = {
        str(number): {0.0: float(first)}
        | dict(zip(days[seen].tolist(), map(float, totals[seen]), strict=True))
        for number, first, totals, seen in zip(
            of.number, of.latent.baseline, of.phq9, of.missing == 0, strict=True
        )
    }
    return outcomes.cohort(scores, PHQ9)


def covers(found: Estimate | None, true: float) -> bool:
    return found is not None and found.lower <= true <= found.upper


@cache
def covered() -> dict[str, float]:
    """How often each interval holds the truth, where people are lost by chance alone."""
    told = truths("iv-community").truths()
    kept, charted = told["durability"]["kept"], told["harms"]["charted_per_person"]
    hits: dict[str, list[bool]] = {}

    def note(name: str, hit: bool) -> None:
        hits.setdefault(name, []).append(bool(hit))

    for plan, of in practices("iv-community", seeds=FIRST, loss="chance"):
        day = as_cohort(plan, of).at(float(plan.follow_up_days[MONTH]))
        note("response", covers(day.response.observed, told["visits"][MONTH]["response"]))
        note("remission", covers(day.remission.observed, told["visits"][MONTH]["remission"]))
        note_durations(plan, of, kept, note)
        had = np.stack([each.charted >= 0 for each in of.sessions], axis=1)
        had &= np.arange(had.shape[1])[None, :] < of.doses_taken[:, None]
        sessions = exact(int(had.sum()), int(of.doses_taken.sum()))
        note("charted, per session", covers(sessions, harms.CHARTED_PER_SESSION))
        note("charted, per person", covers(exact(int(had.any(axis=1).sum()), len(of)), charted))
        stopped = exact(int((of.stop_reason >= 0).sum()), len(of))
        note("stopped", covers(stopped, harms.STOP_SHARE))
    return {name: float(np.mean(each)) for name, each in hits.items()}


def note_durations(
    plan: Plan, of: People, kept: dict[int, float], note: Callable[[str, bool], None]
) -> None:
    """Kaplan and Meier's with every visit, and both curves with the visits that there are."""
    whole = truth.held(of, plan.score_days, np.ones_like(of.missing, bool))
    some = truth.held(of, plan.score_days, of.missing == 0)
    upper = np.where(some.lost, some.days, np.inf)
    masses = outcomes.turnbull(some.good_until, upper)
    for name, each in (("every visit", whole), ("some visits", some)):
        curve = outcomes.kaplan_meier(each.days, each.lost.astype(float))
        lower, higher = curve.interval(MARKS)
        for mark, low, high in zip(MARKS, lower, higher, strict=True):
            note(f"kaplan-meier, {name}, {mark}", low <= kept[mark] <= high)
    for mark in MARKS:
        low, high = masses.interval(mark)
        note(f"turnbull, some visits, {mark}", low <= kept[mark] <= high)


@pytest.mark.parametrize("figure", ["response", "remission"])
def test_the_truth_lies_inside_the_interval_of_a_share(figure: str) -> None:
    assert covered()[figure] >= ENOUGH


@pytest.mark.parametrize("mark", MARKS)
def test_the_truth_lies_inside_the_interval_of_what_lasts(mark: int) -> None:
    assert covered()[f"kaplan-meier, every visit, {mark}"] >= ENOUGH
    assert covered()[f"turnbull, some visits, {mark}"] >= ENOUGH


@pytest.mark.parametrize("mark", MARKS)
def test_the_day_of_the_bad_score_is_not_the_day_of_the_loss(mark: int) -> None:
    """Where visits are missed, taking it for that makes responses look longer than they are."""
    assert covered()[f"kaplan-meier, some visits, {mark}"] < 0.9


@pytest.mark.parametrize("figure", ["charted, per session", "charted, per person", "stopped"])
def test_the_truth_lies_inside_the_interval_of_harms(figure: str) -> None:
    assert covered()[figure] >= ENOUGH


def lost_at_three_months(loss: Loss) -> tuple[list[tuple[Plan, People]], float]:
    """Practices in which 18 % are measured three months after the course, and what is true then."""
    true = truths("kap", loss).truths()["visits"][QUARTER]["response"]
    return list(practices("kap", 1_000, loss=loss)), true


def test_loss_that_follows_the_score_misleads() -> None:
    lost, true = lost_at_three_months("stress")
    seen = [as_cohort(*each).at(float(each[0].follow_up_days[QUARTER])).response for each in lost]
    assert np.mean([covers(each.observed, true) for each in seen]) < 0.5
    assert np.mean([each.observed.value - true for each in seen if each.observed]) > 0.08
    # What loss leaves open covers the truth: these people's own for certain, all people's too.
    for (plan, of), told in zip(lost, seen, strict=True):
        assert told.lowest is not None
        assert told.highest is not None
        own = truth.responding(of)[truth.eligible(of), len(plan.course_days) + QUARTER].mean()
        assert told.lowest <= own <= told.highest
        assert told.lowest <= true <= told.highest


def test_loss_by_chance_alone_does_not_mislead() -> None:
    hits = []
    lost, true = lost_at_three_months("chance")
    for plan, of in lost:
        place = len(plan.course_days) + QUARTER
        seen = (of.missing[:, place] == 0) & truth.eligible(of)
        responds = int(truth.responding(of)[seen, place].sum())
        hits.append(covers(exact(responds, int(seen.sum())), true))
    assert np.mean(hits) > 0.9


Intervals = list[tuple[float, float]]


@cache
def compared(covariates: str, *, null: bool) -> Intervals:
    """Intervals of the effect on response three months after the course, in each practice."""
    found = []
    for plan, of in practices(
        "iv-community", COMPARED, null=null, confounded=True, integrated=0.5, loss="chance"
    ):
        responds = truth.responding(of)[:, len(plan.course_days) + QUARTER].astype(float)
        kept = of.latent.integrated.astype(float)
        if covariates == "none":
            yes, other = responds[kept == 1], responds[kept == 0]
            told = outcomes.newcombe(int(yes.sum()), len(yes), int(other.sum()), len(other))
            found.append((told.lower, told.upper))
            continue
        course = of.phq9[:, : len(plan.course_days)]
        last = population.last_seen(of.latent.baseline, course, of.doses_taken)
        before = np.column_stack([of.latent.baseline, last]).astype(float)
        x = before if covariates == "both scores" else before[:, :1]
        weighted = outcomes.inverse_probability(kept, responds, x)
        found.append((weighted.lower, weighted.upper))
    return found


def claims(covariates: str) -> float:
    """How often an effect is claimed that is not there."""
    intervals = compared(covariates, null=True)
    return float(np.mean([not lower <= 0 <= upper for lower, upper in intervals]))


def test_a_weighted_comparison_finds_an_effect_that_is_there() -> None:
    """The true difference, about eight points, lies in its interval and not in the naive one."""
    care = population.plan("iv-community", seed=1).preset
    true = truth.effect_of_integration(care)[QUARTER]["difference"]
    for covariates, least, most in (("both scores", ENOUGH, 1.0), ("none", 0.0, 0.5)):
        intervals = compared(covariates, null=False)
        held = np.mean([lower <= true <= upper for lower, upper in intervals])
        assert least <= held <= most, covariates


def test_where_integration_changes_nothing_a_naive_comparison_claims_that_it_does() -> None:
    assert claims("none") > 0.8


def test_a_weighted_comparison_claims_no_effect_that_is_not_there() -> None:
    """At most the nominal 5 %; the weights taken as known leave it below."""
    assert claims("both scores") <= 0.05


def test_weights_help_only_with_what_was_confounding() -> None:
    """The first score alone leaves what the last one of the course knew."""
    assert claims("first score") > 0.5


@cache
def cohort_20(null: bool) -> Latent:
    care = preset("iv-community")
    care = without_integration_effect(care) if null else care
    return draw(care, 20_000, np.random.default_rng(31), integrated=0.5)


def ratio(days: Reals, lost: Flags, kept: Flags) -> float:
    covariate = kept[:, None].astype(float)
    return float(outcomes.cox(days, lost.astype(float), covariate).ratios()[0, 0])


def by_scores(of: Latent) -> tuple[Reals, Flags, Flags]:
    """Responders a week after the course, seen weekly: days, reliable loss, integration."""
    start, visits = of.preset.dose_days[-1] + 7, np.arange(7.0, 181.0, 7.0)
    rng = np.random.default_rng([31, 1])
    first: Counts = phq9(of, start, rng)
    later: Counts = phq9(of, start + visits, rng)
    gone = (2 * later > of.baseline[:, None]) & (later - first[:, None] >= truth.LOSS_POINTS)
    lost: Flags = np.asarray(gone.any(axis=1))
    days = np.where(lost, visits[gone.argmax(axis=1)], visits[-1])
    responds: Flags = np.less_equal(2 * first, of.baseline)
    return days[responds], lost[responds], of.integrated[responds]


def test_case_20_the_hazard_ratio_of_what_nobody_sees() -> None:
    of = cohort_20(null=False)
    ends = np.minimum(of.relapse_days, 180.0)
    assert ratio(ends, of.relapse_days <= 180, of.integrated) == pytest.approx(0.60, abs=0.04)


def test_case_20_scores_shrink_the_hazard_ratio() -> None:
    assert ratio(*by_scores(cohort_20(null=False))) == pytest.approx(0.65, abs=0.05)


def test_case_20_without_an_effect_none_is_found() -> None:
    of = cohort_20(null=True)
    ends = np.minimum(of.relapse_days, 180.0)
    assert ratio(ends, of.relapse_days <= 180, of.integrated) == pytest.approx(1.0, abs=0.05)
    assert ratio(*by_scores(of)) == pytest.approx(1.0, abs=0.05)
