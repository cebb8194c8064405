"""The sitter's clock: due after the set minutes, missed after the grace, at the look's own time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kapstone import at_home
from kapstone.at_home import Look
from kapstone.knowledge import KnowledgeError

START = datetime(2026, 11, 3, 18, 0, tzinfo=UTC)
EVERY, GRACE = at_home.watch().every_min, at_home.watch().grace_min


def after(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def test_the_first_look_is_due_a_quarter_of_an_hour_after_the_start() -> None:
    found = at_home.standing([], started=START, ended=None, now=after(1))
    assert found.due_at == after(15)
    assert EVERY == 15


def test_a_look_is_missed_at_the_end_of_the_grace_and_not_before() -> None:
    just, over = after(EVERY + GRACE - 0.1), after(EVERY + GRACE)
    assert not at_home.standing([], started=START, ended=None, now=just).missed
    assert at_home.standing([], started=START, ended=None, now=over).missed


def test_a_look_moves_the_clock_on_at_its_own_time() -> None:
    looks = [Look(after(14), "asleep"), Look(after(2), "awake")]
    found = at_home.standing(looks, started=START, ended=None, now=after(20))
    assert found.due_at == after(29)
    assert found.says == "Last look 6 min ago: Asleep, breathing well"


def test_a_look_from_the_future_or_from_before_the_start_moves_nothing() -> None:
    looks = [Look(after(-5), "awake"), Look(after(40), "awake")]
    found = at_home.standing(looks, started=START, ended=None, now=after(21))
    assert found.due_at == after(15)
    assert found.missed
    assert found.says == "No look in 21 min"


def test_nothing_is_due_before_the_start_or_after_the_end() -> None:
    assert at_home.standing([], started=None, ended=None, now=after(60)).due_at is None
    ended = at_home.standing([], started=START, ended=after(50), now=after(90))
    assert (ended.due_at, ended.missed, ended.says) == (None, False, "Over")


def test_a_word_too_early_ends_the_watch_at_its_least_time_and_staff_end_it_at_once() -> None:
    least = at_home.watch().least_min
    said = {"started": START, "let_go": None}
    assert at_home.watch_ends(**said, stopped=after(30)) == after(least)
    assert at_home.watch_ends(**said, stopped=after(least + 1)) == after(least + 1)
    assert at_home.watch_ends(**said, stopped=None) is None
    early = at_home.watch_ends(started=START, stopped=after(30), let_go=after(40))
    assert early == after(40)


def test_only_what_was_said_to_be_well_is_well() -> None:
    well = {row.id for row in at_home.sights().values() if row.is_well}
    assert well == {"awake", "asleep"}
    assert at_home.sight_named("unsure").breathing is None
    with pytest.raises(KnowledgeError, match="no such sight: fine"):
        at_home.sight_named("fine")


def test_the_sitter_is_told_what_to_agree_to_and_what_to_do() -> None:
    assert {line.id for line in at_home.duties()} == {"stay", "sober", "look", "call"}
    assert "No second dose" in " ".join(line.says for line in at_home.advice(booster=False))
