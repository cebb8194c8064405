"""Scores as drawn: gaps stay gaps, higher stands higher, nothing breaks the drawing."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from charts.drawn import drawn, of_kind, places, points, words
from charts.made import BANDS, NOW, START, WIDTHS, boxes, chart, day, totals
from hypothesis import given
from hypothesis import strategies as st

import kapstone
from kapstone.charts import (
    ChartEvent,
    ScorePoint,
    score_chart,
)
from kapstone.instruments import instrument


def test_a_visit_without_a_score_is_a_gap_and_never_joined_across() -> None:
    svg = chart(21, 20, None, 12, 9).svg
    lines = of_kind(svg, "c-line")
    dots = places(svg)
    assert [points(line) for line in lines] == [dots[:2], dots[2:]]
    assert len(of_kind(svg, "c-gap")) == 1


def test_a_score_between_two_gaps_stands_alone() -> None:
    svg = chart(None, 12, None).svg
    assert (len(places(svg)), of_kind(svg, "c-line")) == (1, [])


def test_a_score_of_zero_is_a_score() -> None:
    svg = chart(0, 0).svg
    assert (len(places(svg)), of_kind(svg, "c-gap")) == (2, [])


@given(totals)
def test_every_score_is_drawn_once_and_every_gap_once(scores: list[int | None]) -> None:
    svg = chart(*scores).svg
    assert len(places(svg)) == sum(score is not None for score in scores)
    assert len(of_kind(svg, "c-gap")) == sum(score is None for score in scores)


@given(st.integers(0, 27), st.integers(0, 27))
def test_a_higher_score_stands_higher(one: int, two: int) -> None:
    (_, first), (_, second) = places(chart(one, two).svg)
    assert (first > second) == (one < two)
    assert (first == second) == (one == two)


@given(totals, st.lists(st.integers(-100, 100), max_size=4), st.sampled_from(WIDTHS))
def test_nothing_is_drawn_outside_the_frame(
    scores: list[int | None], days: list[int], width: float
) -> None:
    """Doses still planned, and doses before the first score, are inside too."""
    svg = chart(*scores, doses=tuple(day(each) for each in days), width=width).svg
    across = [x for x, _ in places(svg)]
    across += [x for line in of_kind(svg, "c-dose") for x, _ in points(line)]
    assert all(0 <= x <= width for x in across)


def test_a_score_stands_in_the_shade_of_its_band() -> None:
    svg = chart(9, 10).svg
    shades = list(zip(BANDS, boxes(svg), strict=True))
    inside = [
        [word for (_, word), (top, bottom) in shades if top + 1 < y < bottom - 1]
        for _, y in places(svg)
    ]
    assert inside == [["mild"], ["moderate"]]


@pytest.mark.parametrize("id", ["phq9", "gad7", "cssrs-screener"])
def test_every_band_has_its_word_and_the_worst_the_gravest_shade(id: str) -> None:
    bands = [(band.from_, band.name) for band in instrument(id).score.bands]
    top = max(low for low, _ in bands) + 3
    svg = score_chart([], name=id, bands=bands, top=top, doses=[], now=NOW).svg
    said = " ".join(words(svg))
    assert all(word in said for _, word in bands)
    shades = [each.kind for each in drawn(svg) if each.name == "rect"]
    assert (shades[0], shades[-1], len(set(shades))) == ("f-ok", "f-stop", len(bands))


def test_a_score_without_bands_is_drawn_without_shades() -> None:
    svg = score_chart([], name="PHQ-2", bands=[], top=6, doses=[], now=NOW).svg
    assert [each for each in drawn(svg) if each.name == "rect"] == []


def test_doses_are_numbered_in_order_of_time() -> None:
    svg = chart(21, 9, doses=(day(30), day(8), day(20))).svg
    lines = [points(line)[0][0] for line in of_kind(svg, "c-dose")]
    assert lines == sorted(lines)
    assert [each.words for each in of_kind(svg, "c-dose-number")] == ["1", "2", "3"]


def test_many_doses_keep_their_lines_and_numbers_that_do_not_touch() -> None:
    svg = chart(21, doses=tuple(day(each / 4) for each in range(160)), width=390.0).svg
    assert len(of_kind(svg, "c-dose")) == 160
    across = [float(each.attributes["x"]) for each in of_kind(svg, "c-dose-number")]
    assert all(b - a >= 14 for a, b in pairwise(across))


def test_reliable_change_is_drawn_around_the_start() -> None:
    svg = chart(20, 15, 14, start=20.0, error=6.0).svg
    heights = [points(line)[0][1] for line in of_kind(svg, "c-error")]
    ys = [y for _, y in places(svg)]
    assert heights[-1] == ys[2]
    assert ys[0] < ys[1] < heights[-1]
    assert {"reliably worse", "reliably better"} <= set(words(svg))


def test_a_change_that_the_scale_cannot_show_has_no_line() -> None:
    assert "reliably worse" not in words(chart(25, start=25.0, error=6.0).svg)
    assert "reliably better" not in words(chart(5, start=5.0, error=6.0).svg)


def test_without_a_start_no_error_is_drawn() -> None:
    assert of_kind(chart(20, 15, error=6.0).svg, "c-error") == []


def test_no_score_says_so() -> None:
    empty = chart()
    assert "No complete answer yet" in words(empty.svg)
    assert "PHQ-9: no complete answer yet." in [each.words for each in drawn(empty.svg)]
    assert empty.rows == (("Date", "Score", "Items", "Note"),)


def test_visits_without_any_score_say_so_too() -> None:
    assert "No complete answer yet" in words(chart(None, None).svg)


def test_a_drawing_says_what_it_shows_to_those_who_do_not_see_it() -> None:
    svg, title, desc = drawn(chart(21, None, 9, doses=(day(8),)).svg)[:3]
    assert (svg.attributes["role"], title.words) == ("img", "PHQ-9")
    assert desc.words == (
        "PHQ-9: 21 on 28 Sep 2026, 9 on 12 Oct 2026. Scores: 2. Visits without a score: 1. "
        "Medicine sessions: 1."
    )


def test_the_table_holds_all_that_is_drawn_in_order_of_time() -> None:
    event = ChartEvent(day(10), "New job")
    assert chart(21, None, 9, doses=(day(8),), events=[event]).rows == (
        ("Date", "Score", "Items", "Note"),
        ("28 Sep 2026", "21", "", ""),
        ("5 Oct 2026", "no total", "", ""),
        ("6 Oct 2026", "", "", "medicine session 1"),
        ("8 Oct 2026", "", "", "New job"),
        ("12 Oct 2026", "9", "", ""),
    )


def test_events_that_would_touch_share_one_label_and_keep_their_letters() -> None:
    near = [ChartEvent(day(20), "Sertraline stopped"), ChartEvent(day(21), "New job")]
    found = chart(21, events=near, width=390.0)
    assert len(of_kind(found.svg, "c-mark")) == 2
    assert [each.words for each in of_kind(found.svg, "c-sign")] == ["a-b"]
    assert [(s.letter, s.words) for s in found.signs] == [
        ("a", "Sertraline stopped"),
        ("b", "New job"),
    ]


def test_medicines_and_events_have_a_lane_each() -> None:
    events = [
        ChartEvent(day(1), "Moved house"),
        ChartEvent(day(30), "Lithium started", lane="medicine"),
    ]
    found = chart(21, 9, events=events)
    assert {"medicines", "events"} <= set(words(found.svg))
    assert [(s.letter, s.words, s.day) for s in found.signs] == [
        ("a", "Lithium started", "28 Oct 2026"),
        ("b", "Moved house", "29 Sep 2026"),
    ]
    (lithium, moved) = of_kind(found.svg, "c-sign")
    assert float(lithium.attributes["y"]) < float(moved.attributes["y"])


@given(st.text(), st.text())
def test_no_text_can_break_the_drawing_or_become_markup(name: str, event: str) -> None:
    svg = score_chart(
        [ScorePoint(START, 5, "<b>")],
        name=name,
        bands=[(0, event), (5, "<script>alert(1)</script>")],
        top=27,
        doses=[],
        now=NOW,
        events=[ChartEvent(START, event)],
    ).svg
    names = {each.name for each in drawn(svg)}
    assert names <= {"svg", "title", "desc", "rect", "text", "path", "circle"}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("days", [0, 1, 14, 400, 4000])
def test_dates_are_days_of_the_year_and_do_not_touch(width: float, days: int) -> None:
    svg = chart(21, now=day(days), width=width).svg
    dates = [each for each in of_kind(svg, "c-label") if re.search(r"\d", each.words)]
    across = [float(each.attributes["x"]) for each in dates]
    assert all(b - a >= 50 for a, b in pairwise(across))
    assert not any(":" in each.words for each in dates)


def test_a_drawing_brings_no_colour_and_no_style_of_its_own() -> None:
    """The page forbids inline style, and both themes must hold: every class is in charts.css."""
    events = [ChartEvent(day(3), "Moved")]
    svg = chart(21, None, 9, doses=(day(8),), start=21.0, error=6.0, events=events).svg
    assert not re.search(r"style=|fill=|stroke=|#[0-9a-f]{3}", svg)
    css = Path(kapstone.__file__).parent / "web/static/kapstone/css/charts.css"
    known = set(re.findall(r"\.([cf]-[a-z-]+)", css.read_text(encoding="utf-8")))
    assert {each.kind for each in drawn(svg)} - {"", "chart"} <= known
