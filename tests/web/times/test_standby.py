"""The waiting list: in order, with the reason; what fell free is offered, and the first has it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from web.logging_in import Enter
from web.times.conftest import TEN

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records import outbox
from kapstone.web.records import standby as facts
from kapstone.web.records.actions import appointments, standby
from kapstone.web.records.actions.session_booking import SessionBooking
from kapstone.web.records.models import (
    Appointment,
    BookedPart,
    Course,
    Outgoing,
    Place,
    Standby,
    TimeOffer,
    TimeTaken,
)
from kapstone.web.records.refusals import Refused

HOUR = timedelta(hours=1)
WAITS: dict[str, Any] = {
    **{"kind": "review", "minutes": 50, "day_part": "any", "who": None},
    "reason": "Works on all other days",
}


@pytest.fixture
def waits(noors: Course, desk: User, now: datetime) -> Standby:
    return standby.put_on_list(noors, WAITS, at=now, by=desk)


@pytest.fixture
def given_up(course: Course, talk: Place, lind: User, desk: User, now: datetime) -> Appointment:
    """Ade had Wednesday at 10, in Talk 1 with Lind, and called it off."""
    told: dict[str, Any] = {"kind": "preparation", "minutes": 50, "who": lind, "place": talk}
    row = appointments.agree(course, starts_at=TEN, at=now, by=desk, **told)
    appointments.call_off(row, at=now, by=desk)
    return row


def offer(row: Standby, secret: str, by: User, now: datetime, **also: Any) -> TimeOffer:
    told = {"starts_at": TEN, "who": None, "place": None, **also}
    return standby.offer_time(row, **told, secret=secret, at=now, by=by)


def test_what_was_given_up_stands_there_with_whom_it_suits(
    waits: Standby, given_up: Appointment, enter: Enter, desk: User
) -> None:
    page = enter(desk).get(reverse("standby")).content.decode()
    assert "10:00, 50 min" in page
    assert "Talk 1 · Lind" in page
    assert "review, since" in page
    assert "Works on all other days" in page


def test_who_waits_longest_stands_first(
    waits: Standby, course: Course, given_up: Appointment, *, desk: User, now: datetime
) -> None:
    later = standby.put_on_list(course, WAITS, at=now + HOUR, by=desk)
    rows = facts.waiting(desk)
    assert rows == [waits, later]
    (time,) = facts.freed(desk, rows, now=now)
    assert [row for row, _ in time.suits] == [waits, later]


@pytest.mark.parametrize(
    ("changed", "suits"),
    [
        ({}, True),
        ({"minutes": 51}, False),
        ({"day_part": "morning"}, True),
        ({"day_part": "afternoon"}, False),
        ({"who": "lind"}, True),
        ({"who": "osei"}, False),
        ({"kind": "medicine"}, False),
    ],
)
def test_only_whom_it_would_suit(
    changed: dict[str, Any],
    suits: bool,
    given_up: Appointment,
    noors: Course,
    *,
    desk: User,
    now: datetime,
    request: pytest.FixtureRequest,
) -> None:
    if name := changed.get("who"):
        changed = {"who": request.getfixturevalue(name)}
    standby.put_on_list(noors, WAITS | changed, at=now, by=desk)
    (time,) = facts.freed(desk, facts.waiting(desk), now=now)
    assert bool(time.suits) is suits


def test_what_was_taken_since_did_not_fall_free(
    given_up: Appointment, noors: Course, talk: Place, *, desk: User, now: datetime
) -> None:
    told: dict[str, Any] = {"kind": "review", "minutes": 20, "place": talk}
    appointments.agree(noors, starts_at=TEN, at=now, by=desk, **told)
    assert facts.freed(desk, [], now=now) == []


def test_a_chair_that_was_given_up_stands_there_for_medicine(
    *,
    course: Course,
    roadmap: object,
    noors: Course,
    chair: Place,
    desk: User,
    enter: Enter,
    now: datetime,
) -> None:
    asked = SessionBooking(route="iv", starts_at=TEN, chair_min=60, chair=chair)
    session = appointments.book_session(course, asked, at=now, by=desk)
    plan = {"route": "iv", "planned_for": TEN, "cancelled": True}
    appointments.move_session(session, at=now, by=desk, **plan)
    row = standby.put_on_list(noors, WAITS | {"kind": "medicine"}, at=now, by=desk)
    page = enter(desk).get(reverse("standby")).content.decode()
    assert f"{reverse('book_session', args=[noors.pk])}?at=2026-11-04T10:00" in page
    with pytest.raises(Refused) as refused:
        offer(row, "s", desk, now)
    assert refused.value.code == "medicine"


def test_one_tap_offers_it_by_a_mail_that_names_no_treatment(
    waits: Standby, given_up: Appointment, enter: Enter, desk: User
) -> None:
    browser = enter(desk)
    page = browser.get(reverse("standby")).content.decode()
    form = page[page.index(reverse("offer_time", args=[waits.pk])) :]
    fields = dict(re.findall(r'type="hidden" name="(starts_at|who|place)" value="([^"]+)"', form))
    assert browser.post(reverse("offer_time", args=[waits.pk]), fields).status_code == 302
    mail = Outgoing.objects.latest("pk")
    assert mail.to == "noor@example.org"
    assert "a time is free: Wednesday, 4 November, 10:00, 50 min" in mail.text
    for word in ("ketamine", "review", "treatment", "ade", "lind"):
        assert not re.search(rf"\b{word}\b", (mail.subject + mail.text).lower()), word
    assert "offered until" in browser.get(reverse("standby")).content.decode()
    secret = re.search(r"/r/offer/([\w-]+)/", mail.text)
    assert secret is not None
    assert secret[1] not in str(TimeOffer.objects.values())


def test_the_first_has_it_and_the_second_keeps_their_place(
    *, waits: Standby, course: Course, talk: Place, desk: User, now: datetime
) -> None:
    other = standby.put_on_list(course, WAITS, at=now, by=desk)
    first, second = (
        offer(row, secret, desk, now, place=talk) for row, secret in ((waits, "a"), (other, "b"))
    )
    took = standby.take_offer(first, at=now)
    assert took.appointment.course == waits.course
    assert took.by == waits.course.person.user
    assert BookedPart.objects.taken().get().place == talk
    with pytest.raises(Refused) as refused:
        standby.take_offer(second, at=now)
    assert refused.value.code == "gone"
    assert facts.waiting(desk) == [other]
    assert standby.take_offer(first, at=now) == took, "sent twice it is one"
    assert TimeTaken.objects.count() == Appointment.objects.count() == 1


def test_a_mail_that_still_waits_is_not_sent_once_the_time_is_taken(
    *, waits: Standby, course: Course, talk: Place, desk: User, now: datetime
) -> None:
    other = standby.put_on_list(course, WAITS, at=now, by=desk)
    first, second = (
        offer(row, secret, desk, now, place=talk) for row, secret in ((waits, "a"), (other, "b"))
    )
    assert outbox.unwanted(second.outgoing, now) == ""
    standby.take_offer(first, at=now)
    assert outbox.unwanted(first.outgoing, now) == facts.OVER
    assert outbox.unwanted(second.outgoing, now) == facts.OVER


def test_an_offer_runs_out(waits: Standby, desk: User, now: datetime) -> None:
    row = offer(waits, "a", desk, now)
    assert row.expires_at == now + 12 * HOUR
    with pytest.raises(Refused) as refused:
        standby.take_offer(row, at=row.expires_at)
    assert refused.value.code == "too-late"
    standby.take_offer(row, at=row.expires_at - timedelta(minutes=1))


def test_an_offer_never_outlives_its_time(waits: Standby, desk: User, now: datetime) -> None:
    assert offer(waits, "a", desk, now, starts_at=now + 2 * HOUR).expires_at == now + 2 * HOUR


@pytest.mark.parametrize(
    ("code", "changed"),
    [("offered", {}), ("in-the-past", {"starts_at": TEN - timedelta(days=3)})],
)
def test_what_cannot_be_offered(
    code: str, changed: dict[str, Any], waits: Standby, desk: User, now: datetime
) -> None:
    offer(waits, "a", desk, now)
    with pytest.raises(Refused) as refused:
        offer(waits, "b", desk, now, **changed)
    assert refused.value.code == code


def test_who_is_off_the_list_is_offered_nothing(waits: Standby, desk: User, now: datetime) -> None:
    row = offer(waits, "a", desk, now)
    standby.take_off_list(waits, at=now, by=desk)
    standby.take_off_list(waits, at=now, by=desk)
    for deed in (lambda: offer(waits, "b", desk, now), lambda: standby.take_offer(row, at=now)):
        with pytest.raises(Refused) as refused:
            deed()
        assert refused.value.code == "off-the-list"


def test_one_waits_for_each_kind_once(
    waits: Standby, noors: Course, *, desk: User, marsh: User, now: datetime
) -> None:
    for by, code in ((desk, "waits"), (marsh, "elsewhere")):
        with pytest.raises(Refused) as refused:
            standby.put_on_list(noors, WAITS, at=now, by=by)
        assert refused.value.code == code
    with pytest.raises(Refused) as refused:
        standby.put_on_list(noors, WAITS | {"kind": "integration", "reason": "."}, at=now, by=desk)
    assert refused.value.code == "no-reason"


def test_the_page_of_the_link_takes_it_only_when_asked_to(
    waits: Standby, desk: User, now: datetime
) -> None:
    offer(waits, "secret", desk, now)
    address, stranger = reverse("offered_time", args=["secret"]), Client()
    page = stranger.get(address).content.decode()
    assert "Wednesday 4 November, 10:00" in page
    assert "no-store" in stranger.get(address)["Cache-Control"]
    for word in ("Noor", "Haddad", "review", "ketamine", "Works on"):
        assert word not in page
    assert not TimeTaken.objects.exists(), "a scanner that opens the link takes nothing"
    assert "It is yours" in stranger.post(address).content.decode()
    assert "It is yours" in stranger.get(address).content.decode()


def test_the_page_says_kindly_that_somebody_was_quicker(
    waits: Standby, course: Course, desk: User, talk: Place, *, now: datetime
) -> None:
    offer(waits, "secret", desk, now, place=talk)
    told: dict[str, Any] = {"kind": "review", "minutes": 20, "place": talk}
    appointments.agree(course, starts_at=TEN, at=now, by=desk, **told)
    answer = Client().post(reverse("offered_time", args=["secret"]))
    assert answer.status_code == 422
    assert "not free any more. You keep your place" in answer.content.decode()
    assert "Ade" not in answer.content.decode()


def test_an_old_or_wrong_address_says_nothing(waits: Standby, desk: User, now: datetime) -> None:
    offer(waits, "secret", desk, now)
    assert Client().get(reverse("offered_time", args=["another"])).status_code == 404
    with clock.at(now + 13 * HOUR):
        page = Client().get(reverse("offered_time", args=["secret"])).content.decode()
    assert "This offer is over" in page


def test_the_form_puts_somebody_on_the_list_and_off_it(
    noors: Course, enter: Enter, desk: User
) -> None:
    browser = enter(desk)
    told = {"kind": "review", "minutes": "50", "day_part": "morning", "reason": "Works late"}
    assert browser.post(reverse("put_on_list", args=[noors.pk]), told).status_code == 302
    assert "Works late" in browser.get(reverse("standby")).content.decode()
    assert browser.post(reverse("put_on_list", args=[noors.pk]), told).status_code == 422
    browser.post(reverse("take_off_list", args=[Standby.objects.get().pk]))
    assert "Nobody waits" in browser.get(reverse("standby")).content.decode()


def test_another_practice_sees_nobody_who_waits(
    waits: Standby, given_up: Appointment, enter: Enter, marsh: User
) -> None:
    browser = enter(marsh)
    page = browser.get(reverse("standby")).content.decode()
    assert "Noor" not in page
    assert "Talk 1" not in page
    assert browser.post(reverse("take_off_list", args=[waits.pk])).status_code == 404


def test_who_calls_a_time_off_is_told_that_somebody_waits(
    *, waits: Standby, course: Course, enter: Enter, desk: User, now: datetime
) -> None:
    browser = enter(desk)
    for expected in (True, False):
        row = appointments.agree(course, kind="review", minutes=20, starts_at=TEN, at=now, by=desk)
        page = browser.post(reverse("cancel", args=[row.pk]), follow=True).content.decode()
        assert ("Somebody waits for a time" in page) is expected
        standby.take_off_list(waits, at=now, by=desk)
