"""EMDR: both sides of every number, and what is not known is never closed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kapstone.pathway import emdr

NOW = datetime(2026, 11, 3, 13, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def sets(*told: tuple[str, int | None]) -> list[emdr.Set]:
    phases = {"sud": emdr.DESENSITISATION, "voc": emdr.INSTALLATION}
    return [emdr.Set(phase=phases[name], value=value) for name, value in told]


def state(sud: int | None, voc: int | None, clear: bool | None) -> str:
    return emdr.closure(sets(("sud", sud), ("voc", voc)), clear, at=NOW).state


@pytest.mark.parametrize(
    ("sud", "voc", "found"),
    [
        (0, 6, "complete"),
        (1, 6, "complete"),
        (1, 7, "complete"),
        (2, 6, "incomplete"),
        (1, 5, "incomplete"),
        (10, 1, "incomplete"),
    ],
)
def test_a_target_is_closed_at_sud_1_and_voc_6(sud: int, voc: int, found: str) -> None:
    assert state(sud, voc, True) == found


def test_a_body_that_is_not_clear_keeps_it_open() -> None:
    assert state(0, 7, False) == "incomplete"


@pytest.mark.parametrize(
    ("sud", "voc", "clear"), [(None, 7, True), (0, None, True), (0, 7, None), (None, None, None)]
)
def test_what_nobody_asked_is_not_known_and_never_complete(
    sud: int | None, voc: int | None, clear: bool | None
) -> None:
    found = emdr.closure(sets(("sud", sud), ("voc", voc)), clear, at=NOW)
    assert found.state == "unknown"
    assert found.call_by == NOW + 48 * HOUR
    assert "container" in found.says


def test_one_that_is_missed_is_enough_whatever_else_is_not_known() -> None:
    assert state(4, None, None) == "incomplete"


def test_no_set_at_all_is_not_known() -> None:
    assert emdr.closure([], True, at=NOW).state == "unknown"


def test_incomplete_asks_for_an_exercise_and_a_call_within_two_days() -> None:
    found = emdr.closure(sets(("sud", 3), ("voc", 6)), True, at=NOW)
    assert found.call_by == NOW + timedelta(days=2)
    assert "closure exercise" in found.says
    assert found.open == ("SUD 3, closed at 1 or less",)


def test_complete_owes_no_call() -> None:
    found = emdr.closure(sets(("sud", 0), ("voc", 7)), True, at=NOW)
    assert (found.call_by, found.open) == (None, ())


def test_the_last_number_counts() -> None:
    told = sets(("sud", 8), ("sud", 4), ("sud", 1), ("voc", 3), ("voc", 6))
    assert emdr.closure(told, True, at=NOW).state == "complete"
    assert emdr.closure([*told, *sets(("sud", 2))], True, at=NOW).state == "incomplete"


def test_an_earlier_number_is_not_taken_for_one_that_was_not_asked() -> None:
    told = sets(("sud", 0), ("sud", None), ("voc", 7))
    assert emdr.closure(told, True, at=NOW).state == "unknown"


@pytest.mark.parametrize(
    ("after", "found"),
    [
        (timedelta(0), "early"),
        (24 * HOUR - MINUTE, "early"),
        (24 * HOUR, "inside"),
        (72 * HOUR, "inside"),
        (72 * HOUR + MINUTE, "late"),
    ],
)
def test_emdr_belongs_one_to_three_days_after_a_dose(after: timedelta, found: str) -> None:
    timing = emdr.timing(NOW + after, last_dose_at=NOW)
    assert timing.state == found
    assert bool(timing.warning) == (found != "inside")


def test_without_a_known_dose_nothing_is_said_of_the_window() -> None:
    assert emdr.timing(NOW, last_dose_at=None) == emdr.Timing(
        state="unknown", hours=None, warning=""
    )


@pytest.mark.parametrize(("sud", "found"), [(8, False), (9, True), (10, True), (None, None)])
def test_nine_is_a_reason_to_slow_down(sud: int | None, found: bool | None) -> None:
    assert emdr.slow_down(sud) is found


@pytest.mark.parametrize(
    ("scale", "value", "found"),
    [
        *(("sud", -1, False), ("sud", 0, True), ("sud", 10, True), ("sud", 11, False)),
        *(("voc", 0, False), ("voc", 1, True), ("voc", 7, True), ("voc", 8, False)),
        *(("sud", None, True), ("voc", None, True)),
    ],
)
def test_a_scale_has_its_ends(scale: str, value: int | None, found: bool) -> None:
    assert emdr.check(scale, value) is found


def test_every_row_of_the_evidence_is_there() -> None:
    named = {
        name
        for row in (
            *emdr.phases(),
            *emdr.fields(),
            *emdr.remarks(),
            emdr.closure_row(),
            emdr.timing_row(),
            emdr.slow_row(),
        )
        for name in (row.id, *row.evidence)
    }
    assert {f"TRM-0{n}" for n in range(1, 9)} | {"OUT-11"} <= named
    assert [row.id for row in emdr.fields()] == [
        *("picture", "negative", "positive", "emotion", "body")
    ]
    assert len(emdr.phases()) == 8


@pytest.mark.parametrize(
    ("hours", "words"), [(71, "71 hours"), (119, "119 hours"), (120, "5 days"), (2305, "96 days")]
)
def test_a_long_time_since_the_dose_is_said_in_days(hours: float, words: str) -> None:
    assert emdr.Timing(state="late", hours=hours, warning="").since == words
    assert emdr.Timing(state="unknown", hours=None, warning="").since == ""
