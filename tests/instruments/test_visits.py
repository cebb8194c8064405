"""What gives way when a visit is full, and what a row of the schedule may depend on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kapstone.instruments import Asked, Dose, LaidOut, Plan, asking, lay_out
from kapstone.instruments.schedule import (
    Asking,
    Schedule,
    not_there,
    schedule,
    track_named,
    trouble,
)
from kapstone.knowledge import read

START = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
# Made up for these tests: minutes and how many days each looks back.
ABOUT = {
    "risk": Asking(3, None),
    "mood": Asking(10, 14),
    "worry": Asking(10, 14),
    "sleep": Asking(6, 7),
    "ego": Asking(4, 0),
    "wonder": Asking(12, 0),
    "closed": Asking(4, 0, has_text=False),
    "alliance": Asking(4, None),
    "rated": Asking(30, 7, of_person=False),
    "unmeasured": Asking(None, 7),
}


def known(name: str) -> Asking:
    return ABOUT[name]


def row(id: str, anchor: str, *ask: dict[str, Any], **also: Any) -> dict[str, Any]:
    default = {"title": id, "basis": "DEFAULT", "sources": [], "closes_days_after": 1}
    return {"id": id, "anchor": anchor, "ask": list(ask), **default, **also}


def ask(instrument: str, keep: str = "outcome", **also: Any) -> dict[str, Any]:
    return {"instrument": instrument, "keep": keep, **also}


def made(*rows: dict[str, Any], **also: Any) -> Schedule:
    own = {"asked_weekly": [], "due": list(rows), **also}
    return Schedule.model_validate({**read("instruments/schedule.toml"), **own})


def laid(of: Schedule, *doses: Dose, **also: Any) -> LaidOut:
    return lay_out(Plan(started=START, doses=doses, **also), of, known)


def names(found: LaidOut) -> list[str]:
    return [each.instrument for each in found.due]


BEFORE = {"opens_days_before": 1, "closes_days_after": 0}
FULL = [
    ask("risk", "risk"),
    ask("mood"),
    ask("worry"),
    ask("ego", "experience"),
]


def test_a_full_visit_keeps_risk_then_outcomes_and_says_what_is_left_out() -> None:
    found = laid(made(row("first", "start", *FULL)))
    assert set(names(found)) == {"risk", "mood", "worry"}
    [out] = found.left_out
    assert (out.instrument, out.why) == ("ego", "ceiling")
    assert "25-minute ceiling" in out.words


def test_what_does_not_fit_moves_to_the_next_visit_of_its_window() -> None:
    of = made(
        row("first", "start", *FULL, closes_days_after=3),
        row("next", "start", ask("sleep"), day=2),
    )
    [moved] = [each for each in laid(of).due if each.instrument == "ego"]
    assert (moved.moved_from, moved.due_at) == (START, START + 2 * DAY)


def test_a_visit_after_its_window_takes_nothing_over() -> None:
    of = made(row("first", "start", *FULL), row("next", "start", ask("sleep"), day=2))
    assert [each.why for each in laid(of).left_out] == ["ceiling"]


@pytest.mark.parametrize(("ceiling", "fits"), [(27, True), (26.9, False)])
def test_the_ceiling_itself_still_fits(ceiling: float, fits: bool) -> None:
    found = laid(made(row("first", "start", *FULL), ceiling_min=ceiling))
    assert ("ego" in names(found)) is fits


def test_what_was_asked_that_day_counts_and_what_others_fill_in_does_not() -> None:
    spent = (Asked(instrument="worry", anchor="asked-1", at=START + HOUR),)
    of = made(row("first", "start", ask("risk", "risk"), ask("mood"), ask("sleep", "track")))
    assert "sleep" not in names(laid(of, asked=spent))
    rated = made(row("first", "start", ask("mood"), ask("worry"), ask("rated")))
    assert "rated" in names(laid(rated))


def test_a_questionnaire_without_a_time_counts_the_stated_minutes() -> None:
    [only] = laid(made(row("first", "start", ask("unmeasured")))).due
    assert only.minutes == schedule().unknown_min


def test_of_a_choice_the_longest_counts_and_the_rest_falls_away_when_one_is_begun() -> None:
    of = made(
        row(
            "lived",
            "session_end",
            ask("risk", "risk"),
            ask("ego", "experience", choose_one="lived"),
            ask("wonder", "experience", choose_one="lived"),
        ),
        ceiling_min=15,
    )
    dose = Dose(at=START + DAY, ended_at=START + DAY + HOUR)
    assert {"ego", "wonder"} <= set(names(laid(of, dose)))
    begun = (Asked(instrument="ego", anchor="end-1+0d", at=START + DAY + HOUR),)
    after = laid(of, dose, asked=begun)
    assert "wonder" not in names(after)
    assert [each.why for each in after.left_out] == ["chosen"]


def test_nobody_is_asked_about_a_session_that_has_not_ended() -> None:
    of = made(row("lived", "session_end", ask("ego", "experience")))
    assert laid(of, Dose(at=START + DAY)).due == ()
    [planned] = laid(of, Dose(at=START + DAY, given=False)).due
    assert (planned.due_at, planned.sure) == (START + DAY + 2 * HOUR, False)


def test_a_track_is_asked_of_those_on_it_only() -> None:
    of = made(row("first", "start", ask("sleep", "track", track="trauma")))
    assert names(laid(of)) == []
    assert laid(of).left_out == ()
    assert names(laid(of, tracks=frozenset({"trauma"}))) == ["sleep"]


def test_without_its_text_a_questionnaire_is_named_and_not_asked() -> None:
    of = made(row("first", "start", ask("closed", needs_licence=True), ask("ego", optional=True)))
    found = laid(of)
    assert found.due == ()
    assert {each.instrument: each.why for each in found.left_out} == {
        "closed": "no-text",
        "ego": "by-hand",
    }


def test_the_alliance_is_asked_after_the_second_visit_and_every_third() -> None:
    of = made(row("visit", "integration", ask("alliance", first_visit=2, every_visit=3)))
    times = tuple(START + week * 7 * DAY for week in range(1, 9))
    found = laid(of, visits=tuple(reversed(times)))
    assert [each.anchor for each in found.due] == ["visit-2+0d", "visit-5+0d", "visit-8+0d"]


@pytest.mark.parametrize(
    ("apart", "due"), [(30, ["check-1+0d", "check-2+0d"]), (14, ["check-1+0d"])]
)
def test_slow_checks_come_every_three_months_or_six_doses(apart: int, due: list[str]) -> None:
    of = made(row("slow", "maintenance_check", ask("sleep", "safety"), **BEFORE))
    doses = [Dose(at=START + n * apart * DAY) for n in range(9)]
    assert [each.anchor for each in laid(of, *doses, medicine=1).due] == due


def test_slow_checks_of_weekly_doses_come_with_the_sixth() -> None:
    of = made(row("slow", "maintenance_check", ask("sleep", "safety"), **BEFORE))
    doses = [Dose(at=START + n * 7 * DAY) for n in range(7)]
    [only] = laid(of, *doses, medicine=1).due
    assert only.due_at == doses[6].at


def test_maintenance_may_begin_by_a_review() -> None:
    of = made(row("keeps", "maintenance_dose", ask("sleep"), **BEFORE))
    doses = [Dose(at=START), Dose(at=START + 40 * DAY)]
    found = laid(of, *doses, maintenance_from=START + 20 * DAY)
    assert [each.anchor for each in found.due] == ["dose-2+0d"]


def test_a_full_scale_moves_out_of_the_hours_after_a_dose_or_is_left_out() -> None:
    of = made(row("later", "start", ask("mood"), day=5, opens_days_before=2, closes_days_after=0))
    [moved] = laid(of, Dose(at=START + 4 * DAY)).due
    assert (moved.due_at, moved.closes_at) == (START + 4 * DAY, START + 4 * DAY)
    tight = made(row("later", "start", ask("mood"), day=5, closes_days_after=0))
    [out] = laid(tight, Dose(at=START + 4 * DAY)).left_out
    assert out.why == "after-dose"


def test_a_row_that_asks_for_two_weeks_a_day_after_a_dose_is_refused() -> None:
    late = made(row("late", "dose", ask("mood"), day=1))
    assert list(trouble(late, known)) == ["late: mood looks back 14 days, too near to a dose"]
    assert not list(trouble(made(row("late", "dose", ask("mood"), day=3)), known))


def test_more_risk_than_a_visit_holds_is_refused() -> None:
    heavy = made(row("all", "start", ask("mood", "risk"), ask("worry", "risk")), ceiling_min=19)
    assert list(trouble(heavy, known)) == ["all: its risk questions alone pass the ceiling"]


@pytest.mark.parametrize(
    "wrong",
    [
        [row("a", "start", ask("mood", "whim"))],
        [row("a", "start", ask("mood", track="moon"))],
        [row("a", "start"), row("a", "start")],
    ],
)
def test_a_row_with_a_word_that_is_not_there_is_refused(wrong: list[dict[str, Any]]) -> None:
    with pytest.raises(ValidationError):
        made(*wrong)


def test_a_questionnaire_that_is_not_there_is_refused() -> None:
    asks = ask("no-such"), ask("not-installed", needs_licence=True)
    of = made(row("a", "start", *asks), may_be_missing=["not-installed"])
    assert list(not_there(of)) == ["a: no such instrument: no-such"]
    assert not asking("not-installed").has_text


def test_a_track_that_is_not_there_is_named_with_those_there_are() -> None:
    assert track_named("trauma").title == "Trauma"
    with pytest.raises(LookupError, match="there are trauma"):
        track_named("moon")


DOSES = st.lists(st.integers(0, 90 * 24), max_size=8, unique=True).map(
    lambda hours: tuple(Dose(at=START + timedelta(hours=h), ended_at=None) for h in hours)
)
CROWDED = made(
    row("first", "start", *FULL, closes_days_after=5),
    row("daily", "dose", ask("risk", "risk"), ask("sleep", "track"), ask("unmeasured", "safety")),
    row("after", "dose", ask("risk", "risk"), ask("ego", "experience"), day=1),
    row("week", "dose", *FULL, ask("rated"), day=7, opens_days_before=2, closes_days_after=3),
)


@given(DOSES)
def test_in_a_crowd_the_laws_hold_and_nothing_is_silently_lost(doses: tuple[Dose, ...]) -> None:
    found = laid(CROWDED, *doses)
    for day in {each.due_at.date() for each in found.due}:
        visit = [each for each in found.due if each.due_at.date() == day]
        assert sum(e.minutes for e in visit) <= 25 or all(e.keep == "risk" for e in visit)
    assert all(each.opens_at <= each.due_at <= each.closes_at for each in found.due)
    told = {(e.instrument, e.anchor) for e in found.due}
    told |= {(e.instrument, e.anchor) for e in found.left_out}
    wanted = {("risk", "start+0d"), ("ego", "start+0d")}
    for number in range(1, len(doses) + 1):
        wanted |= {("sleep", f"dose-{number}+0d"), ("ego", f"dose-{number}+1d")}
        wanted |= {("mood", f"dose-{number}+7d"), ("risk", f"dose-{number}+0d")}
    assert told >= wanted


@given(DOSES, st.permutations(CROWDED.due))
def test_the_order_of_the_rows_does_not_matter(doses: tuple[Dose, ...], rows: list[Any]) -> None:
    other = CROWDED.model_copy(update={"due": tuple(rows)})
    assert laid(other, *doses) == laid(CROWDED, *doses)


def test_a_text_that_may_be_left_out_has_to_say_so() -> None:
    of = made(row("a", "start", ask("ego")), may_be_missing=["ego"])
    assert list(trouble(of, known)) == ["a: ego may be missing, so it needs_licence"]
