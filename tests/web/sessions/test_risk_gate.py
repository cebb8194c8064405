"""An urgent answer about suicide blocks dosing until a prescriber or therapist has reviewed it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from kapstone import instruments
from kapstone.web.accounts.models import User
from kapstone.web.records import pathway
from kapstone.web.records.actions import notices, questionnaires, treatment
from kapstone.web.records.models import Course, Notice, Session
from kapstone.web.records.refusals import Refused

ITEM_9 = next(item.id for item in instruments.instrument("phq9").item if item.risk)
WORDS = "Spoke for half an hour; safety plan gone over, partner stays tonight."


def say(course: Course, value: float, at: datetime, by: User) -> Notice:
    sheet = questionnaires.ask_now(course, "phq9", at=at, by=by)
    questionnaires.answer_item(sheet, ITEM_9, value, at=at, by=by)
    found: Notice = Notice.objects.latest("pk")
    return found


def gate(session: Session, name: str, now: datetime) -> str:
    course = Course.objects.filter(pk=session.course_id)
    ((row, facts),) = pathway.facts_of(course, now=now).items()
    found = pathway.gates(row, facts, session.number, now=now)
    return next(each.state for each in found if each.id == name)


@pytest.mark.usefixtures("abara")
def test_closing_does_not_open_it_and_reviewing_does(
    ready: Session, ade_user: User, abara: User, lind: User, now: datetime
) -> None:
    urgent = say(ready.course, 2, now, ade_user)
    with pytest.raises(Refused, match="Urgent risk answer reviewed"):
        treatment.start_session(ready, at=now, by=abara)
    notices.answer_notice(urgent, words="Sat with them.", closes=True, at=now, by=abara)
    assert (gate(ready, "risk_notice", now), gate(ready, "risk_review", now)) == ("ok", "stop")
    with pytest.raises(Refused, match="Urgent risk answer reviewed"):
        treatment.start_session(ready, at=now, by=abara)
    notices.review_risk(urgent, words=WORDS, closes=False, at=now, by=lind)
    assert gate(ready, "risk_review", now) == "ok"
    treatment.start_session(ready, at=now, by=abara)


def test_nobody_passes_it_with_a_reason(
    ready: Session, ade_user: User, osei: User, now: datetime
) -> None:
    say(ready.course, 3, now, ade_user)
    with pytest.raises(Refused):
        treatment.override_gate(
            ready, "risk_review", reason="She says it is fine again now.", at=now, by=osei
        )


def test_a_positive_answer_waits_for_its_notice_only(
    ready: Session, ade_user: User, abara: User, now: datetime
) -> None:
    positive = say(ready.course, 1, now, ade_user)
    assert (gate(ready, "risk_notice", now), gate(ready, "risk_review", now)) == ("stop", "ok")
    notices.answer_notice(positive, words="Asked about it.", closes=True, at=now, by=abara)
    treatment.start_session(ready, at=now, by=abara)


def test_a_blank_risk_question_keeps_its_notice_and_says_so(
    ready: Session, ade_user: User, now: datetime
) -> None:
    sheet = questionnaires.ask_now(ready.course, "phq9", at=now, by=ade_user)
    first = next(item.id for item in instruments.instrument("phq9").item if not item.risk)
    questionnaires.answer_item(sheet, first, 0, at=now, by=ade_user)
    questionnaires.finish_sheet(sheet, at=now, by=ade_user)
    notice = Notice.objects.get()
    assert notice.level == "si_blank"
    assert "left blank" in notice.says
    assert gate(ready, "risk_notice", now) == "stop"


def test_the_level_of_a_whole_screener_blocks_too(
    ready: Session, ade_user: User, now: datetime
) -> None:
    """Behaviour whose time was left open makes it high, though no single answer is."""
    sheet = questionnaires.ask_now(ready.course, "cssrs-screener", at=now, by=ade_user)
    for item, value in {"wish_dead": 0, "thoughts": 0, "behavior": 1}.items():
        questionnaires.answer_item(sheet, item, value, at=now, by=ade_user)
    assert gate(ready, "risk_review", now) == "ok"
    questionnaires.finish_sheet(sheet, at=now, by=ade_user)
    assert gate(ready, "risk_review", now) == "stop"


def test_a_correction_that_brings_the_answers_to_high_blocks_once(
    ready: Session, ade_user: User, lind: User, now: datetime
) -> None:
    sheet = questionnaires.ask_now(ready.course, "cssrs-screener", at=now, by=ade_user)
    for item, value in {"wish_dead": 0, "thoughts": 0, "behavior": 0}.items():
        questionnaires.answer_item(sheet, item, value, at=now, by=ade_user)
    questionnaires.finish_sheet(sheet, at=now, by=ade_user)
    reason = "Said on the phone that there was one."
    for item, value in {"behavior": 1, "wish_dead": 1}.items():
        questionnaires.correct_answer(sheet, item, value, reason=reason, at=now, by=lind)
    assert gate(ready, "risk_review", now) == "stop"
    assert Notice.objects.unreviewed().count() == 1


def test_what_is_said_again_after_the_review_has_to_be_reviewed_again(
    ready: Session, ade_user: User, lind: User, now: datetime
) -> None:
    sheet = questionnaires.ask_now(ready.course, "phq9", at=now, by=ade_user)
    questionnaires.answer_item(sheet, ITEM_9, 3, at=now, by=ade_user)
    notices.review_risk(Notice.objects.get(), words=WORDS, closes=False, at=now, by=lind)
    assert gate(ready, "risk_review", now) == "ok"
    later = now + timedelta(minutes=5)
    for value in (0, 3):
        questionnaires.answer_item(sheet, ITEM_9, value, at=later, by=ade_user)
    assert gate(ready, "risk_review", now) == "stop"
