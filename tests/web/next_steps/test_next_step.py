"""The next step: made from the chart, accepted in a tap or overruled with a reason, and kept."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from web.logging_in import logged_in
from web.next_steps.conftest import Live, scored

from kapstone.pathway import next_step as rules
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import next_step as cards
from kapstone.web.records.actions import next_steps as deeds
from kapstone.web.records.actions import notices, sessions
from kapstone.web.records.models import Course, Entry, NextStep, Phase, Review, StepWish
from kapstone.web.records.refusals import Refused

FELL = {20.0: 18.0, 2.0: 8.0}


def card(course: Course, now: datetime) -> rules.Card:
    return cards.before(course, now=now).card


def test_the_card_is_made_from_the_chart(live: Live, now: datetime) -> None:
    course = live(6, {30: 18, 20: 14, 2: 8})
    before = cards.before(course, now=now)
    assert before.card.missing == ()
    assert (before.card.rule, before.card.proposed) == ("NXT-22", "space_out")
    told = {name: fact.value for name, fact in before.facts.items()}
    assert told["sessions"] == 6
    assert (told["start"], told["score"], told["response"]) == (18, 8, True)
    assert before.facts["score"].at == now - timedelta(days=2)


def test_a_score_from_before_the_last_session_is_not_how_it_is_now(
    live: Live, now: datetime
) -> None:
    assert card(live(6, {30: 18, 5: 8}), now).rule == "NXT-08"


def test_without_any_score_the_card_does_not_say(live: Live, now: datetime) -> None:
    found = card(live(6, {}), now)
    assert (found.proposed, found.needs) == (None, ("score_after_dose",))


def test_what_nobody_asked_is_not_known(live: Live, now: datetime) -> None:
    found = card(live(6, FELL, fine=False), now)
    assert found.proposed is None
    assert {"wish", "bladder", "pressure", "side_effects"} <= set(found.missing)


def test_a_wish_from_before_the_last_session_is_asked_again(
    live: Live, ade_user: User, now: datetime
) -> None:
    course = live(6, {30: 18, 2: 8})
    before = now - timedelta(days=10)
    deeds.say_wish(course, "stop", at=before, by=ade_user)
    assert cards.before(course, now=now).facts["wish"].value is None


def test_a_response_that_was_reliably_lost_is_told(live: Live, now: datetime) -> None:
    course = live(6, {30: 18, 15: 6, 2: 16})
    facts = cards.before(course, now=now).facts
    assert (facts["lost"].value, facts["lost"].at) == (True, now - timedelta(days=2))
    assert card(course, now).rule == "NXT-15"


def test_a_severe_mark_of_the_session_counts_without_the_list(
    live: Live, course: Course, osei: User, now: datetime
) -> None:
    live(2, {10: 18, 2: 12}, fine=False)
    session = course.session_set.latest("pk")
    at = now - timedelta(days=2)
    sessions.mark(session, kind="side_effect", mark="nausea", severity="moderate", at=at, by=osei)
    assert cards.before(course, now=now).facts["side_effects"].value is None
    sessions.mark(session, kind="side_effect", mark="nausea", severity="severe", at=at, by=osei)
    assert cards.before(course, now=now).facts["side_effects"].value == "severe"


def test_it_is_accepted_in_one_tap_and_signed_as_a_review(
    live: Live, osei: User, now: datetime
) -> None:
    course = live(6, {30: 18, 2: 8})
    page = logged_in(osei).post(
        f"/courses/{course.pk}/next-step/choose/", {"choice": "space_out", "seen": "space_out"}
    )
    assert page.status_code == 302
    row = NextStep.objects.get()
    assert (row.choice, row.proposed, row.signed_name) == ("space_out", "space_out", "Osei")
    review = Review.objects.get()
    assert review.choice == "space_out"
    assert "NXT-22" in review.reason


def test_what_was_kept_gives_the_same_card_again(live: Live, osei: User, now: datetime) -> None:
    course = live(6, {30: 18, 2: 8})
    row = deeds.choose_step(course, "space_out", seen="space_out", at=now, by=osei)
    kept = NextStep.objects.get(pk=row.pk)
    assert kept.rules_digest == rules.rules_digest()
    assert cards.kept_card(kept) == kept.card
    scored(course, "phq9", 20, now, osei)
    assert cards.kept_card(kept) == kept.card


def test_another_step_needs_a_reason(live: Live, osei: User, now: datetime) -> None:
    course = live(6, {30: 18, 2: 8})
    with pytest.raises(Refused, match="tap a reason"):
        deeds.choose_step(course, "go_on", seen="space_out", at=now, by=osei)
    with pytest.raises(Refused, match="tap a reason"):
        deeds.choose_step(course, "go_on", seen="space_out", reason="Because.", at=now, by=osei)
    row = deeds.choose_step(
        course, "maintenance", seen="space_out", chips=["person-wishes"], at=now, by=osei
    )
    assert (row.proposed, row.chips) == ("space_out", ["person-wishes"])
    assert "The person wants otherwise" in Review.objects.get().reason


def test_a_card_that_changed_meanwhile_is_not_signed(
    live: Live, osei: User, ade_user: User, now: datetime
) -> None:
    course = live(6, {30: 18, 2: 8})
    deeds.say_wish(course, "stop", at=now, by=ade_user)
    with pytest.raises(Refused, match="changed"):
        deeds.choose_step(course, "space_out", seen="space_out", at=now, by=osei)


def test_one_more_session_as_planned_is_no_review(live: Live, osei: User, now: datetime) -> None:
    course = live(1, {10: 18, 2: 16})
    deeds.choose_step(course, "go_on", seen="go_on", at=now, by=osei)
    assert NextStep.objects.count() == 1
    assert not Review.objects.exists()


def test_only_a_prescriber_chooses(live: Live, lind: User, now: datetime) -> None:
    course = live(6, {30: 18, 2: 8})
    with pytest.raises(Refused, match="does not let you"):
        deeds.choose_step(course, "space_out", seen="space_out", at=now, by=lind)
    page = logged_in(lind).get(f"/courses/{course.pk}/next-step/").content.decode()
    assert "A prescriber chooses and signs" in page
    assert "Accept and sign" not in page


def test_nothing_is_chosen_past_an_unanswered_notice_of_risk(
    live: Live, osei: User, now: datetime
) -> None:
    course = live(6, {30: 18, 2: 8})
    notices.open_notice(
        course.person, kind="suicide-risk", level="si_low", says="Speak with them", at=now, by=osei
    )
    assert card(course, now).rule == "NXT-01"
    with pytest.raises(Refused, match="answer it first"):
        deeds.choose_step(course, "maintenance", seen="", chips=["person-wishes"], at=now, by=osei)


def test_the_trail_names_what_was_chosen(live: Live, osei: User, now: datetime) -> None:
    course = live(6, {30: 18, 2: 8})
    deeds.choose_step(course, "space_out", seen="space_out", at=now, by=osei)
    assert Entry.objects.filter(did="choose next step").exists()


@pytest.mark.parametrize("words", ["rule NXT-22", "Further apart", "One uncontrolled cohort"])
def test_the_page_shows_the_rule_the_options_and_their_limits(
    live: Live, osei: User, words: str
) -> None:
    course = live(6, {30: 18, 2: 8})
    page = logged_in(osei).get(f"/courses/{course.pk}/next-step/").content.decode()
    assert words in page
    assert "checked" not in page


def test_the_page_never_says_how_much(live: Live, osei: User) -> None:
    course = live(6, {30: 18, 2: 8})
    page = logged_in(osei).get(f"/courses/{course.pk}/next-step/").content.decode()
    assert " mg" not in page


def test_staff_write_down_what_the_person_said(
    live: Live, lind: User, now: datetime, course: Course
) -> None:
    live(2, FELL, fine=False)
    logged_in(lind).post(f"/courses/{course.pk}/next-step/wish/", {"wish": "rest"})
    assert cards.before(course, now=now).facts["wish"].value == "rest"


def test_a_wish_that_is_none_is_refused(course: Course, ade_user: User, now: datetime) -> None:
    with pytest.raises(Refused, match="none of the wishes"):
        deeds.say_wish(course, "double", at=now, by=ade_user)


def test_somebody_elsewhere_finds_no_card(live: Live, marsh: User) -> None:
    course = live(2, FELL)
    assert logged_in(marsh).get(f"/courses/{course.pk}/next-step/").status_code == 404


def test_the_person_reads_it_in_plain_words_and_says_their_wish(
    live: Live, ade_user: User, now: datetime
) -> None:
    course = live(6, {30: 18, 2: 8})
    mine: Client = logged_in(ade_user)
    page = mine.get("/me/next-step/").content.decode()
    assert "We leave more time" in page or "we leave more time" in page
    assert "NXT-" not in page
    with clock.at(now + timedelta(minutes=1)):
        assert mine.post("/me/next-step/", {"wish": "stop"}).status_code == 302
    assert cards.before(course, now=now).facts["wish"].value == "stop"
    assert StepWish.objects.newest(course=course).by == ade_user


def test_a_partner_sees_no_card(live: Live, rio: User) -> None:
    course = live(6, {30: 18, 2: 8})
    partner = logged_in(rio)
    assert partner.get("/me/next-step/").status_code in {403, 404}
    assert partner.get(f"/courses/{course.pk}/next-step/").status_code == 403


def test_the_phase_of_a_session_makes_it_count(course: Course, osei: User, now: datetime) -> None:
    sessions.plan_session(course, route="iv", planned_for=now, at=now, by=osei)
    assert not Phase.objects.exists()
    assert cards.before(course, now=now).facts["sessions"].value == 0
