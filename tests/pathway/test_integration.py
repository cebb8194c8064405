"""When a commitment is asked after, and whether a first contact is agreed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapstone.pathway import integration
from kapstone.pathway.integration import Answered, Asked, How, Made

NOW = datetime(2026, 11, 3, 13, 0, tzinfo=UTC)
ALL_ANSWERS: tuple[How, ...] = ("kept", "changed", "not_now")


def after(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


def asked(hours: float, *answers: tuple[How, float], own_day_h: float | None = None) -> Asked:
    """Where a commitment made at NOW stands `hours` later; answers with their hours."""
    told = tuple(Answered(how=how, at=after(at)) for how, at in answers)
    over = None if own_day_h is None else after(own_day_h)
    made = Made(at=NOW, own_day_over_at=over, answers=told)
    return integration.asked(made, now=after(hours))


def now_id(found: Asked) -> str | None:
    return found.now.id if found.now else None


def test_a_commitment_is_asked_after_at_the_seven_moments_of_the_brief() -> None:
    assert [(row.id, row.after_h) for row in integration.check_ins()] == [
        *[("24h", 24), ("72h", 72), ("1w", 168), ("2w", 336)],
        *[("1m", 720), ("3m", 2160), ("6m", 4320)],
    ]


@pytest.mark.parametrize(
    ("hours", "state", "moment"),
    [
        (23.99, "later", None),
        (24, "due", "24h"),
        (71.99, "due", "24h"),
        (72, "due", "72h"),
        (119.99, "due", "72h"),
        (120, "overdue", "72h"),
        (168, "due", "1w"),
        (4320, "due", "6m"),
        (5039.99, "overdue", "6m"),
        (5040, "over", None),
    ],
)
def test_one_question_waits_and_the_newest_takes_the_place_of_those_before(
    hours: float, state: str, moment: str | None
) -> None:
    found = asked(hours)
    assert (found.state, now_id(found)) == (state, moment)


@pytest.mark.parametrize("how", ALL_ANSWERS)
def test_an_answer_rests_the_question_until_the_next_moment(how: How) -> None:
    found = asked(30, (how, 25))
    assert (found.state, now_id(found)) == ("later", None)
    assert found.next is not None
    assert found.next.id == "72h"
    assert now_id(asked(72, (how, 25))) == "72h"


@pytest.mark.parametrize(("answered_h", "moment"), [(11.99, "24h"), (12, None)])
def test_a_little_early_is_an_answer_too(answered_h: float, moment: str | None) -> None:
    assert now_id(asked(24, ("kept", answered_h))) == moment


def test_what_was_let_go_is_never_asked_after_again() -> None:
    found = asked(200, ("let_go", 30))
    assert (found.state, found.now, found.next) == ("let_go", None, None)


def test_a_day_of_their_own_comes_before_every_other_moment() -> None:
    assert asked(72, own_day_h=100).state == "later"
    assert now_id(asked(100, own_day_h=100)) == "own-day"
    assert now_id(asked(168, own_day_h=100)) == "1w"
    assert now_id(asked(100, ("kept", 99), own_day_h=100)) is None


def test_a_day_after_the_last_moment_is_still_asked_after() -> None:
    assert now_id(asked(5000, own_day_h=5000)) == "own-day"


@pytest.mark.parametrize(
    "made",
    [
        Made(at=None, answers=()),
        Made(at=NOW, answers=None),
        Made(at=NOW, answers=(Answered(how="kept", at=None),)),
    ],
)
def test_what_is_not_known_is_neither_due_nor_over(made: Made) -> None:
    assert integration.asked(made, now=after(200)) == Asked(state="unknown")


def test_let_go_is_certain_even_when_not_known_when() -> None:
    made = Made(at=None, answers=(Answered(how="let_go", at=None),))
    assert integration.asked(made, now=NOW).state == "let_go"


@given(st.floats(0, 6000), st.lists(st.floats(0, 6000), max_size=4))
def test_nothing_waits_before_its_time_nor_after_its_answer(
    hours: float, answers: list[float]
) -> None:
    found = asked(hours, *(("kept", each) for each in answers))
    if found.now:
        assert found.now.at <= after(hours)
        assert all(after(each) < found.now.counts_from for each in answers)
    if found.next:
        assert found.next.at > after(hours)


@pytest.mark.parametrize(
    ("booked_h", "state"),
    [(-1, "missing"), (0, "missing"), (5, "booked"), (72, "booked"), (72.01, "late")],
)
def test_a_first_contact_is_agreed_inside_three_days(booked_h: float, state: str) -> None:
    assert integration.contact_booked(NOW, [after(booked_h)]) == state


def test_the_earliest_agreed_time_counts() -> None:
    assert integration.contact_booked(NOW, [after(100), after(50), after(-20)]) == "booked"


def test_without_a_plan_or_a_look_it_is_not_known() -> None:
    assert integration.contact_booked(None, []) == "unknown"
    assert integration.contact_booked(NOW, None) == "unknown"


def test_every_journal_prompt_belongs_to_a_domain() -> None:
    named = {each.domain for each in integration.journal_prompts()}
    assert named == set(integration.domains())
    assert list(integration.domains()) == [
        *["mind", "body", "spirit", "lifestyle", "relationships", "nature"],
    ]


def test_the_offered_time_lies_in_the_window() -> None:
    window = integration.contact_window()
    assert window.opens <= window.offered <= window.closes


@pytest.mark.parametrize(
    ("day", "offered"),
    # 2026-11-02 is a Monday.
    [(2, 4), (4, 6), (5, 6), (6, 9), (7, 9), (8, 10)],
)
def test_the_offered_day_is_a_working_day(day: int, offered: int) -> None:
    planned = datetime(2026, 11, day, 10, 0, tzinfo=ZoneInfo("America/New_York"))
    assert integration.offered_contact(planned) == planned.replace(day=offered)


def test_a_change_of_the_clock_does_not_lead_out_of_the_window() -> None:
    planned = datetime(2026, 10, 30, 10, 0, tzinfo=ZoneInfo("America/New_York"))
    offered = integration.offered_contact(planned)
    assert offered.isoweekday() == 1
    utc = [each.astimezone(UTC) for each in (planned, offered)]
    assert integration.contact_booked(utc[0], [utc[1]]) == "booked"
