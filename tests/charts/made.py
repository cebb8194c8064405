"""Charts made for a test: a score a week of a PHQ-9."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from charts.drawn import drawn
from hypothesis import strategies as st

from kapstone.charts import Chart, ScorePoint, score_chart
from kapstone.instruments import instrument

PHQ9 = instrument("phq9")
BANDS = [(band.from_, band.name) for band in PHQ9.score.bands]
START = datetime(2026, 9, 28, 12, 0, tzinfo=UTC)
NOW = START + timedelta(days=42)
WIDTHS = [240.0, 330.0, 390.0, 640.0, 1200.0]

totals = st.lists(st.none() | st.integers(0, 27), max_size=20)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def chart(*scores: float | None, doses: tuple[datetime, ...] = (), **rest: Any) -> Chart:
    """One score a week."""
    given = [ScorePoint(day(7 * place), total) for place, total in enumerate(scores)]
    return score_chart(given, name="PHQ-9", bands=BANDS, top=27, doses=doses, **{"now": NOW} | rest)


def boxes(svg: str) -> list[tuple[float, float]]:
    rects = [each.attributes for each in drawn(svg) if each.name == "rect"]
    return [(float(r["y"]), float(r["y"]) + float(r["height"])) for r in rects]
