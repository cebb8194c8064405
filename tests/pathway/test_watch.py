"""Whom to call: both sides of every row, and what a call that reached them does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapstone.pathway import watch
from kapstone.pathway.watch import Watched

NOW = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


# Six sessions, a response that holds, heard from this week.
WELL = Watched(
    doses=tuple(ago(days) for days in (40, 36, 32, 28, 24, 20)),
    response=True,
    slipping=False,
    scored_at=ago(3),
    score=6,
    score_then=5,
    in_maintenance=False,
    ended=False,
    interval_days=28,
    booked=False,
)
QUIET = {"scored_at": None, "score": None, "slipping": None, "response": None}
LATE: dict[str, Any] = {"doses": tuple(ago(days) for days in (60, 56, 52, 48, 44, 28))}
SIDES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "WAT-01": (
        {"response": False, "lost_at": ago(3)},
        {"response": True, "lost_at": ago(30)},
    ),
    "WAT-02": ({"slipping": True}, {"slipping": None}),
    "WAT-03": (
        {**LATE, "score": 10, "score_then": 6},
        {**LATE, "score": 9, "score_then": 6},
    ),
    "WAT-04": (
        {"doses": (ago(28),), **QUIET},
        {"doses": (ago(27),), **QUIET},
    ),
    "WAT-05": (
        {"in_maintenance": True, "doses": (ago(42),)},
        {"in_maintenance": True, "doses": (ago(41),)},
    ),
}


def found(told: Watched, now: datetime = NOW) -> set[str]:
    return {each.row.id for each in watch.to_contact(told, now=now)}


@pytest.mark.parametrize("name", SIDES)
def test_a_row_holds_on_one_side_of_its_line_only(name: str) -> None:
    holds, clears = SIDES[name]
    assert name in found(replace(WELL, **holds))
    assert name not in found(replace(WELL, **clears))


def test_every_row_has_its_sides() -> None:
    assert [row.id for row in watch.watch_rows()] == list(SIDES)


def test_who_is_well_is_not_called() -> None:
    assert found(WELL) == set()


def test_a_rise_of_five_is_a_relapse_below_the_line_too() -> None:
    told = replace(WELL, **LATE)
    assert "WAT-03" in found(replace(told, score=8, score_then=3))
    assert "WAT-03" not in found(replace(told, score=8, score_then=4))


def test_five_sessions_are_no_course_to_relapse_after() -> None:
    told = replace(WELL, **LATE, score=20)
    assert "WAT-03" in found(told)
    assert "WAT-03" not in found(replace(told, doses=told.doses[1:]))


def test_nobody_is_called_who_has_a_session_booked() -> None:
    told = replace(WELL, in_maintenance=True, doses=(ago(60),))
    assert "WAT-05" in found(told)
    assert "WAT-05" not in found(replace(told, booked=True))


def test_who_was_reached_rests_until_the_days_have_passed() -> None:
    told = replace(WELL, response=False, lost_at=ago(20))
    assert "WAT-01" in found(replace(told, reached=(ago(21),)))
    assert "WAT-01" not in found(replace(told, reached=(ago(13),)))
    assert "WAT-01" in found(replace(told, reached=(ago(14),)))


def test_it_says_by_when() -> None:
    (one,) = watch.to_contact(replace(WELL, response=False, lost_at=ago(3)), now=NOW)
    assert (one.since, one.due) == (ago(3), ago(1))


unknown = st.none()
people = st.builds(
    Watched,
    doses=st.lists(st.floats(0.1, 400).map(ago), min_size=1, max_size=8).map(
        lambda found: tuple(sorted(found))
    ),
    response=st.one_of(unknown, st.booleans()),
    lost_at=st.one_of(unknown, st.floats(0.1, 300).map(ago)),
    slipping=st.one_of(unknown, st.booleans()),
    scored_at=st.one_of(unknown, st.floats(0.1, 300).map(ago)),
    score=st.one_of(unknown, st.floats(0, 27)),
    score_then=st.one_of(unknown, st.floats(0, 27)),
    in_maintenance=st.one_of(unknown, st.booleans()),
    ended=st.one_of(unknown, st.booleans()),
    interval_days=st.one_of(unknown, st.integers(1, 90)),
    booked=st.one_of(unknown, st.booleans()),
)


@given(people)
def test_what_is_not_known_accuses_nobody(told: Watched) -> None:
    """Of who has no score nothing is said but that nothing was heard."""
    silent = replace(told, response=None, slipping=None, scored_at=None, score=None)
    assert found(silent) <= {"WAT-04", "WAT-05"}


@given(people, st.floats(0.1, 300))
def test_a_call_that_reached_them_adds_no_reason(told: Watched, days: float) -> None:
    assert found(replace(told, reached=(ago(days),))) <= found(told)


@given(people)
def test_no_reason_lies_ahead(told: Watched) -> None:
    for each in watch.to_contact(told, now=NOW):
        assert each.since <= NOW
        assert each.due > each.since
