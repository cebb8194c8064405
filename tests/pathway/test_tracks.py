"""Notes of therapy tracks: rows that hang together, what stays open, what answers ask for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kapstone.instruments.schedule import schedule
from kapstone.pathway import tracks

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
# A notice is named by what is owed, and a column holds forty letters.
LONGEST_KIND = 40


def note(days: int = 0, *, own: bool = False, **answers: Any) -> tracks.Told:
    said = {name.replace("_", "-"): value for name, value in answers.items()}
    return tracks.Told(at=NOW + days * DAY, answers=said, own=own)


def answering(name: str, value: Any) -> dict[str, Any]:
    return {name.replace("_", "-"): value}


def ids(rows: Any) -> list[str]:
    return [each.id for each in rows]


def owed(track: str, *, dose_day: bool = False, before: Any = (), **answers: Any) -> list[str]:
    told = note(**answers).answers
    return ids(tracks.owed(track, told, before=before, dose_day=dose_day))


# rows


def test_every_question_belongs_to_a_track_and_begins_with_its_name() -> None:
    for each in tracks.all_questions().values():
        assert each.track in tracks.tracks()
        assert each.id.startswith(f"{each.track}-")


def test_a_question_has_what_its_kind_needs() -> None:
    for each in tracks.all_questions().values():
        assert bool(each.choices) == (each.kind == "choice"), each.id
        numbers = each.least is not None and each.most is not None
        assert numbers == (each.kind in {"scale", "number"}), each.id
        assert not each.trend or numbers, each.id
        assert not each.of_person or each.ask_person, each.id


def test_what_is_owed_speaks_of_answers_that_there_are() -> None:
    questions = tracks.all_questions()
    for row in tracks.all_owed():
        assert len(f"track-{row.id}") <= LONGEST_KIND
        assert bool(row.among) != (row.at_least is not None), row.id
        for name in row.questions:
            has = {each.id for each in questions[name].choices}
            assert set(row.among) <= has, row.id
        if row.unless:
            assert set(row.unless_among) <= {each.id for each in questions[row.unless].choices}


def test_a_track_suits_tracks_of_the_schedule() -> None:
    known = {each.id for each in schedule().track}
    assert {name for each in tracks.tracks().values() for name in each.suits} <= known


def test_a_page_of_the_person_has_a_name_for_them() -> None:
    for each in tracks.tracks().values():
        assert bool(tracks.own_questions(each.id)) == bool(each.title_person), each.id


# answers


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("substance-craving-before", 11),
        ("substance-craving-before", -1),
        ("substance-craving-before", 2.5),
        ("substance-craving-before", True),
        ("substance-use", "perhaps"),
        ("pain-opioids", -1),
        ("substance-triggers", "a word"),
        ("substance-plan", 3),
    ],
)
def test_an_answer_that_its_question_does_not_have_is_told(name: str, value: Any) -> None:
    assert tracks.wrong(tracks.all_questions()[name], value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("substance-craving-before", 0),
        ("substance-craving-before", 10),
        ("substance-use", "no"),
        ("pain-opioids", 7.5),
        ("substance-triggers", ["Fridays"]),
        ("substance-plan", "Calls."),
    ],
)
def test_an_answer_that_its_question_has_passes(name: str, value: Any) -> None:
    assert tracks.wrong(tracks.all_questions()[name], value) == ""


def test_nothing_is_no_answer_and_nought_is_one() -> None:
    assert tracks.known({"a": None, "b": " ", "c": [], "d": 0, "e": "no"}) == {"d": 0, "e": "no"}
    question = tracks.all_questions()["substance-craving-before"]
    assert tracks.in_words(question, None) == "not known"
    assert tracks.in_words(question, 0) == "0 of 10"


# what stays open


def test_a_screen_that_nobody_asked_is_open_from_the_first() -> None:
    found = ids(tracks.still_open("spiritual", []))
    assert found == ["spiritual-sleepless", "spiritual-fixed", "spiritual-risk"]


def test_a_screen_is_asked_anew_each_session() -> None:
    told = [note(spiritual_sleepless="no", spiritual_fixed="no", spiritual_risk="no")]
    assert tracks.still_open("spiritual", told) == ()
    told.append(note(1, spiritual_sleepless="no"))
    assert ids(tracks.still_open("spiritual", told)) == ["spiritual-fixed", "spiritual-risk"]


def test_what_is_asked_once_stays_answered() -> None:
    told = [note(illness_code="limits"), note(1, illness_frail="no")]
    assert "illness-code" not in ids(tracks.still_open("illness", told))
    assert "illness-opioids" in ids(tracks.still_open("illness", told))


def test_what_the_person_writes_is_no_session() -> None:
    told = [note(substance_use="no", substance_ketamine="no"), note(1, own=True, substance_x="y")]
    assert tracks.still_open("substance", told) == ()


# what answers ask for


@pytest.mark.parametrize("name", ["spiritual_sleepless", "spiritual_fixed", "spiritual_risk"])
def test_each_sign_of_a_spiritual_emergency_is_red(name: str) -> None:
    (row,) = tracks.owed("spiritual", answering(name, "yes"), dose_day=False)
    assert (row.level, row.evidence) == ("red", ("SPR-04",))
    for value in ("no", None):
        assert tracks.owed("spiritual", answering(name, value), dose_day=False) == ()


@pytest.mark.parametrize(("craving", "found"), [(3, []), (4, ["substance-craving"])])
@pytest.mark.parametrize("when", ["before", "after", "day"])
def test_craving_asks_for_a_review_from_four(when: str, craving: int, found: list[str]) -> None:
    said = answering(f"substance_craving_{when}", craving)
    assert ids(tracks.owed("substance", said, dose_day=False)) == found


def test_craving_before_and_after_is_said_once() -> None:
    both: dict[str, Any] = {"substance_craving_before": 8, "substance_craving_after": 5}
    assert owed("substance", **both) == ["substance-craving"]


def test_use_and_ketamine_outside() -> None:
    found = tracks.owed(
        "substance",
        note(substance_use="yes", substance_ketamine="yes").answers,
        dose_day=False,
    )
    assert [(each.id, each.level) for each in found] == [
        ("substance-use-between", "yellow"),
        ("substance-ketamine-outside", "red"),
    ]


def test_work_on_a_memory_on_a_dose_day_needs_that_it_was_agreed() -> None:
    assert owed("trauma", trauma_target="worked") == []
    assert owed("trauma", trauma_target="worked", dose_day=True) == ["trauma-worked-on-dose-day"]
    agreed = [note(-3, trauma_dose_day="named")]
    assert owed("trauma", trauma_target="worked", dose_day=True, before=agreed) == []
    taken_back = [*agreed, note(-2, trauma_dose_day="not")]
    assert owed("trauma", trauma_target="worked", dose_day=True, before=taken_back)


def test_a_referral_needs_a_release_that_is_known() -> None:
    assert owed("spiritual", spiritual_referral="chaplain") == ["spiritual-no-release"]
    signed: dict[str, Any] = {"spiritual_referral": "chaplain", "spiritual_release": "signed"}
    assert owed("spiritual", **signed) == []
    assert owed("spiritual", **signed | {"spiritual_release": "not"}) == ["spiritual-no-release"]
    assert owed("spiritual", spiritual_referral="none") == []


def test_answers_of_another_track_ask_for_nothing() -> None:
    assert owed("pain", spiritual_fixed="yes") == []


# over the sessions


def test_a_scale_over_the_sessions_has_gaps_and_says_how_many() -> None:
    told = [note(pain_average=7), note(1, pain_function="Walks"), note(2, pain_average=0)]
    (found,) = tracks.trends("pain", told)
    assert found.question.id == "pain-average"
    assert [value for _, value in found.points] == [7, None, 0]
    assert found.n == 2


def test_what_only_the_person_answers_has_their_days() -> None:
    told = [note(substance_craving_before=5), note(1, own=True, substance_craving_day=2)]
    found = {each.question.id: each for each in tracks.trends("substance", told)}
    assert [value for _, value in found["substance-craving-day"].points] == [2]
    assert [value for _, value in found["substance-craving-before"].points] == [5]
