"""The list of whom to call: by right, with what was done, and by the fixed rule of loss."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from web.logging_in import logged_in
from web.next_steps.conftest import Live

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import slipping
from kapstone.web.records.actions import next_steps as deeds
from kapstone.web.records.models import Course, WatchContact
from kapstone.web.records.refusals import Refused

LOST = {30.0: 18.0, 12.0: 6.0, 2.0: 16.0}


def names(user: User, now: datetime) -> list[set[str]]:
    return [{each.row.id for each in row.reasons} for row in slipping.people(user, now=now)]


def test_who_lost_the_response_stands_on_the_list(live: Live, lind: User, now: datetime) -> None:
    live(4, LOST, fine=False)
    (row,) = slipping.people(lind, now=now)
    assert {each.row.id for each in row.reasons} == {"WAT-01"}
    assert row.holding.lost_at == row.since == now - timedelta(days=2)


def test_who_responds_does_not(live: Live, lind: User, now: datetime) -> None:
    live(4, {30: 18, 12: 6, 2: 6})
    assert names(lind, now) == []


def test_a_call_that_reached_them_takes_them_off_and_stays(
    live: Live, lind: User, now: datetime
) -> None:
    course = live(4, LOST, fine=False)
    assert names(lind, now) == [{"WAT-01"}]
    deeds.note_contact(course, "no_answer", at=now, by=lind)
    assert names(lind, now) == [{"WAT-01"}]
    deeds.note_contact(course, "reached", words="A hard week.", at=now, by=lind)
    assert names(lind, now) == []
    assert [row.why for row in WatchContact.objects.order_by("pk")] == [["WAT-01"], ["WAT-01"]]
    with pytest.raises(Refused, match="no reason"):
        deeds.note_contact(course, "reached", at=now, by=lind)


def test_the_desk_is_shown_no_clinical_reason(
    live: Live, desk: User, owen: User, lind: User, now: datetime
) -> None:
    course = live(4, LOST, fine=False)
    assert names(desk, now) == []
    with pytest.raises(Refused, match="no reason"):
        deeds.note_contact(course, "reached", at=now, by=desk)
    owner = logged_in(owen).get("/slipping/").content.decode()
    assert "Ade Bello" in owner
    assert "lost" not in owner.split("<h2>Ade", 1)[1].split("</section>")[0]
    assert "Response reliably lost" in logged_in(lind).get("/slipping/").content.decode()


def test_the_desk_calls_who_was_not_heard_from(live: Live, desk: User, now: datetime) -> None:
    course = live(1, {30: 18}, fine=False)
    later = now + timedelta(days=26)
    assert names(desk, later) == [{"WAT-04"}]
    client: Client = logged_in(desk)
    with clock.at(later):
        page = client.get("/slipping/").content.decode()
        assert "Nothing heard for four weeks" in page
        url = f"/courses/{course.pk}/contact/"
        assert client.post(url, {"outcome": "reached", "words": ""}).status_code == 302
    assert names(desk, later) == []


def test_today_counts_whom_to_call(live: Live, lind: User) -> None:
    live(4, LOST, fine=False)
    client = logged_in(lind)
    assert "/slipping/few/" in client.get("/").content.decode()
    few = client.get("/slipping/few/").content.decode()
    assert "To call before it becomes a relapse" in few
    assert "Ade Bello" in few


def test_another_practice_knows_nothing_of_it(live: Live, marsh: User, now: datetime) -> None:
    course: Course = live(4, LOST, fine=False)
    assert slipping.people(marsh, now=now) == []
    url = f"/courses/{course.pk}/contact/"
    assert logged_in(marsh).post(url, {"outcome": "reached"}).status_code == 404


def test_an_outcome_that_is_none_is_refused(live: Live, lind: User, now: datetime) -> None:
    course = live(4, LOST, fine=False)
    with pytest.raises(Refused, match="what came of it"):
        deeds.note_contact(course, "shouted", at=now, by=lind)
