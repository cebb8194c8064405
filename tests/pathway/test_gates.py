from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapstone.knowledge.dose_day import checklist, routes
from kapstone.pathway import (
    Answer,
    Consent,
    CourseFacts,
    Gate,
    Override,
    RedNotice,
    Resting,
    Screening,
    SessionFacts,
    Signature,
    gates,
    may_start,
)
from kapstone.pathway.resting import layer

from .people import AGREED, NOW, SCREENED, ready, rested, said, signed, vega, with_session

RED = RedNotice(says="Oxygen 84 %: limit 90.", at=NOW - timedelta(minutes=3))
HARD = [check for check in checklist("iv") if check.gate == "hard" and not check.judged_from]


def gate(facts: CourseFacts, id: str) -> Gate:
    return next(each for each in gates(facts, 3, now=NOW) if each.id == id)


def starts(facts: CourseFacts) -> bool:
    return may_start(gates(facts, 3, now=NOW))


def passing(reason: str, minutes_ago: int = 2) -> Override:
    return Override(reason=reason, at=NOW - timedelta(minutes=minutes_ago))


def resting(*pressures: tuple[float | None, float | None], **changes: Any) -> CourseFacts:
    made = [
        replace(rested(minutes_ago=9 - 3 * i), systolic_bp=systolic, diastolic_bp=diastolic)
        for i, (systolic, diastolic) in enumerate(pressures)
    ]
    return replace(with_session(resting=tuple(made)), **changes)


@pytest.mark.parametrize("route", [name for name in routes() if name != "lozenge_home"])
def test_a_person_with_everything_in_order_may_start(route: str) -> None:
    assert starts(vega(ready(route)))


def test_a_person_at_home_with_everything_in_order_may_start() -> None:
    facts = vega(replace(ready("lozenge_home"), escort=None))
    assert starts(facts)
    assert "PRE-24" not in {each.id for each in gates(facts, 3, now=NOW)}


def test_nothing_known_is_no_permission() -> None:
    assert not starts(CourseFacts())
    assert not may_start(())


def test_every_hard_check_of_the_route_is_a_gate() -> None:
    for route in routes():
        hard = {check.id for check in checklist(route) if check.gate == "hard"}
        assert hard <= {each.id for each in gates(vega(ready(route)), 3, now=NOW)}


@pytest.mark.parametrize("check", HARD, ids=lambda check: check.id)
def test_one_check_not_passed_or_not_answered_keeps_the_session_shut(check: Any) -> None:
    passed = dict(ready().checks)
    assert gate(with_session(checks=passed | {check.id: said(False)}), check.id).state == "open"
    del passed[check.id]
    unanswered = with_session(checks=passed)
    assert gate(unanswered, check.id).state == "unknown"
    assert not starts(unanswered)
    overridden = with_session(checks=passed, overrides={check.id: passing("Seen by Dr Osei")})
    assert starts(overridden) is (check.overridable_by is not None)


PAIRS = [check for check in HARD if check.second]


def test_the_lines_that_two_people_sign_are_those_of_the_evidence() -> None:
    """PRE-31 for what goes into a vein or a muscle, PRE-40 for every route."""
    assert {check.id for check in PAIRS} == {"PRE-31", "PRE-40"}
    two = {check.id for route in routes() for check in checklist(route) if check.second}
    assert two == {"PRE-31", "PRE-40"}
    assert {"iv", "im"} == {
        route for route in routes() if "PRE-31" in {check.id for check in checklist(route)}
    }


def ticked(id: str, *signatures: Signature) -> Gate:
    answer = replace(said(True), signed=signatures)
    return gate(with_session(checks=dict(ready().checks) | {id: answer}), id)


OSEI = signed(1, "Dr Osei", "prescriber")
ABARA = signed(2, "Nurse Abara", "session_monitor")
LIND = signed(3, "Lind", "therapist")


@pytest.mark.parametrize(
    ("id", "signatures", "state"),
    [
        ("PRE-31", (), "open"),
        ("PRE-31", (ABARA,), "open"),
        ("PRE-31", (ABARA, ABARA), "open"),
        ("PRE-31", (LIND, signed(4, "Moss", "therapist")), "open"),
        ("PRE-31", (ABARA, OSEI), "ok"),
        ("PRE-31", (LIND, ABARA), "ok"),
        ("PRE-31", (ABARA, signed(5, "Nurse Vale", "session_monitor")), "ok"),
        ("PRE-40", (OSEI,), "open"),
        ("PRE-40", (OSEI, ABARA), "open"),
        ("PRE-40", (OSEI, signed(6, "Dr Ray", "prescriber")), "open"),
        ("PRE-40", (replace(OSEI, roles=frozenset({"prescriber", "therapist"})),), "open"),
        ("PRE-40", (LIND, OSEI), "ok"),
        ("PRE-40", (OSEI, replace(LIND, at=LIND.at - timedelta(days=1))), "open"),
    ],
)
def test_a_line_for_two_opens_when_two_people_of_its_roles_signed_today(
    id: str, signatures: tuple[Signature, ...], state: str
) -> None:
    assert ticked(id, *signatures).state == state


def test_a_line_for_two_says_who_ticked_and_who_is_missing() -> None:
    assert ticked("PRE-40", OSEI).says == "Ticked by Dr Osei; second person missing: therapist"
    assert ticked("PRE-40", LIND).says == "Ticked by Lind; second person missing: prescriber"
    assert ticked("PRE-40").says == "Ticked by nobody; second person missing: prescriber"


def test_what_was_ticked_on_another_day_is_not_known() -> None:
    yesterday = 24 * 60
    for check in HARD:
        old = dict(ready().checks) | {check.id: said(True, minutes_ago=yesterday)}
        assert gate(with_session(checks=old), check.id).state == "unknown"
    assert gate(with_session(escort=said(True, minutes_ago=yesterday)), "PRE-24").state == "unknown"
    assert gate(with_session(escort=said(True, minutes_ago=-5)), "PRE-24").state == "unknown"


def test_what_was_ticked_before_midnight_is_of_another_day() -> None:
    """The day is the practice's: 02:00 UTC is still the evening before in New York."""
    evening = (NOW + timedelta(days=1)).replace(hour=2).astimezone(ZoneInfo("America/New_York"))
    found = {each.id: each for each in gates(vega(), 3, now=evening)}
    assert all(found[check.id].state == "ok" for check in HARD)


def test_a_session_that_has_begun_is_judged_at_its_start() -> None:
    begun = with_session(started_at=NOW)
    assert may_start(gates(begun, 3, now=NOW + timedelta(days=1)))
    assert not may_start(gates(vega(), 3, now=NOW + timedelta(days=1)))


def test_an_override_counts_on_its_day_and_for_what_it_judged() -> None:
    amber = resting((150, 92), (150, 92)).session(3)

    def state(minutes_ago: int) -> str:
        passed = {"PRE-17": passing("Settled at 138 at home today", minutes_ago)}
        return gate(vega(replace(amber, overrides=passed)), "PRE-17").state

    assert state(minutes_ago=2) == "overridden"
    assert state(minutes_ago=7) == "open", "a reading followed it"
    assert state(minutes_ago=24 * 60) == "open"
    thoughts = with_session(cssrs_risk="si_positive").session(3)
    before = {"PRE-05": passing("Seen together, no plan", minutes_ago=90)}
    assert gate(vega(replace(thoughts, overrides=before)), "PRE-05").state == "open"


@pytest.mark.parametrize(
    ("systolic", "diastolic", "age", "expected"),
    [
        (140, 90, 64, "green"),
        (141, 90, 64, "amber"),
        (140, 91, 64, "amber"),
        (150, 90, 65, "green"),
        (151, 90, 65, "amber"),
        (150, 91, 65, "amber"),
        (145, 85, None, "amber"),
        (159, 99, 64, "amber"),
        (160, 80, 64, "red"),
        (120, 100, 64, "red"),
        (179, 109, 64, "red"),
        (180, 80, 64, "black"),
        (120, 110, 64, "black"),
        (90, 60, 64, "green"),
        (89, 60, 64, "low"),
    ],
)
def test_resting_blood_pressure_falls_in_its_layer(
    systolic: float, diastolic: float, age: int | None, expected: str
) -> None:
    assert layer(systolic, diastolic, age) == expected


def test_the_mean_of_two_readings_decides() -> None:
    assert gate(resting((142, 88), (138, 86)), "PRE-17").state == "ok"
    assert gate(resting((142, 88), (140, 88)), "PRE-17").state == "open"


@pytest.mark.parametrize(("seconds", "state"), [(0, "unknown"), (59, "unknown"), (60, "ok")])
def test_two_readings_at_rest_are_a_minute_apart(seconds: int, state: str) -> None:
    first, at = rested(minutes_ago=5), NOW - timedelta(minutes=5) + timedelta(seconds=seconds)
    found = gate(with_session(resting=(first, replace(first, at=at))), "PRE-17")
    assert found.state == state
    assert ("take another" in found.says) is (state == "unknown")


def test_a_third_reading_a_minute_later_opens_the_gate() -> None:
    """The last two count: a reading taken too soon is followed by another, never skipped."""
    taken = [rested(minutes_ago=5), rested(minutes_ago=5), rested(minutes_ago=4)]
    assert gate(with_session(resting=tuple(taken[:2])), "PRE-17").state == "unknown"
    assert gate(with_session(resting=tuple(taken)), "PRE-17").state == "ok"


def test_an_old_reading_is_shown_but_does_not_count() -> None:
    old = replace(rested(138, 86), at=NOW - timedelta(days=14))
    found = gate(with_session(resting=(old, old)), "PRE-17")
    assert found.state == "unknown"
    assert found.says == "must be \u2264 140/90; last 138/86 on 20 Oct; two readings needed"


def test_two_readings_half_an_hour_apart_are_a_pair_and_more_is_not() -> None:
    def apart(minutes: int) -> str:
        return gate(
            with_session(resting=(rested(minutes_ago=minutes), rested(minutes_ago=0))), "PRE-17"
        ).state

    assert apart(30) == "ok"
    assert apart(31) == "unknown"


def test_a_reading_without_a_figure_is_not_skipped_for_an_older_one() -> None:
    assert gate(resting((130, 80), (130, 80), (170, None)), "PRE-17").state == "unknown"


def test_a_prescriber_may_pass_amber_in_the_practice_with_a_reason() -> None:
    amber = resting((150, 92), (150, 92))
    assert gate(amber, "PRE-17").overridable_by == "prescriber"
    session = replace(
        amber.session(3), overrides={"PRE-17": passing("Settled at 138 at home today")}
    )
    passed = vega(session)
    assert gate(passed, "PRE-17").state == "overridden"
    assert gate(passed, "PRE-17").reason == "Settled at 138 at home today"
    assert starts(passed)


def test_a_blank_reason_passes_nothing() -> None:
    amber = resting((150, 92), (150, 92)).session(3)
    assert not starts(vega(replace(amber, overrides={"PRE-17": passing("  ")})))


@pytest.mark.parametrize("pressure", [(165, 80), (185, 80), (85, 50)])
def test_nobody_may_pass_red_black_or_low(pressure: tuple[float, float]) -> None:
    session = resting(pressure, pressure).session(3)
    found = gate(vega(replace(session, overrides={"PRE-17": passing("I insist")})), "PRE-17")
    assert (found.state, found.overridable_by) == ("stop", None)


def test_amber_at_home_is_a_stop() -> None:
    amber = resting((150, 92), (150, 92)).session(3)
    home = replace(amber, order_route="lozenge_home", overrides={"PRE-17": passing("I insist")})
    assert gate(vega(home), "PRE-17").state == "stop"


@pytest.mark.parametrize(
    ("rate", "state"), [(49, "stop"), (50, "ok"), (110, "ok"), (111, "stop"), (None, "unknown")]
)
def test_resting_heart_rate(rate: float | None, state: str) -> None:
    reading = replace(rested(), heart_rate=rate)
    assert gate(with_session(resting=(rested(), reading)), "PRE-18").state == state


@pytest.mark.parametrize(
    ("oxygen", "breaths", "state"),
    [
        (95, 10, "ok"),
        (95, 24, "ok"),
        (94, 14, "open"),
        (97, 9, "open"),
        (97, 25, "open"),
        (None, 14, "unknown"),
        (97, None, "unknown"),
    ],
)
def test_oxygen_and_breathing_at_rest(
    oxygen: float | None, breaths: float | None, state: str
) -> None:
    reading = replace(rested(), oxygen_saturation=oxygen, respiratory_rate=breaths)
    assert gate(with_session(resting=(rested(), reading)), "PRE-19").state == state


def test_a_screening_decision_holds_to_its_last_day() -> None:
    signed = vega().screening
    last = replace(vega(), screening=replace(signed, valid_until=NOW))
    assert gate(last, "screening").state == "ok"
    over = replace(signed, valid_until=NOW - timedelta(seconds=1))
    assert gate(replace(vega(), screening=over), "screening").state == "open"
    changed = replace(signed, knowledge_changed=True)
    assert gate(replace(vega(), screening=changed), "screening").state == "open"


@pytest.mark.parametrize(
    ("over", "second_by", "state"),
    [
        ((), None, "ok"),
        (None, None, "unknown"),
        (None, "Dr Vale", "unknown"),
        (("Aneurysm",), None, "open"),
        (("Aneurysm",), "Dr Vale", "ok"),
    ],
)
def test_over_a_stop_for_two_the_screening_gate_wants_two(
    over: tuple[str, ...] | None, second_by: str | None, state: str
) -> None:
    screening = replace(vega().screening, over=over, second_by=second_by)
    assert gate(replace(vega(), screening=screening), "screening").state == state


def test_a_screening_signed_in_the_future_does_not_count() -> None:
    ahead = replace(vega().screening, signed_at=NOW + timedelta(minutes=1))
    assert gate(replace(vega(), screening=ahead), "screening").state == "open"


@pytest.mark.parametrize("decision", ["not_yet", "another_path"])
def test_a_decision_against_is_a_stop(decision: Any) -> None:
    facts = replace(vega(), screening=replace(vega().screening, decision=decision))
    assert gate(facts, "screening").state == "stop"


def test_consent_to_one_route_is_no_consent_to_another() -> None:
    signed = replace(vega().consent, routes=frozenset(["iv"]))
    told = replace(vega(), consent=signed)
    assert gate(told, "consent").state == "ok"
    moved = replace(told, sessions=(*told.sessions[:2], ready("im")))
    assert gate(moved, "consent").state == "open"
    assert "ask for consent again" in gate(moved, "consent").says
    silent = replace(moved, consent=replace(signed, routes=None))
    assert gate(silent, "consent").state == "unknown"


def test_consent_must_be_the_current_text_in_date_and_not_withdrawn() -> None:
    signed = vega().consent

    def state(**changes: Any) -> str:
        return gate(replace(vega(), consent=replace(signed, **changes)), "consent").state

    assert state(expires_at=NOW + timedelta(seconds=1)) == "ok"
    assert state(expires_at=NOW) == "open"
    assert state(expires_at=NOW - timedelta(seconds=1)) == "open"
    assert state(current_version="v5") == "open"
    assert state(withdrawn=True, withdrawn_at=NOW) == "stop"
    assert state(signed_at=NOW + timedelta(minutes=1)) == "open"
    assert state(withdrawn=None) == "unknown"


def test_an_order_from_the_future_is_not_an_order() -> None:
    assert gate(with_session(order_signed_at=NOW + timedelta(minutes=1)), "order").state == "open"
    assert gate(with_session(order_signed_at=None), "order").state == "unknown"


def test_an_order_for_another_route_than_the_plan_is_no_order() -> None:
    found = gate(with_session(planned_route="lozenge_home"), "order")
    assert found.state == "open"
    assert routes()["iv"].label in found.says
    assert routes()["lozenge_home"].label in found.says
    assert gate(with_session(planned_route=None), "order").state == "unknown"


def test_suicide_risk_since_last_contact() -> None:
    assert gate(with_session(cssrs_risk="si_urgent"), "PRE-05").state == "stop"
    yesterday = with_session(cssrs_at=NOW - timedelta(days=1))
    assert gate(yesterday, "PRE-05").state == "open"
    thoughts = with_session(cssrs_risk="si_positive")
    assert gate(thoughts, "PRE-05").overridable_by == "prescriber"
    session = replace(thoughts.session(3), order_route="lozenge_home")
    assert gate(vega(session), "PRE-05").state == "stop"
    unreviewed = gate(replace(vega(), unreviewed_risk=True), "risk_review")
    assert (unreviewed.state, unreviewed.overridable_by) == ("stop", None)
    assert gate(replace(vega(), unreviewed_risk=None), "risk_review").state == "unknown"
    waiting = replace(vega(), open_risk_notice=True)
    assert gate(waiting, "risk_notice").state == "stop"
    assert gate(waiting, "risk_notice").says.endswith("waits for a clinician's answer")
    answered = gate(replace(waiting, risk_answered=True), "risk_notice")
    assert (answered.state, answered.overridable_by) == ("stop", None)
    assert answered.says.endswith("was answered and waits to be closed")


def test_nobody_to_take_the_person_home_is_the_prescribers_call() -> None:
    assert gate(with_session(escort=said(False)), "PRE-24").state == "open"
    reason = {"PRE-24": passing("Stays in the practice until her sister comes at 18:00")}
    assert starts(with_session(escort=said(False), overrides=reason))


# The law: forgetting something never opens a gate.

moments = st.sampled_from([NOW - timedelta(days=400), AGREED, SCREENED, NOW, NOW + timedelta(1)])
yes_or_no = st.sampled_from([True, True, True, False, None])
days = st.sampled_from([NOW - timedelta(minutes=m) for m in (0, 7, 30, 30, 30, 1500, -5)])
answers = st.builds(Answer, ok=yes_or_no, at=days)
readings = st.builds(
    Resting,
    at=st.sampled_from([NOW - timedelta(minutes=m) for m in (0, 3, 20, 60, 1500)]),
    systolic_bp=st.sampled_from([88.0, 132.0, 145.0, 165.0, None]),
    diastolic_bp=st.sampled_from([70.0, 92.0, 105.0, None]),
    heart_rate=st.sampled_from([45.0, 71.0, 120.0, None]),
    oxygen_saturation=st.sampled_from([90.0, 97.0, None]),
    respiratory_rate=st.sampled_from([6.0, 14.0, None]),
)
GATE_IDS = sorted({each.id for route in routes() for each in gates(vega(ready(route)), 3, now=NOW)})


@st.composite
def courses(draw: st.DrawFn) -> CourseFacts:
    """People mostly in order, with a few things changed."""
    facts = vega(ready(draw(st.sampled_from(sorted(routes())))))
    session = facts.session(3)
    odd: dict[str, st.SearchStrategy[Any]] = {
        "order_signed_at": moments,
        "resting": st.lists(readings, max_size=3).map(tuple),
        "escort": answers,
        "cssrs_risk": st.sampled_from(["none", "si_positive", "si_urgent", None]),
        "cssrs_at": moments,
        "checks": st.fixed_dictionaries(dict.fromkeys(session.checks, answers)),
        "overrides": st.dictionaries(
            st.sampled_from(GATE_IDS),
            st.builds(Override, reason=st.sampled_from(["ok", " "]), at=days),
        ),
    }
    changed = draw(st.sets(st.sampled_from(sorted(odd)), max_size=3))
    session = replace(session, **{name: draw(odd[name]) for name in changed})
    session = replace(session, overrides=draw(odd["overrides"]))
    screening = replace(
        facts.screening,
        decision=draw(st.sampled_from(["suitable", "extra_oversight", "not_yet"])),
        knowledge_changed=draw(yes_or_no.map(lambda x: None if x is None else not x)),
        over=draw(st.sampled_from([(), ("Aneurysm",), None])),
        second_by=draw(st.sampled_from(["Dr Vale", None])),
    )
    return replace(
        facts,
        age=draw(st.sampled_from([41, 70, None])),
        screening=screening,
        consent=replace(facts.consent, withdrawn_at=draw(st.none() | moments)),
        sessions=(session,),
    )


def forgettings(facts: CourseFacts) -> list[CourseFacts]:
    """The same course with one known thing forgotten, in every way there is."""
    session = facts.session(3)
    found = [replace(facts, age=None), replace(facts, open_risk_notice=None)]
    found.append(replace(facts, unreviewed_risk=None))
    forgotten: list[dict[str, Any]] = [{field.name: None} for field in fields(Screening)]
    found += [
        replace(facts, screening=replace(facts.screening, **unknown)) for unknown in forgotten
    ]
    found += [
        replace(facts, consent=replace(facts.consent, **{field.name: None}))
        for field in fields(Consent)
    ]
    sessions = [
        replace(session, **{field.name: None})  # type: ignore[arg-type]
        for field in fields(SessionFacts)
        if field.name not in ("number", "checks", "resting", "overrides")
    ]
    for name, answer in session.checks.items():
        others = {other: each for other, each in session.checks.items() if other != name}
        sessions.append(replace(session, checks=others))
        sessions.append(replace(session, checks={**others, name: replace(answer, ok=None)}))
    sessions += [replace(session, overrides={}), replace(session, resting=())]
    for i, reading in enumerate(session.resting):
        for field in fields(Resting):
            if field.name != "at":
                blank = replace(reading, **{field.name: None})  # type: ignore[arg-type]
                several = (*session.resting[:i], blank, *session.resting[i + 1 :])
                sessions.append(replace(session, resting=several))
    return found + [replace(facts, sessions=(each,)) for each in sessions]


@given(courses())
def test_forgetting_a_known_fact_never_opens_a_session(facts: CourseFacts) -> None:
    if not starts(facts):
        assert not any(starts(less) for less in forgettings(facts))


@given(courses())
def test_an_override_always_shows_its_reason_and_its_right(facts: CourseFacts) -> None:
    for each in gates(facts, 3, now=NOW):
        assert (each.state == "overridden") == bool(each.reason)
        if each.state == "overridden":
            assert each.overridable_by == "prescriber"


def test_every_single_forgetting_of_a_ready_person_is_noticed_or_harmless() -> None:
    harmless = 0
    for less in forgettings(vega()):
        shut = [each for each in gates(less, 3, now=NOW) if not each.lets_through]
        harmless += not shut
        assert all(each.state == "unknown" for each in shut)
    assert harmless > 0


def test_gate_ids_are_given_once() -> None:
    ids = sorted(each.id for each in gates(vega(), 3, now=NOW))
    assert all(one != other for one, other in pairwise(ids))


def test_an_answer_settled_since_the_decision_keeps_it_open() -> None:
    signed = replace(vega().screening, settled_since=("Aneurysm: yes",))
    found = gate(replace(vega(), screening=signed), "screening")
    assert (found.state, found.overridable_by) == ("open", None)
    assert found.says.startswith("Settled since the decision: Aneurysm: yes. ")


def test_a_stop_since_the_decision_comes_first_and_is_a_stop() -> None:
    signed = replace(vega().screening, knowledge_changed=True, stops_since=("Aneurysm", "Stroke"))
    found = gate(replace(vega(), screening=signed), "screening")
    assert found.state == "stop"
    assert found.says.startswith("Stop since the decision: Aneurysm, Stroke. ")
    ran_out = replace(signed, valid_until=NOW - timedelta(seconds=1), stops_since=tuple("ABCDE"))
    found = gate(replace(vega(), screening=ran_out), "screening")
    assert found.state == "stop"
    assert "A, B, C and 2 more." in found.says


def test_a_red_notice_shuts_the_session_and_not_to_know_of_one_does_too() -> None:
    """Unknown is never no; nobody passes it, since answering it is the way."""
    waits = gate(with_session(red_notices=(RED,)), "red_notice")
    assert (waits.state, waits.overridable_by) == ("stop", None)
    assert "Oxygen 84 %" in waits.says
    assert not starts(with_session(red_notices=(RED,), overrides={"red_notice": passing("Seen")}))
    assert gate(with_session(red_notices=None), "red_notice").state == "unknown"
    assert not starts(with_session(red_notices=None))


def test_a_red_notice_of_later_leaves_a_session_as_it_began() -> None:
    later = replace(RED, at=NOW + timedelta(minutes=5))
    began = with_session(red_notices=(later,), started_at=NOW)
    assert gate(began, "red_notice").state == "ok"


def test_only_a_session_together_asks_whether_each_was_asked_alone() -> None:
    assert "together" not in {each.id for each in gates(vega(ready()), 3, now=NOW)}
    settled, open_ = (gate(with_session(asked_alone=said), "together") for said in (True, False))
    assert (settled.state, open_.state) == ("ok", "open")
    assert not starts(with_session(asked_alone=False))
    assert starts(with_session(asked_alone=True))


def test_nobody_may_pass_the_gate_of_a_session_together() -> None:
    passed = with_session(asked_alone=False, overrides={"together": passing("They insist on it")})
    assert gate(passed, "together").state == "open"
