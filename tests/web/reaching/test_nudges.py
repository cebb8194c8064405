"""A question that waits is written about once, gently, by the rules of every reminder."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import nudging as rules
from kapstone.web.records import outbox, reaching, worker
from kapstone.web.records.actions import integration, nudging, sessions
from kapstone.web.records.actions import reaching as deeds
from kapstone.web.records.models import (
    Commitment,
    Course,
    Discharge,
    Notice,
    Nudge,
    Outgoing,
    Person,
    Phase,
    Reminder,
    Session,
    Sheet,
)

HOUR = timedelta(hours=1)
WISHES = {"channel": "email", "hour": 18, "time_zone": "America/New_York", "phone": ""}


@pytest.fixture
def commitment(course: Course, ade_user: User, now: datetime) -> Commitment:
    """Made yesterday at noon: after a day, and before this evening, a question waits."""
    at = now - 25 * HOUR
    insight = integration.record_insight(course, words="Rest", at=at, by=ade_user)
    return integration.make_commitment(
        insight, words="Ten minutes of silence", due_on=None, at=at, by=ade_user
    )


def nudged(at: datetime) -> int:
    return nudging.nudge_due(at=at)


def test_one_message_at_the_persons_hour_and_no_second(
    commitment: Commitment, evening: datetime
) -> None:
    assert nudged(evening - HOUR) == 0
    assert nudged(evening) == 1
    assert nudged(evening + HOUR) == 0
    assert nudged(evening + 24 * HOUR) == 0
    row = Nudge.objects.get()
    assert (row.commitment, row.moment) == (commitment, "24h")


def test_the_message_names_nothing_that_they_said(
    commitment: Commitment, evening: datetime
) -> None:
    nudged(evening)
    text = Outgoing.objects.get().text
    assert "Ash Lane has one short question for you" in text
    assert "Stop these messages" in text
    for word in ("silence", "Rest", "ketamine", "session", "treatment", "integration"):
        assert word not in text


def test_the_next_moment_is_written_about_again(commitment: Commitment, evening: datetime) -> None:
    assert [nudged(evening + days * 24 * HOUR) for days in (0, 1, 2, 3)] == [1, 0, 1, 0]
    assert list(Nudge.objects.order_by("pk").values_list("moment", flat=True)) == ["24h", "72h"]


@pytest.mark.parametrize("how", ["kept", "changed", "let_go", "not_now"])
def test_who_has_answered_is_left_alone(
    how: str, commitment: Commitment, ade_user: User, evening: datetime
) -> None:
    integration.check_in(commitment, how=how, at=evening - 8 * HOUR, by=ade_user)
    assert nudged(evening) == 0


def test_an_answer_before_it_is_sent_takes_it_out_of_the_outbox(
    commitment: Commitment, ade_user: User, evening: datetime
) -> None:
    nudged(evening)
    integration.check_in(commitment, how="not_now", at=evening, by=ade_user)
    with clock.at(evening):
        assert outbox.deliver() == 0
    assert Outgoing.objects.get().withdrawn_at == evening


def test_it_is_sent_when_nothing_has_changed(commitment: Commitment, evening: datetime) -> None:
    nudged(evening)
    with clock.at(evening):
        assert outbox.deliver() == 1


def test_a_session_that_begins_keeps_it_from_being_sent(
    commitment: Commitment, course: Course, lind: User, evening: datetime
) -> None:
    nudged(evening)
    begin_session(course, lind, evening)
    with clock.at(evening):
        assert outbox.deliver() == 0
    assert Outgoing.objects.get().failed == "medicine-session"


def test_what_was_never_sent_is_sent_once_the_session_is_over(
    commitment: Commitment, course: Course, lind: User, evening: datetime
) -> None:
    nudged(evening)
    session = begin_session(course, lind, evening)
    with clock.at(evening):
        outbox.deliver()
    told = {"escort_name": "Rio", "criteria": [], "signed_name": lind.name}
    Discharge.objects.create(session=session, at=evening + HOUR, by=lind, **told)
    assert nudged(evening + 12 * HOUR) == 0
    assert nudged(evening + 24 * HOUR) == 1


def begin_session(course: Course, by: User, at: datetime) -> Session:
    session = sessions.plan_session(course, route="iv", planned_for=at, at=at, by=by)
    Phase.objects.create(session=session, phase="started", at=at, by=by)
    return session


def test_nobody_is_written_to_in_a_session(
    commitment: Commitment, course: Course, lind: User, evening: datetime
) -> None:
    begin_session(course, lind, evening - HOUR)
    assert nudged(evening) == 0


def test_nobody_is_written_to_after_opting_out(
    commitment: Commitment, ade: Person, ade_user: User, evening: datetime
) -> None:
    deeds.opt_out(ade, at=evening - HOUR, by=ade_user)
    assert nudged(evening) == 0


def test_nobody_is_written_to_who_wants_no_messages(
    commitment: Commitment, ade: Person, ade_user: User, evening: datetime
) -> None:
    none: dict[str, Any] = {**WISHES, "channel": "none", "opted_out": False}
    deeds.wish(ade, none, at=evening - HOUR, by=ade_user)
    assert nudged(evening) == 0


def test_the_hour_is_the_persons_own(
    commitment: Commitment, ade: Person, ade_user: User, evening: datetime
) -> None:
    early: dict[str, Any] = {**WISHES, "hour": 10, "opted_out": False}
    deeds.wish(ade, early, at=evening - 9 * HOUR, by=ade_user)
    assert nudged(evening) == 0
    assert nudged(evening + 16 * HOUR) == 1


def test_a_form_goes_first_and_one_message_a_day_is_all(
    commitment: Commitment, sheet: Sheet, evening: datetime
) -> None:
    with clock.at(evening):
        worker.one_round()
    assert (Reminder.objects.count(), Nudge.objects.count()) == (1, 0)


def test_a_form_waits_for_the_next_day_after_a_nudge(
    commitment: Commitment, sheet: Sheet, ade: Person, evening: datetime
) -> None:
    nudging.put(*found_for(ade, evening), at=evening - HOUR)
    assert deeds.remind_due(ade, at=evening) == []
    assert len(deeds.remind_due(ade, at=evening + 24 * HOUR)) == 1


def found_for(person: Person, at: datetime) -> Any:
    known = reaching.of_person(person, at)
    return known, rules.waiting(at)[person.pk]


def test_nobody_is_nudged_while_a_risk_waits(
    commitment: Commitment, ade: Person, lind: User, evening: datetime
) -> None:
    told = {"kind": "suicide-risk", "level": "si_positive", "says": "Ask", "key": "a"}
    Notice.objects.create(person=ade, at=evening, by=lind, **told)
    assert nudged(evening) == 0
