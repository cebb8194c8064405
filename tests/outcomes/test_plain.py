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
        (27.0, "a real step to the worse. Please talk with your team."),
    ],
)
def test_a_real_step_begins_at_the_published_change(now: float, verdict: str) -> None:
    words = said(21.0, now).changed
    assert "Just before your first medicine session, on 28 Sep 2026, you were at 21." in words
    assert f"At your last form, on 18 Oct 2026, you were at {now:g}." in words
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
    assert said(21.0).changed == (
        "At your last form, on 28 Sep 2026, you were at 21. One number alone shows no change."
    )


def test_without_a_score_before_the_medicine_nothing_is_compared() -> None:
    late = [(DOSE + timedelta(days=n), 9.0 - n) for n in (1, 8)]
    words = plain(PHQ9, summary(late, PHQ9, first_dose=DOSE)).changed
    assert words == (
        "At your last form, on 21 Oct 2026, you were at 1. "
        "There is no number from before your first medicine."
    )


def test_a_relapse_is_not_called_no_change() -> None:
    words = said(13.0, 0.0, 11.0).changed
    assert words.endswith(
        "Since that start this is within the wobble: no clear change. "
        "But since your best, 0 on 18 Oct 2026, this is a real step to the worse. "
        "Please talk with your team about it."
    )
    assert "A number can not tell why it moved." in said(13.0, 0.0, 11.0).unknown


def test_a_step_back_within_the_wobble_is_no_relapse() -> None:
    assert "But since your best" not in said(13.0, 6.0, 11.0).changed


def test_worse_than_start_and_best_asks_once_to_talk() -> None:
    words = said(13.0, 9.0, 22.0).changed
    assert "But since your best, 9 on 18 Oct 2026" in words
    assert words.count("Please talk with your team") == 1


def test_a_number_with_blanks_is_only_about_right() -> None:
    scores = [(START, 13.0), (START + timedelta(days=20), 11.0)]
    blank = {scores[0][0]: 2, scores[1][0]: 1}
    words = plain(PHQ9, summary(scores, PHQ9, first_dose=DOSE, blank=blank)).changed
    assert "you were at about 13 (2 answers blank)." in words
    assert "you were at about 11 (one answer blank)." in words


def test_before_any_medicine_the_start_is_the_first_form() -> None:
    scores = [(START, 13.0), (START + timedelta(days=20), 11.0)]
    assert plain(PHQ9, summary(scores, PHQ9)).changed.startswith(
        "At your first form, on 28 Sep 2026, you were at 13. At your last form,"
    )


def test_without_a_published_line_nobody_claims_to_know() -> None:
    assert "nobody knows" in said(21.0, 2.0, of=changed(reliable=None)).changed


@pytest.mark.parametrize("of", instruments(), ids=lambda of: of.id)
def test_it_is_written_for_a_sixth_grader(of: Instrument) -> None:
    totals = ((21.0,), (21.0, None, 2.0), (2.0, 21.0), (9.0, 9.0), (13.0, 0.0, 11.0), (None,))
    found = [said(*each, of=of, missed=1) for each in totals]
    assert too_hard([text for one in found for text in (one.means, one.changed, one.unknown)]) == {}
