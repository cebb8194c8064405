"""The usual window until near baseline: from sources, moved by what was given, never too soon."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from pydantic import ValidationError

from kapstone.intake import preparation
from kapstone.knowledge import KnowledgeError
from kapstone.knowledge.dose_day import routes
from kapstone.monitoring import (
    Infusion,
    PumpSet,
    PumpStep,
    ends_after_pause,
    ends_at,
    near_baseline,
    windows,
)
from kapstone.monitoring.windows import Window

START = datetime(2026, 11, 3, 13, 0, tzinfo=UTC)


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def window(route: str, until: float | None, first: float | None = 0) -> tuple[float, float] | None:
    times = [None if minute is None else at(minute) for minute in (first, until)]
    found = near_baseline(route, first_at=times[0], given_until=times[1])
    if found is None:
        return None
    low, high = (each - START for each in (found.earliest, found.latest))
    return low / timedelta(minutes=1), high / timedelta(minutes=1)


@pytest.mark.parametrize(
    ("route", "until", "expected"),
    [
        ("iv", 40, (100, 130)),
        ("iv", 55, (115, 145)),
        ("im", 0, (45, 90)),
        ("im", 12, (57, 102)),
        ("intranasal", 0, (45, 90)),
        ("esketamine", 0, (120, 120)),
        ("esketamine", 10, (120, 130)),
        ("esketamine", 40, (130, 160)),
        ("lozenge_clinic", 0, (100, 160)),
        ("lozenge_home", 0, (100, 160)),
        ("oral", 0, (120, 240)),
    ],
)
def test_the_window_of_each_route(route: str, until: float, expected: tuple[float, float]) -> None:
    assert window(route, until) == expected


@pytest.mark.parametrize("until", range(0, 121, 5))
def test_esketamine_is_never_shown_under_two_hours(until: int) -> None:
    found = window("esketamine", until)
    assert found is not None
    assert found[0] >= 120


def test_what_is_not_known_has_no_window() -> None:
    assert window("iv", None) is None
    assert window("esketamine", 10, first=None) is None
    with pytest.raises(KnowledgeError, match="no such route: patch"):
        window("patch", 0)


@pytest.mark.parametrize("route", sorted(routes()))
def test_no_window_is_sooner_than_what_the_person_was_told(route: str) -> None:
    row = windows().get(route)
    told = preparation.clocks().get(route)
    assert row is not None
    assert told is not None
    # The person's minutes of an infusion count from its start, of 40 to 60 min.
    run = (40, 60) if routes()[route].infused else (0, 0)
    low, high = (least + minutes for least, minutes in zip(run, row.after_min, strict=True))
    assert (low, high) >= told.mostly_gone_min
    assert row.sources
    assert row.evidence


@pytest.mark.parametrize("after", [(90, 60), (0, 60), (-5, 60)])
def test_a_window_runs_forward(after: tuple[int, int]) -> None:
    row = windows()["iv"].model_dump() | {"after_min": after}
    with pytest.raises(ValidationError, match="to a later one"):
        Window.model_validate(row)


def test_a_pause_that_lasts_moves_the_end_with_it() -> None:
    half = Infusion(steps=[PumpStep(40, Decimal(40))], started_at=START)
    paused = Infusion(steps=half.steps, started_at=START, sets=[PumpSet(at(20), Fraction(0))])
    assert ends_after_pause(half, at(30)) == ends_at(half) == at(40)
    assert ends_after_pause(paused, at(20)) == at(40)
    assert ends_after_pause(paused, at(35)) == at(55)
    stopped = Infusion(steps=half.steps, started_at=START, sets=paused.sets, stopped_at=at(30))
    assert ends_after_pause(stopped, at(50)) == at(30)
