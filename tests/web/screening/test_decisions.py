"""A signed decision can be replayed from its own row, and says what has changed since."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from web.logging_in import Enter
from web.well import all_is_well

from kapstone import screening
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import decisions, facts
from kapstone.web.records.actions import intake, readings, sessions
from kapstone.web.records.actions import screening as deeds
from kapstone.web.records.models import FAVOURABLE, Course, ScreeningDecision
from kapstone.web.records.refusals import Refused

REASON = "Seen together with the person; the reason is written here."


@pytest.fixture
def decided(course: Course, osei: User, ade_user: User, now: datetime) -> ScreeningDecision:
    told = {"takes_medicines": "yes", "medicines": ["Phenelzine", "15 mg", ""], "aneurysm": "no"}
    for question, raw in told.items():
        intake.answer_intake(course, question, raw, at=now, by=ade_user)
    deeds.give_fact(course.person, "systolic_bp_mmhg", 148.0, origin="reading", at=now, by=osei)
    deeds.give_fact(course.person, "diastolic_bp_mmhg", 84.0, origin="reading", at=now, by=osei)
    return deeds.decide_screening(course, decision="not_yet", reason=REASON, at=now, by=osei)


@pytest.mark.parametrize("decision", FAVOURABLE)
def test_a_stop_that_nobody_may_override_is_not_signed_over(
    decision: str, course: Course, osei: User, now: datetime
) -> None:
    deeds.give_fact(course.person, "chest_pain_recent", True, origin="clinician", at=now, by=osei)
    with pytest.raises(Refused, match="SCR-CAR-09"):
        deeds.decide_screening(course, decision=decision, reason=REASON, at=now, by=osei)
    deeds.decide_screening(course, decision="not_yet", reason=REASON, at=now, by=osei)


@pytest.mark.parametrize("decision", FAVOURABLE)
def test_a_stop_with_an_override_is_signed_over_with_a_reason(
    decision: str, course: Course, osei: User, now: datetime
) -> None:
    all_is_well(course, at=now, by=osei)
    deeds.give_fact(course.person, "aneurysm", True, origin="clinician", at=now, by=osei)
    with pytest.raises(Refused, match="at least 20 letters"):
        deeds.decide_screening(course, decision=decision, reason="Fine", at=now, by=osei)
    deeds.decide_screening(course, decision=decision, reason=REASON, at=now, by=osei)


@pytest.mark.parametrize(("reason", "signs"), [("ok", False), ("n" * 19, False), ("n" * 20, True)])
@pytest.mark.parametrize("decision", FAVOURABLE)
def test_a_review_is_gone_over_with_a_reason_too(
    *, decision: str, reason: str, signs: bool, course: Course, osei: User, now: datetime
) -> None:
    all_is_well(course, at=now, by=osei)
    deeds.give_fact(course.person, "porphyria", True, origin="clinician", at=now, by=osei)
    assert facts.screen(course, now=now).decision is screening.Decision.REVIEW
    if signs:
        deeds.decide_screening(course, decision=decision, reason=reason, at=now, by=osei)
        return
    with pytest.raises(Refused, match=r"specialist's review.*at least 20 letters"):
        deeds.decide_screening(course, decision=decision, reason=reason, at=now, by=osei)


def test_what_is_lighter_than_a_review_needs_a_word_only(
    course: Course, osei: User, now: datetime
) -> None:
    all_is_well(course, at=now, by=osei)
    assert facts.screen(course, now=now).decision < screening.Decision.REVIEW
    deeds.decide_screening(course, decision="suitable", reason="Well", at=now, by=osei)


def test_it_replays_to_the_same_findings_from_its_row_alone(decided: ScreeningDecision) -> None:
    row = ScreeningDecision.objects.get(pk=decided.pk)
    assert row.knowledge_digest == screening.knowledge_digest()
    again = decisions.replay(row)
    assert again.as_data() == row.screening
    assert any(name == screening.MEDICINES for each in again.findings for name, _ in each.because)


def test_it_replays_the_same_after_the_chart_has_moved_on(
    decided: ScreeningDecision, course: Course, ade_user: User, now: datetime
) -> None:
    later = now + timedelta(days=1)
    intake.answer_intake(course, "takes_medicines", "no", at=later, by=ade_user)
    intake.answer_intake(course, "aneurysm", "yes", at=later, by=ade_user)
    assert decisions.replay(decided).as_data() == decided.screening


def test_a_decision_whose_facts_still_stand_says_so(
    decided: ScreeningDecision, osei: User, enter: Enter
) -> None:
    page = enter(osei).get(f"/decisions/{decided.pk}/").content.decode()
    assert "Nothing has changed since" in page
    assert "Phenelzine" in page


def test_a_decision_names_what_has_changed_since(
    decided: ScreeningDecision, course: Course, osei: User, ade_user: User, enter: Enter
) -> None:
    later = decided.at + timedelta(days=10)
    intake.answer_intake(course, "aneurysm", "yes", at=later, by=ade_user)
    with clock.at(later):
        page = enter(osei).get(f"/decisions/{decided.pk}/").content.decode()
    assert "Nothing has changed since" not in page
    assert "Changed since" in page
    row = ScreeningDecision.objects.get(pk=decided.pk)
    assert {each.fact for each in decisions.changes_since(row, now=later)} >= {
        "aneurysm",
        "systolic_bp_mmhg",
    }


def test_what_was_answered_otherwise_stands_before_what_only_aged(
    decided: ScreeningDecision, course: Course, osei: User, ade_user: User, enter: Enter
) -> None:
    later = decided.at + timedelta(days=10)
    intake.answer_intake(course, "stroke_or_tia_ever", "yes", at=later, by=ade_user)
    aged = [each.aged for each in decisions.changes_since(decided, now=later)]
    assert aged == sorted(aged)
    assert {*aged} == {False, True}
    with clock.at(later):
        page = enter(osei).get(f"/decisions/{decided.pk}/").content.decode()
    open_, _, folded = page[page.index("<h2>Since then") :].partition("<details")
    assert "Stroke or TIA, ever: yes" in open_
    assert "Systolic blood pressure 148 mmHg: stale now" in folded
    assert "stale now" not in open_


def test_a_medicine_told_later_is_a_change(
    decided: ScreeningDecision, course: Course, ade_user: User, now: datetime
) -> None:
    later = now + timedelta(days=1)
    intake.answer_intake(course, "medicines", ["Sertraline", "", ""], at=later, by=ade_user)
    changes = decisions.changes_since(decided, now=later)
    assert [each.words for each in changes if each.fact == screening.MEDICINES] == [
        "Medicines: Phenelzine, 15 mg, now Sertraline"
    ]


def test_other_rules_are_named_and_the_decision_stays_as_it_was(
    decided: ScreeningDecision, osei: User, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screening, "knowledge_digest", lambda: "another")
    page = enter(osei).get(f"/decisions/{decided.pk}/").content.decode()
    assert "the rules have changed since" in page
    assert "Nothing has changed since" not in page


def test_the_sheets_of_the_review_and_of_the_decision_say_whose_they_are(
    decided: ScreeningDecision, osei: User, enter: Enter
) -> None:
    person = decided.course.person
    for address in (f"/decisions/{decided.pk}/", f"/courses/{decided.course_id}/screening/"):
        page = enter(osei).get(address).content.decode()
        assert "born 1 Jun 1985" in page
        assert f"record {person.number}" in page


def test_on_paper_the_facts_stand_in_one_line_for_each_domain(
    decided: ScreeningDecision, osei: User, enter: Enter
) -> None:
    page = enter(osei).get(f"/decisions/{decided.pk}/").content.decode()
    lines = re.findall(r'<p class="paper-only"><b>(\w+):</b> (.*?)</p>', page)
    known, _ = decisions.rested_on(decided)
    domains = [screening.fact(name).domain for name in known]
    assert [name.lower() for name, _ in lines] == sorted({*domains})
    assert sum(line.count(" · ") + 1 for _, line in lines) == len(domains)


def test_a_day_is_the_practices_day_for_the_page_and_for_what_is_signed(
    course: Course, osei: User, now: datetime, enter: Enter
) -> None:
    """Two readings of one evening in New York, on either side of midnight in UTC."""
    midnight = now.replace(hour=0, minute=0) + timedelta(days=1)
    session = sessions.plan_session(
        course, route="iv", planned_for=midnight, room="Room 2", at=now, by=osei
    )
    for minutes, systolic in ((-5, 120.0), (5, 122.0)):
        signs = {"systolic_bp": systolic, "diastolic_bp": 80.0}
        at = midnight + timedelta(minutes=minutes)
        readings.record_reading(session, signs, resting=True, at=at, by=osei)
    with clock.at(midnight + timedelta(minutes=30)):
        page = enter(osei).get(f"/courses/{course.pk}/known/").content.decode()
        row = deeds.decide_screening(
            course, decision="not_yet", reason=REASON, at=clock.now(), by=osei
        )
    assert "121 mmHg" in page
    assert row.facts["systolic_bp_mmhg"]["value"] == 121.0
    assert decisions.holds(row.screening, decisions.replay(row).as_data())
