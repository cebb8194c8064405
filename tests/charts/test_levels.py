"""The row of what is expected: its own scale, the hours of the other lanes, a table with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import nan

import pytest

from kapstone.charts import Expected, LaneReading, hours, level_lane

START = datetime(2026, 11, 3, 13, 0, tzinfo=UTC)
TIMES = [START + timedelta(minutes=2 * number) for number in range(61)]


def band(top: float) -> Expected:
    middle = [top * number / 60 for number in range(61)]
    return Expected(
        at=TIMES,
        low=[value / 2 for value in middle],
        middle=middle,
        high=[value * 1.2 for value in middle],
        unit="ng/mL",
        title="Expected ketamine level, venous",
    )


def test_only_the_hours_of_the_lanes_are_drawn_and_told() -> None:
    end = START + timedelta(minutes=60)
    lane = level_lane(band(120), start=START, end=end, now=START, zone=UTC)
    assert "most at 14:00, 60 ng/mL; nine of ten people between 30 and 72" in lane.svg
    assert lane.rows[1] == ("13:00", "0", "0 to 0")
    assert lane.rows[-1] == ("14:00", "60", "30 to 72")
    assert "f-expected" in lane.svg


@pytest.mark.parametrize(("top", "scale"), [(30, "50"), (80, "100"), (160, "200"), (5000, "1600")])
def test_the_scale_ends_at_a_round_figure(top: float, scale: str) -> None:
    lane = level_lane(band(top), start=START, end=TIMES[-1], now=START, zone=UTC)
    assert f">{scale}</text>" in lane.svg


def test_hours_without_the_band_say_so() -> None:
    before = START - timedelta(hours=3)
    lane = level_lane(band(9), start=before, end=before + timedelta(hours=1), now=START, zone=UTC)
    assert "Nothing is expected in these hours." in lane.svg


def test_where_nobody_can_tell_is_a_gap() -> None:
    whole = band(120)
    gap = [nan if 20 <= number < 24 else value for number, value in enumerate(whole.middle)]
    broken = replace(whole, middle=gap)
    lane = level_lane(broken, start=START, end=TIMES[-1], now=START, zone=UTC)
    assert lane.svg.count('class="f-expected"') == 2
    assert "nan" not in lane.svg
    assert all("nan" not in cell for row in lane.rows for cell in row)


def test_the_hours_hold_all_that_happened() -> None:
    late = START + timedelta(minutes=95)
    assert hours([], started=START, now=START) == (START, START + timedelta(minutes=60))
    readings = [LaneReading(at=late, signs={}), LaneReading(at=START - timedelta(1), signs={})]
    assert hours(readings, started=START, now=START) == (START - timedelta(1), late)
