"""Drawing the chart of one measure with 500 scores: for a wide column, a phone, and paper.

No database: what a page costs besides is measured with the chart page.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from kapstone import charts
from kapstone.instruments import instrument

SCORES, DOSES, EVENTS, TIMES, GOAL_MS = 500, 40, 60, 200, 60
PHQ9 = instrument("phq9")
START = datetime(2023, 11, 3, 13, 0, tzinfo=UTC)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


# Every twentieth visit was missed; every tenth left an item blank.
POINTS = [
    charts.ScorePoint(
        day(2 * n), None if n % 20 == 0 else 20 - n % 12, "moderate", 9 - (n % 10 == 0), 9
    )
    for n in range(SCORES)
]
MARKS = [
    charts.ChartEvent(day(17 * n), f"Medicine {n}: stopped", "medicine" if n % 2 else "event")
    for n in range(EVENTS)
]
draw = partial(
    charts.score_chart,
    POINTS,
    name=PHQ9.title,
    bands=[(band.from_, band.name) for band in PHQ9.score.bands],
    top=27,
    doses=[day(25 * n) for n in range(DOSES)],
    events=MARKS,
    now=day(2 * SCORES),
    start=20.0,
    error=6.0,
)


def spent_ms(deed: Callable[[], object], clock: Callable[[], float]) -> list[float]:
    """Milliseconds of each of `TIMES` calls, the shortest first, after ten to warm up."""
    for _ in range(10):
        deed()
    taken = []
    for _ in range(TIMES):
        began = clock()
        deed()
        taken.append((clock() - began) * 1000)
    return sorted(taken)


def printed() -> str:
    return charts.for_print(draw(width=560.0).svg)


figures: dict[str, str] = {}
for name, deed in (
    ("a wide column", partial(draw, width=640.0)),
    ("a phone", partial(draw, width=340.0)),
    ("paper", printed),
):
    taken, worked = spent_ms(deed, time.perf_counter), spent_ms(deed, time.process_time)
    figures[f"{name}, median"] = f"{taken[TIMES // 2]:.1f} ms | <= {GOAL_MS} ms"
    figures[f"{name}, p95"] = f"{taken[int(TIMES * 0.95)]:.1f} ms | <= {GOAL_MS} ms"
    figures[f"{name}, processor, median"] = f"{worked[TIMES // 2]:.1f} ms"
print(json.dumps(figures))
