"""What nobody answers in time is passed on: at the minute, step by step, and each step once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core import mail
from web.notices.conftest import ITEM_9, answered

from kapstone.knowledge.helplines import answer_times
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import episode, worker
from kapstone.web.records.actions import courses, escalating, notices, questionnaires
from kapstone.web.records.actions import practice as deeds
from kapstone.web.records.models import Course, Entry, Escalation, Notice, Outgoing, RiskSettings

MINUTE = timedelta(minutes=1)
URGENT = timedelta(minutes=answer_times()["si_urgent"].minutes)
POSITIVE = timedelta(minutes=answer_times()["si_positive"].minutes)
CLINICAL = ("Ade", "Bello", "suicid", "risk", "PHQ", "dead", "K-0001", "urgent")
TOLD = {"urgent_min": 30, "positive_min": 240, "hours": "Mondays, 9 to 17", "country": "US"}


@pytest.fixture
def settled(osei: User, lind: User, now: datetime) -> None:
    """Lind is the second contact, and half an hour the time for what is urgent."""
    deeds.settle_risk({**TOLD, "second_contact": lind}, name="Osei", at=now, by=osei)


def told() -> list[str]:
    """To whom it was passed on; the care team's mail at once is apart."""
    rows = Outgoing.objects.filter(text__contains="has waited")
    return sorted(rows.values_list("to", flat=True))


def test_the_care_team_is_written_to_at_once_and_once(
    course: Course, osei: User, *, vale: User, lind: User, ade_user: User, now: datetime
) -> None:
    courses.choose_team(course, prescriber=osei, therapist=lind, at=now, by=osei)
    sheet = questionnaires.ask_now(course, "phq9", at=now, by=lind)
    for at in (now, now + MINUTE):
        questionnaires.answer_item(sheet, ITEM_9, 3, at=at, by=ade_user)
    rows = Outgoing.objects.filter(subject="A notice waits at Ash Lane")
    assert sorted(row.to for row in rows) == ["lind@example.org", "osei@example.org"]
    notice = Notice.objects.get()
    for row in rows:
        assert f"/notices/{notice.pk}/" in row.text
        for clinical in CLINICAL:
            assert clinical.lower() not in row.text.lower()
    titles = [line.title for line in episode.timeline(notice)]
    assert titles == ["Opened", "Mail to the care team that it waits"]
    assert escalating.escalate_unanswered(at=now + URGENT) == 1


def test_without_a_team_every_prescriber_is_written_to_but_not_who_entered_it(
    course: Course, osei: User, *, vale: User, lind: User, now: datetime
) -> None:
    answered(course, 2, now, osei)
    assert [row.to for row in Outgoing.objects.all()] == ["vale@example.org"]


def test_one_minute_before_the_time_nothing_is_passed_on(
    urgent: Notice, osei: User, now: datetime
) -> None:
    assert escalating.escalate_unanswered(at=now + URGENT - MINUTE) == 0
    assert not Escalation.objects.exists()
    assert told() == []


def test_at_the_time_every_prescriber_and_the_owner_are_told(
    *, urgent: Notice, osei: User, vale: User, lind: User, owen: User, now: datetime
) -> None:
    assert escalating.escalate_unanswered(at=now + URGENT) == 1
    assert told() == ["osei@example.org", "owen@example.org", "vale@example.org"]
    row = Escalation.objects.get()
    assert (row.step, row.told, row.waited_min) == ("everyone", ["Osei", "Vale", "Owen"], 60)


def test_a_positive_answer_has_its_own_longer_time(
    positive: Notice, osei: User, now: datetime
) -> None:
    assert escalating.escalate_unanswered(at=now + POSITIVE - MINUTE) == 0
    assert escalating.escalate_unanswered(at=now + POSITIVE) == 1


@pytest.mark.usefixtures("settled")
def test_the_second_contact_first_and_everyone_after_twice_the_time(
    urgent: Notice, osei: User, now: datetime
) -> None:
    assert escalating.escalate_unanswered(at=now + 29 * MINUTE) == 0
    assert escalating.escalate_unanswered(at=now + 30 * MINUTE) == 1
    assert told() == ["lind@example.org"]
    assert escalating.escalate_unanswered(at=now + 59 * MINUTE) == 0
    assert escalating.escalate_unanswered(at=now + 60 * MINUTE) == 1
    assert told() == ["lind@example.org", "osei@example.org"]


@pytest.mark.usefixtures("settled")
def test_a_worker_that_was_away_takes_every_step_that_is_due(
    urgent: Notice, osei: User, now: datetime
) -> None:
    assert escalating.escalate_unanswered(at=now + timedelta(days=1)) == 2
    assert told() == ["lind@example.org", "osei@example.org"]


def test_a_second_contact_who_has_left_is_passed_over(
    settled: None, urgent: Notice, osei: User, lind: User, now: datetime
) -> None:
    deeds.end_staff(lind, by=osei)
    escalating.escalate_unanswered(at=now + 30 * MINUTE)
    assert told() == ["osei@example.org"]


def test_a_worker_that_runs_twice_passes_on_once(urgent: Notice, osei: User, now: datetime) -> None:
    with clock.at(now + URGENT):
        worker.one_round()
        worker.one_round()
        assert escalating.escalate(urgent.pk, at=clock.now()) == 0
    assert Escalation.objects.count() == 1
    assert len(mail.outbox) == 1
    assert Entry.objects.filter(did="escalate notice").count() == 1


@pytest.mark.parametrize("closes", [True, False])
def test_what_somebody_has_answered_is_not_passed_on(
    closes: bool,  # a case
    urgent: Notice,
    lind: User,
    osei: User,
    now: datetime,
) -> None:
    notices.answer_notice(urgent, words="On the phone.", closes=closes, at=now, by=lind)
    assert escalating.escalate_unanswered(at=now + URGENT) == 0


def test_having_seen_it_is_no_answer(urgent: Notice, lind: User, osei: User, now: datetime) -> None:
    notices.see_notice(urgent, at=now, by=lind)
    assert escalating.escalate_unanswered(at=now + URGENT) == 1


def test_the_mail_says_that_a_notice_waits_and_nothing_of_the_person(
    urgent: Notice, osei: User, now: datetime
) -> None:
    escalating.escalate_unanswered(at=now + URGENT)
    row = Outgoing.objects.get()
    assert "has waited 60 min without an answer" in row.text
    assert f"/notices/{urgent.pk}/" in row.text
    assert row.subject == "A notice waits at Ash Lane"
    for clinical in CLINICAL:
        assert clinical.lower() not in (row.subject + row.text).lower()


def test_a_long_wait_is_told_in_hours_and_an_owner_is_not_led_to_it(
    urgent: Notice, owen: User, now: datetime
) -> None:
    escalating.escalate_unanswered(at=now + timedelta(minutes=1189))
    text = Outgoing.objects.get().text
    assert "has waited 19 h 49 min" in text
    assert "/notices/" not in text


def test_an_owner_who_may_not_open_it_is_told_without_a_link(
    urgent: Notice, osei: User, owen: User, now: datetime
) -> None:
    escalating.escalate_unanswered(at=now + URGENT)
    to = {row.to: row.text for row in Outgoing.objects.all()}
    assert "://" in to["osei@example.org"]
    assert "://" not in to["owen@example.org"]
    assert "make sure that a clinician logs in" in to["owen@example.org"]


def test_a_second_contact_who_may_not_answer_is_passed_over(
    urgent: Notice, osei: User, desk: User, now: datetime
) -> None:
    settled = RiskSettings(practice=urgent.person.practice, **TOLD, second_contact=desk)
    settled.signed_name, settled.at, settled.by = "Osei", now, osei
    settled.save()
    escalating.escalate_unanswered(at=now + 30 * MINUTE)
    assert told() == ["osei@example.org"]


def test_other_notices_and_other_practices_are_left_alone(
    urgent: Notice, marsh: User, osei: User, lind: User, now: datetime
) -> None:
    notices.open_notice(urgent.person, kind="bp", level="red", says="High", at=now, by=lind)
    assert escalating.escalate_unanswered(at=now + timedelta(days=2)) == 1
    assert told() == ["osei@example.org"]


def test_a_practice_with_nobody_to_tell_says_so(urgent: Notice, now: datetime) -> None:
    escalating.escalate_unanswered(at=now + URGENT)
    assert Escalation.objects.get().told == []
