"""What the answers of a questionnaire say besides their sum."""

from __future__ import annotations

import pytest

from kapstone.screening import rises


@pytest.mark.parametrize(
    ("scores", "rise"),
    [([], []), ([0], [0]), ([2], [2]), ([1, 3, 3, 0], [1, 2, 0, -3])],
)
def test_a_score_rises_from_the_one_before_and_the_first_from_nothing(
    scores: list[float], rise: list[float]
) -> None:
    assert [*rises(scores)] == rise
