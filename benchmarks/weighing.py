"""Screening by the clock: one person with all rules and thirty medicines, what would change, many.

No database; the ten thousand people go through the command line, as another system would send them.
"""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kapstone import screening
from kapstone.screening.medicines import medicines
from kapstone.screening.resting import DIASTOLIC, SYSTOLIC

NOW = datetime(2026, 11, 3, 13, 0, tzinfo=UTC)
PEOPLE = 10_000
TIMES = 200
NAMES = [row.name for row in medicines().values() if row.classes]


def answer(name: str, chance: random.Random) -> Any:
    row = screening.fact(name)
    if row.kind == "yes_no":
        return chance.random() < 0.1
    if row.kind == "choice":
        return chance.choice([*row.choices])
    low, high = row.plausible or (0.0, 1.0)
    return round(chance.uniform(low, high), None if row.whole else 1)


def person(chance: random.Random, taken: int) -> dict[str, Any]:
    """Nine of ten facts answered, by chance, and so many medicines as somebody would write them."""
    asked = [name for name, row in screening.vocabulary().items() if row.from_]
    told = {name: answer(name, chance) for name in asked if chance.random() < 0.9}
    for upper, lower in zip(SYSTOLIC, DIASTOLIC, strict=True):
        if upper in told and lower in told:
            told[lower] = min(told[lower], told[upper] - 1)
    listed = [f"{name} 10 mg" for name in chance.sample(NAMES, taken)]
    return {**told, "medicines": listed}


def given(told: dict[str, Any]) -> tuple[screening.Facts, list[screening.Recognised]]:
    facts = {
        name: screening.Given(value, NOW, "clinician", None)
        for name, value in told.items()
        if name != "medicines"
    }
    return facts, [screening.recognise(text) for text in told["medicines"]]


def spent_ms(deed: Callable[[], object]) -> float:
    began = time.perf_counter()
    deed()
    return (time.perf_counter() - began) * 1000


def weigh(told: dict[str, Any]) -> screening.Screening:
    facts, taken = given(told)
    return screening.screen(facts, medicines=taken, now=NOW)


def change(told: dict[str, Any]) -> object:
    facts, taken = given(told)
    return screening.what_would_change(facts, medicines=taken, now=NOW)


def batch(folder: Path, chance: random.Random) -> float:
    """Seconds for the command line to read, weigh and answer the lines of ten thousand people."""
    file = folder / "people.jsonl"
    lines = (json.dumps(person(chance, chance.randrange(8))) for _ in range(PEOPLE))
    file.write_text("\n".join(lines), encoding="utf-8")
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "kapstone.cli", "screen", "--batch", str(file)],
        stdout=subprocess.PIPE,
        check=True,
    )
    seconds = time.perf_counter() - began
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    if len(answers) != PEOPLE or any("error" in each for each in answers):
        wrong = next((each["error"] for each in answers if "error" in each), "lines are missing")
        raise SystemExit(f"the batch did not answer for everybody: {wrong}")
    return seconds


def measured(folder: Path) -> dict[str, str]:
    chance = random.Random(2026)  # noqa: S311
    people = [person(chance, 30) for _ in range(TIMES)]
    usual = [person(chance, 5) for _ in range(TIMES)]
    for each in people[:5]:
        weigh(each)
        change(each)
    weighing = sorted(spent_ms(partial(weigh, each)) for each in people)
    changing = sorted(spent_ms(partial(change, each)) for each in [*people, *usual])
    seconds = batch(folder, chance)
    return {
        "one person, 30 medicines read, median": f"{statistics.median(weighing):.2f} ms | 5 ms",
        "the slowest of 200": f"{weighing[-1]:.2f} ms",
        "what would change, median": f"{statistics.median(changing):.2f} ms | 50 ms",
        "the slowest of 400 people": f"{changing[-1]:.2f} ms | 50 ms",
        "10,000 people by the command line": f"{seconds:.1f} s | 40 s",
    }


with TemporaryDirectory() as folder:
    print(json.dumps(measured(Path(folder))))
