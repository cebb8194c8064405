"""What stands beside the scores: direction, levels, items, letters, words, and paper."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from charts.drawn import drawn, of_kind, places, points, words
from charts.made import BANDS, NOW, START, boxes, chart, day, totals
from hypothesis import given
from hypothesis import strategies as st

import kapstone
from kapstone.charts import PLAIN, ChartEvent, ScorePoint, for_print, level_chart, score_chart
from kapstone.charts.printed import INK

# When something happened, in days from the first score, and in which lane.
marks_given = st.tuples(st.integers(-400, 400), st.sampled_from(["medicine", "event"]))


@given(
    st.lists(st.none() | st.integers(0, 27), max_size=12),
    st.lists(st.integers(-400, 400), max_size=12),
    st.lists(
        st.tuples(st.integers(-400, 400), st.sampled_from(["medicine", "event"])), max_size=40
    ),
    st.sampled_from([320.0, 340.0, 640.0]),
    st.sampled_from(["lower", "higher", None]),
)
def test_no_text_leaves_the_frame(
    scores: list[int | None],
    days: list[int],
    marks: list[tuple[int, Any]],
    width: float,
    better: Any,
) -> None:
    points = [
        ScorePoint(day(n), score, answered=7 + n % 3, asked=9) for n, score in enumerate(scores)
    ]
    events = [ChartEvent(day(at), "Something", lane) for at, lane in marks]
    doses = [day(each) for each in days]
    bands = [(0.0, "unsatisfactorily"), (3.0, "severe and enduring"), (5.0, "x")]
    rest: dict[str, Any] = {"doses": doses, "events": events, "now": NOW, "width": width}
    for svg in (
        score_chart(
            points, name="A", bands=bands, top=27, better=better, start=9, error=6, **rest
        ).svg,
        score_chart(points, name="A", bands=[], top=27, **rest).svg,
        level_chart(
            [ScorePoint(each.at, None if each.total is None else 2) for each in points],
            name="A",
            levels=["none", "low", "moderate", "high"],
            **rest,
        ).svg,
    ):
        assert outside(svg, width) == []


def outside(svg: str, width: float) -> list[str]:
    """The words that would leave the drawing, at six units a letter of 11."""
    height = float(drawn(svg)[0].attributes["viewBox"].split()[3])
    return [
        each.words
        for each in drawn(svg)
        if each.name == "text"
        and not (
            left_of(each) >= -0.1
            and left_of(each) + 6 * len(each.words) <= width + 0.1
            and 8 <= float(each.attributes["y"]) <= height - 3
        )
    ]


def left_of(text: Any) -> float:
    share = {"start": 0.0, "middle": 0.5, "end": 1.0}[text.attributes["text-anchor"]]
    return float(text.attributes["x"]) - share * 6 * len(text.words)


@given(
    totals, st.lists(st.integers(-100, 100), max_size=4), st.lists(st.integers(0, 90), max_size=9)
)
def test_every_point_dose_and_event_is_in_the_table(
    scores: list[int | None], days: list[int], marks: list[int]
) -> None:
    events = [ChartEvent(day(each), f"event {each}") for each in marks]
    heading, *rows = chart(*scores, doses=tuple(map(day, days)), events=events).rows
    assert len(rows) == len(scores) + len(days) + len(marks)
    assert sorted(row[1] for row in rows if row[1]) == sorted(
        "no total" if score is None else f"{score:g}" for score in scores
    )
    assert all(len(row) == len(heading) for row in rows)


def test_a_prorated_total_says_so_on_the_drawing_and_in_the_table() -> None:
    points = [
        ScorePoint(START, 21, "severe", answered=9, asked=9),
        ScorePoint(day(7), 18, "moderately severe", answered=7, asked=9),
        ScorePoint(day(14), 12, "moderate", answered=9, asked=9),
    ]
    found = score_chart(points, name="PHQ-9", bands=BANDS, top=27, doses=[], now=NOW)
    (part,) = of_kind(found.svg, "c-part")
    assert len(of_kind(found.svg, "c-point")) == 2
    assert "18 (7 of 9)" in [each.words for each in of_kind(found.svg, "c-value")]
    assert found.rows[2] == ("5 Oct 2026", "18", "7 of 9", "moderately severe, prorated")
    assert found.rows[1] == ("28 Sep 2026", "21", "9 of 9", "severe")
    assert part.name == "circle"


def test_a_missed_visit_is_told_from_one_that_was_answered_in_part() -> None:
    points = [
        ScorePoint(START, None, missed=True),
        ScorePoint(day(7), None, answered=3, asked=9),
    ]
    found = score_chart(points, name="PHQ-9", bands=BANDS, top=27, doses=[], now=NOW)
    assert [row[1:3] for row in found.rows[1:]] == [("missed", ""), ("no total", "3 of 9")]
    assert len(of_kind(found.svg, "c-gap")) == 2


@pytest.mark.parametrize(
    ("better", "above", "shades"),
    [
        ("lower", "reliably worse", ("f-ok", "f-stop")),
        ("higher", "reliably better", ("f-stop", "f-ok")),
    ],
)
def test_what_is_better_decides_the_shades_and_the_side_of_the_words(
    better: Any, above: str, shades: tuple[str, str]
) -> None:
    svg = chart(14, 20, start=14.0, error=6.0, better=better).svg
    heights = {
        each.words: float(each.attributes["y"])
        for each in drawn(svg)
        if each.words.startswith("reliably")
    }
    assert min(heights, key=lambda word: heights[word]) == above
    rects = [each.kind for each in drawn(svg) if each.name == "rect"]
    assert (rects[0], rects[len(BANDS) - 1]) == shades


def test_a_scale_without_a_better_way_is_neither_shaded_nor_judged() -> None:
    svg = chart(14, 20, start=14.0, error=6.0, better=None).svg
    assert {each.kind for each in drawn(svg) if each.name == "rect"} == {"f-plain"}
    assert of_kind(svg, "c-error") == []
    assert not any("reliably" in each for each in words(svg))


def test_the_error_around_the_start_is_a_band_between_its_lines() -> None:
    svg = chart(20, 14, start=20.0, error=6.0).svg
    (band,) = of_kind(svg, "f-error")
    top, bottom = (points(line)[0][1] for line in of_kind(svg, "c-error"))
    assert float(band.attributes["y"]) == top
    assert float(band.attributes["y"]) + float(band.attributes["height"]) == bottom


def test_a_scale_may_begin_below_or_above_nought() -> None:
    points = [ScorePoint(START, -3.0), ScorePoint(day(7), 4.5)]
    svg = score_chart(points, name="X", bands=[], low=-3, top=4.5, doses=[], now=NOW).svg
    (_, low), (_, high) = places(svg)
    ticks = {each.words: float(each.attributes["y"]) - 4 for each in of_kind(svg, "c-tick")}
    assert (ticks["-3"], ticks["4.5"]) == (low, high)


def test_bands_of_a_mean_begin_at_their_own_figure() -> None:
    bands = [(0.0, "low"), (4.0, "high")]
    rest: dict[str, Any] = {"name": "X", "bands": bands, "top": 10, "doses": [], "now": NOW}
    svg = score_chart([ScorePoint(START, 4.0)], step=0.0, **rest).svg
    ((_, at),) = places(svg)
    assert boxes(svg)[1][1] == at


def test_measures_that_begin_on_one_day_share_their_axis() -> None:
    one = chart(21, doses=(day(8),), since=day(-30)).svg
    late = [ScorePoint(day(20), 9)]
    other = score_chart(
        late, name="X", bands=BANDS, top=27, doses=[day(8)], now=NOW, since=day(-30)
    ).svg
    assert points(of_kind(one, "c-dose")[0])[0] == points(of_kind(other, "c-dose")[0])[0]


def test_levels_stand_on_the_step_of_their_word_and_are_never_joined() -> None:
    levels = ["none", "low", "moderate", "high"]
    given = [ScorePoint(START, 3), ScorePoint(day(7), None, missed=True), ScorePoint(day(14), 0)]
    found = level_chart(given, name="C-SSRS", levels=levels, doses=[], now=NOW)
    (_, high), (_, none) = places(found.svg)
    inside = [
        word
        for word, (top, bottom) in zip(levels, boxes(found.svg)[:4], strict=True)
        if top < high < bottom
    ]
    assert (inside, high < none, of_kind(found.svg, "c-line")) == (["high"], True, [])
    assert [row[1] for row in found.rows[1:]] == ["high", "missed", "none"]
    assert set(levels) <= set(words(found.svg))


def test_the_person_reads_it_in_plain_words() -> None:
    found = chart(21, None, 9, start=21.0, error=6.0, say=PLAIN)
    said = set(words(found.svg))
    assert {"clearly better", "very little", "some", "a lot"} <= said
    assert not {"reliably better", "severe"} & said
    assert found.rows[0] == ("Date", "Number", "Answered", "Note")


def test_on_paper_the_drawing_has_the_colours_of_the_day() -> None:
    css = Path(kapstone.__file__).parent / "web/static/kapstone/css/tokens.css"
    day_values = css.read_text(encoding="utf-8").partition(":root {")[2].partition("}")[0]
    tokens = dict(re.findall(r"--([\w-]+): (#\w{6});", day_values))
    assert {name: tokens[name] for name in INK} == INK


def test_a_printed_drawing_styles_every_class_it_has() -> None:
    events = [ChartEvent(day(3), "Moved")]
    svg = for_print(chart(21, None, 9, doses=(day(8),), start=21.0, error=6.0, events=events).svg)
    style = next(each.words for each in drawn(svg) if each.name == "style")
    assert {each.kind for each in drawn(svg) if f".{each.kind}{{" not in style} <= {
        "",
        "chart",
        "c-label",
    }


def test_a_gap_and_a_prorated_total_have_marks_of_their_own() -> None:
    points = [
        ScorePoint(START, None, missed=True),
        ScorePoint(day(7), 18, answered=7, asked=9),
    ]
    found = score_chart(points, name="PHQ-9", bands=BANDS, top=27, doses=[], now=NOW)
    (gap,), (part,) = of_kind(found.svg, "c-gap"), of_kind(found.svg, "c-part")
    assert (gap.name, part.name) == ("path", "circle")
