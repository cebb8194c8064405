"""The laws of amounts hold for every route, drug and person, and two other solvers agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from kapstone.pharmacokinetics import (
    Dose,
    Person,
    Step,
    areas,
    infusion,
    mammillary,
    routes,
    simulate,
)
from kapstone.pharmacokinetics.dosing import devices
from kapstone.pharmacokinetics.matrices import Array
from kapstone.pharmacokinetics.people import OF_DRUG
from kapstone.pharmacokinetics.rows import models
from kapstone.pharmacokinetics.simulating import Drawn, draw, model_for
from kapstone.pharmacokinetics.systems import System

GRID = np.array([0.0, 2.0, 4.0, 7.5, 13.1, 20.0, 33.0, 40.0, 41.0, 60.0, 95.0, 180.0, 480.0])
PEOPLE = 3


@st.composite
def doses(draw_one: st.DrawFn) -> list[Dose]:
    """One dose by any route: an infusion, a push, devices, swallowed or spat out."""
    route = draw_one(st.sampled_from(sorted(routes())))
    row = routes()[route]
    drug = draw_one(st.sampled_from(row.drugs))
    at = draw_one(st.floats(-30, 60))
    if row.device_mg is not None:
        mg = row.device_mg * draw_one(st.integers(1, 3))
    else:
        mg = draw_one(st.floats(1, 40))
    over = draw_one(st.sampled_from([0.0, 10.0, 37.3, 60.0])) if row.infused else 0.0
    spit = row.can_spit and draw_one(st.booleans())
    return devices(Dose(route=route, mg=mg, at_min=at, over_min=over, drug=drug, spit=spit))


people = st.builds(
    Person,
    weight_kg=st.floats(40, 150),
    age_years=st.none() | st.floats(18, 90),
    female=st.none() | st.booleans(),
    asian=st.none() | st.booleans(),
    japanese=st.none() | st.booleans(),
)
seeds = st.integers(0, 2**32)


def systems(given_doses: Sequence[Dose], person: Person, seed: int) -> list[System]:
    """The whole system of each form, with a typical person and some others."""
    model = model_for(given_doses[0].way, next(iter(given_doses[0].way.models)), "ketamine")
    drawn: Drawn = draw(model, tuple(given_doses), PEOPLE, np.random.default_rng(seed))
    drug = given_doses[0].drug
    return [drawn.in_form(drug, form, person, ())[0] for form in OF_DRUG[drug]]


@given(doses(), people, seeds)
def test_nothing_is_there_before_the_dose(some: list[Dose], person: Person, seed: int) -> None:
    first = min(dose.at_min for dose in some)
    early = np.array([first - 100, first - 1e-3])
    site = next(iter(some[0].way.models))
    found = simulate(some, person, early, rng=np.random.default_rng(seed), people=PEOPLE, site=site)
    assert not found.curves["ketamine"].any()


@given(doses(), people, seeds)
def test_what_came_in_is_somewhere_or_gone(some: list[Dose], person: Person, seed: int) -> None:
    """At any time: what is there, and what has left by every place's losses, is what came in."""
    for system in systems(some, person, seed):
        losses = -system.moves.sum(axis=0)
        for until in GRID:
            came = sum(each.mg * each.part_until(until) for each in system.inputs)
            (there,) = system.amounts(np.array([until]))
            left = (losses * system.areas(until)).sum(axis=0)
            given_mg = sum(dose.mg for dose in some)
            assert there.min() >= -1e-9 * given_mg
            assert there.sum(axis=0) + left == pytest.approx(came + 0 * left, abs=1e-8 * given_mg)


@given(doses(), st.floats(0, 90), st.floats(0.1, 1), people, seeds)
def test_doses_add_up(
    one: list[Dose], later: float, part: float, person: Person, seed: int
) -> None:
    """What two doses of one route do together is what each does, added."""
    if one[0].way.infused:
        later += 65 + one[0].over_min
    if one[0].way.device_mg is not None:
        # Within the hour a device is a further one, of which less passes the nose.
        later, part = later + 75, 1.0
    other = [replace(dose, mg=dose.mg * part, at_min=dose.at_min + later) for dose in one]
    site = next(iter(one[0].way.models))

    def curve(some: list[Dose]) -> Array:
        rng = np.random.default_rng(seed)
        return simulate(some, person, GRID, rng=rng, people=PEOPLE, site=site).curves["ketamine"]

    assert curve([*one, *other]) == pytest.approx(curve(one) + curve(other), rel=1e-9, abs=1e-9)


@given(people, seeds, st.floats(5, 60), st.sampled_from(["otto-2021", "simons-2022"]))
def test_the_area_is_the_dose_by_the_clearance(
    person: Person, seed: int, mg: float, name: str
) -> None:
    given_dose = [Dose(route="iv", mg=mg, over_min=40, drug="esketamine")]
    model, rng = models()[name], np.random.default_rng(seed)
    drawn = draw(model, tuple(given_dose), PEOPLE, np.random.default_rng(seed))
    system, read = drawn.in_form("esketamine", "s", person, ())
    central = system.places["central"]
    clearance_l_per_min = -system.moves[:, central].sum(axis=0)
    fed = {"otto-2021": "nk", "simons-2022": "to_nk_1"}[name]
    clearance_l_per_min += system.moves[system.places[fed], central]
    volume = 1000 / read["ketamine"].per_mg
    expected = 1000 * mg / (clearance_l_per_min * volume) / 60
    found = areas(given_dose, person, None, rng=rng, people=PEOPLE, site=model.site)
    assert found.curves["ketamine"][:, 0] == pytest.approx(expected, rel=1e-10)


@given(people, seeds, st.sampled_from(sorted(models())), st.sampled_from([0.0, 10.0, 37.3]))
def test_the_closed_form_is_the_exponential_of_the_matrix(
    person: Person, seed: int, name: str, over: float
) -> None:
    some = (
        Dose(route="iv", mg=20, at_min=1, over_min=over),
        Dose(route="iv", mg=9, at_min=50, over_min=3),
    )
    drawn = draw(models()[name], some, PEOPLE, np.random.default_rng(seed))
    whole, read = drawn.in_form("racemic", "r", person, ())
    system = whole.only([read["ketamine"].place])
    central = system.places["central"]
    if not mammillary.is_mammillary(system, central):
        assert name == "perez-ruixo-2021", "the blood passes the liver there"
        return
    closed = mammillary.amounts(system, central, GRID)
    matrix = np.array([state[central] for state in system.amounts(GRID)])
    assert closed == pytest.approx(matrix, rel=1e-9, abs=1e-11)


def by_an_oracle(system: System, person: int, grid: Array) -> Array:
    """The amounts (times, places) of one person by a general solver, from edge to edge."""
    moves = system.moves[..., person]
    edges = {each.at_min for each in system.inputs} | {
        each.at_min + float(np.broadcast_to(each.over_min, PEOPLE + 1)[person])
        for each in system.inputs
    }
    every = sorted(edges | set(map(float, grid)))
    state, out = np.zeros(len(moves)), {}
    for start, end in pairwise([*every, every[-1]]):
        rate = np.zeros(len(moves))
        for each in system.inputs:
            mg = float(np.broadcast_to(each.mg, PEOPLE + 1)[person])
            over = float(np.broadcast_to(each.over_min, PEOPLE + 1)[person])
            if over == 0 and each.at_min == start:
                state[each.place] += mg
            elif over > 0 and each.at_min <= start < each.at_min + over:
                rate[each.place] += mg / over
        out[start] = state.copy()
        if end > start:
            solved = solve_ivp(
                lambda _, x, rate=rate: moves @ x + rate,
                (start, end),
                state,
                method="DOP853",
                rtol=1e-12,
                atol=1e-13,
            )
            state = solved.y[:, -1]
    return np.array([out[float(at)] for at in grid])


@settings(max_examples=25)
@given(doses(), people, seeds, st.integers(0, PEOPLE))
def test_a_general_solver_agrees(some: list[Dose], person: Person, seed: int, who: int) -> None:
    for system in systems(some, person, seed):
        ours = np.array([state[:, who] for state in system.amounts(GRID)])
        oracle = by_an_oracle(system, who, GRID)
        assert ours == pytest.approx(oracle, rel=1e-8, abs=1e-9)


def test_a_pause_and_a_stop_are_steps_of_the_infusion() -> None:
    person = Person(weight_kg=70)
    steps = [
        Step(mg_per_h=50, minutes=20),
        Step(mg_per_h=0, minutes=5),
        Step(mg_per_h=40, minutes=9),
    ]
    paused = infusion(steps)
    assert [(dose.at_min, dose.over_min) for dose in paused] == [(0, 20), (25, 9)]
    apart = [
        simulate([dose], person, GRID, rng=np.random.default_rng(1), people=2) for dose in paused
    ]
    whole = simulate(paused, person, GRID, rng=np.random.default_rng(1), people=2)
    together = sum(each.typical("ketamine") for each in apart)
    assert whole.typical("ketamine") == pytest.approx(together)
