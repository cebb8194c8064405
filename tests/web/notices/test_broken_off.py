"""A form left after a yes: what was not asked any more is unknown, and urgent."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from web.logging_in import logged_in

from kapstone.knowledge.helplines import pauses
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import definitions, worker
from kapstone.web.records.actions import breaking_off, notices, questionnaires
from kapstone.web.records.models import Course, Notice, Sheet

PAUSE = timedelta(minutes=pauses()["broken_off"].minutes)
SECOND = timedelta(seconds=1)
Says = Callable[..., None]


@pytest.fixture
def sheet(course: Course, lind: User, now: datetime) -> Sheet:
    return questionnaires.ask_now(course, "cssrs-screener", at=now, by=lind)


@pytest.fixture
def says(sheet: Sheet, ade_user: User, now: datetime) -> Says:
    def answer(**answers: float) -> None:
        for item, value in answers.items():
            questionnaires.answer_item(sheet, item, value, at=clock.now(), by=ade_user)

    return answer


def urgent() -> list[str]:
    rows = Notice.objects.filter(level="si_urgent").order_by("pk")
    return [row.says for row in rows]


def test_a_yes_to_thoughts_and_then_nothing_is_urgent_after_the_pause(
    says: Says, now: datetime
) -> None:
    says(wish_dead=1, thoughts=1)
    assert breaking_off.raise_broken_off(at=now + PAUSE - SECOND) == 0
    with clock.at(now + PAUSE):
        assert worker.one_round()
        assert worker.one_round()
    (one,) = urgent()
    assert "Points to risk: wish dead, thoughts." in one
    assert "Not answered: method, intent, plan, behavior" in one


def test_who_goes_on_meanwhile_is_not_broken_off(says: Says, now: datetime) -> None:
    says(thoughts=1)
    with clock.at(now + PAUSE - SECOND):
        says(wish_dead=0)
    assert breaking_off.raise_broken_off(at=now + PAUSE) == 0
    assert breaking_off.raise_broken_off(at=now + 2 * PAUSE - SECOND) == 1


def test_what_was_reviewed_is_not_raised_again_until_something_more_is_answered(
    says: Says, osei: User, now: datetime
) -> None:
    says(thoughts=1)
    breaking_off.raise_broken_off(at=now + PAUSE)
    row = Notice.objects.get(level="si_urgent")
    later = now + 2 * PAUSE
    notices.review_risk(row, words="Spoke with them for long.", closes=True, at=later, by=osei)
    assert breaking_off.raise_broken_off(at=later) == 0
    with clock.at(later):
        says(wish_dead=1)
    assert breaking_off.raise_broken_off(at=later + PAUSE) == 1


@pytest.mark.parametrize(
    "answers",
    [
        {"wish_dead": 0, "thoughts": 0},
        {"thoughts": 1, "intent": 1},
        {"wish_dead": 0, "thoughts": 1, "method": 0, "intent": 0, "plan": 0, "behavior": 0},
    ],
)
def test_without_a_yes_or_urgent_already_or_all_answered_nothing_more_is_raised(
    answers: dict[str, float], says: Says, now: datetime
) -> None:
    says(**answers)
    before = len(urgent())
    assert breaking_off.raise_broken_off(at=now + 10 * PAUSE) == 0
    assert len(urgent()) == before


def test_an_urgent_notice_shows_what_was_left_open_after_it(
    sheet: Sheet, says: Says, lind: User, now: datetime
) -> None:
    says(wish_dead=1, thoughts=1, method=0, intent=1)
    notice = Notice.objects.get(level="si_urgent")
    of = definitions.of_sheet(sheet)

    def page() -> str:
        found = logged_in(lind).get(f"/notices/{notice.pk}/").content.decode()
        return html.unescape(found)

    for item in ("plan", "behavior"):
        assert f"“{of.named(item).words}”" in page()
    assert f"“{of.named('method').words}”" not in page()
    says(plan=0, behavior=0)
    assert "Without an answer on it" not in page()


def test_sent_with_the_graver_questions_blank_is_urgent_at_once(
    sheet: Sheet, says: Says, ade_user: User, now: datetime
) -> None:
    says(wish_dead=0, thoughts=1, behavior=0)
    questionnaires.finish_sheet(sheet, at=now, by=ade_user)
    (one,) = urgent()
    assert "Not answered: method, intent, plan" in one
    assert breaking_off.raise_broken_off(at=now + PAUSE) == 0
