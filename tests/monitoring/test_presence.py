from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kapstone.monitoring import Presence, Room, alone

START = datetime(2026, 11, 3, 13, 0, tzinfo=UTC)


def stay(came: float, left: float | None = None, role: str = "therapist") -> Presence:
    return Presence(
        person="R. Lindqvist",
        role=role,
        came_at=START + timedelta(minutes=came),
        left_at=None if left is None else START + timedelta(minutes=left),
    )


def room(*stays: Presence, minute: float = 30) -> Room:
    return alone(stays, START + timedelta(minutes=minute), started=START)


def test_a_room_with_staff_from_the_start_has_no_gap() -> None:
    found = room(stay(-12))
    assert (found.alone, found.gaps) == (False, ())
    assert found.says == "With the person: R. Lindqvist"


def test_a_room_where_nobody_ever_signed_in_is_unknown_not_empty() -> None:
    found = room()
    assert (found.alone, found.gaps) == (None, ())
    assert found.says == "Nobody is signed in to this room"


def test_an_escort_does_not_count_and_a_home_sitter_does() -> None:
    assert room(stay(-5, role="escort")).alone is None
    assert room(stay(-5, role="sitter")).alone is False


def test_leaving_opens_a_gap_that_lasts_until_someone_comes() -> None:
    found = room(stay(0, 10), stay(15))
    assert [(gap.since, gap.until) for gap in found.gaps] == [
        (START + timedelta(minutes=10), START + timedelta(minutes=15))
    ]
    empty = room(stay(0, 10))
    assert (empty.alone, empty.gaps[0].until) == (True, None)
    assert empty.says == "Nobody is in the room"


def test_a_gap_is_yellow_below_a_minute_and_red_from_there() -> None:
    assert room(stay(0, 10), stay(10.9)).gaps[0].level == "yellow"
    assert room(stay(0, 10), stay(11)).gaps[0].level == "red"
    assert room(stay(0, 29.5)).gaps[0].level == "yellow"


def test_a_handover_without_overlap_has_no_gap() -> None:
    assert room(stay(0, 10), stay(10)).gaps == ()


def test_someone_who_came_late_leaves_a_gap_at_the_start() -> None:
    assert room(stay(3)).gaps[0].since == START


def test_someone_yet_to_come_is_not_in_the_room() -> None:
    assert room(stay(40)).alone is True


stays = st.lists(
    st.tuples(st.integers(-10, 40), st.none() | st.integers(0, 20)).map(
        lambda pair: stay(pair[0], None if pair[1] is None else pair[0] + pair[1])
    ),
    min_size=1,
    max_size=5,
)


@given(stays, st.integers(0, 29))
def test_a_minute_is_in_a_gap_exactly_when_nobody_was_there(
    given: list[Presence], minute: int
) -> None:
    moment = START + timedelta(minutes=minute, seconds=30)
    there = any(
        each.came_at <= moment and (each.left_at is None or each.left_at > moment) for each in given
    )
    in_gap = any(
        gap.since <= moment and (gap.until is None or moment < gap.until)
        for gap in room(*given).gaps
    )
    assert in_gap != there
