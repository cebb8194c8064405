"""Only forms that the person fills in are spoken of; one that moved is still the same form."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from kapstone import instruments
from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.portal import reach
from kapstone.web.records import reaching
from kapstone.web.records.actions import following, questionnaires
from kapstone.web.records.actions import reaching as deeds
from kapstone.web.records.models import Course, Outgoing, Person, Reminder, Sheet
from kapstone.web.records.refusals import Refused

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def rated(course: Course, lind: User, now: datetime) -> Sheet:
    """A scale that a clinician fills in, open as long as the person's own form."""
    times = {"opens_at": now, "due_at": now, "closes_at": now + 14 * DAY}
    return questionnaires.assign_sheet(course, "cgi-s", anchor="start", at=now, by=lind, **times)


def test_nobody_is_written_to_or_called_about_a_scale_that_staff_rate(
    rated: Sheet, ade: Person, ade_user: User, desk: User, evening: datetime
) -> None:
    assert deeds.remind_due(ade, at=evening) == []
    with pytest.raises(Refused, match="Nothing is sent now"):
        deeds.remind_now(ade, at=evening, by=desk)
    deeds.opt_out(ade, at=evening, by=ade_user)
    everyone = Person.objects.filter(pk=ade.pk)
    assert reaching.to_call(everyone, rated.closes_at - DAY) == []
    assert not Outgoing.objects.exists()


def test_a_message_is_about_the_person_s_own_form_alone(
    rated: Sheet, sheet: Sheet, ade: Person, evening: datetime
) -> None:
    (row,) = deeds.remind_due(ade, at=evening)
    assert row.sheet == sheet


def test_a_link_that_names_a_rated_scale_opens_the_person_s_own_form(
    rated: Sheet, sheet: Sheet, ade: Person, evening: datetime
) -> None:
    """Messages that were sent before rated scales were left out name both."""
    (row,) = deeds.remind_due(ade, at=evening)
    told = {"outgoing": row.outgoing, "number": 1, "token_hash": row.token_hash}
    both = [Reminder.objects.create(sheet=rated, **told, at=evening, by=row.by), row]
    with clock.at(evening):
        assert reach.first_open(both) == sheet
        assert reach.first_open(both[:1]) is None


def moved(sheet: Sheet, days: int, at: datetime, by: User) -> Sheet:
    """The same form some days later, as when the dose that it hangs on moves."""
    due = instruments.Due(
        row="before",
        keep="core",
        minutes=3,
        instrument=sheet.instrument,
        anchor=sheet.anchor,
        opens_at=sheet.opens_at + days * DAY,
        due_at=sheet.due_at + days * DAY,
        closes_at=sheet.closes_at + days * DAY,
    )
    return following.ask(sheet.course, due, at=at, by=by, moves=sheet)


def test_a_form_that_moves_twice_has_three_messages_in_all(
    sheet: Sheet, ade: Person, lind: User, evening: datetime
) -> None:
    deeds.remind_due(ade, at=evening)
    second = moved(sheet, 1, evening + HOUR, lind)
    deeds.remind_due(ade, at=evening + DAY)
    moved(second, 1, evening + DAY + HOUR, lind)
    for days in (2, 6, 7, 8):
        deeds.remind_due(ade, at=evening + days * DAY)
    assert [row.number for row in Reminder.objects.order_by("pk")] == [1, 2, 3]


def test_a_no_stands_when_the_form_moves(
    sheet: Sheet, ade: Person, desk: User, lind: User, evening: datetime
) -> None:
    deeds.note_call(ade, "declined", words="", at=evening - HOUR, by=desk)
    moved(sheet, 2, evening, lind)
    assert deeds.remind_due(ade, at=evening + 2 * DAY) == []


def test_a_no_is_not_about_a_form_that_had_moved_out_of_sight(
    sheet: Sheet, ade: Person, desk: User, lind: User, evening: datetime
) -> None:
    moved(sheet, 4, evening - 2 * HOUR, lind)
    deeds.note_call(ade, "declined", words="", at=evening - HOUR, by=desk)
    assert len(deeds.remind_due(ade, at=evening + 4 * DAY)) == 1


def test_the_link_of_an_earlier_message_opens_the_moved_form(
    sheet: Sheet, ade: Person, lind: User, evening: datetime
) -> None:
    sent = deeds.remind_due(ade, at=evening)
    last = moved(moved(sheet, 1, evening, lind), 1, evening + HOUR, lind)
    with clock.at(last.opens_at + HOUR):
        assert reach.first_open(sent) == last
