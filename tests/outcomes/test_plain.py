"""What the person reads of their scores: easy words, and no more than the scores say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from screening.reading import too_hard

from kapstone.instruments import Instrument, instrument, instruments
from kapstone.outcomes import Plain, plain, summary

PHQ9 = instrument("phq9")
START = datetime(2026, 9, 28, tzinfo=UTC)
DOSE = START + timedelta(days=15)


def said(*totals: float | None, of: Instrument = PHQ9, missed: int = 0) -> Plain:
    scores = [(START + timedelta(days=20 * n), total) for n, total in enumerate(totals)]
    return plain(of, summary(scores, of, first_dose=DOSE), missed=missed)


def changed(**rule: object) -> Instrument:
    assert PHQ9.change is not None
    return PHQ9.model_copy(update={"change": PHQ9.change.model_copy(update=rule)})


@pytest.mark.parametrize(
    ("now", "verdict"),
    [
        (15.0, "a real step to the better"),
        (16.0, "within the wobble"),
        (26.0, "within the wobble"),
        (27.0, "a real step to the worse. Please talk with your team"),
    ],
)
def test_a_real_step_begins_at_the_published_change(now: float, verdict: str) -> None:
    words = said(21.0, now).changed
    assert "You were at 21 at the start." in words
    assert verdict in words


def test_what_a_number_means_follows_the_direction() -> None:
    assert said(21.0).means == (
        "This form asks about low mood. The number goes from 0 to 27. "
        "A higher number means more trouble."
    )
    assert said(21.0, of=changed(better="higher")).means.endswith("means that you do better.")


def test_an_experience_is_never_graded() -> None:
    meq = PHQ9.model_copy(update={"neutral": True, "domain": "experience"})
    found = said(21.0, 3.0, of=meq)
    assert "No number is good or bad." in found.means
    assert "It is not a grade." in found.changed
    told = f"{found.means} {found.changed} {found.unknown}"
    assert not any(word in told for word in ("better", "worse", "step", "wobble", "trouble"))


def test_what_is_missing_is_said_and_not_guessed() -> None:
    found = said(21.0, None, None, 9.0, missed=1)
    assert "Once it was due and not answered. We do not guess those." in found.unknown
    assert "Once too much was left blank for a number." in found.unknown


def test_without_a_number_there_is_no_change() -> None:
    assert said(None).changed == "There is no number yet."
    assert said(21.0).changed == "You are at 21. One number alone shows no change."


def test_without_a_score_before_the_medicine_nothing_is_compared() -> None:
    late = [(DOSE + timedelta(days=n), 9.0 - n) for n in (1, 8)]
    words = plain(PHQ9, summary(late, PHQ9, first_dose=DOSE)).changed
    assert words == "You are at 1 now. There is no number from before your first medicine."


def test_without_a_published_line_nobody_claims_to_know() -> None:
    assert "nobody knows" in said(21.0, 2.0, of=changed(reliable=None)).changed


@pytest.mark.parametrize("of", instruments(), ids=lambda of: of.id)
def test_it_is_written_for_a_sixth_grader(of: Instrument) -> None:
    totals = ((21.0,), (21.0, None, 2.0), (2.0, 21.0), (9.0, 9.0), (None,))
    found = [said(*each, of=of, missed=1) for each in totals]
    assert too_hard([text for one in found for text in (one.means, one.changed, one.unknown)]) == {}
