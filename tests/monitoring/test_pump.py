"""What has gone in by the charted rates, and when the infusion ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapstone.monitoring import Infusion, PumpSet, PumpStep, ends_at, rate_at, went_in

START = datetime(2026, 11, 3, 13, 0, tzinfo=UTC)
EVEN = (PumpStep(40, Decimal(40)),)
SLOW_FIRST = (PumpStep(10, Decimal(5)), PumpStep(30, Decimal(35)))
PAUSE, AS_ORDERED = Fraction(0), None


def after(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def run(
    *sets: tuple[float, Fraction | int | None],
    steps: tuple[PumpStep, ...] = EVEN,
    stop: float | None = None,
) -> Infusion:
    return Infusion(
        steps=steps,
        started_at=START,
        sets=[PumpSet(after(m), None if r is None else Fraction(r)) for m, r in sets],
        stopped_at=None if stop is None else after(stop),
    )


@pytest.mark.parametrize(("minutes", "mg"), [(0, 0), (10, 10), (40, 40), (60, 40)])
def test_an_even_rate(minutes: float, mg: float) -> None:
    assert went_in(run(), after(minutes)) == mg
    assert ends_at(run()) == after(40)


@pytest.mark.parametrize(("minutes", "mg"), [(10, 5), (25, Fraction(45, 2)), (40, 40)])
def test_steps_follow_each_other(minutes: float, mg: Fraction) -> None:
    assert went_in(run(steps=SLOW_FIRST), after(minutes)) == mg


def test_a_pause_gives_nothing_and_moves_the_end() -> None:
    paused = run((10, PAUSE), (18, AS_ORDERED))
    assert went_in(paused, after(18)) == 10
    assert went_in(paused, after(20)) == 12
    assert ends_at(paused) == after(48)


def test_steps_go_on_where_a_pause_left_them() -> None:
    paused = run((5, PAUSE), (15, AS_ORDERED), steps=SLOW_FIRST)
    assert went_in(paused, after(20)) == 5
    assert ends_at(paused) == after(50)


def test_of_a_pause_that_lasts_the_end_is_the_earliest_it_can_be() -> None:
    assert ends_at(run((10, PAUSE))) == after(40)


def test_a_changed_rate_changes_the_amount_and_the_end() -> None:
    halved = run((20, 30))
    assert went_in(halved, after(40)) == 30
    assert ends_at(halved) == after(60)
    assert went_in(halved, after(90)) == 40


def test_a_changed_rate_goes_on_after_a_pause() -> None:
    both = run((20, 30), (30, PAUSE), (40, 30))
    assert went_in(both, after(40)) == 25
    assert ends_at(both) == after(70)


def test_what_was_stopped_has_ended() -> None:
    stopped = run(stop=25)
    assert went_in(stopped, after(60)) == 25
    assert ends_at(stopped) == after(25)


def test_a_step_has_its_rate() -> None:
    assert PumpStep(40, Decimal(34)).mg_h == 51


@pytest.mark.parametrize(("minutes", "mg_h"), [(0, 30), (9.99, 30), (10, 70), (40, 70), (60, 70)])
def test_the_rate_follows_the_steps(minutes: float, mg_h: int) -> None:
    assert rate_at(run(steps=SLOW_FIRST), after(minutes)) == mg_h


@pytest.mark.parametrize(
    ("minutes", "mg_h"), [(19.99, 60), (20, 30), (30, 0), (39.99, 0), (40, 30)]
)
def test_a_charted_rate_stands_from_its_moment_on(minutes: float, mg_h: int) -> None:
    assert rate_at(run((20, 30), (30, PAUSE), (40, 30)), after(minutes)) == mg_h


def test_after_a_pause_it_runs_as_ordered_again() -> None:
    assert rate_at(run((5, PAUSE), (15, AS_ORDERED), steps=SLOW_FIRST), after(21)) == 70


rates = st.sampled_from([None, *map(Fraction, (0, 20, 60, 120))])


@given(st.lists(st.tuples(st.integers(0, 90), rates), max_size=6), st.integers(0, 120))
def test_it_never_flows_back_and_never_gives_more_than_was_ordered(
    sets: list[tuple[int, Fraction | None]], minute: int
) -> None:
    infusion = run(*sorted(sets, key=lambda each: each[0]), steps=SLOW_FIRST)
    before, then = went_in(infusion, after(minute)), went_in(infusion, after(minute + 1))
    assert 0 <= before <= then <= 40
