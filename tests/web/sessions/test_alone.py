"""Nobody beside the person is noticed without anybody asking."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records.actions import notices, sessions, treatment
from kapstone.web.records.actions.watching import call_for_those_alone
from kapstone.web.records.models import Notice, Session
from kapstone.web.records.worker import one_round

MINUTE = timedelta(minutes=1)


@pytest.fixture
def left(started: Session, abara: User, now: datetime) -> Session:
    """Everybody who was there has gone out."""
    for row in list(started.presence_set.standing().filter(entered=True)):
        sessions.leave_room(started, row.who, at=now + MINUTE, by=abara)
    return started


def test_a_room_just_left_is_no_notice_yet(left: Session, now: datetime) -> None:
    assert call_for_those_alone(at=now + MINUTE + timedelta(seconds=59)) == 0


def test_a_room_left_for_a_minute_opens_one_notice(left: Session, now: datetime) -> None:
    with clock.at(now + 2 * MINUTE):
        one_round()
        one_round()
    notice = Notice.objects.get(kind="ALM-PERS")
    assert (notice.session, notice.level) == (left, "red")
    assert notice.says == "Nobody is in the room"
    assert notice.do


def test_closing_it_holds_until_the_room_is_left_again(
    left: Session, abara: User, now: datetime
) -> None:
    call_for_those_alone(at=now + 2 * MINUTE)
    notice = Notice.objects.get(kind="ALM-PERS")
    notices.answer_notice(notice, words="On my way.", closes=True, at=now + 3 * MINUTE, by=abara)
    assert call_for_those_alone(at=now + 4 * MINUTE) == 0
    sessions.enter_room(left, abara, at=now + 5 * MINUTE, by=abara)
    assert call_for_those_alone(at=now + 20 * MINUTE) == 0
    sessions.leave_room(left, abara, at=now + 21 * MINUTE, by=abara)
    assert call_for_those_alone(at=now + 23 * MINUTE) == 1


def test_somebody_there_is_no_notice(started: Session, now: datetime) -> None:
    assert call_for_those_alone(at=now + 30 * MINUTE) == 0


def test_whoever_starts_with_nobody_signed_in_is_there(
    ready: Session, abara: User, now: datetime
) -> None:
    treatment.start_session(ready, at=now, by=abara)
    assert [row.who for row in ready.presence_set.standing()] == [abara]
    sessions.leave_room(ready, abara, at=now + MINUTE, by=abara)
    assert call_for_those_alone(at=now + 3 * MINUTE) == 1
