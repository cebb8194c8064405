"""The front desk's call list: who, since when, at which question, and what came of the call."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from web.logging_in import Enter

from kapstone import instruments
from kapstone.web import clock
from kapstone.web.accounts.models import Practice, User
from kapstone.web.records import outbox, reaching, worker
from kapstone.web.records.actions import intake, people, questionnaires, sessions
from kapstone.web.records.actions import reaching as deeds
from kapstone.web.records.models import (
    ContactWishes,
    Course,
    Entry,
    Outgoing,
    Person,
    PhoneCall,
    Reminder,
    Sheet,
)
from kapstone.web.records.refusals import Refused

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def rounds(start: datetime, days: int) -> None:
    """The worker at the person's hour on so many days."""
    for n in range(days):
        with clock.at(start + n * DAY):
            worker.remind_due(start + n * DAY)
            outbox.deliver()


def page(client: Client, at: datetime) -> str:
    with clock.at(at):
        answer = client.get("/calls/")
    assert answer.status_code == 200
    return answer.content.decode()


def call(client: Client, person: Person, outcome: str, at: datetime) -> None:
    with clock.at(at):
        told = {"outcome": outcome, "words": "at work"}
        client.post(f"/people/{person.pk}/call/", told, follow=True)


def test_three_messages_and_then_the_desk(
    sheet: Sheet, ade: Person, desk: User, evening: datetime, enter: Enter
) -> None:
    rounds(evening, 6)
    assert [row.number for row in Reminder.objects.order_by("number")] == [1, 2, 3]
    assert len(mail.outbox) == 3
    client = enter(desk)
    assert "Ade Bello" not in page(client, evening + 3 * DAY - HOUR)
    found = page(client, evening + 3 * DAY)
    assert "Ade Bello" in found
    assert "was written to three times" in found
    assert "tel:+1 555 0100" in found


def test_the_exact_question_where_they_stopped(
    course: Course,
    *,
    ade: Person,
    ade_user: User,
    desk: User,
    lind: User,
    evening: datetime,
    enter: Enter,
) -> None:
    sheet = questionnaires.ask_now(course, "gad7", at=evening, by=lind)
    first, second = instruments.instrument("gad7").item[:2]
    deeds.opt_out(ade, at=evening, by=ade_user)
    client = enter(desk)
    assert f'It starts with:</span> <span class="small">“{first.text}”' in page(client, evening)
    with clock.at(evening):
        questionnaires.answer_item(sheet, first.id, 2, at=evening, by=ade_user)
    found = page(client, evening)
    assert f'Stopped at:</span> <span class="small">“{second.text}”' in found
    assert first.text not in found
    assert "wants no messages" in found


def test_a_question_that_would_tell_an_answer_is_for_clinicians(
    course: Course,
    *,
    ade: Person,
    ade_user: User,
    desk: User,
    lind: User,
    now: datetime,
    enter: Enter,
) -> None:
    """The C-SSRS asks its third question only after a yes to the second."""
    sheet = questionnaires.ask_now(course, "cssrs-since", at=now, by=lind)
    deeds.opt_out(ade, at=now, by=ade_user)
    of = instruments.instrument("cssrs-since")
    for item in of.item[:2]:
        questionnaires.answer_item(sheet, item.id, 1, at=now, by=ade_user)
    upcoming = instruments.next_item(of, questionnaires.answers_of(sheet))
    assert upcoming is not None
    at_desk, at_lind = (page(enter(user), now) for user in (desk, lind))
    assert upcoming.text not in at_desk
    assert "Begun, not finished." in at_desk
    assert upcoming.text in at_lind


@pytest.mark.parametrize("name", ["phq9", "cssrs-screener"])
@pytest.mark.parametrize("count", [0, 1, 2])
def test_the_desk_reads_no_question_of_a_form_that_asks_of_suicide(
    name: str,
    count: int,
    course: Course,
    *,
    ade: Person,
    ade_user: User,
    desk: User,
    lind: User,
    now: datetime,
    enter: Enter,
) -> None:
    """Whatever stands there is the same for each number of answers, and for yes and no."""
    sheet = questionnaires.ask_now(course, name, at=now, by=lind)
    deeds.opt_out(ade, at=now, by=ade_user)
    of = instruments.instrument(name)
    for item in of.item[:count]:
        questionnaires.answer_item(sheet, item.id, 0, at=now, by=ade_user)
    found = page(enter(desk), now)
    assert ("Begun, not finished." if count else "Not begun.") in found
    assert not any(item.words in found for item in of.item)


def test_whom_a_message_did_not_reach(
    sheet: Sheet, ade: Person, desk: User, evening: datetime, enter: Enter
) -> None:
    with clock.at(evening):
        deeds.remind_due(ade, at=evening)
    Outgoing.objects.update(given_up_at=evening, tries=1)
    client = enter(desk)
    assert "could not be delivered" in page(client, evening)
    with clock.at(evening):
        people.correct_details(ade, {"email": "right@example.org"}, by=desk)
    assert "Ade Bello" not in page(client, evening)


@pytest.mark.parametrize("without", ["email", "user"])
def test_who_cannot_open_a_link_is_called(
    without: str, *, sheet: Sheet, ade: Person, desk: User, evening: datetime, enter: Enter
) -> None:
    Person.objects.filter(pk=ade.pk).update(**{without: None if without == "user" else ""})
    assert "no way to write to them" in page(enter(desk), evening)
    with clock.at(evening):
        assert deeds.remind_due(ade, at=evening) == []


def test_who_asked_to_be_called_is_not_said_to_be_out_of_reach(
    sheet: Sheet, ade: Person, desk: User, evening: datetime, enter: Enter
) -> None:
    deeds.wish(ade, {**deeds.wishes_now(ade, evening), "channel": "none"}, at=evening, by=desk)
    found = page(enter(desk), evening)
    assert '<span class="chip">asked to be called</span>' in found
    assert "No link now: asked to be called." in found
    assert "no way to write" not in found
    with clock.at(evening):
        intake_page = enter(desk).get(f"/courses/{sheet.course_id}/intake/").content.decode()
    assert 'disabled aria-describedby="not-now"' in intake_page
    assert "Not now: asked to be called." in intake_page


def test_who_wants_to_answer_by_phone_stays_for_a_clinician(
    sheet: Sheet, *, ade: Person, ade_user: User, desk: User, evening: datetime, enter: Enter
) -> None:
    deeds.opt_out(ade, at=evening, by=ade_user)
    client = enter(desk)
    assert "Answers by phone are taken down by a clinician" in page(client, evening)
    call(client, ade, "by_phone", evening)
    assert "wants to answer by phone, ask a clinician · at work" in page(client, evening + HOUR)


def test_calls_are_written_down_and_change_the_list(
    sheet: Sheet, *, ade: Person, ade_user: User, desk: User, evening: datetime, enter: Enter
) -> None:
    deeds.opt_out(ade, at=evening, by=ade_user)
    client = enter(desk)
    call(client, ade, "no_answer", evening)
    assert "No answer · at work" in page(client, evening)
    call(client, ade, "reached", evening + HOUR)
    assert "Ade Bello" not in page(client, evening + 2 * HOUR)
    assert "Ade Bello" in page(client, evening + DAY + HOUR)
    call(client, ade, "declined", evening + DAY + HOUR)
    assert "Ade Bello" not in page(client, evening + 3 * DAY)
    assert [row.outcome for row in PhoneCall.objects.order_by("pk")] == [
        *("no_answer", "reached", "declined"),
    ]
    entry = Entry.objects.filter(did="note call").latest("number")
    assert (entry.by, entry.person, entry.detail) == (desk, ade, {"outcome": "declined"})
    found = enter(desk).get(f"/people/{ade.pk}/wishes/").content.decode()
    assert "they do not want to answer: at work" in found


def test_who_declined_one_form_is_asked_the_next_one(
    course: Course, sheet: Sheet, ade: Person, *, desk: User, lind: User, evening: datetime
) -> None:
    deeds.note_call(ade, "declined", words="", at=evening, by=desk)
    rounds(evening, 1)
    assert mail.outbox == []
    with clock.at(evening + HOUR):
        questionnaires.ask_now(course, "gad7", at=evening + HOUR, by=lind)
    rounds(evening + DAY, 1)
    assert [row.sheet.instrument for row in Reminder.objects.all()] == ["gad7"]


def test_an_invented_outcome_is_refused(ade: Person, desk: User, now: datetime) -> None:
    with pytest.raises(Refused, match="what came of the call"):
        deeds.note_call(ade, "shouted", words="", at=now, by=desk)


def test_one_tap_sends_the_link_but_never_two_a_day(
    sheet: Sheet, ade: Person, desk: User, now: datetime, enter: Enter
) -> None:
    client = enter(desk)
    with clock.at(now + HOUR):
        for _ in range(2):
            client.post(f"/people/{ade.pk}/remind-now/")
        outbox.deliver()
    assert len(mail.outbox) == 1
    rounds(now + 10 * HOUR, 1)
    assert len(mail.outbox) == 1
    assert Reminder.objects.get().by_hand


def test_a_fourth_message_needs_the_persons_own_word(
    sheet: Sheet, ade: Person, desk: User, evening: datetime, enter: Enter
) -> None:
    rounds(evening, 3)
    client, then = enter(desk), evening + 3 * DAY
    assert "No link now: was written to three times." in page(client, then)
    with clock.at(then):
        client.post(f"/people/{ade.pk}/remind-now/")
    assert Reminder.objects.count() == 3
    call(client, ade, "send_again", then)
    with clock.at(then):
        client.post(f"/people/{ade.pk}/remind-now/")
        outbox.deliver()
    assert len(mail.outbox) == 4


@pytest.mark.parametrize("by_hand", [True, False])
def test_nothing_goes_out_around_a_medicine_session(
    by_hand: bool,
    course: Course,
    sheet: Sheet,
    ade: Person,
    *,
    osei: User,
    desk: User,
    now: datetime,
) -> None:
    evening = now + 10 * HOUR
    sessions.plan_session(course, route="iv", planned_for=evening + HOUR, at=now, by=osei)
    with clock.at(evening):
        if by_hand:
            with pytest.raises(Refused) as refused:
                deeds.remind_now(ade, at=evening, by=desk)
            assert refused.value.code == "medicine-session"
        else:
            assert deeds.remind_due(ade, at=evening) == []


def test_a_waiting_message_is_withdrawn_when_a_session_begins(
    course: Course, sheet: Sheet, ade: Person, *, osei: User, desk: User, evening: datetime
) -> None:
    with clock.at(evening):
        deeds.remind_now(ade, at=evening, by=desk)
        sessions.plan_session(course, route="iv", planned_for=evening, at=evening, by=osei)
        outbox.deliver()
    assert Outgoing.objects.get().failed == "medicine-session"
    # It was never tried, so it does not count.
    assert reaching.of_person(ade, evening).reminders == []


def test_the_reminder_of_the_intake_keeps_the_same_rules(
    course: Course, ade: Person, ade_user: User, desk: User, now: datetime
) -> None:
    later = now + HOUR
    intake.remind(course, address="https://x.example/", at=later, by=desk)
    with pytest.raises(Refused, match="within the last day"):
        intake.remind(course, address="https://x.example/", at=later, by=desk)
    deeds.opt_out(ade, at=later, by=ade_user)
    with pytest.raises(Refused, match="wants no messages"):
        intake.remind(course, address="https://x.example/", at=later + 2 * DAY, by=desk)


def test_a_reminder_of_the_intake_is_the_message_of_the_day(
    course: Course, sheet: Sheet, ade: Person, desk: User, now: datetime
) -> None:
    with clock.at(now):
        intake.remind(course, address="https://x.example/", at=now, by=desk)
    rounds(now + 10 * HOUR, 1)
    assert Reminder.objects.count() == 0


def test_the_desk_writes_wishes_down_on_their_behalf(ade: Person, desk: User, enter: Enter) -> None:
    told = {"channel": "none", "hour": 9, "time_zone": "Europe/London", "phone": "+15550100123"}
    assert enter(desk).post(f"/people/{ade.pk}/wishes/", told).status_code == 302
    row = ContactWishes.objects.get()
    assert (row.channel, row.by, row.person) == ("none", desk, ade)
    entry = Entry.objects.get(did="write wishes")
    assert (entry.by, entry.detail["after"]["channel"]) == (desk, "none")


def test_strangers_find_nobody(
    sheet: Sheet, ade: Person, marsh: User, evening: datetime, enter: Enter
) -> None:
    client = enter(marsh)
    Person.objects.filter(pk=ade.pk).update(email="")
    assert "Ade Bello" not in page(client, evening)
    for address in ("wishes", "call", "remind-now"):
        assert client.post(f"/people/{ade.pk}/{address}/").status_code == 404


def test_looking_at_the_list_is_on_the_trail(
    sheet: Sheet, *, ade: Person, ade_user: User, desk: User, evening: datetime, enter: Enter
) -> None:
    deeds.opt_out(ade, at=evening, by=ade_user)
    page(enter(desk), evening)
    assert Entry.objects.get(did="see call list").detail == {"people": [ade.pk]}


def test_one_fault_keeps_nobody_else_waiting(
    sheet: Sheet, evening: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(person: Person, *, at: datetime) -> list[Reminder]:
        raise Refused("x", "no")

    monkeypatch.setattr(deeds, "remind_due", faulty)
    assert worker.remind_due(evening) == 1


def opted_out_people(count: int, desk: User, lind: User, now: datetime) -> None:
    """So many people who wait for a call, each with two forms and a call behind them."""
    there = Person.objects.count()
    for n in range(there, there + count):
        details = {"given": f"P{n}", "family": "Q", "email": f"p{n}@example.org"}
        course = people.add_person(details, at=now, by=desk)
        for name in ("phq9", "gad7"):
            questionnaires.ask_now(course, name, at=now, by=lind)
        deeds.opt_out(course.person, at=now, by=desk)
        deeds.note_call(course.person, "no_answer", words="", at=now, by=desk)


def test_the_list_costs_the_same_however_many_wait(
    practice: Practice, desk: User, lind: User, now: datetime, enter: Enter
) -> None:
    client, asked = enter(desk), []
    for count in (1, 6):
        opted_out_people(count, desk, lind, now)
        page(client, now)
        with CaptureQueriesContext(connection) as queries:
            page(client, now)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_the_button_of_the_intake_page_keeps_to_three(
    course: Course, sheet: Sheet, *, ade_user: User, desk: User, evening: datetime, enter: Enter
) -> None:
    client = enter(desk)
    intake.finish_intake(course, at=evening, by=ade_user)
    for n in range(5):
        with clock.at(evening + n * DAY):
            client.post(f"/courses/{course.pk}/remind/")
    assert [row.by_hand for row in Reminder.objects.all()] == [True] * 3
    assert not Entry.objects.filter(did="remind").exists()
