"""What follows the concentration: the windows of a typical person, and what is never shown."""

from __future__ import annotations

import numpy as np
import pytest

from kapstone.pharmacokinetics import Dose, Person
from kapstone.pharmacokinetics.effects import (
    Effects,
    chance,
    dissociation,
    effects,
    least,
    near_baseline,
    pressure,
    psychoactive,
)
from kapstone.pharmacokinetics.rows import models, routes, sources_of

GRID = np.arange(0.0, 481.0, 2)
PERSON = Person(weight_kg=70)


def spray(mg: float) -> Dose:
    return Dose(route="intranasal-device", mg=mg, drug="esketamine")


def after(dose: Dose, *, people: int = 200, hypertensive: bool | None = None) -> Effects:
    rng = np.random.default_rng(1)
    return effects([dose], PERSON, GRID, rng=rng, people=people, hypertensive=hypertensive)


# From the evidence: dissociation likely until, greatest rise, rise until, ketamine below 50 after.
WINDOWS = [
    (Dose(route="iv", mg=35, over_min=40), 84, 12.3, 78, 140),
    (Dose(route="iv", mg=35, over_min=60), 97, 9.3, 90, 150),
    (Dose(route="iv", mg=52.5, over_min=60), 106, 14.0, 118, 214),
    (Dose(route="iv", mg=70, over_min=60), 111, 18.7, 148, 264),
    (Dose(route="im", mg=35), 72, 6.2, 80, 119),
    (Dose(route="im", mg=70), 88, 12.4, 172, 230),
    (spray(56), 96, 6.4, None, 94),
    (spray(84), 106, 8.9, None, 132),
    (Dose(route="lozenge", mg=100), 90, 6.8, None, 124),
    (Dose(route="lozenge", mg=200), 98, 13.5, None, 199),
    (Dose(route="oral", mg=150), 100, 2.7, None, 114),
]


@pytest.mark.parametrize(
    ("dose", "felt_until", "rise", "rise_until", "below_50"),
    WINDOWS,
    ids=[f"{dose.route}-{dose.mg:g}" for dose, *_ in WINDOWS],
)
def test_the_windows_of_a_typical_person(
    dose: Dose, felt_until: float, rise: float, rise_until: float | None, below_50: float
) -> None:
    found = after(dose, people=1)
    felt = GRID[found.dissociation[0] >= dissociation().likely_from]
    risen = GRID[found.systolic_mmhg[0] >= pressure().gone_below_mmhg]
    above = GRID[found.level.typical("ketamine") >= psychoactive().above]
    assert felt[-1] == pytest.approx(felt_until, abs=4)
    assert found.systolic_mmhg[0].max() == pytest.approx(rise, abs=0.15)
    assert above[-1] == pytest.approx(below_50, abs=6)
    if rise_until is not None:
        assert risen[-1] == pytest.approx(rise_until, abs=3)


def test_the_label_has_the_last_word_on_the_spray() -> None:
    small = [Dose(route="intranasal-device", mg=28, drug="esketamine")]
    rng = np.random.default_rng(1)
    weak = near_baseline(effects(small, PERSON, GRID, rng=rng, people=50), small)
    assert weak.typical_min is not None
    assert weak.typical_min >= least()["intranasal-device"].minutes == 120


def test_near_baseline_is_a_range_and_may_be_beyond_what_was_looked_at() -> None:
    dose = Dose(route="iv", mg=35, over_min=40)
    found = near_baseline(after(dose), [dose])
    # Ketamine goes below 50 ng/mL between the two minutes of the grid.
    assert found.typical_min is not None
    assert 138 < found.typical_min <= 140
    assert found.slow_min is not None
    assert found.slow_min > 150
    short = effects([dose], PERSON, [0, 60], rng=np.random.default_rng(1), people=20)
    beyond = near_baseline(short, [dose])
    assert (beyond.typical_min, beyond.slow_min) == (None, None)


@pytest.mark.parametrize("dose", [each[0] for each in WINDOWS], ids=lambda dose: str(dose.mg))
def test_a_coarse_grid_finds_the_same_end(dose: Dose) -> None:
    coarse = np.arange(0.0, 601.0, 10)
    rng = np.random.default_rng(1)
    quick = near_baseline(effects([dose], PERSON, coarse, rng=rng, people=200), [dose])
    exact = near_baseline(after(dose), [dose])
    assert quick.typical_min == pytest.approx(exact.typical_min, abs=1)
    assert quick.slow_min == pytest.approx(exact.slow_min, abs=1)


def test_where_the_model_missed_the_slow_end_is_later() -> None:
    dose = Dose(route="oral", mg=150)
    found = after(dose)
    above = GRID[found.level.typical("ketamine") * dose.way.least_fold >= psychoactive().above]
    slow = near_baseline(found, [dose]).slow_min
    assert slow is not None
    assert slow >= above[-1]


def test_the_end_counts_from_the_first_dose() -> None:
    at_once, later = Dose(route="im", mg=35), Dose(route="im", mg=35, at_min=20)
    one, other = (near_baseline(after(dose), [dose]).typical_min for dose in (at_once, later))
    assert one == pytest.approx(other, abs=1)


def test_people_answer_differently_and_by_one_on_average() -> None:
    found = after(Dose(route="iv", mg=35, over_min=40), people=4000)
    at_end = found.systolic_mmhg[:, 20]
    assert at_end[1:].mean() == pytest.approx(at_end[0], rel=0.05)
    low, high = np.quantile(at_end[1:], (0.05, 0.95))
    assert low < 5
    assert high > 25
    assert found.systolic_mmhg.max() <= pressure().most_systolic_mmhg


def test_a_high_resting_pressure_counts_only_when_it_is_known() -> None:
    dose = Dose(route="iv", mg=35, over_min=40)
    typical, high, unknown = (
        after(dose, people=1, hypertensive=said).systolic_mmhg[0].max()
        for said in (False, True, None)
    )
    assert high == pytest.approx(1.3 * typical)
    assert unknown == typical


def test_nothing_is_felt_without_ketamine() -> None:
    none = np.zeros(3)
    assert (chance(none, none) == 0).all()
    assert (chance(none, none + 40) == 0).all()
    assert chance(np.array([26.1]), np.array([0.0])) == pytest.approx(0.5)


def test_every_row_has_sources_that_are_there_and_a_route_that_is() -> None:
    named = [pressure().sources, dissociation().sources, psychoactive().sources]
    named += [row.sources for row in least().values()]
    assert all(sources_of(each) for each in named)
    assert set(least()) <= set(routes())
    assert after(Dose(route="im", mg=35), people=1).cautions[0].startswith("Calibrated")


def test_what_the_model_behind_the_rises_assumed_is_said() -> None:
    assumed = models()["simons-2022"].assumed
    found = after(Dose(route="iv", mg=35, over_min=40), people=1)
    assert "simons-2022" in found.models
    assert assumed
    assert f"Assumed: {assumed}." in found.cautions
