"""When somebody is reminded, and when the front desk calls them instead."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapstone.instruments import reminding
from kapstone.instruments.reminding import MedicineSession, OpenForm, Reached, Wishes, Word

NEW_YORK = ZoneInfo("America/New_York")
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
OPENS = datetime(2026, 11, 3, 9, 0, tzinfo=NEW_YORK)
WISHES = Wishes(channel="email", hour=18, zone=NEW_YORK)
EVENING = OPENS.replace(hour=18)
# Skips and repeats of every kind: an hour at night, half an hour, at midnight, a whole day.
ZONES = (
    *("America/New_York", "Europe/London", "Australia/Lord_Howe", "America/Santiago"),
    *("Africa/Cairo", "Pacific/Apia", "Asia/Kathmandu", "Pacific/Kiritimati", "America/Nuuk"),
)


def form(**also: Any) -> OpenForm:
    told = {"id": 1, "opens_at": OPENS, "due_at": OPENS, "closes_at": OPENS + 14 * DAY}
    return OpenForm(**{**told, **also})


def somebody(one: OpenForm | None = None, **also: Any) -> Reached:
    one = one or form()
    return Reached(**{"forms": (one,), "wishes": WISHES, "messages": one.reminded, **also})


def said(person: Reached, now: datetime) -> Word:
    (word,) = reminding.weigh(person, now=now)
    return word


@pytest.mark.parametrize(
    ("now", "does", "why", "at"),
    [
        (EVENING - timedelta(seconds=1), "wait", "their-hour", EVENING),
        (EVENING, "send", "", EVENING),
        (EVENING + timedelta(minutes=89), "send", "", EVENING + timedelta(minutes=89)),
        (EVENING + timedelta(minutes=90), "wait", "their-hour", EVENING + DAY),
    ],
)
def test_it_is_sent_at_their_hour(now: datetime, does: str, why: str, at: datetime) -> None:
    assert said(somebody(), now) == Word(1, does, why, at)  # type: ignore[arg-type]


def test_their_hour_is_by_their_own_clock() -> None:
    tokyo = somebody(wishes=replace(WISHES, zone=ZoneInfo("Asia/Tokyo")))
    assert said(tokyo, EVENING).does == "wait"
    assert said(tokyo, datetime(2026, 11, 4, 18, 0, tzinfo=ZoneInfo("Asia/Tokyo"))).does == "send"


def test_nothing_is_sent_at_nine_in_the_evening() -> None:
    late = somebody(wishes=replace(WISHES, hour=20))
    assert said(late, OPENS.replace(hour=20, minute=59)).does == "send"
    assert said(late, OPENS.replace(hour=21)).why == "their-hour"


def test_all_open_forms_go_into_one_message_and_one_message_a_day() -> None:
    two = Reached(forms=(form(), form(id=2)), wishes=WISHES)
    assert [word.does for word in reminding.weigh(two, now=EVENING)] == ["send", "send"]
    told = replace(two, messages=(EVENING,))
    later = EVENING + timedelta(minutes=5)
    words = reminding.weigh(told, now=later)
    assert {(word.why, word.at) for word in words} == {("today-already", EVENING + DAY)}


def test_a_day_ends_at_their_midnight_but_two_are_never_near() -> None:
    moved = somebody(messages=(EVENING.replace(hour=20),), wishes=replace(WISHES, hour=8))
    assert said(moved, EVENING.replace(hour=8) + DAY).does == "send"
    # Somebody who flies west over midnight: another day there, too few hours.
    west = replace(moved, wishes=Wishes(channel="email", hour=8, zone=ZoneInfo("Asia/Tokyo")))
    tokyo_morning = datetime(2026, 11, 5, 8, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
    assert said(replace(west, messages=(tokyo_morning - 11 * HOUR,)), tokyo_morning).why == (
        "today-already"
    )
    assert said(replace(west, messages=(tokyo_morning - 12 * HOUR,)), tokyo_morning).does == "send"


def test_after_three_it_is_for_the_front_desk_a_day_later() -> None:
    three = somebody(form(reminded=tuple(EVENING + n * DAY for n in range(3))))
    since = EVENING + 3 * DAY
    assert said(three, since - timedelta(seconds=1)) == Word(1, "wait", "most-sent", since)
    assert said(three, since) == Word(1, "call", "most-sent", since)


@pytest.mark.parametrize(
    ("also", "why"),
    [
        ({"wishes": replace(WISHES, opted_out=True)}, "opted-out"),
        ({"wishes": replace(WISHES, channel="none")}, "no-channel"),
        ({"wishes": replace(WISHES, channel="none", wants_call=True)}, "wants-call"),
        ({"undelivered": True}, "undelivered"),
    ],
)
def test_who_cannot_be_written_to_is_called(also: dict[str, Any], why: str) -> None:
    assert said(somebody(**also), EVENING) == Word(1, "call", why, OPENS)


def test_a_form_that_opens_long_before_it_is_due_is_not_spoken_of_yet() -> None:
    far = somebody(form(due_at=OPENS + 14 * DAY, closes_at=OPENS + 28 * DAY))
    begins = OPENS + 12 * DAY
    assert said(far, begins - timedelta(seconds=1)) == Word(1, "wait", "not-yet", begins)
    assert said(far, EVENING + 12 * DAY).does == "send"


def test_what_closes_soon_is_called_however_few_messages_there_were() -> None:
    short = somebody(form(due_at=OPENS + DAY, closes_at=OPENS + 3 * DAY))
    since = OPENS + 2 * DAY
    assert said(short, since - timedelta(seconds=1)).does == "wait"
    assert said(short, since) == Word(1, "call", "closing", since)
    assert said(short, OPENS + 3 * DAY).why == "over"


def test_what_closes_with_the_dose_is_never_called_for_closing() -> None:
    before_dose = somebody(form(due_at=OPENS + DAY, closes_at=OPENS + DAY))
    assert said(before_dose, EVENING).does == "send"
    assert said(before_dose, OPENS + DAY - timedelta(seconds=1)).does == "wait"


def test_around_a_medicine_session_nothing_is_sent_and_nobody_is_called() -> None:
    planned, home = EVENING + HOUR, EVENING + 4 * HOUR
    session = MedicineSession(planned_for=planned, started_at=planned, ended_at=home)
    person = somebody(sessions=(session,), wishes=replace(WISHES, hour=8, opted_out=True))
    assert said(person, planned - 2 * HOUR - timedelta(seconds=1)).why == "opted-out"
    assert said(person, planned - 2 * HOUR) == Word(1, "wait", "medicine-session", home + 12 * HOUR)
    assert said(person, home + 12 * HOUR - timedelta(seconds=1)).why == "medicine-session"
    assert said(person, home + 12 * HOUR).why == "opted-out"


def test_a_session_that_begins_early_is_quiet_from_then_on() -> None:
    session = MedicineSession(planned_for=EVENING + 9 * HOUR, started_at=EVENING)
    assert said(somebody(sessions=(session,)), EVENING) == Word(1, "wait", "medicine-session", None)


def test_a_session_without_an_end_is_asked_about_after_a_day_and_nothing_is_sent() -> None:
    session = MedicineSession(planned_for=EVENING, started_at=EVENING)
    person = somebody(sessions=(session,))
    assert said(person, EVENING + DAY - timedelta(seconds=1)).why == "medicine-session"
    assert said(person, EVENING + DAY) == Word(1, "call", "session-open", EVENING + DAY)
    assert reminding.by_hand(person, now=EVENING + DAY) == "medicine-session"


def test_a_session_that_was_never_begun_is_over_after_some_hours() -> None:
    person = somebody(sessions=(MedicineSession(planned_for=EVENING - 4 * HOUR),))
    assert said(person, EVENING).does == "send"
    assert said(person, EVENING - timedelta(seconds=1)).why == "medicine-session"


def test_a_session_without_any_time_is_a_fault() -> None:
    with pytest.raises(ValueError, match="needs a time"):
        said(somebody(sessions=(MedicineSession(planned_for=None),)), EVENING)


@pytest.mark.parametrize(
    ("also", "now", "why"),
    [
        ({}, OPENS, ""),
        ({}, OPENS - HOUR, "over"),
        ({}, OPENS.replace(hour=21), "night"),
        ({"wishes": replace(WISHES, opted_out=True)}, OPENS, "opted-out"),
        ({"wishes": replace(WISHES, channel="none")}, OPENS, "no-channel"),
        ({"undelivered": True}, OPENS, ""),
        ({"messages": (OPENS,)}, OPENS + HOUR, "today-already"),
        ({"sessions": (MedicineSession(planned_for=OPENS),)}, OPENS, "medicine-session"),
    ],
)
def test_by_hand_the_same_rules_hold_but_for_the_hour(
    also: dict[str, Any], now: datetime, why: str
) -> None:
    assert reminding.by_hand(somebody(**also), now=now) == why


def test_by_hand_a_fourth_message_needs_the_persons_own_word() -> None:
    three = form(reminded=tuple(OPENS + n * DAY for n in range(3)))
    now = OPENS + 4 * DAY
    assert reminding.by_hand(somebody(three), now=now) == "most-sent"
    asked = somebody(three, asked_again_at=now - HOUR)
    assert reminding.by_hand(asked, now=now) == ""
    used = somebody(replace(three, reminded=(*three.reminded, now)), asked_again_at=now - HOUR)
    assert reminding.by_hand(used, now=now + DAY) == "most-sent"


@given(
    zone=st.sampled_from(ZONES),
    hour=st.integers(8, 20),
    after=st.timedeltas(timedelta(0), timedelta(days=7300)),
    steps=st.lists(st.integers(1, 40), min_size=20, max_size=120),
)
def test_wherever_the_clocks_jump(zone: str, hour: int, after: timedelta, steps: list[int]) -> None:
    """Looked at every now and then: at most three, one a local day, never at night."""
    wishes = Wishes(channel="email", hour=hour, zone=ZoneInfo(zone))
    sent: tuple[datetime, ...] = ()
    now = start = datetime(2010, 1, 1, tzinfo=UTC) + after
    for quarter_hours in steps:
        now += quarter_hours * timedelta(minutes=15)
        one = form(
            opens_at=start, due_at=start, closes_at=start + timedelta(days=60), reminded=sent
        )
        if said(Reached(forms=(one,), wishes=wishes, messages=sent), now).does == "send":
            sent = (*sent, now)
    local = [at.astimezone(wishes.zone) for at in sent]
    assert len(sent) <= 3
    assert len({at.date() for at in local}) == len(local)
    assert all(8 <= at.hour < 21 for at in local)


@pytest.mark.parametrize(
    ("zone", "day", "shown"),
    [
        ("America/New_York", (2026, 3, 8), "18:00"),
        ("America/New_York", (2026, 11, 1), "18:00"),
        # The calendar of Samoa had no 30 December 2011.
        ("Pacific/Apia", (2011, 12, 30), "18:00"),
    ],
)
def test_waiting_for_an_hour_ends_at_that_hour(
    zone: str, day: tuple[int, int, int], shown: str
) -> None:
    at = reminding.at_hour(datetime(*day, tzinfo=UTC).date(), 18, ZoneInfo(zone))
    assert f"{at.astimezone(ZoneInfo(zone)):%H:%M}" == shown


def test_an_hour_that_does_not_exist_comes_after_the_skip() -> None:
    skipped = reminding.at_hour(datetime(2026, 3, 8, tzinfo=UTC).date(), 2, NEW_YORK)
    assert skipped == datetime(2026, 3, 8, 7, 0, tzinfo=UTC)
    assert skipped.astimezone(NEW_YORK).hour == 3


def test_an_hour_that_comes_twice_is_the_first() -> None:
    twice = reminding.at_hour(datetime(2026, 11, 1, tzinfo=UTC).date(), 1, NEW_YORK)
    assert twice == datetime(2026, 11, 1, 5, 0, tzinfo=UTC)


def test_every_reason_has_words() -> None:
    reasons = reminding.reasons()
    assert {"opted-out", "no-channel", "undelivered", "most-sent", "closing"} <= set(reasons)
    assert all(reasons.values())
