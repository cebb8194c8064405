"""Each method against what R, SAS or a published table has for the same data.

Answers from R 4.2 (survival 3.5.3, cmprsk 2.2.11, lme4 1.1.31) unless another source is named.
"""

from __future__ import annotations

import numpy as np
import pytest
from outcomes.published import MP_ENDED, MP_WEEKS, PLACEBO_WEEKS, intervals, table

from kapstone.outcomes import control, proportions
from kapstone.outcomes.censoring import turnbull
from kapstone.outcomes.change import reliable_points
from kapstone.outcomes.competing import cumulative_incidence, gray
from kapstone.outcomes.hazards import cox
from kapstone.outcomes.repeated import random_lines
from kapstone.outcomes.subdistribution import fine_gray
from kapstone.outcomes.survival import kaplan_meier, log_rank, mean_until
from kapstone.outcomes.weighting import inverse_probability


def near(*values: float, abs: float = 5e-5) -> object:
    return pytest.approx(list(values), abs=abs)


MP = kaplan_meier(MP_WEEKS, MP_ENDED)
WEEKS, ENDED = MP_WEEKS + PLACEBO_WEEKS, MP_ENDED + [True] * len(PLACEBO_WEEKS)
ARM = [1.0] * len(MP_WEEKS) + [0.0] * len(PLACEBO_WEEKS)


def test_freireich_by_kaplan_meier() -> None:
    shares = MP.at([6, 7, 10, 13, 16, 22, 23])
    assert shares == near(0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482)
    assert MP.standard_error([6]) == near(0.0764)
    assert MP.quantile() == 23
    assert np.ravel(MP.interval([10])) == near(0.5032, 0.8894)


def test_freireich_by_arm() -> None:
    test = log_rank(WEEKS, ENDED, ARM)
    assert (test.chi2, test.p) == near(16.793, 4.17e-5, abs=5e-4)
    x = [[each] for each in ARM]
    efron, breslow = cox(WEEKS, ENDED, x), cox(WEEKS, ENDED, x, ties="breslow")
    assert [*efron.coefficients, *efron.standard_errors] == near(-1.5721, 0.4124)
    assert [*breslow.coefficients, *breslow.standard_errors] == near(-1.5092, 0.4096)
    placebo = kaplan_meier(PLACEBO_WEEKS, [True] * len(PLACEBO_WEEKS))
    assert [mean_until(MP, 20)[0], mean_until(placebo, 20)[0]] == near(16.1165, 8.4286)


def test_lung() -> None:
    lung = table("lung")
    curve = kaplan_meier(lung["days"], lung["died"])
    assert curve.quantile() == 310
    assert curve.quantile_interval() == (285, 363)
    assert curve.at([180, 365, 730]) == near(0.7217, 0.4092, 0.1157)
    assert curve.standard_error([365]) == near(0.0358)
    assert [*mean_until(curve, 365)] == near(263.222, 7.799, abs=5e-4)


def test_lung_by_sex() -> None:
    lung = table("lung")
    medians = [
        kaplan_meier(lung["days"][own], lung["died"][own]).quantile()
        for own in (lung["sex"] == 1, lung["sex"] == 2)
    ]
    assert medians == [270, 426]
    test = log_rank(lung["days"], lung["died"], lung["sex"].tolist())
    assert test.chi2 == pytest.approx(10.327, abs=5e-4)
    found = cox(lung["days"], lung["died"], np.stack([lung["age"], lung["sex"]], axis=1))
    assert found.coefficients == near(0.01705, -0.51322, abs=5e-6)


def test_rossi_by_cox() -> None:
    rossi = table("rossi")
    names = ("fin", "age", "race", "wexp", "mar", "paro", "prio")
    x = np.stack([rossi[name] for name in names], axis=1)
    found = cox(rossi["week"], rossi["arrest"], x)
    answers = (-0.3794, -0.0574, 0.3139, -0.1498, -0.4337, -0.0849, 0.0915)
    assert found.coefficients == near(*answers)
    assert found.log_likelihood == pytest.approx(-658.75, abs=5e-3)


def test_transplants_by_cause() -> None:
    bmt = table("bmt")
    first, second = (cumulative_incidence(bmt["months"], bmt["cause"], cause) for cause in (1, 2))
    assert first.at([6, 12, 24]) == near(0.2049, 0.2728, 0.2728)
    assert second.at([6, 12, 24, 48]) == near(0.1758, 0.3408, 0.4461, 0.4813)
    alone = kaplan_meier(bmt["months"], bmt["cause"] == 1)
    assert 1 - alone.at([24]) == near(0.3297)


def test_transplants_by_disease() -> None:
    bmt = table("bmt")
    of = bmt["disease"]
    tests = [gray(bmt["months"], bmt["cause"], of.tolist(), cause) for cause in (1, 2)]
    assert [each.chi2 for each in tests] == near(1.3016, 7.0823)
    assert [each.p for each in tests] == near(0.2539, 0.0078)
    found = fine_gray(bmt["months"], bmt["cause"], of[:, None])
    assert [*found.coefficients, *found.standard_errors] == near(0.7652, 0.7123)


def test_cosmesis_by_turnbull() -> None:
    """Finkelstein 1986, table 2."""
    found = turnbull(*intervals())
    kept = found.mass > 5e-5
    ends = np.stack([found.lower, found.upper], axis=1)[kept]
    seen = [(4, 5), (6, 7), (7, 8), (11, 12), (24, 25), (33, 34), (38, 40), (46, 48)]
    assert [tuple(each) for each in ends.tolist()] == seen
    assert found.mass[kept] == near(
        *(0.0463, 0.0334, 0.0887, 0.0708, 0.0926, 0.0818, 0.1209, 0.4656)
    )


def test_sleepstudy_by_lines() -> None:
    sleep = table("sleepstudy")
    y, day = sleep["reaction_ms"], sleep["day"]
    x = np.stack([np.ones_like(day), day], axis=1)
    fit, lines = random_lines(y, x, sleep["subject"], day)
    between = lines.of_lines(fit.parameters)
    spread = np.sqrt(np.diag(between))
    assert fit.coefficients == near(251.405, 10.467, abs=5e-4)
    assert fit.standard_errors == near(6.825, 1.546, abs=5e-4)
    assert [*spread, np.exp(fit.parameters[-1])] == near(24.741, 5.922, 25.592, abs=6e-4)
    assert between[0, 1] / spread.prod() == pytest.approx(0.066, abs=5e-4)
    assert fit.minus_twice == pytest.approx(1743.628, abs=5e-4)
    likely, _ = random_lines(y, x, sleep["subject"], day, restricted=False)
    assert likely.minus_twice == pytest.approx(1751.939, abs=5e-4)
    # With the same days for all, each line has a degree of freedom less than there are people.
    assert fit.degrees_of_freedom([0, 1]) == pytest.approx(17, abs=1e-3)


def test_who_stopped_smoking_by_weights() -> None:
    """Hernan and Robins, What If, chapter 12: 2.5 crude, 3.4 (2.4 to 4.5) weighted."""
    nhefs = table("nhefs")
    levels = [
        nhefs[name] == level
        for name in ("active", "education", "exercise")
        for level in np.unique(nhefs[name])[1:]
    ]
    bent = [nhefs[n] ** 2 for n in ("age", "wt71", "smokeintensity", "smokeyrs")]
    plain = [nhefs[n] for n in ("race", "sex", "age", "wt71", "smokeintensity", "smokeyrs")]
    x = np.stack([*levels, *plain, *bent], axis=1)
    found = inverse_probability(nhefs["qsmk"], nhefs["wt82_71"], x)
    told = [found.crude, found.effect, found.standard_error, found.weights.mean()]
    assert told == near(2.541, 3.441, 0.525, 1.996, abs=6e-4)
    assert np.abs(found.balance[:, 1]).max() < 0.05 < np.abs(found.balance[:, 0]).max()


@pytest.mark.parametrize(
    ("size", "limits"),
    [
        (20, (0.1653, 0.2903, 0.7307, 0.8432)),
        (50, (0.3070, 0.3865, 0.6636, 0.7391)),
        (100, (0.3763, 0.4327, 0.6284, 0.6837)),
        (250, (0.4363, 0.4721, 0.5957, 0.6309)),
    ],
)
def test_funnel_of_spiegelhalter(size: int, limits: tuple[float, ...]) -> None:
    assert control.funnel(0.536, [size], [0.001, 0.025, 0.975, 0.999])[0] == near(*limits)


def test_harms_of_2532_sessions() -> None:
    found = control.p_chart([1, 1, 1], [50, 100, 400], centre=59 / 2532)
    assert found.centre == pytest.approx(0.02330, abs=5e-6)
    assert found.upper == near(0.08731, 0.06856, 0.04593, abs=5e-6)
    assert found.lower == near(0, 0, 0.00067, abs=5e-6)
    share = proportions.exact(59, 2532)
    assert [share.lower, share.upper] == near(0.01778, 0.02996, abs=5e-6)


def test_no_harm_in_100_sessions() -> None:
    assert proportions.exact(0, 100, sides=1).upper == pytest.approx(0.02951, abs=5e-6)
    assert proportions.exact(0, 100).upper == pytest.approx(0.03622, abs=5e-6)
    assert control.none_in(100) == pytest.approx(0.02951, abs=5e-6)


@pytest.mark.parametrize(
    ("counts", "answer"),
    [((91, 336, 60, 340), (9.44, 3.16, 15.64)), ((108, 195, 70, 170), (14.21, 3.93, 24.06))],
)
def test_two_trials_by_newcombe(
    counts: tuple[int, int, int, int], answer: tuple[float, ...]
) -> None:
    found = proportions.newcombe(*counts)
    assert [100 * each for each in (found.value, found.lower, found.upper)] == near(
        *answer, abs=5e-3
    )


def test_odds_of_a_trial() -> None:
    found = proportions.odds_ratio(91, 336, 60, 340)
    assert found is not None
    assert found.value == pytest.approx(1.733, abs=5e-4)


def test_reliable_change_in_points() -> None:
    """Jacobson and Truax 1991, by hand: 1.96 x 5.8 x sqrt(2 x 0.16)."""
    points = [reliable_points(sd=sd, reliability=0.84) for sd in (5.8, 16)]
    assert points == near(6.431, 17.740, abs=5e-4)
