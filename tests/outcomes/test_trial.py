"""The comparison: where integration does nothing it says so, and it never says that it made it."""

from __future__ import annotations

from datetime import date

import numpy as np

from kapstone import instruments
from kapstone.outcomes import trial
from kapstone.outcomes.panel import Given, Panel, Treated

PHQ9 = instruments.instrument("phq9")
FEWEST = 11


def people(seed: int, *, effect: float = 0.0, many: int = 300) -> Panel:
    """Who does better at week 4 keeps more and stays better: confounded, the effect known."""
    rng = np.random.default_rng(seed)
    treated, scores = [], {}
    for place in range(many):
        first, then = float(rng.integers(12, 27)), 0.0
        then = float(np.clip(round(first - 7 + rng.normal(0, 4)), 0, 27))
        keeps = rng.random() < 1 / (1 + np.exp((then - 10) / 4))
        end = float(np.clip(round(then + rng.normal(0, 3) + effect * keeps), 0, 27))
        name = str(place)
        scores[name] = {-1.0: first, 28.0: then, 91.0: end}
        given = Given(
            day=0, on=date(2026, 1, 1), route="im", harms=("nausea",) if rng.random() < 0.3 else ()
        )
        kept = (5.0, 20.0) if keeps else ((40.0, 50.0, 60.0) if rng.random() < 0.5 else ())
        treated.append(
            Treated(
                name=name,
                since_days=300,
                sessions=(given,),
                integration=kept,
                prepared=bool(rng.random() < 0.5),
            )
        )
    return Panel(people=tuple(treated), scores=scores, ideation={name: {} for name in scores})


def test_under_the_null_it_claims_no_effect_although_the_crude_difference_is_large() -> None:
    said, crude = [], []
    for seed in range(60):
        found = trial.compare(people(seed), PHQ9, fewest=FEWEST)
        said.append(found.says)
        crude.append(float(str(found.figures[2].rows[0][1])))
    assert np.mean(crude) < -2, "whoever does well keeps more: the crude figure misleads"
    assert said.count(trial.DIFFERS) <= 4


def test_a_real_difference_is_found_and_not_called_an_effect() -> None:
    found = trial.compare(people(3, effect=-4.0), PHQ9, fewest=FEWEST)
    assert found.says == trial.DIFFERS
    value = float(str(found.figures[2].rows[1][1]))
    assert -6 < value < -2
    assert "caused" not in found.says
    assert "Only a trial that draws by lot" in found.figures[2].cannot


def test_what_is_kept_after_the_landmark_is_on_nobodys_side() -> None:
    sides = trial.arms(people(1), PHQ9)
    kept = sum(each.kept_by(28) >= 2 for each in people(1).people)
    assert sides.at_landmark[1] == kept < sum(len(e.integration) >= 2 for e in people(1).people)


def test_weights_make_the_sides_alike() -> None:
    found = trial.compare(people(2), PHQ9, fewest=FEWEST)
    before, after = (abs(float(str(found.figures[1].rows[1][at]))) for at in (1, 2))
    assert before > 0.5
    assert after < trial.BALANCED


def test_with_few_on_a_side_nothing_is_said() -> None:
    found = trial.compare(people(2, many=20), PHQ9, fewest=FEWEST)
    assert (found.figures, found.says) == ((), "")
    assert found.refused


def test_a_control_that_differs_takes_the_result_back() -> None:
    of = people(2)
    worse = tuple(
        Treated(
            name=each.name,
            since_days=each.since_days,
            integration=each.integration,
            sessions=(
                Given(
                    day=0,
                    on=date(2026, 1, 1),
                    route="im",
                    harms=("nausea",) if each.kept_by(28) else (),
                ),
            ),
        )
        for each in of.people
    )
    found = trial.compare(
        Panel(people=worse, scores=of.scores, ideation=of.ideation), PHQ9, fewest=FEWEST
    )
    assert found.says == trial.UNFIT
