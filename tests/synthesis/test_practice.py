from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kapstone.synthesis import Event, Life, Practice, deeds, expected_phq9, practice
from kapstone.synthesis.cast import stories
from kapstone.synthesis.sheets import PHQ9_ITEMS

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 3, 11, 11, 40, tzinfo=ZONE)  # a Wednesday
FIRST_DAY = datetime(2024, 1, 1, 5, tzinfo=ZONE)
moments = st.integers(0, 6 * 365 * 24).map(lambda hours: FIRST_DAY + timedelta(hours=hours))


@cache
def demonstration() -> Practice:
    return practice(7, now=NOW, zone=ZONE)


def life(story: str) -> Life:
    return next(one for one in demonstration().lives if one.story == story)


def of(one: Life, deed: str) -> list[Event]:
    return [event for event in one.events if event.deed == deed]


def first(one: Life, deed: str) -> datetime | None:
    return next((event.at for event in one.events if event.deed == deed), None)


def phq9_totals(one: Life) -> dict[str, int]:
    return {
        event.what["sheet"]: sum(answers(one, event.what["sheet"]).values())
        for event in of(one, "finish_sheet")
        if event.what["instrument"] == "phq9"
    }


def answers(one: Life, sheet: str) -> dict[str, int]:
    return {
        event.what["item"]: event.what["value"]
        for event in of(one, "answer_item")
        if event.what["sheet"] == sheet
    }


def digest(of: Practice) -> str:
    lines = [
        (one.person.key, event.at.isoformat(), event.deed, event.by, dict(event.what))
        for one in of.lives
        for event in one.events
    ]
    return hashlib.sha256(json.dumps(lines).encode()).hexdigest()


def test_the_same_seed_and_moment_give_the_same_practice() -> None:
    assert digest(demonstration()) == digest(practice(7, now=NOW, zone=ZONE))


def test_another_seed_gives_another_practice() -> None:
    assert digest(demonstration()) != digest(practice(8, now=NOW, zone=ZONE))


def test_a_smaller_practice_holds_the_same_people() -> None:
    few = practice(7, now=NOW, zone=ZONE, people=5)
    assert [one.events for one in few.lives] == [one.events for one in demonstration().lives[:5]]


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        practice(7, now=NOW.replace(tzinfo=None), zone=ZONE)


def test_more_people_than_stories_are_refused() -> None:
    with pytest.raises(ValueError, match="41 asked for, 40 stories"):
        practice(7, now=NOW, zone=ZONE, people=41)


def test_each_deed_carries_the_keys_of_the_table() -> None:
    for one in demonstration().lives:
        for event in one.events:
            needs, may = deeds()[event.deed]
            assert needs <= set(event.what) <= needs | may, event


def test_every_deed_of_the_table_happens_somewhere() -> None:
    done = {event.deed for one in demonstration().lives for event in one.events}
    assert done == set(deeds())


def test_every_deed_is_done_by_staff_or_the_person() -> None:
    keys = {one.key for one in demonstration().staff}
    for one in demonstration().lives:
        assert {event.by for event in one.events} <= keys | {one.person.key}


CAUSES = [
    ("add_person", "book_consultation"),
    ("book_consultation", "hold_consultation"),
    ("hold_consultation", "answer_intake"),
    ("answer_intake", "finish_intake"),
    ("finish_intake", "decide_screening"),
    ("give_fact", "decide_screening"),
    ("decide_screening", "sign_consent"),
    ("sign_consent", "plan_roadmap"),
    ("give_fact", "tell_news"),
    ("plan_roadmap", "plan_session"),
    ("plan_roadmap", "hold_preparation"),
    ("hold_preparation", "start_session"),
    ("make_safety_plan", "start_session"),
    ("sign_order", "record_check"),
    ("record_check", "start_session"),
    ("record_resting", "start_session"),
    ("start_session", "record_reading"),
    ("stop_session", "discharge"),
    ("discharge", "record_insight"),
    ("record_insight", "make_commitment"),
    ("make_commitment", "check_in"),
]


@given(now=moments, seed=st.integers(0, 1_000))
@settings(max_examples=12)
def test_whatever_the_day_lives_are_in_order_and_causes_come_first(
    now: datetime, seed: int
) -> None:
    for one in practice(seed, now=now, zone=ZONE).lives:
        times = [event.at for event in one.events]
        assert times == sorted(times)
        assert not times or times[-1] <= now
        for cause, effect in CAUSES:
            if (when := first(one, effect)) is not None:
                before = first(one, cause)
                assert before is not None, (one.story, cause, effect)
                assert before <= when, (one.story, cause, effect)


@given(now=moments)
@settings(max_examples=8)
def test_nobody_is_dosed_without_decision_consent_order_checks_and_resting_pressure(
    now: datetime,
) -> None:
    for one in practice(7, now=now, zone=ZONE).lives:
        for start in of(one, "start_session"):
            earlier = [event for event in one.events if event.at < start.at]
            done = {event.deed for event in earlier}
            here = {e.deed for e in earlier if e.what.get("session") == start.what["session"]}
            assert {"decide_screening", "sign_consent"} <= done
            assert {"sign_order", "record_check", "record_resting", "enter_room"} <= here
            decision = next(e for e in earlier if e.deed == "decide_screening").what["decision"]
            assert decision in {"suitable", "extra_oversight"}


@given(now=moments)
@settings(max_examples=8)
def test_induction_sessions_stand_half_a_week_to_a_week_apart(now: datetime) -> None:
    for one in practice(7, now=now, zone=ZONE).lives:
        gaps = [
            later - earlier
            for earlier, later in zip(one.truth.dose_days, one.truth.dose_days[1:], strict=False)
        ]
        # A session today keeps to `now`, so its hour may lie later than last week's.
        assert all(3.5 <= gap <= 8 for gap in gaps), (one.story, gaps)


@given(now=moments)
@settings(max_examples=8)
def test_integration_first_comes_24_to_72_hours_after_the_start(now: datetime) -> None:
    for one in practice(7, now=now, zone=ZONE).lives:
        starts = [event.at for event in of(one, "start_session")]
        for place, insight in enumerate(of(one, "record_insight")):
            assert timedelta(hours=24) <= insight.at - starts[place] <= timedelta(hours=72)


def staff_deeds() -> Iterator[tuple[Life, Event]]:
    today = {"running-twenty", "running-thirty-five", "morning-done"}
    on_call = {"answer_notice"}
    for one in demonstration().lives:
        for event in one.events:
            mine = event.by == one.person.key or event.deed in on_call
            if not mine and not (one.story in today and event.at.date() == NOW.date()):
                yield one, event


def test_staff_keep_working_hours() -> None:
    late = [
        (one.story, event.deed, event.at)
        for one, event in staff_deeds()
        if not 7 <= event.at.hour < 19 or event.at.weekday() > 4
        if event.deed != "assign_sheet" and NOW - event.at > timedelta(days=3)
    ]
    assert late == []


def test_infusions_are_read_every_ten_minutes_while_they_run() -> None:
    one = life("review-due")
    session = of(one, "start_session")[0]
    readings = [
        e for e in of(one, "record_reading") if e.what["session"] == session.what["session"]
    ]
    minutes = [(e.at - session.at).total_seconds() / 60 for e in readings]
    assert minutes[:4] == [10, 20, 30, 40]
    assert [e.what["at_min"] for e in readings] == minutes


def test_resting_pressure_is_inside_the_limit_before_every_start() -> None:
    for one in demonstration().lives:
        for reading in of(one, "record_resting"):
            assert reading.what["systolic_bp"] < 140
            assert reading.what["diastolic_bp"] < 90


def test_answers_are_whole_sheets_within_their_range() -> None:
    for one in demonstration().lives:
        for sheet, total in phq9_totals(one).items():
            given_answers = answers(one, sheet)
            assert tuple(given_answers) == PHQ9_ITEMS
            assert set(given_answers.values()) <= {0, 1, 2, 3}
            assert 0 <= total <= 27


def test_the_baseline_sheet_is_the_true_first_score() -> None:
    seen = 0
    for one in demonstration().lives:
        if "phq9-1" in (totals := phq9_totals(one)):
            assert totals["phq9-1"] == one.truth.baseline
            seen += 1
    assert seen > 25


def test_later_totals_lie_within_scatter_of_the_truth() -> None:
    errors = []
    for one in demonstration().lives:
        for event in of(one, "finish_sheet"):
            if event.what["instrument"] == "phq9" and event.at > one.truth.first_dose:
                day = (event.at - one.truth.first_dose).total_seconds() / 86_400
                truth = expected_phq9(one.truth.latent, day, dose_days=one.truth.dose_days)
                errors.append(phq9_totals(one)[event.what["sheet"]] - float(truth[0]))
    assert len(errors) > 80
    assert abs(sum(errors) / len(errors)) < 0.6
    assert max(abs(error) for error in errors) < 1.9 * 4.5


def test_both_running_sessions_are_where_they_should_be() -> None:
    for story, minutes in (("running-twenty", 20), ("running-thirty-five", 35)):
        one = life(story)
        start = of(one, "start_session")[-1]
        assert (NOW - start.at).total_seconds() / 60 == minutes
        assert start.what["session"] not in {e.what["session"] for e in of(one, "stop_session")}
    rooms = {life("running-twenty").room, life("running-thirty-five").room}
    people = {e.by for s in ("running-twenty", "running-thirty-five") for e in life(s).events[-1:]}
    assert len(rooms) == len(people) == 2


def test_the_morning_session_is_home_again() -> None:
    assert of(life("morning-done"), "discharge")


LAST_DEEDS = [
    ("just-called", "add_person"),
    ("consultation-today", "book_consultation"),
    ("consultation-held", "hold_consultation"),
    ("screening-waiting", "tell_news"),
    ("screening-not-yet", "tell_news"),
    ("another-path", "decide_screening"),
    ("consent-waiting", "decide_screening"),
    ("withdrew", "withdraw_consent"),
]


@pytest.mark.parametrize(("story", "deed"), LAST_DEEDS)
def test_each_one_who_waits_stands_at_their_stage(story: str, deed: str) -> None:
    assert life(story).events[-1].deed == deed


def test_the_intake_stops_at_the_question_of_the_story() -> None:
    asked = [event.what["question"] for event in of(life("intake-stopped"), "answer_intake")]
    assert asked[-1] == "medical_history"
    assert not of(life("intake-stopped"), "finish_intake")


def test_the_one_not_yet_suitable_has_high_pressure_on_file() -> None:
    facts = {e.what["fact"]: e.what["value"] for e in of(life("screening-not-yet"), "give_fact")}
    assert facts["systolic_bp"] == 168
    news = {e.what["fact"]: e.what["value"] for e in of(life("screening-not-yet"), "tell_news")}
    assert news == {"systolic_bp_mmhg": 164, "diastolic_bp_mmhg": 100}
    assert of(life("screening-not-yet"), "decide_screening")[0].what["decision"] == "not_yet"


def test_integration_is_due_for_one_and_overdue_for_another() -> None:
    for story, low, high in (("integration-due", 0, 72), ("integration-overdue", 72, 24 * 14)):
        one = life(story)
        starts = of(one, "start_session")
        assert len(of(one, "record_insight")) < len(starts)
        assert timedelta(hours=low) < NOW - starts[-1].at < timedelta(hours=high)


def test_follow_up_sheets_are_missing_in_one_story() -> None:
    one = life("sheets-missing")
    unanswered = {e.what["sheet"] for e in of(one, "assign_sheet")} - {
        e.what["sheet"] for e in of(one, "finish_sheet")
    }
    assert len(unanswered) >= 4


def test_the_one_who_got_worse_really_did() -> None:
    totals = list(phq9_totals(life("got-worse")).values())
    assert totals[-1] - life("got-worse").truth.baseline >= 3
    assert life("got-worse").truth.reach < 0


def test_the_one_maintained_has_a_year_of_sessions() -> None:
    starts = of(life("maintained-year"), "start_session")
    assert starts[-1].at - starts[0].at > timedelta(days=330)
    assert len(starts) >= 18


def test_the_one_who_relapsed_lost_a_response_they_had() -> None:
    one = life("relapsed")
    totals = list(phq9_totals(one).values())
    assert min(totals) <= one.truth.baseline / 2 < totals[-1]


def test_the_couple_point_at_each_other() -> None:
    assert of(life("couple-one"), "link_partner")[0].what["partner"] == "couple-two"
    assert of(life("couple-two"), "link_partner")[0].what["partner"] == "couple-one"


def open_notices(one: Life) -> set[str]:
    raised = {
        event.what["sheet"]
        for event in of(one, "answer_item")
        if event.what["item"] in {"self_harm", "wish_dead"} and event.what["value"] > 0
    }
    return raised - {event.what["sheet"] for event in of(one, "answer_notice")}


def test_only_one_story_has_an_open_notice() -> None:
    assert [one.story for one in demonstration().lives if open_notices(one)] == ["suicide-notice"]


def test_two_messages_wait() -> None:
    assert sum(len(of(one, "send_message")) for one in demonstration().lives) == 2


def test_one_check_is_open_for_the_afternoon() -> None:
    one = life("today-afternoon")
    planned = of(one, "plan_session")[3].what
    assert datetime.fromisoformat(planned["at"]) > NOW
    assert "today-afternoon-4" not in {e.what["session"] for e in of(one, "start_session")}


def test_the_people_are_invented_beyond_doubt() -> None:
    people = [one.person for one in demonstration().lives]
    assert len({(p.given, p.family) for p in people}) == len({p.key for p in people}) == 40
    assert len({p.email for p in people}) == len({p.phone for p in people}) == 40
    assert all(p.email.endswith("@example.org") for p in people)
    assert all(p.phone.startswith("+1 555 01") and len(p.phone) == 11 for p in people)
    assert all(18 <= (NOW.date() - p.birth_date).days / 365.25 < 100 for p in people)


@pytest.mark.parametrize("hours", [0, 4, 80, 90, 1_000])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_stages_hold_at_other_moments_and_seeds(hours: int, seed: int) -> None:
    now = FIRST_DAY + timedelta(hours=hours)
    by_story = {one.story: one for one in practice(seed, now=now, zone=ZONE).lives}
    for story, deed in LAST_DEEDS:
        assert by_story[story].events[-1].deed == deed
    for story in ("running-twenty", "running-thirty-five"):
        one = by_story[story]
        assert len(of(one, "stop_session")) == len(of(one, "start_session")) - 1


def test_every_story_names_a_concern_with_words() -> None:
    assert {p.person.concern for p in demonstration().lives} >= {"Anxiety", "Alcohol use"}
    assert len({story.id for story in stories()}) == len(stories())
