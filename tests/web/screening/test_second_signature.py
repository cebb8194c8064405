"""Over a stop that two have to sign, one prescriber's decision opens nothing [ENG-07]."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from web.logging_in import Enter
from web.well import all_is_well

from kapstone import pathway, screening
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import pathway as course_pathway
from kapstone.web.records import waiting
from kapstone.web.records.actions import screening as deeds
from kapstone.web.records.actions import sessions
from kapstone.web.records.models import Countersignature, Course, Entry, ScreeningDecision
from kapstone.web.records.refusals import Refused
from kapstone.web.records.timeline import timeline

AGREED = {"agree": "yes"}
REASON = "Seen together with the neurologist; the aneurysm is clipped."


def decide(course: Course, decision: str, *, at: datetime, by: User) -> ScreeningDecision:
    return deeds.decide_screening(course, decision=decision, reason=REASON, at=at, by=by)


@pytest.fixture
def over(course: Course, osei: User, now: datetime) -> ScreeningDecision:
    """Osei went on over an aneurysm, alone."""
    all_is_well(course, at=now, by=osei)
    deeds.give_fact(course.person, "aneurysm", True, origin="clinician", at=now, by=osei)
    return decide(course, "extra_oversight", at=now, by=osei)


def facts_of(course: Course, now: datetime) -> pathway.CourseFacts:
    return course_pathway.facts_of(Course.objects.filter(pk=course.pk), now=now)[course]


def gate(course: Course, now: datetime) -> pathway.Gate:
    return course_pathway.gates(course, facts_of(course, now), 1, now=now)[0]


def refused(decision: ScreeningDecision, *, at: datetime, by: User) -> str:
    with pytest.raises(Refused) as found:
        deeds.countersign(decision, at=at, by=by)
    assert not Countersignature.objects.filter(decision=decision, at=at, by=by).exists()
    return found.value.code


def who_waits(user: User, now: datetime) -> list[Course]:
    found = {kind.kind: courses for kind, courses in waiting.for_user(user, now=now)}
    return list(found.get("second", []))


def test_the_gate_stays_open_until_a_second_prescriber_has_signed(
    over: ScreeningDecision, vale: User, now: datetime
) -> None:
    before = gate(over.course, now)
    assert (before.id, before.state) == ("screening", "open")
    assert "over Aneurysm" in before.says
    assert "a second prescriber has to sign too" in before.says
    deeds.countersign(over, at=now, by=vale)
    after = gate(over.course, now)
    assert after.state == "ok"
    assert f"{vale.signed_name} signed too" in after.says


def test_the_signature_says_over_what_and_leaves_an_entry(
    over: ScreeningDecision, vale: User, now: datetime
) -> None:
    signed = deeds.countersign(over, at=now, by=vale)
    (title,) = ScreeningDecision.objects.with_over().get(pk=over.pk).over
    assert (signed.decision, signed.by, signed.signed_name) == (over, vale, vale.signed_name)
    assert signed.meaning.endswith(title)
    entry = Entry.objects.get(did="countersign screening")
    assert (entry.about, entry.detail) == (f"screening_decision:{over.pk}", {"over": [title]})
    told = [each for each in timeline(over.course, most=5) if each.kind == "Second signature"]
    assert [each.words for each in told] == [signed.meaning]


def test_nobody_is_their_own_second(over: ScreeningDecision, osei: User, now: datetime) -> None:
    assert refused(over, at=now, by=osei) == "same-person"


def test_a_second_is_a_prescriber(over: ScreeningDecision, lind: User, now: datetime) -> None:
    assert refused(over, at=now, by=lind) == "not-your-deed"


def test_one_second_is_enough(over: ScreeningDecision, vale: User, now: datetime) -> None:
    deeds.countersign(over, at=now, by=vale)
    assert refused(over, at=now + timedelta(minutes=1), by=vale) == "already"


def test_a_decision_that_no_longer_stands_is_not_countersigned(
    over: ScreeningDecision, osei: User, vale: User, now: datetime
) -> None:
    later = now + timedelta(hours=1)
    decide(over.course, "not_yet", at=later, by=osei)
    assert refused(over, at=later, by=vale) == "not-newest"
    assert who_waits(vale, later) == []


def test_a_new_decision_over_the_stop_needs_a_second_of_its_own(
    over: ScreeningDecision, osei: User, vale: User, now: datetime
) -> None:
    deeds.countersign(over, at=now, by=vale)
    later = now + timedelta(hours=1)
    decide(over.course, "suitable", at=later, by=osei)
    assert gate(over.course, later).state == "open"


@pytest.mark.parametrize(
    ("fact", "decision"),
    [
        ("aneurysm", "not_yet"),  # a stop for two, and nobody goes on over it
        ("heart_rate_bpm", "suitable"),  # a review of the same override stops nothing
        ("", "suitable"),  # nothing speaks
    ],
)
def test_what_is_not_over_such_a_stop_needs_one_signature(
    fact: str, decision: str, course: Course, osei: User, now: datetime
) -> None:
    values: dict[str, bool | float] = {"aneurysm": True, "heart_rate_bpm": 120.0}
    all_is_well(course, at=now, by=osei)
    if fact in values:
        told = values[fact]
        deeds.give_fact(course.person, fact, told, origin="clinician", at=now, by=osei)
    row = decide(course, decision, at=now, by=osei)
    assert refused(row, at=now, by=osei) == "not-needed"
    assert who_waits(osei, now) == []
    assert gate(course, now).state == ("ok" if decision == "suitable" else "stop")


@pytest.mark.parametrize("fact", ["aneurysm", "psychotic_disorder_ever"])
def test_a_stop_that_nobody_could_rule_out_needs_a_second_signature_too(
    fact: str, course: Course, osei: User, vale: User, now: datetime
) -> None:
    all_is_well(course, at=now, by=osei)
    deeds.give_fact(course.person, fact, None, origin=origin_of(fact), at=now, by=osei)
    row = decide(course, "suitable", at=now, by=osei)
    (title,) = ScreeningDecision.objects.with_over().get(pk=row.pk).over
    assert title.startswith("not known: ")
    assert who_waits(vale, now) == [course]
    deeds.countersign(row, at=now, by=vale)
    assert gate(course, now).state == "ok"


def origin_of(fact: str) -> str:
    return screening.fact(fact).from_[-1]


def test_what_nobody_may_override_has_to_be_known_first(
    course: Course, osei: User, now: datetime
) -> None:
    all_is_well(course, at=now, by=osei)
    deeds.give_fact(
        course.person,
        "chest_pain_recent",
        None,
        origin=origin_of("chest_pain_recent"),
        at=now,
        by=osei,
    )
    with pytest.raises(Refused, match="Chest pain at rest") as found:
        decide(course, "suitable", at=now, by=osei)
    assert found.value.code == "open-stop"
    assert decide(course, "not_yet", at=now, by=osei).pk


def test_it_waits_for_every_prescriber_until_signed_or_run_out(
    over: ScreeningDecision, vale: User, lind: User, now: datetime
) -> None:
    assert who_waits(vale, now) == [over.course]
    assert who_waits(lind, now) == []
    ended = over.valid_until + timedelta(seconds=1)
    assert who_waits(vale, over.valid_until) == [over.course]
    assert who_waits(vale, ended) == []
    assert refused(over, at=ended, by=vale) == "not-needed"
    deeds.countersign(over, at=now, by=vale)
    assert who_waits(vale, now) == []


def test_the_page_asks_another_prescriber_and_then_names_both(
    over: ScreeningDecision, vale: User, lind: User, now: datetime, enter: Enter
) -> None:
    osei = over.by
    address = f"/courses/{over.course_id}/screening/"
    button = f"/decisions/{over.pk}/second/"
    for user, may in ((osei, False), (lind, False), (vale, True)):
        page = enter(user).get(address).content.decode()
        assert "Second signature needed" in page
        assert REASON in page
        assert (button in page) is may
    with clock.at(now):
        answer = enter(vale).post(button, AGREED, follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain == [(address, 302)]
    assert "Second signature needed" not in page
    assert f"{vale.signed_name} signed it too" in page
    assert "Countersigned as" in page
    assert f"{osei.signed_name} and {vale.signed_name}" in (
        enter(osei).get(f"/decisions/{over.pk}/").content.decode()
    )


def test_the_page_says_why_a_signature_was_refused(
    over: ScreeningDecision, osei: User, enter: Enter
) -> None:
    answer = enter(osei).post(f"/decisions/{over.pk}/second/", AGREED, follow=True)
    page = answer.content.decode()
    assert "somebody else has to sign too" in page
    assert not Countersignature.objects.exists()


def test_a_stranger_signs_nothing(over: ScreeningDecision, marsh: User, enter: Enter) -> None:
    assert enter(marsh).post(f"/decisions/{over.pk}/second/", AGREED).status_code == 404
    assert not Countersignature.objects.exists()


def test_nobody_signs_without_saying_that_they_looked_and_agree(
    over: ScreeningDecision, vale: User, enter: Enter
) -> None:
    answer = enter(vale).post(f"/decisions/{over.pk}/second/", follow=True)
    assert "tick that you have looked at it too" in answer.content.decode()
    assert not Countersignature.objects.exists()


def test_the_decisions_own_page_asks_for_it_until_a_newer_one_stands(
    over: ScreeningDecision, osei: User, vale: User, now: datetime, enter: Enter
) -> None:
    address, button = f"/decisions/{over.pk}/", f"/decisions/{over.pk}/second/"
    for user, may in ((osei, False), (vale, True)):
        page = enter(user).get(address).content.decode()
        assert "Second signature needed" in page
        assert (button in page) is may
    decide(over.course, "not_yet", at=now + timedelta(minutes=1), by=osei)
    assert "Second signature" not in enter(vale).get(address).content.decode()


def test_today_and_the_chart_ask_for_it(
    over: ScreeningDecision, vale: User, now: datetime, enter: Enter
) -> None:
    with clock.at(now):
        today = enter(vale).get(reverse("today")).content.decode()
    assert "<h2>Second signature</h2>" in today
    steps = course_pathway.steps(over.course, facts_of(over.course, now), now=now)
    (step,) = (each for each in steps if each.id == "screening")
    assert (step.state, step.detail) == ("now", "to be signed")
    assert "a second prescriber has to sign too" in step.blocks[0]


@pytest.mark.parametrize("sql", ["UPDATE {} SET at = at", "DELETE FROM {}"])
def test_a_second_signature_is_never_taken_back(
    sql: str, over: ScreeningDecision, vale: User, now: datetime
) -> None:
    deeds.countersign(over, at=now, by=vale)
    with (
        pytest.raises(DatabaseError, match="never edited or deleted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql.format(Countersignature._meta.db_table))
    assert Countersignature.objects.count() == 1


def test_decisions_so_far_name_both_who_signed(
    over: ScreeningDecision, osei: User, vale: User, enter: Enter, now: datetime
) -> None:
    deeds.countersign(over, at=now, by=vale)
    page = enter(osei).get(f"/courses/{over.course_id}/screening/").content.decode()
    so_far = page[page.index("<h2>Decisions so far") :].split("</section>", maxsplit=1)[0]
    assert f"{osei.signed_name} and {vale.signed_name}" in so_far


def test_the_second_signature_passes_what_the_first_had_to_pass(
    over: ScreeningDecision, vale: User, enter: Enter, now: datetime
) -> None:
    """The pressure has aged since: nobody could sign the same decision now."""
    later = now + timedelta(days=8)
    assert refused(over, at=later, by=vale) == "open-stop"
    with clock.at(later):
        page = enter(vale).get(f"/courses/{over.course_id}/screening/").content.decode()
    assert "Nobody can sign it as the second now." in page
    assert "Systolic blood pressure: stale" in page
    assert "Countersign as" not in page
    assert "Countersign as" in enter(vale).get(f"/decisions/{over.pk}/").content.decode()


@pytest.mark.parametrize("fact", ["porphyria", "brain_bleed_ever"])
def test_nobody_signs_under_a_stop_or_a_review_that_was_not_weighed(
    fact: str, over: ScreeningDecision, vale: User, now: datetime
) -> None:
    later = now + timedelta(minutes=5)
    person, by = over.course.person, over.by
    deeds.give_fact(person, fact, True, origin="clinician", at=later, by=by)
    with pytest.raises(Refused, match=r"Found since it was signed: (stop|review): ") as found:
        deeds.countersign(over, at=later, by=vale)
    assert found.value.code == "found-since"
    again = decide(over.course, "extra_oversight", at=later + timedelta(minutes=1), by=by)
    assert deeds.countersign(again, at=later + timedelta(minutes=2), by=vale).decision == again


def test_what_is_less_than_a_review_since_holds_no_signature_back(
    over: ScreeningDecision, vale: User, now: datetime
) -> None:
    person, by = over.course.person, over.by
    deeds.give_fact(person, "ever_smoked", True, origin="clinician", at=now, by=by)
    assert deeds.countersign(over, at=now, by=vale).pk


def test_every_stop_and_review_gone_over_is_listed(
    course: Course, osei: User, vale: User, enter: Enter, now: datetime
) -> None:
    all_is_well(course, at=now, by=osei)
    for fact in ("aneurysm", "porphyria"):
        deeds.give_fact(course.person, fact, True, origin="clinician", at=now, by=osei)
    decide(course, "extra_oversight", at=now, by=osei)
    page = enter(vale).get(f"/courses/{course.pk}/screening/").content.decode()
    second = page[page.index('id="second"') : page.index("Countersign as")]
    assert "All 2 stops and reviews that it goes on over" in second
    assert "SCR-HEP-06" in second


def test_it_does_not_wait_for_whoever_signed_it(
    over: ScreeningDecision, osei: User, vale: User, now: datetime
) -> None:
    assert who_waits(osei, now) == []
    assert who_waits(vale, now) == [over.course]


def test_it_is_due_with_the_next_session(
    over: ScreeningDecision, osei: User, vale: User, now: datetime
) -> None:
    assert [each.due for each in who_waits(vale, now)] == [None]  # type: ignore[attr-defined]
    soon = now + timedelta(days=3)
    sessions.plan_session(over.course, route="iv", planned_for=soon, at=now, by=osei)
    assert [each.due for each in who_waits(vale, now)] == [soon]  # type: ignore[attr-defined]


@pytest.mark.parametrize("decision", ["not_yet", "another_path"])
def test_to_end_a_signed_decision_takes_a_reason_in_words(
    decision: str, over: ScreeningDecision, vale: User, enter: Enter, now: datetime
) -> None:
    course = over.course
    deeds.countersign(over, at=now, by=vale)
    page = enter(vale).get(f"/courses/{course.pk}/screening/").content.decode()
    assert f"{over.by.signed_name} signed" in page[page.index('id="replaces"') :]
    for reason in ("x", "n" * 19):
        with pytest.raises(Refused, match="at least 20 letters") as found:
            deeds.decide_screening(course, decision=decision, reason=reason, at=now, by=vale)
        assert found.value.code == "short-reason"
    row = deeds.decide_screening(course, decision=decision, reason="n" * 20, at=now, by=vale)
    again: dict[str, Any] = {"decision": decision, "reason": "Once more", "by": vale}
    assert row.pk
    assert deeds.decide_screening(course, at=now + timedelta(minutes=1), **again).pk
    page = enter(vale).get(f"/courses/{course.pk}/screening/").content.decode()
    assert 'id="replaces"' not in page


def test_what_has_run_out_is_ended_by_nobody(
    over: ScreeningDecision, vale: User, now: datetime
) -> None:
    told: dict[str, Any] = {"decision": "not_yet", "reason": "Away", "by": vale}
    with pytest.raises(Refused):
        deeds.decide_screening(over.course, at=over.valid_until, **told)
    assert deeds.decide_screening(
        over.course, at=over.valid_until + timedelta(seconds=1), **told
    ).pk
