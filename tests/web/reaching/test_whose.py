"""Only forms that the person fills in are spoken of; one that moved is still the same form."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.portal import reach
from kapstone.web.records import reaching
from kapstone.web.records.actions import questionnaires
from kapstone.web.records.actions import reaching as deeds
from kapstone.web.records.models import Course, Outgoing, Person, Reminder, Sheet
from kapstone.web.records.refusals import Refused

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


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
