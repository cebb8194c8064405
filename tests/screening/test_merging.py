"""Of several answers the newest counts, of one moment the gravest; the order given never does."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import permutations

import pytest
from screening.people import NOW

from kapstone.screening import Given, newest, screen, without_overtaken
from kapstone.screening.conditions import Value


def given(value: Value, at: datetime | None = NOW, words: str | None = None) -> Given:
    return Given(value, at, "import", words)


@pytest.mark.parametrize(
    ("fact", "answers", "counts"),
    [
        ("aneurysm", [True, False], True),
        ("abdominal_aorta_imaged", [True, False], False),
        ("seizures", ["none", "controlled", "active"], "active"),
        ("pre_eclampsia", ["past", "current"], "current"),
        ("bipolar_type", ["two", "one", "none"], "one"),
        ("sex_at_birth", ["male", "female"], "female"),
        ("days_since_heart_event", [20.0, 143.0], 20.0),
        ("qtc_ms", [430.0, 501.0], 501.0),
        ("heart_rate_bpm", [44.0, 80.0], None),
        ("heart_rate_bpm", [80.0, 80.0], 80.0),
    ],
)
def test_of_one_moment_the_gravest_counts(
    fact: str, answers: list[Value], counts: Value | None
) -> None:
    for order in permutations(answers):
        found = newest((fact, given(each)) for each in order)
        assert (found[fact].value if fact in found else None) == counts


def test_a_later_answer_counts_whatever_it_says() -> None:
    older = given(True, NOW - timedelta(days=1))
    for told in ([older, given(False)], [given(False), older]):
        assert newest(("aneurysm", each) for each in told)["aneurysm"].value is False
    undated = given(True, None)
    assert newest([("aneurysm", given(False)), ("aneurysm", undated)])["aneurysm"].value is False


def test_an_older_answer_does_not_stand_in_for_two_that_differ() -> None:
    older = given(66.0, NOW - timedelta(days=1))
    told = [older, given(44.0), given(80.0)]
    assert newest(("heart_rate_bpm", each) for each in told) == {}


def test_among_equals_the_order_does_not_choose_the_words() -> None:
    told = [("aneurysm", given(True, words=words)) for words in ("aorta", "brain")]
    assert newest(told) == newest(reversed(told))


@pytest.mark.parametrize(("hours", "followed"), [(0, True), (1, True), (-1, False)])
def test_an_older_cssrs_does_not_follow_a_newer_item_nine(hours: int, followed: bool) -> None:
    item_nine = given(3.0, NOW - timedelta(hours=4))
    after = given(True, NOW - timedelta(hours=4 - hours))
    known = without_overtaken({"phq9_item9": item_nine, "cssrs_after_item9": after})
    assert ("cssrs_after_item9" in known) is followed
    found = {one.id for one in screen(known, medicines=[], now=NOW).findings}
    assert ("SUI-P3" in found) is not followed
