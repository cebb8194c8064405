"""Own words before the medicine: what is kept, and what silence and a never mean."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from kapstone.intake import Refused, exercises, music, own_words, readiness
from kapstone.intake.own_words import OwnAnswer, check_own, own_question
from kapstone.knowledge import read


def test_asked_and_not_answered_is_kept_as_neither_yes_nor_never() -> None:
    of = own_question("altered_states")
    assert check_own(of, None) == OwnAnswer(None)
    assert check_own(of, "never") == OwnAnswer("never")
    assert check_own(of, "before", " Two trips; one was hard ") == OwnAnswer(
        "before", "Two trips; one was hard"
    )


@pytest.mark.parametrize(
    ("question", "given", "words", "says"),
    [
        ("intention", "  ", "", "would rather not"),
        ("altered_states", "", "", "one of the answers"),
        ("altered_states", "often", "", "one of the answers"),
        ("altered_states", "never", "Once, at a party", "chose Never"),
        ("track_order", "radio", "", "one of the answers"),
        ("hopes", "x" * 4_001, "", "4000"),
        ("altered_states", "before", "x" * 4_001, "4000"),
        ("helps", ["feet", "whisky"], "", "exercises"),
        ("helps", "feet", "", "exercises"),
    ],
)
def test_what_is_no_answer_is_refused(
    question: str, given: str | list[str], words: str, says: str
) -> None:
    refused = check_own(own_question(question), given, words)
    assert isinstance(refused, Refused)
    assert says in refused.words


def test_the_longest_answer_is_kept() -> None:
    assert check_own(own_question("hopes"), "x" * 4_000) == OwnAnswer("x" * 4_000)


def test_exercises_are_kept_in_the_order_of_the_cards() -> None:
    of = own_question("helps")
    assert check_own(of, ["feet", "long_out"]) == OwnAnswer(("long_out", "feet"))
    assert check_own(of, []) == OwnAnswer(())


def test_a_question_that_is_not_asked_is_named() -> None:
    with pytest.raises(LookupError, match="no question dreams; there are intention"):
        own_question("dreams")


def test_every_exercise_is_a_short_card_that_can_be_stopped() -> None:
    assert {card.kind for card in exercises.exercises()} == {"breath", "grounding"}
    assert all(1 <= card.minutes <= 10 and card.steps for card in exercises.exercises())
    assert "Stop whenever you want" in exercises.when_to_stop()


def test_three_orders_of_music_each_as_long_as_a_session_wants() -> None:
    assert music.length_min() == (45, 60)
    assert [order.minutes for order in music.track_orders()] == [54, 50, 50]
    found = music.track_order("works")
    assert found is not None
    assert found.title == "Old works without words"
    assert music.track_order("radio") is None


@pytest.mark.parametrize(
    ("last", "says"), [("settling", "in this order"), ("easing", "none left out")]
)
def test_an_order_goes_through_the_phases_of_a_session(last: str, says: str) -> None:
    phases = [*music.PHASES[:-1], last]
    with pytest.raises(ValidationError, match=says):
        music.TrackOrder.model_validate(made([(phase, 10) for phase in phases]))


@pytest.mark.parametrize(("each_min", "fits"), [(8, False), (9, True), (12, True), (13, False)])
def test_an_order_is_45_to_60_minutes_long(each_min: int, fits: bool) -> None:
    raw = made([(phase, each_min) for phase in music.PHASES])
    if fits:
        assert music.TrackOrder.model_validate(raw).minutes == 5 * each_min
        return
    with pytest.raises(ValidationError, match="is not within 45 to 60"):
        music.TrackOrder.model_validate(raw)


def made(tracks: list[tuple[str, int]]) -> dict[str, object]:
    rows = [
        {"id": f"t{n}", "phase": p, "title": "", "minutes": m} for n, (p, m) in enumerate(tracks)
    ]
    return {"id": "x", "title": "", "words": "", "track": rows, "sources": ("S66",)}


def test_what_nobody_knows_is_unknown_and_not_open() -> None:
    nothing = {each.state for each in readiness.readiness({}, {})}
    assert nothing == {"unknown"}


def test_a_line_is_told_by_the_chart_or_by_somebody() -> None:
    said = readiness.said_lines()[0]
    found = readiness.readiness(
        {"intention": True, "worries": False}, {said.id: True, "PRP-04": False}
    )
    states = {each.line.known_from or each.line.id: each.state for each in found}
    assert (states["intention"], states["worries"], states[said.id]) == ("done", "open", "done")
    assert states["voice"] == "unknown"


def test_every_source_is_in_the_list_of_sources() -> None:
    known = {row["id"] for row in read("sources.toml")["source"]}
    every = [
        *own_words.own_questions().values(),
        *exercises.exercises(),
        *music.track_orders(),
        *readiness.ready_lines(),
    ]
    assert all(row.sources for row in every)
    assert {source for row in every for source in row.sources} <= known
