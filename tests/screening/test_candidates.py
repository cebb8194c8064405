"""Readiness and staging: what is known in part is not counted as whole."""

from __future__ import annotations

from datetime import timedelta

import pytest
from screening.people import NOW, facts, given

from kapstone.screening.candidates import (
    READINESS,
    STAGING,
    readiness_score,
    readiness_words,
    staging,
)
from kapstone.screening.conditions import Value
from kapstone.screening.vocabulary import Facts, fact

MILDEST: dict[str, Value] = {
    "msm_duration_months": 1.0,
    "msm_severity": "subsyndromal",
    "msm_failed_antidepressants": 1.0,
    "msm_augmentation": False,
    "msm_ect": False,
}
GRAVEST: dict[str, Value] = {
    "msm_duration_months": 60.0,
    "msm_severity": "severe_psychosis",
    "msm_failed_antidepressants": 11.0,
    "msm_augmentation": True,
    "msm_ect": True,
}


def form(value: float = 3, **otherwise: float) -> Facts:
    return facts(**{**dict.fromkeys(READINESS, float(value)), **otherwise})


@pytest.mark.parametrize(("answers", "total"), [(MILDEST, 3), (GRAVEST, 15)])
def test_staging_runs_from_three_to_fifteen(answers: dict[str, Value], total: int) -> None:
    assert staging(facts(**answers), NOW).total == total


@pytest.mark.parametrize(
    ("name", "value", "points"),
    [
        ("msm_duration_months", 12.0, 1),
        ("msm_duration_months", 13.0, 2),
        ("msm_duration_months", 24.0, 2),
        ("msm_duration_months", 25.0, 3),
        ("msm_failed_antidepressants", 0.0, None),
        ("msm_failed_antidepressants", 1.0, 1),
        ("msm_failed_antidepressants", 2.0, 1),
        ("msm_failed_antidepressants", 3.0, 2),
        ("msm_failed_antidepressants", 4.0, 2),
        ("msm_failed_antidepressants", 5.0, 3),
        ("msm_failed_antidepressants", 6.0, 3),
        ("msm_failed_antidepressants", 7.0, 4),
        ("msm_failed_antidepressants", 10.0, 4),
        ("msm_failed_antidepressants", 11.0, 5),
        ("msm_severity", "subsyndromal", 1),
        ("msm_severity", "mild", 2),
        ("msm_severity", "moderate", 3),
        ("msm_severity", "severe", 4),
        ("msm_severity", "severe_psychosis", 5),
        ("msm_augmentation", False, 0),
        ("msm_augmentation", True, 1),
        ("msm_ect", False, 0),
        ("msm_ect", True, 1),
    ],
)
def test_each_item_gives_its_points(name: str, value: Value, points: int | None) -> None:
    assert staging(facts(**{name: value}), NOW).parts[name] == points


@pytest.mark.parametrize(
    ("answers", "total", "band"),
    [
        ({"msm_severity": "severe"}, 6, "mild"),
        ({"msm_severity": "severe", "msm_ect": True}, 7, "moderate"),
        ({"msm_severity": "severe_psychosis", "msm_failed_antidepressants": 7.0}, 10, "moderate"),
        ({"msm_severity": "severe_psychosis", "msm_failed_antidepressants": 11.0}, 11, "severe"),
    ],
)
def test_a_total_has_its_band(answers: dict[str, Value], total: int, band: str) -> None:
    found = staging(facts(**{**MILDEST, **answers}), NOW)
    assert (found.total, found.band) == (total, band)


@pytest.mark.parametrize("name", STAGING)
def test_a_missing_item_leaves_no_total(name: str) -> None:
    found = staging({key: one for key, one in facts(**GRAVEST).items() if key != name}, NOW)
    assert (found.total, found.band, found.missing) == (None, None, (name,))


def test_an_item_that_has_aged_is_missing() -> None:
    fresh = timedelta(days=fact("msm_ect").fresh_days or 0)
    for age, missing in ((fresh, ()), (fresh + timedelta(minutes=1), ("msm_ect",))):
        told = {**facts(**GRAVEST), "msm_ect": given(True, NOW - age)}
        assert staging(told, NOW).missing == missing


def test_a_whole_form_has_its_lowest_item_and_its_total() -> None:
    score = readiness_score(form(3, readiness_hope=2), NOW)
    assert {name: one.value for name, one in score.items()} == {
        "readiness_lowest_item": 2,
        "readiness_total": 23,
    }


def test_a_form_with_a_gap_has_no_total_and_no_lowest_item() -> None:
    gap = {name: one for name, one in form(2).items() if name != "readiness_feel"}
    assert readiness_score(gap, NOW) == {}
    assert readiness_score({}, NOW) == {}


def test_one_item_that_fails_counts_though_others_are_unknown() -> None:
    score = readiness_score(facts(readiness_feel=1.0, readiness_time=4.0), NOW)
    assert {name: one.value for name, one in score.items()} == {"readiness_lowest_item": 1}


def test_the_lowest_item_is_named_and_so_is_each_that_is_as_low() -> None:
    one = readiness_score(facts(readiness_feel=1.0, readiness_time=4.0), NOW)
    assert one["readiness_lowest_item"].words == "Is willing to feel hard emotion: 1 of 4"
    two = readiness_score(form(3, readiness_hope=0, readiness_feel=0), NOW)
    assert two["readiness_lowest_item"].words == (
        "Hopes for what is realistic; Is willing to feel hard emotion: 0 of 4"
    )


def test_an_item_that_has_aged_leaves_the_form_unfinished() -> None:
    fresh = timedelta(days=fact("readiness_hope").fresh_days or 0)
    assert len(readiness_score({**form(), "readiness_hope": given(3.0, NOW - fresh)}, NOW)) == 2
    old = given(3.0, NOW - fresh - timedelta(minutes=1))
    assert readiness_score({**form(), "readiness_hope": old}, NOW) == {}


def test_a_form_is_as_old_as_its_oldest_item_and_a_failed_item_as_itself() -> None:
    before = NOW - timedelta(days=20)
    told = {**form(), "readiness_hope": given(4.0, before)}
    assert {one.at for one in readiness_score(told, NOW).values()} == {before}
    fails = readiness_score({**told, "readiness_feel": given(1.0)}, NOW)
    assert fails["readiness_lowest_item"].at == NOW
    assert fails["readiness_total"].at == before


@pytest.mark.parametrize(
    ("known", "words"),
    [
        (
            {
                "open_to_altered_states": True,
                "unrealistic_expectation": False,
                "readiness_total": 26.0,
            },
            ("openness: open", "expectations realistic", "form 26 of 32"),
        ),
        (
            {"open_to_altered_states": False, "unrealistic_expectation": True},
            ("not open to altered states", "expects a cure, or is pushed", "form not known"),
        ),
        (
            dict.fromkeys(READINESS[:-1], 3.0),
            ("openness not known", "hopes not known", "form: 7 given, 1 open"),
        ),
        ({}, ("openness not known", "hopes not known", "form not known")),
    ],
)
def test_readiness_is_said_in_words_and_so_is_what_is_unknown(
    known: dict[str, Value], words: tuple[str, ...]
) -> None:
    assert readiness_words(facts(**known), NOW) == words
