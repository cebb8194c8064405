"""`kapstone concentration`: ketamine in the blood over time, by the published models."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from math import isfinite
from typing import Any

import numpy as np

from kapstone.cli.streams import NotReadable, content, gave_up, in_lines, parsed, refused, show
from kapstone.pharmacokinetics import (
    Concentrations,
    Dose,
    OutOfScope,
    Question,
    answer,
    doses_of,
    mixing,
    models,
    not_reckoned_with,
    person_of,
    question_of,
    routes,
    simulate,
    weight_unknown,
)
from kapstone.pharmacokinetics.rows import sources_of

HELP = """\
Amounts are mg of base, times minutes from the first dose, concentrations ng/mL. The band is what
nine of ten people lie in by the model; it says nothing about one person, and proposes no dose.
In the first minutes after a push nobody can tell, and there is a ? (in JSON null).

Each line of a --batch is an object with route, metric (cmax, tmax, auc, c_at) and an amount:
  {"route": "iv", "drug": "racemic", "mg_per_kg": 0.5, "weight_kg": 70, "duration_min": 40,
   "analyte": "ketamine", "site": "venous", "metric": "c_at", "at_min": 60}
and is answered by a line with value, unit, p05, p95, model, site, sources and cautions.

exit codes: 0 answered, 2 not a question that a model here can answer (the JSON has an "error" and
a "message"). With --batch such a line is answered with its error, the rest goes on.
"""
# The same question has the same answer, however often it is asked.
SEED = 1
PEOPLE = 2000
MOST_PEOPLE, MOST_TIMES = 100_000, 10_000
NUMBERS = ("dose-mg", "mg-per-kg", "weight-kg", "duration-min", "age")
COLUMNS = ("typical", "p05", "p50", "p95")


def add_concentration(commands: Any) -> None:
    command = commands.add_parser(
        "concentration",
        help="ketamine in the blood over time, with the band between people",
        description=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("--route", help="iv, im, sc, intranasal-device, intranasal, film, ...")
    command.add_argument("--drug", help="racemic or esketamine")
    for name in NUMBERS:
        command.add_argument(f"--{name}", metavar="NUMBER")
    for name in ("female", "asian", "japanese"):
        command.add_argument(f"--{name}", action=argparse.BooleanOptionalAction)
    command.add_argument("--analyte", default="ketamine", help="ketamine, s-norketamine, ...")
    command.add_argument("--site", help="venous or arterial")
    command.add_argument("--times", default="0:480:2", metavar="FROM:TO:STEP", help="minutes")
    command.add_argument("--spit", action="store_true", help="spat out, not swallowed")
    command.add_argument("--n", default=str(PEOPLE), metavar="PEOPLE", help="how many differ")
    command.add_argument("--json", action="store_true", help="as JSON instead of a table")
    command.add_argument("--batch", metavar="FILE", help="one question a line; - for stdin")
    command.set_defaults(run=run_concentration)


COMMANDS = (add_concentration,)


def run_concentration(given: argparse.Namespace) -> int:
    """Exit 0 when there was an answer, 2 when not."""
    try:
        read_numbers(given)
        if not 1 <= given.n <= MOST_PEOPLE:
            raise NotReadable("usage", f"--n: between 1 and {MOST_PEOPLE} people")
        if given.batch:
            in_lines(content(given.batch), lambda line, number: of_line(line, number, given.n))
        else:
            print_curve(given)
    except NotReadable as fault:
        return gave_up("concentration", fault)
    return 0


def read_numbers(given: argparse.Namespace) -> None:
    """Numbers for what was typed as one; NotReadable and not a page of usage for what is none."""
    for name in NUMBERS:
        place = name.replace("-", "_")
        typed = getattr(given, place)
        if typed is not None:
            setattr(given, place, number_of(name, typed))
    given.n = int(number_of("n", given.n))


def number_of(name: str, typed: str) -> float:
    try:
        found = float(typed)
    except ValueError as fault:
        raise NotReadable(
            "usage", f"--{name} {typed}: write a number alone, as 35, without a unit"
        ) from fault
    if not isfinite(found):
        raise NotReadable("usage", f"--{name} {typed}: write a number, as 35")
    return found


def of_line(line: bytes, number: int, people: int) -> dict[str, Any]:
    try:
        asked = parsed(f"line {number}", line)
        found = asdict(answered(asked, people))
    except NotReadable as fault:
        return refused(fault) | {"line": number}
    ignored = sorted({*asked} - {*Question.model_fields} - {"id", "note", "expected"})
    return found | ({"ignored": ignored} if ignored else {})


def answered(asked: object, people: int) -> Any:
    try:
        return answer(question_of(asked), rng=np.random.default_rng(SEED), people=people)
    except OutOfScope as fault:
        raise NotReadable("out_of_scope", str(fault)) from fault


def print_curve(given: argparse.Namespace) -> None:
    named = Question.model_fields
    asked = {name: value for name, value in vars(given).items() if name in named}
    asked = {name: value for name, value in asked.items() if value is not None}
    times = times_of(given.times)
    try:
        question = question_of({**asked, "metric": "c_at", "at_min": 0.0})
        doses = doses_of(question)
        found = simulate(
            doses,
            person_of(question),
            times,
            rng=np.random.default_rng(SEED),
            people=given.n,
            **of_question(question),
        )
    except OutOfScope as fault:
        raise NotReadable("out_of_scope", str(fault)) from fault
    told = told_of(found, question, doses)
    if given.json:
        show(told)
    else:
        sys.stdout.write(table(told))


def of_question(question: Question) -> dict[str, Any]:
    analyte = question.analyte.rpartition("-")[2]
    return {"analytes": (analyte,)} | ({"site": question.site} if question.site else {})


def times_of(written: str) -> list[float]:
    """FROM:TO:STEP in minutes, both ends included; raises NotReadable."""
    try:
        first, last, step = map(float, written.split(":"))
        count = (last - first) / step
    except (ValueError, ZeroDivisionError) as fault:
        raise NotReadable("usage", f"--times {written}: write FROM:TO:STEP, as 0:480:2") from fault
    if not 0 <= count <= MOST_TIMES:
        raise NotReadable("usage", f"--times {written}: up to {MOST_TIMES} times, going forward")
    return [first + step * number for number in range(int(count + 1e-9) + 1)]


def told_of(found: Concentrations, question: Question, doses: Sequence[Dose]) -> dict[str, Any]:
    name = question.analyte
    if name not in found.curves:
        raise NotReadable("out_of_scope", f"{name}: this drug does not have it")
    route = routes()[question.route]
    unheard = [not_reckoned_with(question, models()[each], route) for each in found.models]
    bands = [found.typical(name), *found.quantiles(name, (0.05, 0.5, 0.95))]
    if name.endswith("-ketamine") or name == "ketamine":
        bands = [np.where(mixing(doses, found.times_min), np.nan, row) for row in bands]
    return {
        "analyte": name,
        "unit": "ng/mL",
        "site": found.site,
        "models": found.models,
        "sources": [row.citation for row in sources_of(found.sources)],
        "cautions": [*weight_unknown(question), *sum(unheard, ()), *found.cautions],
        "at_min": found.times_min.tolist(),
    } | {column: figures(row) for column, row in zip(COLUMNS, bands, strict=True)}


def figures(row: Any) -> list[float | None]:
    """Figures to three places; None is where nobody can tell."""
    return [None if np.isnan(value) else value for value in row.round(3).tolist()]


def table(told: Mapping[str, Any]) -> str:
    """The curve as columns, with what has to be known of it above."""
    head = [f"# {told['analyte']}, {told['unit']}, {told['site']}, {', '.join(told['models'])}"]
    head += [f"# {caution}" for caution in told["cautions"]]
    names = ("at_min", *COLUMNS)
    lines = [" ".join(f"{name:>10}" for name in names)]
    lines += [
        " ".join(f"{'?':>10}" if value is None else f"{value:>10.1f}" for value in row)
        for row in zip(*(told[name] for name in names), strict=True)
    ]
    return "\n".join([*head, *lines, ""])
