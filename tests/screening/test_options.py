"""Which numbers are tried, and how their ranges are called."""

from __future__ import annotations

import pytest
from screening.people import NOW, healthy

from kapstone.screening import vocabulary
from kapstone.screening.board import Board
from kapstone.screening.conditions import Value
from kapstone.screening.options import limits_by_fact, options, points_of
from kapstone.screening.picture import Picture

WHOLE = [name for name in limits_by_fact() if vocabulary()[name].whole]


def ranges(name: str, now: float | None) -> list[tuple[Value, str]]:
    """Every range of a number as if each had its own effect, seen from what it is now."""
    known = {key: given for key, given in healthy().items() if key != name}
    if now is not None:
        known |= {name: healthy(**{name: now})[name]}
    board = Board.of(Picture.of(known, [], NOW))
    return [(one.value, one.words) for one in options(name, board, lambda value: value)]


@pytest.mark.parametrize("name", sorted(limits_by_fact()))
def test_every_number_tried_can_be_and_is_tried_once(name: str) -> None:
    low, high = vocabulary()[name].plausible or (0, 0)
    values = [one.value for one in points_of(name)]
    assert all(low <= one <= high for one in values)
    assert len(values) == len({*values})
    assert {one.value for one in points_of(name) if one.is_limit} == limits_by_fact()[name]


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_a_whole_number_is_never_tried_or_called_in_halves(name: str) -> None:
    assert all(one.value == int(one.value) for one in points_of(name))
    assert not any("." in words or "above" in words for _, words in ranges(name, None))


def test_a_limit_at_the_end_of_what_can_be_has_nothing_beyond_it() -> None:
    assert ranges("phq9_item9", None) == [
        (0.0, "PHQ-9 item 9 up to 0 points"),
        (1.0, "PHQ-9 item 9 exactly 1 point"),
        (2.0, "PHQ-9 item 9 exactly 2 points"),
        (3.0, "PHQ-9 item 9 from 3 points"),
    ]


def test_between_two_limits_side_by_side_there_is_no_whole_number() -> None:
    assert [one.value for one in points_of("audit_c_score")] == [1, 3, 4, 8]


def test_an_end_of_what_can_be_is_tried_where_it_is_no_limit() -> None:
    assert points_of("adequate_treatments_tried")[0].value == 0


def test_a_whole_number_beside_a_limit_is_named_itself() -> None:
    assert "MoCA score from 26 points" in [words for _, words in ranges("moca_score", 20)]
    assert "MoCA score up to 17 points" in [words for _, words in ranges("moca_score", 20)]


def test_a_number_that_is_not_whole_lies_above_or_below_a_limit() -> None:
    words = [words for _, words in ranges("alt_times_uln", 3.0)]
    assert words == ["ALT below 3 x ULN", "ALT above 3 x ULN"]


def test_a_range_is_tried_at_its_end_nearest_to_what_is_known() -> None:
    known = healthy(systolic_bp_mmhg=170)
    board = Board.of(Picture.of(known, [], NOW))
    found = options("systolic_bp_mmhg", board, lambda value: float(value) > 150)
    (lower,) = found
    assert lower.fact == "systolic_bp_mmhg"
    assert lower.value == max(
        point.value for point in points_of("systolic_bp_mmhg") if point.value <= 150
    )


def test_a_range_between_two_limits_names_both() -> None:
    words = [said for _, said in ranges("bmi", None)]
    assert "Body mass index above 30 and below 35 kg/m2" in words


def test_what_can_no_longer_be_otherwise_is_tried_only_while_it_is_unknown() -> None:
    assert ranges("age_years", 40) == []
    assert len(ranges("age_years", None)) == len(points_of("age_years"))
    known = {name: one for name, one in healthy().items() if name != "sex_at_birth"}
    unknown = Board.of(Picture.of(known, [], NOW))
    told = Board.of(Picture.of(healthy(), [], NOW))
    assert [*options("sex_at_birth", told, lambda value: value)] == []
    assert {one.value for one in options("sex_at_birth", unknown, lambda value: value)} == {
        *vocabulary()["sex_at_birth"].choices
    }
