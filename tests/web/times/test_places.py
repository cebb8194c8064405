"""Chairs and rooms are kept by the desk and the owner; a change drops nothing that is booked."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from django.urls import reverse
from web.logging_in import Enter
from web.times.conftest import TEN, terms

from kapstone.web.accounts.models import User
from kapstone.web.records.actions import appointments, places
from kapstone.web.records.models import CalendarSettings, Course, Entry, Place
from kapstone.web.records.refusals import Refused

SETTLED = {
    **{"opens": time(9), "closes": time(17), "days": [0, 1, 2, 3, 4], "ask_hours": 24},
    **{"offer_hours": 12, "names_in_feeds": False},
}


def test_the_desk_writes_a_chair_down(enter: Enter, desk: User) -> None:
    browser = enter(desk)
    told = {"name": "Chair 1", "purpose": "chair", "at_once": "1"}
    assert browser.post(reverse("places"), told).status_code == 302
    assert "Chair 1" in browser.get(reverse("places")).content.decode()
    again = browser.post(reverse("places"), told | {"name": "chair 1"})
    assert again.status_code == 422
    assert "Another place is called chair 1 already" in again.content.decode()


@pytest.mark.parametrize("who", ["osei", "lind", "abara"])
def test_nobody_else_does(who: str, now: datetime, request: pytest.FixtureRequest) -> None:
    with pytest.raises(Refused) as refused:
        places.add_place(terms("Chair 1", "chair"), at=now, by=request.getfixturevalue(who))
    assert refused.value.code == "not-your-deed"


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (terms("...", "chair"), "no-name"),
        (terms("Chair 1", "throne"), "no-purpose"),
        (terms("Chair 1", "chair", 0), "at-once"),
        (terms("Chair 1", "chair", 51), "at-once"),
    ],
)
def test_what_is_no_place_is_refused(
    told: dict[str, object], code: str, desk: User, now: datetime
) -> None:
    with pytest.raises(Refused) as refused:
        places.add_place(told, at=now, by=desk)
    assert refused.value.code == code


def test_a_place_goes_out_of_use_once_nothing_is_booked_there(
    talk: Place, course: Course, desk: User, now: datetime
) -> None:
    told = {"kind": "preparation", "minutes": 50, "place": talk}
    booked = appointments.agree(course, starts_at=TEN, at=now, by=desk, **told)
    out = terms("Talk 1", "talk", out_from=date(2026, 11, 4))
    with pytest.raises(Refused, match="1 time is booked there from that day on") as refused:
        places.change_place(talk, out, at=now, by=desk)
    assert "Ade" not in refused.value.words
    places.change_place(talk, out | {"out_from": date(2026, 11, 5)}, at=now, by=desk)
    appointments.call_off(booked, at=now, by=desk)
    places.change_place(talk, out, at=now, by=desk)
    with pytest.raises(Refused, match="out of use from 4 November on"):
        appointments.agree(course, starts_at=TEN, at=now, by=desk, **told)


def test_a_room_that_two_rest_in_is_not_made_smaller(
    talk: Place, course: Course, noors: Course, desk: User, now: datetime
) -> None:
    places.change_place(talk, terms("Talk 1", "talk", 2), at=now, by=desk)
    for each in (course, noors):
        told = {"kind": "preparation", "minutes": 50, "place": talk}
        appointments.agree(each, starts_at=TEN, at=now, by=desk, **told)
    with pytest.raises(Refused, match="More than 1 at once are booked there"):
        places.change_place(talk, terms("Talk 1", "talk", 1), at=now, by=desk)


def test_a_place_of_another_practice_is_not_to_be_seen_or_changed(
    chair: Place, marsh: User, enter: Enter, now: datetime
) -> None:
    marsh.roles = ["owner"]
    marsh.save()
    assert enter(marsh).get(reverse("place", args=[chair.pk])).status_code == 404
    with pytest.raises(Refused) as refused:
        places.change_place(chair, terms("Mine", "chair"), at=now, by=marsh)
    assert refused.value.code == "elsewhere"


def test_the_owner_alone_settles_hours_and_names(desk: User, owen: User, now: datetime) -> None:
    with pytest.raises(Refused) as refused:
        places.settle_calendar(SETTLED, at=now, by=desk)
    assert refused.value.code == "not-your-deed"
    places.settle_calendar(SETTLED | {"names_in_feeds": True}, at=now, by=owen)
    assert CalendarSettings.objects.now(owen.practice).names_in_feeds  # type: ignore[arg-type]
    entry = Entry.objects.get(did="settle calendar")
    assert (entry.by, entry.detail["names_in_feeds"]) == (owen, True)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"opens": time(17)}, "hours"),
        ({"opens": time(9, 10)}, "hours"),
        ({"days": []}, "days"),
        ({"days": [7]}, "days"),
    ],
)
def test_hours_that_are_none_are_refused(
    changed: dict[str, object], code: str, owen: User, now: datetime
) -> None:
    with pytest.raises(Refused) as refused:
        places.settle_calendar(SETTLED | changed, at=now, by=owen)
    assert refused.value.code == code


def test_the_form_of_the_hours_warns_about_names(enter: Enter, owen: User) -> None:
    browser = enter(owen)
    assert "then sees who comes to you" in browser.get(reverse("places")).content.decode()
    told = {"opens": "09:00", "closes": "17:00", "days": ["0", "2"], "ask_hours": "48"}
    answer = browser.post(reverse("settle_calendar"), told | {"offer_hours": "6"})
    assert answer.status_code == 302
    row = CalendarSettings.objects.get()
    assert (row.opens, row.days, row.ask_hours) == (time(9), [0, 2], 48)


def test_the_owner_is_not_led_to_a_page_that_is_not_theirs(
    enter: Enter, owen: User, desk: User
) -> None:
    way_back = f'class="eyebrow"><a href="{reverse("calendar")}"'
    assert way_back in enter(desk).get(reverse("places")).content.decode()
    assert way_back not in enter(owen).get(reverse("places")).content.decode()
