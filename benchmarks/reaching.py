"""How many forms come back with none to three messages: invented people, the real rule, no clock.

Simulated: the behaviours are assumptions (`knowledge/synthesis/reaching.toml`).
"""

from __future__ import annotations

import json
import time
from typing import Any

import numpy as np

from kapstone.synthesis import reaching

PEOPLE = 200
SEED = 2026


def percent(part: int, of: int) -> str:
    return f"{100 * part / of:.0f} %"


def run(most: int, *, with_calls: bool) -> reaching.Outcome:
    rng = np.random.default_rng(SEED)
    return reaching.cohort(PEOPLE, most=most, with_calls=with_calls, rng=rng)


def measured() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for most in range(4):
        outcome = run(most, with_calls=False)
        name = f"SIMULATED, at most {most} messages a form, no calls: finished"
        found[name] = percent(outcome.finished, outcome.forms)
    whole = run(3, with_calls=True)
    for number, count in whole.finished_after.items():
        found[f"with calls: finished after {number} messages"] = percent(count, whole.forms)
    found["with calls: finished by a call"] = percent(whole.finished_by_call, whole.forms)
    found["with calls: finished in all"] = percent(whole.finished, whole.forms)
    found["forms on the call list"] = percent(whole.called_forms, whole.forms)
    found["people ever on the call list"] = percent(whole.called_people, whole.people)
    found["people who asked for no more messages"] = percent(whole.opted_out, whole.people)
    found["messages a person, twelve weeks"] = f"{whole.messages / whole.people:.1f}"
    return found


began = time.perf_counter()
figures = measured()
took = time.perf_counter() - began
print(json.dumps({**figures, "time for 1,000 simulated people": f"{took:.1f} s"}))
