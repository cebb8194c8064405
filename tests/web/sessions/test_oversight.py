"""Whoever sits beside the person reads what "extra oversight" means today."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils.html import escape
from web.logging_in import Enter
from web.well import all_is_well

from kapstone import screening as room
from kapstone.web.accounts.models import User
from kapstone.web.clinician.oversight import MOST, oversight
from kapstone.web.records.actions import screening as deeds
from kapstone.web.records.models import Course, GivenFact, ScreeningDecision, Session

REASON = "Anaesthetist in the building, one extra reading at 30 minutes."


def decide(
    course: Course, decision: str, *facts: str, at: datetime, by: User
) -> list[room.Finding]:
    """Sign it over these facts, each a yes; gives the oversight findings as they were kept."""
    if not GivenFact.objects.filter(person=course.person).exists():
        all_is_well(course, at=at, by=by)
    for name in facts:
        origin = room.fact(name).from_[-1]
        deeds.give_fact(course.person, name, True, origin=origin, at=at, by=by)
    row = deeds.decide_screening(course, decision=decision, reason=REASON, at=at, by=by)
    found = room.Screening.from_data(ScreeningDecision.objects.get(pk=row.pk).screening)
    return [each for each in found.findings if each.action == "oversight"]


def speaking() -> list[str]:
    """Facts a clinician may give whose yes alone makes an oversight rule speak."""
    names = {
        line.split()[0]
        for rule in room.rules()
        if rule.action == "oversight"
        for line in (*rule.when.any, *rule.when.all)
    }
    known = room.vocabulary()
    may = (name for name in names if name in known and known[name].kind == "yes_no")
    return sorted(name for name in may if "clinician" in known[name].from_)


def test_the_reason_and_each_instruction_stand_on_the_page_and_in_the_room(
    started: Session, osei: User, abara: User, enter: Enter, now: datetime
) -> None:
    told = decide(started.course, "extra_oversight", *speaking()[:2], at=now, by=osei)
    assert told
    for page in ("", "room/"):
        said = enter(abara).get(f"/sessions/{started.pk}/{page}").content.decode()
        assert REASON in said
        for each in told[:MOST]:
            assert escape(each.tell) in said
            assert f"/rules/{each.id}/" in said


def test_no_more_than_six_are_told_and_the_rest_are_counted(
    planned: Session, osei: User, enter: Enter, now: datetime
) -> None:
    told = decide(planned.course, "extra_oversight", *speaking(), at=now, by=osei)
    assert len(told) > MOST
    said = enter(osei).get(f"/sessions/{planned.pk}/").content.decode()
    assert f"And {len(told) - MOST} more on" in said
    assert escape(told[MOST - 1].tell) in said
    assert escape(told[MOST].tell) not in said


def test_a_stop_that_was_gone_over_is_named(planned: Session, osei: User, now: datetime) -> None:
    decide(planned.course, "suitable", "aneurysm", at=now, by=osei)
    said = oversight(planned.course, at=now)
    assert said is not None
    assert [rule for _, rule in said["over"]] == ["SCR-CAR-01"]


def test_a_stop_that_nobody_could_rule_out_is_named_too(
    planned: Session, osei: User, now: datetime
) -> None:
    course = planned.course
    all_is_well(course, at=now, by=osei)
    origin = room.fact("aneurysm").from_[-1]
    deeds.give_fact(course.person, "aneurysm", None, origin=origin, at=now, by=osei)
    decide(course, "suitable", at=now, by=osei)
    said = oversight(course, at=now)
    assert said is not None
    assert [rule for title, rule in said["over"] if title.startswith("not known: ")] == [
        "SCR-CAR-01"
    ]


@pytest.mark.parametrize(("later", "told"), [(0, True), (1, False)])
def test_what_was_signed_later_says_nothing_of_a_moment_before(
    course: Course, osei: User, now: datetime, later: int, *, told: bool
) -> None:
    decide(course, "extra_oversight", at=now + timedelta(seconds=later), by=osei)
    assert (oversight(course, at=now) is not None) is told


@pytest.mark.parametrize("decision", ["not_yet", "another_path", "suitable"])
def test_nothing_is_told_where_no_oversight_was_decided(
    decision: str, course: Course, osei: User, now: datetime
) -> None:
    assert oversight(course, at=now) is None
    decide(course, decision, at=now, by=osei)
    assert oversight(course, at=now) is None
