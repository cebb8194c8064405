"""Feeds: a secret address gives times to a calendar program, and nothing about anybody."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar
from web.logging_in import Enter
from web.times.conftest import TEN

from kapstone.web import clock
from kapstone.web.accounts.models import User
from kapstone.web.records.actions import appointments, feeds, places
from kapstone.web.records.actions.session_booking import SessionBooking
from kapstone.web.records.models import (
    Appointment,
    CalendarFeed,
    Course,
    Entry,
    Person,
    Place,
    Session,
)
from kapstone.web.records.refusals import Refused

SECRET = "s" * 43
TELLS = (
    "ade",
    "bello",
    "ketamine",
    "medicine",
    "preparation",
    "infusion",
    "depression",
    "ash lane",
)
HOUR = timedelta(hours=1)
SETTLED = {
    **{"opens": time(8), "closes": time(18), "days": [0, 1, 2, 3, 4], "ask_hours": 24},
    **{"offer_hours": 12, "names_in_feeds": True},
}


@pytest.fixture
def talked(course: Course, lind: User, talk: Place, desk: User, now: datetime) -> Appointment:
    told: dict[str, Any] = {"kind": "preparation", "minutes": 50, "who": lind, "place": talk}
    return appointments.agree(course, starts_at=TEN, at=now, by=desk, **told)


@pytest.fixture
def booked(
    *,
    course: Course,
    roadmap: object,
    chair: Place,
    resting: Place,
    osei: User,
    desk: User,
    now: datetime,
) -> Session:
    asked = SessionBooking(
        route="iv",
        starts_at=TEN + 3 * HOUR,
        chair_min=60,
        chair=chair,
        recovery=resting,
        prescriber=osei,
    )
    return appointments.book_session(course, asked, at=now, by=desk)


def read(secret: str = SECRET) -> Any:
    answer = Client().get(reverse("calendar_feed", args=[secret]))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    return Calendar.from_ical(answer.content)


def events(secret: str = SECRET) -> list[Any]:
    return list(read(secret).walk("VEVENT"))


def told(each: Any) -> tuple[str, str, int]:
    return str(each["summary"]), str(each["status"]), int(each["sequence"])


def test_a_feed_of_staff_says_how_long_and_nothing_else(
    talked: Appointment, lind: User, now: datetime
) -> None:
    feeds.open_own(secret=SECRET, at=now, by=lind)
    (event,) = events()
    assert told(event) == ("Kapstone: 50 min", "CONFIRMED", 0)
    assert event["dtstart"].dt.astimezone(clock.now().tzinfo) == TEN
    assert event["dtstart"].params["TZID"] == "America/New_York"
    assert read().walk("VTIMEZONE"), "a program knows the zone without asking anybody"


@pytest.mark.parametrize("whose", ["lind", "osei", "chair", "resting", "talk"])
def test_no_feed_tells_who_or_what_for(
    whose: str,
    talked: Appointment,
    booked: Session,
    *,
    desk: User,
    now: datetime,
    request: pytest.FixtureRequest,
) -> None:
    of = request.getfixturevalue(whose)
    if isinstance(of, User):
        feeds.open_own(secret=SECRET, at=now, by=of)
    else:
        feeds.open_place(of, secret=SECRET, at=now, by=desk)
    answer = Client().get(reverse("calendar_feed", args=[SECRET])).content.decode().lower()
    assert "begin:vevent" in answer
    assert [word for word in TELLS if word in answer] == []


def test_a_persons_own_feed_has_their_own_times_with_a_plain_title(
    talked: Appointment,
    booked: Session,
    noors: Course,
    *,
    ade_user: User,
    desk: User,
    now: datetime,
) -> None:
    appointments.agree(noors, kind="review", minutes=30, starts_at=TEN, at=now, by=desk)
    feeds.open_own(secret=SECRET, at=now, by=ade_user)
    found = [(told(each)[0], each["dtstart"].dt - TEN) for each in events()]
    assert found == [("Appointment, 50 min", 0 * HOUR), ("Appointment, 120 min", 3 * HOUR)]
    answer = Client().get(reverse("calendar_feed", args=[SECRET])).content.decode().lower()
    assert [word for word in TELLS if word in answer] == []
    assert "kapstone" not in re.sub(r"@kapstone|-//kapstone//", "", answer)


def test_a_move_keeps_the_uid_and_counts_on_and_a_calling_off_is_said(
    talked: Appointment, lind: User, desk: User, now: datetime
) -> None:
    feeds.open_own(secret=SECRET, at=now, by=lind)
    (first,) = events()
    moved = appointments.move(talked, starts_at=TEN + HOUR, at=now, by=desk)
    (second,) = events()
    assert (second["uid"], told(second)[1:]) == (first["uid"], ("CONFIRMED", 1))
    assert second["dtstart"].dt - first["dtstart"].dt == HOUR
    appointments.call_off(moved, at=now, by=desk)
    (third,) = events()
    assert (third["uid"], told(third)[1:]) == (first["uid"], ("CANCELLED", 2))


@pytest.mark.parametrize("whose", ["osei", "chair", "ade_user"])
def test_the_same_of_a_medicine_session(
    whose: str, booked: Session, *, desk: User, now: datetime, request: pytest.FixtureRequest
) -> None:
    of = request.getfixturevalue(whose)
    if isinstance(of, User):
        feeds.open_own(secret=SECRET, at=now, by=of)
    else:
        feeds.open_place(of, secret=SECRET, at=now, by=desk)
    (first,) = events()
    plan: dict[str, Any] = {"route": "iv", "room": "Chair 1", "at": now, "by": desk}
    appointments.move_session(booked, planned_for=TEN, **plan)
    (second,) = events()
    assert (second["uid"], told(second)[1:]) == (first["uid"], ("CONFIRMED", 1))
    appointments.move_session(booked, planned_for=TEN, cancelled=True, **plan)
    (third,) = events()
    assert (third["uid"], told(third)[1:]) == (first["uid"], ("CANCELLED", 2))


def test_names_stand_only_once_the_owner_switched_them_on(
    talked: Appointment, *, lind: User, owen: User, ade_user: User, now: datetime
) -> None:
    feeds.open_own(secret=SECRET, at=now, by=lind)
    places.settle_calendar(SETTLED, at=now, by=owen)
    (event,) = events()
    assert told(event)[0] == "Ade Bello: 50 min"
    assert "preparation" not in str(event.to_ical())
    feeds.open_own(secret="p" * 43, at=now, by=ade_user)
    assert told(events("p" * 43)[0])[0] == "Appointment, 50 min"
    places.settle_calendar(SETTLED | {"names_in_feeds": False}, at=now, by=owen)
    assert told(events()[0])[0] == "Kapstone: 50 min"


def test_only_the_hash_is_kept_and_a_new_address_ends_the_old_one(
    lind: User, now: datetime
) -> None:
    feeds.open_own(secret=SECRET, at=now, by=lind)
    assert SECRET not in str(CalendarFeed.objects.values())
    feeds.open_own(secret="n" * 43, at=now, by=lind)
    assert Client().get(reverse("calendar_feed", args=[SECRET])).status_code == 404
    assert events("n" * 43) == []
    feeds.shut(CalendarFeed.objects.standing().get(), at=now, by=lind)
    assert Client().get(reverse("calendar_feed", args=["n" * 43])).status_code == 404
    feeds.open_own(secret="m" * 43, at=now, by=lind)
    assert events("m" * 43) == []


def test_who_has_left_has_no_feed(talked: Appointment, lind: User, now: datetime) -> None:
    feeds.open_own(secret=SECRET, at=now, by=lind)
    lind.is_active = False
    lind.save()
    assert Client().get(reverse("calendar_feed", args=[SECRET])).status_code == 404


def test_a_feed_cannot_be_posted_to_or_guessed(client: Client, db: None) -> None:
    assert client.post(reverse("calendar_feed", args=[SECRET])).status_code == 405
    assert client.get(reverse("calendar_feed", args=["1"])).status_code == 404


def test_nobody_shuts_the_feed_of_somebody_else(lind: User, desk: User, now: datetime) -> None:
    row = feeds.open_own(secret=SECRET, at=now, by=lind)
    with pytest.raises(Refused) as refused:
        feeds.shut(row, at=now, by=desk)
    assert refused.value.code == "not-yours"


def test_the_pages_make_show_once_and_shut(
    enter: Enter, desk: User, ade_user: User, ade: Person, chair: Place
) -> None:
    pages = (
        (desk, reverse("own_feed")),
        (desk, reverse("place_feed", args=[chair.pk])),
        (ade_user, reverse("portal:own_calendar")),
    )
    for user, address in pages:
        browser = enter(user)
        assert "No address is open" in browser.get(address).content.decode()
        made = browser.post(address, {"action": "open"})
        assert "no-store" in made["Cache-Control"]
        secret = re.search(r"/c/([\w-]+)/times\.ics", made.content.decode())
        assert secret is not None
        assert events(secret[1]) == []
        assert secret[1] not in browser.get(address).content.decode()
        browser.post(address, {"action": "shut"})
        assert Client().get(reverse("calendar_feed", args=[secret[1]])).status_code == 404
    assert Entry.objects.filter(did="open calendar feed").count() == 3
    assert Entry.objects.filter(did="open calendar feed", person=ade).count() == 1


def test_a_room_of_another_practice_has_no_feed_here(
    chair: Place, marsh: User, enter: Enter, now: datetime
) -> None:
    marsh.roles = ["owner"]
    marsh.save()
    assert enter(marsh).get(reverse("place_feed", args=[chair.pk])).status_code == 404
    with pytest.raises(Refused):
        feeds.open_place(chair, secret=SECRET, at=now, by=marsh)


def test_times_of_another_practice_are_in_no_feed(
    talked: Appointment, marsh: User, now: datetime
) -> None:
    feeds.open_own(secret=SECRET, at=now, by=marsh)
    assert events() == []


def test_a_feed_costs_the_same_with_many_times(
    *, course: Course, lind: User, desk: User, now: datetime, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        told_of: dict[str, Any] = {"kind": "review", "minutes": 20, "who": lind}
        at = TEN + number * HOUR
        appointments.agree(course, starts_at=at, at=now, by=desk, **told_of)
    feeds.open_own(secret=SECRET, at=now, by=lind)
    with django_assert_max_num_queries(10):
        assert len(events()) == 30
