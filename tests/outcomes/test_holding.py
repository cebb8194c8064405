"""How one person's response holds: the fixed rule of loss, and what is not known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from kapstone import instruments, outcomes

PHQ9 = instruments.instrument("phq9")
FIRST = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)


def scores(*told: tuple[float, float]) -> list[tuple[datetime, float]]:
    return [(FIRST + timedelta(days=day), total) for day, total in told]


def held(*told: tuple[float, float]) -> outcomes.Holding:
    return outcomes.holding(scores(*told), PHQ9, first_dose=FIRST)


def test_a_response_holds_since_its_first_score() -> None:
    found = held((-3, 18), (7, 12), (14, 8), (21, 7))
    assert (found.response, found.remission, found.reliable) == (True, False, "improved")
    assert found.held_since == FIRST + timedelta(days=14)
    assert (found.lost_at, found.slipping) == (None, False)


def test_one_noisy_score_over_the_half_is_no_loss() -> None:
    """No response by its share, and within what nobody notices of the first response."""
    found = held((-3, 18), (7, 8), (14, 12))
    assert (found.response, found.lost_at) == (False, None)


def test_a_response_is_lost_with_the_score_that_anybody_notices() -> None:
    found = held((-3, 18), (7, 8), (14, 12), (21, 13), (28, 20))
    assert found.lost_at == FIRST + timedelta(days=21)


def test_a_response_that_came_back_was_lost_all_the_same() -> None:
    found = held((-3, 18), (7, 6), (14, 15), (21, 6))
    assert found.response is True
    assert found.lost_at == FIRST + timedelta(days=14)


def test_a_fall_within_the_response_is_slipping() -> None:
    assert held((-3, 20), (7, 3), (14, 8)).slipping is True
    assert held((-3, 20), (7, 4), (14, 8)).slipping is False


def test_without_a_baseline_nothing_is_known() -> None:
    found = held((7, 8), (14, 12))
    assert (found.start, found.response, found.slipping, found.lost_at) == (None, None, None, None)
    assert found.last == (FIRST + timedelta(days=14), 12)


def test_a_baseline_without_room_says_nothing_of_a_response() -> None:
    found = held((-3, 6), (7, 2))
    assert (found.response, found.remission) == (None, None)


def test_the_order_of_the_scores_does_not_matter() -> None:
    told = scores((-3, 18), (7, 8), (21, 13))
    forth = outcomes.holding(told, PHQ9, first_dose=FIRST)
    back = outcomes.holding(told[::-1], PHQ9, first_dose=FIRST)
    assert forth == back


def test_it_agrees_with_the_cohort_of_one() -> None:
    told = scores((-3, 18), (7, 8), (21, 13), (28, 15))
    by_day = {(at - FIRST) / timedelta(days=1): total for at, total in told}
    lasting = outcomes.cohort({"a": by_day}, PHQ9).durability()
    found = outcomes.holding(told, PHQ9, first_dose=FIRST)
    assert found.lost_at == FIRST + timedelta(days=7 + lasting.days[0])
