"""A summary is made of counts and days; what is not known is said; it holds nothing to find."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kapstone import instruments, monitoring, outcomes, stories
from kapstone.knowledge import dose_day
from kapstone.stories import Case, Scores, Taken, Terms

PHQ9 = Scores(
    instrument="phq9",
    short="PHQ-9",
    title="Patient Health Questionnaire",
    low=0,
    high=27,
    better="lower",
    days=[(-3, 19.0), (8, 12.0), (21, None), (30, 7.0)],
)
CASE = Case(
    age=41,
    sessions=[
        Taken(0, "as a shot in a muscle"),
        Taken(7, "as a shot in a muscle"),
        Taken(14, None),
    ],
    scores=[PHQ9],
    effects={"nausea": 2, "headache": 1},
    emergencies=0,
)
NOTHING = Case(age=None, sessions=[], scores=[], effects={}, emergencies=0)


def test_it_tells_counts_days_scores_and_gaps() -> None:
    words = stories.draft(CASE).words
    assert "A person 40 to 49 years old." in words
    assert "3 medicine sessions with a dose" in words
    assert "2 as a shot in a muscle; 1 by a way that is not on record" in words
    assert "on day 0, 7, 14" in words
    assert "PHQ-9 (0 to 27, lower is better): 19 (3 days before the first dose)" in words
    assert "7 (day 30). 1 time it was due and gave no score." in words
    assert "nausea in 2, headache in 1" in words
    assert "No score is known after day 30." in words
    assert stories.draft(CASE).instruments == ("phq9",)


def test_what_is_not_known_is_said_and_never_nought() -> None:
    words = stories.draft(NOTHING).words
    assert "of an age that is not known" in words
    assert "No dose is on record." in words
    assert "so no score is told." in words
    some = stories.draft(replace(NOTHING, sessions=[Taken(0, None)])).words
    assert "No questionnaire with a score is on record." in some
    assert "does not prove that there was none" in words


def test_an_emergency_is_not_left_out() -> None:
    assert "1 session had an emergency" in stories.draft(replace(CASE, emergencies=1)).words


@pytest.mark.parametrize(
    ("age", "band"),
    [
        (None, "not known"),
        (18, "under 20"),
        (20, "20 to 29"),
        (29, "20 to 29"),
        (30, "30 to 39"),
        (89, "80 to 89"),
        (90, "90 or older"),
        (101, "90 or older"),
    ],
)
def test_ages_are_told_in_steps(age: int | None, band: str) -> None:
    assert band in stories.age_band(age)


def test_no_summary_by_rule_holds_what_the_look_through_refuses() -> None:
    """Whatever the questionnaires, ways and side effects are called."""
    every = [each for each in instruments.instruments() if each.score.range]
    case = replace(
        CASE,
        sessions=[Taken(n * 7, route.person) for n, route in enumerate(dose_day.routes().values())],
        scores=[replace(PHQ9, short=each.short, instrument=each.id) for each in every],
        effects={each.label.lower(): 1 for each in monitoring.side_effects()},
        emergencies=2,
    )
    assert stories.spots(stories.draft(case).words, ["Ade Bello"]) == []
    assert all(outcomes.direction(each) in {"lower", "higher", None} for each in every)


TERMS = Terms(audience="public", purpose="inform", expires_on=date(2027, 11, 3), paid=False)


def test_an_authorisation_has_every_element() -> None:
    lines = dict(stories.document("own_words", TERMS, teller="Ash Lane").lines)
    assert lines["Who tells it"] == "Ash Lane"
    assert lines["Until"] == "The end of 3 November 2027."
    assert lines["Is anything paid"] == "Nobody gets anything for it."
    assert {"What is told", "To whom", "What for", "I can take it back"} <= lines.keys()
    assert {
        "My care does not depend on it",
        "Others may pass it on",
        "I keep a copy",
    } <= lines.keys()


def test_other_terms_are_other_words() -> None:
    first = stories.document("own_words", TERMS, teller="Ash Lane")
    for other in (
        replace(TERMS, audience="practice"),
        replace(TERMS, purpose="promote"),
        replace(TERMS, expires_on=date(2027, 11, 4)),
        replace(TERMS, paid=True, paid_words="A free session."),
    ):
        assert stories.document("own_words", other, teller="Ash Lane").digest != first.digest
    named = replace(TERMS, audience="recipient", recipient="The Daily Leaf")
    assert (
        "The Daily Leaf" in dict(stories.document("own_words", named, teller="A").lines)["To whom"]
    )
