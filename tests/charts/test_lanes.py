"""Vital signs as drawn: each reading where it was, nothing where none was taken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

import pytest
from charts.drawn import drawn, of_kind, places, points, words
from hypothesis import given
from hypothesis import strategies as st

from kapstone.charts import Lane, LaneReading, vital_lanes

START = datetime(2026, 11, 3, 13, 0, tzinfo=UTC)
SIGNS = ["systolic_bp", "diastolic_bp", "heart_rate", "oxygen_saturation", "respiratory_rate"]


def at(minute: float, **signs: float) -> LaneReading:
    return LaneReading(START + timedelta(minutes=minute), signs)


def lanes(*readings: LaneReading, **rest: Any) -> dict[str, Lane]:
    now = START + timedelta(minutes=60)
    given: dict[str, Any] = {"limits": {}, "started": START, "now": now, "zone": UTC} | rest
    return {lane.id: lane for lane in vital_lanes(readings, **given)}


def lane(*readings: LaneReading, **rest: Any) -> Lane:
    (found,) = lanes(*readings, **rest).values()
    return found


def test_a_cuff_gives_a_stem_from_diastolic_to_systolic() -> None:
    drawing = lane(
        at(0, systolic_bp=128, diastolic_bp=82), at(10, systolic_bp=150, diastolic_bp=9e1)
    )
    assert drawing.title == "Blood pressure"
    stems = [points(stem) for stem in of_kind(drawing.svg, "c-stem")]
    assert [place for stem in stems for place in stem] == places(drawing.svg)
    assert of_kind(drawing.svg, "c-line") == []


def test_half_a_cuff_is_drawn_as_half() -> None:
    drawing = lane(at(0, systolic_bp=128))
    assert (len(places(drawing.svg)), of_kind(drawing.svg, "c-stem")) == (1, [])
    assert drawing.rows[1] == ("13:00", "128/?")


def test_a_reading_without_the_sign_breaks_its_line() -> None:
    drawing = lanes(
        at(0, heart_rate=70, oxygen_saturation=98),
        at(10, heart_rate=80),
        at(20, heart_rate=82, oxygen_saturation=97),
    )
    assert len(of_kind(drawing["heart_rate"].svg, "c-line")) == 1
    assert of_kind(drawing["oxygen_saturation"].svg, "c-line") == []


@pytest.mark.parametrize(("minutes", "joined"), [(30, 1), (30.1, 0)])
def test_a_silence_of_more_than_half_an_hour_is_not_drawn_over(minutes: float, joined: int) -> None:
    drawing = lane(at(0, heart_rate=70), at(minutes, heart_rate=80))
    assert len(of_kind(drawing.svg, "c-line")) == joined


def test_a_sign_that_was_never_taken_has_no_lane() -> None:
    assert lanes() == {}
    assert list(lanes(at(0, respiratory_rate=14))) == ["respiratory_rate"]


@given(st.floats(0, 300), st.floats(0, 300))
def test_a_higher_value_stands_higher_even_off_the_usual_scale(one: float, two: float) -> None:
    (_, first), (_, second) = places(lane(at(0, heart_rate=one), at(10, heart_rate=two)).svg)
    assert first >= second if one <= two else first <= second
    assert abs(one - two) < 1 or first != second


@pytest.mark.parametrize(("value", "top"), [(200, "200"), (201, "220"), (232, "240")])
def test_a_scale_widens_to_hold_what_was_read(value: int, top: str) -> None:
    assert top in words(lane(at(0, systolic_bp=value, diastolic_bp=90)).svg)


@pytest.mark.parametrize(("value", "bottom"), [(86, "86"), (85, "84"), (71, "70")])
def test_a_scale_widens_downwards_too(value: int, bottom: str) -> None:
    assert bottom in words(lane(at(0, oxygen_saturation=value)).svg)


def test_a_limit_is_shaded_from_its_value_on() -> None:
    limits = {"heart_rate": [(110, None, "yellow"), (130, None, "red"), (None, 50, "yellow")]}
    drawing = lane(
        at(0, heart_rate=110), at(9, heart_rate=130), at(18, heart_rate=50), limits=limits
    )
    boxes = [each for each in drawn(drawing.svg) if each.name == "rect"]
    assert [box.kind for box in boxes] == ["f-caution-light", "f-stop", "f-caution-light"]
    edges = [float(box.attributes["y"]) + float(box.attributes["height"]) for box in boxes[:2]]
    assert [*edges, float(boxes[2].attributes["y"])] == pytest.approx(
        [y for _, y in places(drawing.svg)], abs=0.11
    )


def test_no_shade_lies_over_the_usual_place_of_the_other_value() -> None:
    """A systolic value under 90 is too low; a diastolic value of 82 in that shade would look so."""
    limits = {
        "systolic_bp": [(160, None, "yellow"), (None, 90, "red")],
        "diastolic_bp": [(110, None, "red"), (None, 50, "yellow")],
    }
    drawing = lane(at(0, systolic_bp=128, diastolic_bp=82), limits=limits)
    assert [each.kind for each in drawn(drawing.svg) if each.name == "rect"] == [
        "f-caution-light",
        "f-caution-light",
    ]


def test_a_limit_beyond_the_scale_has_no_height() -> None:
    drawing = lane(at(0, heart_rate=70), limits={"heart_rate": [(150, None, "red")]})
    (box,) = [each for each in drawn(drawing.svg) if each.name == "rect"]
    assert float(box.attributes["height"]) == 0


def test_start_further_doses_and_end_are_marked_in_words() -> None:
    doses = [START + timedelta(minutes=20)]
    end = START + timedelta(minutes=40)
    svg = lane(at(0, heart_rate=70), doses=doses, ends_at=end).svg
    assert [each.words for each in of_kind(svg, "c-dose-number")] == ["start", "dose", "end"]
    assert len(of_kind(svg, "c-dose")) == 3
    assert len(of_kind(svg, "c-now")) == 1


def test_marks_too_near_for_words_keep_their_lines() -> None:
    svg = lane(at(0, heart_rate=70), doses=[START + timedelta(minutes=1)]).svg
    assert [each.words for each in of_kind(svg, "c-dose-number")] == ["start"]
    assert len(of_kind(svg, "c-dose")) == 2


def test_the_table_holds_every_value_in_order_of_time() -> None:
    drawing = lane(
        at(10, systolic_bp=150, diastolic_bp=90), at(0, systolic_bp=128, diastolic_bp=82)
    )
    assert drawing.rows == (
        ("Time", "Blood pressure, mmHg"),
        ("13:00", "128/82"),
        ("13:10", "150/90"),
    )


def test_a_lane_says_what_it_shows_to_those_who_do_not_see_it() -> None:
    drawing = lane(
        at(0, systolic_bp=128, diastolic_bp=82), at(20, systolic_bp=152, diastolic_bp=94)
    )
    svg, title, desc = drawn(drawing.svg)[:3]
    assert (svg.attributes["role"], title.words) == ("img", "Blood pressure")
    assert desc.words == "Blood pressure in mmHg. Readings: 2. Last: 152/94 at 13:20."


def test_times_are_those_of_the_practice() -> None:
    berlin = timezone(timedelta(hours=1))
    assert lane(at(0, heart_rate=70), zone=berlin).rows[1] == ("14:00", "70")


@pytest.mark.parametrize("width", [330.0, 390.0, 640.0])
@pytest.mark.parametrize("hours", [0, 1, 3, 26, 24 * 40])
def test_hours_do_not_touch_however_long_a_session_was_left_open(width: float, hours: int) -> None:
    svg = lane(at(0, heart_rate=70), now=START + timedelta(hours=hours), width=width).svg
    across = [float(each.attributes["x"]) for each in of_kind(svg, "c-label") if ":" in each.words]
    assert all(b - a >= 40 for a, b in pairwise(across))
    assert 2 <= len(across) <= 12


@given(
    st.lists(
        st.tuples(
            st.integers(-60, 300), st.dictionaries(st.sampled_from(SIGNS), st.integers(0, 300))
        ),
        max_size=12,
    )
)
def test_every_value_taken_is_drawn_inside_its_frame(
    taken: list[tuple[int, dict[str, int]]],
) -> None:
    found = lanes(*(at(minute, **signs) for minute, signs in taken))
    spots = [place for each in found.values() for place in places(each.svg)]
    assert len(spots) == sum(len(signs) for _, signs in taken)
    assert all(0 <= x <= 640 and 0 <= y <= 120 for x, y in spots)
