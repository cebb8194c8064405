"""What cannot be, and what no model covers, is refused with words that say what and why."""

from __future__ import annotations

import re
from math import inf, nan
from typing import Any

import numpy as np
import pytest

from kapstone.pharmacokinetics import (
    Dose,
    OutOfScope,
    Person,
    Step,
    answer,
    infusion,
    question_of,
    simulate,
)

IV: dict[str, Any] = {"route": "iv", "dose_mg": 35, "duration_min": 40, "weight_kg": 70}
RNG = np.random.default_rng(1)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"dose_mg": -1}, "-1 mg"),
        ({"dose_mg": 0}, "0 mg"),
        ({"dose_mg": nan}, "nan mg"),
        ({"dose_mg": inf}, "inf mg"),
        ({"dose_mg": "35"}, "dose_mg: Input should be a valid number"),
        ({"mg_per_kg": 0.5}, "give one of them"),
        ({"dose_mg": None}, "give one of them"),
        ({"duration_min": -3}, "over -3 min"),
        ({"duration_min": inf}, "over inf min"),
        ({"duration_min": None}, "duration_min: say over how many minutes"),
        ({"weight_kg": 0}, "a weight of 0 kg"),
        ({"weight_kg": nan}, "a weight of nan kg"),
        ({"weight_kg": None, "dose_mg": None, "mg_per_kg": 0.5}, "needs the weight"),
        ({"age": 12}, "an age of 12 years"),
        ({"dose_mg": 200}, "anaesthesia"),
        ({"route": "rectal"}, "no such route: 'rectal'"),
        ({"route": "im"}, "over some minutes"),
        ({"route": "im", "duration_min": None, "site": "arterial"}, "arterial samples"),
        ({"route": "iv", "spit": True}, "spitting out"),
        ({"drug": "esketamine", "analyte": "r-ketamine"}, "no R form"),
        ({"route": "oral", "duration_min": None, "analyte": "hydroxynorketamine"}, "no model"),
        ({"route": "intranasal-device", "duration_min": None}, "35 mg by a device that holds 28"),
        ({"route": "intranasal-device", "duration_min": None, "drug": "racemic"}, "racemic"),
        ({"metric": "c_max"}, "metric: Input should be"),
        ({"metric": None}, "metric: Input should be"),
        ({"metric": "c_at"}, "at_min"),
        ({"metric": "auc", "to_min": nan}, "to_min nan: times are"),
        ({"metric": "c_at", "at_min": inf}, "at_min inf: times are"),
        ({"dose_mg": 1e300, "route": "oral", "duration_min": None}, "a dose of 1e"),
        ({"wieght_kg": 80}, "wieght_kg: there is no such key; did you mean weight_kg?"),
        (
            {
                **{"dose_mg": None, "duration_min": None, "spit": True},
                "steps": [{"minutes": 10, "mg_per_h": 3}],
            },
            "spitting out",
        ),
        (
            {"dose_mg": None, "duration_min": None, "steps": [{"minutes": 10, "mg_per_h": inf}]},
            "inf mg per h",
        ),
        ({"duration_min": 0}, "after a push"),
        ({"duration_min": 0, "metric": "c_at", "at_min": 4}, "within 5 min of a push"),
        (
            {"dose_mg": None, "duration_min": None, "steps": [{"minutes": 10}]},
            "mg_per_h or mg_per_kg_per_h",
        ),
        ({"dose_mg": None, "steps": [{"minutes": 10, "mg_per_h": 3}]}, "each has its own minutes"),
        ({"dose_mg": None, "steps": []}, "steps"),
    ],
)
def test_a_question_that_cannot_be_answered(changed: dict[str, Any], words: str) -> None:
    asked = {**IV, "metric": "cmax", **changed}
    with pytest.raises(OutOfScope, match=re.escape(words)):
        answer(question_of(asked), rng=RNG, people=3)


def test_an_infusion_that_never_ends_or_runs_backwards() -> None:
    for step in (Step(mg_per_h=inf, minutes=5), Step(mg_per_h=3, minutes=-5)):
        with pytest.raises(OutOfScope):
            infusion([step])
    with pytest.raises(OutOfScope, match="an infusion of nothing"):
        infusion([Step(mg_per_h=0, minutes=5)])


def test_two_infusions_at_once() -> None:
    both = [Dose(route="iv", mg=9, at_min=at, over_min=30) for at in (0, 20)]
    with pytest.raises(OutOfScope, match="two infusions at once: one until minute 30"):
        simulate(both, Person(weight_kg=70), [0, 1], rng=RNG)


def test_the_hour_with_the_most_decides() -> None:
    """Three hours of rising rates are no anaesthesia, though they add up to more."""
    person = Person(weight_kg=70)
    rates = infusion([Step(mg_per_h=70 * rate, minutes=60) for rate in (0.28, 0.57, 1.14)])
    assert sum(dose.mg for dose in rates) > 1.5 * 70
    simulate(rates, person, [180], rng=RNG, people=2)
    pushes = [Dose(route="iv", mg=60, at_min=at) for at in (0, 59)]
    with pytest.raises(OutOfScope, match="within an hour"):
        simulate(pushes, person, [180], rng=RNG, people=2)


@pytest.mark.parametrize("times", [[], [3, 1], [0, nan], [[0, 1]], [inf]])
def test_times_that_are_no_times(times: Any) -> None:
    with pytest.raises(OutOfScope, match="times are"):
        simulate([Dose(route="im", mg=35)], Person(weight_kg=70), times, rng=RNG)
    with pytest.raises(OutOfScope, match="no dose"):
        simulate([], Person(weight_kg=70), [0, 1], rng=RNG)
