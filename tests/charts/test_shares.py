"""Figures of many people, drawn: what is hidden is not drawn, and each line has its name."""

from __future__ import annotations

from charts.drawn import drawn

from kapstone.charts import shares
from kapstone.outcomes.figures import Figure, Line


def figure(*lines: Line, unit: str = "%") -> Figure:
    return Figure(
        id="f",
        title="How many?",
        definition="",
        n="",
        head=(),
        rows=(),
        lines=lines,
        axis="weeks",
        unit=unit,
    )


OBSERVED = Line(
    name="observed",
    x=(7.0, 28.0, 56.0),
    y=(29.0, None, 67.0),
    low=(4.0, None, 22.0),
    high=(71.0, None, 96.0),
)


def test_a_share_that_is_hidden_is_not_drawn() -> None:
    svg = shares.drawing(figure(OBSERVED), width=640)
    assert svg.count("<circle") == 2
    assert svg.count('class="c-stem"') == 2
    assert drawn(svg)[0].name == "svg"


def test_with_nothing_told_there_is_no_drawing() -> None:
    empty = Line(name="observed", x=(7.0,), y=(None,))
    assert shares.drawing(figure(), width=640) == shares.drawing(figure(empty), width=640) == ""


def test_each_line_is_named_at_its_end_and_told_in_words() -> None:
    other = Line(name="missing as no", x=(7.0, 56.0), y=(29.0, 66.0), kind="line")
    svg = shares.drawing(figure(OBSERVED, other), width=640)
    assert ">observed</text>" in svg
    assert ">missing as no</text>" in svg
    assert "observed: 29, 67." in svg
    heights = [float(e.attributes["y"]) for e in drawn(svg) if e.kind == "c-sign"]
    assert abs(heights[0] - heights[1]) >= 12, "no name stands on another"


def test_steps_go_down_from_everybody() -> None:
    lasting = Line(name="still well", x=(28.0, 84.0), y=(80.0, 40.0), kind="step")
    svg = shares.drawing(figure(lasting), width=640)
    path = next(e.attributes["d"] for e in drawn(svg) if e.kind == "c-line")
    heights = [float(point.split(" ")[1]) for point in path[1:].split("L")]
    assert heights == sorted(heights)
    assert heights[0] == shares.TOP


def test_a_chart_of_control_is_as_high_as_its_highest_limit() -> None:
    each = Line(name="each", x=(1.0, 2.0), y=(2.0, 3.0), kind="line")
    limit = Line(name="upper limit", x=(1.0, 2.0), y=(8.0, 8.0), kind="limit")
    svg = shares.drawing(figure(each, limit), width=340)
    assert ">8</text>" in svg


def test_a_line_is_not_joined_over_what_is_hidden() -> None:
    gap = Line(name="missing as no", x=(7.0, 14.0, 28.0), y=(29.0, None, 31.0), kind="line")
    svg = shares.drawing(figure(gap), width=640)
    assert len([e for e in drawn(svg) if e.kind == "c-beside"]) == 2
