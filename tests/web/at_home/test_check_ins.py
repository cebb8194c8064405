"""The check-ins after a session at home: asked, answered by three ways, and missed aloud."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from web.at_home.test_release import refused
from web.logging_in import Enter

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import check_ins, outbox, worker
from kapstone.web.records.actions import checking_in, escalating, sitting
from kapstone.web.records.actions import reaching as reaching_deeds
from kapstone.web.records.models import (
    HomeCheckIn,
    HomeCheckInAsked,
    Notice,
    Outgoing,
    Session,
    SitterLink,
)

HOURS, MORNING, DAY = "four-hours", "next-morning", "a-day"
MISSED = timedelta(hours=4, minutes=30)


def say(session: Session, by: User, at: datetime, moment: str = HOURS, **otherwise: Any) -> Any:
    told: dict[str, Any] = {"answer": "well", "client_id": uuid4(), "at": at, "by": by, **otherwise}
    return checking_in.answer_check_in(session, moment, told.pop("answer"), **told)


def states(session: Session, now: datetime) -> dict[str, tuple[str, bool | None]]:
    return {each.row.id: (each.state, each.well) for each in check_ins.of(session, now=now)}


def notices(session: Session) -> list[Notice]:
    return list(Notice.objects.filter(session=session, kind="home-check-in").order_by("pk"))


def test_four_hours_after_the_dose_a_day_after_it_and_the_next_morning(
    started: Session, now: datetime
) -> None:
    due = [(each.row.id, each.due_at - now) for each in check_ins.of(started, now=now)]
    # The personas' day begins the medicine at eight in New York.
    hours = {HOURS: 4, DAY: 24, MORNING: 25}
    assert due == [(name, timedelta(hours=each)) for name, each in hours.items()]


def test_the_person_answers_once_it_is_due_and_not_before(
    started: Session, ade_user: User, rio: User, now: datetime
) -> None:
    late = now + timedelta(hours=4)
    early = {"client_id": uuid4(), "at": now + timedelta(hours=3), "by": ade_user}
    assert refused(checking_in.answer_check_in, started, HOURS, "well", **early) == "too-early"
    told: dict[str, Any] = {"client_id": uuid4(), "at": late, "by": ade_user}
    assert refused(checking_in.answer_check_in, started, HOURS, "fine", **told) == "no-answer"
    assert refused(checking_in.answer_check_in, started, "noon", "well", **told) == "not-begun"
    stranger = told | {"by": rio}
    assert refused(checking_in.answer_check_in, started, HOURS, "well", **stranger) == (
        "not-your-deed"
    )
    for _ in range(2):
        checking_in.answer_check_in(started, HOURS, "well", **told)
    assert HomeCheckIn.objects.count() == 1
    assert states(started, late)[HOURS] == ("answered", True)
    assert notices(started) == []


def test_nothing_is_asked_of_a_session_that_never_began(
    ready: Session, ade_user: User, now: datetime
) -> None:
    later = now + timedelta(hours=30)
    told = {"client_id": uuid4(), "at": later, "by": ade_user}
    assert refused(checking_in.answer_check_in, ready, HOURS, "well", **told) == "not-begun"
    assert checking_in.call_for_missed_check_ins(at=later) == 0


def test_not_well_tells_who_is_on_call_each_time(
    started: Session, ade_user: User, lind: User, osei: User, now: datetime
) -> None:
    say(started, ade_user, now + timedelta(hours=4), answer="unwell")
    say(started, osei, now + timedelta(hours=5), answer="unwell", words="Sick, and alone.")
    first, second = notices(started)
    assert "not well, by their own word" in first.says
    assert f"not well, as {osei.signed_name} was told" in second.says
    assert first.escalations.get().told == [lind.signed_name]
    assert "Sam Reed" in first.says


def test_a_missed_one_goes_to_who_is_on_call_once_and_is_passed_on(
    started: Session, lind: User, osei: User, now: datetime
) -> None:
    minute = timedelta(minutes=1)
    assert checking_in.call_for_missed_check_ins(at=now + MISSED - minute) == 0
    assert checking_in.call_for_missed_check_ins(at=now + MISSED) == 1
    assert checking_in.call_for_missed_check_ins(at=now + MISSED + minute) == 0
    (notice,) = notices(started)
    assert notice.says.startswith("Four hours after the session at home: no answer came.")
    assert notice.escalations.get().told == [lind.signed_name]
    assert escalating.escalate_unanswered(at=now + MISSED + 5 * minute) == 1
    steps = dict(notice.escalations.values_list("step", "told"))
    assert steps == {"at_once": [lind.signed_name], "everyone": [osei.signed_name]}


def test_a_worker_that_was_away_finds_all_and_tells_of_each(
    started: Session, now: datetime
) -> None:
    assert checking_in.call_for_missed_check_ins(at=now + timedelta(hours=28)) == 3
    assert checking_in.call_for_missed_check_ins(at=now + timedelta(hours=29)) == 0
    assert {each.says.partition(" the session")[0] for each in notices(started)} == {
        "Four hours after",
        "A day after",
        "The next morning",
    }


def test_what_is_long_past_is_not_called_for(started: Session, now: datetime) -> None:
    assert checking_in.call_for_missed_check_ins(at=now + timedelta(days=4)) == 0


def test_the_sitter_answers_the_first_by_a_look_and_no_other(
    started: Session, link: SitterLink, now: datetime
) -> None:
    at = now + timedelta(hours=4, minutes=2)
    sitting.take_look(link, sitting.Seen(client_id=uuid4(), saw="asleep", at=at), at=at)
    assert checking_in.call_for_missed_check_ins(at=now + MISSED) == 0
    assert states(started, at)[HOURS] == ("answered", True)
    assert checking_in.call_for_missed_check_ins(at=now + timedelta(hours=28)) == 2


def test_the_person_is_written_to_once_and_by_no_word_of_the_chart(
    started: Session, ade_user: User, now: datetime
) -> None:
    Outgoing.objects.all().delete()
    due = now + timedelta(hours=4)
    assert checking_in.ask_check_ins(at=due - timedelta(minutes=1)) == 0
    assert checking_in.ask_check_ins(at=due) == 1
    assert checking_in.ask_check_ins(at=due + timedelta(minutes=1)) == 0
    mail = Outgoing.objects.get()
    assert mail.to == started.course.person.email
    assert reverse("portal:evening", args=[started.pk]) in mail.text
    assert "/s/" in mail.text
    for hidden in ("Ade", "etamine", "medicine"):
        assert hidden not in mail.text
    assert checking_in.ask_check_ins(at=now + timedelta(hours=25)) == 1
    assert HomeCheckInAsked.objects.count() == 2


def test_there_is_no_second_message_while_the_first_waits(
    started: Session, ade_user: User, now: datetime
) -> None:
    """A day after is at eight, and the next morning at nine."""
    assert checking_in.ask_check_ins(at=now + timedelta(hours=24)) == 1
    nine = now + timedelta(hours=25)
    assert checking_in.ask_check_ins(at=nine) == 0, "it waits"
    say(started, ade_user, nine, DAY)
    assert checking_in.ask_check_ins(at=nine) == 1, "answered: the next one is asked"
    assert [row.moment for row in HomeCheckInAsked.objects.order_by("pk")] == [DAY, MORNING]


def test_a_day_after_that_did_not_come_is_called_for(started: Session, now: datetime) -> None:
    missed = now + timedelta(hours=26)
    checking_in.call_for_missed_check_ins(at=missed - timedelta(minutes=1))
    assert checking_in.call_for_missed_check_ins(at=missed) == 1
    assert notices(started)[-1].says.startswith("A day after the session at home: no answer came.")


def test_nobody_is_written_to_who_wants_no_messages_or_at_night(
    started: Session, ade_user: User, now: datetime
) -> None:
    zones = {"channel": "email", "hour": 18, "phone": "", "opted_out": False}
    # Half past midnight in Karachi, where Ade is on a visit.
    far = zones | {"time_zone": "Asia/Karachi"}
    reaching_deeds.wish(started.course.person, far, at=now, by=ade_user)
    assert checking_in.ask_check_ins(at=now + timedelta(hours=4)) == 0
    reaching_deeds.opt_out(started.course.person, at=now, by=ade_user)
    assert checking_in.ask_check_ins(at=now + timedelta(hours=25)) == 0


def test_a_message_is_withdrawn_once_it_was_answered(
    started: Session, ade_user: User, now: datetime
) -> None:
    due = now + timedelta(hours=4)
    checking_in.ask_check_ins(at=due)
    say(started, ade_user, due)
    with clock.at(due + timedelta(minutes=1)):
        outbox.deliver()
    asked = HomeCheckInAsked.objects.get().outgoing
    asked.refresh_from_db()
    assert (asked.sent_at, asked.tries) == (None, 0)
    assert asked.withdrawn_at is not None


def test_the_worker_asks_and_calls(started: Session, now: datetime) -> None:
    with clock.at(now + timedelta(hours=4)):
        assert worker.one_round()
    asked = HomeCheckInAsked.objects.get().outgoing
    asked.refresh_from_db()
    assert asked.sent_at is not None
    with clock.at(now + MISSED):
        assert worker.one_round()
    assert len(notices(started)) == 1


def test_the_persons_page_asks_when_it_is_due(
    started: Session, ade_user: User, now: datetime, enter: Enter
) -> None:
    client, page = enter(ade_user), reverse("portal:evening", args=[started.pk])
    with clock.at(now + timedelta(hours=1)):
        assert "Tell us" not in client.get(page).content.decode()
        assert "How are you after" not in client.get(reverse("portal:today")).content.decode()
    with clock.at(now + timedelta(hours=4, minutes=1)):
        assert "How are you after your session?" in (
            client.get(reverse("portal:today")).content.decode()
        )
        assert "Tell us" in client.get(page).content.decode()
        told = {"action": "check_in", "moment": HOURS, "once": str(uuid4())}
        nothing = client.post(page, told)
        assert nothing.status_code == 422
        assert client.post(page, told | {"answer": "well", "words": "Tired."}).status_code == 302
        assert "✓ I am well" in client.get(page).content.decode()
    row = HomeCheckIn.objects.get()
    assert (row.answer, row.words, row.by) == ("well", "Tired.", ade_user)


@pytest.mark.parametrize("answer", ["well", "unwell"])
def test_staff_write_down_what_they_were_told_on_the_phone(
    answer: str, started: Session, lind: User, now: datetime, enter: Enter
) -> None:
    client, page = enter(lind), reverse("at_home", args=[started.pk])
    with clock.at(now + MISSED):
        checking_in.call_for_missed_check_ins(at=now + MISSED)
        assert "No answer came" in client.get(page).content.decode()
        told = {"moment": HOURS, "answer": answer, "words": "Ate soup.", "once": str(uuid4())}
        to = reverse("check_in_home", args=[started.pk])
        assert client.post(to, told).status_code == 302
        text = client.get(page).content.decode()
    assert f"{lind.signed_name} asked" in text
    assert "“Ate soup.”" in text
    assert HomeCheckIn.objects.get().by == lind
