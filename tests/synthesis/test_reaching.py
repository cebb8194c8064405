"""The simulated cohort is reminded by the real rule; the same seed gives the same people."""

from __future__ import annotations

from functools import cache

import numpy as np

from kapstone.synthesis import reaching


@cache
def cohort(most: int, with_calls: bool = False) -> reaching.Outcome:
    rng = np.random.default_rng(7)
    return reaching.cohort(12, most=most, with_calls=with_calls, rng=rng)


def test_the_shares_are_of_the_whole_cohort() -> None:
    assert abs(sum(kind.share for kind in reaching.behaviours()) - 1) < 1e-9
    chances = {
        chance
        for kind in reaching.behaviours()
        for chance in (kind.alone_a_day, kind.after_message, kind.after_call, kind.finishes)
    }
    assert all(0 <= chance <= 1 for chance in chances)


def test_messages_bring_more_forms_back_and_calls_still_more() -> None:
    none, three, called = cohort(0), cohort(3), cohort(3, with_calls=True)
    assert none.finished < three.finished < called.finished
    assert (none.messages, none.called_forms) == (0, 0)
    assert called.finished_by_call > 0
    assert called.called_people <= called.people


def test_nobody_finishes_after_more_messages_than_may_be_sent() -> None:
    for most in (0, 3):
        assert set(cohort(most).finished_after) <= set(range(most + 1))


def test_the_same_seed_gives_the_same_cohort() -> None:
    again = reaching.cohort(12, most=3, with_calls=False, rng=np.random.default_rng(7))
    assert again == cohort(3)


def test_every_form_is_finished_at_most_once() -> None:
    outcome = cohort(3, with_calls=True)
    assert outcome.finished <= outcome.forms
    assert outcome.finished_by_call <= outcome.called_forms
