"""How people differ: as the models say, with one draw for both forms, and repeatably."""

from __future__ import annotations

import numpy as np
import pytest

from kapstone.pharmacokinetics import Dose, Person, models, routes, simulate
from kapstone.pharmacokinetics.dosing import history
from kapstone.pharmacokinetics.matrices import Array
from kapstone.pharmacokinetics.people import differences, spread_out

TIMES = np.arange(0.0, 361.0, 10)
IV = [Dose(route="iv", mg=35, over_min=40)]


def curve(person: Person, dose: Dose, name: str = "ketamine") -> Array:
    site = next(iter(dose.way.models))
    found = simulate([dose], person, TIMES, rng=np.random.default_rng(4), people=50, site=site)
    return found.typical(name)


def test_the_draws_have_the_variances_and_covariances_of_the_row() -> None:
    row = models()["otto-2021"]
    drawn = differences(row.parameters, row.covariances, 200_000, np.random.default_rng(1))
    assert all(each[0] == 0 for each in drawn.values()), "the first is the typical person"
    for name, each in drawn.items():
        assert each[1:].var() == pytest.approx(row.parameters[name].variance, rel=0.02)
    for both in row.covariances:
        one, other = (drawn[name][1:] for name in both.between)
        found = np.cov(one, other)[0, 1]
        assert found == pytest.approx(both.value, rel=0.03)
    assert np.corrcoef(drawn["v1"][1:], drawn["nk_cl"][1:])[0, 1] == pytest.approx(0, abs=0.01)


def test_a_share_stays_between_nothing_and_all() -> None:
    share = routes()["intranasal"].parameters["frn"]
    drawn = spread_out(share, share.value, np.linspace(-9, 9, 19))
    assert drawn[9] == pytest.approx(share.value)
    assert 0 < drawn.min() < drawn.max() < 1


def test_the_same_seed_gives_the_same_people() -> None:
    person = Person(weight_kg=70)
    one, other, third = (
        simulate(IV, person, TIMES, rng=np.random.default_rng(seed), people=20).people("ketamine")
        for seed in (3, 3, 4)
    )
    assert (one == other).all()
    assert not (one[:, 5] == third[:, 5]).any()


def test_both_forms_are_of_one_body() -> None:
    """Whoever clears one form slowly clears the other slowly too."""
    found = simulate(IV, Person(weight_kg=70), TIMES, rng=np.random.default_rng(5), people=300)
    s, r = (found.people(f"{form}-ketamine")[:, -1] for form in "sr")
    assert np.corrcoef(s, r)[0, 1] > 0.99
    assert (r > s).all(), "R is cleared more slowly"
    assert found.people("ketamine") == pytest.approx(
        found.people("s-ketamine") + found.people("r-ketamine")
    )


def test_what_is_known_of_a_person_moves_the_curve() -> None:
    plain, spray = Person(weight_kg=70), Dose(route="intranasal-device", mg=28, drug="esketamine")
    heavy = Person(weight_kg=140)
    assert curve(heavy, IV[0])[4] < curve(plain, IV[0])[4]
    assert curve(Person(weight_kg=70, female=True), IV[0])[-1] < curve(plain, IV[0])[-1]
    for known in ({"japanese": True}, {"asian": True}, {"age_years": 75.0}):
        person = Person(weight_kg=70, **known)
        assert curve(person, spray).max() > curve(plain, spray).max(), known
        assert curve(heavy, spray) == pytest.approx(curve(plain, spray)), "no weight in this model"


def test_the_unknown_is_the_typical_person_and_no_answer() -> None:
    said_no = Person(weight_kg=70, age_years=40, female=False, asian=False, japanese=False)
    assert curve(said_no, IV[0]) == pytest.approx(curve(Person(weight_kg=70), IV[0]))


def test_the_band_is_as_wide_as_the_model_has_missed_by() -> None:
    found = simulate(
        [Dose(route="im", mg=35)], Person(weight_kg=70), TIMES, rng=np.random.default_rng(6)
    )
    low, middle, high = found.quantiles("ketamine")
    assert (low[1:] <= found.typical("ketamine")[1:] / 2).all()
    assert (high[1:] >= found.typical("ketamine")[1:] * 2).all()
    assert (low[1:] < middle[1:]).all()
    assert (middle[1:] < high[1:]).all()


def test_a_curve_names_where_its_own_model_has_its_samples_from() -> None:
    lozenge = [Dose(route="lozenge", mg=100)]
    asked = simulate(lozenge, Person(weight_kg=70), TIMES, rng=np.random.default_rng(1), people=2)
    assert asked.site == "arterial"
    assert any("shown where venous was asked for" in said for said in asked.cautions)


def test_devices_charted_one_by_one_are_as_devices_given_at_once() -> None:
    """Less of a further device passes the nose, also when each has a line of its own."""

    def device(mg: float, at_min: float) -> Dose:
        return Dose(route="intranasal-device", mg=mg, at_min=at_min, drug="esketamine")

    def peak(*doses: Dose) -> float:
        rng, person = np.random.default_rng(1), Person(weight_kg=70)
        found = simulate(doses, person, np.arange(0.0, 121.0), rng=rng, people=2)
        return float(found.typical("ketamine").max())

    at_once = peak(device(84, 0))
    assert peak(device(28, 0), device(28, 5), device(28, 10)) == pytest.approx(at_once)
    assert peak(device(56, 0), device(28, 10)) == pytest.approx(at_once)
    hours_later = [history([device(28, 0), device(28, at)], 70)[1].nth for at in (60, 61)]
    assert hours_later == [2, 1]


def test_a_metabolite_known_from_one_study_has_a_wide_band_and_says_so() -> None:
    found = simulate(
        IV,
        Person(weight_kg=70),
        TIMES,
        rng=np.random.default_rng(6),
        people=200,
        site="arterial",
        analytes=("ketamine", "hydroxynorketamine"),
    )
    for name in ("hydroxynorketamine", "s-hydroxynorketamine"):
        low, _, high = found.quantiles(name)
        assert (low[1:] <= found.typical(name)[1:] / 3).all()
        assert (high[1:] >= found.typical(name)[1:] * 3).all()
    assert found.quantiles("ketamine")[2][4] < 2 * found.typical("ketamine")[4]
    assert any("over-predicted about twice" in said for said in found.cautions)
    alone = simulate(IV, Person(weight_kg=70), TIMES, rng=np.random.default_rng(6), people=2)
    assert not any("over-predicted" in said for said in alone.cautions)
