"""Ketamine in the blood of many people: ours, general solvers of equal accuracy, and the floor.

The peers are fetched for this measurement only; one that cannot be fetched is said to be missing.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from scipy.integrate import solve_ivp

from kapstone.pharmacokinetics import Dose, Person, models, simulate
from kapstone.pharmacokinetics.matrices import Array
from kapstone.pharmacokinetics.simulating import draw
from kapstone.pharmacokinetics.systems import System

PEOPLE, PEER_PEOPLE, FEW = 10_000, 1_000, 200
GRID = np.arange(0.0, 481.0, 2)
PERSON = Person(weight_kg=70)
DOSE = Dose(route="iv", mg=35, over_min=40, drug="esketamine")
BOTH = Dose(route="iv", mg=35, over_min=40)
PEER = "libroadrunner"
CHUNK, MILLION = 10_000, 1_000_000


def seconds(what: Callable[[], Any], times: int = 5) -> tuple[float, Any]:
    """The shortest of some runs, and what the last one gave."""
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        found = what()
        took.append(time.perf_counter() - begun)
    return min(took), found


def ours(dose: Dose, people: int, *analytes: Any) -> Any:
    rng = np.random.default_rng(1)
    return simulate(
        [dose], PERSON, GRID, rng=rng, people=people, analytes=analytes or ("ketamine",)
    )


def system_of_many(people: int) -> tuple[System, int]:
    """The same people as `ours` has: three places, ketamine alone."""
    drawn = draw(models()["otto-2021"], (DOSE,), people, np.random.default_rng(1))
    whole, read = drawn.in_form("esketamine", "s", PERSON, ())
    system = whole.only([read["ketamine"].place])
    return system, system.places[read["ketamine"].place]


def stacked(system: System, central: int, rtol: float) -> Array:
    """All people as one large system of equations, by scipy's RK45; mg at the centre."""
    moves, (given,) = system.moves, system.inputs
    rate = np.zeros(moves.shape[1:])
    out = np.empty((len(GRID), moves.shape[-1]))

    def change(_: float, flat: Array, on: Array) -> Array:
        state = flat.reshape(on.shape)
        return np.asarray(np.einsum("ijn,jn->in", moves, state) + on).ravel()

    state = np.zeros_like(rate)
    for start, end, mg_per_min in ((0, 40, DOSE.mg / 40), (40, 480, 0.0)):
        rate[given.place] = mg_per_min
        at = GRID[(start <= GRID) & (end >= GRID)]
        solved = solve_ivp(
            change,
            (start, end),
            state.ravel(),
            t_eval=at,
            args=(rate,),
            rtol=rtol,
            atol=rtol * 1e-4,
        )
        amounts = solved.y.reshape(*rate.shape, len(at))
        out[np.isin(GRID, at)] = amounts[central].T
        state = amounts[..., -1]
    return out


def furthest(found: Array, exact: Array) -> float:
    """The largest relative difference where there is anything to speak of."""
    there = exact > exact.max() * 1e-6
    return float(np.abs(found[there] / exact[there] - 1).max())


def accurate(run: Callable[[float], Array], exact: Array) -> tuple[float, float]:
    """The loosest tolerance that keeps within 1e-6, and how far off it is then."""
    for rtol in (1e-5, 1e-6, 1e-7, 1e-8, 1e-9):
        off = furthest(run(rtol), exact)
        if off <= 1e-6:
            break
    return rtol, off


def roadrunner(folder: str) -> Any:
    """The peer's module, fetched into a folder of its own; None where that fails."""
    # An environment may have no installer; the Python that it was made with has one.
    python = f"{sys.base_prefix}/bin/python3"
    fetch = [python, "-m", "pip", "install", "--quiet", "--no-deps", "--target", folder, PEER]
    if subprocess.run(fetch, stderr=subprocess.DEVNULL, check=False).returncode:
        return None
    sys.path.append(folder)
    import roadrunner as peer  # noqa: PLC0415

    peer.Logger.disableLogging()
    return peer


# Three places and an infusion of 40 minutes, as the peer's own language (SBML) says it.
SBML = """<?xml version="1.0" encoding="UTF-8"?>
<sbml xmlns="http://www.sbml.org/sbml/level3/version1/core" level="3" version="1"><model id="m">
<listOfCompartments><compartment id="c" size="1" constant="true"/></listOfCompartments>
<listOfSpecies>{species}</listOfSpecies><listOfParameters>{parameters}</listOfParameters>
<listOfRules>{rules}</listOfRules></model></sbml>"""
RULE = """<rateRule variable="x{i}"><math xmlns="http://www.w3.org/1998/Math/MathML"><apply><plus/>
{terms}<ci>r{i}</ci></apply></math></rateRule>"""
TERM = "<apply><times/><ci>k{i}{j}</ci><ci>x{j}</ci></apply>"


def sbml() -> str:
    species = "".join(
        f'<species id="x{i}" compartment="c" initialAmount="0" hasOnlySubstanceUnits="true" '
        'boundaryCondition="false" constant="false"/>'
        for i in range(3)
    )
    names = [f"r{i}" for i in range(3)] + [f"k{i}{j}" for i in range(3) for j in range(3)]
    parameters = "".join(f'<parameter id="{name}" value="0" constant="false"/>' for name in names)
    rules = "".join(
        RULE.format(i=i, terms="".join(TERM.format(i=i, j=j) for j in range(3))) for i in range(3)
    )
    return SBML.format(species=species, parameters=parameters, rules=rules)


def by_roadrunner(peer: Any, system: System, central: int, rtol: float) -> Array:
    """Person by person, since the peer solves one at a time; mg at the centre."""
    model = peer.RoadRunner(sbml())
    model.integrator.relative_tolerance = rtol
    model.integrator.absolute_tolerance = rtol * 1e-4
    model.timeCourseSelections = [f"x{central}"]
    people = system.moves.shape[-1]
    out = np.empty((len(GRID), people))
    for who in range(people):
        model.resetAll()
        for i in range(3):
            for j in range(3):
                model[f"k{i}{j}"] = float(system.moves[i, j, who])
        model[f"r{system.inputs[0].place}"] = DOSE.mg / 40
        out[:21, who] = np.asarray(model.simulate(0, 40, 21))[:, 0]
        model[f"r{system.inputs[0].place}"] = 0.0
        out[20:, who] = np.asarray(model.simulate(40, 480, 221))[:, 0]
    return out


def closed(system: System, central: int) -> Array:
    from kapstone.pharmacokinetics import mammillary  # noqa: PLC0415

    return mammillary.amounts(system, central, GRID)


def floor() -> float:
    """To write down so many numbers once: what no program is quicker than."""
    out = np.empty((PEOPLE, len(GRID)))
    return seconds(lambda: out.fill(1.0))[0]


def peers(folder: str) -> Iterator[tuple[str, float, float, int]]:
    """Each peer's name, seconds for its people, how far off, and for how many."""
    system, central = system_of_many(PEOPLE)
    exact = closed(system, central)
    few, _ = system_of_many(FEW)
    exact_few = closed(few, central)
    rtol, _ = accurate(lambda rtol: stacked(few, central, rtol), exact_few)
    took, found = seconds(lambda: stacked(system, central, rtol), times=3)
    yield "scipy RK45, all people stacked", took, furthest(found, exact), PEOPLE
    peer = roadrunner(folder)
    if peer is None:
        yield f"{PEER} (could not be fetched)", float("nan"), float("nan"), 0
        return
    rtol, off = accurate(lambda rtol: by_roadrunner(peer, few, central, rtol), exact_few)
    some, _ = system_of_many(PEER_PEOPLE)
    took, _ = seconds(lambda: by_roadrunner(peer, some, central, rtol), times=1)
    yield f"{PEER} {peer.__version__}, one by one", took * PEOPLE / PEER_PEOPLE, off, PEER_PEOPLE


def million() -> tuple[float, float]:
    """Seconds for ten thousand and for a million people, in chunks whose memory is used again."""

    def chunks(count: int) -> None:
        for number in range(count):
            rng = np.random.default_rng([1, number])
            simulate([DOSE], PERSON, GRID, rng=rng, people=CHUNK)

    return seconds(lambda: chunks(1))[0], seconds(lambda: chunks(MILLION // CHUNK), times=1)[0]


def main() -> None:
    parent, _ = seconds(lambda: ours(DOSE, PEOPLE))
    # The peers begin with people already drawn: so does what they are compared with.
    system, central = system_of_many(PEOPLE)
    alone, _ = seconds(lambda: closed(system, central))
    both, _ = seconds(lambda: ours(BOTH, PEOPLE, "ketamine", "norketamine"), times=3)
    figures = {
        "ketamine, three places, 10,000 x 241": f"{parent * 1000:.0f} ms (goal 40 ms)",
        "the same, its equations alone": f"{alone * 1000:.1f} ms",
        "racemic, with norketamine, 10,000 x 241": f"{both:.2f} s (goal 0.6 s)",
        "floor: writing 10,000 x 241 numbers": f"{floor() * 1000:.1f} ms",
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, took, off, people in peers(folder):
            of = "" if people == PEOPLE else f" (reckoned from {people})"
            longer = f"{took / alone:.0f} times its equations"
            figures[name] = f"{took:.2f} s, {longer}, off by {off:.0e}{of}"
    one, hundred = million()
    figures["a million people in chunks"] = (
        f"{hundred:.1f} s, {hundred / one:.0f} times ten thousand"
    )
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
