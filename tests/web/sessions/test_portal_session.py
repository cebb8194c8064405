"""The dose day on the person's phone: what they say shuts a gate, and never opens one."""

from __future__ import annotations

from datetime import datetime

import pytest
from web.logging_in import Enter

from kapstone.web.accounts.models import User
from kapstone.web.records.actions import sessions, treatment
from kapstone.web.records.models import CheckAnswer, Person, Session


def page_of(session: Session) -> str:
    return f"/me/sessions/{session.pk}/"


@pytest.mark.parametrize(("said", "ok"), [("yes", None), ("unknown", None), ("no", False)])
def test_what_the_person_says_opens_no_gate(
    said: str, ok: bool | None, planned: Session, ade_user: User, enter: Enter
) -> None:
    browser = enter(ade_user)
    assert browser.post(page_of(planned), {"PRE-12": said}).status_code == 302
    kept = CheckAnswer.objects.get()
    assert (kept.check_id, kept.ok) == ("PRE-12", ok)
    assert kept.words.startswith("They say:")
    page = browser.get(page_of(planned)).content.decode()
    assert f'name="PRE-12" value="{said}" checked' in page


def test_a_line_that_staff_have_checked_is_reopened_only_by_a_no(
    ready: Session, ade_user: User, now: datetime, enter: Enter
) -> None:
    browser = enter(ade_user)
    assert "We have checked this with you" in browser.get(page_of(ready)).content.decode()
    browser.post(page_of(ready), {"PRE-12": "yes", "PRE-24": "unknown"})
    assert all(gate.lets_through for gate in treatment.gates_of(ready, now=now))
    browser.post(page_of(ready), {"PRE-12": "no"})
    shut = [gate.id for gate in treatment.gates_of(ready, now=now) if not gate.lets_through]
    assert shut == ["PRE-12"]


def test_a_line_that_is_not_theirs_is_not_kept(
    planned: Session, ade_user: User, enter: Enter
) -> None:
    enter(ade_user).post(page_of(planned), {"PRE-01": "yes", "PRE-12": "maybe"})
    assert not CheckAnswer.objects.exists()


def test_nothing_is_preselected(planned: Session, ade_user: User, enter: Enter) -> None:
    assert " checked" not in enter(ade_user).get(page_of(planned)).content.decode()


def test_another_person_does_not_see_the_day(
    planned: Session, bo_user: User, bo: Person, enter: Enter
) -> None:
    assert enter(bo_user).get(page_of(planned)).status_code == 404


def test_after_the_start_nothing_is_asked(started: Session, ade_user: User, enter: Enter) -> None:
    browser = enter(ade_user)
    assert "under way" in browser.get(page_of(started)).content.decode()
    answer = browser.post(page_of(started), {"PRE-12": "no"})
    assert answer.status_code == 422


def test_a_session_called_off_is_gone(
    planned: Session, osei: User, ade_user: User, now: datetime, enter: Enter
) -> None:
    plan = sessions.plan_of(planned)
    sessions.move_session(
        planned, route=plan.route, planned_for=plan.planned_for, cancelled=True, at=now, by=osei
    )
    assert enter(ade_user).get(page_of(planned)).status_code == 404


def test_a_question_with_a_negative_answer_cannot_be_read_the_other_way(
    planned: Session, ade_user: User, enter: Enter
) -> None:
    browser = enter(ade_user)
    page = browser.get(page_of(planned)).content.decode()
    assert "Any alcohol since yesterday" in page
    assert 'value="yes">No, none</label>' in page, "the stored yes is still as it should be"
    browser.post(page_of(planned), {"PRE-07": "no"})
    kept = CheckAnswer.objects.get()
    assert kept.ok is False
    assert kept.words.startswith("They say: “Yes” to “Any alcohol since yesterday")


def test_what_was_kept_is_said_and_a_no_that_matters_asks_for_a_call(
    planned: Session, ade_user: User, enter: Enter
) -> None:
    practice = planned.course.person.practice
    practice.phone = "+1 555 0100"
    practice.save()
    browser = enter(ade_user)
    page = browser.post(page_of(planned), {"PRE-07": "no"}, follow=True).content.decode()
    assert "Your answers are kept." in page
    assert 'Call us now: <a href="tel:+1 555 0100">' in page
    page = browser.post(page_of(planned), {"PRE-07": "yes"}, follow=True).content.decode()
    assert "Call us now: <a" not in page


@pytest.mark.parametrize("said", ["yes", "no", "unknown"])
def test_an_answer_in_the_words_of_before_is_read_as_it_was_meant(
    said: str, planned: Session, ade_user: User, now: datetime, enter: Enter
) -> None:
    known = sessions.KNOWN[said]
    words = sessions.SAID[known]
    ok = False if known is False else None
    sessions.record_check(planned, "PRE-07", ok=ok, words=words, at=now, by=ade_user)
    page = enter(ade_user).get(page_of(planned)).content.decode()
    assert f'name="PRE-07" value="{said}" checked' in page


def test_the_desk_sees_a_no_as_a_no(
    ready: Session, ade_user: User, osei: User, enter: Enter
) -> None:
    browser = enter(osei)
    assert "said no" not in browser.get("/").content.decode()
    enter(ade_user).post(page_of(ready), {"PRE-12": "no"})
    assert "■ said no" in browser.get("/").content.decode()
