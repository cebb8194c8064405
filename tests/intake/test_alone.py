"""What each of a couple is asked alone: only a clear no is a no, and when it is time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kapstone.intake import alone

NOW = datetime(2026, 11, 3, 13, 0, tzinfo=UTC)
BEFORE, AFTER = alone.when_asked().before, alone.when_asked().after
ALL_NO = {each.id: alone.NO for each in alone.alone_questions()}


def test_what_was_left_out_is_unsaid_and_never_no() -> None:
    said = alone.heard({"afraid": "no", "hurt": "maybe"})
    assert said == {each.id: alone.UNSAID for each in alone.alone_questions()} | {"afraid": "no"}
    assert not alone.is_clear(said)


@pytest.mark.parametrize("name", list(ALL_NO))
@pytest.mark.parametrize("value", [alone.YES, alone.UNSAID])
def test_one_answer_that_is_no_clear_no_is_enough(name: str, value: str) -> None:
    assert alone.is_clear(alone.heard(ALL_NO))
    assert not alone.is_clear(alone.heard(ALL_NO | {name: value}))


def test_no_answers_at_all_are_not_clear() -> None:
    assert not alone.is_clear({})


def time(last: datetime | None, **when: list[datetime]) -> bool:
    return alone.is_time(last, **({"planned": [], "over": []} | when), now=NOW)


def test_it_is_time_at_first() -> None:
    assert time(None)
    assert not time(NOW - timedelta(days=300))


def test_it_is_time_before_a_session_together() -> None:
    soon = NOW + BEFORE - timedelta(minutes=1)
    assert time(NOW - timedelta(days=9), planned=[soon])
    assert not time(soon - BEFORE, planned=[soon])
    assert not time(NOW - timedelta(days=9), planned=[NOW + BEFORE + timedelta(minutes=1)])


def test_it_is_time_a_while_after_one_and_not_at_once() -> None:
    last = NOW - timedelta(days=9)
    assert time(last, over=[NOW - AFTER])
    assert not time(last, over=[NOW - AFTER + timedelta(minutes=1)])
    assert not time(NOW - timedelta(hours=1), over=[NOW - AFTER])


def test_answers_are_fresh_within_the_hours_before() -> None:
    assert alone.is_fresh(NOW - BEFORE, NOW)
    assert not alone.is_fresh(NOW - BEFORE - timedelta(minutes=1), NOW)
    assert not alone.is_fresh(None, NOW)
